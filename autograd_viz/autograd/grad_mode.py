"""Grad modes: whether operations are recorded for backward. Mirrors `torch.autograd.grad_mode`.

Each mode is a context manager and a decorator, also of generator functions, whose mode is then in force only while
the generator's own code runs.
"""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable, Generator
from typing import Any

import numpy as np

from ..absent import absent
from .state import local, note_special

__all__ = [
    "enable_grad",
    "inference_mode",
    "is_grad_enabled",
    "is_inference_mode_enabled",
    "no_grad",
    "set_grad",
    "set_grad_enabled",
]


def is_grad_enabled() -> bool:
    """Return whether operations on tensors that require grad are recorded in this thread."""
    return local.grad_enabled


def is_inference_mode_enabled() -> bool:
    """Return whether inference mode is on in this thread."""
    return local.inference


def set_grad(enabled: bool) -> None:
    """Turn recording on or off in this thread."""
    if enabled != local.grad_enabled:
        note_special(-1 if enabled else 1)
        local.grad_enabled = enabled


class _Mode:
    """A context manager that is also a decorator of functions and generator functions."""

    def __enter__(self) -> Any:
        raise NotImplementedError

    def __exit__(self, *exc_info: object) -> None:
        raise NotImplementedError

    def clone(self) -> _Mode:
        """Return a context of the same kind: a decorated function may be re-entered."""
        return type(self)()

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if inspect.isclass(function):
            warnings.warn(_OF_CLASSES, FutureWarning, stacklevel=2)
            return self(lambda *args, **kwargs: function(*args, **kwargs))
        if inspect.isgeneratorfunction(function):
            return _decorate_generator(self, function)

        @functools.wraps(function)
        def decorated(*args: Any, **kwargs: Any) -> Any:
            with self.clone():
                return function(*args, **kwargs)

        return decorated


_OF_CLASSES = (
    "Decorating classes is deprecated and will be disabled in future versions. You should only decorate functions or "
    "methods. To preserve the current behavior of class decoration, you can directly decorate the `__init__` method "
    "and nothing else."
)


def _decorate_generator(mode: _Mode, function: Callable[..., Any]) -> Callable[..., Any]:
    """Run only the generator's own steps in the mode; the caller's code between them keeps its own."""

    @functools.wraps(function)
    def decorated(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        generator = function(*args, **kwargs)
        step: Callable[[], Any] = functools.partial(next, generator)
        try:
            while True:
                with mode.clone():
                    value = step()
                try:
                    sent = yield value
                    step = functools.partial(generator.send, sent)
                except GeneratorExit:
                    with mode.clone():
                        generator.close()
                    raise
                except BaseException as error:
                    step = functools.partial(generator.throw, error)
        except StopIteration as stop:
            return stop.value

    return decorated


class no_grad(_Mode):
    """Turn recording off: results do not require grad, whatever the inputs.

    Mirrors `torch.no_grad`. Leaves may be changed in place inside it.

    Examples
    --------
    >>> import autograd_viz as ag
    >>> x = ag.ones(2, requires_grad=True)
    >>> with ag.no_grad():
    ...     y = x * 2
    >>> y.requires_grad
    False
    """

    _enabled = False

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        made = object.__new__(cls)
        return made if function is None else _Mode.__call__(made, function)

    def __init__(self, function: None = None) -> None:
        self._previous: list[bool] = []

    def __enter__(self) -> None:
        self._previous.append(local.grad_enabled)
        set_grad(self._enabled)

    def __exit__(self, *exc_info: object) -> None:
        set_grad(self._previous.pop())


class enable_grad(no_grad):
    """Turn recording on, inside a `no_grad` block. Mirrors `torch.enable_grad`."""

    _enabled = True


class set_grad_enabled(_Mode):
    """Set recording on or off, at once as a function, until the block's end as a context manager.

    Mirrors `torch.set_grad_enabled`.

    Parameters
    ----------
    mode : bool
        Whether operations are recorded.
    """

    def __init__(self, mode: bool) -> None:
        if not isinstance(mode, (bool, np.bool_)):
            kind = type(mode).__name__
            raise TypeError(f"set_grad_enabled(): argument 'enabled' (position 1) must be bool, not {kind}")
        self.mode = bool(mode)
        self._previous = local.grad_enabled
        set_grad(self.mode)

    def __enter__(self) -> None:
        set_grad(self.mode)

    def __exit__(self, *exc_info: object) -> None:
        set_grad(self._previous)

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        set_grad(self._previous)
        return super().__call__(function)

    def clone(self) -> _Mode:
        return set_grad_enabled(self.mode)

    def __repr__(self) -> str:
        return f"torch.autograd.grad_mode.set_grad_enabled(mode={self.mode})"


class inference_mode(_Mode):
    """Turn recording off for tensors that autograd will never see: they carry no version and cannot be saved.

    Mirrors `torch.inference_mode`.

    Parameters
    ----------
    mode : bool
        Whether inference mode is on inside the block.
    """

    def __new__(cls, mode: Any = True) -> Any:
        made = object.__new__(cls)
        if not isinstance(mode, bool):
            inference_mode.__init__(made)
            return _Mode.__call__(made, mode)
        return made

    def __init__(self, mode: bool = True) -> None:
        self.mode = bool(mode)
        self._previous: list[tuple[bool, bool]] = []

    def __enter__(self) -> None:
        self._previous.append((local.inference, local.grad_enabled))
        _set_inference(self.mode)
        set_grad(not self.mode)

    def __exit__(self, *exc_info: object) -> None:
        inference, grad_enabled = self._previous.pop()
        _set_inference(inference)
        set_grad(grad_enabled)

    def clone(self) -> _Mode:
        return inference_mode(self.mode)


def _set_inference(enabled: bool) -> None:
    if enabled != local.inference:
        note_special(1 if enabled else -1)
        local.inference = enabled


__getattr__ = functools.partial(absent, __name__)
