"""Read and write at indices along one dimension: gather, scatter, index_select, index_add and their kin.

`gather` and `scatter` take an index for every element, `index_select` and `index_add` one for every slice, `take` and
`put` count through the flattened tensor. Each one's rule is another of them. A place named twice receives both
gradients, and both values where values are added.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..tensor import Tensor
from .dims import wrap_dim
from .op import Op, op
from .positions import add_at, along, bounded, lined_up, on_copy
from .wrapping import check_tensor, choosing

__all__ = ["check_index", "expect_dims"]


def check_index(name: str, index: Any, position: int = 3) -> None:
    """Raise PyTorch's error unless this is a tensor of int64 or int32."""
    check_tensor(name, index, "index", position)
    if index._array.dtype not in (np.int64, np.int32):
        raise RuntimeError(f"{name}(): Expected dtype int32/int64 for index, got {index.dtype}")


def expect_dims(name: str, input: Any, dim: int, index: Any) -> int:
    """Return the dimension meant, after checking the operands that gather and scatter have in common."""
    check_tensor(name, input)
    check_index(name, index)
    wrapped = wrap_dim(dim, input._array.ndim)
    if (index._array.ndim or 1) != (input._array.ndim or 1) and index._array.size:
        raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
    return wrapped


def _zeros(xp: Any, grad: Any, self_shape: Any) -> Any:
    return xp.new_zeros(grad, self_shape)


# gather and scatter


def _gather(self: Any, dim: int, index: Any) -> Any:
    if not index.size:
        return np.empty(index.shape, self.dtype)
    array, flat = lined_up(self), lined_up(index)
    for each, (have, want) in enumerate(zip(array.shape, flat.shape, strict=True)):
        if each != dim and want > have:
            raise RuntimeError(
                f"Size does not match at dimension {each} expected index {list(index.shape)} to be no larger than self "
                f"{list(self.shape)} apart from dimension {dim}"
            )
    return array[along(bounded(flat, array.shape[dim], dim), dim)].reshape(index.shape)


def _places(self: Any, dim: int, index: Any, src: Any) -> tuple[Any, Any, Any]:
    """Return the array to write into, the NumPy index to write at, and the part of `src` that is written."""
    array, flat = lined_up(self), lined_up(index)
    sizes = [("self", array)]
    if np.ndim(src) or src.__class__ is np.ndarray:
        src = lined_up(src)
        sizes.append(("src", src))
    for word, other in sizes:
        for each, (have, want) in enumerate(zip(other.shape, flat.shape, strict=True)):
            if want > have and (word == "src" or each != dim):
                raise RuntimeError(
                    f"Expected index {list(index.shape)} to be no larger than self {list(self.shape)} apart from "
                    f"dimension {dim} and to be no larger size than src {list(np.shape(src))}"
                )
    if len(sizes) > 1:
        src = src[tuple(slice(length) for length in flat.shape)]
    return array, along(bounded(flat, array.shape[dim], dim), dim), src


def _scatter_into(self: Any, dim: int, index: Any, src: Any) -> None:
    if index.size:
        array, where, src = _places(self, dim, index, src)
        array[where] = src


def _scatter_number_into(self: Any, dim: int, index: Any, value: Any) -> None:
    _scatter_into(self, dim, index, np.asarray(value).astype(self.dtype).item())


def _scatter_add_into(self: Any, dim: int, index: Any, src: Any) -> None:
    if index.size:
        add_at(*_places(self, dim, index, src))


def _scatter(self: Any, dim: int, index: Any, src: Any) -> Any:
    return on_copy(_scatter_into, self, dim, index, src)


def _scatter_number(self: Any, dim: int, index: Any, value: Any) -> Any:
    return on_copy(_scatter_number_into, self, dim, index, value)


def _scatter_add(self: Any, dim: int, index: Any, src: Any) -> Any:
    return on_copy(_scatter_add_into, self, dim, index, src)


_gather_op = op(
    "Gather",
    _gather,
    tensors=("index",),
    self=(
        "scatter_add(new_zeros(grad, self_shape), dim, index, grad)",
        lambda xp, grad, self_shape, dim, index: xp.scatter_add(_zeros(xp, grad, self_shape), dim, index, grad),
    ),
)
_kept = ("scatter(grad, dim, index, 0)", lambda xp, grad, dim, index: xp.scatter(grad, dim, index, 0))
_gathered = ("gather(grad, dim, index)", lambda xp, grad, dim, index: xp.gather(grad, dim, index))
_scatter_op = op(
    "Scatter", _scatter, into=_scatter_into, tensors=("index",), self=_kept, src=_gathered
).op  # type: ignore[attr-defined]
_scatter_number_op = op(
    "Scatter", _scatter_number, into=_scatter_number_into, variant=1, tensors=("index",), self=_kept
).op  # type: ignore[attr-defined]
_scatter_add_op = op(
    "ScatterAdd",
    _scatter_add,
    into=_scatter_add_into,
    tensors=("index",),
    self=("grad", lambda grad: grad),
    src=_gathered,
).op  # type: ignore[attr-defined]


