"""What the tables hold, by name: public functions, Tensor methods, and the functions that rules compute with.

Note [Families on demand]
Importing every family would nearly double what `import autograd_viz` costs beside NumPy. The names that each fills in
stand in `index.py`, which a test compares with the families themselves; a table that is asked for a name it does not
hold yet imports the name's family, which registers it. What was found once is an ordinary entry.
"""

from __future__ import annotations

import importlib
import inspect
from types import FunctionType
from typing import Any

from . import index

__all__ = ["FUNCTIONS", "METHODS", "METHOD_NAMES", "PUBLIC_NAMES", "arrays", "load_all", "named", "tensors"]


def _names(*parts: dict[str, str]) -> dict[str, str]:
    """Return name -> family of several parts of the index."""
    return {name: family for part in parts for family, names in part.items() for name in names.split()}


PUBLIC_NAMES = _names(index.BOTH, index.FUNCTIONS)
METHOD_NAMES = _names(index.BOTH, index.METHODS)
FAMILY_OF = {**PUBLIC_NAMES, **METHOD_NAMES, **_names(index.RULES)}


class Table(dict[str, Any]):
    """Functions by name. See Note [Families on demand]."""

    def __missing__(self, name: str) -> Any:
        _load(name)
        if name in self:
            return self[name]
        raise KeyError(name)


class Functions:
    """What rules compute with, as attributes: `xp.sum`. See Note [Families on demand]."""

    def __getattr__(self, name: str) -> Any:
        _load(name)
        if name in self.__dict__:
            return self.__dict__[name]
        raise AttributeError(f"rules know no function {name!r}")


FUNCTIONS = Table()  # the public namespace
METHODS = Table()  # bound to Tensor: functions, and a few properties
arrays: Any = Functions()  # xp on ndarrays: the forward functions
tensors: Any = Functions()  # xp on Tensors: the public functions


def _load(name: str) -> None:
    """Import the family that registers a name; do nothing for a name of none."""
    if name not in FAMILY_OF:
        return
    family = importlib.import_module(f".{FAMILY_OF[name]}", __package__)
    if hasattr(family, "supply"):
        family.supply(name)


def named(name: str, function: Any) -> Any:
    """Return a function under the name it is found by: Python's own errors about its arguments speak of that."""
    inner = inspect.unwrap(function) if isinstance(function, FunctionType) else None
    for each in (function, inner):
        if isinstance(each, FunctionType) and (each.__qualname__.startswith("_") or "." in each.__qualname__):
            each.__name__ = each.__qualname__ = name
    return function


def load_all() -> None:
    """Import every family."""
    for name in FAMILY_OF:
        _load(name)
