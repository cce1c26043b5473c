"""Normalisation: subtract the mean, divide by the standard deviation, scale and shift.

Note [Normalisation's gradients]
With m and s the mean and standard deviation over some dims, h = (x - m) / s, and P the projection
P(z) = z - mean(z) - h · mean(z · h), the gradient of x is P(grad · weight) / s. P is symmetric, so that the gradients
of this gradient are made of P as well (`normalized_twice`): no other formula is needed for layer, batch and group
norm, which differ only in the dims.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.fitting import column_sums
from ..op import op
from ..reduction import add_reduce
from ..rows import SHORT, row_sums
from ..type_words import floats_only
from .activation import private

__all__ = ["layer_norm", "moments", "normalized", "normalized_backward", "normalized_twice", "reciprocal_deviation"]

Dims = tuple[int, ...]


def moments(x: Any, dims: Dims) -> tuple[Any, Any, Any]:
    """Return x - mean, the mean and the variance over some dims, which stay as dims of length 1."""
    mean = _averaged(x, dims)
    centered = x - mean
    return centered, mean, _averaged_product(centered, centered, dims)


def _averaged(x: Any, dims: Dims) -> Any:
    """Return the mean."""
    length = x.shape[-1]
    if dims == (-1,) and length:
        return row_sums(x, -1) / x.dtype.type(length)
    return add_reduce(x, dims, None, None, True) / x.dtype.type(math.prod([x.shape[dim] for dim in dims]))


def _averaged_product(one: Any, two: Any, dims: Dims) -> Any:
    """Return the mean of one · two."""
    length = one.shape[-1]
    if dims == (-1,) and 0 < length <= SHORT:
        return np.einsum("...i,...i->...", one, two)[..., None] / one.dtype.type(length)
    return _averaged(one * two, dims)


def reciprocal_deviation(variance: Any, eps: float) -> Any:
    """Return 1 / √(variance + eps)."""
    return 1 / np.sqrt(variance + variance.dtype.type(eps))


def normalized(centered: Any, rstd: Any, weight: Any, bias: Any) -> Any:
    """Return centered · rstd · weight + bias; weight and bias may be None, `centered` is overwritten."""
    centered *= rstd
    if weight is not None:
        centered *= weight
    if bias is not None:
        centered += bias
    return centered


def projected(z: Any, h: Any, dims: Dims) -> Any:
    """Return P(z) of Note [Normalisation's gradients]; `z` is overwritten."""
    along = _averaged_product(z, h, dims)
    z -= _averaged(z, dims)
    z -= h * along
    return z


def normalized_backward(
    grad: Any, x: Any, mean: Any, rstd: Any, weight: Any, dims: Dims, summed: Dims, mask: tuple[bool, ...]
) -> list[Any]:
    """Return the gradients of x, of weight and of bias, those wanted; the last two summed over some dims."""
    found: list[Any] = [None, None, None]
    if mask[0] or mask[1]:
        h = x - mean
        h *= rstd
    if mask[0]:
        z = grad.copy() if weight is None else grad * weight
        found[0] = projected(z, h, dims)
        found[0] *= rstd
    if mask[1]:
        found[1] = _total(np.multiply(grad, h, out=h), summed)
    if mask[2]:
        found[2] = _total(grad, summed)
    return found


def _total(array: Any, dims: Dims) -> Any:
    """Return the sum over some dims."""
    if dims == tuple(range(array.ndim - 1)) and array.size:
        return column_sums(array.reshape(-1, array.shape[-1]))
    return add_reduce(array, dims)


def normalized_twice(xp: Any, grads: Any, grad: Any, x: Any, weight: Any, dims: Dims, eps: float) -> list[Any]:
    """Return the gradients of (grad, x, weight) given those of the three results of `normalized_backward`.

    Mean and deviation are computed anew, so that this can be differentiated further. `grads` and `weight` come in
    shapes that broadcast against x; what is returned has the shape of x.
    """
    u, v, t = grads
    mean = xp.mean(x, dims, True)
    centered = x - mean
    rstd = 1 / xp.sqrt(xp.mean(centered * centered, dims, True) + eps)
    h = centered * rstd

    def project(z: Any) -> Any:
        return z - xp.mean(z, dims, True) - h * xp.mean(z * h, dims, True)

    to_grad, to_x, to_weight = xp.zeros_like(x), xp.zeros_like(x), xp.zeros_like(x)
    towards_h = xp.zeros_like(x)  # what reaches h, without the way over rstd
    if u is not None:
        z = grad if weight is None else grad * weight
        back = rstd * project(u)
        to_grad = back if weight is None else back * weight
        to_weight = grad * back
        towards_h = -rstd * (u * xp.mean(z * h, dims, True) + z * xp.mean(u * h, dims, True))
        to_x = -rstd * rstd * h * xp.mean(u * project(z), dims, True)
    if v is not None:
        to_grad = to_grad + v * h
        towards_h = towards_h + v * grad
    if t is not None:
        to_grad = to_grad + t
    return [to_grad, to_x + rstd * project(towards_h), to_weight]


# layer norm


def _last(normalized_shape: Dims) -> Dims:
    return tuple(range(-len(normalized_shape), 0))


def _lead(x: Any, normalized_shape: Dims) -> Dims:
    return tuple(range(len(x.shape) - len(normalized_shape)))


def _layer_norm(input: Any, normalized_shape: Dims, weight: Any, bias: Any, eps: float) -> tuple[Any, Any, Any]:
    floats_only("LayerNormKernelImpl", input)
    centered, mean, variance = moments(input, _last(normalized_shape))
    rstd = reciprocal_deviation(variance, eps)
    return normalized(centered, rstd, weight, bias), mean, rstd


def _layer_norm_backward(
    grad_out: Any, input: Any, normalized_shape: Dims, mean: Any, rstd: Any, weight: Any, bias: Any, eps: float,
    output_mask: tuple[bool, ...],
) -> list[Any]:  # fmt: skip
    dims, lead = _last(normalized_shape), _lead(input, normalized_shape)
    return normalized_backward(grad_out, input, mean, rstd, weight, dims, lead, output_mask)


layer_norm = op(
    "NativeLayerNorm",
    _layer_norm,
    wide=True,
    name="layer_norm",
    returns=("result", "result1", "result2"),
    backward=(
        {
            "input": "residual(grad · weight, normalized(input, normalized_shape, eps)) / "
            "deviation(input, normalized_shape, eps)",
            "weight": "sum_to(grad · normalized(input, normalized_shape, eps), normalized_shape)",
            "bias": "sum_to(grad, normalized_shape)",
        },
        lambda xp, grad, input, normalized_shape, result1, result2, weight, bias, eps, needs: xp.layer_norm_backward(
            grad, input, normalized_shape, result1, result2, weight, bias, eps, tuple(needs)
        ),
    ),
)


def _layer_norm_twice(
    xp: Any, grads: Any, grad_out: Any, input: Any, normalized_shape: Dims, weight: Any, eps: float
) -> list[Any]:
    to_grad, to_input, to_weight = normalized_twice(xp, grads, grad_out, input, weight, _last(normalized_shape), eps)
    return [to_grad, to_input, None, None, to_weight, None]


private(
    op(
        "NativeLayerNormBackward",
        _layer_norm_backward,
        wide=True,
        name="layer_norm_backward",
        returns=("grad_input", "grad_weight", "grad_bias"),
        visible=3,
        differentiable=3,
        backward=(  # with PyTorch's edges: none of them carries anything to mean, rstd and bias
            {"grad_out": "normalized_twice[0]", "input": "normalized_twice[1]", "mean": "", "rstd": "",
             "weight": "normalized_twice[2]", "bias": ""},
            _layer_norm_twice,
        ),
    )
)
