"""The p-norm along dims, as PyTorch's own distances use it (NormBackward1)."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from ..op import arrays, op, register, tensors
from ..reduction import restored

__all__ = ["norm"]


def _norm(self: Any, p: float, dim: tuple[int, ...], keepdim: bool = False) -> Any:
    size = np.abs(self)
    if p == math.inf:
        return size.max(axis=dim, keepdims=keepdim)
    if p == -math.inf:
        return size.min(axis=dim, keepdims=keepdim)
    if p == 0:
        return (self != 0).sum(axis=dim, keepdims=keepdim).astype(self.dtype)
    if p == 1:
        return size.sum(axis=dim, keepdims=keepdim)
    if p == 2:
        return np.sqrt((self * self).sum(axis=dim, keepdims=keepdim))
    of = self.dtype.type
    return (size ** of(p)).sum(axis=dim, keepdims=keepdim) ** of(1 / p)


def _norm_backward(
    xp: Any, grad: Any, self: Any, result: Any, self_shape: tuple[int, ...], p: float, dim: Any, keepdim: bool
) -> Any:
    """Return the gradient: 0 where the norm is 0, equal shares among equal extremes."""
    grad, result = restored(xp, grad, dim, self_shape), restored(xp, result, dim, self_shape)
    if p == 0:
        return xp.zeros_like(self)
    if p == 1:
        return xp.sgn(self) * grad
    if p == 2:
        return grad * xp.masked_fill(self / result, result == 0, 0.0)
    if math.isinf(p):
        largest = (xp.abs(self) == result) * 1.0
        return xp.sgn(self) * largest * (grad / xp.sum(largest, dim, True))
    if p < 2:
        slope = xp.sgn(self) * xp.masked_fill(xp.pow(xp.abs(self), p - 1), self == 0, 0.0)
    else:
        slope = self * xp.pow(xp.abs(self), p - 2)
    return slope * xp.masked_fill(grad / xp.pow(result, p - 1), result == 0, 0.0)


norm = op(
    "Norm",
    _norm,
    variant=1,
    self=("norm_backward(grad, self, result, self_shape, p, dim, keepdim)", _norm_backward),
)


register(
    "norm_backward",
    functools.partial(_norm_backward, tensors),
    forward=functools.partial(_norm_backward, arrays),
    method=False,
    public=False,
)
