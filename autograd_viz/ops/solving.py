"""Systems of linear equations: solve, solve_triangular."""

# ruff: noqa: N803  (matrices are A and B, as in torch.linalg)

from __future__ import annotations

from typing import Any

import numpy as np

from ..tensor import Tensor
from .linear_checks import LinAlgError, check_dims, check_float, check_square, column_major, failing, flipped
from .op import arrays, op, register
from .type_words import type_word

__all__ = ["solve", "solve_triangular"]


def is_vector(A: Any, B: Any) -> bool:
    """Return whether the right side is one vector a matrix."""
    return B.ndim == 1 or (A.ndim - 1 == B.ndim and B.shape == A.shape[:-1])


def _check_fit(name: str, A: Any, B: Any, left: bool) -> None:
    rows = B.shape[-2] if left else B.shape[-1]
    if A.shape[-1] != rows:
        equation = "AX = B" if left else "XA = B"
        raise RuntimeError(
            f"{name}: Incompatible shapes of A and B for the equation {equation} "
            f"({A.shape[-2]}x{A.shape[-1]} and {B.shape[-2]}x{B.shape[-1]})"
        )


def _solve(A: Any, B: Any, left: bool = True) -> Any:
    check_square("linalg.solve", A)
    check_float("linalg.solve", A, "lu_cpu")
    if A.dtype is not B.dtype:
        raise RuntimeError(
            f"linalg.solve: Expected A and B to have the same dtype, but found A of type {type_word(A)} and B of type "
            f"{type_word(B)} instead"
        )
    vector = is_vector(A, B)
    B = B[..., None] if vector else B
    check_dims("linalg.solve", B, "B")
    _check_fit("linalg.solve", A, B, left)
    try:
        X = _solved(A, B) if left else _solved(A.swapaxes(-1, -2), B.swapaxes(-1, -2)).swapaxes(-1, -2)
    except np.linalg.LinAlgError:
        which, _ = failing(A, np.linalg.inv)
        raise LinAlgError(
            f"torch.linalg.solve: {which}The solver failed because the input matrix is singular."
        ) from None
    X = X[..., 0] if vector else X
    return column_major(X) if left else np.ascontiguousarray(X)


def _solved(A: Any, B: Any) -> Any:
    return np.linalg.solve(A, B.reshape((1,) * (A.ndim - B.ndim) + B.shape))


def _solve_back(xp: Any, grad: Any, A: Any, result: Any, needs: tuple[bool, ...]) -> list[Any]:
    of_B = xp.solve(flipped(xp, A), grad)
    return [-(of_B @ flipped(xp, result)) if needs[0] else None, of_B]


def _solve_vector_back(xp: Any, grad: Any, A: Any, result: Any, needs: tuple[bool, ...]) -> list[Any]:
    of_B = xp.solve(flipped(xp, A), xp.unsqueeze(grad, -1))
    of_A = -(of_B @ flipped(xp, xp.unsqueeze(result, -1))) if needs[0] else None
    return [of_A, xp.squeeze(of_B, -1)]


def _solve_right_back(xp: Any, grad: Any, A: Any, result: Any, needs: tuple[bool, ...]) -> list[Any]:
    of_B = xp.solve(flipped(xp, A), grad, False)
    return [-(flipped(xp, result) @ of_B) if needs[0] else None, of_B]


def _entry(formula: str, rule: Any, of_B: str = "solve(Aᵀ, grad)") -> Any:
    return op("LinalgSolveEx", _solve, name="linalg.solve", backward=({"A": formula, "B": of_B}, rule))


_solve_op = _entry("-solve(Aᵀ, grad) @ resultᵀ", _solve_back)
_solve_vector_op = _entry("-outer(solve(Aᵀ, grad), result)", _solve_vector_back)
_solve_right_op = _entry("-resultᵀ @ solve(Aᵀ, grad, False)", _solve_right_back, "solve(Aᵀ, grad, False)")


