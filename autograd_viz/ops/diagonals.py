"""Diagonals: read (diagonal, diag), written (diag_embed, diagflat) and summed (trace)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..tensor import Tensor, make
from .arguments import say
from .dims import whole_number, wrap_dim
from .inplace import call_inplace
from .op import arrays, op, register, tensors
from .reduction import total
from .shape import reshape
from .type_words import not_implemented

__all__ = ["diagonal"]


def _diagonal(self: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """Return a diagonal as a view that may be written to; NumPy's may not."""
    shown = self.diagonal(offset, dim1, dim2)
    if not self.flags.writeable:
        return shown
    if not shown.size:  # NumPy lets nobody set the flag of a view without elements
        return np.lib.stride_tricks.as_strided(self, shown.shape, shown.strides)
    shown.flags.writeable = True
    return shown


def _diagonal_backward(grad: Any, input_sizes: tuple[int, ...], offset: int, dim1: int, dim2: int) -> Any:
    whole = np.zeros(input_sizes, grad.dtype)
    if grad.size:
        _diagonal(whole, offset, dim1, dim2)[...] = grad
    return whole


_back = (
    "diagonal_backward(grad, self_shape, offset, dim1, dim2)",
    lambda xp, grad, self_shape, offset, dim1, dim2: xp.diagonal_backward(grad, self_shape, offset, dim1, dim2),
)
_diagonal_op = op("Diagonal", _diagonal, view=True, self=_back)
_diagonal_copy_op = op(
    "Diagonal",
    lambda self, offset=0, dim1=0, dim2=1: _diagonal(self, offset, dim1, dim2).copy(),
    name="diag",
    variant="0_copy",
    self=_back,
)
_diagonal_backward_op = op(
    "DiagonalBackward",
    _diagonal_backward,
    grad=(
        "diagonal(grad, offset, dim1, dim2)",
        lambda xp, grad, offset, dim1, dim2: xp.diagonal(grad, offset, dim1, dim2),
    ),
)


def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """Return the diagonal of two dimensions, put last, as a view. Mirrors `torch.diagonal`.

    Raises
    ------
    RuntimeError
        When both dimensions are the same.
    """
    offset = whole_number("diagonal", offset, "offset", 2)
    return _diagonal_op(input, offset, *_two_dims(dim1, dim2, input._array.ndim))


def _two_dims(dim1: int, dim2: int, ndim: int) -> tuple[int, int]:
    one, two = wrap_dim(dim1, ndim), wrap_dim(dim2, ndim)
    if one == two:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return one, two


def _diag_embed(self: Any, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Any:
    length = self.shape[-1] + abs(offset)
    one, two = (dim % (self.ndim + 1) for dim in (dim1, dim2))
    shape = list(self.shape[:-1])
    for place in sorted((one, two)):
        shape.insert(place, length)
    return _diagonal_backward(self, tuple(shape), offset, one, two)


_diag_embed_op = op(
    "DiagEmbed",
    _diag_embed,
    self=(
        "diagonal(grad, offset, dim1, dim2)",
        lambda xp, grad, offset, dim1, dim2: xp.diagonal(grad, offset, dim1, dim2),
    ),
)


def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Put the last dimension onto the diagonal of two new ones. Mirrors `torch.diag_embed`."""
    ndim = input._array.ndim + 1
    one, two = wrap_dim(dim1, ndim), wrap_dim(dim2, ndim)
    if one == two:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return _diag_embed_op(input, offset, one, two)


def diag(input: Tensor, diagonal: int = 0) -> Tensor:
    """Return a matrix's diagonal as a copy, or the matrix with a vector on its diagonal. Mirrors `torch.diag`.

    Raises
    ------
    RuntimeError
        When the tensor is neither a vector nor a matrix.
    """
    ndim = input._array.ndim
    if ndim == 1:
        return _diag_embed_op(input, diagonal, 0, 1)
    if ndim != 2:
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {ndim}D")
    return _diagonal_copy_op(input, diagonal, 0, 1)


def diagflat(input: Tensor, offset: int = 0) -> Tensor:
    """Return the matrix with all elements on its diagonal. Mirrors `torch.diagflat`."""
    return _diag_embed_op(reshape(input, -1), offset, 0, 1)


def _trace(self: Any) -> Any:
    if self.dtype.kind == "b":
        raise not_implemented("trace", self.dtype)
    return total(np.diagonal(self))


def _trace_back(xp: Any, grad: Any, self_shape: tuple[int, ...]) -> Any:
    return xp.trace_backward(grad, self_shape)


def _trace_backward_array(grad: Any, sizes: tuple[int, ...]) -> Any:
    return _diagonal_backward(np.broadcast_to(grad, (min(sizes),)), sizes, 0, 0, 1)


def _trace_backward(grad: Any, sizes: tuple[int, ...]) -> Any:
    """Fill the diagonal of a matrix of zeros, as PyTorch does under `create_graph`."""
    zeros = make(np.zeros(math.prod(sizes), grad._array.dtype))
    places = make(np.arange(min(sizes)) * (sizes[1] + 1))
    return tensors.reshape(tensors.index_fill(zeros, 0, places, grad), sizes)


register("trace_backward", _trace_backward, forward=_trace_backward_array, method=False, public=False)


_trace_op = op("Trace", _trace, self=("grad · identity(self_shape)", _trace_back))


def trace(input: Tensor) -> Tensor:
    """Return the sum of a matrix's diagonal. Mirrors `torch.trace`.

    Raises
    ------
    RuntimeError
        When the tensor is not a matrix.
    """
    if input._array.ndim != 2:
        raise RuntimeError(f"trace: expected a matrix, but got tensor with dim {input._array.ndim}")
    return _trace_op(input)


def _on_diagonal(matrix: Tensor, change: str, value: Any) -> Tensor:
    """Fill, copy into or scale the diagonal of matrices in place, and return them."""
    along = diagonal(matrix, 0, -2, -1)
    if change == "scale":
        call_inplace(tensors.scaled.op, [along, value])
    else:
        getattr(along, f"{change}_")(value)
    return matrix


def _on_diagonal_array(matrix: Any, change: str, value: Any) -> Any:
    along = _diagonal(matrix, 0, -2, -1)
    along[...] = along * value if change == "scale" else value
    return matrix


register("on_diagonal", _on_diagonal, forward=_on_diagonal_array, method=False, public=False)
say("diagonal", diagonal, forward=_diagonal)
register("diagonal_backward", _diagonal_backward_op, method=False, public=False)
say("diag_embed", diag_embed, forward=_diag_embed)
say("diag", diag)
say("diagflat", diagflat)
say("trace", trace, forward=_trace)
arrays.identity = lambda shape: np.eye(*shape)
