"""Singular values: svd, svdvals, and what rests on them: pinv, matrix_rank."""

# ruff: noqa: N803  (matrices are A and B, as in torch.linalg)

from __future__ import annotations

from typing import Any

import numpy as np

from ..return_types import named
from ..tensor import Tensor, make
from .factorizations import gaps
from .linear_checks import LinAlgError, check_dims, check_float, column_major, failing, flipped
from .op import FUNCTIONS, METHODS, arrays, op, register
from .type_words import type_word

__all__ = ["matrix_rank", "pinv", "svd", "svdvals"]

linalg_svd = named("linalg_svd", "U", "S", "Vh")
svd_type = named("svd", "U", "S", "V")


# svd


def _svd(A: Any, full_matrices: bool = True) -> tuple[Any, Any, Any]:
    check_dims("linalg.svd", A)
    check_float("linalg.svd", A, "linalg_svd_cpu")
    if not np.isfinite(A).all():
        which, _ = failing(A, _refuse_infinite)
        raise LinAlgError(
            f"linalg.svd: {which}The algorithm failed to converge because the input matrix contained non-finite values."
        )
    U, S, Vh = np.linalg.svd(A, full_matrices)
    return column_major(U), S, column_major(Vh)


def _refuse_infinite(matrix: Any) -> None:
    if not np.isfinite(matrix).all():
        raise np.linalg.LinAlgError


def _svd_back(xp: Any, grads: list[Any], U: Any, S: Any, Vh: Any, full_matrices: bool) -> list[Any]:
    of_U, of_S, of_Vh = grads
    count = S.shape[-1]
    if full_matrices:
        of_U = None if of_U is None else xp.narrow(of_U, -1, 0, count)
        of_Vh = None if of_Vh is None else xp.narrow(of_Vh, -2, 0, count)
        U, Vh = xp.narrow(U, -1, 0, count), xp.narrow(Vh, -2, 0, count)
    rows, columns = U.shape[-2], Vh.shape[-1]
    if of_U is None and of_Vh is None:
        if rows >= columns:
            return [U @ (xp.unsqueeze(of_S, -1) * Vh)]
        return [(U * xp.unsqueeze(of_S, -2)) @ Vh]
    inner = _inner(xp, of_U, of_Vh, U, S, Vh)
    if of_S is not None:
        inner = inner + xp.diag_embed(of_S)
    if rows > count and of_U is not None:
        outside = of_U / xp.unsqueeze(S, -2)
        return [(U @ inner + outside - U @ (flipped(xp, U) @ outside)) @ Vh]
    if columns > count and of_Vh is not None:
        outside = of_Vh / xp.unsqueeze(S, -1)
        return [U @ (inner @ Vh + outside - (outside @ flipped(xp, Vh)) @ Vh)]
    return [U @ (inner @ Vh)]


def _inner(xp: Any, of_U: Any, of_Vh: Any, U: Any, S: Any, Vh: Any) -> Any:
    """Return what the singular vectors' gradients give, but for the diagonal: (skew(Uᵀ gU) S + S skew(Vᵀ gV)) / E."""
    E = gaps(xp, S * S)
    turns_U = None if of_U is None else _skew(xp, flipped(xp, U) @ of_U)
    turns_V = None if of_Vh is None else _skew(xp, Vh @ flipped(xp, of_Vh))
    across, down = xp.unsqueeze(S, -2), xp.unsqueeze(S, -1)
    if turns_V is None:
        return (turns_U / E) * across
    if turns_U is None:
        return down * (turns_V / E)
    return (turns_U * across + down * turns_V) / E


def _skew(xp: Any, matrix: Any) -> Any:
    return matrix - flipped(xp, matrix)


_svd_op = op(
    "LinalgSvd",
    _svd,
    name="linalg.svd",
    returns=("U", "S", "Vh"),
    visible=3,
    differentiable=3,
    backward=({"A": "svd_back(grads, U, S, Vh, full_matrices)"}, _svd_back),
)


def svd(A: Tensor, full_matrices: bool = True, *, driver: str | None = None) -> Any:
    """Return U, S and Vh with `A = U @ diag(S) @ Vh`. Mirrors `torch.linalg.svd`.

    Parameters
    ----------
    A : Tensor
        Matrices, `(..., m, n)`.
    full_matrices : bool
        Whether U and Vh are square; only their parts that belong to singular values have gradients.
    driver : None
        Not for the CPU.

    Notes
    -----
    See Note [Gauge] in factorizations.py.
    """
    if driver is not None:
        raise RuntimeError(
            "torch.linalg.svd: keyword argument `driver=` is only supported on CUDA inputs with cuSOLVER backend."
        )
    return linalg_svd(*_svd_op(A, full_matrices))


def svdvals(A: Tensor, *, driver: str | None = None) -> Tensor:
    """Return the singular values, falling. Mirrors `torch.linalg.svdvals`."""
    return _svd_op(A, False)[1]


