"""Make functions public with the arguments PyTorch takes: by position or by name, `axis` for `dim`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..absent import WITH_OUT, no_out
from ..foreign import kind_of
from ..tensor import Tensor
from .op import FUNCTIONS, METHODS, register

__all__ = ["say"]

ALIASES = {"axis": "dim", "keepdims": "keepdim", "self": "input"}


def say(
    name: str,
    function: Callable[..., Any],
    *,
    forward: Callable[..., Any] | None = None,
    method: bool = True,
    public: bool = True,
    sizes: str = "",
    first: str = "input",
) -> None:
    """Make a function of a tensor known, as `register` does, in a form that checks what users give it.

    Rules call the function itself.

    Parameters
    ----------
    name : str
        The public name.
    function : callable
        Whose first parameter is a tensor, or a list of tensors.
    forward : callable, optional
        The same on ndarrays, for rules.
    method, public : bool
        Whether it is a Tensor method, and in the public namespace.
    sizes : str
        The keyword under which numbers may be given that the method takes one by one, the function in a tuple.
    first : str
        The first parameter: "tensors" for a list.
    """
    if forward is None and hasattr(function, "op"):
        forward = function.op.forward
    register(name, function, forward=forward, method=False, public=False)
    spoken = _spoken(name, function, sizes, first)
    if public:
        FUNCTIONS[name] = _in_one_tuple(name, sizes, spoken) if sizes else spoken
    if method:
        METHODS[name] = spoken


def _spoken(name: str, function: Callable[..., Any], sizes: str, first: str) -> Callable[..., Any]:
    fewest = 2 if sizes else 1
    usual = (list, tuple) if first == "tensors" else Tensor
    knows_out = name in WITH_OUT

    @functools.wraps(function)
    def spoken(*args: Any, **kwargs: Any) -> Any:
        if not kwargs and len(args) >= fewest and isinstance(args[0], usual):  # the usual call
            return function(*args)
        if kwargs:
            kwargs = no_out(name, kwargs) if knows_out else kwargs
            kwargs = {ALIASES.get(key, key): value for key, value in kwargs.items()}
            if not args and first in kwargs:
                args = (kwargs.pop(first),)
            if sizes and sizes in kwargs:
                args = (*args, kwargs.pop(sizes))
        if sizes and len(args) == 1 and not kwargs:
            raise _missing(name, sizes, ())
        if not args or (first != "tensors" and not isinstance(args[0], Tensor)):
            raise _missing(name, first, args)
        return function(*args, **kwargs)

    spoken.__name__ = spoken.__qualname__ = name
    spoken.knows_out = knows_out  # type: ignore[attr-defined]
    return spoken


def _in_one_tuple(name: str, sizes: str, spoken: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function `torch.f(x, (2, 3))` of a method `x.f(2, 3)`: it takes one tuple."""

    @functools.wraps(spoken)
    def function(*args: Any, **kwargs: Any) -> Any:
        if len(args) > 2:
            raise TypeError(f"{name}() takes 2 positional arguments but {len(args)} were given: put {sizes} in a tuple")
        if len(args) == 2 and not isinstance(args[1], (tuple, list)):
            kind = type(args[1]).__name__
            raise TypeError(f"{name}(): argument '{sizes}' (position 2) must be tuple of ints, not {kind}")
        return spoken(*args, **kwargs)

    return function


def _missing(name: str, first: str, args: tuple[Any, ...]) -> TypeError:
    if not args:
        return TypeError(f'{name}() missing 1 required positional arguments: "{first}"')
    return TypeError(f"{name}(): argument '{first}' (position 1) must be Tensor, not {kind_of(args[0])}")
