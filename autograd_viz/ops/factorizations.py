"""Matrix factorizations: cholesky, qr, eigh; svd is in singular_values.py.

Note [Gauge]
Eigenvectors and singular vectors are determined up to signs, and not at all where eigenvalues or singular values
coincide. The gradients are right for what does not depend on that choice, and not finite where values coincide.
The rules are PyTorch's (`torch/csrc/autograd/FunctionsManual.cpp`).
"""

# ruff: noqa: N803  (matrices are A and B, as in torch.linalg)

from __future__ import annotations

from typing import Any

import numpy as np

from ..return_types import named
from ..tensor import Tensor
from .linear_checks import LinAlgError, check_dims, check_float, check_square, column_major, failing, flipped
from .op import arrays, op
from .type_words import type_word

__all__ = ["cholesky", "eigh", "eigvalsh", "gaps", "qr", "top_level_cholesky"]


# cholesky


def _cholesky(self: Any, upper: bool = False) -> Any:
    check_square("linalg.cholesky", self)
    check_float("linalg.cholesky", self, "cholesky_cpu")
    lower = self.swapaxes(-1, -2) if upper else self
    try:
        L = _checked_cholesky(lower)
    except np.linalg.LinAlgError:
        raise _indefinite_error(lower) from None
    return np.ascontiguousarray(L).swapaxes(-1, -2) if upper else column_major(L)


def _checked_cholesky(matrix: Any) -> Any:
    L = np.linalg.cholesky(matrix)
    if np.isnan(L).any():
        raise np.linalg.LinAlgError
    return L


def _indefinite_error(lower: Any) -> LinAlgError:
    which, matrix = failing(lower, _checked_cholesky)
    order = next(n for n in range(1, len(matrix) + 1) if _indefinite(matrix[:n, :n]))
    return LinAlgError(
        f"linalg.cholesky: {which}The factorization could not be completed because the input is not positive-definite "
        f"(the leading minor of order {order} is not positive-definite)."
    )


def _indefinite(matrix: Any) -> bool:
    try:
        _checked_cholesky(matrix)
    except np.linalg.LinAlgError:
        return True
    return False


def _cholesky_back(xp: Any, grad: Any, L: Any, upper: bool) -> Any:
    """Return L⁻ᵀ sym(tril(Lᵀ grad)) L⁻¹, where sym mirrors the lower triangle. See arXiv:1602.07527."""
    lower, grad = (flipped(xp, L), flipped(xp, grad)) if upper else (L, grad)
    half = xp.tril(flipped(xp, lower) @ grad)
    half = xp.scaled(half + flipped(xp, xp.tril(half, -1)), 0.5)
    half = xp.solve_triangular(flipped(xp, lower), half, True, True)
    return xp.solve_triangular(lower, half, False, False)


def _cholesky_entry(node: str, name: str) -> Any:
    rule = ("cholesky_back(grad, L, upper)", lambda xp, grad, L, upper: _cholesky_back(xp, grad, L, upper))
    return op(node, _cholesky, name=name, returns=("L",), self=rule)


_cholesky_op = _cholesky_entry("LinalgCholeskyEx", "linalg.cholesky")
top_level_cholesky = _cholesky_entry("Cholesky", "cholesky")


def cholesky(A: Tensor, *, upper: bool = False) -> Tensor:
    """Return the lower (or upper) triangular L with `A = L @ L.mT` of positive-definite matrices.

    Mirrors `torch.linalg.cholesky`.

    Raises
    ------
    LinAlgError
        When a matrix is not positive-definite.
    """
    return _cholesky_op(A, upper)


# qr

linalg_qr = named("linalg_qr", "Q", "R")


def _qr(A: Any, mode: str = "reduced") -> tuple[Any, ...]:
    check_dims("linalg.qr", A)
    check_float("linalg.qr", A, "geqrf_cpu")
    if mode not in ("reduced", "complete", "r"):
        raise RuntimeError(
            f"qr received unrecognized mode '{mode}' but expected one of 'reduced' (default), 'r', or 'complete'"
        )
    if mode == "r":
        return np.empty(0, A.dtype), column_major(np.linalg.qr(A, "r"))
    return tuple(column_major(each) for each in np.linalg.qr(A, mode))  # type: ignore[call-overload]


def _qr_back(xp: Any, grads: list[Any], Q: Any, R: Any, mode: str) -> list[Any]:
    of_Q, of_R = grads
    if mode == "r":
        raise RuntimeError(
            "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. Please use linalg.qr(A, "
            "mode='reduced') if you are going to differentiate through linalg.qr."
        )
    rows, columns = Q.shape[-2], R.shape[-1]
    if mode == "complete" and rows > columns:
        raise RuntimeError("The QR decomposition is not differentiable when mode='complete' and nrows > ncols.")
    if rows >= columns:
        return [_tall_qr_back(xp, of_Q, of_R, Q, R)]
    return [_wide_qr_back(xp, of_Q, of_R, Q, R, rows)]


