"""Elementwise operations: arithmetic and unary functions. One table entry a family line.

Conventions at kinks are PyTorch's: |x| and sign have gradient 0 at 0, relu 0 at 0, clamp 1 at its bounds, and
maximum and minimum share the gradient half and half between equal arguments.
"""

from __future__ import annotations

import numpy as np

from .op import op, register

__all__: list[str] = []

add = op("Add", np.add, promote="arithmetic", self=("grad", lambda grad: grad), other=("grad", lambda grad: grad))
sub = op("Sub", np.subtract, promote="arithmetic", self=("grad", lambda grad: grad), other=("-grad", lambda grad: -grad))
mul = op(
    "Mul",
    np.multiply,
    promote="arithmetic",
    self=("grad · other", lambda grad, other: grad * other),
    other=("grad · self", lambda grad, self: grad * self),
)
div = op(
    "Div",
    np.true_divide,
    promote="float",
    self=("grad / other", lambda grad, other: grad / other),
    other=("-grad · self / other²", lambda grad, self, other: -grad * ((self / other) / other)),
)
neg = op("Neg", np.negative, promote="arithmetic", self=("-grad", lambda grad: -grad))
exp = op("Exp", np.exp, promote="float", self=("grad · result", lambda grad, result: grad * result))
log = op("Log", np.log, promote="float", self=("grad / self", lambda grad, self: grad / self))
sqrt = op("Sqrt", np.sqrt, promote="float", self=("grad / (2 · result)", lambda grad, result: grad / (2 * result)))
sin = op("Sin", np.sin, promote="float", self=("grad · cos(self)", lambda xp, grad, self: grad * xp.cos(self)))
cos = op("Cos", np.cos, promote="float", self=("-grad · sin(self)", lambda xp, grad, self: grad * -xp.sin(self)))
tanh = op("Tanh", np.tanh, promote="float", self=("grad · (1 - result²)", lambda grad, result: grad * (1 - result * result)))
abs_ = op("Abs", np.absolute, promote="arithmetic", self=("grad · sign(self)", lambda xp, grad, self: grad * xp.sign(self)))

sign = op("Sign", np.sign, promote="arithmetic", self=("0", lambda xp, grad: xp.zeros_like(grad)))

for _function in (add, sub, mul, div, neg, exp, log, sqrt, sin, cos, tanh, abs_, sign):
    register(_function.op.name, _function)  # type: ignore[attr-defined]
