"""Scopes: names for parts of a computation, "encoder/attention", that recorded operations carry.

Owns the stack of scopes of each thread. Modules push theirs here; whoever records reads the path.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

__all__ = ["ModuleScope", "modules", "outermost_module", "path", "scope"]


class _Stack(threading.local):
    def __init__(self) -> None:
        self.scopes: list[scope] = []


_stack = _Stack()


class scope:
    """Give the operations inside a `with` block a scope, nested with "/".

    The player and `draw` make a group of what is in a scope, unless that is a single card or all that is around it:
    to open or to close such a group would show nothing new. The operations carry the scope all the same.

    Parameters
    ----------
    name : str
        What the block is called; a "/" in it makes several levels.

    Examples
    --------
    >>> import autograd_viz as ag
    >>> with ag.record() as trace:
    ...     x = ag.ones(2, requires_grad=True)
    ...     with ag.scope("encoder"), ag.scope("attention"):
    ...         y = x * 2
    >>> trace.ops[0].scope
    'encoder/attention'
    """

    def __init__(self, name: str) -> None:
        if not isinstance(name, str) or not name:
            raise TypeError(f"scope() takes a name, a string that is not empty; got {name!r}")
        self.name = name

    def __enter__(self) -> scope:
        _stack.scopes.append(self)
        return self

    def __exit__(self, *exc_info: object) -> None:
        _stack.scopes.pop()


class ModuleScope(scope):
    """The scope of a module that is called, which knows the module."""

    def __init__(self, name: str, module: object) -> None:
        super().__init__(name)
        self.module = module


def path() -> str:
    """Return the scopes that this thread is in, outermost first, "" outside all."""
    return "/".join([each.name for each in _stack.scopes])


def modules() -> Iterator[tuple[str, str]]:
    """Yield the path and the class of each module that this thread is in, outermost first."""
    for depth, each in enumerate(_stack.scopes, 1):
        if isinstance(each, ModuleScope):
            yield "/".join([around.name for around in _stack.scopes[:depth]]), type(each.module).__name__


def outermost_module() -> object | None:
    """Return the module that was called first of those this thread is in, None outside all."""
    return next((each.module for each in _stack.scopes if isinstance(each, ModuleScope)), None)
