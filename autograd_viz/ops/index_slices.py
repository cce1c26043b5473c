"""Read and write whole slices at a vector of indices: index_select, index_add, index_copy, index_fill.

A slice named twice receives both gradients, and both values where values are added.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..tensor import Tensor
from .dims import wrap_dim
from .op import Op, op
from .positions import add_at, bounded, lined_up, on_copy
from .type_words import number_as
from .wrapping import check_tensor, choosing

__all__ = ["check_slices"]


def _slices(dim: int, index: Any) -> tuple[Any, ...]:
    return (*(slice(None),) * dim, index.reshape(-1))


def _index_select(self: Any, dim: int, index: Any) -> Any:
    array = lined_up(self)
    if index.size and (index.min() < 0 or index.max() >= array.shape[dim]):
        raise IndexError(f"index out of range in self: {list(self.shape)} has {array.shape[dim]} along dimension {dim}")
    taken = array.take(index.reshape(-1), axis=dim)
    return taken if self.ndim else taken.reshape(())


def _add_into(self: Any, dim: int, index: Any, source: Any, alpha: Any = 1) -> None:
    array = lined_up(self)
    where = _slices(dim, bounded(index, array.shape[dim], dim))
    add_at(array, where, lined_up(source) if alpha == 1 else lined_up(source) * number_as(alpha, self.dtype))


def _copy_into(self: Any, dim: int, index: Any, source: Any) -> None:
    array = lined_up(self)
    for wrong in index[(index < 0) | (index >= array.shape[dim])].reshape(-1):
        size = array.shape[dim]
        raise IndexError(f"index_copy_(): index {wrong} is out of bounds for dimension {dim} with size {size}")
    array[_slices(dim, index)] = lined_up(source)


def _fill_into(self: Any, dim: int, index: Any, value: Any) -> None:
    array = lined_up(self)
    where = _slices(dim, bounded(index, array.shape[dim], dim, negative=True, kind=IndexError))
    array[where] = number_as(value, self.dtype)


def _index_add(self: Any, dim: int, index: Any, source: Any, alpha: Any = 1) -> Any:
    return on_copy(_add_into, self, dim, index, source, alpha)


def _index_copy(self: Any, dim: int, index: Any, source: Any) -> Any:
    return on_copy(_copy_into, self, dim, index, source)


def _index_fill(self: Any, dim: int, index: Any, value: Any) -> Any:
    return on_copy(_fill_into, self, dim, index, value)


_index_select_op = op(
    "IndexSelect",
    _index_select,
    tensors=("index",),
    self=(
        "put_back(grad, into=self_shape, along=dim, at=index)",
        lambda xp, grad, self_shape, dim, index: xp.index_add(xp.new_zeros(grad, self_shape), dim, index, grad),
    ),
).op  # type: ignore[attr-defined]


def _selected(xp: Any, grad: Any, dim: int, index: Any, source: Any) -> Any:
    """Return the gradient of what was written; its source is saved as in PyTorch, only for its shape."""
    return xp.reshape(xp.index_select(grad, dim, index), source.shape)


def _selected_times(xp: Any, grad: Any, dim: int, index: Any, source: Any, alpha: Any) -> Any:
    chosen = _selected(xp, grad, dim, index, source)
    return chosen if alpha == 1 else chosen * alpha


_blanked = ("index_fill(grad, dim, index, 0)", lambda xp, grad, dim, index: xp.index_fill(grad, dim, index, 0))
_index_add_op = op(
    "IndexAdd",
    _index_add,
    into=_add_into,
    tensors=("index",),
    self=("grad", lambda grad: grad),
    source=("reshape(index_select(grad, dim, index), source.shape) · alpha", _selected_times),
).op  # type: ignore[attr-defined]
_index_copy_op = op(
    "IndexCopy",
    _index_copy,
    into=_copy_into,
    tensors=("index",),
    self=_blanked,
    source=("reshape(index_select(grad, dim, index), source.shape)", _selected),
).op  # type: ignore[attr-defined]
_index_fill_op = op(
    "IndexFill", _index_fill, into=_fill_into, tensors=("index",), self=_blanked
).op  # type: ignore[attr-defined]
_index_fill_from_op = op(
    "IndexFill",
    _index_fill,
    into=_fill_into,
    variant=1,
    tensors=("index",),
    self=_blanked,
    value=(
        "index_select(grad, dim, index).sum()",
        lambda xp, grad, dim, index: xp.index_select(grad, dim, index).sum(),
    ),
).op  # type: ignore[attr-defined]


def _vector(name: str, input: Any, dim: int, index: Any) -> int:
    """Return the dimension meant, after checking that the index is a vector."""
    check_tensor(name, input)
    check_tensor(name, index, "index", 3)
    if index._array.ndim > 1:
        raise IndexError(f"{name}(): Index is supposed to be a vector, got shape {list(index.shape)}")
    if index._array.dtype not in (np.int64, np.int32):
        raise RuntimeError(f"{name}(): Expected dtype int32 or int64 for index, got {index.dtype}")
    return wrap_dim(dim, input._array.ndim)


def _index_select_chosen(input: Tensor, dim: int, index: Tensor) -> tuple[Op, list[Any]]:
    """Return the slices along a dimension that a vector of indices names. Mirrors `torch.index_select`."""
    return _index_select_op, [input, _vector("index_select", input, dim, index), index]


def _index_add_chosen(
    input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: Any = 1
) -> tuple[Op, list[Any]]:
    """Return a copy with `alpha · source` added to the slices that a vector names. Mirrors `torch.index_add`."""
    return _index_add_op, [input, check_slices("index_add", input, dim, index, source), index, source, alpha]


def check_slices(name: str, input: Tensor, dim: int, index: Tensor, source: Tensor) -> int:
    """Return the dimension meant, after checking that the source has a slice of the right shape for each index."""
    wrapped = _vector(name, input, dim, index)
    check_tensor(name, source, "source", 4)
    if input._array.dtype != source._array.dtype:
        one, two = dtypes.word(input._array.dtype), dtypes.word(source._array.dtype)
        raise RuntimeError(f"{name}_(): self ({one}) and source ({two}) must have the same scalar type")
    count = source._array.shape[wrapped] if source._array.ndim else 1
    if count != index._array.size:
        raise RuntimeError(
            f"{name}_(): Number of indices ({index._array.size}) should be equal to source.size(dim): ({count}), "
            f"for dim: {wrapped}"
        )
    if _rest(input, wrapped) != _rest(source, wrapped):
        raise RuntimeError(
            "source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = "
            f"{list(input.shape)} source.shape = {list(source.shape)}"
        )
    return wrapped


def _rest(tensor: Any, dim: int) -> tuple[int, ...]:
    shape = tensor._array.shape
    return (*shape[:dim], *shape[dim + 1 :])


def _index_copy_chosen(input: Tensor, dim: int, index: Tensor, source: Tensor) -> tuple[Op, list[Any]]:
    """Return a copy with `source` written over the slices that a vector names. Mirrors `torch.index_copy`."""
    check_tensor("index_copy", index, "index", 3)
    check_tensor("index_copy", source, "source", 4)
    if index._array.dtype != np.int64:
        raise RuntimeError(
            f"index_copy_(): Expected a long tensor for index, but got {dtypes.word(index._array.dtype)}"
        )
    if index._array.ndim > 1:
        raise IndexError(f"index_copy_(): Index should have dimension 1 or 0 (got {index._array.ndim})")
    if input._array.dtype != source._array.dtype:
        one, two = dtypes.word(input._array.dtype), dtypes.word(source._array.dtype)
        raise RuntimeError(
            f"index_copy_(): self and source expected to have the same dtype, but got (self) {one} and (source) {two}"
        )
    wrapped = wrap_dim(dim, input._array.ndim)
    if _rest(input, wrapped) != _rest(source, wrapped):
        ours, theirs = (" ".join(map(str, _rest(each, wrapped))) for each in (input, source))
        raise RuntimeError(
            "index_copy_(): Source/destination tensor must have same slice shapes. Destination slice shape: "
            f"{ours} at dimension {wrapped} and source slice shape: {theirs} at dimension {wrapped}."
        )
    count = source._array.shape[wrapped] if source._array.ndim else 1
    if count != index._array.size:
        raise IndexError(
            f"index_copy_(): Number of indices ({index._array.size}) should be equal to source.size(dim) ({count})"
        )
    return _index_copy_op, [input, wrapped, index, source]


def _index_fill_chosen(input: Tensor, dim: int, index: Tensor, value: Any) -> tuple[Op, list[Any]]:
    """Return a copy with the slices that a vector names filled with a value. Mirrors `torch.index_fill`."""
    check_tensor("index_fill", index, "index", 3)
    if index._array.dtype != np.int64:
        raise IndexError(f"index_fill_(): Expected dtype int64 for index, got {index.dtype}")
    if index._array.ndim > 1:
        raise RuntimeError(f"Index has to be a vector/scalar, got shape {list(index.shape)}")
    wrapped = wrap_dim(dim, input._array.ndim)
    if not isinstance(value, Tensor):
        return _index_fill_op, [input, wrapped, index, value]
    if value._array.ndim:
        raise RuntimeError(
            "index_fill_ only supports a 0-dimensional value tensor, but got tensor with "
            f"{value._array.ndim} dimension(s)."
        )
    return _index_fill_from_op, [input, wrapped, index, value]


choosing("index_select", _index_select_chosen, forward=_index_select)
choosing("index_add", _index_add_chosen, forward=_index_add)
choosing("index_copy", _index_copy_chosen, forward=_index_copy)
choosing("index_fill", _index_fill_chosen, forward=_index_fill)
