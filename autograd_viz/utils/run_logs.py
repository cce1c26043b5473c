"""What the two runs of a checkpointed function did, for the error that tells them apart."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from ..autograd import listeners
from ..autograd.listeners import Listener, OpCall

__all__ = ["Logs"]


class _Log(Listener):
    """The operations of one run, by name and shapes."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def operation(self, call: OpCall) -> None:
        """Note an operation."""
        inputs = ", ".join(f"{name}{list(tensor.shape)}" for name, tensor in call.inputs)
        outputs = ", ".join(str(list(each.shape)) for each in call.outputs)
        self.lines.append(f"{call.name}({inputs}) -> {outputs}")

    def __enter__(self) -> None:
        self.lines.clear()
        listeners.add(self)

    def __exit__(self, *exc_info: object) -> None:
        listeners.remove(self)


class Logs:
    """What was done in the first run and in the recomputation."""

    def __init__(self) -> None:
        self.first, self.again = _Log(), _Log()

    def contexts(self) -> tuple[AbstractContextManager[Any], AbstractContextManager[Any]]:
        """Return the two contexts that note what is done in them."""
        return self.first, self.again

    def report(self) -> str:
        """Word the error that lists both."""
        return (
            "ERROR: Detected non-determinism while running activation checkpointing\n\nThe tensors to be saved during "
            "the original forward differ from those saved during recomputation. This can happen if different operators "
            "were ran in the original forward and in the recomputation.\n\nOperations executed during the original "
            "forward:\n\n" + "\n".join(self.first.lines) + "\n\nOperations executed during recomputation:\n\n"
            + "\n".join(self.again.lines)
        )
