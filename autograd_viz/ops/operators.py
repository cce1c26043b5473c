"""Python's operators and the in-place methods, all derived from the public functions.

Note [In-place methods]
For each name in `INPLACE`, `f_` is `f` with its result put into the first operand. A function from the tables is asked
which entry its arguments choose; any other is called with its target announced to the dispatcher, which puts the
result of the first operation on it there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..autograd.state import local, note_special
from ..tensor import Tensor, make
from .dispatch import Scalar
from .inplace import call_inplace
from .op import FUNCTIONS, METHODS

__all__ = ["INPLACE", "bind"]

# the in-place forms that PyTorch also has as functions
AS_FUNCTIONS = (
    "abs", "acos", "acosh", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "asin", "asinh", "atan",
    "atanh", "ceil", "clamp", "clamp_max", "clamp_min", "clip", "cos", "cosh", "deg2rad", "erf", "erfc", "exp", "exp2",
    "expm1", "fix", "floor", "frac", "log", "log10", "log1p", "log2", "logit", "nan_to_num", "neg", "negative",
    "rad2deg", "reciprocal", "relu", "round", "rsqrt", "sigmoid", "sin", "sinc", "sinh", "sqrt", "square", "tan",
    "tanh", "trunc", "xlogy", "index_put", "addmv",
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
UNARY = {"neg": "neg", "abs": "abs"}

INPLACE = (
    "abs", "absolute", "acos", "acosh", "add", "addbmm", "addcdiv", "addcmul", "addmm", "addmv", "addr", "arccos",
    "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh", "asin", "asinh", "atan", "atan2", "atanh",
    "baddbmm", "bitwise_and", "bitwise_left_shift", "bitwise_not", "bitwise_or", "bitwise_right_shift",
    "bitwise_xor", "ceil", "clamp", "clamp_max", "clamp_min", "clip", "copysign", "cos", "cosh", "cumprod",
    "cumsum", "deg2rad", "digamma", "div", "divide", "eq", "erf", "erfc", "erfinv", "exp", "exp2", "expm1", "fix",
    "float_power", "floor", "floor_divide", "fmod", "frac", "gcd", "ge", "greater", "greater_equal", "gt",
    "heaviside", "hypot", "index_add", "index_copy", "index_fill", "index_put", "index_reduce", "lcm", "ldexp",
    "le", "lerp", "less", "less_equal", "lgamma", "log", "log10", "log1p", "log2", "logical_and", "logical_not",
    "logical_or", "logical_xor", "logit", "lt", "masked_fill", "masked_scatter", "mul", "multiply", "nan_to_num",
    "ne", "neg", "negative", "nextafter", "not_equal", "pow", "put", "rad2deg", "reciprocal", "relu", "remainder",
    "renorm", "round", "rsqrt", "scatter", "scatter_add", "scatter_reduce", "sgn", "sigmoid", "sign", "sin", "sinc",
    "sinh", "sqrt", "square", "sub", "subtract", "tan", "tanh", "tril", "triu", "true_divide", "trunc", "xlogy",
)  # fmt: skip


def bind() -> None:
    """Bind the in-place methods and the operators to Tensor."""
    for name in INPLACE:
        if name in METHODS and f"{name}_" not in METHODS:
            METHODS[f"{name}_"] = inplace(name, METHODS[name])
            setattr(Tensor, f"{name}_", METHODS[f"{name}_"])
    FUNCTIONS.update({f"{name}_": METHODS[f"{name}_"] for name in AS_FUNCTIONS if f"{name}_" in METHODS})
    for dunder, name in BINARY.items():
        if name in FUNCTIONS:
            _bind_binary(dunder, name, FUNCTIONS[name])
    for name in COMPARISONS:
        setattr(Tensor, f"__{name}__", _operator(FUNCTIONS[name]))
    for dunder, name in UNARY.items():
        setattr(Tensor, f"__{dunder}__", FUNCTIONS[name])
    for function in (_pos_, _invert_, _contains_, _reversed_, _array_wrap_):
        setattr(Tensor, f"_{function.__name__}_", function)


def _bind_binary(dunder: str, name: str, function: Function) -> None:
    setattr(Tensor, f"__{dunder}__", _operator(function))
    reflected = function if dunder in COMMUTATIVE else REFLECTED.get(dunder) or _swapped(function)
    setattr(Tensor, f"__r{dunder}__", _operator(reflected))
    if f"{name}_" in METHODS:
        setattr(Tensor, f"__i{dunder}__", _operator(METHODS[f"{name}_"]))


def _operator(function: Function) -> Function:
    """Return the function as an operator, which leaves operands it does not know to the other side."""
    if hasattr(function, "operator"):
        return function.operator

    def operator(self: Tensor, other: Any) -> Any:
        if other.__class__ is Tensor or isinstance(other, OPERANDS):
            return function(self, other)
        if isinstance(other, complex):
            raise TypeError("complex numbers are not provided by autograd_viz")
        return NotImplemented

    return operator


# reflected operators


def _swapped(function: Function) -> Function:
    return lambda self, other: function(other, self)


def _rdiv(self: Tensor, other: Any) -> Any:
    return FUNCTIONS["reciprocal"](self) * other


# PyTorch has a node of its own for `number - tensor`, and computes `number / tensor` as `1 / tensor * number`
REFLECTED: dict[str, Function] = {"sub": FUNCTIONS["rsub"], "truediv": _rdiv}


# in-place methods


def inplace(name: str, function: Function) -> Function:
    """Return the in-place form of a public function. See Note [In-place methods]."""
    if hasattr(function, "choose"):
        choose = function.choose

        def method(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
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
