"""`Variable`: what tensors that require grad were once called. Mirrors `torch.autograd.Variable`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..foreign import kind_of
from ..tensor import Tensor
from .state import local

__all__ = ["Variable"]


class _ExecutionEngine:
    """What of the engine a running backward may be asked. Mirrors `Variable._execution_engine`."""

    @staticmethod
    def queue_callback(callback: Callable[[], None]) -> None:
        """Call `callback` when the backward that runs now is done.

        Raises
        ------
        RuntimeError
            When none runs in this thread.
        """
        if local.task is None:
            raise RuntimeError("Final callbacks can only be installed during backward pass.")
        local.task.callbacks.append(callback)


class _VariableMeta(type):
    def __instancecheck__(cls, other: object) -> bool:
        return isinstance(other, Tensor)


class Variable(metaclass=_VariableMeta):
    """Return the tensor itself, with `requires_grad` set: tensors need no wrapper any more."""

    _execution_engine = _ExecutionEngine()

    def __new__(cls, data: Any, requires_grad: bool = False, volatile: Any = None) -> Any:
        if not isinstance(data, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {kind_of(data)}")
        found = data.detach()
        return found.requires_grad_(requires_grad)
