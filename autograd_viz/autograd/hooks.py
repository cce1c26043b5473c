"""Hooks by number, and what takes one away again. They are kept by tensors, nodes, modules and optimizers."""

from __future__ import annotations

import itertools
import weakref
from typing import Any

__all__ = ["Hooks", "RemovableHandle", "add_hook"]


class Hooks(dict[int, Any]):
    """Hooks by their number; a class of its own so that handles can refer to it weakly, and close no cycle."""

    __slots__ = ("__weakref__",)


class RemovableHandle:
    """Remove a hook: by `remove()`, or at the end of a `with` block. Mirrors `torch.utils.hooks.RemovableHandle`."""

    _next_id = itertools.count().__next__

    def __init__(self, hooks: Hooks, hook: Any) -> None:
        self.id = RemovableHandle._next_id()
        self._hooks = weakref.ref(hooks)
        hooks[self.id] = hook

    def remove(self) -> None:
        """Remove the hook; removing it again does nothing."""
        hooks = self._hooks()
        if hooks is not None:
            hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.remove()


def add_hook(hooks: Hooks, hook: Any, prepend: bool = False) -> RemovableHandle:
    """Add a hook behind those there are, or before them, and return what removes it."""
    earlier = dict(hooks) if prepend else {}
    handle = RemovableHandle(hooks, hook)
    for key, value in earlier.items():
        del hooks[key]
        hooks[key] = value
    return handle
