"""Wrap table functions: arguments as users give them on one side, as tables want them on the other."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ..absent import WITH_OUT, no_out
from ..foreign import kind_of
from ..tensor import Tensor
from .op import Op, register

__all__ = ["check_number", "check_tensor", "check_tensors", "choosing", "of_tensors", "public"]

Function = Callable[..., Any]
FLAGS = ("keepdim", "descending", "largest", "sorted")  # parameters that are bools, and nothing else
ALIAS = {"axis": "dim", "keepdims": "keepdim", "self": "input"}


def check_tensor(name: str, value: Any, param: str = "input", position: int = 1) -> None:
    """Raise PyTorch's error unless `value` is a Tensor."""
    if not isinstance(value, Tensor):
        kind = kind_of(value)
        raise TypeError(f"{name}(): argument '{param}' (position {position}) must be Tensor, not {kind}")


def check_tensors(given: Any) -> None:
    """Raise PyTorch's error unless all members of a list are Tensors."""
    for place, each in enumerate(given):
        if not isinstance(each, Tensor):
            raise TypeError(f"expected Tensor as element {place} in argument 0, but got {kind_of(each)}")


def check_number(name: str, value: Any, param: str, position: int) -> None:
    """Raise PyTorch's error unless `value` is a number."""
    if not isinstance(value, (bool, int, float, np.number, np.bool_)):
        kind = "Tensor" if isinstance(value, Tensor) else kind_of(value)
        raise TypeError(f"{name}(): argument '{param}' (position {position}) must be Number, not {kind}")


def public(
    *,
    method: bool = True,
    forward: Function | None = None,
    name: str | None = None,
    alone: Function | None = None,
) -> Any:
    """Make a function of a tensor public, under its own name; `axis` and `keepdims` stand for `dim` and `keepdim`.

    Parameters
    ----------
    method : bool
        Whether it is also a Tensor method.
    forward : callable, optional
        The same on ndarrays, for rules.
    name : str, optional
        The public name, when the function's own would hide a built-in one.
    alone : callable, optional
        What the function comes to when it is given the tensor and nothing else: a table function.
    """

    def wrap(function: Function) -> Function:
        spoken = name or function.__name__.rstrip("_")
        flags = _flags(function)
        first = min(flags.values(), default=sys.maxsize)
        function.__qualname__ = spoken  # what Python's own errors call it
        knows_out = spoken in WITH_OUT

        @functools.wraps(function)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            if len(args) > first or (kwargs and not flags.keys().isdisjoint(kwargs)):
                _check_flags(spoken, flags, args, kwargs)
            if not kwargs and args and isinstance(args[0], Tensor):  # the usual call
                return function(*args) if alone is None or len(args) > 1 else alone(args[0])
            if kwargs:
                kwargs = no_out(spoken, kwargs) if knows_out else kwargs
                kwargs = {ALIAS.get(key, key): value for key, value in kwargs.items()}
            check_tensor(spoken, args[0] if args else kwargs.get("input"))
            return function(*args, **kwargs)

        wrapped.__name__ = wrapped.__qualname__ = spoken
        wrapped.knows_out = knows_out  # type: ignore[attr-defined]
        register(spoken, wrapped, forward=forward, method=method)
        return wrapped

    return wrap


def _flags(function: Function) -> dict[str, int]:
    """Return the parameters of a function that are bools, each with its position."""
    code = function.__code__
    params = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    positions = {param: place if place < code.co_argcount else sys.maxsize for place, param in enumerate(params)}
    return {param: positions[param] for param in FLAGS if param in positions}


def _check_flags(name: str, flags: dict[str, int], args: Any, kwargs: Any) -> None:
    for param, place in flags.items():
        given = args[place] if place < len(args) else kwargs.get(param, False)
        if not isinstance(given, (bool, np.bool_)):
            where = f" (position {place})" if place < len(args) else ""
            raise TypeError(f"{name}(): argument '{param}'{where} must be bool, not {type(given).__name__}")


def of_tensors(entry: Function, first: str = "input", second: str = "other") -> Function:
    """Make an operation public that takes two tensors, and no numbers. Returns what users call."""
    made = entry.op  # type: ignore[attr-defined]

    def choose(input: Any, other: Any) -> tuple[Op, list[Any]]:
        check_tensor(made.name, input, first)
        check_tensor(made.name, other, second, 2)
        return made, [input, other]

    choose.__doc__ = entry.__doc__
    return choosing(made.name, choose, forward=made.forward)


def choosing(name: str, choose: Callable[..., tuple[Op, list[Any]]], *, forward: Function | None = None) -> Function:
    """Make a public function of several table entries.

    Parameters
    ----------
    name : str
        The public name.
    choose : callable
        `choose(*args, **kwargs)` returns the table entry that these arguments mean, and its values; the in-place form
        asks it too, as `function.choose`.
    forward : callable, optional
        The same on ndarrays, for rules.
    """
    knows_out = name in WITH_OUT

    def function(*args: Any, **kwargs: Any) -> Any:
        if kwargs and knows_out:
            kwargs = no_out(name, kwargs)
        made, values = choose(*args, **kwargs)
        return made.function(*values)

    function.__name__ = function.__qualname__ = choose.__qualname__ = name
    function.__doc__ = choose.__doc__
    function.choose = choose  # type: ignore[attr-defined]
    function.knows_out = knows_out  # type: ignore[attr-defined]
    register(name, function, forward=forward)
    return function
