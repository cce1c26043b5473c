"""Whole numbers as users give them: Python's and NumPy's, but not True and False."""

from __future__ import annotations

from numbers import Integral
from typing import Any, TypeGuard


def is_whole(found: Any) -> TypeGuard[int]:
    """Whether something is a whole number, of whatever type; `int` makes it one that JSON can hold."""
    return isinstance(found, Integral) and not isinstance(found, bool)
