"""Factorizations that report a matrix they fail on by a number instead of an error: inv_ex, cholesky_ex, solve_ex."""

# ruff: noqa: N803  (matrices are A and B, as in torch.linalg)

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from ..return_types import named
from ..tensor import Tensor, make
from .factorizations import cholesky, qr, top_level_cholesky
from .inverses import inv
from .linear_checks import LinAlgError
from .op import FUNCTIONS, METHODS, tensors
from .solving import solve

__all__ = ["cholesky_ex", "inv_ex", "solve_ex"]

INV = named("linalg_inv_ex", "inverse", "info")
CHOLESKY = named("linalg_cholesky_ex", "L", "info")
SOLVE = named("linalg_solve_ex", "result", "info")


def _reported(run: Callable[[Any], Any], A: Tensor, probe: Callable[[Any], Any] | None = None) -> tuple[Any, Tensor]:
    """Return the result, NaN where a matrix fails, and for each matrix 0 or the place where it does.

    `probe` fails as `run` does, but takes one matrix; by default it is `run`.
    """
    batch = A._array.shape[:-2]
    try:
        return run(A), make(np.zeros(batch, np.int32))
    except LinAlgError:
        pass
    matrices = A._array.reshape(-1, *A._array.shape[-2:])
    info = np.array([_failure(probe or run, make(matrix)) for matrix in matrices], np.int32).reshape(batch)
    failed = make((info != 0)[..., None, None])
    one = make(np.broadcast_to(np.eye(A._array.shape[-1], dtype=A._array.dtype), A._array.shape).copy())
    found: Any = run(tensors.where(failed, one, A))
    dims = found._array.ndim - len(batch)
    wide = make((info != 0).reshape(*batch, *(1,) * dims))
    return tensors.masked_fill(found, wide, float("nan")), make(info)


def _failure(run: Callable[[Any], Any], matrix: Tensor) -> int:
    try:
        run(matrix)
    except LinAlgError as error:
        place = re.search(r"(?:element|order) (\d+)", str(error))
        return int(place[1]) if place else matrix._array.shape[-1]
    except RuntimeError:
        return 0
    return 0


def _checked(name: str, of: str, run: Callable[[], Any]) -> None:
    try:
        run()
    except LinAlgError as error:
        raise LinAlgError(str(error).replace(of, name)) from None


def inv_ex(A: Tensor, *, check_errors: bool = False) -> Any:
    """Return the inverse of matrices, and for each 0 or where its pivot is 0. Mirrors `torch.linalg.inv_ex`."""
    if check_errors:
        _checked("linalg.inv_ex", "linalg.inv", lambda: inv(A))
    return INV(*_reported(inv, A))


def cholesky_ex(A: Tensor, *, upper: bool = False, check_errors: bool = False) -> Any:
    """Return Cholesky factors, and for each 0 or the minor that is not positive. Mirrors `torch.linalg.cholesky_ex`."""
    if check_errors:
        _checked("linalg.cholesky_ex", "linalg.cholesky", lambda: cholesky(A, upper=upper))
    return CHOLESKY(*_reported(lambda matrix: cholesky(matrix, upper=upper), A))


def solve_ex(A: Tensor, B: Tensor, *, left: bool = True, check_errors: bool = False) -> Any:
    """Return the X of `A @ X = B`, and for each matrix 0 or where it fails. Mirrors `torch.linalg.solve_ex`."""
    if check_errors:
        _checked("torch.linalg.solve_ex", "torch.linalg.solve", lambda: solve(A, B, left=left))
    return SOLVE(*_reported(lambda matrices: solve(matrices, B, left=left), A, inv))


def _torch_cholesky(input: Tensor, upper: bool = False) -> Tensor:
    """Return the Cholesky factor of positive-definite matrices. Mirrors `torch.cholesky`."""
    try:
        return top_level_cholesky(input, upper)
    except LinAlgError as error:
        raise LinAlgError(str(error).replace("linalg.cholesky", "cholesky")) from None


def _torch_qr(input: Tensor, some: bool = True) -> Any:
    """Return Q and R with `input = Q @ R`. Mirrors `torch.qr`."""
    return QR(*qr(input, "reduced" if some else "complete"))


QR = named("qr", "Q", "R")
for _name, _function in (("cholesky", _torch_cholesky), ("qr", _torch_qr)):
    FUNCTIONS[_name] = METHODS[_name] = _function
