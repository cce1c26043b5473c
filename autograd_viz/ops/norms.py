"""Norms of vectors and matrices. A norm's gradient at 0 is 0, and equal largest elements share it."""

# ruff: noqa: N803  (matrices are A, as in torch.linalg)

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import dtypes
from ..tensor import Tensor
from .dims import wrap_dim, wrap_dims
from .inverses import inv
from .linear_checks import check_dims, check_square
from .op import FUNCTIONS, METHODS, arrays, op, register
from .reduction import total
from .singular_values import svdvals
from .transposition import permute
from .type_words import type_word
from .wrapping import check_tensor

__all__ = ["cond", "matrix_norm", "norm", "vector_norm"]

Number = (int, float)


# vectors


def _vector_norm(self: Any, ord: float = 2, dim: tuple[int, ...] = (), keepdim: bool = False) -> Any:
    """Return the norm over `dim`; () stands for all dimensions."""
    if self.dtype.itemsize == 2:
        return _vector_norm(self.astype(np.float32), ord, dim, keepdim).astype(np.float16)
    return np.asarray(_norm_over(self, ord, dim, keepdim), self.dtype, order="C")


def _norm_over(self: Any, ord: float, dim: tuple[int, ...], keepdim: bool) -> Any:
    axis = dim or None
    if ord == 2:
        return np.sqrt(total(self * self, axis, keepdim))
    if ord == 0:
        return np.asarray(total(self != 0, axis, keepdim)).astype(self.dtype)
    sizes = np.abs(self)
    if ord == 1:
        return total(sizes, axis, keepdim)
    if math.isinf(ord):
        return (sizes.max if ord > 0 else sizes.min)(axis=axis, keepdims=keepdim)
    return total(sizes**ord, axis, keepdim) ** (1 / ord)


def _vector_norm_back(
    xp: Any, grad: Any, self: Any, result: Any, ord: float, dim: tuple[int, ...], keepdim: bool
) -> Any:
    norm = result
    if ord == 0:
        return None
    if not keepdim:
        for place in sorted(dim):
            grad, norm = xp.unsqueeze(grad, place), xp.unsqueeze(norm, place)
    if ord == 1:
        return xp.sgn(self) * grad
    if ord == 2:
        return grad * xp.masked_fill(self / norm, norm == 0, 0)
    if math.isinf(ord):
        sizes = xp.abs(self)
        largest = (sizes == norm) | (sizes != sizes)
        share = xp.sum(largest, dim or tuple(range(len(self.shape))), True) if len(self.shape) else 1
        return xp.sgn(self) * ((grad / share) * largest)
    if ord < 1:
        return xp.sgn(self) * xp.masked_fill(xp.abs(self) ** (ord - 1), self == 0, 0) * grad * norm ** (1 - ord)
    scaled = xp.sgn(self) * xp.abs(self) ** (ord - 1) if ord < 2 else self * xp.abs(self) ** (ord - 2)
    return scaled * xp.masked_fill(grad / norm ** (ord - 1), norm == 0, 0)


def _entry(formula: str) -> Callable[..., Any]:
    return op(
        "LinalgVectorNorm",
        _vector_norm,
        name="linalg.vector_norm",
        self=(
            formula,
            lambda xp, grad, self, result, ord, dim, keepdim, self_shape: _vector_norm_back(
                xp, grad, self, result, ord, dim, keepdim
            ),
        ),
    )


_OF_ALL = _entry("grad · self / result")  # the length of the whole tensor as a vector
_LENGTHS = _entry("spread(grad / result, self_shape, dim) · self")
_OTHER_NORMS = _entry("vector_norm_back(grad, self, result, ord, dim, keepdim)")


def _vector_norm_op(x: Tensor, ord: float, dim: tuple[int, ...], keepdim: bool) -> Tensor:
    """Return a norm from the table entry whose formula is that of its order."""
    entry = _OTHER_NORMS if ord != 2 else _LENGTHS if dim else _OF_ALL
    return entry(x, ord, dim, keepdim)


