"""Views that show the same elements in another shape: view, reshape, squeeze, transpose, permute, expand and kin.

Note [Views of arrays]
A view's forward function must return a NumPy view, never a copy: replaying it on another array must show that array.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..tensor import Tensor
from .arguments import say
from .dims import ints, resolved_size, wrap_dim, wrap_dims
from .op import METHODS, op
from .type_words import type_word
from .wrapping import check_tensor

__all__ = ["contiguous_copy", "reshape", "reshaped", "squeeze", "squeezed_result", "unsafe_view", "unsqueeze", "view"]

_NO_VIEW = (
    "view size is not compatible with input tensor's size and stride (at least one dimension spans across two "
    "contiguous subspaces). Use .reshape(...) instead."
)
_CAN_REFUSE_COPY = tuple(map(int, np.__version__.split(".")[:2])) >= (2, 1)


def viewed(array: Any, size: tuple[int, ...]) -> Any:
    """Return the array in another shape without copying, or None where that cannot be."""
    if array.flags.c_contiguous:
        return array.reshape(size)
    try:
        if _CAN_REFUSE_COPY:
            return array.reshape(size, copy=False)
        shaped = array.view()
        shaped.shape = size
        return shaped
    except (ValueError, AttributeError):
        return None


# view and reshape


def _view(self: Any, size: tuple[int, ...]) -> Any:
    shaped = viewed(self, size)
    if shaped is None:
        have = f"shape {list(self.shape)} with strides {_steps(self)}"
        raise RuntimeError(f"{_NO_VIEW} The input has {have}; the size wanted is {list(size)}.")
    return shaped


def _steps(array: Any) -> list[int]:
    return [step // array.itemsize for step in array.strides]


def _reshaped(xp: Any, grad: Any, self_shape: tuple[int, ...]) -> Any:
    return xp.reshape(grad, self_shape)


_back = ("reshape(grad, self_shape)", _reshaped)
_view_op = op("View", _view, view=True, self=_back)
_reshape_alias_op = op("ReshapeAlias", _view, name="reshape", view=True, self=_back)
_unsafe_view_op = op("UnsafeView", lambda self, size: self.reshape(size), self=_back)
_copy_op = op(
    "Clone", lambda self: np.array(self, order="C"), name="clone", self=("grad", lambda grad: grad)
)


def view(input: Tensor, *shape: Any, dtype: Any = None) -> Tensor:
    """Return the elements in another shape, sharing memory. Mirrors `torch.Tensor.view`.

    Parameters
    ----------
    input : Tensor
        Whose elements are shown.
    *shape : int or tuple of int, or dtype
        The new lengths, one of which may be -1; or a dtype to read the memory as.

    dtype : dtype, optional
        The dtype by name.

    Raises
    ------
    RuntimeError
        When the strides allow no view of that shape, or the number of elements differs.
    """
    if dtype is not None or (len(shape) == 1 and isinstance(shape[0], dtypes.dtype)):
        return _view_as_dtype(input, shape[0] if dtype is None else dtype)
    return _view_op(input, resolved_size(ints("view", shape), input._array.size))


def _view_as_dtype(input: Tensor, dtype: Any) -> Tensor:
    if dtype.numpy == input._array.dtype:
        return view(input, *input._array.shape)
    found = _reread_op(input, dtype.numpy)
    found._requires_grad = found.meta().inherits = False  # what is read from bits has no derivative
    return found


def _reread(self: Any, dtype: Any) -> Any:
    """Read the memory as another dtype; one of another width changes the last dimension's length."""
    have, wanted = self.dtype.itemsize, dtype.itemsize
    if have != wanted:
        words = f"{type_word(self)} as {type_word(np.empty(0, dtype))} (different element sizes)"
        if self.ndim == 0:
            raise RuntimeError(f"self.dim() cannot be 0 to view {words}")
        ratio = wanted // have
        if ratio and self.shape[-1] % ratio:
            raise RuntimeError(
                f"self.size(-1) must be divisible by {ratio} to view {words}, but got {self.shape[-1]}"
            )
        if self.strides[-1] != have and self.shape[-1] != 1:
            raise RuntimeError(f"self.stride(-1) must be 1 to view {words}, but got {self.strides[-1] // have}")
    return self.view(dtype)


_reread_op = op("ViewDtype", _reread, name="view", view=True)


def view_as(input: Tensor, other: Tensor) -> Tensor:
    """Return the elements in the shape of `other`, sharing memory. Mirrors `torch.Tensor.view_as`."""
    check_tensor("view_as", other, "other", 1)
    return view(input, *other._array.shape) if other._array.ndim else view(input, ())


def unsafe_view(input: Tensor, size: tuple[int, ...]) -> Tensor:
    """Return a result nobody else holds in another shape; it counts as no view. Mirrors `aten::_unsafe_view`."""
    return _unsafe_view_op(input, size)


def contiguous_copy(input: Tensor) -> Tensor:
    """Return a copy in row-major order."""
    return _copy_op(input)


def reshape(input: Tensor, *shape: Any) -> Tensor:
    """Return the elements in another shape: a view where the strides allow one, otherwise a copy.

    Mirrors `torch.reshape`.

    Parameters
    ----------
    input : Tensor
        Whose elements are wanted.
    *shape : int or tuple of int
        The new lengths, one of which may be -1.

    Raises
    ------
    RuntimeError
        When the number of elements differs.
    """
    return reshaped(input, resolved_size(ints("reshape", shape, "shape"), input._array.size))


def reshaped(input: Tensor, size: tuple[int, ...]) -> Tensor:
    """Reshape to a size that is known to fit."""
    array = input._array
    if array.flags.c_contiguous:
        return _view_op(input, size)
    if viewed(array, size) is not None:
        return _reshape_alias_op(input, size)
    return _unsafe_view_op(_copy_op(input), size)


