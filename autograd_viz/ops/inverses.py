"""Inverses and determinants: inv, det, slogdet, logdet."""

# ruff: noqa: N803  (matrices are A and B, as in torch.linalg)

from __future__ import annotations

from typing import Any

import numpy as np

from ..return_types import named
from ..tensor import Tensor
from .linear_checks import LinAlgError, check_float, check_square, column_major, failing, flipped
from .op import arrays, op, register, tensors

__all__ = ["det", "inv", "logdet", "slogdet"]


# inv


def _inv(A: Any) -> Any:
    check_square("linalg.inv", A)
    check_float("linalg.inv", A)
    try:
        return column_major(np.linalg.inv(A))
    except np.linalg.LinAlgError:
        which, matrix = failing(A, np.linalg.inv)
        raise LinAlgError(
            f"linalg.inv: {which}The diagonal element {_zero_pivot(matrix)} is zero, the inversion could not be "
            "completed because the input matrix is singular."
        ) from None


def _zero_pivot(matrix: Any) -> int:
    """Return the place, from 1, where elimination with pivoting meets a zero."""
    rest = matrix.astype(np.float64)
    for place in range(len(rest)):
        pivot = place + int(np.abs(rest[place:, place]).argmax())
        if rest[pivot, place] == 0:
            return place + 1
        rest[[place, pivot]] = rest[[pivot, place]]
        rest[place + 1 :] -= np.outer(rest[place + 1 :, place] / rest[place, place], rest[place])
    return len(rest)


def _inv_or_infinite(A: Any) -> Any:
    """Invert for a rule: where a matrix is singular, its cofactors over zero."""
    try:
        return np.linalg.inv(A)
    except np.linalg.LinAlgError:
        return _cofactors(A).swapaxes(-1, -2) / np.linalg.det(A)[..., None, None]


_inv_op = op(
    "LinalgInvEx",
    _inv,
    name="linalg.inv",
    returns=("inverse",),
    A=(
        "-inverseᵀ @ grad @ inverseᵀ",
        lambda xp, grad, inverse: -(flipped(xp, inverse) @ (grad @ flipped(xp, inverse))),
    ),
)


def inv(A: Tensor) -> Tensor:
    """Return the inverse of square matrices. Mirrors `torch.linalg.inv`.

    Raises
    ------
    LinAlgError
        When a matrix is singular.
    """
    return _inv_op(A)


# det
# Note [Determinants of singular matrices]
# The gradient of a determinant is `det · inv(A)ᵀ`, the matrix of cofactors, which a singular matrix has too. PyTorch
# computes it by the singular value decomposition, `det(U) det(Vh) U diag(products of the other singular values) Vh`,
# under `create_graph` only; its plain backward gives zeros where a determinant is exactly 0. So does this.


def _det(A: Any) -> Any:
    check_square("linalg.det", A)
    check_float("linalg.det", A, "lu_cpu")
    found = np.asarray(np.linalg.det(A))
    return found if found.all() else np.where((A != A).any((-2, -1)), np.nan, found).astype(A.dtype)


def _products_of_others(values: Any) -> Any:
    """Return for each element along the last dim the product of all others."""
    ones = np.ones_like(values[..., :1])
    before = np.cumprod(np.concatenate([ones, values[..., :-1]], -1), -1)
    after = np.cumprod(np.concatenate([ones, values[..., :0:-1]], -1), -1)[..., ::-1]
    return before * after


def _cofactors(A: Any) -> Any:
    if A.size == 0:
        return np.zeros_like(A)
    U, S, Vh = np.linalg.svd(A)
    sign = np.linalg.det(U) * np.linalg.det(Vh)
    return (U * (sign[..., None] * _products_of_others(S))[..., None, :]) @ Vh


def _singular(A: Any, result: Any) -> Any:
    """Return where PyTorch takes a determinant for zero but for rounding."""
    return np.abs(result) < 100 * np.finfo(A.dtype).eps


def _det_back_arrays(grad: Any, A: Any, result: Any) -> Any:
    grad = np.asarray(grad)[..., None, None]
    zero = np.asarray((result == 0) | np.isnan(result))[..., None, None]
    inverse = np.linalg.inv(np.where(zero, np.eye(A.shape[-1], dtype=A.dtype), A))
    return grad * np.asarray(result)[..., None, None] * inverse.swapaxes(-1, -2)


