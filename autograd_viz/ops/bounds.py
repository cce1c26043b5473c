"""The larger, the smaller, and what lies between bounds.

Equal arguments of `maximum` and `minimum` get half of the gradient each; a value at a bound of `clamp` passes all of
it on, and a bound that is a tensor gets it only where the value lies beyond.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import result_type
from ..tensor import Tensor
from .op import FUNCTIONS, METHODS, Op, op, register
from .type_words import refuse_bools, refuse_overflow
from .wrapping import check_tensor, choosing

__all__ = ["maximum", "minimum"]


def _shared(xp: Any, grad: Any, other: Any, self: Any, beaten: Any) -> Any:
    """Return all of the gradient, half of it between equals, none where beaten."""
    equal = self == other
    return xp.keep(grad, ~(beaten | equal)) + xp.keep(grad / 2, equal)


maximum = op(
    "Maximum",
    np.maximum,
    promote="arithmetic",
    self=(
        "where(self == other, grad / 2, where(self > other, grad, 0))",
        lambda xp, grad, other, self: _shared(xp, grad, other, self, self < other),
    ),
    other=(
        "where(self == other, grad / 2, where(self < other, grad, 0))",
        lambda xp, grad, other, self: _shared(xp, grad, other, self, self > other),
    ),
)
minimum = op(
    "Minimum",
    np.minimum,
    promote="arithmetic",
    self=(
        "where(self == other, grad / 2, where(self < other, grad, 0))",
        lambda xp, grad, other, self: _shared(xp, grad, other, self, self > other),
    ),
    other=(
        "where(self == other, grad / 2, where(self > other, grad, 0))",
        lambda xp, grad, other, self: _shared(xp, grad, other, self, self < other),
    ),
)
fmax = op(
    "Fmax",
    np.fmax,
    promote="arithmetic",
    self=(
        "where((self >= other) | isnan(other), grad, 0)",
        lambda xp, grad, self, other: xp.keep(grad, (self >= other) | (other != other)),
    ),
    other=(
        "where((self >= other) | isnan(other), 0, grad)",
        lambda xp, grad, self, other: xp.keep(grad, ~((self >= other) | (other != other))),
    ),
)
fmin = op(
    "Fmin",
    np.fmin,
    promote="arithmetic",
    self=(
        "where((self <= other) | isnan(other), grad, 0)",
        lambda xp, grad, self, other: xp.keep(grad, (self <= other) | (other != other)),
    ),
    other=(
        "where((self <= other) | isnan(other), 0, grad)",
        lambda xp, grad, self, other: xp.keep(grad, ~((self <= other) | (other != other))),
    ),
)


def _two_tensors(name: str, function: Any) -> Any:
    """Return a function that, unlike arithmetic, takes no numbers."""

    def checked(input: Tensor, other: Tensor) -> Any:
        check_tensor(name, input)
        check_tensor(name, other, "other", 2)
        return function(input, other)

    checked.__name__ = checked.__qualname__ = name
    checked.op = function.op  # type: ignore[attr-defined]
    checked.choose = function.choose  # type: ignore[attr-defined]
    checked.__doc__ = f"Return the {name} of two tensors, element by element. Mirrors `torch.{name}`."
    return checked


# clamp


def _clamped(self: Any, min: Any = None, max: Any = None) -> Any:
    if min is not None and max is not None:
        refuse_bools("clamp_cpu", self)
    kind = self.dtype.type
    if min is not None:
        self = np.maximum(self, min if isinstance(min, np.ndarray) else kind(min))
    if max is not None:
        self = np.minimum(self, max if isinstance(max, np.ndarray) else kind(max))
    return self


def _inside(self: Any, min: Any, max: Any) -> Any:
    """Return where a value is not beyond its bounds; NaN is."""
    if min is None:
        return self <= max
    return self >= min if max is None else (self >= min) & (self <= max)


def _passed(xp: Any, grad: Any, self: Any, min: Any, max: Any) -> Any:
    return xp.keep(grad, _inside(self, min, max))


def _to_min(xp: Any, grad: Any, self: Any, min: Any, max: Any) -> Any:
    return xp.keep(grad, self < min if max is None else (self < min) & (min < max))


def _to_max(xp: Any, grad: Any, self: Any, min: Any, max: Any) -> Any:
    return xp.keep(grad, self > max if min is None else (self > max) | (max < min))


def _entries(low: bool, high: bool) -> tuple[Op, Op]:
    """Return the table entries of a clamp with these bounds: by numbers, and by tensors."""
    inside = " & ".join(text for text, has in (("(self >= min)", low), ("(self <= max)", high)) if has)
    passed = (f"where({inside}, grad, 0)", _passed)
    numbers = op("Clamp", _clamped, variant=1, promote="arithmetic", operands=("self", "min", "max"), self=passed)
    tensors = op(
        "Clamp",
        _clamped,
        promote="arithmetic",
        self=passed,
        min=(f"where({'(self < min) & (min < max)' if high else 'self < min'}, grad, 0)", _to_min),
        max=(f"where({'(self > max) | (max < min)' if low else 'self > max'}, grad, 0)", _to_max),
    )
    return numbers.op, tensors.op  # type: ignore[attr-defined]


ENTRIES = {bounds: _entries(*bounds) for bounds in ((True, True), (True, False), (False, True))}


def choose_clamp(input: Any, min: Any = None, max: Any = None) -> tuple[Op, list[Any]]:
    """Limit each element to [min, max]: numbers, or tensors that broadcast. Mirrors `torch.clamp`."""
    check_tensor("clamp", input)
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    low, high = isinstance(min, Tensor), isinstance(max, Tensor)
    if low is not high and min is not None and max is not None:
        min, max = _as_number(min), _as_number(max)  # beside a number, a 0-dim tensor is one
        low, high = isinstance(min, Tensor), isinstance(max, Tensor)
        if low is not high:
            raise TypeError(
                "clamp() received an invalid combination of arguments: min and max must both be Tensors or both be "
                "Numbers"
            )
    if not (low or high):
        _check_bounds(input, min, max)
    return ENTRIES[min is not None, max is not None][low or high], [input, min, max]


def _check_bounds(input: Any, min: Any, max: Any) -> None:
    """Refuse bounds, numbers or None, that the dtype they are compared in cannot hold, and those of bools.

    Beside NaN, which fills all, PyTorch does not look at the other.
    """
    dtype, bounds = input._array.dtype, [bound for bound in (min, max) if bound is not None]
    if dtype.kind != "f":
        dtype = result_type(input._array, *bounds)
    if dtype.kind == "b":
        side = "" if len(bounds) == 2 else "_max" if min is None else "_min"
        refuse_bools(f"clamp{side}_scalar_cpu", input._array)
    if not any(bound != bound for bound in bounds):
        for bound in bounds:
            refuse_overflow(bound, dtype)


def _as_number(bound: Any) -> Any:
    return bound.item() if isinstance(bound, Tensor) and not bound._array.ndim and not bound._requires_grad else bound


def _at_least(self: Any, min: Any) -> Any:
    return np.maximum(self, min if isinstance(min, np.ndarray) else self.dtype.type(min))


def _at_most(self: Any, max: Any) -> Any:
    return np.minimum(self, max if isinstance(max, np.ndarray) else self.dtype.type(max))


FROM_MIN = ("where(self >= min, grad, 0)", lambda xp, grad, self, min: xp.keep(grad, self >= min))
TO_MAX = ("where(self <= max, grad, 0)", lambda xp, grad, self, max: xp.keep(grad, self <= max))
_MIN_NUMBER = op("ClampMin", _at_least, promote="arithmetic", operands=("self", "min"), self=FROM_MIN)
_MIN_TENSOR = op(
    "ClampMin",
    _at_least,
    variant=1,
    promote="arithmetic",
    self=FROM_MIN,
    min=("where(self < min, grad, 0)", lambda xp, grad, self, min: xp.keep(grad, self < min)),
)
_MAX_NUMBER = op("ClampMax", _at_most, promote="arithmetic", operands=("self", "max"), self=TO_MAX)
_MAX_TENSOR = op(
    "ClampMax",
    _at_most,
    variant=1,
    promote="arithmetic",
    self=TO_MAX,
    max=("where(self > max, grad, 0)", lambda xp, grad, self, max: xp.keep(grad, self > max)),
)


def choose_clamp_min(input: Any, min: Any) -> tuple[Op, list[Any]]:
    """Let no element be less than `min`, a number or a tensor. Mirrors `torch.clamp_min`."""
    check_tensor("clamp_min", input)
    if min is None:
        raise TypeError("clamp_min() received an invalid combination of arguments: 'min' must be a Tensor or Number")
    made = _MIN_TENSOR if isinstance(min, Tensor) else _MIN_NUMBER
    if made is _MIN_NUMBER:
        _check_bounds(input, min, None)
    return made.op, [input, min]  # type: ignore[attr-defined]


def choose_clamp_max(input: Any, max: Any) -> tuple[Op, list[Any]]:
    """Let no element be more than `max`, a number or a tensor. Mirrors `torch.clamp_max`."""
    check_tensor("clamp_max", input)
    if max is None:
        raise TypeError("clamp_max() received an invalid combination of arguments: 'max' must be a Tensor or Number")
    made = _MAX_TENSOR if isinstance(max, Tensor) else _MAX_NUMBER
    if made is _MAX_NUMBER:
        _check_bounds(input, None, max)
    return made.op, [input, max]  # type: ignore[attr-defined]


for _function in (maximum, minimum, fmax, fmin):
    _name = _function.op.name  # type: ignore[attr-defined]
    register(_name, _two_tensors(_name, _function), forward=_function.op.forward)  # type: ignore[attr-defined]
choosing("clamp", choose_clamp, forward=_clamped)
choosing("clamp_min", choose_clamp_min, forward=_at_least)
choosing("clamp_max", choose_clamp_max, forward=_at_most)
FUNCTIONS["clip"] = METHODS["clip"] = FUNCTIONS["clamp"]
