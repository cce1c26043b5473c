"""Arithmetic of two operands: sums, products, quotients and remainders."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..absent import refused_out
from ..tensor import Tensor
from .dispatch import call
from .half import HALF, widened
from .op import FUNCTIONS, METHODS, Op, op, register
from .type_words import number_as, refuse_bools, refuse_overflow
from .wrapping import check_tensor

__all__ = ["PASSED", "ZERO", "add", "div", "mul", "neg", "refuse_zero", "rsub", "sub"]

ZERO = ("0", lambda xp, grad: xp.zeros_like(grad))
WIDE = (np.dtype(np.float32), np.dtype(np.float64))
PASSED = ("grad", lambda grad: grad)


def is_bool(value: Any) -> bool:
    """Return whether an operand, Tensor or Python value, is boolean."""
    return value._array.dtype.kind == "b" if isinstance(value, Tensor) else isinstance(value, (bool, np.bool_))


def checked_alpha(self: Any, other: Any, alpha: Any) -> Any:
    """Return `alpha` as a plain number, or of a dtype that a number of Python's would not keep.

    Raises
    ------
    RuntimeError
        When it is a float and the operands are integers, a bool and they are not, or too large for their dtype.
    """
    if alpha.__class__ is float and isinstance(self, Tensor) and self._array.dtype in WIDE and abs(alpha) < 1e38:
        return alpha
    alpha = alpha.item() if isinstance(alpha, Tensor) else alpha
    kinds = {value._array.dtype.kind for value in (self, other) if isinstance(value, Tensor)}
    whole = "f" not in kinds and not isinstance(self, float) and not isinstance(other, float)
    if isinstance(alpha, bool) and not kinds <= {"b"}:
        raise RuntimeError("Boolean alpha only supported for Boolean results.")
    if isinstance(alpha, float) and whole:
        raise RuntimeError("For integral input tensors, argument alpha must not be a floating point number.")
    dtype = dtypes.result_type(*[getattr(value, "_array", value) for value in (self, other)])
    if dtype.kind == "f":
        refuse_overflow(alpha, dtype)
        return alpha
    return number_as(alpha, dtype)


def _times(alpha: Any, other: Any) -> Any:
    """Return a product with alpha; of bools, which of them are True if alpha is not 0."""
    return alpha * other if other.dtype.kind != "b" else other & bool(alpha)


def _plus_scaled(self: Any, other: Any, alpha: Any = 1) -> Any:
    if self.dtype is HALF:  # PyTorch rounds alpha, and then only the sum
        return (self + np.float32(HALF.type(alpha)) * other).astype(HALF)
    return self + _times(alpha, other)


def _minus_scaled(self: Any, other: Any, alpha: Any = 1) -> Any:
    return _plus_scaled(self, other, -alpha)


# addition and subtraction


def _choose_add(input: Any, other: Any, *, alpha: Any = 1, out: None = None) -> tuple[Op, list[Any]]:
    if out is not None:
        raise refused_out("add")
    if alpha.__class__ is int and alpha == 1:
        return add.op, [input, other]  # type: ignore[attr-defined]
    return _ADD_SCALED, [input, other, checked_alpha(input, other, alpha)]


def _choose_sub(input: Any, other: Any, *, alpha: Any = 1, out: None = None) -> tuple[Op, list[Any]]:
    if out is not None:
        raise refused_out("sub")
    _refuse_bools(input, other)
    if alpha.__class__ is int and alpha == 1:
        return sub.op, [input, other]  # type: ignore[attr-defined]
    return _SUB_SCALED, [input, other, checked_alpha(input, other, alpha)]


def _refuse_bools(one: Any, two: Any) -> None:
    if is_bool(one) or is_bool(two):
        both = is_bool(one) and is_bool(two)
        what = "two bool tensors" if both else "a bool tensor"
        remedy = (
            "Use the `^` or `logical_xor()` operator instead."
            if both
            else "If you are trying to invert a mask, use the `~` or `logical_not()` operator instead."
        )
        raise RuntimeError(f"Subtraction, the `-` operator, with {what} is not supported. {remedy}")


def _subtract(self: Any, other: Any) -> Any:
    if self.dtype.kind == "b":
        raise RuntimeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` "
            "operator instead."
        )
    return np.subtract(self, other)


add = op("Add", np.add, promote="arithmetic", choose=_choose_add, self=PASSED, other=PASSED)
_ADD_SCALED: Op = op(
    "Add",
    _plus_scaled,
    promote="arithmetic",
    self=PASSED,
    other=("grad · alpha", lambda xp, grad, alpha: xp.by_number(grad, alpha)),
).op  # type: ignore[attr-defined]
sub = op(
    "Sub",
    _subtract,
    ufunc=np.subtract,
    promote="arithmetic",
    choose=_choose_sub,
    self=PASSED,
    other=("-grad", lambda grad: -grad),
)
_SUB_SCALED: Op = op(
    "Sub",
    _minus_scaled,
    promote="arithmetic",
    self=PASSED,
    other=("-grad · alpha", lambda xp, grad, alpha: -xp.by_number(grad, alpha)),
).op  # type: ignore[attr-defined]

for _entry in (add, sub):
    _entry.op.node_class._saved_alpha = 1  # type: ignore[attr-defined]  # PyTorch shows it, though no rule needs it


def _choose_rsub(input: Any, other: Any, *, alpha: Any = 1) -> tuple[Op, list[Any]]:
    _refuse_bools(input, other)
    if isinstance(other, Tensor):
        return _RSUB_TENSOR, [input, other, checked_alpha(input, other, alpha)]
    if alpha.__class__ is int and alpha == 1:
        return rsub.op, [input, other]  # type: ignore[attr-defined]
    return _RSUB_SCALED, [input, other, checked_alpha(input, other, alpha)]


rsub = op(
    "Rsub",
    lambda self, other: np.subtract(other, self),
    variant=1,
    promote="arithmetic",
    operands=("self", "other"),
    choose=_choose_rsub,
    self=("-grad", lambda grad: -grad),
)
_SCALED = ("-grad · alpha", lambda grad, alpha: -grad if alpha == 1 else -(grad * alpha))
_RSUB_SCALED: Op = op(
    "Rsub",
    lambda self, other, alpha: other - alpha * self,
    variant=1,
    promote="arithmetic",
    operands=("self", "other"),
    self=_SCALED,
).op  # type: ignore[attr-defined]
_RSUB_TENSOR: Op = op(
    "Rsub", lambda self, other, alpha: other - alpha * self, promote="arithmetic", self=_SCALED, other=PASSED
).op  # type: ignore[attr-defined]


def _negated(self: Any) -> Any:
    if self.dtype.kind == "b":
        raise RuntimeError(
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use "
            "the `~` or `logical_not()` operator instead."
        )
    return np.negative(self)


neg = op("Neg", _negated, ufunc=np.negative, promote="arithmetic", self=("-grad", lambda grad: -grad))

# multiplication and division


def _half_by_number(input: Any, other: Any) -> bool:
    """Return whether a float16 tensor meets a number, or a 0-dim tensor: PyTorch computes that in float32."""
    if not (isinstance(input, Tensor) and input._array.dtype is HALF):
        return False
    if isinstance(other, Tensor):
        return not other._array.ndim and bool(input._array.ndim) and not other._requires_grad
    return isinstance(other, (int, float))


def _choose_mul(input: Any, other: Any, *, out: None = None) -> tuple[Op, list[Any]]:
    if out is not None:
        raise refused_out("mul")
    if _half_by_number(input, other):
        return _MUL_HALF, [input, other]
    return mul.op, [input, other]  # type: ignore[attr-defined]


def _by_number(name: str, word: str, ufunc: Any, formula: str) -> Op:
    """Make the operation of a float16 tensor and a number, which float16 may not hold."""

    def forward(self: Any, other: Any) -> Any:
        return ufunc(widened(np.asarray(self)), np.float32(other)).astype(np.float16)

    def rule(xp: Any, grad: Any, other: Any) -> Any:
        return getattr(xp, word)(grad, other)

    made: Op = op(name, forward, self=(formula, rule), other=ZERO).op  # type: ignore[attr-defined]
    # the function of the operation itself takes two tensors only
    register(word, lambda grad, other: call(made, [grad, other]), forward=forward, method=False, public=False)
    return made


_MUL_HALF = _by_number("Mul", "times", np.multiply, "grad · other")
_DIV_HALF = _by_number("Div", "over", np.divide, "grad / other")
mul = op(
    "Mul",
    np.multiply,
    promote="arithmetic",
    choose=_choose_mul,
    self=("grad · other", lambda grad, other: grad * other),
    other=("grad · self", lambda grad, self: grad * self),
)


def _choose_div(input: Any, other: Any, *, rounding_mode: str | None = None, out: None = None) -> tuple[Op, list[Any]]:
    if out is not None:
        raise refused_out("div")
    if rounding_mode is None and _half_by_number(input, other):
        return _DIV_HALF, [input, other]
    if rounding_mode is None:
        return div.op, [input, other]  # type: ignore[attr-defined]
    if rounding_mode not in ("trunc", "floor"):
        raise RuntimeError(
            f"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{rounding_mode}'"
        )
    return _DIV_ROUNDED, [input, other, rounding_mode]


def refuse_zero(self: Any, divisor: Any) -> None:
    """Raise PyTorch's error where integers would be divided by 0."""
    if self.dtype.kind in "iu" and np.asarray(divisor).dtype.kind != "f" and not np.all(divisor):
        raise RuntimeError("ZeroDivisionError")