def reshape_as(input: Tensor, other: Tensor) -> Tensor:
    """Return the elements in the shape of `other`. Mirrors `torch.Tensor.reshape_as`."""
    return reshape(input, tuple(other._array.shape))


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Make one dimension of the dimensions from `start_dim` to `end_dim`. Mirrors `torch.flatten`.

    Raises
    ------
    RuntimeError
        When `start_dim` comes after `end_dim`.
    """
    array = input._array
    start, end = wrap_dim(start_dim, array.ndim), wrap_dim(end_dim, array.ndim)
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if array.ndim == 0:
        return reshape(input, (1,))
    if start == end:
        return input
    size = 1
    for length in array.shape[start : end + 1]:
        size *= length
    return reshape(input, (*array.shape[:start], size, *array.shape[end + 1 :]))


def unflatten(input: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    """Split one dimension into several. Mirrors `torch.unflatten`.

    Raises
    ------
    RuntimeError
        When the sizes do not multiply up to the dimension's length.
    """
    shape = input._array.shape
    where = wrap_dim(dim, len(shape))
    new = ints("unflatten", (sizes,), "sizes")
    if not new:
        raise RuntimeError("unflatten: sizes must be non-empty")
    try:
        new = resolved_size(new, shape[where])
    except RuntimeError as error:
        if "invalid for input" not in str(error):
            raise
        raise RuntimeError(
            f"unflatten: Provided sizes {list(new)} don't multiply up to the size of dim {where} ({shape[where]}) in "
            "the input tensor"
        ) from None
    return view(input, (*shape[:where], *new, *shape[where + 1 :]))


def ravel(input: Tensor) -> Tensor:
    """Return all elements in one dimension. Mirrors `torch.ravel`."""
    source = input if input._array.flags.c_contiguous else contiguous_copy(input)
    return view(source, -1)


# dimensions of length one


def _unsqueeze_to(xp: Any, grad: Any, self_shape: tuple[int, ...]) -> Any:
    for dim, length in enumerate(self_shape):
        if length == 1:
            grad = xp.unsqueeze(grad, dim)
    return grad


def _unsqueeze_one(xp: Any, grad: Any, dim: int, self_shape: tuple[int, ...]) -> Any:
    return xp.unsqueeze(grad, dim) if self_shape and self_shape[dim] == 1 else grad


def _unsqueeze_several(xp: Any, grad: Any, dims: tuple[int, ...], self_shape: tuple[int, ...]) -> Any:
    for dim in sorted(dims):
        grad = _unsqueeze_one(xp, grad, dim, self_shape)
    return grad


def _squeeze_one(self: Any, dim: int) -> Any:
    return self.squeeze(dim) if self.ndim and self.shape[dim] == 1 else self[...]


def _squeeze_several(self: Any, dims: tuple[int, ...]) -> Any:
    return self.squeeze(tuple(dim for dim in dims if self.ndim and self.shape[dim] == 1))


def _squeeze(self: Any, dim: Any = None) -> Any:
    if dim is None:
        return self.squeeze()
    return _squeeze_several(self, wrap_dims(dim, self.ndim))


_restore = "reshape(grad, self_shape)"
_squeeze_ops = {
    digit: op("Squeeze", forward, variant=digit, view=digit < 3, first_version=int(digit > 2), self=(_restore, rule))
    for digit, forward, rule in (
        (0, lambda self: self.squeeze(), _unsqueeze_to),
        (1, _squeeze_one, _unsqueeze_one),
        (2, _squeeze_several, _unsqueeze_several),
        (3, lambda self: self.squeeze(), _unsqueeze_to),
        (4, _squeeze_one, _unsqueeze_one),
        (5, _squeeze_several, _unsqueeze_several),
    )
}

SQUEEZES = {digit: function.op for digit, function in _squeeze_ops.items()}  # type: ignore[attr-defined]


def squeeze(input: Tensor, dim: Any = None) -> Tensor:
    """Remove dimensions of length 1: all of them, or those of `dim` that have that length. Mirrors `torch.squeeze`."""
    if dim is None:
        return _squeeze_ops[0](input)
    if isinstance(dim, (tuple, list)):
        return _squeeze_ops[2](input, wrap_dims(dim, input._array.ndim))
    return _squeeze_ops[1](input, wrap_dim(dim, input._array.ndim))


def squeezed_result(input: Tensor, dim: int) -> Tensor:
    """Remove a dimension from a result nobody else holds, as PyTorch does in place: no view is made."""
    return _squeeze_ops[4](input, dim)


def _unsqueezed(self: Any, dim: int) -> Any:
    shape = self.shape
    return self.reshape((*shape[:dim], 1, *shape[dim:]) if dim >= 0 else np.expand_dims(self, dim).shape)


_unsqueeze_op = op(
    "Unsqueeze",
    _unsqueezed,
    view=True,
    self=("squeeze(grad, dim)", lambda xp, grad, dim: xp.squeeze(grad, dim)),
)


def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """Insert a dimension of length 1 at position `dim`. Mirrors `torch.unsqueeze`."""
    return _unsqueeze_op(input, wrap_dim(dim, input._array.ndim + 1))



say("view", view, public=False, forward=lambda self, size: self.reshape(size), sizes="size")
say("reshape", reshape, forward=lambda self, size: self.reshape(size), sizes="shape")
say("squeeze", squeeze, forward=_squeeze)
say("unsqueeze", unsqueeze, forward=_unsqueeze_op.op.forward)  # type: ignore[attr-defined]
METHODS["view_as"] = view_as
METHODS["reshape_as"] = reshape_as
for _name, _function in (("flatten", flatten), ("unflatten", unflatten), ("ravel", ravel)):
    say(_name, _function)
