"""Activations that multiply their input by a smooth step: silu and mish."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..half import widened
from ..op import op
from ..type_words import floats_only
from .activation import inplace

__all__ = ["mish", "mish_", "silu", "silu_"]


def _silu(self: Any) -> Any:
    floats_only("silu_cpu", self)
    return self / np.add(1, np.exp(-self), dtype=self.dtype)  # NumPy 1 makes float64 of a number


def _silu_backward(xp: Any, grad: Any, self: Any) -> Any:
    grad, self = widened(grad), widened(self)
    chance = xp.sigmoid(self)
    return grad * chance * xp.raised(self * xp.rest(1, chance), 1)


def _mish(self: Any) -> Any:
    floats_only("mish_cpu", self)
    return self * np.tanh(np.log1p(np.exp(self)))


def _mish_backward(xp: Any, grad: Any, self: Any) -> Any:
    grad, self = widened(grad), widened(self)
    bent = xp.tanh(xp.log1p(xp.exp(self)))
    return grad * (bent + self * xp.sigmoid(self) * xp.rest(1, bent * bent))


silu = op("Silu", _silu, wide=True, self=("grad · sigmoid(self) · (1 + self · (1 - sigmoid(self)))", _silu_backward))
silu_ = inplace(silu, "silu_")
mish = op(
    "Mish",
    _mish,
    wide=True,
    self=(
        "grad · (tanh(log1p(exp(self))) + self · sigmoid(self) · (1 - tanh(log1p(exp(self)))²))",
        _mish_backward,
    ),
)
mish_ = inplace(mish, "mish_")
