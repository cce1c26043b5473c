"""Parametric relu: a slope per channel for negative inputs, itself learned."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import op, register
from ..type_words import floats_only
from .activation import private

__all__ = ["prelu"]


def _prelu(self: Any, weight: Any) -> Any:
    floats_only("prelu_cpu", self)
    return np.where(self > 0, self, self * weight)


def _prelu_backward(grad_output: Any, self: Any, weight: Any) -> Any:
    positive = self > 0
    zero = grad_output.dtype.type(0)
    return np.where(positive, grad_output, grad_output * weight), np.where(positive, zero, grad_output * self)


def _prelu_twice(xp: Any, grads: Any, grad_output: Any, self: Any, weight: Any) -> Any:
    """Return the gradients of both results of `_prelu_backward`, each of which is linear in two of its inputs."""
    to_self, to_weight = grads
    negative = self < 0
    zeros = xp.zeros_like(self)
    found = [zeros, zeros, zeros]
    if to_self is not None:
        found = [xp.where(negative, to_self * weight, to_self), zeros, to_self * grad_output * negative]
    if to_weight is not None:
        found[0] = found[0] + to_weight * self * negative
        found[1] = to_weight * grad_output * negative
    return found


private(
    op(
        "PreluKernelBackward",
        _prelu_backward,
        name="prelu_backward",
        returns=("grad_self", "grad_weight"),
        visible=2,
        differentiable=2,
        backward=(
            {
                "grad_output": "where(self > 0, grads[0], weight · grads[0] + self · grads[1])",
                "self": "where(self > 0, 0, grads[1] · grad_output)",
                "weight": "where(self > 0, 0, grads[0] · grad_output)",
            },
            _prelu_twice,
        ),
    )
)
prelu_kernel = op(
    "PreluKernel",
    _prelu,
    name="prelu",
    backward=(
        {"self": "where(self > 0, grad, weight · grad)", "weight": "where(self > 0, 0, self · grad)"},
        lambda xp, grad, self, weight: xp.prelu_backward(grad, self, weight),
    ),
)


def prelu(input: Any, weight: Any) -> Any:
    """Return input where positive, weight · input elsewhere; one weight, or one a channel (dim 1).

    Mirrors `torch.prelu`.

    Raises
    ------
    RuntimeError
        When the number of weights is neither 1 nor that of channels, or the dtypes differ.
    """
    if input.dtype != weight.dtype:
        raise RuntimeError(f"prelu: Type promoting not supported. Got {input.dtype} and {weight.dtype}")
    if weight.ndim > 1:
        raise RuntimeError(f"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {weight.ndim}")
    if weight.numel() != 1:
        if input.ndim == 0:
            raise RuntimeError("Not allow zero-dim input tensor.")
        channels = input.shape[1] if input.ndim > 1 else 1
        if channels != weight.numel():
            raise RuntimeError(
                f"Mismatch of parameter numbers and input channel size. Found parameter numbers = {weight.numel()} "
                f"and channel size = {channels}."
            )
    shape = (1,) * input.ndim if weight.numel() == 1 else (1, -1, *(1,) * (input.ndim - 2))
    if tuple(weight.shape) != tuple(shape):
        weight = weight.reshape(shape)
    return prelu_kernel(input, weight)


register("prelu", prelu)
