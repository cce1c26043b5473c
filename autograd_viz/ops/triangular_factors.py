"""LU with pivoting: lu_factor, lu, lu_unpack, lu_solve; and systems solved by a Cholesky factor."""

# ruff: noqa: N803  (matrices are A, L and U, as in torch.linalg)

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..return_types import named
from ..tensor import Tensor, make
from .linear_checks import LinAlgError, check_dims, check_float, flipped
from .op import FUNCTIONS, METHODS, arrays, op, register
from .type_words import type_word
from .wrapping import check_tensor

__all__ = ["lu", "lu_factor", "lu_factor_ex", "lu_solve"]

FACTOR = named("linalg_lu_factor", "LU", "pivots")
FACTOR_EX = named("linalg_lu_factor_ex", "LU", "pivots", "info")
LU_TYPE = named("linalg_lu", "P", "L", "U")
UNPACKED = named("lu_unpack", "P", "L", "U")


def _eliminated(A: Any) -> tuple[Any, Any, Any]:
    """Return L and U in one matrix, the rows exchanged (from 1) and the first zero pivot (from 1, or 0)."""
    check_dims("linalg.lu_factor", A)
    check_float("linalg.lu_factor", A, "lu_cpu")
    rows, columns = A.shape[-2:]
    count = min(rows, columns)
    factors = np.array(A, order="C").reshape(math.prod(A.shape[:-2]), rows, columns)
    pivots, info = np.empty((len(factors), count), np.int32), np.zeros(len(factors), np.int32)
    for number, matrix in enumerate(factors):
        for place in range(count):
            pivot = place + int(np.abs(matrix[place:, place]).argmax())
            pivots[number, place] = pivot + 1
            if matrix[pivot, place] == 0:
                info[number] = info[number] or place + 1
                continue
            if pivot != place:
                matrix[[place, pivot]] = matrix[[pivot, place]]
            matrix[place + 1 :, place] /= matrix[place, place]
            matrix[place + 1 :, place + 1 :] -= np.outer(matrix[place + 1 :, place], matrix[place, place + 1 :])
    batch = A.shape[:-2]
    return factors.reshape(A.shape), pivots.reshape(*batch, count), info.reshape(batch)


def _permutation(pivots: Any, rows: int, dtype: Any) -> Any:
    """Return the P of A = P L U."""
    flat = pivots.reshape(math.prod(pivots.shape[:-1]), pivots.shape[-1])
    found = np.zeros((len(flat), rows, rows), dtype)
    for number, exchanged in enumerate(flat):
        order = np.arange(rows)
        for place, other in enumerate(exchanged - 1):
            order[[place, other]] = order[[other, place]]
        found[number, order, np.arange(rows)] = 1
    return found.reshape(*pivots.shape[:-1], rows, rows)


def _unpacked(LU_data: Any, LU_pivots: Any) -> tuple[Any, Any, Any]:
    """Return L with its ones, U, and the permutation."""
    rows, columns = LU_data.shape[-2:]
    count = min(rows, columns)
    L = np.tril(LU_data[..., :count], -1) + np.eye(rows, count, dtype=LU_data.dtype)
    return L, np.triu(LU_data[..., :count, :]), _permutation(LU_pivots, rows, LU_data.dtype)


def _packed(xp: Any, of_L: Any, of_U: Any, rows: int, columns: int) -> Any:
    """Return the gradients of L and U, either of which may be missing, in one matrix."""
    parts = []
    if of_L is not None:
        parts.append(_widened(xp, xp.tril(of_L, -1), -1, columns))
    if of_U is not None:
        parts.append(_widened(xp, xp.triu(of_U), -2, rows))
    return parts[0] if len(parts) == 1 else parts[0] + parts[1]


def _widened(xp: Any, matrix: Any, dim: int, length: int) -> Any:
    """Return a matrix with zeros after its columns (dim -1) or its rows (dim -2)."""
    left = length - matrix.shape[dim]
    return xp.constant_pad_nd(matrix, (0, left) if dim == -1 else (0, 0, 0, left), 0) if left else matrix


