"""Distances between points: cdist between two lists of them, pdist within one, dist between two tensors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..dtypes import result_type, word
from ..tensor import Tensor
from .half import HALF
from .norms import _vector_norm_back
from .op import FUNCTIONS, METHODS, arrays, op, tensors
from .reduction import total
from .remainders import not_differentiable
from .type_words import not_implemented, type_word
from .wrapping import check_tensor

__all__: list[str] = []


def _lengths(difference: Any, p: float) -> Any:
    """Return the p-norms along the last dim."""
    sizes = np.abs(difference)
    if p == 0:
        return (sizes != 0).sum(-1).astype(difference.dtype)
    if p == 1:
        return total(sizes, -1)
    if p == 2:
        return np.sqrt(total(sizes * sizes, -1))
    if math.isinf(p):
        return sizes.max(-1, initial=0)
    return (total(sizes**p, -1) ** (1 / p)).astype(sizes.dtype, copy=False)  # NumPy 1 makes float64 of a number


def _pull(difference: Any, grad: Any, length: Any, p: float) -> Any:
    """Return what a gradient of the lengths does to the differences; nothing where a length is 0."""
    grad, length = grad[..., None], length[..., None]
    sign, size = np.sign(difference), np.abs(difference)
    if p == 0:
        return np.zeros_like(difference)
    if p == 1:
        return grad * sign
    if math.isinf(p):
        return grad * sign * (size == length)
    if p < 2:
        return np.where((length == 0) | (size == 0), 0, sign * size ** (p - 1) * grad / length ** (p - 1))
    return np.where(length == 0, 0, difference * size ** (p - 2) * grad / length ** (p - 1))


# cdist


def _pairs(x1: Any, x2: Any) -> Any:
    return x1[..., :, None, :] - x2[..., None, :, :]


def _cdist(x1: Any, x2: Any, p: float) -> Any:
    return _lengths(_pairs(x1, x2), p)


def _cdist_backward(grad: Any, x1: Any, x2: Any, p: float, cdist: Any) -> Any:
    return _pull(_pairs(x1, x2), grad, cdist, p).sum(-2)


_BACKWARD = not_differentiable("_cdist_backward", _cdist_backward, params=("grad", "x1", "x2"))
_CDIST = op(
    "Cdist",
    _cdist,
    name="cdist",
    x1=(
        "cdist_backward(grad, x1, x2, p, result)",
        lambda xp, grad, x1, x2, p, result: xp.cdist_backward(grad, x1, x2, p, result),
    ),
    x2=(
        "cdist_backward(gradᵀ, x2, x1, p, resultᵀ)",
        lambda xp, grad, x1, x2, p, result: xp.cdist_backward(
            xp.transpose(grad, -2, -1), x2, x1, p, xp.transpose(result, -2, -1)
        ),
    ),
)
MODES = ("use_mm_for_euclid_dist_if_necessary", "use_mm_for_euclid_dist", "donot_use_mm_for_euclid_dist")


def cdist(x1: Tensor, x2: Tensor, p: float = 2.0, compute_mode: str = MODES[0]) -> Any:
    """Return the distance of every point of one list from every point of another. Mirrors `torch.cdist`.

    Parameters
    ----------
    x1, x2 : Tensor
        Points `(..., P, M)` and `(..., R, M)`.
    p : float
        Of the norm: 2 for Euclid's.
    compute_mode : str
        Accepted, and means nothing here.

    Returns
    -------
    Tensor
        `(..., P, R)`.
    """
    check_tensor("cdist", x1, "x1")
    check_tensor("cdist", x2, "x2", 2)
    if compute_mode not in MODES:
        raise ValueError(f"{compute_mode} is not a valid value for compute_mode")
    for name, x in (("X1", x1._array), ("X2", x2._array)):
        if x.ndim < 2:
            raise RuntimeError(f"cdist only supports at least 2D tensors, {name} got: {x.ndim}D")
        if x.dtype.kind != "f":
            raise RuntimeError(f"cdist only supports floating-point dtypes, {name} got: {word(x.dtype)}")
        if x.dtype == HALF and x.size:
            raise not_implemented("cdist", x.dtype)
    if x1._array.dtype != x2._array.dtype:
        raise RuntimeError(f"expected scalar type {word(x1._array.dtype)} but found {word(x2._array.dtype)}")
    columns = x1._array.shape[-1], x2._array.shape[-1]
    if columns[0] != columns[1]:
        raise RuntimeError(f"X1 and X2 must have the same number of columns. X1: {columns[0]} X2: {columns[1]}")
    if p < 0:
        raise RuntimeError(f"cdist only supports non-negative p values, got {p}")
    batch = np.broadcast_shapes(x1._array.shape[:-2], x2._array.shape[:-2])
    wide = [x if x._array.shape[:-2] == batch else x.expand(*batch, *x._array.shape[-2:]) for x in (x1, x2)]
    return _CDIST(*wide, p)


# pdist


def _rows(self: Any) -> tuple[Any, Any]:
    return np.triu_indices(self.shape[0], 1)


def _pdist(self: Any, p: float = 2) -> Any:
    one, two = _rows(self)
    return _lengths(self[one] - self[two], p)


def _pdist_backward(grad: Any, self: Any, p: float, pdist: Any) -> Any:
    one, two = _rows(self)
    pull = _pull(self[one] - self[two], grad, pdist, p)
    whole = np.zeros_like(self)
    np.add.at(whole, one, pull)
    np.subtract.at(whole, two, pull)
    return whole


_PDIST_BACKWARD = not_differentiable("_pdist_backward", _pdist_backward, params=("grad", "self"))
_PDIST = op(
    "Pdist",
    _pdist,
    name="pdist",
    self=(
        "pdist_backward(grad, self, p, result)",
        lambda xp, grad, self, p, result: xp.pdist_backward(grad, self, p, result),
    ),
)


def pdist(input: Tensor, p: float = 2) -> Any:
    """Return the distances between the rows of a matrix, each pair once. Mirrors `torch.pdist`."""
    check_tensor("pdist", input)
    if input._array.ndim != 2:
        raise RuntimeError(f"pdist only supports 2D tensors, got: {input._array.ndim}D")
    if input._array.dtype.kind != "f":
        raise RuntimeError("pdist only supports floating-point dtypes")
    if input._array.dtype == HALF:
        raise not_implemented("pdist", input._array.dtype)
    if p < 0:
        raise RuntimeError(f"pdist only supports non-negative p values, got {p}")
    return _PDIST(input, p)


# dist


def _dist(self: Any, other: Any, p: float = 2) -> Any:
    return _lengths((self - other).reshape(-1), p)


def _dist_self(xp: Any, grad: Any, self: Any, other: Any, result: Any, p: float) -> Any:
    return _vector_norm_back(xp, grad, self - other, result, p, (), False)


_DIST = op(
    "Dist",
    _dist,
    wide=True,
    name="dist",
    promote="arithmetic",
    self=("vector_norm_back(grad, self - other, result, p, (), False)", _dist_self),
    other=(
        "-vector_norm_back(grad, self - other, result, p, (), False)",
        lambda xp, grad, self, other, result, p: -_dist_self(xp, grad, self, other, result, p),
    ),
)


def dist(input: Tensor, other: Tensor, p: float = 2) -> Any:
    """Return the p-norm of the difference of two tensors. Mirrors `torch.dist`."""
    check_tensor("dist", input)
    check_tensor("dist", other, "other", 2)
    if "b" in (input._array.dtype.kind, other._array.dtype.kind):
        raise RuntimeError(
            "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, "
            "use the `~` or `logical_not()` operator instead."
        )
    common = result_type(input._array, other._array)
    if common.kind != "f":
        raise RuntimeError(
            f"norm(): input dtype should be either floating point or complex. Got {type_word(np.empty(0, common))} "
            "instead."
        )
    return _DIST(input, other, p)


arrays.cdist_backward, tensors.cdist_backward = _cdist_backward, _BACKWARD
arrays.pdist_backward, tensors.pdist_backward = _pdist_backward, _PDIST_BACKWARD
FUNCTIONS.update({"cdist": cdist, "pdist": pdist})
FUNCTIONS["dist"] = METHODS["dist"] = dist