def _gather_chosen(input: Tensor, dim: int, index: Tensor, *, sparse_grad: bool = False) -> tuple[Op, list[Any]]:
    """Return, at each place of `index`, the element that it names along a dimension. Mirrors `torch.gather`."""
    return _gather_op.op, [input, expect_dims("gather", input, dim, index), index]  # type: ignore[attr-defined]


def _scatter_chosen(
    input: Tensor, dim: int, index: Tensor, src: Any = None, *, value: Any = None, reduce: str | None = None
) -> tuple[Op, list[Any]]:
    """Return a copy with `src` (a tensor or a number) written where `index` points along a dimension.

    Mirrors `torch.scatter`. Where a place is named twice, one of its values stays.
    """
    wrapped = expect_dims("scatter", input, dim, index)
    src = value if src is None else src
    if reduce is not None:
        raise NotImplementedError("scatter(): reduce= is not provided; use scatter_add or scatter_reduce")
    if isinstance(src, Tensor):
        _check_dtypes("scatter", input, src)
        return _scatter_op, [input, wrapped, index, src]
    return _scatter_number_op, [input, wrapped, index, src]


def _scatter_add_chosen(input: Tensor, dim: int, index: Tensor, src: Tensor) -> tuple[Op, list[Any]]:
    """Return a copy with `src` added where `index` points along a dimension. Mirrors `torch.scatter_add`."""
    wrapped = expect_dims("scatter_add", input, dim, index)
    check_tensor("scatter_add", src, "src", 4)
    _check_dtypes("scatter", input, src)
    return _scatter_add_op, [input, wrapped, index, src]


def _check_dtypes(name: str, input: Tensor, src: Tensor) -> None:
    if input._array.dtype != src._array.dtype:
        raise RuntimeError(f"{name}(): Expected self.dtype to be equal to src.dtype, got {input.dtype} and {src.dtype}")


choosing("gather", _gather_chosen, forward=_gather)
choosing("scatter", _scatter_chosen, forward=_scatter)
choosing("scatter_add", _scatter_add_chosen, forward=_scatter_add)


# index_select, index_add, index_copy, index_fill


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
    add_at(array, where, lined_up(source) if alpha == 1 else lined_up(source) * self.dtype.type(alpha))


def _copy_into(self: Any, dim: int, index: Any, source: Any) -> None:
    array = lined_up(self)
    array[_slices(dim, bounded(index, array.shape[dim], dim))] = lined_up(source)


def _fill_into(self: Any, dim: int, index: Any, value: Any) -> None:
    array = lined_up(self)
    where = _slices(dim, bounded(index, array.shape[dim], dim, negative=True, kind=IndexError))
    array[where] = np.asarray(value).astype(self.dtype)


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
        "index_add(new_zeros(grad, self_shape), dim, index, grad)",
        lambda xp, grad, self_shape, dim, index: xp.index_add(_zeros(xp, grad, self_shape), dim, index, grad),
    ),
).op  # type: ignore[attr-defined]


def _selected(xp: Any, grad: Any, dim: int, index: Any, source_shape: Any) -> Any:
    return xp.reshape(xp.index_select(grad, dim, index), source_shape)


def _selected_times(xp: Any, grad: Any, dim: int, index: Any, source_shape: Any, alpha: Any) -> Any:
    chosen = _selected(xp, grad, dim, index, source_shape)
    return chosen if alpha == 1 else chosen * alpha


