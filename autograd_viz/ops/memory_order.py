"""The order of dimensions in memory that copies and `*_like` tensors take over. Mirrors `infer_dense_strides`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..layouts import contiguous_format

__all__ = ["dense_copy", "laid_out_like"]


def dense_copy(array: Any) -> Any:
    """Return a copy without gaps in which the dimensions follow each other as in the array."""
    if array.flags.c_contiguous:
        return array.copy()
    order = _outermost_first(array)
    return np.array(array.transpose(order), order="C").transpose(np.argsort(order))


def laid_out_like(array: Any, memory_format: Any, fill: Callable[[tuple[int, ...]], Any]) -> Any:
    """Return `fill(shape)`, with the dimensions in the memory order that those of another array have."""
    if array.flags.c_contiguous or memory_format is contiguous_format:
        return fill(array.shape)
    order = _outermost_first(array)
    return fill(tuple(array.shape[dim] for dim in order)).transpose(np.argsort(order))


def _outermost_first(array: Any) -> list[int]:
    """Return the dims by falling stride; a stride of 0 says nothing, and such a dim stays beside its neighbour."""
    order = list(range(array.ndim))
    for last in range(array.ndim - 2, -1, -1):
        place = last
        for other in range(last + 1, array.ndim):
            comparison = _compare(array, order[place], order[other])
            if comparison > 0:
                order[place], order[other] = order[other], order[place]
                place = other
            elif comparison < 0:
                break
    return order


def _compare(array: Any, outer: int, inner: int) -> int:
    """Return 1 where two dims should change places, -1 where they should not, 0 where nothing tells."""
    one, two = array.strides[outer], array.strides[inner]
    if one == 0 or two == 0:
        return 0
    if one != two:
        return 1 if one < two else -1
    return 1 if array.shape[outer] < array.shape[inner] else 0
