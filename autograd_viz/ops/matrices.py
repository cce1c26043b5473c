"""Cross products and powers of matrices."""

# ruff: noqa: N803  (matrices are A, as in torch.linalg)

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ..tensor import Tensor
from .dims import wrap_dim
from .inverses import inv
from .linear_checks import check_square
from .matmul import matmul
from .op import FUNCTIONS, arrays, op, register, tensors
from .shape import reshape
from .solving import solve
from .transposition import movedim
from .type_words import type_word

__all__ = ["cross", "matrix_power", "tensorinv", "tensorsolve"]


# cross


def _cross(self: Any, other: Any, dim: int = -1) -> Any:
    if self.ndim != other.ndim:
        raise RuntimeError("linalg.cross: inputs must have the same number of dimensions.")
    if self.shape[dim] != 3 or other.shape[dim] != 3:
        raise RuntimeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {self.shape[dim]} and {other.shape[dim]}"
        )
    if self.dtype is not other.dtype:
        raise RuntimeError(f"expected scalar type {type_word(self)} but found {type_word(other)}")
    a, b = np.moveaxis(self, dim, 0), np.moveaxis(other, dim, 0)
    parts = [a[i - 2] * b[i - 1] - a[i - 1] * b[i - 2] for i in range(3)]
    return np.stack(parts, dim)


_cross_op = op(
    "LinalgCross",
    _cross,
    name="linalg.cross",
    self=("cross(other, grad, dim)", lambda xp, grad, other, dim: xp.cross(other, grad, dim)),
    other=("cross(grad, self, dim)", lambda xp, grad, self, dim: xp.cross(grad, self, dim)),
)


def cross(input: Tensor, other: Tensor, *, dim: int = -1) -> Tensor:
    """Return the cross product of vectors of three elements. Mirrors `torch.linalg.cross`."""
    wrap_dim(dim, input._array.ndim)
    return _cross_op(input, other, dim)


def _torch_cross(input: Tensor, other: Tensor, dim: int | None = None) -> Tensor:
    """Return the cross product of vectors of three elements. Mirrors `torch.cross`."""
    if dim is None:
        shape = input._array.shape
        if 3 not in shape:
            raise RuntimeError("no dimension of size 3 in input")
        warnings.warn(
            "Using torch.cross without specifying the dim arg is deprecated.\nPlease either pass the dim explicitly or "
            "simply use torch.linalg.cross.\nThe default value of dim will change to agree with that of linalg.cross "
            "in a future release.",
            UserWarning,
            stacklevel=2,
        )
        dim = shape.index(3)
    return cross(input, other, dim=dim)


# matrix_power


def matrix_power(A: Tensor, n: int) -> Tensor:
    """Multiply square matrices with themselves `n` times, their inverses where n is negative.

    Mirrors `torch.linalg.matrix_power`: powers of two are squared up.
    """
    if not isinstance(n, int):
        raise TypeError(f"linalg_matrix_power(): argument 'n' (position 2) must be int, not {type(n).__name__}")
    check_square("linalg.matrix_power", A._array)
    if n == 0:
        return _identity_like(A)
    if n == 1:
        return A.clone()
    if n < 0:
        A, n = inv(A), -n
    if n == 3:
        return matmul(matmul(A, A), A)
    result = None
    power = A
    while True:
        if n & 1:
            result = power if result is None else matmul(result, power)
        n >>= 1
        if not n:
            return result  # type: ignore[return-value]
        power = matmul(power, power)


def _identity_like(A: Tensor) -> Tensor:
    eye = FUNCTIONS["eye"](A._array.shape[-1], dtype=A.dtype)
    return A.clone().copy_(eye)


def _torch_matrix_power(input: Tensor, n: int) -> Tensor:
    """Multiply square matrices with themselves `n` times. Mirrors `torch.matrix_power`."""
    return matrix_power(input, n)


# tensors as matrices


def tensorinv(A: Tensor, ind: int = 2) -> Tensor:
    """Return the inverse of what `tensordot(A, x, ind)` does. Mirrors `torch.linalg.tensorinv`."""
    shape = A._array.shape
    if ind <= 0:
        raise RuntimeError("Expected a strictly positive integer for 'ind'")
    rows, columns = _size(shape[:ind]), _size(shape[ind:])
    if rows != columns:
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind]), but got "
            f"{columns} != {rows}"
        )
    return reshape(inv(reshape(A, (rows, columns))), (*shape[ind:], *shape[:ind]))


def tensorsolve(A: Tensor, B: Tensor, dims: Any = None) -> Tensor:
    """Return the X for which `tensordot(A, X, X.ndim) = B`. Mirrors `torch.linalg.tensorsolve`."""
    if dims is not None:
        ndim = A._array.ndim
        A = movedim(A, tuple(dims), tuple(range(ndim - len(dims), ndim)))
    shape = A._array.shape[B._array.ndim :]
    if _size(shape) != B._array.size:
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == prod(self.shape[:other.ndim]), "
            f"but got {_size(shape)} != {B._array.size}"
        )
    return reshape(solve(reshape(A, (B._array.size, -1)), reshape(B, (-1,))), shape)


def _size(shape: tuple[int, ...]) -> int:
    product = 1
    for length in shape:
        product *= length
    return product


register("cross", _torch_cross)
tensors.cross, arrays.cross = _cross_op, _cross
register("matrix_power", _torch_matrix_power)
