"""Python's operators and the in-place methods, derived from the public functions.

An operation `f` whose table entry allows it gets a method `f_` that puts its result into its first operand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..tensor import Tensor
from .dispatch import Scalar, call_inplace
from .op import FUNCTIONS, METHODS

__all__ = ["bind"]

OPERATORS = {"add": "add", "sub": "sub", "mul": "mul", "truediv": "div"}
UNARY = {"neg": "neg", "abs": "abs"}
INPLACE = ("add", "sub", "mul", "div", "neg", "exp", "log", "sqrt", "sin", "cos", "tanh", "abs")


def bind() -> None:
    """Bind operators and in-place methods to Tensor."""
    for dunder, name in OPERATORS.items():
        function = FUNCTIONS[name]
        setattr(Tensor, f"__{dunder}__", _operator(function))
        setattr(Tensor, f"__r{dunder}__", _reflected(function))
        setattr(Tensor, f"__i{dunder}__", _inplace_operator(METHODS[f"{name}_"]))
    for dunder, name in UNARY.items():
        setattr(Tensor, f"__{dunder}__", FUNCTIONS[name])


def _operator(function: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    def operator(self: Tensor, other: Any) -> Any:
        if other.__class__ is Tensor or isinstance(other, (Tensor, *Scalar)):
            return function(self, other)
        return NotImplemented

    return operator


def _reflected(function: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    def operator(self: Tensor, other: Any) -> Any:
        return function(other, self) if isinstance(other, (Tensor, *Scalar)) else NotImplemented

    return operator


def _inplace_operator(method: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    def operator(self: Tensor, other: Any) -> Any:
        return method(self, other) if isinstance(other, (Tensor, *Scalar)) else NotImplemented

    return operator


def inplace(function: Callable[..., Any]) -> Callable[..., Tensor]:
    """Return the in-place form of a public function that has one table entry."""
    made = function.op  # type: ignore[attr-defined]

    def method(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        return call_inplace(made, made.bind((self, *args), kwargs))

    method.__name__ = method.__qualname__ = f"{made.name}_"
    return method


for _name in INPLACE:
    METHODS[f"{_name}_"] = inplace(FUNCTIONS[_name])