def _factor_back(xp: Any, of_L: Any, of_U: Any, L: Any, U: Any, P: Any) -> Any:
    """Return the gradient of A = P L U. Mirrors PyTorch's `plu_backward`."""
    rows, columns = L.shape[-2], U.shape[-1]
    if rows != columns:  # of square ones, what follows takes no more than these triangles
        of_L, of_U = xp.tril(of_L, -1), xp.triu(of_U)
    inner_L, inner_U = flipped(xp, L) @ of_L, of_U @ flipped(xp, U)
    if rows == columns:
        inner = xp.tril(inner_L, -1) + xp.triu(inner_U)
        inner = xp.solve_triangular(flipped(xp, U), inner, False, False)
        found = xp.solve_triangular(flipped(xp, L), inner, True, True, True)
    elif rows < columns:
        U1 = xp.narrow(U, -1, 0, rows)
        inner = xp.solve_triangular(flipped(xp, U1), xp.tril(inner_L - inner_U, -1), False, False)
        first = inner + xp.triu(xp.narrow(of_U, -1, 0, rows))
        whole = xp.cat([first, xp.narrow(of_U, -1, rows, columns - rows)], -1)
        found = xp.solve_triangular(flipped(xp, L), whole, True, True, True)
    else:
        L1 = xp.narrow(L, -2, 0, columns)
        inner = xp.solve_triangular(flipped(xp, L1), xp.triu(inner_U - inner_L), True, True, True)
        first = inner + xp.tril(xp.narrow(of_L, -2, 0, columns), -1)
        whole = xp.cat([first, xp.narrow(of_L, -2, columns, rows - columns)], -2)
        found = xp.solve_triangular(flipped(xp, U), whole, False, False)
    return P @ found


def _lu_back(xp: Any, grad: Any, LU: Any, pivots: Any) -> Any:
    L, U, P = xp.lu_unpacked(LU, pivots)
    rows, columns = LU.shape[-2:]
    of_L, of_U = (xp.narrow(grad, dim, 0, min(rows, columns)) for dim in (-1, -2))
    return _factor_back(xp, of_L, of_U, L, U, P)


def _both_back(xp: Any, grads: list[Any], L: Any, U: Any, P: Any) -> list[Any]:
    of_L, of_U = (xp.zeros_like(each) if grad is None else grad for grad, each in zip(grads, (L, U), strict=True))
    return [_factor_back(xp, of_L, of_U, L, U, P)]


_UNPACK = op(
    "LuUnpack",
    _unpacked,
    name="lu_unpack",
    returns=("L", "U", "P"),
    visible=3,
    differentiable=2,
    backward=(
        {"LU_data": "lu_packed(grads, LU_data_shape)"},
        lambda xp, grads, LU_data_shape: [_packed(xp, *grads, *LU_data_shape[-2:])],
    ),
)
_LU = op(
    "LinalgLu",
    lambda A: _unpacked(*_eliminated(A)[:2]),
    name="linalg.lu",
    returns=("L", "U", "P"),
    visible=3,
    differentiable=2,
    backward=({"A": "lu_both_back(grads, L, U, P)"}, _both_back),
)
_FACTOR = op(
    "LinalgLuFactorEx",
    _eliminated,
    name="linalg.lu_factor",
    returns=("LU", "pivots", "info"),
    visible=3,
    A=("lu_back(grad, LU, pivots)", _lu_back),
)


def _check_factored(A: Tensor, pivot: bool) -> None:
    check_tensor("linalg_lu_factor_ex", A, "A")
    if not pivot:
        raise RuntimeError("linalg.lu_factor: LU without pivoting is not implemented on the CPU")


def lu_factor_ex(A: Tensor, *, pivot: bool = True, check_errors: bool = False) -> Any:
    """Return L and U in one matrix, the exchanged rows, and where a pivot is 0. Mirrors `torch.linalg.lu_factor_ex`."""
    _check_factored(A, pivot)
    LU, pivots, info = _FACTOR(A)
    if check_errors and info._array.any():
        place = int(info._array.reshape(-1)[info._array.reshape(-1) != 0][0])
        raise LinAlgError(
            f"torch.linalg.lu_factor: U[{place},{place}] is zero and using it on lu_solve would result in a division "
            "by zero. If you still want to perform the factorization, consider calling linalg.lu(A, pivot) or "
            "linalg.lu_factor_ex(A, pivot)"
        )
    return FACTOR_EX(LU, pivots, info)


def lu_factor(A: Tensor, *, pivot: bool = True) -> Any:
    """Return L and U in one matrix, and the exchanged rows. Mirrors `torch.linalg.lu_factor`.

    Raises
    ------
    LinAlgError
        When a pivot is 0.
    """
    return FACTOR(*lu_factor_ex(A, pivot=pivot, check_errors=True)[:2])


