"""The cases whose gradients have, under `create_graph=True`, another graph than in torch; the values are the same.

Most are decompositions, whose rules PyTorch writes into parts of a tensor in place.
"""

from __future__ import annotations

__all__ = ["DIFFERING"]

DIFFERING = frozenset(
    {
        "block_diag",
        "det/1 by 1",
        "pinv/batch",
        "norm/linalg",
        "matrix_exp",
        "matrix_exp/batch",
        "matrix_exp/zeros",
        "lstsq/residuals",
        "as_strided",
        "as_strided/of a part",
        "as_strided/of a transposed tensor",
        "as_strided/of an expanded tensor",
        "mvlgamma",
        "mvlgamma/method",
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
