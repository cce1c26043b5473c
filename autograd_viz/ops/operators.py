"""Python's operators and the in-place methods, all derived from the public functions and made when first used.

Note [In-place methods]
For each name in `INPLACE`, `f_` is `f` with its result put into the first operand. A function from the tables is asked
which entry its arguments choose; any other is called with its target announced to the dispatcher, which puts the
result of the first operation on it there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ..absent import refused_complex
from ..autograd.state import local, note_special
from ..foreign import is_of_torch, kind_of
from ..tensor import Tensor, make
from .dispatch import Scalar
from .fast_inplace import UFUNCS, changed
from .inplace import call_inplace
from .tables import FUNCTIONS, METHODS

__all__ = ["MAKERS", "supply"]

# the in-place forms that PyTorch also has as functions
AS_FUNCTIONS = (
    "abs", "acos", "acosh", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "asin", "asinh", "atan",
    "atanh", "ceil", "clamp", "clamp_max", "clamp_min", "clip", "cos", "cosh", "deg2rad", "erf", "erfc", "exp", "exp2",
    "expm1", "fix", "floor", "frac", "log", "log10", "log1p", "log2", "logit", "nan_to_num", "neg", "negative",
    "rad2deg", "reciprocal", "round", "rsqrt", "sigmoid", "sin", "sinc", "sinh", "sqrt", "square", "tan",
    "tanh", "trunc", "xlogy", "addmv",
)  # fmt: skip

OPERANDS = (Tensor, *Scalar)

Function = Callable[..., Any]

BINARY = {
    "add": "add", "sub": "sub", "mul": "mul", "truediv": "div", "pow": "pow", "floordiv": "floor_divide",
    "mod": "remainder", "matmul": "matmul", "and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor",
    "lshift": "bitwise_left_shift", "rshift": "bitwise_right_shift",
}  # fmt: skip
COMMUTATIVE = ("add", "mul", "and", "or", "xor")
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")

INPLACE = (
    "abs", "absolute", "acos", "acosh", "add", "addbmm", "addcdiv", "addcmul", "addmm", "addmv", "addr", "arccos",
    "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh", "asin", "asinh", "atan", "atan2", "atanh",
    "baddbmm", "bitwise_and", "bitwise_left_shift", "bitwise_not", "bitwise_or", "bitwise_right_shift",
    "bitwise_xor", "ceil", "clamp", "clamp_max", "clamp_min", "clip", "copysign", "cos", "cosh", "cumprod",
    "cumsum", "deg2rad", "digamma", "div", "divide", "eq", "erf", "erfc", "erfinv", "exp", "exp2", "expm1", "fix",
    "float_power", "floor", "floor_divide", "fmod", "frac", "gcd", "ge", "greater", "greater_equal", "gt",
    "heaviside", "hypot", "index_add", "index_copy", "index_fill", "index_reduce", "lcm", "ldexp",
    "le", "lerp", "less", "less_equal", "lgamma", "log", "log10", "log1p", "log2", "logical_and", "logical_not",
    "logical_or", "logical_xor", "logit", "lt", "masked_fill", "masked_scatter", "mul", "multiply", "mvlgamma",
    "nan_to_num",
    "ne", "neg", "negative", "nextafter", "not_equal", "polygamma", "pow", "put", "rad2deg", "reciprocal", "remainder",
    "renorm", "round", "rsqrt", "scatter", "scatter_add", "scatter_reduce", "sgn", "sigmoid", "sign", "sin", "sinc",
    "sinh", "sqrt", "square", "sub", "subtract", "tan", "tanh", "tril", "triu", "true_divide", "trunc", "xlogy",
)  # fmt: skip


def supply(name: str) -> None:
    """Put one of these methods into the tables. See Note [Families on demand] in tables.py."""
    METHODS[name] = MAKERS[name]()
    if name.removesuffix("_") in AS_FUNCTIONS:
        FUNCTIONS[name] = METHODS[name]


def _operator(function: Function) -> Function:
    """Return the function as an operator, which leaves operands it does not know to the other side."""
    if hasattr(function, "operator"):
        return function.operator

    def operator(self: Tensor, other: Any) -> Any:
        if other.__class__ is Tensor or isinstance(other, OPERANDS):
            return function(self, other)
        if isinstance(other, complex):
            raise refused_complex()
        if is_of_torch(other):
            raise TypeError(f"{function.__name__}(): argument 'other' must be Tensor, not {kind_of(other)}")
        return NotImplemented

    return operator


def _reflected(dunder: str, name: str) -> Function:
    """Return `other ∘ self`. PyTorch has a node of its own for `2 - x`, and computes `2 / x` as `1 / x * 2`."""
    if dunder == "sub":
        return _reflected_sub(FUNCTIONS["rsub"])
    if dunder == "truediv":
        return _operator(lambda self, other: FUNCTIONS["reciprocal"](self) * other)
    function = FUNCTIONS[name]
    return _operator(function if dunder in COMMUTATIVE else lambda self, other: function(other, self))


def _reflected_sub(function: Function) -> Function:
    """Return `other - self`, which asks nothing more of the usual numbers."""
    of_number, otherwise = function.of_number, _operator(function)  # type: ignore[attr-defined]

    def operator(self: Tensor, other: Any) -> Any:
        if other.__class__ is int or other.__class__ is float:
            return of_number(self, other)
        return otherwise(self, other)

    return operator


# in-place methods


def _inplace(name: str) -> Function:
    """Return the in-place form of a method. See Note [In-place methods]."""
    function = METHODS[name]
    if hasattr(function, "choose"):
        choose, ufunc = function.choose, UFUNCS.get(name)

        def method(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
            if ufunc is not None and not kwargs and len(args) == 1 and changed(ufunc, self, args[0]):
                return self
            return call_inplace(*choose(self, *args, **kwargs))

    else:

        def method(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
            with _into(self):
                return function(self, *args, **kwargs)

    method.__name__ = method.__qualname__ = f"{name}_"
    method.__doc__ = f"Put the result of `{name}` into this tensor, and return it. Mirrors `torch.Tensor.{name}_`."
    return method


class _into:
    """Announce the target of an in-place operation to the dispatcher."""

    def __init__(self, target: Tensor) -> None:
        self.target = target

    def __enter__(self) -> None:
        note_special(1)
        local.target = self.target

    def __exit__(self, *exc_info: object) -> None:
        local.target = None
        note_special(-1)


# the other special methods


def _pos_(self: Tensor) -> Tensor:
    return self


def _invert_(self: Tensor) -> Tensor:
    if self._array.dtype.kind == "f":
        raise TypeError("~ (operator.invert) is only implemented on integer and Boolean-type tensors")
    return FUNCTIONS["bitwise_not"](self)


def _contains_(self: Tensor, element: Any) -> bool:
    if not isinstance(element, OPERANDS):
        raise RuntimeError(
            f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(element).__name__}."
        )
    return bool((self._array == getattr(element, "_array", element)).any())


def _reversed_(self: Tensor) -> Tensor:
    return self if self._array.ndim == 0 else self.flip(0)


def _array_wrap_(self: Tensor, array: Any, context: Any = None, return_scalar: bool = False) -> Tensor:
    return make(np.asarray(array))


MAKERS: dict[str, Callable[[], Function]] = {
    **{f"{name}_": partial(_inplace, name) for name in INPLACE},
    **{f"__{dunder}__": partial(lambda name: _operator(FUNCTIONS[name]), name) for dunder, name in BINARY.items()},
    **{f"__r{dunder}__": partial(_reflected, dunder, name) for dunder, name in BINARY.items()},
    **{f"__i{dunder}__": partial(lambda name: _operator(METHODS[f"{name}_"]), name)
       for dunder, name in BINARY.items() if name in INPLACE},
    **{f"__{name}__": partial(lambda name: _operator(FUNCTIONS[name]), name) for name in COMPARISONS},
    **{f"__{name}__": partial(lambda name: FUNCTIONS[name], name) for name in ("neg", "abs")},
    **{f"_{function.__name__}_": partial(lambda function: function, function)
       for function in (_pos_, _invert_, _contains_, _reversed_, _array_wrap_)},
}  # fmt: skip
