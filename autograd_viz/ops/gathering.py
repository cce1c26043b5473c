"""Read and write at an index for every element: gather and scatter along a dimension, take and put in all.

Each one's rule is another of them. A place named twice receives both gradients, and both values where values are added.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..tensor import Tensor
from .dims import wrap_dim
from .op import Op, op
from .positions import add_at, along, bounded, lined_up, on_copy
from .remainders import not_differentiable
from .type_words import number_as, refuse_overflow
from .wrapping import check_tensor, choosing

__all__ = ["check_dtypes", "check_index", "expect_dims", "scatter_places"]


def check_index(name: str, index: Any, position: int = 3) -> None:
    """Raise PyTorch's error unless this is a tensor of int64 or int32, or points nowhere."""
    check_tensor(name, index, "index", position)
    dtype = index._array.dtype
    if (dtype.kind != "i" or dtype.itemsize < 4) and index._array.size:
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
    for each, want in enumerate(flat.shape):
        if each != dim and want > array.shape[each]:
            raise RuntimeError(
                f"Size does not match at dimension {each} expected index {list(index.shape)} to be no larger than self "
                f"{list(self.shape)} apart from dimension {dim}"
            )
    return array[along(bounded(flat, array.shape[dim], dim), dim)].reshape(index.shape)


def scatter_places(self: Any, dim: int, index: Any, src: Any) -> tuple[Any, Any, Any]:
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
        array, where, src = scatter_places(self, dim, index, src)
        array[where] = src


def _scatter_number_into(self: Any, dim: int, index: Any, value: Any) -> None:
    _scatter_into(self, dim, index, number_as(value, self.dtype))


def _scatter_add_into(self: Any, dim: int, index: Any, src: Any) -> None:
    if index.size:
        add_at(*scatter_places(self, dim, index, src))


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
        "put_back(grad, into=self.shape, along=dim, at=index)",
        lambda xp, grad, self, dim, index: xp.scatter_add(_zeros(xp, grad, self.shape), dim, index, grad),
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


def _scatter_reduced_into(self: Any, dim: int, index: Any, src: Any, reduce: str) -> None:
    if index.size:
        array, where, src = scatter_places(self, dim, index, src)
        (np.add if reduce == "add" else np.multiply).at(array, where, np.asarray(src).astype(self.dtype))


def _scatter_reduced(self: Any, dim: int, index: Any, src: Any, reduce: str) -> Any:
    return on_copy(_scatter_reduced_into, self, dim, index, src, reduce)


_scatter_reduce_op, _scatter_reduce_number_op = (
    not_differentiable(
        "scatter", _scatter_reduced, into=_scatter_reduced_into, tensors=("index",), params=params
    ).op
    for params in (("self", "src"), ("self",))
)


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
    if src is None:
        raise TypeError('scatter() missing 1 required positional arguments: "src" or "value"')
    if reduce is not None:
        return _scatter_reducing(input, wrapped, index, src, reduce)
    if isinstance(src, Tensor):
        check_dtypes("scatter", input, src)
        return _scatter_op, [input, wrapped, index, src]
    return _scatter_number_op, [input, wrapped, index, src]


def _scatter_reducing(input: Tensor, dim: int, index: Tensor, src: Any, reduce: str) -> tuple[Op, list[Any]]:
    """Return the entry of scatter with `reduce=`, of which PyTorch has no derivative."""
    if reduce not in ("add", "multiply"):
        raise RuntimeError("reduce argument must be either add or multiply.")
    if not isinstance(src, Tensor):
        refuse_overflow(src, input._array.dtype)
        return _scatter_reduce_number_op, [input, dim, index, src, reduce]
    check_dtypes("scatter", input, src)
    return _scatter_reduce_op, [input, dim, index, src, reduce]


def _scatter_add_chosen(input: Tensor, dim: int, index: Tensor, src: Tensor) -> tuple[Op, list[Any]]:
    """Return a copy with `src` added where `index` points along a dimension. Mirrors `torch.scatter_add`."""
    wrapped = expect_dims("scatter_add", input, dim, index)
    check_tensor("scatter_add", src, "src", 4)
    check_dtypes("scatter", input, src)
    return _scatter_add_op, [input, wrapped, index, src]


def check_dtypes(name: str, input: Tensor, src: Tensor) -> None:
    if input._array.dtype != src._array.dtype:
        raise RuntimeError(f"{name}(): Expected self.dtype to be equal to src.dtype, got {input.dtype} and {src.dtype}")


choosing("gather", _gather_chosen, forward=_gather)
choosing("scatter", _scatter_chosen, forward=_scatter)
choosing("scatter_add", _scatter_add_chosen, forward=_scatter_add)


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
        "put(new_zeros(grad, self.shape), index, grad, True)",
        lambda xp, grad, self, index: xp.put(_zeros(xp, grad, self.shape), index, grad, True),
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


def _check_long(name: str, index: Any) -> None:
    check_tensor(name, index, "index", 2)
    if index._array.dtype != np.int64:
        raise RuntimeError(f"{name}(): Expected a long tensor for index, but got {dtypes.word(index._array.dtype)}")


def _take_chosen(input: Tensor, index: Tensor) -> tuple[Op, list[Any]]:
    """Return elements of the flattened tensor, in the shape of `index`. Mirrors `torch.take`."""
    check_tensor("take", input)
    _check_long("take", index)
    return _take_op, [input, index]


def _put_chosen(input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> tuple[Op, list[Any]]:
    """Return a copy with elements of the flattened tensor overwritten, or added to. Mirrors `torch.Tensor.put`."""
    _check_long("put_", index)
    check_tensor("put_", source, "source", 3)
    if source._array.dtype != input._array.dtype:
        own, other = dtypes.word(input._array.dtype), dtypes.word(source._array.dtype)
        raise RuntimeError(
            f"put_(): self and source expected to have the same dtype, but got self.dtype = {own} and source.dtype = "
            f"{other}"
        )
    if index._array.size != source._array.size:
        raise IndexError(
            f"put_(): Expected source and index to have the same number of elements, but got source.numel() = "
            f"{source._array.size}, index.numel() = {index._array.size}"
        )
    return _put_op, [input, index, source, accumulate]


choosing("take", _take_chosen, forward=_take)
choosing("put", _put_chosen, forward=_put)