def lu(A: Tensor, *, pivot: bool = True) -> Any:
    """Return P, L and U with `A = P @ L @ U`. Mirrors `torch.linalg.lu`."""
    _check_factored(A, pivot)
    L, U, P = _LU(A)
    return LU_TYPE(P, L, U)


def lu_unpack(LU_data: Tensor, LU_pivots: Tensor, unpack_data: bool = True, unpack_pivots: bool = True) -> Any:
    """Return P, L and U from what `lu_factor` gave. Mirrors `torch.lu_unpack`."""
    L, U, P = _UNPACK(LU_data, LU_pivots)
    nothing = make(np.empty(0, LU_data._array.dtype))
    return UNPACKED(P if unpack_pivots else nothing, L if unpack_data else nothing, U if unpack_data else nothing)


def _lu_solved(LU: Any, pivots: Any, B: Any, left: bool, adjoint: bool) -> Any:
    if not left:
        return np.ascontiguousarray(_lu_solved(LU, pivots, B.swapaxes(-1, -2), True, not adjoint).swapaxes(-1, -2))
    P, solve = _permutation(pivots, LU.shape[-2], LU.dtype), arrays.solve_triangular
    if adjoint:
        inner = solve(flipped(arrays, LU), B, False, True, False)
        return P @ solve(flipped(arrays, LU), inner, True, True, True)
    return solve(LU, solve(LU, flipped(arrays, P) @ B, False, True, True), True, True, False)


def _lu_solve_back(
    xp: Any, grad: Any, LU: Any, pivots: Any, result: Any, left: bool, adjoint: bool
) -> Any:
    """Return the gradient of the factors. Mirrors PyTorch's `linalg_lu_solve_LU`."""
    L, U, P = xp.lu_unpacked(LU, pivots)
    if left != adjoint:
        product = grad @ flipped(xp, result) if left else flipped(xp, grad) @ result
        of_R = xp.solve_triangular(flipped(xp, U), -product, False, True, False)
        of_L = xp.solve_triangular(flipped(xp, L), of_R @ flipped(xp, U), True, True, True)
        return xp.tril(of_L, -1) + xp.triu(of_R)
    one, two = (result, flipped(xp, grad)) if left else (flipped(xp, result), grad)
    of_R = xp.solve_triangular(flipped(xp, L), -(flipped(xp, P) @ one @ two @ P), True, False, True)
    of_U = xp.solve_triangular(flipped(xp, U), flipped(xp, L) @ of_R, False, False, False)
    return xp.tril(of_R, -1) + xp.triu(of_U)


_LU_SOLVE = op(
    "LinalgLuSolve",
    _lu_solved,
    name="linalg.lu_solve",
    tensors=("pivots",),
    LU=("lu_solve_back(grad, LU, pivots, result, left, adjoint)", _lu_solve_back),
    B=(
        "lu_solved(LU, pivots, grad, left, not adjoint)",
        lambda xp, grad, LU, pivots, left, adjoint: xp.lu_solved(LU, pivots, grad, left, not adjoint),
    ),
)


def lu_solve(LU: Tensor, pivots: Tensor, B: Tensor, *, left: bool = True, adjoint: bool = False) -> Any:
    """Return the X for which `A @ X = B`, A given by its LU factors. Mirrors `torch.linalg.lu_solve`.

    Parameters
    ----------
    LU, pivots : Tensor
        What `lu_factor` gave.
    B : Tensor
        Right sides `(..., n, k)`.
    left : bool
        Whether A stands on the left of X; else `X @ A = B` is solved.
    adjoint : bool
        Whether A is to be transposed.
    """
    if pivots._array.dtype != np.int32:
        raise RuntimeError("linalg.lu_solve: pivots should be a Tensor of scalar type torch.int32")
    if LU.dtype != B.dtype:
        raise RuntimeError(
            f"linalg.lu_solve: Expected LU and B to have the same dtype, but found LU of type {type_word(LU._array)} "
            f"and B of type {type_word(B._array)} instead"
        )
    if B._array.ndim < 2 or LU._array.shape[-1] != B._array.shape[-2 if left else -1]:
        rows, columns = LU._array.shape[-2:], B._array.shape[-2:]
        raise RuntimeError(
            f"linalg.lu_solve: Incompatible shapes of A and B for the equation {'AX = B' if left else 'XA = B'} "
            f"({'x'.join(map(str, rows))} and {'x'.join(map(str, columns))})"
        )
    return _LU_SOLVE(LU, pivots, B, left, adjoint)


