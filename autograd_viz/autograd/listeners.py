"""Listeners: how a recorder hears what the engine does. The engine knows nothing of who listens.

While nobody listens nothing is built or copied. A listener receives arrays and tensors by reference and must copy
at once what it wants to keep, and must not change anything. Listeners hear only the thread that added them.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .state import note_special

if TYPE_CHECKING:
    from ..tensor import Tensor
    from .engine import GraphTask
    from .node import Node

__all__ = ["Listener", "OpCall", "active", "add", "remove"]


@dataclass(frozen=True)
class OpCall:
    """Describe one primitive operation that has just been done.

    Parameters
    ----------
    name : str
        The public function's name, e.g. "mul".
    inputs : list of (str, Tensor)
        Parameter name and tensor, in order.
    options : dict
        The other arguments, by name: dims, flags, Python scalars.
    outputs : tuple of Tensor
        The results; for an in-place operation the changed tensor itself.
    node : Node or None
        The recorded backward node; None when the operation was not recorded.
    mutated : Tensor or None
        The tensor that was changed in place.
    """

    name: str
    inputs: list[tuple[str, Tensor]]
    options: dict[str, Any]
    outputs: tuple[Tensor, ...]
    node: Node | None
    mutated: Tensor | None


class Listener:
    """Hear the engine; every method may be overridden and does nothing by default."""

    def operation(self, call: OpCall) -> None:
        """Hear of a forward operation, tracked or not."""

    def tensor_changes(self, tensor: Tensor) -> None:
        """Hear that a forward operation is about to change a tensor in place."""

    def operation_failed(self, name: str, inputs: Sequence[tuple[str, Tensor]], error: BaseException) -> None:
        """Hear of a forward operation that raises `error` right after this call."""

    def grad_assigned(self, tensor: Tensor, old: Tensor | None, new: Tensor | None) -> None:
        """Hear that user code set `tensor.grad = new`."""

    def backward_begin(self, task: GraphTask) -> None:
        """Hear that a backward run begins."""

    def backward_event(self, task: GraphTask, event: tuple[str, Node, Any, Any]) -> None:
        """Hear one event of the run: see `GraphTask.steps`."""

    def backward_end(self, task: GraphTask, error: BaseException | None) -> None:
        """Hear that the run ended, with the error it raises or None."""

    def backward_refused(self, tensors: Sequence[Tensor], error: BaseException) -> None:
        """Hear that a backward call was refused before it began."""


class _Active(threading.local):
    def __init__(self) -> None:
        self.listeners: tuple[Listener, ...] = ()


_active = _Active()


def active() -> tuple[Listener, ...]:
    """Return this thread's listeners, in the order they were added."""
    return _active.listeners


def add(listener: Listener) -> None:
    """Let `listener` hear all that happens in this thread from now on."""
    _active.listeners = (*_active.listeners, listener)
    note_special(1)


def remove(listener: Listener) -> None:
    """Stop `listener`; one that is not listening is passed over."""
    kept = tuple(other for other in _active.listeners if other is not listener)
    if len(kept) != len(_active.listeners):
        note_special(-1)
    _active.listeners = kept
