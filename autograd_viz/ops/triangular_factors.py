"""LU with pivoting: lu_factor, lu, lu_unpack, lu_solve; and systems solved by a Cholesky factor."""

# ruff: noqa: N803  (matrices are A, L and U, as in torch.linalg)

from __future__ import annotations

from typing import Any

import numpy as np

from ..return_types import named
from ..tensor import Tensor, make
from .linear_checks import LinAlgError, check_dims, check_float, flipped
from .op import FUNCTIONS, METHODS, arrays, op, tensors
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
    factors = np.array(A, order="C").reshape(-1, rows, columns)
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
    flat = pivots.reshape(-1, pivots.shape[-1])
    found = np.zeros((len(flat), rows, rows), dtype)
    for number, exchanged in enumerate(flat):
        order = np.arange(rows)
        for place, other in enumerate(exchanged - 1):
            order[[place, other]] = order[[other, place]]
        found[number, order, np.arange(rows)] = 1
    return found.reshape(*pivots.shape[:-1], rows, rows)


def _parts(xp: Any, LU: Any) -> tuple[Any, Any]:
    """Return L with its ones and U."""
    rows, columns = LU.shape[-2:]
    count = min(rows, columns)
    ones = np.eye(rows, count, dtype=getattr(LU, "_array", LU).dtype)
    L = xp.narrow(xp.tril(LU, -1), -1, 0, count) + (make(ones) if isinstance(LU, Tensor) else ones)
    return L, xp.narrow(xp.triu(LU), -2, 0, count)


def _factor_back(xp: Any, of_L: Any, of_U: Any, L: Any, U: Any, P: Any) -> Any:
    """Return the gradient of A = P L U. Mirrors PyTorch's `plu_backward`."""
    rows, columns = L.shape[-2], U.shape[-1]
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


def _matching(LU: Any, pivots: Any, rows: int) -> Any:
    """Return the permutation as a Tensor or an array, as the factors are."""
    P = _permutation(getattr(pivots, "_array", pivots), rows, getattr(LU, "_array", LU).dtype)
    return make(P) if isinstance(LU, Tensor) else P


def _lu_back(xp: Any, grad: Any, LU: Any, pivots: Any) -> Any:
    L, U = _parts(xp, LU)
    rows, columns = LU.shape[-2:]
    of_L = xp.narrow(xp.tril(grad, -1), -1, 0, min(rows, columns))
    of_U = xp.narrow(xp.triu(grad), -2, 0, min(rows, columns))
    return _factor_back(xp, of_L, of_U, L, U, _matching(LU, pivots, rows))


_FACTOR = op(
    "LinalgLuFactorEx",
    _eliminated,
    name="linalg.lu_factor",
    returns=("LU", "pivots", "info"),
    visible=3,
    A=("lu_back(grad, LU, pivots)", _lu_back),
)


def lu_factor_ex(A: Tensor, *, pivot: bool = True, check_errors: bool = False) -> Any:
    """Return L and U in one matrix, the exchanged rows, and where a pivot is 0. Mirrors `torch.linalg.lu_factor_ex`."""
    check_tensor("linalg_lu_factor_ex", A, "A")
    if not pivot:
        raise RuntimeError("linalg.lu_factor: LU without pivoting is not implemented on the CPU")
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
    LU, pivots, _ = lu_factor_ex(A, pivot=pivot)
    return LU_TYPE(*lu_unpack(LU, pivots))


def lu_unpack(LU_data: Tensor, LU_pivots: Tensor, unpack_data: bool = True, unpack_pivots: bool = True) -> Any:
    """Return P, L and U from what `lu_factor` gave. Mirrors `torch.lu_unpack`."""
    L, U = _parts(tensors, LU_data)
    P = make(_permutation(LU_pivots._array, LU_data._array.shape[-2], LU_data._array.dtype))
    nothing = make(np.empty(0, LU_data._array.dtype))
    return UNPACKED(P if unpack_pivots else nothing, L if unpack_data else nothing, U if unpack_data else nothing)


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
    if not left:
        return flipped(tensors, lu_solve(LU, pivots, flipped(tensors, B), adjoint=not adjoint))
    P = make(_permutation(pivots._array, LU._array.shape[-2], LU._array.dtype))
    solve: Any = tensors.solve_triangular
    if adjoint:
        inner = solve(flipped(tensors, LU), B, False, True, False)
        return P @ solve(flipped(tensors, LU), inner, True, True, True)
    return solve(LU, solve(LU, flipped(tensors, P) @ B, False, True, True), True, True, False)


def _torch_lu_solve(b: Tensor, LU_data: Tensor, LU_pivots: Tensor) -> Any:
    """Return the X for which `A @ X = b`, A given by its LU factors. Mirrors `torch.lu_solve`."""
    return lu_solve(LU_data, LU_pivots, b)


# Cholesky factors


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
    lower = flipped(tensors, L) if upper else L
    inner = tensors.solve_triangular(lower, input, False, True, False)
    return tensors.solve_triangular(flipped(tensors, lower), inner, True, True, False)


def cholesky_inverse(input: Tensor, upper: bool = False) -> Any:
    """Return the inverse of `L @ L.mT`, given L. Mirrors `torch.cholesky_inverse`."""
    check_dims("cholesky_inverse", input._array)
    array = input._array
    one = np.broadcast_to(np.eye(array.shape[-1], dtype=array.dtype), array.shape)
    return cholesky_solve(make(one), input, upper)


arrays.lu_back = lambda *values: _lu_back(arrays, *values)
FUNCTIONS.update({"lu_unpack": lu_unpack})
for _name, _function in (
    ("lu_solve", _torch_lu_solve), ("cholesky_solve", cholesky_solve), ("cholesky_inverse", cholesky_inverse),
):  # fmt: skip
    FUNCTIONS[_name] = METHODS[_name] = _function
