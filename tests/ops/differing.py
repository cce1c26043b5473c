"""The cases whose gradients have, under `create_graph=True`, another graph than in torch; the values are the same.

Most are decompositions, whose rules PyTorch writes into parts of a tensor in place.
"""

from __future__ import annotations

__all__ = ["DIFFERING"]

DIFFERING = frozenset(
    {
        "scatter_reduce/prod, with self",
        "scatter_reduce/prod, without self",
        "block_diag",
        "det/1 by 1",
        "pinv/batch",
        "norm/linalg",
        "lu_factor/3 by 3",
        "lu_factor/2 by 4",
        "lu_factor/4 by 2",
        "lu_factor/batch",
        "lu",
        "lu/tall",
        "lu/batch of wide ones",
        "lu_unpack",
        "lu_solve",
        "lu_solve/right",
        "lu_solve/adjoint",
        "lu_solve/old order",
        "cholesky_solve",
        "cholesky_solve/upper",
        "cholesky_inverse",
        "torch.cholesky",
        "matrix_exp",
        "matrix_exp/batch",
        "matrix_exp/zeros",
        "lstsq/residuals",
        "cosine_similarity/dim 0",
        "gru_cell",
        "trapezoid/places",
        "as_strided",
        "as_strided/of a part",
        "as_strided/of a transposed tensor",
        "as_strided/of an expanded tensor",
        "mvlgamma",
        "mvlgamma/method",
        "cumulative_trapezoid/x",
        "renorm",
        "renorm/p 1",
        "cumprod/zeros",
        "cumprod/one zero",
        "cumprod_along_0/zeros",
        "index_reduce/prod, with self",
        "index_reduce/prod, without self",
        "index_reduce_",
    }
)
