"""Arithmetic of a tensor and a number inside rules: under `create_graph` PyTorch's rules leave nodes of their own.

`x * 2` in Python is MulBackward0, in a rule of PyTorch's it is MulBackward1, for C++ has an overload for numbers.
On ndarrays these are Python's own operators.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from .arithmetic import PASSED
from .half import HALF
from .op import op, register

__all__: list[str] = []


def _of_number(node: str, name: str, plain: Callable[[Any, Any], Any], **rules: Any) -> None:
    made = op(
        node, lambda self, other: plain(self, other),
        variant=1, promote="arithmetic", operands=("self", "other"), **rules,
    )  # fmt: skip
    register(name, made, forward=plain, method=False, public=False)


_of_number("Add", "raised", operator.add, self=PASSED)
_of_number("Sub", "lowered", operator.sub, self=PASSED)
_of_number("Mul", "scaled", operator.mul, self=("grad · other", lambda xp, grad, other: xp.scaled(grad, other)))
_of_number("Div", "parted", operator.truediv, self=("grad / other", lambda xp, grad, other: xp.parted(grad, other)))



def _rounded_once(self: Any, other: Any) -> Any:
    """Return the product with a number that float16 may not hold, as PyTorch has it."""
    if self.dtype.itemsize == 2 and self.dtype.kind == "f":
        return (self.astype(np.float32) * np.float32(other)).astype(HALF)
    return self * other


_of_number("Mul", "by_number", _rounded_once, self=("grad · other", lambda xp, grad, other: xp.by_number(grad, other)))

_from_number = op(
    "Sub", lambda self, other: np.subtract(self, other),
    promote="arithmetic", self=PASSED, other=("-grad", lambda grad: -grad),
)  # fmt: skip
register("rest", _from_number, forward=operator.sub, method=False, public=False)
_number_over = op(
    "Div", lambda self, other: np.true_divide(self, other),
    promote="arithmetic", self=("grad / other", lambda grad, other: grad / other),
    other=("-grad · self / other²", lambda grad, self, other: -grad * ((self / other) / other)),
)  # fmt: skip
register("number_over", _number_over, forward=operator.truediv, method=False, public=False)
