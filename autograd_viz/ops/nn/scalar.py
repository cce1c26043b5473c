"""Arithmetic with a Python number as PyTorch's own C++ code does it: the nodes are called AddBackward1, MulBackward1 …

In Python `x + 2` leaves an AddBackward0; functions that PyTorch composes in C++ leave these.
"""

from __future__ import annotations

from typing import Any

from ..op import op, register

__all__ = ["add_number", "div_number", "mul_number", "sub_number"]


def _in(self: Any, number: float) -> Any:
    return self.dtype.type(number)


add_number = op(
    "Add", lambda self, other: self + _in(self, other), name="add", variant=1, self=("grad", lambda grad: grad)
)
sub_number = op(
    "Sub", lambda self, other: self - _in(self, other), name="sub", variant=1, self=("grad", lambda grad: grad)
)
mul_number = op(
    "Mul",
    lambda self, other: self * _in(self, other),
    name="mul",
    variant=1,
    self=("grad · other", lambda xp, grad, other: xp.mul_number(grad, other)),
)
div_number = op(
    "Div",
    lambda self, other: self / _in(self, other),
    name="div",
    variant=1,
    self=("grad / other", lambda xp, grad, other: xp.div_number(grad, other)),
)
register("mul_number", mul_number, method=False, public=False)
register("div_number", div_number, method=False, public=False)
