"""Tables of what can be chosen: combinations, powers (vander), places of triangles, an index for each dimension."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from .. import dtypes
from ..tensor import Tensor, make
from .allocation import allocating
from .creation import check_options, finished, numpy_dtype
from .op import FUNCTIONS
from .type_words import not_implemented
from .wrapping import check_tensor

__all__ = ["powers"]


def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """Return each choice of `r` elements of a vector as a row. Mirrors `torch.combinations`."""
    check_tensor("combinations", input)
    if input._array.ndim != 1:
        raise RuntimeError(f"Expect a 1D vector, but got shape {list(input._array.shape)}")
    if r < 0:
        raise RuntimeError(f"Expect a non-negative number, but got {r}")
    if r == 0:
        return make(np.empty(0, input._array.dtype))
    places = np.meshgrid(*(np.arange(input._array.size),) * r, indexing="ij")
    rising = np.ones(places[0].shape, bool)
    for one, two in itertools.pairwise(places):
        rising &= one <= two if with_replacement else one < two
    mask = make(rising)
    grids = FUNCTIONS["meshgrid"](*(input,) * r, indexing="ij")
    return FUNCTIONS["stack"]([FUNCTIONS["masked_select"](grid, mask) for grid in grids], 1)


def powers(x: Tensor, count: int) -> Tensor:
    """Return the powers 0 to count - 1 of each element, in a new last dim."""
    ones = make(np.ones((*x._array.shape, 1), x._array.dtype))
    if count <= 1:
        return ones.narrow(-1, 0, count)
    wide = x.unsqueeze(-1).expand(*x._array.shape, count - 1)
    return FUNCTIONS["cat"]([ones, wide.cumprod(-1)], -1)


def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Tensor:  # noqa: N803  (PyTorch's name)
    """Return the powers of each element of a vector as a row, falling. Mirrors `torch.vander`."""
    check_tensor("vander", x, "x")
    if x._array.ndim != 1:
        raise RuntimeError("x must be a one-dimensional tensor.")
    count = x._array.size if N is None else N
    if count < 0:
        raise RuntimeError("N must be non-negative.")
    if x._array.dtype.kind != "f":
        x = x.to(dtypes.int64)
    rising = powers(x, count)
    return rising if increasing else rising.flip(1)


def _triangle(name: str, lower: bool) -> None:
    @allocating
    def function(row: int, col: int, offset: int = 0, *, dtype: Any = None, **options: Any) -> Tensor:
        check_options(name, options)
        for word, length in (("row", row), ("col", col)):
            if length < 0:
                raise RuntimeError(f"{word} must be non-negative, got{length}")
        found = numpy_dtype(name, dtype, np.dtype(np.int64))
        if found.kind not in "iu":
            raise not_implemented(name, found)
        count = _below(row, col, offset) if lower else row * col - _below(row, col, offset - 1)
        np.empty((2, count), found)  # what is too large shall fail here, not after minutes
        places = np.tril_indices(row, offset, col) if lower else np.triu_indices(row, offset, col)
        return finished(np.stack(places).astype(found))

    function.__name__ = function.__qualname__ = name
    function.__doc__ = (
        f"Return the rows and columns of the {'lower' if lower else 'upper'} triangle's elements. "
        f"Mirrors `torch.{name}`."
    )
    FUNCTIONS[name] = function


def _below(rows: int, columns: int, offset: int) -> int:
    """Return how many elements of a matrix lie on or below a diagonal."""
    first, last = max(0, -offset), min(rows, columns - offset)  # rows that hold some, and the first that is full
    growing = max(0, last - first)
    rising = growing * (2 * (first + offset) + growing + 1) // 2
    return rising + max(0, rows - max(last, first, 0)) * columns if columns else 0


def unravel_index(indices: Tensor, shape: Any) -> tuple[Tensor, ...]:
    """Return for each flat index the index along each dimension of `shape`. Mirrors `torch.unravel_index`."""
    check_tensor("unravel_index", indices, "indices")
    if indices._array.dtype.kind not in "iu":
        raise ValueError(f"expected 'indices' to be integer dtype, but got {indices.dtype}")
    lengths = (shape,) if isinstance(shape, int) else tuple(shape)
    if any(length < 0 for length in lengths):
        raise ValueError(f"'shape' cannot have negative values, but got {lengths}")
    rest, found = indices._array % max(math.prod(lengths), 1), []
    for length in reversed(lengths):
        found.append(make(np.asarray(rest % length)))
        rest = rest // length
    return tuple(reversed(found))


_triangle("tril_indices", True)
_triangle("triu_indices", False)
FUNCTIONS.update({"combinations": combinations, "vander": vander, "unravel_index": unravel_index})
