"""Gated linear unit: half of the input opens or closes the other half."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dims import wrap_dim
from ..op import arrays, op
from ..type_words import floats_only
from .activation import private

__all__ = ["glu"]


def _halves(array: Any, dim: int) -> tuple[Any, Any]:
    first, second = np.split(array, 2, axis=dim)
    return first, second


def _glu(self: Any, dim: int) -> Any:
    floats_only("glu_cpu", self)
    value, gate = _halves(self, dim)
    return value * arrays.sigmoid(gate)


def _glu_backward(grad_output: Any, self: Any, dim: int) -> Any:
    value, gate = _halves(self, dim)
    opened = arrays.sigmoid(gate)
    return np.concatenate([grad_output * opened, grad_output * value * opened * (1 - opened)], axis=dim)


def _glu_gradient(xp: Any, grad: Any, self: Any, dim: int) -> Any:
    """Return `grad` against the derivative of glu, for the gradient with respect to grad_output."""
    half = self.shape[dim] // 2
    value, gate = xp.narrow(self, dim, 0, half), xp.narrow(self, dim, half, half)
    opened = xp.sigmoid(gate)
    return xp.narrow(grad, dim, 0, half) * opened + xp.narrow(grad, dim, half, half) * value * opened * (1 - opened)


def _glu_twice(xp: Any, grad: Any, grad_output: Any, self: Any, dim: int) -> Any:
    half = self.shape[dim] // 2
    value, gate = xp.narrow(self, dim, 0, half), xp.narrow(self, dim, half, half)
    opened = xp.sigmoid(gate)
    slope = opened * (1 - opened)
    first, second = xp.narrow(grad, dim, 0, half), xp.narrow(grad, dim, half, half)
    to_gate = grad_output * slope * (first + second * value * (1 - 2 * opened))
    return xp.cat([grad_output * second * slope, to_gate], dim)


private(
    op(
        "GluBackward",
        _glu_backward,
        wide=True,
        name="glu_backward",
        grad_output=("glu_gradient(grad, self, dim)", _glu_gradient),
        self=("glu_twice(grad, grad_output, self, dim)", _glu_twice),
    )
)
glu_entry = op(
    "Glu",
    _glu,
    wide=True,
    self=("glu_backward(grad, self, dim)", lambda xp, grad, self, dim: xp.glu_backward(grad, self, dim)),
)


def glu(input: Any, dim: int = -1) -> Any:
    """Return the first half of the input along `dim`, times the sigmoid of the second half.

    Mirrors `torch.nn.functional.glu`.

    Raises
    ------
    RuntimeError
        When the input is 0-dim or its length along `dim` is odd.
    """
    if input.ndim == 0:
        raise RuntimeError("glu does not support scalars because halving size must be even")
    dim = wrap_dim(dim, input.ndim)
    if input.shape[dim] % 2:
        raise RuntimeError(f"Halving dimension must be even, but dimension {dim} is size {input.shape[dim]}")
    return glu_entry(input, dim)
