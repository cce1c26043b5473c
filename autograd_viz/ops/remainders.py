"""Division that leaves a remainder: `floor_divide`, `remainder` (the divisor's sign) and `fmod` (the dividend's)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tensor import Tensor
from .arithmetic import refuse_zero
from .op import Op, op, register
from .type_words import refuse_bools
from .wrapping import choosing

__all__: list[str] = []


def _floor_divided(self: Any, other: Any) -> Any:
    refuse_bools("div_floor_cpu", self)
    refuse_zero(self, other)
    return np.floor_divide(self, other)


def _underivable(function: str) -> Any:
    def rule(grad: Any) -> Any:
        raise RuntimeError(f"derivative for aten::{function} is not implemented")

    return ("nan · grad", rule)


def not_differentiable(function: str, forward: Any, **entry: Any) -> Any:
    """Return a function that PyTorch records, but has no derivative of: its node's name says so.

    Parameters
    ----------
    function : str
        The public name.
    forward : callable
        The computation on ndarrays.
    **entry
        More of the table entry; by default there are two operands.
    """
    rules = {param: _underivable(function) for param in entry.pop("params", ("self", "other"))}
    made = op("NotImplemented", forward, name=function, **entry, **rules)
    made.op.node_class.__name__ = "NotImplemented"  # type: ignore[attr-defined]
    return made


floor_divide = not_differentiable("floor_divide", _floor_divided, promote="arithmetic")


def _remainder(self: Any, other: Any) -> Any:
    refuse_bools("remainder_cpu", self)
    refuse_zero(self, other)
    return np.remainder(self, other)


def _fmod(self: Any, other: Any) -> Any:
    refuse_bools("fmod_cpu", self)
    refuse_zero(self, other)
    return np.fmod(self, other)


def _entries(name: str, forward: Any, mode: str) -> tuple[Op, Op]:
    """Return the table entries for a number and for a tensor as divisor."""
    passed = ("grad", lambda grad: grad)
    number = op(name.capitalize(), forward, promote="arithmetic", operands=("self", "other"), self=passed)
    tensor = op(
        name.capitalize(),
        forward,
        variant=1,
        promote="arithmetic",
        self=passed,
        other=(
            f"-grad · {'floor' if mode == 'floor' else 'trunc'}(self / other)",
            lambda xp, grad, self, other: -grad * xp.div_rounded(self, other, mode),
        ),
    )
    return number.op, tensor.op  # type: ignore[attr-defined]


REMAINDER = _entries("remainder", _remainder, "floor")
FMOD = _entries("fmod", _fmod, "trunc")
_REMAINDER_OF_NUMBER: Op = not_differentiable(
    "remainder", _remainder, promote="arithmetic", operands=("self", "other"), params=("other",)
).op


def choose_remainder(input: Any, other: Any) -> tuple[Op, list[Any]]:
    """Return what is left of a division, with the divisor's sign, as Python's `%`. Mirrors `torch.remainder`."""
    if not isinstance(input, Tensor):
        return _REMAINDER_OF_NUMBER, [input, other]
    return REMAINDER[isinstance(other, Tensor)], [input, other]


def choose_fmod(input: Any, other: Any) -> tuple[Op, list[Any]]:
    """Return what is left of a division, with the dividend's sign, as C's `fmod`. Mirrors `torch.fmod`."""
    if not isinstance(input, Tensor):
        raise TypeError(
            f"fmod() received an invalid combination of arguments - got ({type(input).__name__}, "
            f"{type(other).__name__}), but expected a Tensor input and a Tensor or Number other"
        )
    return FMOD[isinstance(other, Tensor)], [input, other]


register("floor_divide", floor_divide)
choosing("remainder", choose_remainder, forward=_remainder)
choosing("fmod", choose_fmod, forward=_fmod)
