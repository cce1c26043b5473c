"""Dims and sizes as arguments: negative dims, dims given one by one or as a tuple, sizes with a -1."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

__all__ = ["ints", "resolved_size", "whole_number", "wrap_dim", "wrap_dims"]


def wrap_dim(dim: int, ndim: int) -> int:
    """Return `dim` as a number in [0, ndim); a 0-dim tensor takes 0 and -1.

    Raises
    ------
    IndexError
        When there is no such dim.
    """
    if dim.__class__ is not int:
        try:
            dim = _index(dim)
        except (TypeError, RuntimeError):
            raise TypeError(f"argument 'dim' must be int, not {type(dim).__name__}") from None
    extent = ndim or 1
    if -extent <= dim < extent:
        return dim + extent if dim < 0 else dim
    raise IndexError(f"Dimension out of range (expected to be in range of [{-extent}, {extent - 1}], but got {dim})")


def _index(value: Any) -> int:
    """Return what may stand for an int as one; a bool may not."""
    if isinstance(value, bool):
        raise TypeError
    return operator.index(value)


def wrap_dims(dims: int | Sequence[int], ndim: int) -> tuple[int, ...]:
    """Return dims as a tuple of numbers in [0, ndim), refusing duplicates.

    Raises
    ------
    IndexError
        When there is no such dim.
    RuntimeError
        When a dim is given twice.
    """
    wrapped = tuple(wrap_dim(dim, ndim) for dim in (dims if isinstance(dims, (tuple, list)) else (dims,)))
    for dim in wrapped:
        if wrapped.count(dim) > 1:
            raise RuntimeError(f"dim {dim} appears multiple times in the list of dims")
    return wrapped


def whole_number(name: str, value: Any, param: str, position: int) -> int:
    """Return an argument as an int.

    Raises
    ------
    TypeError
        When it is none: a bool or a float, say.
    """
    if value.__class__ is int:
        return int(value)
    try:
        return _index(value)
    except (TypeError, RuntimeError):
        kind = type(value).__name__
        raise TypeError(f"{name}(): argument '{param}' (position {position}) must be int, not {kind}") from None


def ints(name: str, args: Sequence[Any], word: str = "size") -> tuple[int, ...]:
    """Return numbers given as `f(2, 3)` or `f((2, 3))` as a tuple.

    Raises
    ------
    TypeError
        When they are not integers.
    """
    given = args[0] if len(args) == 1 and isinstance(args[0], (tuple, list)) else args
    try:
        return tuple([each if each.__class__ is int else _index(each) for each in given])
    except (TypeError, RuntimeError):
        got = ", ".join(type(each).__name__ for each in given)
        raise TypeError(
            f"{name}() received an invalid combination of arguments: '{word}' must be a tuple of ints, got ({got})"
        ) from None


def resolved_size(size: tuple[int, ...], numel: int) -> tuple[int, ...]:
    """Return `size` with its -1, if any, worked out.

    Raises
    ------
    RuntimeError
        When `numel` elements do not fill that size.
    """
    known = 1
    inferred = None
    for index, length in enumerate(size):
        if length >= 0:
            known *= length
        elif length != -1:
            raise RuntimeError(f"invalid shape dimension {length} at index {index} of shape {list(size)}")
        elif inferred is not None:
            raise RuntimeError("only one dimension can be inferred")
        else:
            inferred = index
    if inferred is None:
        if known == numel:
            return size
    elif known and numel % known == 0:
        return (*size[:inferred], numel // known, *size[inferred + 1 :])
    elif known == numel == 0:
        raise RuntimeError(
            f"cannot reshape tensor of 0 elements into shape {list(size)} because the unspecified dimension size -1 "
            "can be any value and is ambiguous"
        )
    raise RuntimeError(f"shape '{list(size)}' is invalid for input of size {numel}")
