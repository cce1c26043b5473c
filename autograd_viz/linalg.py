"""Linear algebra under the names of `torch.linalg`, on real matrices and batches of them."""

# ruff: noqa: N803  (matrices are A, as in torch.linalg)

from __future__ import annotations

import functools
from typing import Any

from .absent import absent, without_out
from .ops.choices import powers
from .ops.contraction import multi_dot, vecdot
from .ops.diagonals import diagonal as _diagonal
from .ops.factorizations import cholesky, eigh, eigvalsh, qr
from .ops.inverses import det, inv, slogdet
from .ops.linear_checks import LinAlgError
from .ops.matmul import matmul
from .ops.matrices import cross, matrix_power, tensorinv, tensorsolve
from .ops.matrix_functions import lstsq, matrix_exp
from .ops.norms import cond, matrix_norm, norm, vector_norm
from .ops.reported_failures import cholesky_ex, inv_ex, solve_ex
from .ops.singular_values import matrix_rank, pinv, svd, svdvals
from .ops.solving import solve, solve_triangular
from .ops.triangular_factors import lu, lu_factor, lu_factor_ex, lu_solve
from .tensor import Tensor

__all__ = [
    "LinAlgError",
    "cholesky",
    "cholesky_ex",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "inv",
    "inv_ex",
    "lstsq",
    "lu",
    "lu_factor",
    "lu_factor_ex",
    "lu_solve",
    "matmul",
    "matrix_exp",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "multi_dot",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_ex",
    "solve_triangular",
    "svd",
    "svdvals",
    "tensorinv",
    "tensorsolve",
    "vander",
    "vecdot",
    "vector_norm",
]


def diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Return the diagonals of matrices, as a view. Mirrors `torch.linalg.diagonal`."""
    return _diagonal(A, offset, dim1, dim2)


def vander(x: Tensor, *, N: int | None = None) -> Tensor:
    """Return the powers 0 to N - 1 of each element, in a new last dim. Mirrors `torch.linalg.vander`."""
    if not x._array.ndim:
        raise RuntimeError(f"Input dim must be greater than or equal to 1. Got {x._array.ndim}.")
    count = x._array.shape[-1] if N is None else N
    if count < 2:
        raise RuntimeError(f"N must be greater than 1. Got {count}.")
    return powers(x, count)


def eig(A: Tensor) -> Any:
    """Refuse: the eigenvalues of matrices that need not be symmetric are complex."""
    raise NotImplementedError(
        "linalg.eig gives complex numbers, which autograd_viz does not provide; for symmetric matrices use linalg.eigh"
    )


def eigvals(A: Tensor) -> Any:
    """Refuse: the eigenvalues of matrices that need not be symmetric are complex."""
    raise NotImplementedError(
        "linalg.eigvals gives complex numbers, which autograd_viz does not provide; for symmetric matrices use "
        "linalg.eigvalsh"
    )


for _name in __all__:
    if _name not in ("LinAlgError", "diagonal", "vander"):  # of which PyTorch's take no out=
        globals()[_name] = without_out(_name, globals()[_name])

__getattr__ = functools.partial(absent, __name__)
