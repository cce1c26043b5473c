"""Hooks of all modules at once. Mirrors those of `torch.nn.modules.module`.

They stand in one dict, so that a call of a module asks one question where there are none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...autograd.hooks import Hooks, RemovableHandle, add_hook

__all__ = [
    "EVERYWHERE",
    "everywhere",
    "register_module_buffer_registration_hook",
    "register_module_forward_hook",
    "register_module_forward_pre_hook",
    "register_module_full_backward_hook",
    "register_module_full_backward_pre_hook",
    "register_module_module_registration_hook",
    "register_module_parameter_registration_hook",
    "registered",
]

EVERYWHERE = Hooks()  # key -> (kind, what the dict of a module's own hooks of that kind would hold)


def everywhere(kind: str) -> list[tuple[int, Any]]:
    """Return the hooks of a kind, oldest first, with their keys."""
    return [(key, held) for key, (its_kind, held) in EVERYWHERE.items() if its_kind == kind]


def registered(kind: str, module: Any, name: str, value: Any) -> Any:
    """Return what the hooks make of a parameter, buffer or module that is about to be registered."""
    for _, hook in everywhere(kind) if EVERYWHERE else ():
        replaced = hook(module, name, value)
        value = value if replaced is None else replaced
    return value


def register_module_forward_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, args)` before every module's `forward`, and before the module's own hooks."""
    return add_hook(EVERYWHERE, ("forward_pre", (hook, False)))


def register_module_forward_hook(
    hook: Callable[..., Any], *, with_kwargs: bool = False, always_call: bool = False
) -> RemovableHandle:
    """Call `hook(module, args, output)` after every module's `forward`, before the module's own hooks.

    Parameters
    ----------
    hook : callable
        Gets `(module, args, output)`, or `(module, args, kwargs, output)`; what it returns replaces the output.
    with_kwargs : bool
        Whether it gets keyword arguments too.
    always_call : bool
        Whether it is called also when the module raises.
    """
    return add_hook(EVERYWHERE, ("forward", (hook, with_kwargs, always_call)))


def register_module_full_backward_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, grad_input, grad_output)` for every module. See `Module.register_full_backward_hook`."""
    return add_hook(EVERYWHERE, ("backward", hook))


def register_module_full_backward_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, grad_output)` for every module. See `Module.register_full_backward_pre_hook`."""
    return add_hook(EVERYWHERE, ("backward_pre", hook))


def register_module_parameter_registration_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, name, parameter)` before any module registers a parameter; it may return another."""
    return add_hook(EVERYWHERE, ("parameter", hook))


def register_module_module_registration_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, name, submodule)` before any module registers a submodule; it may return another."""
    return add_hook(EVERYWHERE, ("module", hook))


def register_module_buffer_registration_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, name, buffer)` before any module registers a buffer; it may return another."""
    return add_hook(EVERYWHERE, ("buffer", hook))