def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Tensor:
    """Return the X for which `A @ X = B`, or `X @ A = B`. Mirrors `torch.linalg.solve`.

    Parameters
    ----------
    A : Tensor
        Square matrices, `(..., n, n)`.
    B : Tensor
        The right side: matrices, or one vector for each matrix of `A`.
    left : bool
        Whether A stands on the left of X.

    Raises
    ------
    LinAlgError
        When a matrix is singular.
    """
    return _solve_tensors(A, B, left)


def _solve_tensors(A: Tensor, B: Tensor, left: bool = True) -> Tensor:
    table = _solve_right_op if not left else _solve_vector_op if is_vector(A._array, B._array) else _solve_op
    return table(A, B, left)


# triangular systems


def _solve_triangular(A: Any, B: Any, upper: bool, left: bool = True, unitriangular: bool = False) -> Any:
    """Substitute row by row: `X[i] = (B[i] - A[i, :i] @ X[:i]) / A[i, i]`."""
    check_square("linalg.solve_triangular", A)
    check_dims("linalg.solve_triangular", B, "B")
    _check_fit("linalg.solve_triangular", A, B, left)
    if A.dtype.kind != "f" or A.dtype.itemsize == 2:
        raise NotImplementedError(f"\"triangular_solve_cpu\" not implemented for '{type_word(A)}'")
    if not left:
        flat = _solve_triangular(A.swapaxes(-1, -2), B.swapaxes(-1, -2), not upper, True, unitriangular)
        return column_major(flat.swapaxes(-1, -2))
    batch = np.broadcast_shapes(A.shape[:-2], B.shape[:-2])
    X = np.array(np.broadcast_to(B, (*batch, *B.shape[-2:])))
    rows = range(A.shape[-1])
    for row in reversed(rows) if upper else rows:
        known = slice(row + 1, None) if upper else slice(0, row)
        X[..., row, :] -= (A[..., row, None, known] @ X[..., known, :])[..., 0, :]
        if not unitriangular:
            X[..., row, :] /= A[..., row, row, None]
    return column_major(X)


def _triangle(xp: Any, matrix: Any, upper: bool, unitriangular: bool) -> Any:
    """Return the part of a gradient that belongs to elements that are read."""
    return xp.triu(matrix, int(unitriangular)) if upper else xp.tril(matrix, -int(unitriangular))


def _triangular_back(
    xp: Any, grad: Any, A: Any, result: Any, upper: bool, left: bool, unitriangular: bool, needs: tuple[bool, ...]
) -> list[Any]:
    of_B = xp.solve_triangular(flipped(xp, A), grad, not upper, left, unitriangular)
    if not needs[0]:
        return [None, of_B]
    product = of_B @ flipped(xp, result) if left else flipped(xp, result) @ of_B
    return [_triangle(xp, -product, upper, unitriangular), of_B]


_solve_triangular_op = op(
    "LinalgSolveTriangular",
    _solve_triangular,
    name="linalg.solve_triangular",
    backward=(
        {
            "A": "triangle(-solve_triangular(Aᵀ, grad, not upper, left, unitriangular) @ resultᵀ, upper, "
            "unitriangular)",
            "B": "solve_triangular(Aᵀ, grad, not upper, left, unitriangular)",
        },
        _triangular_back,
    ),
)


def solve_triangular(
    A: Tensor, B: Tensor, *, upper: bool, left: bool = True, unitriangular: bool = False
) -> Tensor:
    """Return the X for which `A @ X = B`, or `X @ A = B`, with triangular A. Mirrors `torch.linalg.solve_triangular`.

    Parameters
    ----------
    A : Tensor
        Square matrices, of which only one triangle is read.
    B : Tensor
        The right side.
    upper : bool
        Whether the upper triangle counts.
    left : bool
        Whether A stands on the left of X.
    unitriangular : bool
        Whether the diagonal counts as ones, unread.
    """
    return _solve_triangular_op(A, B, upper, left, unitriangular)


register("solve", _solve_tensors, forward=_solve, method=False, public=False)
register("solve_triangular", _solve_triangular_op, method=False, public=False)
arrays.triangle = lambda matrix, upper, unitriangular: _triangle(arrays, matrix, upper, unitriangular)
