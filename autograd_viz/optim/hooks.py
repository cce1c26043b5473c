"""Hooks of optimizers: around a step, and around giving out and taking in state."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..autograd.hooks import Hooks, RemovableHandle, add_hook

__all__ = ["Hooked", "hooked"]

STEP_PRE, STEP_POST = "step_pre", "step_post"
SAVE_PRE, SAVE_POST = "state_dict_pre", "state_dict_post"
LOAD_PRE, LOAD_POST = "load_state_dict_pre", "load_state_dict_post"


def hooked(step: Callable[..., Any]) -> Callable[..., Any]:
    """Return a `step` with the hooks around it.

    Raises
    ------
    RuntimeError
        When a hook before it returns something else than None or new arguments.
    """

    @functools.wraps(step)
    def with_hooks(self: Any, *args: Any, **kwargs: Any) -> Any:
        hooks = self._hooks
        given = (self, *args)
        for hook in list(hooks[STEP_PRE].values()):
            changed = hook(self, given, kwargs)
            if changed is None:
                continue
            if not (isinstance(changed, tuple) and len(changed) == 2):
                raise RuntimeError(f"{step} must return None or a tuple of (new_args, new_kwargs), but got {changed}.")
            given, kwargs = changed
        result = step(*given, **kwargs)
        for hook in list(hooks[STEP_POST].values()):
            hook(self, given, kwargs)
        return result

    return with_hooks


class Hooked:
    """Keep an optimizer's hooks; the `step` of every subclass calls them."""

    def __init__(self) -> None:
        self._hooks = {kind: Hooks() for kind in (STEP_PRE, STEP_POST, SAVE_PRE, SAVE_POST, LOAD_PRE, LOAD_POST)}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "step" in cls.__dict__:
            cls.step = hooked(cls.__dict__["step"])  # type: ignore[attr-defined]

    def _added(self, kind: str, hook: Any, prepend: bool = False) -> RemovableHandle:
        return add_hook(self._hooks[kind], hook, prepend)

    def _through(self, kind: str, state: Any) -> Any:
        """Return `state` as the hooks of a kind leave it."""
        for hook in list(self._hooks[kind].values()):
            changed = hook(self, state)
            state = state if changed is None else changed
        return state

    def register_step_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` before each step; it may return other arguments."""
        return self._added(STEP_PRE, hook)

    def register_step_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` after each step."""
        return self._added(STEP_POST, hook)

    def register_state_dict_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer)` before `state_dict`."""
        return self._added(SAVE_PRE, hook, prepend)

    def register_state_dict_post_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)` after `state_dict`; it may return another."""
        return self._added(SAVE_POST, hook, prepend)

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)` before `load_state_dict`; it may return another."""
        return self._added(LOAD_PRE, hook, prepend)

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer)` after `load_state_dict`."""
        return self._added(LOAD_POST, hook, prepend)
