"""The operations: one table a family. Importing this package fills the public namespace and binds Tensor's methods."""

from __future__ import annotations

from ..tensor import Tensor
from . import (  # noqa: F401  (importing fills the tables)
    arithmetic,
    bounds,
    casting,
    combining,
    comparison,
    contraction,
    creation,
    cumulative,
    data,
    diagonals,
    einsum,
    elementwise,
    error_function,
    expansion,
    extremes,
    factorizations,
    gathering,
    index_slices,
    indexing,
    inverses,
    joining,
    masks,
    matmul,
    matrices,
    nn,
    norms,
    operators,
    ordering,
    power,
    products,
    quantiles,
    queries,
    random,
    random_fills,
    rearrangement,
    reduction,
    remainders,
    scatter_reduction,
    searching,
    selection,
    shape,
    shape_in_place,
    singular_values,
    slices,
    solving,
    splitting,
    statistics,
    strided,
    transposition,
    truth,
    uniqueness,
    written_parts,
)
from .op import FUNCTIONS, METHODS

__all__ = ["FUNCTIONS", "METHODS"]

for _name, _function in METHODS.items():
    setattr(Tensor, _name, _function)
operators.bind()
