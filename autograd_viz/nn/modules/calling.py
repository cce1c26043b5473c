"""Calling a module: its hooks before and after `forward`, and the scope that recorded operations carry."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from types import FunctionType
from typing import Any
from weakref import ref

from ...autograd import listeners
from ...autograd.hooks import Hooks, RemovableHandle, add_hook
from ...autograd.node import next_sequence_nr
from ...autograd.scopes import ModuleScope, name_of_call, note_call
from ...autograd.state import fast
from .global_hooks import EVERYWHERE, everywhere
from .registry import Registry

__all__ = ["Calling"]


class _Running(threading.local):
    """The modules whose `forward` this thread is in, while somebody listens."""

    def __init__(self) -> None:
        self.modules: list[Any] = []


_running = _Running()


def _named(function: Any, name: str) -> Any:
    """Return a copy of a function that a private base gives, under the name that a wrong call's error is to show."""
    made = FunctionType(function.__code__, function.__globals__, "forward", function.__defaults__, function.__closure__)
    made.__qualname__, made.__doc__, made.__annotations__ = name, function.__doc__, function.__annotations__
    return made


class Calling(Registry):
    """Call `forward` with the hooks around it."""

    _forward_hooks: Hooks
    _forward_pre_hooks: Hooks
    _backward_hooks: Hooks
    _backward_pre_hooks: Hooks
    forward: Callable[..., Any]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        given = cls.forward
        ours = "forward" not in vars(cls) and cls.__module__.startswith(f"{__package__}.")
        if ours and given.__qualname__.startswith("_"):
            cls.forward = _named(given, f"{cls.__name__}.forward")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run `forward` and the hooks."""
        call = self.forward
        own = self._forward_hooks or self._forward_pre_hooks or self._backward_hooks or self._backward_pre_hooks
        if own or EVERYWHERE:
            call = self._with_hooks
        if not fast.special or not listeners.active():
            before = next_sequence_nr()
            result = call(*args, **kwargs)
            note_call(before, next_sequence_nr(), ref(self))
            return result
        with ModuleScope(name_of_call(self, _running.modules[-1] if _running.modules else None), self):
            _running.modules.append(self)
            try:
                return call(*args, **kwargs)
            finally:
                _running.modules.pop()

    def _with_hooks(self, *args: Any, **kwargs: Any) -> Any:
        called: set[int] = set()
        result = None
        try:
            args, kwargs = self._before(args, kwargs)
            around = self._backward_hook()
            if around is not None:
                args = around.enter(args)
            result = self._after(args, kwargs, self.forward(*args, **kwargs), called)
            return result if around is None else around.leave(result)
        except Exception:
            self._always_called(args, kwargs, result, called)
            raise

    def _always_called(self, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any, called: set[int]) -> None:
        """Call the hooks that are called whatever happens and were not yet; silence what they raise in their turn."""
        for whose, hooks in (("global module", everywhere("forward")), ("module", list(self._forward_hooks.items()))):
            for key, (hook, with_kwargs, always) in hooks:
                if not always or key in called:
                    continue
                try:
                    replaced = hook(self, args, kwargs, result) if with_kwargs else hook(self, args, result)
                    result = result if replaced is None else replaced
                except Exception as error:
                    warnings.warn(
                        f"{whose} forward hook with ``always_call=True`` raised an exception that was silenced as "
                        f"another error was raised in forward: {error}",
                        stacklevel=2,
                    )

    def _before(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        for hook, with_kwargs in [*(held for _, held in everywhere("forward_pre")), *self._forward_pre_hooks.values()]:
            if with_kwargs:
                replaced = hook(self, args, kwargs)
                if replaced is not None:
                    if not (isinstance(replaced, tuple) and len(replaced) == 2):
                        raise RuntimeError(
                            "forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got "
                            f"{replaced}."
                        )
                    args, kwargs = replaced
            else:
                replaced = hook(self, args)
                if replaced is not None:
                    args = replaced if isinstance(replaced, tuple) else (replaced,)
        return args, kwargs

    def _after(self, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any, called: set[int]) -> Any:
        for key, (hook, with_kwargs, _) in [*everywhere("forward"), *self._forward_hooks.items()]:
            called.add(key)
            replaced = hook(self, args, kwargs, result) if with_kwargs else hook(self, args, result)
            if replaced is not None:
                result = replaced
        return result

    def _backward_hook(self) -> Any:
        hooks = [*(hook for _, hook in everywhere("backward")), *self._backward_hooks.values()]
        pre_hooks = [*(hook for _, hook in everywhere("backward_pre")), *self._backward_pre_hooks.values()]
        if not (hooks or pre_hooks):
            return None
        from .backward_hook import BackwardHook

        return BackwardHook(self, hooks, pre_hooks)

    # registering

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, args)` before `forward`; what it returns takes the place of the arguments.

        Parameters
        ----------
        hook : callable
            Gets `(module, args)`, or `(module, args, kwargs)`.
        prepend : bool
            Whether it is called before the hooks there are.
        with_kwargs : bool
            Whether it gets keyword arguments too, and returns `(args, kwargs)`.
        """
        return add_hook(self._forward_pre_hooks, (hook, with_kwargs), prepend)

    def register_forward_hook(
        self,
        hook: Callable[..., Any],
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Call `hook(module, args, output)` after `forward`; what it returns takes the place of the output.

        Parameters
        ----------
        hook : callable
            Gets `(module, args, output)`, or `(module, args, kwargs, output)`.
        prepend : bool
            Whether it is called before the hooks there are.
        with_kwargs : bool
            Whether it gets keyword arguments too.
        always_call : bool
            Whether it is called also when the module raises.
        """
        return add_hook(self._forward_hooks, (hook, with_kwargs, always_call), prepend)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` when the gradients with respect to the inputs are known.

        What it returns takes the place of `grad_input`.
        """
        return add_hook(self._backward_hooks, hook, prepend)

    def register_full_backward_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_output)` when the gradients with respect to the outputs are known.

        What it returns takes the place of `grad_output`.
        """
        return add_hook(self._backward_pre_hooks, hook, prepend)
