"""Scopes: names for parts of a computation, "encoder/attention", that recorded operations carry.

Owns the stack of scopes of each thread. Modules push theirs here; whoever records reads the path.

Note [Calls that nobody heard]
To know in which modules a node was made when nobody recorded, every node would need a field and every operation a
look. Nodes are numbered in the order they are made, though: it is enough to note, for each call of a module and each
scope, a number before its nodes and one after them. The last `MOST_CALLS` are kept, and no module is kept alive. A
call of a module takes these numbers from the nodes' counter, which is quicker than to look at it.
"""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections import deque
from collections.abc import Iterator
from typing import Any

from . import listeners
from .node import upcoming_sequence_nr

__all__ = [
    "ModuleScope",
    "class_name",
    "heard_scope",
    "modules",
    "name_of_call",
    "note_call",
    "outermost_module",
    "past_calls",
    "path",
    "scope",
]

MOST_CALLS = 4096


class _Stack(threading.local):
    def __init__(self) -> None:
        self.scopes: list[scope] = []
        self.begun: list[int] = []


_stack = _Stack()
_past: deque[tuple[int, int, int, Any]] = deque(maxlen=MOST_CALLS)


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
        _stack.begun.append(upcoming_sequence_nr() - 1)
        return self

    def __exit__(self, *exc_info: object) -> None:
        _stack.scopes.pop()
        note_call(_stack.begun.pop(), upcoming_sequence_nr(), self._told())

    def _told(self) -> Any:
        return self.name


_NO_SCOPE = contextlib.nullcontext()


def heard_scope(name: str) -> contextlib.AbstractContextManager[Any]:
    """Return the scope of operations that make no nodes: none where nobody hears them.

    To look at the nodes' counter twice takes a third of a small optimizer's step.
    """
    return scope(name) if listeners.active() else _NO_SCOPE


class ModuleScope(scope):
    """The scope of a module that is called, which knows the module."""

    def __init__(self, name: str, module: object) -> None:
        super().__init__(name)
        self.module = module

    def _told(self) -> Any:
        return weakref.ref(self.module)


def name_of_call(module: object, caller: Any) -> str:
    """Return the name a calling module has for one it calls ("layers.0" in a list of its), or its class's.

    Nothing is looked up on the called one, whose attributes are the user's; what the caller's `named_modules` raises,
    which a user may have written, does not end the call.
    """
    with contextlib.suppress(Exception):
        for name, each in () if caller is None else caller.named_modules():
            if each is module and name and isinstance(name, str):
                return name
    return class_name(module) or "Module"  # a class made by type("", ...) has no name


def class_name(module: object) -> str:
    """Return the name of a module's class, whatever its metaclass says of names."""
    name: str = type.__dict__["__name__"].__get__(type(module))
    return name


def note_call(before: int, after: int, what: Any) -> None:
    """Remember where nodes were made.

    Parameters
    ----------
    before, after : int
        Sequence numbers of no node among them. See Note [Calls that nobody heard].
    what : str or weak reference
        The name of a scope, or the module.
    """
    if after - before > 1:
        _past.append((threading.get_ident(), before, after, what))


def past_calls() -> list[tuple[int, int, Any]]:
    """Return what `note_call` was told in this thread, outer calls before those in them."""
    here = threading.get_ident()
    calls = [(before, after, what) for thread, before, after, what in reversed(list(_past)) if thread == here]
    return sorted(calls, key=lambda call: (call[0], -call[1]))


def path() -> str:
    """Return the scopes that this thread is in, outermost first, "" outside all."""
    return "/".join([each.name for each in _stack.scopes])


def modules() -> Iterator[tuple[str, str]]:
    """Yield the path and the class of each module that this thread is in, outermost first."""
    for depth, each in enumerate(_stack.scopes, 1):
        if isinstance(each, ModuleScope):
            yield "/".join([around.name for around in _stack.scopes[:depth]]), class_name(each.module)


def outermost_module() -> object | None:
    """Return the module that was called first of those this thread is in, None outside all."""
    return next((each.module for each in _stack.scopes if isinstance(each, ModuleScope)), None)
