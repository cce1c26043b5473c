"""Views of a part: select, slice, narrow, and the regenerated views of autograd/views.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..autograd.copy_slices import laid_out
from ..tensor import Tensor
from .arguments import say
from .dims import whole_number, wrap_dim
from .op import op, register

__all__ = ["AS_STRIDED", "as_view", "narrow", "overlaps", "select", "slice_"]


# select and slice: also what basic indexing is made of

_WHOLE = slice(None)


def _at(dim: int, index: Any) -> tuple[Any, ...]:
    return (*(_WHOLE,) * dim, index, ...) if dim else (index, ...)


def _select(self: Any, dim: int, index: int) -> Any:
    return self[_at(dim, index)]


def _select_backward(grad: Any, input_sizes: tuple[int, ...], dim: int, index: int) -> Any:
    whole = np.zeros(input_sizes, grad.dtype)
    whole[_at(dim, index)] = grad
    return whole


_select_op = op(
    "Select",
    _select,
    view=True,
    self=(
        "put_back(grad, into=self_shape, along=dim, at=index)",
        lambda xp, grad, self_shape, dim, index: xp.select_backward(grad, self_shape, dim, index),
    ),
)
_select_backward_op = op(
    "SelectBackward",
    _select_backward,
    grad=("select(grad, dim, index)", lambda xp, grad, dim, index: xp.select(grad, dim, index)),
)


def select(input: Tensor, dim: int, index: int) -> Tensor:
    """Return one slice along a dimension, as a view. Mirrors `torch.select`.

    Raises
    ------
    IndexError
        When there is no such dimension or index.
    """
    shape = input._array.shape
    if not shape:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    where = wrap_dim(dim, len(shape))
    index = whole_number("select", index, "index", 3)
    if not -shape[where] <= index < shape[where]:
        raise IndexError(f"select(): index {index} out of range for tensor of size {list(shape)} at dimension {where}")
    return _select_op(input, where, index + shape[where] if index < 0 else index)


def _slice(self: Any, dim: int, start: int, end: int, step: int) -> Any:
    return self[_at(dim, slice(start, end, step))]


def _slice_backward(
    grad: Any, input_sizes: tuple[int, ...], dim: int, start: int, end: int, step: int
) -> Any:
    whole = np.zeros(input_sizes, grad.dtype)
    whole[_at(dim, slice(start, end, step))] = grad
    return whole


_slice_op = op(
    "Slice",
    _slice,
    view=True,
    self=(
        "put_back(grad, into=self_shape, along=dim, at=range(start, end, step))",
        lambda xp, grad, self_shape, dim, start, end, step: xp.slice_backward(grad, self_shape, dim, start, end, step),
    ),
)
_slice_backward_op = op(
    "SliceBackward",
    _slice_backward,
    grad=(
        "slice(grad, dim, start, end, step)",
        lambda xp, grad, dim, start, end, step: xp.slice(grad, dim, start, end, step),
    ),
)


def slice_(input: Tensor, dim: int, start: int, end: int, step: int = 1) -> Tensor:
    """Return the elements from `start` to `end` in steps along a dimension, as a view; bounds count from 0."""
    return _slice_op(input, dim, start, end, step)


def narrow(input: Tensor, dim: int, start: Any, length: int) -> Tensor:
    """Return `length` elements from `start` along a dimension, as a view. Mirrors `torch.narrow`.

    Raises
    ------
    RuntimeError, IndexError
        When they are not there.
    """
    where, start = narrowed("narrow", input._array.shape, dim, start, length)
    return _slice_op(input, where, start, start + length, 1)


_narrow_copy_op = op(
    "NarrowCopy",
    lambda self, dim, start, length: self[_at(dim, slice(start, start + length))].copy(),
    self=(
        "put_back(grad, into=self_shape, along=dim, at=range(start, start + length))",
        lambda xp, grad, self_shape, dim, start, length: xp.slice_backward(
            grad, self_shape, dim, start, start + length, 1
        ),
    ),
)


def narrow_copy(input: Tensor, dim: int, start: int, length: int) -> Tensor:
    """Return what `narrow` shows, as a copy. Mirrors `torch.narrow_copy`."""
    where, start = narrowed("narrow", input._array.shape, dim, start, length)
    return _narrow_copy_op(input, where, start, length)


def narrowed(name: str, shape: tuple[int, ...], dim: int, start: Any, length: int) -> tuple[int, int]:
    """Return the dimension and start that `narrow` means, checked."""
    if not shape:
        raise RuntimeError(f"{name}() cannot be applied to a 0-dim tensor.")
    if whole_number(name, length, "length", 4) < 0:
        raise RuntimeError(f"{name}(): length must be non-negative.")
    where, start = wrap_dim(dim, len(shape)), whole_number(name, start, "start", 3)
    size = shape[where]
    if not -size <= start <= size:
        raise IndexError(f"start out of range (expected to be in range of [{-size}, {size}], but got {start})")
    start = start + size if start < 0 else start
    if start + length > size:
        raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({size}).")
    return where, start


say("select", select, forward=_select)
register("select_backward", _select_backward_op, method=False, public=False)
register("slice", slice_, forward=_slice, method=False, public=False)
register("slice_backward", _slice_backward_op, method=False, public=False)
say("narrow_copy", narrow_copy)
say(
    "narrow",
    narrow,
    forward=lambda self, dim, start, length: self[_at(dim % self.ndim, slice(start, start + length))],
)


# regenerated views


def _replayed(self: Any, replay: Callable[[Any], Any]) -> Any:
    return replay(self)


def _view_back(
    self: Any, shape: tuple[int, ...], strides: tuple[int, ...], replay: Callable[[Any], Any]
) -> Any:
    """Return zeros of `shape`, laid out by `strides`, with `self` added where the view `replay` makes shows them."""
    whole = laid_out(shape, self.dtype, strides)
    shown = replay(whole)
    if overlaps(shown):
        positions = laid_out(shape, np.intp, strides)
        positions[...] = np.arange(whole.size).reshape(shape)
        flat = np.zeros(whole.size, self.dtype)
        np.add.at(flat, replay(positions), self)
        whole[...] = flat.reshape(shape)
    else:
        shown[...] += self
    return whole


def overlaps(array: Any) -> bool:
    """Return whether two elements of an array may lie at one address."""
    reach = array.itemsize
    for step, length in sorted(zip(map(abs, array.strides), array.shape, strict=True)):
        if length > 1:
            if step < reach:
                return True
            reach = step * (length - 1) + reach
    return False


_as_view_op = op(
    "AsStrided",
    _replayed,
    name="as_strided",
    view=True,
    self=(
        "put_back(grad, into=self_shape, at=view)",
        lambda xp, grad, self_shape, self_strides, replay: xp.view_back(grad, self_shape, self_strides, replay),
    ),
)
_view_back_op = op(
    "PutBack",
    _view_back,
    self=(
        "as_view(relaid(grad, strides), replay)",
        lambda xp, grad, strides, replay: xp.as_view(xp.relaid(grad, strides), replay),
    ),
)


def _relaid(self: Any, strides: tuple[int, ...]) -> Any:
    """Return a copy laid out by `strides`, so that views of what had them can be replayed."""
    whole = laid_out(self.shape, self.dtype, strides)
    whole[...] = self
    return whole


_relaid_op = op("Clone", _relaid, name="clone", self=("grad", lambda grad: grad))
register("view_back", _view_back_op, method=False, public=False)
register("relaid", _relaid_op, method=False, public=False)
register("as_view", _as_view_op, method=False, public=False)
AS_STRIDED = _as_view_op.op  # type: ignore[attr-defined]


def as_view(tensor: Tensor, replay: Callable[[Any], Any]) -> Tensor:
    """Return the view of `tensor` that `replay` makes of its array."""
    return _as_view_op(tensor, replay)
