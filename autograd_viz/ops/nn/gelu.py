"""Gelu, exactly and approximated by tanh."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from ..op import arrays, op, register, tensors
from ..type_words import floats_only
from .activation import private

__all__ = ["gelu"]

BETA, KAPPA = math.sqrt(2 / math.pi), 0.044715  # of the approximation by tanh


def _gelu(self: Any, approximate: str = "none") -> Any:
    floats_only("GeluKernelImpl", self)
    if approximate == "tanh":
        made = 0.5 * self * (1 + np.tanh(BETA * (self + KAPPA * self * self * self)))
    else:
        made = self * (0.5 * (1 + arrays.erf(self * math.sqrt(0.5))))
    return made.astype(self.dtype, copy=False)  # NumPy 1 makes float64 of a number


def _gelu_slope(xp: Any, x: Any, approximate: str) -> Any:
    """Return the derivative of gelu."""
    if approximate == "tanh":
        bent = xp.tanh(BETA * (x + KAPPA * x * x * x))
        return 0.5 * (1 + bent) + 0.5 * BETA * x * (1 - bent * bent) * (1 + 3 * KAPPA * x * x)
    return 0.5 * (1 + xp.erf(x * math.sqrt(0.5))) + x * xp.exp(-0.5 * x * x) * (1 / math.sqrt(2 * math.pi))


def _gelu_bend(xp: Any, x: Any, approximate: str) -> Any:
    """Return the second derivative of gelu."""
    if approximate == "tanh":
        bent = xp.tanh(BETA * (x + KAPPA * x * x * x))
        inner = BETA * (1 + 3 * KAPPA * x * x)
        around = 1 - bent * bent
        return around * (inner + x * (3 * BETA * KAPPA * x) - x * bent * inner * inner)
    return (2 - x * x) * xp.exp(-0.5 * x * x) * (1 / math.sqrt(2 * math.pi))


for _name, _shape in (("gelu_slope", _gelu_slope), ("gelu_bend", _gelu_bend)):
    register(
        _name,
        functools.partial(_shape, tensors),
        forward=functools.partial(_shape, arrays),
        method=False,
        public=False,
    )


private(
    op(
        "GeluBackward",
        lambda grad_output, self, approximate: grad_output * _gelu_slope(arrays, self, approximate),
        wide=True,
        name="gelu_backward",
        grad_output=(
            "grad · gelu_slope(self, approximate)",
            lambda xp, grad, self, approximate: xp.gelu_backward(grad, self, approximate),
        ),
        self=(
            "grad · grad_output · gelu_bend(self, approximate)",
            lambda xp, grad, grad_output, self, approximate: grad * grad_output * _gelu_bend(xp, self, approximate),
        ),
    )
)
_EXACT, _BY_TANH = (
    op(
        "Gelu",
        _gelu,
        wide=True,
        self=(
            f"grad · {slope}",
            lambda xp, grad, self, approximate: xp.gelu_backward(grad, self, approximate),
        ),
    )
    for slope in (
        "((1 + erf(self / sqrt(2))) / 2 + self · exp(-self² / 2) / sqrt(2 · π))",
        "gelu_slope(self, approximate)",
    )
)


def gelu(input: Any, *, approximate: str = "none") -> Any:
    """Return input times the chance that a standard normal variable is smaller than it.

    Mirrors `torch.nn.functional.gelu`.

    Raises
    ------
    RuntimeError
        When `approximate` is neither "none" nor "tanh".
    """
    if approximate not in ("none", "tanh"):
        raise RuntimeError("approximate argument must be either none or tanh.")
    return (_EXACT if approximate == "none" else _BY_TANH)(input, approximate)
