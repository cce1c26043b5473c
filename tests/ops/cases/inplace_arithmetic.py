"""Arithmetic and functions of one number that put their result into their first operand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.ops.cases import Case, ints, normal, uniform, values

UNARY = (
    "abs", "acos", "asin", "atan", "ceil", "cos", "cosh", "erf", "erfc", "erfinv", "exp", "expm1", "floor", "frac",
    "log", "log1p", "log2", "log10", "logit", "neg", "reciprocal", "round", "rsqrt", "sigmoid", "sign", "sin", "sinh",
    "sqrt", "square", "tan", "tanh", "trunc", "nan_to_num",
)  # fmt: skip


def on_copy(change: Callable[..., Any]) -> Callable[..., Any]:
    """Return a call that changes a copy of its first tensor, which does not require grad as a leaf."""

    def call(T: Any, first: Any, *others: Any) -> Any:
        copy = first * 1
        assert change(T, copy, *others) is copy
        return copy

    return call


def unary(name: str) -> Callable[..., Any]:
    """Return a call of an in-place method."""
    return on_copy(lambda T, a: getattr(a, f"{name}_")())


CASES = [Case(f"inplace/{name}", unary(name), (uniform(0.2, 0.8, 2, 3),)) for name in UNARY] + [
    Case("inplace/add", on_copy(lambda T, a, b: a.add_(b)), (normal(2, 3), normal(3))),
    Case("inplace/add, alpha", on_copy(lambda T, a, b: a.add_(b, alpha=2)), (normal(2, 3), normal(3))),
    Case("inplace/sub, alpha", on_copy(lambda T, a, b: a.sub_(b, alpha=2)), (normal(2, 3), normal(3))),
    Case("inplace/number", on_copy(lambda T, a: a.add_(1).mul_(2).sub_(0.5).div_(4)), (normal(2, 3),)),
    Case("inplace/operators", lambda T, a, b: _operators(a * 1, b), (uniform(1, 2, 2, 3), uniform(1, 2, 3))),
    Case("inplace/div, rounded", on_copy(lambda T, a: a.div_(0.3, rounding_mode="floor")), (uniform(0.31, 0.59, 3),)),
    Case("inplace/pow", on_copy(lambda T, a: a.pow_(3)), (normal(3),)),
    Case("inplace/pow, tensor", on_copy(lambda T, a, b: a.pow_(b)), (uniform(1, 2, 3), normal(3))),
    Case("inplace/clamp", on_copy(lambda T, a: a.clamp_(-0.5, 0.5)), (normal(5),)),
    Case("inplace/clamp, tensor", on_copy(lambda T, a, b: a.clamp_(min=b)), (normal(5), normal(5))),
    Case("inplace/clamp_min", on_copy(lambda T, a: a.clamp_min_(0)), (normal(5),)),
    Case("inplace/remainder", on_copy(lambda T, a: a.remainder_(0.7)), (values([0.2, 0.9, -1.6]),)),
    Case("inplace/fmod", on_copy(lambda T, a, b: a.fmod_(b)), (values([0.2, 0.9, -1.6]), values([0.7, 0.7, 0.7]))),
    Case("inplace/lerp", on_copy(lambda T, a, b: a.lerp_(b, 0.3)), (normal(3), normal(3))),
    Case("inplace/addcmul", on_copy(lambda T, a, b, c: a.addcmul_(b, c, value=2)), (normal(3), normal(3), normal(3))),
    Case("inplace/addcdiv", on_copy(lambda T, a, b, c: a.addcdiv_(b, c)), (normal(3), normal(3), uniform(1, 2, 3))),
    Case("inplace/atan2", on_copy(lambda T, a, b: a.atan2_(b)), (normal(3), normal(3))),
    Case("inplace/cumsum", on_copy(lambda T, a: a.cumsum_(0)), (normal(3),)),
    Case("inplace/cumprod", on_copy(lambda T, a: a.cumprod_(0)), (uniform(1, 2, 3),)),
    Case(
        "inplace/stays float32",
        lambda T, a, b: a.float().add_(b),
        (normal(3), normal(3)),
        numeric=False,
        dtypes=("float64",),
    ),
    Case("inplace/stays int", lambda T, a, b: a.clone().add_(b), (ints(0, 5, 3, dtype="int32"), ints(0, 5, 3))),
    Case(
        "inplace/int by float", lambda T, a: a.clone().mul_(1.5), (ints(0, 5, 3),), error="result type Float can't be"
    ),
    Case(
        "inplace/int division",
        lambda T, a: a.clone().div_(2),
        (ints(0, 5, 3),),
        error="result type Float can't be cast",
    ),
    Case(
        "inplace/broadcast",
        lambda T, a, b: (a * 1).add_(b),
        (normal(3), normal(2, 3)),
        error="doesn't match the broadcast shape",
    ),
    Case(
        "inplace/leaf", lambda T, a: a.add_(1), (normal(3),), error="a leaf Variable that requires grad is being used"
    ),
]


def _operators(a: Any, b: Any) -> Any:
    a += b
    a *= b
    a -= 1
    a /= b
    a **= 2
    return a
