"""The front end's built files, read from beside this module (see hatch_build.py for how they are made)."""

from __future__ import annotations

import base64
import gzip
import re
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
PACKED = re.compile(r"H4sI[A-Za-z0-9+/]+=*")  # gzip in base64 begins so


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


def unpacked(loader: str) -> str:
    """Return the viewer that a built file carries packed: the text that its loader runs in the browser."""
    packed = PACKED.search(loader)
    if packed is None:
        raise ValueError("the viewer's built file holds no packed viewer; build the front end again")
    return gzip.decompress(base64.b64decode(packed[0])).decode("utf-8")
