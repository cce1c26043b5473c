"""Softplus and the logarithm of the sigmoid, without overflow."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import op, register
from ..type_words import floats_only
from .activation import private

__all__ = ["logsigmoid", "softplus"]


def _softplus(self: Any, beta: float = 1, threshold: float = 20) -> Any:
    floats_only("softplus_cpu", self)
    of = self.dtype.type
    scaled = self * of(beta)
    return np.where(scaled > threshold, self, np.log1p(np.exp(scaled)) / of(beta))


def _softplus_backward(grad_output: Any, self: Any, beta: float, threshold: float) -> Any:
    scaled = self * grad_output.dtype.type(beta)
    powers = np.exp(scaled)
    return np.where(scaled > threshold, grad_output, grad_output * powers / (powers + 1))


def _softplus_twice(xp: Any, grad: Any, grad_output: Any, self: Any, beta: float, threshold: float) -> Any:
    scaled = self * beta
    chance = xp.sigmoid(scaled)
    return grad * grad_output * chance * (1 - chance) * (scaled < threshold) * beta


private(
    op(
        "SoftplusBackward",
        _softplus_backward,
        wide=True,
        name="softplus_backward",
        grad_output=(
            "where(self · beta > threshold, grad, grad · sigmoid(self · beta))",
            lambda xp, grad, self, beta, threshold: xp.softplus_backward(grad, self, beta, threshold),
        ),
        self=(
            "where(self · beta < threshold, grad · grad_output · beta · sigmoid(self · beta) · sigmoid(-self · beta), "
            "0)",
            _softplus_twice,
        ),
    )
)
softplus = op(
    "Softplus",
    _softplus,
    wide=True,
    self=(
        "where(self · beta > threshold, grad, grad · sigmoid(self · beta))",
        lambda xp, grad, self, beta, threshold: xp.softplus_backward(grad, self, beta, threshold),
    ),
)


def _logsigmoid(self: Any) -> Any:
    floats_only("log_sigmoid_cpu", self)
    power = np.exp(-np.abs(self))
    return np.minimum(self, self.dtype.type(0)) - np.log1p(power), power  # a plain 0 widens 0-dim arrays in NumPy 1


def _logsigmoid_backward(grad_output: Any, self: Any, buffer: Any) -> Any:
    share = buffer / (1 + buffer)
    return grad_output * np.where(self < 0, 1 - share, share)


private(
    op(
        "LogSigmoidBackward",
        _logsigmoid_backward,
        wide=True,
        name="logsigmoid_backward",
        tensors=("buffer",),
        grad_output=(
            "grad · sigmoid(-self)",
            lambda xp, grad, self, buffer: xp.logsigmoid_backward(grad, self, buffer),
        ),
        self=(
            "-grad · grad_output · sigmoid(self) · sigmoid(-self)",
            lambda xp, grad, grad_output, self: grad * grad_output * (xp.sigmoid(self) - 1) * xp.sigmoid(self),
        ),
    )
)
logsigmoid = op(
    "LogSigmoid",
    _logsigmoid,
    wide=True,
    name="logsigmoid",
    returns=("result", "buffer"),
    self=("grad · sigmoid(-self)", lambda xp, grad, self, buffer: xp.logsigmoid_backward(grad, self, buffer)),
)


register("logsigmoid", logsigmoid, forward=lambda self: _logsigmoid(self)[0], method=False, public=False)
