"""The front end's built files, read from beside this module (see hatch_build.py for how they are made)."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "static"


def read(name: str) -> str:
    """Return the text of a built file.

    Raises
    ------
    FileNotFoundError
        If the front end was not built.
    """
    path = FOLDER / name
    if not path.is_file():
        raise FileNotFoundError(
            f"the viewer's file {name!r} is missing: this is a source tree whose front end was not built. "
            "Run `pip install -e .` in it, or `python hatch_build.py` with the 'dev' extra installed."
        )
    return path.read_text(encoding="utf-8")
