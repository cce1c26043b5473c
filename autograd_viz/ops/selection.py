"""Choose by masks: `where`, `masked_fill`, `masked_select`, `masked_scatter`.

Gradients go where the values came from, and exact zeros elsewhere, whatever the gradient there is.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from .. import dtypes
from ..foreign import kind_of
from ..tensor import Tensor, make
from .dispatch import Scalar
from .masks import dropped
from .op import FUNCTIONS, METHODS, Op, op, register
from .type_words import refuse_overflow
from .wrapping import check_number, check_tensor, choosing

__all__: list[str] = []


# where


def _where(condition: Any, self: Any, other: Any) -> Any:
    return np.where(condition, self, other)


_WHERE: dict[str, Any] = {
    "tensors": ("condition",),
    "self": ("where(condition, grad, 0)", lambda xp, grad, condition: xp.keep(grad, condition)),
    "other": ("where(condition, 0, grad)", lambda xp, grad, condition: xp.keep(grad, ~condition)),
}
_where_op = op("Where", _where, promote="arithmetic", **_WHERE).op  # type: ignore[attr-defined]
_where_of_one_dtype = op("Where", _where, **_WHERE)


def _where_chosen(condition: Tensor, input: Any, other: Any) -> tuple[Op, list[Any]]:
    check_tensor("where", condition, "condition")
    for position, (param, value) in enumerate((("input", input), ("other", other))):
        if not isinstance(value, (Tensor, *Scalar)):
            raise TypeError(
                f"where() received an invalid combination of arguments: '{param}' (position {position + 2}) must be "
                f"Tensor or Number, not {kind_of(value)}"
            )
    return _where_op, [_truths(condition), input, other]


def _truths(condition: Tensor) -> Tensor:
    """Return a condition as bools; bytes are taken for them as they once were."""
    dtype = condition._array.dtype
    if dtype.kind == "b":
        return condition
    if dtype == np.uint8:
        warnings.warn(
            "where received a uint8 condition tensor. This behavior is deprecated and will be removed in a future "
            "version of PyTorch. Use a boolean condition instead.",
            UserWarning,
            stacklevel=3,
        )
        return make(condition._array != 0)
    raise RuntimeError(
        f"where expected condition to be a boolean tensor, but got a tensor with dtype {dtypes.word(dtype)}"
    )


_choose = choosing("where", _where_chosen, forward=_where)


def where(condition: Tensor, input: Any = None, other: Any = None) -> Any:
    """Return `input` where the condition holds, else `other`; given only a condition, the indices where it holds.

    Mirrors `torch.where`: the three broadcast together, numbers do not promote tensors of their kind.
    """
    if input is None and other is None:
        return condition.nonzero(as_tuple=True)
    if (  # 35 µs on the general path, 8 on this
        condition.__class__ is input.__class__ is other.__class__ is Tensor
        and condition._array.dtype.kind == "b"
        and input._array.dtype is other._array.dtype
    ):
        return _where_of_one_dtype(condition, input, other)
    return _choose(condition, input, other)


def _where_method(self: Tensor, condition: Tensor, other: Any) -> Tensor:
    """Return this tensor where the condition holds, else `other`. Mirrors `torch.Tensor.where`."""
    return _choose(condition, self, other)


# masked_fill


def _masked_fill(self: Any, mask: Any, value: Any) -> Any:
    if value.__class__ is int and value == 0 and self.dtype.kind == "f":
        return dropped(self, mask)
    refuse_overflow(value, self.dtype)
    return np.asarray(np.where(mask, np.asarray(value).astype(self.dtype), self), order="C")


def _masked_fill_into(self: Any, mask: Any, value: Any) -> None:
    if np.broadcast_shapes(self.shape, mask.shape) != self.shape:
        wide = list(np.broadcast_shapes(self.shape, mask.shape))
        raise RuntimeError(f"output with shape {list(self.shape)} doesn't match the broadcast shape {wide}")
    refuse_overflow(value, self.dtype)
    np.copyto(self, np.asarray(value).astype(self.dtype), where=mask)


_emptied = ("masked_fill(grad, mask, 0)", lambda xp, grad, mask: xp.masked_fill(grad, mask, 0))
_masked_fill_op = op(
    "MaskedFill", _masked_fill, into=_masked_fill_into, tensors=("mask",), self=_emptied
).op  # type: ignore[attr-defined]
_masked_fill_from_op = op(
    "MaskedFill",
    _masked_fill,
    into=_masked_fill_into,
    variant=1,
    tensors=("mask",),
    self=_emptied,
    value=("where(mask, grad, 0).sum()", lambda xp, grad, mask: xp.keep(grad, mask).sum()),
).op  # type: ignore[attr-defined]


def _masked_fill_chosen(input: Tensor, mask: Tensor, value: Any) -> tuple[Op, list[Any]]:
    """Return a copy with `value`, a number or a 0-dim tensor, where the mask is true. Mirrors `torch.masked_fill`."""
    check_tensor("masked_fill", input)
    check_tensor("masked_fill", mask, "mask", 2)
    if mask._array.dtype.kind != "b":
        raise RuntimeError(f"masked_fill_ only supports boolean masks, but got mask with dtype {mask.dtype.name}")
    if not isinstance(value, Tensor):
        check_number("masked_fill", value, "value", 3)
        return _masked_fill_op, [input, mask, value]
    if value._array.ndim:
        raise RuntimeError(
            "masked_fill_ only supports a 0-dimensional value tensor, but got tensor with "
            f"{value._array.ndim} dimension(s)."
        )
    return _masked_fill_from_op, [input, mask, value]


choosing("masked_fill", _masked_fill_chosen, forward=_masked_fill)


# masked_select, masked_scatter


def _masked_select(self: Any, mask: Any) -> Any:
    array, chosen = np.broadcast_arrays(self, mask)
    return array[chosen]


def _masked_scatter(self: Any, mask: Any, source: Any) -> Any:
    mask = np.broadcast_to(mask, np.broadcast_shapes(self.shape, mask.shape))
    filled = np.array(np.broadcast_to(self, mask.shape))
    count = int(mask.sum())
    if source.size < count:
        raise RuntimeError(
            f"Number of elements of source < number of ones in mask: masked_scatter got {source.size} for {count}"
        )
    filled[mask] = source.reshape(-1)[:count]
    return filled


def _masked_scatter_backward(grad: Any, mask: Any, sizes: Any) -> Any:
    """Return the gradient of `source`: what the mask chose, in order, and zeros for what was not used."""
    flat = np.zeros(sizes, grad.dtype)
    chosen = _masked_select(grad, mask)
    flat.reshape(-1)[: chosen.size] = chosen
    return flat


def _put_back(xp: Any, grad: Any, self: Any, mask: Any) -> Any:
    shape = np.broadcast_shapes(tuple(self.shape), tuple(mask.shape))
    return xp.masked_scatter(xp.new_zeros(grad, shape), mask, grad)


_masked_select_op = op(
    "MaskedSelect",
    _masked_select,
    tensors=("mask",),
    self=("masked_scatter(new_zeros(grad, self.shape), mask, grad)", _put_back),
).op  # type: ignore[attr-defined]
_masked_scatter_op = op(
    "MaskedScatter",
    _masked_scatter,
    tensors=("mask",),
    self=_emptied,
    source=(
        "masked_scatter_backward(grad, mask, source_shape)",
        lambda xp, grad, mask, source_shape: xp.masked_scatter_backward(grad, mask, source_shape),
    ),
).op  # type: ignore[attr-defined]
_masked_scatter_backward_op = op(
    "MaskedScatterBackward",
    _masked_scatter_backward,
    tensors=("mask",),
    grad=(
        "masked_scatter(new_zeros(grad, grad_shape), mask, grad)",
        lambda xp, grad, grad_shape, mask: xp.masked_scatter(xp.new_zeros(grad, grad_shape), mask, grad),
    ),
)


def _masked_select_chosen(input: Tensor, mask: Tensor) -> tuple[Op, list[Any]]:
    """Return the elements where the mask is true, as a vector. Mirrors `torch.masked_select`."""
    check_tensor("masked_select", input)
    _check_mask("masked_select", mask)
    return _masked_select_op, [input, mask]


def _masked_scatter_chosen(input: Tensor, mask: Tensor, source: Tensor) -> tuple[Op, list[Any]]:
    """Return a copy with the elements of `source`, in order, where the mask is true. Mirrors `torch.masked_scatter`."""
    check_tensor("masked_scatter", input)
    check_tensor("masked_scatter", mask, "mask", 2)
    if mask._array.dtype.kind != "b":
        found = dtypes.word(mask._array.dtype)
        raise RuntimeError(f"masked_scatter_ only supports boolean masks, but got mask with dtype {found}")
    if input._array.dtype != source._array.dtype:
        one, two = dtypes.word(input._array.dtype), dtypes.word(source._array.dtype)
        raise RuntimeError(f"masked_scatter: expected self and source to have same dtypes but got {one} and {two}")
    return _masked_scatter_op, [input, mask, source]


def _check_mask(name: str, mask: Any) -> None:
    check_tensor(name, mask, "mask", 2)
    if mask._array.dtype.kind != "b":
        raise RuntimeError(f"{name}: expected BoolTensor for mask, got {mask.dtype}")


choosing("masked_select", _masked_select_chosen, forward=_masked_select)
choosing("masked_scatter", _masked_scatter_chosen, forward=_masked_scatter)
register("masked_scatter_backward", _masked_scatter_backward_op, method=False, public=False)
METHODS["where"], FUNCTIONS["where"] = _where_method, where
