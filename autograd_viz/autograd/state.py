"""The engine's only global state: grad mode, inference mode, saved-tensor hooks, anomaly mode, listeners.

Note [One flag for the fast path]
Every operation must ask: is gradient recording on, is anybody listening, are there saved-tensor hooks, are we in
inference mode? Asking each costs more than the work of a small operation. All answers that differ from the usual
ones are therefore counted in one shared integer, `fast.special`: while it is 0, in every thread, an operation takes
its fast path without another question; when it is not, the operation goes through `ops.op.general`, which asks all.
The flag is shared by all threads and can only send a thread down the slower path needlessly, never the wrong way.
"""

from __future__ import annotations

import threading
from typing import Any

__all__ = ["Fast", "ThreadState", "fast", "local", "note_special"]


class Fast:
    """Hold the count of unusual conditions in force anywhere. See Note [One flag for the fast path]."""

    __slots__ = ("special",)

    def __init__(self) -> None:
        self.special = 0


class ThreadState(threading.local):
    """Hold what is set per thread, as in PyTorch: modes, saved-tensor hooks and the depth of hidden operations."""

    grad_enabled = True
    inference = False
    anomaly = False
    anomaly_check_nan = True
    hidden = 0  # > 0 inside Function.forward and other code whose operations are not the user's
    running: Any = None  # the Node whose backward runs in this thread
    task: Any = None  # the GraphTask that runs in this thread
    before_change: Any = None  # called with a tensor that is about to be changed in place
    target: Any = None  # the Tensor that the next operation on it shall change in place

    def __init__(self) -> None:
        self.saved_hooks: list[Any] = []  # stack of (pack, unpack)
        self.saved_hooks_disabled: str | None = None


fast = Fast()
local = ThreadState()
_lock = threading.Lock()


def note_special(change: int) -> None:
    """Add `change` (+1 on entering an unusual condition, -1 on leaving it) to the shared count."""
    with _lock:
        fast.special += change
