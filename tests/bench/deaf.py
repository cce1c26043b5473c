"""A copy of the package that cannot hear listeners: what recording costs who does not record.

Every operation asks one flag, `fast.special`, whether anything unusual is in force; listeners are one such thing, grad
modes and saved-tensor hooks are others. In the copy the flag is the constant 0 wherever it is read, and the compiler
drops the question. The ratio of the package to the copy is therefore an upper bound of what recording costs when
nobody listens: the flag would be there without it.
"""

from __future__ import annotations

import importlib
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import autograd_viz as ag
from tests.bench.chains import chain
from tests.bench.row import Contenders

__all__ = ["listening"]

NAME = "autograd_viz_deaf"
FLAG = re.compile(r"\bfast\.special\b(?! \+=)")
_folder = tempfile.TemporaryDirectory()


def listening() -> Contenders:
    """Return the chain on one element for the package and for the copy, short so that many rounds can be compared."""
    return {"ours": chain(1, 100)(ag), "deaf": chain(1, 100)(deaf())}


def deaf() -> Any:
    """Return the copy, made and imported at the first call; its folder lives as long as the interpreter."""
    if NAME in sys.modules:
        return sys.modules[NAME]
    source, copy = Path(ag.__file__).parent, Path(_folder.name) / NAME
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("static", "labextension", "__pycache__"))
    changed = sum(make_deaf(path) for path in copy.rglob("*.py"))
    if changed < 10:
        raise AssertionError(f"fast.special is read at {changed} places only: the copy would not be deaf")
    sys.path.append(_folder.name)
    return importlib.import_module(NAME)


def make_deaf(path: Path) -> int:
    """Take the flag out of a file; return how often it was read there."""
    text = path.read_text(encoding="utf-8").replace("autograd_viz", NAME)
    text, count = FLAG.subn("0", text)
    path.write_text(text, encoding="utf-8")
    return count
