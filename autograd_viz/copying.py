"""Copies and pickles of tensors: what `copy.copy`, `copy.deepcopy` and `pickle` ask a tensor for."""

from __future__ import annotations

import copy as copier
import warnings
from typing import Any

import numpy as np

from . import dtypes
from .tensor import Tensor, fill

__all__ = ["deep_copy", "placed", "reduced"]

Place = tuple[int, tuple[int, ...], tuple[int, ...]]  # offset in elements, shape, strides in bytes


def placed(array: Any) -> tuple[Any, Place]:
    """Return the whole memory that an array shows a part of, and which part.

    The memory is the array that owns it, which lies in row- or column-major order; where there is none such, a copy.
    """
    whole = array
    while isinstance(whole.base, np.ndarray):
        whole = whole.base
    if whole.dtype != array.dtype or not whole.flags.forc:
        whole = array = array.copy()
    start = array.__array_interface__["data"][0] - whole.__array_interface__["data"][0]
    return whole, (start // array.itemsize, array.shape, array.strides)


def deep_copy(tensor: Tensor, memo: dict[Any, Any]) -> Tensor:
    """Return a leaf on memory of its own; what shared memory before the copy shares it after.

    Raises
    ------
    RuntimeError
        When the tensor is no leaf.
    """
    if tensor.grad_fn is not None:
        raise RuntimeError(
            "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment. "
            "Copy tensor.detach() instead."
        )
    if id(tensor) in memo:
        return memo[id(tensor)]
    whole, place = placed(tensor._array)
    key = ("memory", whole.__array_interface__["data"][0])
    if key not in memo:
        memo[key] = whole.copy(order="K")
    made = _made(type(tensor), memo[key], place, tensor._requires_grad)
    memo[id(tensor)] = made
    if tensor._grad is not None:
        made._grad = deep_copy(tensor._grad, memo)
    _set_state(made, copier.deepcopy(_state(tensor), memo))
    return made


def reduced(tensor: Tensor) -> tuple[Any, ...]:
    """Return how to make the tensor again, as a leaf without its gradient: the answer of `__reduce_ex__`."""
    meta = tensor._meta
    for hook in (meta.hooks if meta is not None and meta.hooks else {}).values():
        warnings.warn(f"backward hook {hook!r} on tensor will not be serialized.", UserWarning, stacklevel=4)
    whole, place = placed(tensor._array)
    return _remade, (type(tensor), whole, place, tensor._requires_grad, _state(tensor))


def _made(kind: type[Tensor], whole: Any, place: Place, requires_grad: bool) -> Tensor:
    offset, shape, strides = place
    whole = dtypes.with_usual_dtype(whole)  # it may have been pickled
    made = object.__new__(kind)
    fill(made, np.ndarray(shape, whole.dtype, whole.reshape(-1, order="A"), offset * whole.itemsize, strides))
    made._requires_grad = requires_grad
    return made


def _remade(kind: type[Tensor], whole: Any, place: Place, requires_grad: bool, state: dict[str, Any]) -> Tensor:
    made = _made(kind, whole, place, requires_grad)
    _set_state(made, state)
    return made


def _state(tensor: Any) -> dict[str, Any]:
    """Return what users, and subclasses, keep with a tensor."""
    own = {"persistent": tensor.persistent} if hasattr(tensor, "persistent") else {}
    return {**tensor.__dict__, **own}


def _set_state(tensor: Any, state: dict[str, Any]) -> None:
    for name, value in state.items():
        setattr(tensor, name, value)
