"""Scopes: names for parts of a computation, "encoder/attention", that recorded operations carry.

Owns the stack of names of each thread. Modules push their names here; whoever records reads the path.
"""

from __future__ import annotations

import threading

__all__ = ["path", "scope"]


class _Stack(threading.local):
    def __init__(self) -> None:
        self.names: list[str] = []


_stack = _Stack()


class scope:
    """Give the operations inside a `with` block a scope, nested with "/".

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
        _stack.names.append(self.name)
        return self

    def __exit__(self, *exc_info: object) -> None:
        _stack.names.pop()


def path() -> str:
    """Return the scopes that this thread is in, outermost first, "" outside all."""
    return "/".join(_stack.names)