def _det_back_tensors(grad: Any, A: Any, result: Any) -> Any:
    singular = np.asarray(_singular(A._array, result._array))
    if singular.any() and not singular.all():
        size = A.shape[-1]
        parts = zip(grad.reshape(-1), A.reshape(-1, size, size), result.reshape(-1), strict=True)
        return tensors.stack([_det_back_tensors(*each) for each in parts]).reshape(A.shape)
    if not singular.any():
        return _solved_for(A, grad * result)
    U, S, Vh = tensors.svd_of(A)
    others = tensors.stack([_without(S, place) for place in range(S.shape[-1])], -1)
    sign: Any = tensors.det(U) * tensors.det(Vh)
    factor = (sign * grad).unsqueeze(-1) * others
    return (U * factor.unsqueeze(-2)) @ Vh


def _solved_for(A: Any, values: Any) -> Any:
    """Return `values · inv(A)ᵀ` as PyTorch computes it where that shall be differentiated: by solving."""
    spread = values.unsqueeze(-1).expand(A.shape[:-1]).diag_embed()
    return tensors.solve(A.mT, spread.mT)


def _without(S: Any, place: int) -> Any:
    kept = [S.select(-1, other) for other in range(S.shape[-1]) if other != place]
    product = tensors.ones_like(S.select(-1, place))
    for each in kept:
        product = product * each
    return product


_det_op = op(
    "LinalgDet",
    _det,
    name="linalg.det",
    A=("grad · result · inv(A)ᵀ", lambda xp, grad, A, result: xp.det_back(grad, A, result)),
)


def det(A: Tensor) -> Tensor:
    """Return the determinants of square matrices. Mirrors `torch.linalg.det`."""
    return _det_op(A)


# slogdet

linalg_slogdet = named("linalg_slogdet", "sign", "logabsdet")
slogdet_type = named("slogdet", "sign", "logabsdet")


def _slogdet(A: Any) -> tuple[Any, Any]:
    check_square("linalg.slogdet", A)
    check_float("linalg.slogdet", A, "lu_cpu")
    sign, logabsdet = np.linalg.slogdet(A)
    undefined = (A != A).any((-2, -1)) | np.isnan(logabsdet)
    if undefined.any():
        sign, logabsdet = np.where(undefined, 0, sign).astype(A.dtype), np.where(undefined, np.nan, logabsdet)
    return sign.astype(A.dtype), logabsdet.astype(A.dtype)


def _slogdet_back(xp: Any, grads: list[Any], A: Any) -> list[Any]:
    """Only the logarithm has a gradient: the sign is constant wherever it has a derivative."""
    if grads[1] is None:
        return [None]
    if xp is tensors:
        return [_solved_for(A, grads[1])]
    return [xp.unsqueeze(xp.unsqueeze(grads[1], -1), -1) * flipped(xp, xp.inv(A))]


_slogdet_op = op(
    "LinalgSlogdet",
    _slogdet,
    name="linalg.slogdet",
    returns=("sign", "logabsdet"),
    visible=2,
    differentiable=2,
    backward=({"A": "grads[1] · inv(A)ᵀ"}, _slogdet_back),
)


def slogdet(A: Tensor) -> Any:
    """Return the signs of the determinants and the logarithms of their absolute values.

    Mirrors `torch.linalg.slogdet`.
    """
    return linalg_slogdet(*_slogdet_op(A))


def _torch_slogdet(input: Tensor) -> Any:
    """Return the signs and logarithms of determinants. Mirrors `torch.slogdet`."""
    return slogdet_type(*_slogdet_op(input))


def logdet(input: Tensor) -> Tensor:
    """Return the logarithms of determinants, NaN where one is negative. Mirrors `torch.logdet`."""
    sign, logabsdet = _slogdet_op(input)
    return tensors.where(sign == -1.0, float("nan"), logabsdet)


def _torch_det(input: Tensor) -> Tensor:
    """Return the determinants of square matrices. Mirrors `torch.det`."""
    return _det_op(input)


def _inverse(input: Tensor) -> Tensor:
    """Return the inverse of square matrices. Mirrors `torch.inverse`."""
    return _inv_op(input)


register("inv", inv, forward=_inv_or_infinite, method=False, public=False)
register("det_back", _det_back_tensors, forward=_det_back_arrays, method=False, public=False)
for _name, _function in (("det", _torch_det), ("slogdet", _torch_slogdet), ("logdet", logdet), ("inverse", _inverse)):
    register(_name, _function)
arrays.det = np.linalg.det
