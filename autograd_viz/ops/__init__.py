"""The operations: one table a family. Importing this package names Tensor's methods; families are imported when used.

See Note [Families on demand] in tables.py.
"""

from __future__ import annotations

from typing import Any

from ..autograd.silence import keep_quiet
from ..tensor import Tensor
from .tables import FUNCTIONS, METHOD_NAMES, METHODS, PUBLIC_NAMES, named

__all__ = ["FUNCTIONS", "METHODS", "PUBLIC_NAMES"]

keep_quiet()


class Method:
    """Stand for a method or property of Tensor until it is first asked for, and then give way to it."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        method = named(self.name, METHODS[self.name])
        setattr(Tensor, self.name, method)
        return method.__get__(instance, owner)


for _name in METHOD_NAMES:
    setattr(Tensor, _name, Method(_name))
