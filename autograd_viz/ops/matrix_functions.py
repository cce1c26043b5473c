"""The matrix exponential, and least squares."""

# ruff: noqa: N803  (matrices are A and B, as in torch.linalg)

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..return_types import named
from ..tensor import Tensor, make
from .linear_checks import check_float, check_square, flipped
from .op import arrays, op, register
from .singular_values import _pinv, _pinv_back, pinv
from .wrapping import check_tensor

__all__ = ["lstsq", "matrix_exp"]

TERMS = 18  # of the Taylor series, for matrices whose norm is at most 1/2: the rest is below 1e-22


def _matrix_exp(self: Any) -> Any:
    """Scale the matrix down by a power of 2, sum the Taylor series, and square as often."""
    check_square("linalg.matrix_exp", self)
    check_float("linalg.matrix_exp", self, "linalg_matrix_exp_cpu")
    one = np.broadcast_to(np.eye(self.shape[-1], dtype=self.dtype), self.shape)
    if not self.size:
        return self.copy()
    largest = float(np.abs(self).sum(-2).max(initial=0))
    if not math.isfinite(largest):
        return np.full_like(self, np.nan)
    squarings = max(0, math.ceil(math.log2(largest / 0.5))) if largest else 0
    scaled = self / self.dtype.type(2.0**squarings)
    total = one + scaled / TERMS
    for number in range(TERMS - 1, 0, -1):
        total = one + (scaled @ total) / self.dtype.type(number)
    for _ in range(squarings):
        total = total @ total
    return total


def _exp_back(xp: Any, grad: Any, self: Any) -> Any:
    """Return the upper right block of exp([[Aᵀ, grad], [0, Aᵀ]]). See Mathias (1996)."""
    size, turned = self.shape[-1], flipped(xp, self)
    above = xp.cat([turned, grad], -1)
    below = xp.cat([xp.zeros_like(turned), turned], -1)
    whole = xp.matrix_exp(xp.cat([above, below], -2))
    return xp.narrow(xp.narrow(whole, -2, 0, size), -1, size, size)


_EXP = op(
    "LinalgMatrixExp",
    _matrix_exp,
    name="matrix_exp",
    self=("matrix_exp_back(grad, self)", _exp_back),
)


def matrix_exp(A: Tensor) -> Any:
    """Return the exponential of square matrices: 1 + A + A²/2 + …. Mirrors `torch.linalg.matrix_exp`."""
    check_tensor("linalg_matrix_exp", A, "A")
    return _EXP(A)


# least squares

LSTSQ = named("linalg_lstsq", "solution", "residuals", "rank", "singular_values")
DRIVERS = ("gels", "gelsy", "gelsd", "gelss")


def _lstsq(A: Any, B: Any, rcond: Any = None) -> Any:
    return _pinv(A, None, rcond) @ B


def _lstsq_back(xp: Any, grad: Any, A: Any, B: Any, rcond: Any, needs: Any) -> list[Any]:
    inverse = xp.pinv_of(A, None, rcond)
    of_B = flipped(xp, inverse) @ grad
    return [_pinv_back(xp, grad @ flipped(xp, B), A, inverse) if needs[0] else None, of_B]


_LSTSQ = op(
    "LinalgLstsq",
    _lstsq,
    name="linalg.lstsq",
    backward=(
        {"A": "pinv_back(grad @ Bᵀ, A, pinv_of(A, None, rcond))", "B": "pinv_of(A, None, rcond)ᵀ @ grad"},
        _lstsq_back,
    ),
)


def lstsq(A: Tensor, B: Tensor, rcond: float | None = None, *, driver: str | None = None) -> Any:
    """Return the X that makes the norm of `A @ X - B` least. Mirrors `torch.linalg.lstsq`.

    Parameters
    ----------
    A : Tensor
        Matrices `(..., m, n)`.
    B : Tensor
        Right sides `(..., m, k)`, or vectors `(..., m)`.
    rcond : float, optional
        Singular values below `rcond · the largest` count as 0.
    driver : {"gelsy", "gels", "gelsd", "gelss"}, optional
        Which of LAPACK's functions PyTorch would take: decides which of the further results there are.

    Returns
    -------
    solution, residuals, rank, singular_values
        Empty where the driver gives none.
    """
    a, b = A._array, B._array
    if a.ndim < 2:
        raise RuntimeError("torch.linalg.lstsq: input must have at least 2 dimensions.")
    if b.ndim < 1:
        raise RuntimeError("torch.linalg.lstsq: other must have at least 1 dimension.")
    driver = "gelsy" if driver is None else driver
    if driver not in DRIVERS:
        raise RuntimeError(f"torch.linalg.lstsq: parameter `driver` should be one of {DRIVERS}, got {driver}")
    vector = b.ndim == 1 or (a.ndim - 1 == b.ndim and b.shape == a.shape[:-1])
    if a.shape[-2] != b.shape[-1 if vector else -2]:
        dim = -1 if vector else -2
        raise RuntimeError(
            f"torch.linalg.lstsq: input.size(-2) should match other.size({dim}), got {a.shape[-2]} and {b.shape[dim]}"
        )
    if a.dtype != b.dtype:
        raise RuntimeError("torch.linalg.lstsq: Expected input and other to have the same dtype")
    right = B.unsqueeze(-1) if vector else B
    solution: Any = _LSTSQ(A, right, rcond)
    return LSTSQ(solution.squeeze(-1) if vector else solution, *_more(A, right, solution, rcond, driver))


def _more(matrices: Any, B: Any, X: Any, rcond: Any, driver: str) -> list[Tensor]:
    """Return residuals, rank and singular values, as far as the driver gives them."""
    A = matrices._array
    S = np.linalg.svd(A, compute_uv=False)
    bound = (max(A.shape[-2:]) * np.finfo(A.dtype).eps if rcond is None else rcond) * S.max(-1, initial=0)
    rank = np.asarray((S > bound[..., None]).sum(-1))
    residuals = make(np.empty(0, A.dtype))
    if driver != "gelsy" and A.shape[-2] > A.shape[-1] and (driver == "gels" or (rank == A.shape[-1]).all()):
        residuals = ((matrices @ X - B) ** 2).sum(-2)
    return [
        residuals,
        make(np.empty(0, np.int64) if driver == "gels" else rank),
        make(S if driver in ("gelsd", "gelss") else np.empty(0, A.dtype)),
    ]


register("matrix_exp", matrix_exp, forward=_matrix_exp)
register("pinv_of", lambda A, atol, rtol: pinv(A, atol=atol, rtol=rtol), forward=_pinv, method=False, public=False)
arrays.matrix_exp_back = lambda *values: _exp_back(arrays, *values)