def vector_norm(x: Tensor, ord: float = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """Return the norm of vectors: `sum(|x|^ord)^(1/ord)`. Mirrors `torch.linalg.vector_norm`.

    Parameters
    ----------
    x : Tensor
        The elements.
    ord : number
        0 counts the elements that are not 0; inf and -inf give the largest and the smallest size.
    dim : int or tuple of int, optional
        Along which dimensions; by default over all elements.
    keepdim : bool
        Whether these stay, with length 1.
    dtype : dtype, optional
        To which `x` is cast first.

    Raises
    ------
    RuntimeError
        For integers, and where the largest of no elements is asked for.
    """
    if not isinstance(ord, Number) or isinstance(ord, bool):
        raise TypeError(
            f"linalg_vector_norm(): argument 'ord' (position 2) must be Number, not {type(ord).__name__}"
        )
    if keepdim.__class__ is not bool:
        raise TypeError(
            f"linalg_vector_norm(): argument 'keepdim' (position 4) must be bool, not {type(keepdim).__name__}"
        )
    x = _as_float("linalg.vector_norm", x, dtype)
    array = x._array
    every = dim is None or (isinstance(dim, (tuple, list)) and not dim)
    dims = () if every else wrap_dims(dim, array.ndim)
    lengths = [array.shape[place] for place in dims] if dims and array.ndim else array.shape
    if (ord < 0 or ord == math.inf) and 0 in lengths:
        what = "the operation does not have an identity"
        if every:
            raise RuntimeError(f"linalg.vector_norm cannot compute the {ord} norm on an empty tensor because {what}")
        raise RuntimeError(
            f"linalg.vector_norm cannot compute the {ord} norm on the dimension {dims[0]} because this dimension is "
            f"empty and {what}"
        )
    return _vector_norm_op(x, ord, dims if array.ndim else (), keepdim)


def _as_float(name: str, x: Tensor, dtype: Any) -> Tensor:
    if x._array.dtype.kind != "f":
        raise RuntimeError(
            f"{name}: Expected a floating point or complex tensor as input. Got {type_word(x._array)}"
        )
    if dtype is not None and dtypes.to_numpy(dtype).kind != "f":
        found = dtypes.word(dtypes.to_numpy(dtype))
        raise RuntimeError(f"{name}: dtype should be floating point or complex, but got {found}")
    if dtype is not None and dtypes.to_numpy(dtype) != x._array.dtype:
        return x.to(dtype)
    return x


# matrices


def matrix_norm(
    A: Tensor, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """Return the norm of matrices. Mirrors `torch.linalg.matrix_norm`.

    Parameters
    ----------
    A : Tensor
        At least 2-D.
    ord : {"fro", "nuc", 1, -1, 2, -2, inf, -inf}
        The root of the sum of squares; the sum of singular values; the largest or smallest sum of a column; the
        largest or smallest singular value; the largest or smallest sum of a row.
    dim : pair of int
        The dimensions of rows and columns.
    keepdim : bool
        Whether these stay, with length 1.
    dtype : dtype, optional
        To which `A` is cast first.
    """
    check_dims("linalg.matrix_norm", A._array)
    A = _as_float("linalg.matrix_norm", A, dtype)
    if not isinstance(dim, (tuple, list)) or len(dim) != 2:
        raise RuntimeError(f"linalg.matrix_norm: dim must be a 2-tuple. Got {dim}")
    ndim = A._array.ndim
    rows, columns = (wrap_dim(each, ndim) for each in dim)
    if rows == columns:
        raise RuntimeError(f"linalg.matrix_norm: dims must be different. Got ({dim[0]}, {dim[1]})")
    if ord == "fro":
        return vector_norm(A, 2, (rows, columns), keepdim)
    if ord != "nuc" and (isinstance(ord, str) or abs(ord) not in (1, 2, math.inf)):
        raise RuntimeError(f"linalg.matrix_norm: Order {ord} not supported.")
    if ord == "nuc" or abs(ord) == 2:
        return _spectral_norm(A, ord, rows, columns, keepdim)
    if abs(ord) == math.inf:
        rows, columns = columns, rows
    sums = vector_norm(A, 1, rows, keepdim)
    if columns > rows and not keepdim:
        columns -= 1
    return (sums.amax if ord > 0 else sums.amin)(columns, keepdim)


def _spectral_norm(A: Tensor, ord: Any, rows: int, columns: int, keepdim: bool) -> Tensor:
    ndim = A._array.ndim
    order = [dim for dim in range(ndim) if dim not in (rows, columns)] + [rows, columns]
    S: Any = svdvals(permute(A, order))
    reduced = S.sum if ord == "nuc" else S.amax if ord > 0 else S.amin
    if not keepdim:
        return reduced(-1)
    return permute(reduced(-1, True).unsqueeze(-1), sorted(range(ndim), key=order.__getitem__))


# either


def norm(A: Tensor, ord: Any = None, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """Return the norm of vectors or of matrices. Mirrors `torch.linalg.norm`.

    Parameters
    ----------
    A : Tensor
        The elements.
    ord : optional
        As of `vector_norm` or `matrix_norm`; by default the root of the sum of squares.
    dim : int, pair of int, optional
        One dimension for the norm of vectors, two for that of matrices; by default those of a 1-D or 2-D tensor.
    keepdim : bool
        Whether these stay, with length 1.
    dtype : dtype, optional
        To which `A` is cast first.
    """
    dims = None if dim is None else tuple(dim) if isinstance(dim, (tuple, list)) else (dim,)
    if dims is not None and len(dims) not in (1, 2):
        raise RuntimeError(f"linalg.norm: If dim is specified, it must be of length 1 or 2. Got {list(dims)}")
    ndim = A._array.ndim
    if ord is None:
        return vector_norm(A, 2, dims, keepdim, dtype=dtype)
    if dims is None and ndim not in (1, 2):
        raise RuntimeError(
            f"linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got {ndim}D."
        )
    if dims is None:
        dims = tuple(range(ndim))
    if isinstance(ord, str) or len(dims) == 2:
        return matrix_norm(A, ord, dims if len(dims) == 2 else (-2, -1), keepdim, dtype=dtype)
    return vector_norm(A, ord, dims, keepdim, dtype=dtype)


def _torch_norm(input: Tensor, p: Any = "fro", dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Tensor:
    """Return the p-norm over dimensions, by default over all elements. Mirrors `torch.norm`."""
    check_tensor("norm", input)
    if p == "fro" or p is None:
        return vector_norm(input, 2, dim, keepdim, dtype=dtype)
    if isinstance(p, str):
        return matrix_norm(input, p, tuple(range(input._array.ndim)) if dim is None else dim, keepdim, dtype=dtype)
    return vector_norm(input, int(p) if isinstance(p, bool) else p, dim, keepdim, dtype=dtype)


def cond(A: Tensor, p: Any = None) -> Tensor:
    """Return the condition numbers of matrices. Mirrors `torch.linalg.cond`."""
    check_dims("linalg.cond", A._array)
    if p is None or p in (2, -2):
        S: Any = svdvals(A)
        largest, smallest = S.narrow(-1, 0, 1), S.narrow(-1, -1, 1)
        ratio = smallest / largest if p == -2 else largest / smallest
        return ratio.squeeze(-1)
    check_square(f"linalg.cond(ord={p})", A._array)
    return matrix_norm(A, p) * matrix_norm(inv(A), p)


FUNCTIONS["norm"] = METHODS["norm"] = _torch_norm
register("vector_norm", vector_norm, method=False, public=False, forward=_vector_norm)
arrays.vector_norm_back = lambda *values: _vector_norm_back(arrays, *values)
