"""Where indices point: PyTorch's rules for index tensors, checked, as NumPy index tuples. On arrays only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .rows import counted

__all__ = ["add_at", "along", "bounded", "lined_up", "looked_up", "nothing_taken", "on_copy", "out_of_bounds"]


def looked_up(shape: tuple[int, ...], indices: Any) -> Any:
    """Return the NumPy index that a list of index arrays means, None standing for a whole dimension.

    Bounds are left to NumPy, whose IndexError `out_of_bounds` words as PyTorch does.

    Raises
    ------
    IndexError
        When a mask has another shape than the dimensions it covers, or indices are too many or do not broadcast.
    """
    if len(indices) == 1 and indices[0].dtype.kind == "b" and indices[0].ndim:
        _check_mask(shape, 0, indices[0])
        return indices[0]
    where: list[Any] = []
    for index in indices:
        if index is None:
            where.append(slice(None))
        elif index.dtype.kind == "b" and index.ndim:
            _check_mask(shape, len(where), index)
            where.extend(index.nonzero())
        else:
            where.append(index)
    if len(where) > len(shape):
        raise IndexError(f"too many indices for tensor of dimension {len(shape)}")
    if len(where) > 1:
        _check_broadcast([index for index in where if index.__class__ is not slice])
    return tuple(where)


def nothing_taken(array: Any, where: tuple[Any, ...]) -> Any:
    """Return the empty result of an index that takes no element, which PyTorch does not check; None for others."""
    places = tuple([index if index.__class__ is slice else np.zeros_like(index) for index in where])
    if any(index.__class__ is not slice and index.size and not array.shape[dim] for dim, index in enumerate(where)):
        return None
    found = array[places]
    return None if found.size else found


def out_of_bounds(shape: tuple[int, ...], where: tuple[Any, ...]) -> None:
    """Raise the error for the index that lies outside its dimension."""
    for dim, index in enumerate(where):
        if index.__class__ is not slice:
            bounded(index, shape[dim], dim, negative=True, kind=IndexError)


def _check_mask(shape: tuple[int, ...], start: int, mask: Any) -> None:
    for offset, length in enumerate(mask.shape):
        if start + offset >= len(shape):
            raise IndexError(f"too many indices for tensor of dimension {len(shape)}")
        if shape[start + offset] != length:
            raise IndexError(
                f"The shape of the mask {list(mask.shape)} at index {offset} does not match the shape of the indexed "
                f"tensor {list(shape)} at index {start + offset}"
            )


max_reduce: Any = np.maximum.reduce
UNSIGNED = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}


def bounded(index: Any, size: int, dim: int, *, negative: bool = False, kind: type[Exception] = RuntimeError) -> Any:
    """Return an index array after checking that all of it lies within a dimension.

    Raises
    ------
    RuntimeError or IndexError
        When an index is out of bounds; `negative` tells whether those below zero count from the end.
    """
    if index.size:
        if not negative and index.dtype.kind == "i" and max_reduce(index.view(UNSIGNED[index.itemsize]), None) < size:
            return index  # one reduction for both bounds: below zero is far above
        low, high = index.min(), index.max()
        wrong = high if high >= size else low if low < (-size if negative else 0) else None
        if wrong is not None:
            raise kind(f"index {wrong} is out of bounds for dimension {dim} with size {size}")
    return index


def _check_broadcast(indices: list[Any]) -> None:
    if len(indices) > 1:
        try:
            np.broadcast_shapes(*(index.shape for index in indices))
        except ValueError:
            shapes = ", ".join(str(list(index.shape)) for index in indices)
            raise IndexError(
                f"shape mismatch: indexing tensors could not be broadcast together with shapes {shapes}"
            ) from None


def lined_up(array: Any) -> Any:
    """Return an array with at least one dimension: a view of it."""
    return array if array.ndim else array.reshape(1)


def on_copy(change: Callable[..., None], array: Any, *rest: Any) -> Any:
    """Return a copy of an array after `change(copy, *rest)`."""
    copy = np.array(array, order="C")
    change(copy, *rest)
    return copy


def along(index: Any, dim: int) -> tuple[Any, ...]:
    """Return the NumPy index that takes, at each place of `index`, the element that it names along `dim`."""
    last = index.ndim - 1
    return tuple([
        index if each == dim else counted(length).reshape(length, *(1,) * (last - each))
        for each, length in enumerate(index.shape)
    ])


FEW = 4096  # elements, up to which flat positions are quicker than sorted slices: 10 of 50 in 20 µs against 120


def add_at(array: Any, where: Any, values: Any) -> None:
    """Add values at a NumPy index in place, each as often as its place is named.

    Whole slices are sorted by their place and summed, 256 of 64 in 50 µs; single elements go to NumPy's fast path for
    flat positions, 9 ns each. `np.add.at` with tuples takes 60 ns an element.
    """
    if not values.size:  # NumPy would warn of indices that lie outside, though none is used
        return
    if isinstance(where, np.ndarray):  # a mask names no place twice
        array[where] += values
        return
    named = [dim for dim, index in enumerate(where) if index.__class__ is not slice]
    if len(named) == 1 and array.ndim > 1 and values.size > FEW:
        _add_slices(array, named[0], where[named[0]], values)
    elif array.flags.c_contiguous:
        places = np.arange(array.size).reshape(array.shape)[where]
        values = np.broadcast_to(values, places.shape)
        np.add.at(array.reshape(-1), places.reshape(-1), np.ascontiguousarray(values, dtype=array.dtype).reshape(-1))
    else:
        np.add.at(array, where, values)


def _add_slices(array: Any, dim: int, index: Any, values: Any) -> None:
    """Add slices along one dimension: those of one place are summed before."""
    if not index.size:
        return
    before, after = array.shape[:dim], array.shape[dim + 1 :]
    values = np.broadcast_to(values, (*before, *index.shape, *after))
    values = np.moveaxis(values, range(dim, dim + index.ndim), range(index.ndim)).reshape(index.size, *before, *after)
    bounded(index, array.shape[dim], dim, negative=True, kind=IndexError)
    places = index.reshape(-1) % array.shape[dim]
    order = places.argsort(kind="stable")
    places = places[order]
    starts = np.flatnonzero(np.concatenate([[True], places[1:] != places[:-1]]))
    np.moveaxis(array, dim, 0)[places[starts]] += np.add.reduceat(values[order], starts, axis=0)