def _tall_qr_back(xp: Any, of_Q: Any, of_R: Any, Q: Any, R: Any) -> Any:
    """Return [of_Q + Q sym(triu(of_R Rᵀ - Qᵀ of_Q))] R⁻ᵀ, where sym mirrors the upper triangle."""
    upper = xp.triu(_turn(xp, of_Q, of_R, Q, R))
    whole = Q @ xp.on_diagonal(upper + flipped(xp, upper), "scale", 0.5)
    whole = whole if of_Q is None else whole + of_Q
    return xp.solve_triangular(flipped(xp, R), whole, False, False)


def _turn(xp: Any, of_Q: Any, of_R: Any, Q: Any, R: Any) -> Any:
    """Return of_R Rᵀ - Qᵀ of_Q, either of which may be missing."""
    if of_Q is None:
        return of_R @ flipped(xp, R)
    projected = flipped(xp, Q) @ of_Q
    return -projected if of_R is None else of_R @ flipped(xp, R) - projected


def _wide_qr_back(xp: Any, of_Q: Any, of_R: Any, Q: Any, R: Any, rows: int) -> Any:
    """Return Q of_R, and for the square part R1 of R also Q tril(Z - Zᵀ) R1⁻ᵀ, where Z = Qᵀ of_Q - of_R Rᵀ."""
    turn = -_turn(xp, of_Q, of_R, Q, R)
    square = flipped(xp, xp.narrow(R, -1, 0, rows))
    found = xp.solve_triangular(square, Q @ xp.tril(turn - flipped(xp, turn)), False, False)
    found = xp.cat([found, xp.zeros_like(xp.narrow(R, -1, rows, R.shape[-1] - rows))], -1)
    return found if of_R is None else found + Q @ of_R


_qr_op = op(
    "LinalgQr",
    _qr,
    name="linalg.qr",
    returns=("Q", "R"),
    visible=2,
    differentiable=2,
    backward=({"A": "qr_back(grads, Q, R, mode)"}, _qr_back),
)


def qr(A: Tensor, mode: str = "reduced") -> Any:
    """Return Q with orthonormal columns and upper triangular R with `A = Q @ R`. Mirrors `torch.linalg.qr`.

    Parameters
    ----------
    A : Tensor
        Matrices, `(..., m, n)`.
    mode : {"reduced", "complete", "r"}
        Whether Q has min(m, n) columns, m columns, or is not computed.
    """
    return linalg_qr(*_qr_op(A, mode))


# eigh

linalg_eigh = named("linalg_eigh", "eigenvalues", "eigenvectors")


def _eigh(A: Any, UPLO: str = "L") -> tuple[Any, ...]:
    check_square("linalg.eigh", A)
    if UPLO.upper() not in ("L", "U"):
        raise RuntimeError(f"Expected UPLO argument to be 'L' or 'U', but got {UPLO}")
    if A.dtype.kind != "f" or A.dtype.itemsize == 2:
        raise NotImplementedError(f"\"linalg_eigh_cpu\" not implemented for '{type_word(A)}'")
    if not np.isfinite(A).all():
        return np.full(A.shape[:-1], np.nan, A.dtype), np.full(A.shape, np.nan, A.dtype)
    values, vectors = np.linalg.eigh(A, UPLO.upper())  # type: ignore[call-overload]
    return values, column_major(vectors)


def gaps(xp: Any, values: Any) -> Any:
    """Return values[j] - values[i] at (i, j), and 1 on the diagonal."""
    return xp.on_diagonal(xp.unsqueeze(values, -2) - xp.unsqueeze(values, -1), "fill", 1.0)


def _eigh_back(xp: Any, grads: list[Any], eigenvalues: Any, eigenvectors: Any) -> list[Any]:
    of_values, of_vectors = grads
    V = eigenvectors
    if of_vectors is None:
        return [(V * xp.unsqueeze(of_values, -2)) @ flipped(xp, V)]
    turned = flipped(xp, V) @ of_vectors
    inner = xp.scaled(turned - flipped(xp, turned), 0.5) / gaps(xp, eigenvalues)
    if of_values is not None:
        inner = xp.on_diagonal(inner, "copy", of_values)
    return [V @ (inner @ flipped(xp, V))]


_eigh_op = op(
    "LinalgEigh",
    _eigh,
    name="linalg.eigh",
    returns=("eigenvalues", "eigenvectors"),
    visible=2,
    differentiable=2,
    backward=({"A": "eigh_back(grads, eigenvalues, eigenvectors)"}, _eigh_back),
)


def eigh(A: Tensor, UPLO: str = "L") -> Any:
    """Return the eigenvalues, rising, and the eigenvectors of symmetric matrices. Mirrors `torch.linalg.eigh`.

    Parameters
    ----------
    A : Tensor
        Square matrices, of which one triangle is read.
    UPLO : {"L", "U"}
        Which: the lower or the upper.

    Notes
    -----
    See Note [Gauge] in this module.
    """
    return linalg_eigh(*_eigh_op(A, UPLO))


def eigvalsh(A: Tensor, UPLO: str = "L") -> Tensor:
    """Return the eigenvalues of symmetric matrices, rising. Mirrors `torch.linalg.eigvalsh`."""
    return _eigh_op(A, UPLO)[0]


arrays.cholesky_back = lambda *values: _cholesky_back(arrays, *values)
arrays.qr_back = lambda *values: _qr_back(arrays, *values)[0]
arrays.eigh_back = lambda *values: _eigh_back(arrays, *values)[0]
