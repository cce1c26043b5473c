"""The front end's built files, read from beside this module (see hatch_build.py for how they are made)."""

from __future__ import annotations

import base64
import gzip
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
PACKED = re.compile(r'size:(\d+),base85:"([^"]+)"')
# The letters that the build writes for 0 to 84 (see labextension/esbuild.mjs), and those that Python reads.
WRITTEN = bytes(range(35, 120)).replace(b"\\", b"x").replace(b"<", b"y")
READ = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"


def read(name: str) -> str:
    """Return the text of a built file, which all players share.

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
    return _text(path)


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def unpacked(loader: str) -> str:
    """Return the viewer that a built file carries packed: the text that its loader runs in the browser."""
    packed = PACKED.search(loader)
    if packed is None:
        raise ValueError("the viewer's built file holds no packed viewer; build the front end again")
    letters = packed[2].encode("ascii").translate(bytes.maketrans(WRITTEN, READ))
    return gzip.decompress(base64.b85decode(letters)[: int(packed[1])]).decode("utf-8")
