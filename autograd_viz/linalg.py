"""Linear algebra under the names of `torch.linalg`, on real matrices and batches of them."""

# ruff: noqa: N803  (matrices are A, as in torch.linalg)

from __future__ import annotations

from typing import Any

from .ops.contraction import multi_dot, vecdot
from .ops.diagonals import diagonal as _diagonal
from .ops.factorizations import cholesky, eigh, eigvalsh, qr
from .ops.inverses import det, inv, slogdet
from .ops.linear_checks import LinAlgError
from .ops.matmul import matmul
from .ops.matrices import cross, matrix_power, tensorinv, tensorsolve
from .ops.norms import cond, matrix_norm, norm, vector_norm
from .ops.singular_values import matrix_rank, pinv, svd, svdvals
from .ops.solving import solve, solve_triangular
from .tensor import Tensor

__all__ = [
    "LinAlgError",
    "cholesky",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "inv",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "multi_dot",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_triangular",
    "svd",
    "svdvals",
    "tensorinv",
    "tensorsolve",
    "vecdot",
    "vector_norm",
]


def diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Return the diagonals of matrices, as a view. Mirrors `torch.linalg.diagonal`."""
    return _diagonal(A, offset, dim1, dim2)


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
