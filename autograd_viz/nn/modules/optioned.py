"""Modules that call one function with options kept as attributes: most activations, losses and poolings."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, ClassVar

from .module import Module

__all__ = ["REQUIRED", "Optioned"]


REQUIRED = inspect.Parameter.empty


def _forward(self: Any, input: Any) -> Any:
    """Return what the function makes of the input."""
    return type(self).function(input, **self.chosen())


class Optioned(Module):
    """Call `function(input, **options)`.

    A subclass names the function and the options with their defaults, in the order of its parameters; REQUIRED marks
    one without a default. One of several inputs defines `forward`.
    """

    function: ClassVar[Callable[..., Any]]
    options: ClassVar[dict[str, Any]] = {}
    forward: Callable[..., Any] = _forward

    def __init_subclass__(
        cls,
        function: Callable[..., Any] | None = None,
        options: dict[str, Any] | None = None,
        keyword_only: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init_subclass__(**kwargs)
        if function is not None:
            cls.function = staticmethod(function)
        if options is not None:
            kind = inspect.Parameter.KEYWORD_ONLY if keyword_only else inspect.Parameter.POSITIONAL_OR_KEYWORD
            parameters = [inspect.Parameter(name, kind, default=default) for name, default in options.items()]
            cls.options, cls.__signature__ = options, inspect.Signature(parameters)  # type: ignore[attr-defined]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        for name, value in self._bound(args, kwargs).items():
            setattr(self, name, value)

    def _bound(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        try:
            bound = type(self).__signature__.bind(*args, **kwargs)  # type: ignore[attr-defined]
        except TypeError as error:
            raise TypeError(f"{type(self).__name__}.__init__(): {error}") from None
        bound.apply_defaults()
        return dict(bound.arguments)

    def chosen(self) -> dict[str, Any]:
        """Return the options as they are now."""
        return {name: getattr(self, name) for name in self.options}

    def extra_repr(self) -> str:
        """Return the options; `inplace` only when it is set."""
        return ", ".join(f"{name}={value!r}" for name, value in self.chosen().items() if name != "inplace" or value)