def _torch_svd(input: Tensor, some: bool = True, compute_uv: bool = True) -> Any:
    """Return U, S and V with `input = U @ diag(S) @ V.mT`. Mirrors `torch.svd`."""
    if not compute_uv:
        shape = input._array.shape
        zeros = [make(np.zeros((*shape[:-2], size, size), input._array.dtype)) for size in shape[-2:]]
        return svd_type(zeros[0], svdvals(input), zeros[1])
    U, S, Vh = _svd_op(input, not some)
    return svd_type(U, S, Vh.mT)


# pinv


def _pinv(self: Any, atol: Any = None, rtol: Any = None, hermitian: bool = False) -> Any:
    if self.ndim < 2 or self.dtype.kind != "f" or self.dtype.itemsize == 2:
        raise RuntimeError(
            f"linalg.pinv({type_word(self)}{{{list(self.shape)}}}): expected a tensor with 2 or more dimensions of "
            "float, double, cfloat or cdouble types"
        )
    if self.size == 0:
        return np.zeros((*self.shape[:-2], self.shape[-1], self.shape[-2]), self.dtype)
    if hermitian:
        values, vectors = np.linalg.eigh(self)
        kept = np.abs(values) > tolerance(self, np.abs(values).max(-1), atol, rtol)[..., None]
        return (vectors * _reciprocals(values, kept)[..., None, :]) @ vectors.swapaxes(-1, -2)
    U, S, Vh = np.linalg.svd(self, False)
    kept = S > tolerance(self, S[..., 0], atol, rtol)[..., None]
    return (Vh.swapaxes(-1, -2) * _reciprocals(S, kept)[..., None, :]) @ U.swapaxes(-1, -2)


def _reciprocals(values: Any, kept: Any) -> Any:
    return np.where(kept, 1 / np.where(kept, values, 1), 0).astype(values.dtype)


def tolerance(A: Any, largest: Any, atol: Any, rtol: Any) -> Any:
    """Return below what size singular values count as 0."""
    absolute = np.asarray(0.0 if atol is None else atol)
    if rtol is None:
        rtol = np.where(absolute > 0, 0.0, max(A.shape[-2:]) * np.finfo(A.dtype).eps)
    return np.maximum(absolute, rtol * largest)


def _pinv_back(xp: Any, grad: Any, self: Any, result: Any) -> Any:
    """Differentiate the pseudoinverse of matrices of constant rank (Golub and Pereyra, 1973)."""
    back, turned = flipped(xp, result), flipped(xp, grad)
    if self.shape[-2] <= self.shape[-1]:
        K = turned @ result
        along = K @ back
        rest = (back @ result) @ (turned - K @ self)
        return -flipped(xp, result @ K) + along - (self @ result) @ along + rest
    K = result @ turned
    along = back @ K
    return -flipped(xp, K @ result) + ((turned - self @ K) @ result) @ back + along - (along @ result) @ self


_pinv_op = op(
    "LinalgPinv",
    _pinv,
    name="linalg.pinv",
    self=("pinv_back(grad, self, result)", lambda xp, grad, self, result: _pinv_back(xp, grad, self, result)),
)


def pinv(A: Tensor, rcond: Any = None, *, atol: Any = None, rtol: Any = None, hermitian: bool = False) -> Tensor:
    """Return the pseudoinverse (Moore-Penrose) of matrices. Mirrors `torch.linalg.pinv`.

    Parameters
    ----------
    A : Tensor
        Matrices, `(..., m, n)`.
    rcond : float, optional
        Another name of `rtol`.
    atol, rtol : float or Tensor, optional
        Singular values below `max(atol, rtol · the largest)` count as 0; by default rtol is max(m, n) · eps.
    hermitian : bool
        Whether A is known to be symmetric.
    """
    bounds = [each._array if isinstance(each, Tensor) else each for each in (atol, rcond if rtol is None else rtol)]
    return _pinv_op(A, bounds[0], bounds[1], hermitian)


def _pinverse(input: Tensor, rcond: float = 1e-15) -> Tensor:
    """Return the pseudoinverse of matrices. Mirrors `torch.pinverse`."""
    return pinv(input, rtol=rcond)


def matrix_rank(A: Tensor, tol: Any = None, *, atol: Any = None, rtol: Any = None, hermitian: bool = False) -> Tensor:
    """Return how many singular values are not 0, within a tolerance. Mirrors `torch.linalg.matrix_rank`."""
    check_dims("torch.linalg.matrix_rank", A._array, "input")
    S = np.abs(np.linalg.eigvalsh(A._array)) if hermitian else np.linalg.svd(A._array, compute_uv=False)
    largest = S.max(-1) if S.size else np.zeros(S.shape[:-1])
    bound = tolerance(A._array, largest, tol if atol is None else atol, rtol)
    return make(np.asarray((S > bound[..., None]).sum(-1)))


FUNCTIONS["svd"] = METHODS["svd"] = _torch_svd
FUNCTIONS["pinverse"] = METHODS["pinverse"] = _pinverse
register("svd_of", lambda A: _svd_op(A, True), method=False, public=False)
arrays.svd_back = lambda *values: _svd_back(arrays, *values)[0]
arrays.pinv_back = lambda *values: _pinv_back(arrays, *values)