def _torch_lu_solve(b: Tensor, LU_data: Tensor, LU_pivots: Tensor) -> Any:
    """Return the X for which `A @ X = b`, A given by its LU factors. Mirrors `torch.lu_solve`."""
    return lu_solve(LU_data, LU_pivots, b)


# Cholesky factors


def _cholesky_solved(self: Any, input2: Any, upper: bool) -> Any:
    lower, solve = flipped(arrays, input2) if upper else input2, arrays.solve_triangular
    return solve(flipped(arrays, lower), solve(lower, self, False, True, False), True, True, False)


def _of_factor(xp: Any, common: Any, L: Any, upper: bool) -> Any:
    return -(L @ common) if upper else -(common @ L)


def _cholesky_solve_back(
    xp: Any, grad: Any, input2: Any, result: Any, upper: bool, needs: tuple[bool, ...]
) -> list[Any]:
    of_self = xp.cholesky_solved(grad, input2, upper)
    if not needs[1]:
        return [of_self, None]
    common = of_self @ flipped(xp, result)
    return [of_self, _of_factor(xp, common + flipped(xp, common), input2, upper)]


def _cholesky_inverse_back(xp: Any, grad: Any, self: Any, result: Any, upper: bool) -> Any:
    return _of_factor(xp, result @ ((grad + flipped(xp, grad)) @ result), self, upper)


_CHOLESKY_SOLVE = op(
    "CholeskySolve",
    _cholesky_solved,
    backward=(
        {
            "self": "cholesky_solved(grad, input2, upper)",
            "input2": "cholesky_solve_back(grad, input2, result, upper)",
        },
        _cholesky_solve_back,
    ),
)
_CHOLESKY_INVERSE = op(
    "CholeskyInverse",
    lambda self, upper: _cholesky_solved(np.eye(self.shape[-1], dtype=self.dtype) + 0 * self, self, upper),
    self=("cholesky_inverse_back(grad, self, result, upper)", _cholesky_inverse_back),
)


def cholesky_solve(input: Tensor, L: Tensor, upper: bool = False) -> Any:
    """Return the X for which `L @ L.mT @ X = input` (`L.mT @ L` if `upper`). Mirrors `torch.cholesky_solve`."""
    check_tensor("cholesky_solve", input)
    check_tensor("cholesky_solve", L, "input2", 2)
    check_dims("cholesky_solve", L._array)
    sizes = (*L._array.shape[-2:], *input._array.shape[-2:])
    if input._array.ndim < 2 or sizes[0] != sizes[2]:
        raise RuntimeError(
            f"Incompatible matrix sizes for cholesky_solve: each A matrix is {sizes[0]} by {sizes[1]} but each b "
            f"matrix is {' by '.join(map(str, sizes[2:]))}"
        )
    if input.dtype != L.dtype:
        raise RuntimeError(
            f"Expected b and A to have the same dtype, but found b of type {type_word(input._array)} and A of type "
            f"{type_word(L._array)} instead."
        )
    return _CHOLESKY_SOLVE(input, L, upper)


def cholesky_inverse(input: Tensor, upper: bool = False) -> Any:
    """Return the inverse of `L @ L.mT`, given L. Mirrors `torch.cholesky_inverse`."""
    check_dims("cholesky_inverse", input._array)
    return _CHOLESKY_INVERSE(input, upper)


register("cholesky_solved", _CHOLESKY_SOLVE, method=False, public=False)
register("lu_solved", _LU_SOLVE, method=False, public=False)
register("lu_unpacked", _UNPACK, method=False, public=False)
arrays.lu_back = lambda *values: _lu_back(arrays, *values)
arrays.lu_both_back = lambda *values: _both_back(arrays, *values)[0]
arrays.cholesky_solve_back = lambda grad, L, result, upper: (
    _cholesky_solve_back(arrays, grad, L, result, upper, (True, True))[1]
)
arrays.lu_solve_back = lambda *values: _lu_solve_back(arrays, *values)
arrays.cholesky_inverse_back = lambda *values: _cholesky_inverse_back(arrays, *values)
arrays.lu_packed = lambda grads, shape: _packed(arrays, *grads, *shape[-2:])
FUNCTIONS.update({"lu_unpack": lu_unpack})
for _name, _function in (
    ("lu_solve", _torch_lu_solve), ("cholesky_solve", cholesky_solve), ("cholesky_inverse", cholesky_inverse),
):  # fmt: skip
    FUNCTIONS[_name] = METHODS[_name] = _function
