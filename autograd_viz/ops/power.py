"""Powers: a tensor to a number, to a tensor, and a number to a tensor, which are three nodes in PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import dtypes
from ..absent import refused_out
from ..tensor import Tensor
from .half import HALF
from .op import FUNCTIONS, METHODS, Op, arrays, op, register
from .type_words import refuse_bools, refuse_overflow

__all__ = ["pow_scalar"]

# PyTorch computes these powers so, and they are faster than the general one
SPECIAL: dict[float, Callable[[Any], Any]] = {
    0.0: np.ones_like,
    1.0: lambda x: x.copy("K"),
    2.0: lambda x: x * x,
    3.0: lambda x: x * x * x if x.dtype.itemsize > 2 else (x.astype(np.float32) ** 3).astype(x.dtype),
    -2.0: lambda x: 1 / (x * x),
    -1.0: np.reciprocal,
    0.5: np.sqrt,
    -0.5: lambda x: 1 / np.sqrt(x),
}


def _to_number(self: Any, exponent: Any) -> Any:
    """Return an array to the power of a number."""
    if self.dtype.kind == "f":
        if exponent.__class__ not in (int, float):
            if hasattr(exponent, "item"):
                exponent = exponent.item()
            _check_number("pow", exponent)
        special = SPECIAL.get(exponent)
        if special is not None:
            return special(self)
    if self.dtype == np.bool_:
        return self | np.logical_not(exponent)
    return _general(self, self.dtype.type(exponent))


def _general(self: Any, exponent: Any) -> Any:
    """Return a power; that of an integer is computed modulo 2⁶⁴ as in PyTorch."""
    refuse_bools("pow", self)
    if self.dtype.kind in "iu" and exponent.dtype.kind == "i" and np.any(exponent < 0):
        return np.where(exponent < 0, _negative_power(self, exponent), np.power(self, np.maximum(exponent, 0)))
    return np.power(self, exponent)


def _negative_power(self: Any, exponent: Any) -> Any:
    """Return what an integer's negative power rounds to: 0 but for 1 and -1."""
    return np.where(self == 1, 1, np.where(self == -1, 1 - 2 * (exponent % 2), 0)).astype(self.dtype)


def _of_number(self: Any, exponent: Any) -> Any:
    refuse_bools("pow", exponent)
    return _general(np.asarray(self).astype(exponent.dtype), exponent)


def _pow_self(xp: Any, grad: Any, self: Any, exponent: Any) -> Any:
    if exponent == 0:
        return xp.zeros_like(grad)
    if exponent == 1 and xp is arrays:  # what comes of it, to the last bit: under `create_graph` PyTorch has its nodes
        return grad
    return grad * xp.scaled(xp.pow(self, exponent - 1), exponent)


pow_scalar = op(
    "Pow",
    _to_number,
    promote="arithmetic",
    operands=("self", "exponent"),
    choose=lambda *args, **kwargs: choose_pow(*args, **kwargs),
    self=("grad · exponent · self ** (exponent - 1)", _pow_self),
)
_TENSORS: Op = op(
    "Pow",
    _general,
    variant=1,
    promote="arithmetic",
    self=(
        "where(exponent == 0, 0, grad · exponent · self ** (exponent - 1))",
        lambda xp, grad, self, exponent: xp.drop(
            0, grad * (exponent * xp.pow(self, xp.lowered(exponent, 1))), exponent == 0
        ),
    ),
    exponent=(
        "where((self == 0) & (exponent >= 0), 0, grad · result · log(self))",
        lambda xp, grad, self, exponent, result: (
            grad * xp.drop(0, result * xp.log(self), (self == 0) & (exponent >= 0))
        ),
    ),
).op  # type: ignore[attr-defined]


def _of_number_exponent(xp: Any, grad: Any, self: Any, exponent: Any, result: Any) -> Any:
    slope = xp.scaled(result, float(np.log(self)))
    return grad * (xp.keep(slope, exponent < 0) if self == 0 else slope)


_NUMBER: Op = op(
    "Pow",
    _of_number,
    variant=2,
    promote="arithmetic",
    operands=("self", "exponent"),
    exponent=("grad · result · log(self)", _of_number_exponent),
).op  # type: ignore[attr-defined]


def choose_pow(input: Any, exponent: Any, *, out: None = None) -> tuple[Op, list[Any]]:
    """Return the table entry of a power, of which one operand may be a number, and its values."""
    if out is not None:
        raise refused_out("pow")
    if isinstance(input, Tensor):
        if isinstance(exponent, Tensor):
            return _TENSORS, [input, exponent]
        _check_number("pow", exponent)
        if input._array.dtype.kind in "biu" and not isinstance(exponent, float) and exponent < 0:
            raise RuntimeError("Integers to negative integer powers are not allowed.")
        dtype = dtypes.result_type(input._array, exponent)
        if dtype.kind != "f" or dtype is HALF or not isinstance(exponent, float):  # the others may become infinite
            refuse_overflow(exponent, dtype)
        return pow_scalar.op, [input, exponent]  # type: ignore[attr-defined]
    if isinstance(exponent, Tensor):
        _check_number("pow", input)
        return _NUMBER, [input, exponent]
    raise TypeError(
        f"pow() received an invalid combination of arguments - got ({type(input).__name__}, "
        f"{type(exponent).__name__}), but expected a Tensor and a Tensor or Number"
    )


def _check_number(name: str, value: Any) -> None:
    if not isinstance(value, (bool, int, float, np.number, np.bool_)):
        raise TypeError(
            f"{name}() received an invalid combination of arguments - got ({type(value).__name__}), but expected a "
            "Tensor and a Tensor or Number"
        )


def _power_array(self: Any, exponent: Any) -> Any:
    """Return a power of whatever a rule holds: arrays, NumPy scalars, numbers."""
    if isinstance(exponent, (int, float)) and not isinstance(exponent, np.generic):
        return self if exponent == 1 else _to_number(self, exponent)
    if isinstance(self, int) and exponent.dtype.kind == "i":
        return _of_number(self, exponent)
    return np.power(self, exponent)


def square(input: Any) -> Any:
    """Return the square of each element. Mirrors `torch.square`."""
    return pow_scalar(input, 2)


def float_power(input: Any, exponent: Any) -> Any:
    """Return a power computed in float64. Mirrors `torch.float_power`."""
    return pow_scalar(_as_double(input), _as_double(exponent))


def _as_double(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value if value._array.dtype == np.float64 else value.to(dtypes.float64)
    return float(value)


def _choose_square(input: Any) -> tuple[Op, list[Any]]:
    return choose_pow(input, 2)


choose_pow.__qualname__, _choose_square.__qualname__ = "pow", "square"  # what Python's own errors call them
square.choose = _choose_square  # type: ignore[attr-defined]
register("pow", pow_scalar, forward=_power_array)
register("square", square)
FUNCTIONS["float_power"] = METHODS["float_power"] = float_power
