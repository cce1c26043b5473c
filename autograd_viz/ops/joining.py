"""Joining tensors (cat, stack) and taking them apart (unbind, split, chunk)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..tensor import Tensor
from .dims import wrap_dim
from .op import arrays, op, register

__all__ = ["cat", "stack", "unbind"]


def _checked(name: str, tensors: Any) -> list[Tensor]:
    if isinstance(tensors, Tensor) or not isinstance(tensors, (list, tuple)):
        raise TypeError(
            f"{name}(): argument 'tensors' (position 1) must be tuple of Tensors, not {type(tensors).__name__}"
        )
    for position, each in enumerate(tensors):
        if not isinstance(each, Tensor):
            raise TypeError(f"expected Tensor as element {position} in argument 0, but got {type(each).__name__}")
    return list(tensors)


# cat and stack


def _cat(tensors: list[Any], dim: int) -> Any:
    dtype = dtypes.result_type(*tensors)
    parts = [each for each in tensors if each.shape != (0,)] or tensors
    return np.concatenate([each if each.dtype == dtype else each.astype(dtype) for each in parts], dim)


def _cat_back(
    xp: Any, grad: Any, dim: int, tensors_shape: list[tuple[int, ...]], needs: tuple[bool, ...]
) -> list[Any]:
    grads, start = [], 0
    for shape, need in zip(tensors_shape, needs, strict=True):
        skipped = shape == (0,) != tuple(grad.shape)
        length = 0 if skipped else shape[dim]
        part = xp.narrow(grad, dim, start, length) if need else None
        grads.append(xp.reshape(xp.narrow(part, 0, 0, 0), shape) if need and skipped else part)
        start += length
    return grads


_cat_op = op("Cat", _cat, backward=({"tensors": "part(grad, tensors_shape, dim, i)"}, _cat_back))


def _part(grad: Any, tensors_shape: list[tuple[int, ...]], dim: int, i: int) -> Any:
    """Return the part of a gradient of `cat` that belongs to its i-th tensor."""
    return _cat_back(arrays, grad, dim, tensors_shape, (True,) * len(tensors_shape))[i]


def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Join tensors along a dimension they have. Mirrors `torch.cat`.

    Parameters
    ----------
    tensors : sequence of Tensor
        Of equal shapes but for `dim`; tensors of shape (0,) are left out.
    dim : int
        The dimension along which they are joined.

    Raises
    ------
    RuntimeError
        When the shapes do not fit together.
    """
    given = _checked("cat", tensors)
    if not given:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    if not isinstance(dim, int):
        raise TypeError(f"cat(): argument 'dim' must be int, not {type(dim).__name__}")
    shapes = [each._array.shape for each in given]
    if () in shapes:
        raise RuntimeError(f"zero-dimensional tensor (at position {shapes.index(())}) cannot be concatenated")
    kept = [(position, shape) for position, shape in enumerate(shapes) if shape != (0,)]
    where = wrap_dim(dim, len(kept[0][1]) if kept else 1)
    for position, shape in kept[1:]:
        _check_fit(kept[0][1], shape, where, position)
    return _cat_op(given, where)


def _check_fit(first: tuple[int, ...], shape: tuple[int, ...], dim: int, position: int) -> None:
    if len(first) != len(shape):
        raise RuntimeError(f"Tensors must have same number of dimensions: got {len(first)} and {len(shape)}")
    for place, (one, two) in enumerate(zip(first, shape, strict=True)):
        if one != two and place != dim:
            raise RuntimeError(
                f"Sizes of tensors must match except in dimension {dim}. Expected size {one} but got size {two} for "
                f"tensor number {position} in the list."
            )


def _stack(tensors: list[Any], dim: int) -> Any:
    dtype = dtypes.result_type(*tensors)
    return np.stack([each if each.dtype == dtype else each.astype(dtype) for each in tensors], dim)


_stack_op = op(
    "Stack",
    _stack,
    backward=({"tensors": "select(grad, dim, i)"}, lambda xp, grad, dim: list(xp.unbind(grad, dim))),
)


def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Join tensors of one shape along a new dimension. Mirrors `torch.stack`.

    Raises
    ------
    RuntimeError
        When the shapes differ, or there are no tensors.
    """
    given = _checked("stack", tensors)
    if not given:
        raise RuntimeError("stack expects a non-empty TensorList")
    first = given[0]._array.shape
    for position, each in enumerate(given):
        if each._array.shape != first:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {list(first)} at entry 0 and "
                f"{list(each._array.shape)} at entry {position}"
            )
    return _stack_op(given, wrap_dim(dim, len(first) + 1))


# unbind


def _unbind(self: Any, dim: int) -> list[Any]:
    moved = np.moveaxis(self, dim, 0)
    return [moved[i, ...] for i in range(len(moved))]


def _unbind_back(xp: Any, grads: list[Any], dim: int) -> list[Any]:
    some = next(grad for grad in grads if grad is not None)
    return [xp.stack([xp.zeros_like(some) if grad is None else grad for grad in grads], dim)]


_unbind_op = op("Unbind", _unbind, view=True, variadic=True, backward=({"self": "stack(grads, dim)"}, _unbind_back))


def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """Return the slices along a dimension, as views. Mirrors `torch.unbind`.

    Raises
    ------
    IndexError
        When the tensor has no dimensions.
    """
    if input._array.ndim == 0:
        raise IndexError("Dimension specified as 0 but tensor has no dimensions")
    return _unbind_op(input, wrap_dim(dim, input._array.ndim))


register("cat", cat, method=False, forward=_cat)
for _name in ("concat", "concatenate"):
    register(_name, cat, method=False)
register("stack", stack, method=False, forward=_stack)
register("unbind", unbind, forward=_unbind)
register("part", _part, forward=_part, method=False, public=False)