_blanked = ("index_fill(grad, dim, index, 0)", lambda xp, grad, dim, index: xp.index_fill(grad, dim, index, 0))
_index_add_op = op(
    "IndexAdd",
    _index_add,
    into=_add_into,
    tensors=("index",),
    self=("grad", lambda grad: grad),
    source=("reshape(index_select(grad, dim, index), source_shape) · alpha", _selected_times),
).op  # type: ignore[attr-defined]
_index_copy_op = op(
    "IndexCopy",
    _index_copy,
    into=_copy_into,
    tensors=("index",),
    self=_blanked,
    source=("reshape(index_select(grad, dim, index), source_shape)", _selected),
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
    wrapped = _vector("index_add", input, dim, index)
    if input._array.dtype != source._array.dtype:
        one, two = dtypes.word(input._array.dtype), dtypes.word(source._array.dtype)
        raise RuntimeError(f"index_add_(): self ({one}) and source ({two}) must have the same scalar type")
    count = source._array.shape[wrapped] if source._array.ndim else 1
    if count != index._array.size:
        raise RuntimeError(
            f"index_add_(): Number of indices ({index._array.size}) should be equal to source.size(dim): ({count}), "
            f"for dim: {wrapped}"
        )
    if _rest(input, wrapped) != _rest(source, wrapped):
        raise RuntimeError(
            "source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = "
            f"{list(input.shape)} source.shape = {list(source.shape)}"
        )
    return _index_add_op, [input, wrapped, index, source, alpha]


def _rest(tensor: Any, dim: int) -> tuple[int, ...]:
    shape = tensor._array.shape
    return (*shape[:dim], *shape[dim + 1 :])


def _index_copy_chosen(input: Tensor, dim: int, index: Tensor, source: Tensor) -> tuple[Op, list[Any]]:
    """Return a copy with `source` written over the slices that a vector names. Mirrors `torch.index_copy`."""
    wrapped = _vector("index_copy", input, dim, index)
    if _rest(input, wrapped) != _rest(source, wrapped):
        ours, theirs = (" ".join(map(str, _rest(each, wrapped))) for each in (input, source))
        raise RuntimeError(
            "index_copy_(): Source/destination tensor must have same slice shapes. Destination slice shape: "
            f"{ours} at dimension {wrapped} and source slice shape: {theirs} at dimension {wrapped}."
        )
    return _index_copy_op, [input, wrapped, index, source]


def _index_fill_chosen(input: Tensor, dim: int, index: Tensor, value: Any) -> tuple[Op, list[Any]]:
    """Return a copy with the slices that a vector names filled with a value. Mirrors `torch.index_fill`."""
    wrapped = _vector("index_fill", input, dim, index)
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


# take and put


def _take(self: Any, index: Any) -> Any:
    wrong = index[(index < -self.size) | (index >= self.size)]
    if wrong.size:
        raise IndexError(f"out of range: tried to access index {wrong[0]} on a tensor of {self.size} elements.")
    return self.reshape(-1)[index]


def _put(self: Any, index: Any, source: Any, accumulate: bool = False) -> Any:
    _take(self, index)  # for its check
    copy = np.array(self, order="C")
    flat = copy.reshape(-1)
    if accumulate:
        np.add.at(flat, index.reshape(-1), source.reshape(-1))
    else:
        flat[index.reshape(-1)] = source.reshape(-1)
    return copy


def _put_over(xp: Any, grad: Any, index: Any, accumulate: bool) -> Any:
    return grad if accumulate else xp.put(grad, index, xp.new_zeros(grad, tuple(index.shape)))


_take_op = op(
    "Take",
    _take,
    tensors=("index",),
    self=(
        "put(new_zeros(grad, self_shape), index, grad, True)",
        lambda xp, grad, self_shape, index: xp.put(_zeros(xp, grad, self_shape), index, grad, True),
    ),
).op  # type: ignore[attr-defined]
_put_op = op(
    "Put",
    _put,
    tensors=("index",),
    self=("grad if accumulate else put(grad, index, new_zeros(grad, index.shape))", _put_over),
    source=(
        "reshape(take(grad, index), source_shape)",
        lambda xp, grad, index, source_shape: xp.reshape(xp.take(grad, index), source_shape),
    ),
).op  # type: ignore[attr-defined]


def _take_chosen(input: Tensor, index: Tensor) -> tuple[Op, list[Any]]:
    """Return elements of the flattened tensor, in the shape of `index`. Mirrors `torch.take`."""
    check_tensor("take", input)
    check_index("take", index, 2)
    return _take_op, [input, index]


def _put_chosen(input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> tuple[Op, list[Any]]:
    """Return a copy with elements of the flattened tensor overwritten, or added to. Mirrors `torch.Tensor.put`."""
    check_index("put", index, 2)
    if index._array.size != source._array.size:
        raise RuntimeError(
            f"put_(): Expected source and index to have the same number of elements, but got source.numel() = "
            f"{source._array.size}, index.numel() = {index._array.size}"
        )
    return _put_op, [input, index, source, accumulate]


choosing("take", _take_chosen, forward=_take)
choosing("put", _put_chosen, forward=_put)