def _divided(self: Any, other: Any, rounding_mode: str) -> Any:
    floating = "f" in (self.dtype.kind, np.asarray(other).dtype.kind)  # of a rule's operands one may be of integers
    if not floating:
        refuse_bools(f"div_{rounding_mode}_cpu", self)
    refuse_zero(self, other)
    if rounding_mode == "floor":
        return np.floor_divide(self, other)
    if floating:
        return np.trunc(self / other)
    quotient = np.floor_divide(self, other)
    return quotient + ((quotient < 0) & (quotient * other != self))


div = op(
    "Div",
    np.true_divide,
    promote="float",
    choose=_choose_div,
    self=("grad / other", lambda grad, other: grad / other),
    other=("-grad · self / other²", lambda grad, self, other: -grad * ((self / other) / other)),
)
_DIV_ROUNDED: Op = op(
    "Div",
    _divided,
    variant=2,
    promote="arithmetic",
    self=("0", lambda xp, grad, rounding_mode: xp.zeros_like(grad)),
    other=ZERO,
).op  # type: ignore[attr-defined]

reciprocal = op(
    "Reciprocal",
    np.reciprocal,
    promote="float",
    self=("-grad · result²", lambda grad, result: -grad * (result * result)),
)


def div_rounded(input: Any, other: Any, rounding_mode: str) -> Any:
    """Return a quotient rounded to an integer, for rules."""
    return call(_DIV_ROUNDED, [input, other, rounding_mode])


for _function in (add, sub, neg, mul, div, reciprocal):
    register(_function.op.name, _function)  # type: ignore[attr-defined]


def _public_rsub(input: Any, other: Any, *, alpha: Any = 1) -> Any:
    """Return `other - alpha · input`. Mirrors `torch.rsub`."""
    check_tensor("rsub", input)
    made, values = _choose_rsub(input, other, alpha=alpha)
    return made.function(*values)


_public_rsub.__name__ = _public_rsub.__qualname__ = "rsub"
_public_rsub.of_number = rsub  # type: ignore[attr-defined]
register("rsub", _public_rsub, forward=rsub.op.forward, method=False)  # type: ignore[attr-defined]
register("div_rounded", div_rounded, forward=_divided, method=False, public=False)
for _alias, _name in {
    "subtract": "sub",
    "multiply": "mul",
    "divide": "div",
    "true_divide": "div",
    "negative": "neg",
}.items():
    FUNCTIONS[_alias] = METHODS[_alias] = FUNCTIONS[_name]
