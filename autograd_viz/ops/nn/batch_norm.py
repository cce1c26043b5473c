"""Batch normalisation: each channel normalised over the batch, or by statistics learned before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..half import widened
from ..op import op
from ..type_words import floats_only
from .activation import private
from .normalization import moments, normalized, normalized_backward, normalized_twice, reciprocal_deviation

__all__ = ["batch_norm"]

Dims = tuple[int, ...]


def _all_but_channels(ndim: int) -> Dims:
    return (0, *range(2, ndim))


def _shaped(values: Any, ndim: int) -> Any:
    """Return `(C,)` so that it broadcasts against `(N, C, …)`."""
    return None if values is None else values.reshape(-1, *(1,) * (ndim - 2))


def _batch_norm(
    input: Any,
    weight: Any,
    bias: Any,
    running_mean: Any,
    running_var: Any,
    training: bool,
    momentum: float,
    eps: float,
) -> tuple[Any, Any, Any]:
    """Normalise, and in training move the running statistics towards the batch's, in place and unseen by autograd.

    That leaves their version as it is, as in PyTorch: two forward passes before a backward one are allowed.
    """
    floats_only("batch_norm", input)
    of_statistics = np.result_type(*(each.dtype for each in (input, weight, running_mean) if each is not None))
    x = widened(input)
    dims, scale, shift = _all_but_channels(x.ndim), _shaped(weight, x.ndim), _shaped(bias, x.ndim)
    if not training:
        mean, rstd = _shaped(running_mean, x.ndim), reciprocal_deviation(_shaped(running_var, x.ndim), eps)
        nothing = np.empty(0, of_statistics)
        return normalized(x - mean, rstd, scale, shift).astype(input.dtype, copy=False), nothing, nothing
    centered, mean, variance = moments(x, dims)
    count = x.size // max(x.shape[1], 1)
    _move(running_mean, mean.reshape(-1), momentum)
    _move(running_var, variance.reshape(-1) * variance.dtype.type(count / max(count - 1, 1)), momentum)
    mean, rstd = (each.astype(of_statistics, copy=False) for each in (mean, reciprocal_deviation(variance, eps)))
    if mean.dtype != x.dtype:
        centered = x - mean  # of float16: from the rounded mean, as in PyTorch
    found = normalized(centered, rstd, scale, shift).astype(input.dtype, copy=False)
    return found, mean.reshape(-1), rstd.reshape(-1)


def _move(running: Any, now: Any, momentum: float) -> None:
    """Move a running statistic, if it is kept, towards that of a batch."""
    if running is not None:
        running[...] = running + (now - running) * now.dtype.type(momentum)


def _batch_norm_backward(
    grad_out: Any,
    input: Any,
    weight: Any,
    running_mean: Any,
    running_var: Any,
    save_mean: Any,
    save_invstd: Any,
    train: bool,
    eps: float,
    output_mask: tuple[bool, ...],
) -> list[Any]:
    dims = _all_but_channels(input.ndim)
    if train:
        mean, rstd = save_mean, save_invstd
    else:
        mean, rstd = running_mean, reciprocal_deviation(running_var, eps)
    mean, rstd, scale = (_shaped(each, input.ndim) for each in (mean, rstd, weight))
    if train:
        return normalized_backward(grad_out, input, mean, rstd, scale, dims, dims, output_mask)
    found: list[Any] = [None, None, None]
    if output_mask[0]:
        found[0] = grad_out * (rstd if scale is None else scale * rstd)
    if output_mask[1]:
        found[1] = (grad_out * (input - mean) * rstd).sum(axis=dims)
    if output_mask[2]:
        found[2] = grad_out.sum(axis=dims)
    return found


def _batch_norm_twice(
    xp: Any, grads: Any, grad_out: Any, input: Any, weight: Any, running_mean: Any, running_var: Any, train: bool,
    eps: float,
) -> list[Any]:  # fmt: skip
    ndim = len(input.shape)
    dims, shape = _all_but_channels(ndim), (1, -1, *(1,) * (ndim - 2))
    u, *rest = grads
    v, t = (None if each is None else xp.reshape(each, shape) for each in rest)
    scale = None if weight is None else xp.reshape(weight, shape)
    if train:
        found = normalized_twice(xp, (u, v, t), grad_out, input, scale, dims, eps)
    else:
        mean, rstd = xp.reshape(running_mean, shape), 1 / xp.sqrt(xp.reshape(running_var, shape) + eps)
        found = _fixed_twice(xp, (u, v, t), grad_out, (input - mean) * rstd, rstd, scale)
    to_weight = None if weight is None else xp.sum(found[2], dims)
    return [found[0], found[1], to_weight, None, None]


def _fixed_twice(xp: Any, grads: Any, grad: Any, h: Any, rstd: Any, weight: Any) -> list[Any]:
    """Return the second gradients when mean and deviation are constants."""
    u, v, t = grads
    to_grad, to_x, to_weight = xp.zeros_like(grad), xp.zeros_like(grad), xp.zeros_like(grad)
    if u is not None:
        to_grad = u * rstd if weight is None else u * rstd * weight
        to_weight = u * rstd * grad
    if v is not None:
        to_grad, to_x = to_grad + v * h, v * grad * rstd
    return [to_grad if t is None else to_grad + t, to_x, to_weight]


def _entry(to_input: str, normalized: str) -> Callable[..., Any]:
    """Return the operation with the formulas of training, or of evaluation."""
    return op(
        "NativeBatchNorm",
        _batch_norm,
        name="batch_norm",
        returns=("result", "result1", "result2"),
        tensors=("running_mean", "running_var"),
        backward=(
            {"input": to_input, "weight": f"channel_sums(grad · {normalized})", "bias": "channel_sums(grad)"},
            lambda xp, grad, input, weight, running_mean, running_var, result1, result2, training, eps, needs: (
                xp.batch_norm_backward(
                    grad, input, weight, running_mean, running_var, result1, result2, training, eps, tuple(needs)
                )
            ),
        ),
    )


TO_INPUT = "residual(grad · by_channel(weight), channel_normalized(input, eps)) / channel_deviation(input, eps)"
_IN_TRAINING = _entry(TO_INPUT, "channel_normalized(input, eps)")
_IN_EVALUATION = _entry(
    "grad · channel_scale(running_var, eps, weight)", "channel_normalized(input, eps, running_mean, running_var)"
)


def batch_norm(
    input: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: Any, momentum: Any, eps: Any
) -> Any:
    """Return the input normalised channel by channel, by the batch's statistics or by those that were kept."""
    entry = _IN_TRAINING if training else _IN_EVALUATION
    return entry(input, weight, bias, running_mean, running_var, training, momentum, eps)


private(
    op(
        "NativeBatchNormBackward",
        _batch_norm_backward,
        name="batch_norm_backward",
        returns=("grad_input", "grad_weight", "grad_bias"),
        visible=3,
        differentiable=3,
        tensors=("running_mean", "running_var"),
        backward=(  # with PyTorch's edges: the last two carry nothing
            {"grad_out": "normalized_twice[0]", "input": "normalized_twice[1]", "weight": "normalized_twice[2]",
             "save_mean": "", "save_invstd": ""},
            _batch_norm_twice,
        ),
    )
)
