"""Bring a gradient into the shape and dtype its receiver expects: broadcasting undone, dtypes cast.

This is the one place where broadcasting is undone. Mirrors `validate_outputs` of PyTorch's engine and `at::sum_to`.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ..tensor import Tensor
from .node import Node

__all__ = ["column_sums", "fitted", "ones", "sum_to"]

add_reduce: Any = np.add.reduce


def fitted(node: Node, position: int, value: Any, receiver: Node, index: int) -> Any:
    """Return the gradient that `node` gives its input `position` as `receiver` expects it at its output `index`.

    Raises
    ------
    RuntimeError
        When the shape cannot be reduced to the expected one.
    """
    extra = receiver.extra
    if extra is not None and extra.more is not None:
        shape, dtype = extra.more[index]
    else:
        shape, dtype = receiver.shape, receiver.dtype
    if isinstance(value, Tensor):
        if value._array.shape != shape:
            value = sum_to(value, shape, _complaint(node, position))
        return value if value._array.dtype == dtype else value.to(dtype)
    have = value.shape
    if have != shape:
        lead = len(have) - len(shape)
        if lead == 1 and shape and have[1:] == shape and value.__class__ is np.ndarray:
            value = column_sums(value)  # of a bias: nobody else's array, which its leaf need not copy
        else:
            value = sum_to(value, shape, _complaint(node, position))
    return value if value.dtype is dtype else value.astype(dtype)


def column_sums(array: Any) -> Any:
    """Return the sum over the first dimension, of a matrix that is not small as a product.

    256 × 64 float32 take 3 µs, where `add.reduce` takes 8, and 4,096 × 16 take 8, where it takes 138; the product is
    the more exact, too.
    """
    if array.ndim == 2 and array.size >= 512 and array.dtype.char in "fd":
        rows = len(array)
        return (ones(rows, array.dtype) if rows <= 4096 else np.ones(rows, array.dtype)).dot(array)
    return _sum(array, 0)


@functools.lru_cache(32)
def ones(length: int, dtype: Any) -> Any:
    """Return ones, kept, that nobody changes: making them takes 20 µs amid large matrix products."""
    return np.ones(length, dtype)


def _complaint(node: Node, position: int) -> str:
    return f"Function {node.name()} returned an invalid gradient at index {position}"


def sum_to(value: Any, shape: tuple[int, ...], what: str = "invalid gradient") -> Any:
    """Sum an array or Tensor over the dimensions that broadcasting added or stretched.

    Raises
    ------
    RuntimeError
        When `shape` does not broadcast to the value's shape.
    """
    have = tuple(value.shape)
    lead = len(have) - len(shape)
    if lead < 0 or any(have[lead + i] != n and n != 1 for i, n in enumerate(shape)):
        raise RuntimeError(f"{what} - got {list(have)} but expected shape compatible with {list(shape)}")
    is_tensor = isinstance(value, Tensor)
    if not shape:
        return value.sum() if is_tensor else np.asarray(_sum(value, None))
    stretched = tuple(lead + i for i, length in enumerate(shape) if length == 1 != have[lead + i])
    axes = (*range(lead), *stretched)
    if is_tensor:
        value = value.sum(axes, keepdim=True) if axes else value
        return value.view(shape) if lead else value
    return _sum(value, axes, True).reshape(shape)


def _sum(array: Any, axes: Any, keepdims: bool = False) -> Any:
    """Return a sum over axes; halves are added up in float32, as in PyTorch."""
    if array.dtype.itemsize == 2:
        return add_reduce(array, axes, np.float32, None, keepdims).astype(array.dtype)
    return add_reduce(array, axes, None, None, keepdims)
