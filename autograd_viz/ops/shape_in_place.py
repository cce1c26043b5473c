"""Changes of a tensor's own shape: `squeeze_`, `unsqueeze_`, `t_`, `transpose_`, `as_strided_`.

No element changes, but the version does, and the history goes on as after any change in place. Other views of the
same memory show what they showed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..autograd.state import local
from ..autograd.views import check_changed, check_inplace, note_change
from ..tensor import Tensor, make
from .dims import ints, wrap_dim, wrap_dims
from .dispatch import make_node, tell
from .op import METHODS, Op, op, register
from .shape import SQUEEZES
from .strided import AS_STRIDED_IN_PLACE, storage_offset_of

__all__: list[str] = []

Undo = Callable[[Any], Any]  # from the new array back to a view in the old shape

_unsqueeze = op(
    "Unsqueeze",
    lambda self, dim: np.expand_dims(self, dim),
    name="unsqueeze",
    variant=1,
    self=("squeeze(grad, dim)", lambda xp, grad, dim: xp.squeeze(grad, dim)),
).op  # type: ignore[attr-defined]
_transpose = op(
    "Transpose",
    lambda self, dim0, dim1: self.swapaxes(dim0, dim1) if self.ndim else self,
    name="transpose",
    variant=1,
    self=("transpose(grad, dim0, dim1)", lambda xp, grad, dim0, dim1: xp.transpose(grad, dim0, dim1)),
).op  # type: ignore[attr-defined]
_t = op("T", lambda self: self.T, name="t", variant=1, self=("t(grad)", lambda xp, grad: xp.t(grad))).op  # type: ignore[attr-defined]


def _reshaped(target: Tensor, made: Op, values: tuple[Any, ...], undo: Undo | None) -> Tensor:
    """Give a tensor another shape over the same memory, and tell its views how to find theirs."""
    tracked = local.grad_enabled and not local.inference and target._requires_grad
    check_inplace(target, tracked, "shape")
    array = made.forward(target._array, *values)
    before = make(target._array, target._grad_fn or None, target._output_nr)
    before._requires_grad = target._requires_grad
    node = make_node(made, [before, *values], [target], [make(array)]) if tracked else None
    _redirect(target, made, values, undo)
    target._array = array
    check_changed(target)
    target.bump_version()
    if tracked:
        note_change(target)
        target._grad_fn, target._output_nr = node, 0
        if target._meta is not None and target._meta.base is not None:
            assert target._counter is not None
            target._meta.version = target._counter[0]
    tell(made, [target, *values], (target,), node, target)
    return target


def _redirect(target: Tensor, made: Op, values: tuple[Any, ...], undo: Undo | None) -> None:
    """Let a view be replayed into its new shape, and the views of a base from the base's new shape."""
    meta = target._meta
    if meta is None:
        return
    if meta.base is not None:
        meta.replay = _then(meta.replay, lambda array: made.forward(array, *values))
    elif undo is not None:
        for reference in meta.views or ():
            view = reference()
            if view is not None:
                view._meta.replay = _then(undo, view._meta.replay)  # type: ignore[union-attr]


def _then(first: Any, second: Any) -> Callable[[Any], Any]:
    return lambda array: second(first(array))


def squeeze_(self: Tensor, dim: Any = None) -> Tensor:
    """Remove dimensions of length 1 from this tensor. Mirrors `torch.Tensor.squeeze_`."""
    shape = self._array.shape
    if dim is None:
        return _reshaped(self, SQUEEZES[3], (), lambda array: array.reshape(shape))
    if isinstance(dim, (tuple, list)):
        return _reshaped(self, SQUEEZES[5], (wrap_dims(dim, len(shape)),), lambda array: array.reshape(shape))
    return _reshaped(self, SQUEEZES[4], (wrap_dim(dim, len(shape)),), lambda array: array.reshape(shape))


def unsqueeze_(self: Tensor, dim: int) -> Tensor:
    """Insert a dimension of length 1 into this tensor. Mirrors `torch.Tensor.unsqueeze_`."""
    place = wrap_dim(dim, self._array.ndim + 1)
    return _reshaped(self, _unsqueeze, (place,), lambda array: array.squeeze(place))


def transpose_(self: Tensor, dim0: int, dim1: int) -> Tensor:
    """Exchange two dimensions of this tensor. Mirrors `torch.Tensor.transpose_`."""
    ndim = self._array.ndim
    one, two = wrap_dim(dim0, ndim), wrap_dim(dim1, ndim)
    return _reshaped(self, _transpose, (one, two), lambda array: _transpose.forward(array, one, two))


def t_(self: Tensor) -> Tensor:
    """Transpose this matrix. Mirrors `torch.Tensor.t_`."""
    ndim = self._array.ndim
    if ndim > 2:
        raise RuntimeError(f"t_() expects a tensor with <= 2 dimensions, but self is {ndim}D")
    return _reshaped(self, _t, (), lambda array: array.T)


def as_strided_(self: Tensor, size: Any, stride: Any, storage_offset: int | None = None) -> Tensor:
    """Let this tensor show its memory by sizes and strides of their own. Mirrors `torch.Tensor.as_strided_`."""
    lengths, steps = ints("as_strided_", (size,)), ints("as_strided_", (stride,), "stride")
    offset = 0 if storage_offset is None else storage_offset - storage_offset_of(self)
    return _reshaped(self, AS_STRIDED_IN_PLACE, (lengths, steps, offset), None)


for _function in (squeeze_, transpose_, t_, as_strided_):
    METHODS[_function.__name__] = _function
register("unsqueeze_", unsqueeze_, forward=np.expand_dims, public=False)
METHODS["swapaxes_"] = METHODS["swapdims_"] = transpose_
