"""Copies with one part written anew: select_scatter, slice_scatter, diagonal_scatter; and fill_diagonal_.

Each one's rule for what is copied writes zeros into the gradient, that for what is written reads the part of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tensor import Tensor
from .dims import wrap_dim
from .memory_order import dense_copy
from .op import METHODS, Op, op
from .strided import as_strided, storage_offset_of
from .wrapping import check_tensor, choosing

__all__: list[str] = []


def _with_part(self: Any, part: Any, src: Any) -> Any:
    """Return a copy in which `part(copy)`, a view, holds `src`."""
    copy = dense_copy(self)
    view = part(copy)
    if view.shape != np.shape(src):
        raise RuntimeError(
            f"expected src to have a size equal to the slice of self. src size = {list(np.shape(src))}, slice size = "
            f"{list(view.shape)}"
        )
    view[...] = src
    return copy


def _select_scatter(self: Any, src: Any, dim: int, index: int) -> Any:
    return _with_part(self, lambda copy: np.moveaxis(copy, dim, 0)[index, ...], src)


def _slice_scatter(self: Any, src: Any, dim: int, start: int, end: int, step: int) -> Any:
    return _with_part(self, lambda copy: copy[(*(slice(None),) * dim, slice(start, end, step))], src)


def _writable_diagonal(array: Any, offset: int, dim1: int, dim2: int) -> Any:
    view = np.diagonal(array, offset, dim1, dim2)
    view.flags.writeable = True
    return view


def _diagonal_scatter(self: Any, src: Any, offset: int, dim1: int, dim2: int) -> Any:
    return _with_part(self, lambda copy: _writable_diagonal(copy, offset, dim1, dim2), src)


def _zeros(xp: Any, grad: Any, shape: Any) -> Any:
    return xp.new_zeros(grad, tuple(shape))


_SELECT: Op = op(
    "SelectScatter",
    _select_scatter,
    self=(
        "select_scatter(grad, new_zeros(grad, src_shape), dim, index)",
        lambda xp, grad, src_shape, dim, index: xp.select_scatter(grad, _zeros(xp, grad, src_shape), dim, index),
    ),
    src=("select(grad, dim, index)", lambda xp, grad, dim, index: xp.select(grad, dim, index)),
).op  # type: ignore[attr-defined]
_SLICE: Op = op(
    "SliceScatter",
    _slice_scatter,
    self=(
        "slice_scatter(grad, new_zeros(grad, src_shape), dim, start, end, step)",
        lambda xp, grad, src_shape, dim, start, end, step: xp.slice_scatter(
            grad, _zeros(xp, grad, src_shape), dim, start, end, step
        ),
    ),
    src=(
        "slice(grad, dim, start, end, step)",
        lambda xp, grad, dim, start, end, step: xp.slice(grad, dim, start, end, step),
    ),
).op  # type: ignore[attr-defined]
_DIAGONAL: Op = op(
    "DiagonalScatter",
    _diagonal_scatter,
    self=(
        "diagonal_scatter(grad, new_zeros(grad, src_shape), offset, dim1, dim2)",
        lambda xp, grad, src_shape, offset, dim1, dim2: xp.diagonal_scatter(
            grad, _zeros(xp, grad, src_shape), offset, dim1, dim2
        ),
    ),
    src=("diagonal(grad, offset, dim1, dim2)", lambda xp, grad, offset, dim1, dim2: xp.diagonal(
        grad, offset, dim1, dim2
    )),
).op  # type: ignore[attr-defined]


def _select_chosen(input: Tensor, src: Tensor, dim: int, index: int) -> tuple[Op, list[Any]]:
    """Return a copy with `src` in place of one slice along a dimension. Mirrors `torch.select_scatter`."""
    check_tensor("select_scatter", input)
    check_tensor("select_scatter", src, "src", 2)
    shape = input._array.shape
    if not shape:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    where = wrap_dim(dim, len(shape))
    if not -shape[where] <= index < shape[where]:
        raise IndexError(f"select(): index {index} out of range for tensor of size {list(shape)} at dimension {where}")
    return _SELECT, [input, src, where, index % shape[where]]


def _slice_chosen(
    input: Tensor, src: Tensor, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> tuple[Op, list[Any]]:
    """Return a copy with `src` in place of the slices from `start` to `end`. Mirrors `torch.slice_scatter`."""
    check_tensor("slice_scatter", input)
    check_tensor("slice_scatter", src, "src", 2)
    if step <= 0:
        raise RuntimeError("slice step must be positive")
    where = wrap_dim(dim, input._array.ndim)
    first, last, step = slice(start, end, step).indices(input._array.shape[where])
    return _SLICE, [input, src, where, first, max(first, last), step]


def _diagonal_chosen(
    input: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1
) -> tuple[Op, list[Any]]:
    """Return a copy with `src` in place of a diagonal. Mirrors `torch.diagonal_scatter`."""
    check_tensor("diagonal_scatter", input)
    check_tensor("diagonal_scatter", src, "src", 2)
    ndim = input._array.ndim
    one, two = wrap_dim(dim1, ndim), wrap_dim(dim2, ndim)
    if one == two:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return _DIAGONAL, [input, src, offset, one, two]


choosing("select_scatter", _select_chosen, forward=_select_scatter)
choosing("slice_scatter", _slice_chosen, forward=_slice_scatter)
choosing("diagonal_scatter", _diagonal_chosen, forward=_diagonal_scatter)


# the diagonal in place


def fill_diagonal_(self: Tensor, fill_value: Any, wrap: bool = False) -> Tensor:
    """Set the main diagonal to a number, again below in tall matrices if `wrap`. Mirrors `Tensor.fill_diagonal_`.

    Raises
    ------
    RuntimeError
        When there are fewer than 2 dims, or more of several lengths.
    """
    shape = self._array.shape
    if len(shape) < 2:
        raise RuntimeError("dimensions must larger than 1")
    if len(shape) > 2 and len(set(shape)) > 1:
        raise RuntimeError(f"all dimensions of input must be of equal length, got {list(shape)}")
    step = sum(self.stride())
    as_strided(self, (min(shape),), (step,)).fill_(fill_value)
    if wrap and len(shape) == 2 and shape[0] > shape[1] + 1:
        again = -(-self._array.size // (shape[1] + 1)) - min(shape)
        offset = storage_offset_of(self) + self.stride(0) * (shape[1] + 1)
        as_strided(self, (again,), (step,), offset).fill_(fill_value)
    return self


METHODS["fill_diagonal_"] = fill_diagonal_
