"""The listener that fills a trace. Whatever goes wrong in it stays in it: the user's code is never disturbed."""

from __future__ import annotations

import contextlib
import functools
import signal
import warnings
import weakref
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

from autograd_viz.autograd import listeners
from autograd_viz.autograd.engine import GraphTask
from autograd_viz.autograd.listeners import Listener, OpCall
from autograd_viz.tensor import Tensor
from autograd_viz.trace.data import ErrorInfo
from autograd_viz.trace.document import TABLES
from autograd_viz.trace.event import ErrorEvent, GradChangeEvent
from autograd_viz.trace.message import message_of
from autograd_viz.trace.recording.nodes import NodeTable
from autograd_viz.trace.recording.operations import Operations
from autograd_viz.trace.recording.passes import Passes
from autograd_viz.trace.recording.places import Places, is_making_a_module, user_frame
from autograd_viz.trace.recording.tensors import TensorTable
from autograd_viz.trace.recording.values import ValueTable
from autograd_viz.trace.recording.variables import Variables
from autograd_viz.trace.remedy import code_of
from autograd_viz.trace.trace import Trace


def guarded(method: Callable[..., None]) -> Callable[..., None]:
    """Keep an exception of the recorder from the user's code: take the step back, warn once, stop recording.

    What interrupts the user's code and happens to find the recorder at work is not its own: the recording ends with
    it, and it goes on.
    """

    @functools.wraps(method)
    def safe(self: Recorder, *args: Any) -> None:
        if self.stopped:
            return
        sizes = list(map(len, self.tables))
        try:
            method(self, *args)
        except BaseException as error:
            for table, size in zip(self.tables, sizes, strict=True):
                del table[size:]
            if not isinstance(error, Exception) or is_of_a_handler(error):
                self.interrupted(error)
                raise
            self.give_up(error)

    return safe


def is_of_a_handler(error: BaseException) -> bool:
    """Whether an exception comes out of a handler of signals, as those do that limit the time something may take."""
    handlers = [signal.getsignal(number) for number in signal.valid_signals()]
    codes = {getattr(handler, "__code__", None) for handler in handlers} - {None}
    entry = error.__traceback__
    while entry is not None and entry.tb_frame.f_code not in codes:
        entry = entry.tb_next
    return entry is not None


class Recorder(Listener):
    """Listens to the engine and fills a trace.

    Parameters
    ----------
    trace : Trace
        The trace to fill.
    cap, budget : int
        See `ValueTable`.
    home : FrameType or None
        The user's frame that the recording began in.
    """

    def __init__(self, trace: Trace, cap: int, budget: int | None, home: FrameType | None) -> None:
        self.trace = trace
        self.tables: list[list[Any]] = [getattr(trace, table) for table in TABLES]
        self.stopped = False
        self.places = Places(trace.sources, trace.modules, home)
        self.tensors = TensorTable(trace, ValueTable(trace.values, cap, budget), Variables(home))
        self.nodes = NodeTable(trace, self.tensors)
        self.tensors.nodes = weakref.proxy(self.nodes)  # each knows the other: no cycle keeps the user's tensors
        self.passes = Passes(trace, self.tensors, self.nodes)
        self.operations = Operations(trace, self.tensors, self.nodes, self.places)
        self._told: BaseException | None = None  # the error recorded last

    def stop(self) -> None:
        """Hear nothing any more."""
        self.stopped, self._told = True, None
        listeners.remove(self)

    def interrupted(self, error: BaseException) -> None:
        """Stop recording at an interrupt, which is the last thing recorded."""
        self.stop()
        with contextlib.suppress(Exception):
            self.trace.events.append(ErrorEvent(info(error), line=self.places.line(user_frame())))

    def give_up(self, error: Exception) -> None:
        """Stop recording, and say so without raising even where warnings are errors."""
        self.stop()
        with contextlib.suppress(RuntimeWarning):
            said = f"{type(error).__name__}: {message_of(error)}"
            warnings.warn(
                f"autograd_viz stopped recording ({said}); your code is not affected",
                RuntimeWarning,
                stacklevel=4,
            )

    @guarded
    def operation(self, call: OpCall) -> None:
        """Record a forward operation."""
        if call.node is None and is_making_a_module():
            return
        self._look_from(user_frame())
        self.operations.done(call, self.tensors.frame)
        self._look_from(None)

    @guarded
    def tensor_changes(self, tensor: Tensor) -> None:
        """Meet a tensor while it still holds what the operation finds."""
        known = self.tensors.known(tensor) is not None or self.tensors.owner_of_grad(tensor) is not None
        if not known and not is_making_a_module():
            self._look_from(user_frame())
            self.tensors.meet(tensor)
            self.nodes.settle()
            self._look_from(None)

    @guarded
    def operation_failed(self, name: str, inputs: Sequence[tuple[str, Tensor]], error: BaseException) -> None:
        """Record a forward operation that raises."""
        self._look_from(user_frame())
        self.operations.refused(name, inputs, info(error), self.tensors.frame)
        self._look_from(None)
        self._told = error

    @guarded
    def grad_assigned(self, tensor: Tensor, old: Tensor | None, new: Tensor | None) -> None:
        """Record that the user sets `.grad`."""
        self._look_from(user_frame())
        number = self.tensors.meet(tensor)
        self.nodes.settle()
        values = self.tensors.values
        before, after = values.maybe(old), values.maybe(new)
        line = self.places.line(self.tensors.frame)
        self._look_from(None)
        self.tensors.note_grad(number, new, after)
        if old is not None or new is not None:
            how = "none" if new is None else "assign"
            self.trace.events.append(GradChangeEvent(number, how, before, after, line))

    @guarded
    def backward_begin(self, task: GraphTask) -> None:
        """Record that a pass begins."""
        frame = user_frame()
        self._look_from(frame)
        self.passes.begin(task, frame, self.places.line(frame))
        self._look_from(None)
        self._set_layer()

    @guarded
    def backward_event(self, task: GraphTask, event: tuple[str, Any, Any, Any]) -> None:
        """Record a step of a pass."""
        if self.passes.runs(task):
            self.passes.event(event)

    @guarded
    def backward_end(self, task: GraphTask, error: BaseException | None) -> None:
        """Record that a pass ended."""
        if not self.passes.runs(task):
            return
        frame = self.passes.running[-1].frame
        self.passes.end(None if error is None else info(error), self.places.line(frame))
        self._told = error
        self._set_layer()

    @guarded
    def backward_refused(self, tensors: Sequence[Tensor], error: BaseException) -> None:
        """Record a backward that was refused."""
        frame = user_frame()
        self._look_from(frame)
        self.passes.refused(tensors, info(error), self.places.line(frame))
        self._look_from(None)
        self._told = error

    @guarded
    def finish(self, error: BaseException | None) -> None:
        """Record the error that ended the recording, and names that only the end shows."""
        self.operations.forget()
        self.tensors.adopt(self.places.home)
        if error is not None and not (error is self._told and self.trace.events[-1].kind in ("error", "refused")):
            told, line = info(error), self.places.line_of(error.__traceback__)
            self.trace.events.append(ErrorEvent(told, tensor=self.passes.unused(told), line=line))
        self.places.shorten()
        self._told = None  # its traceback leads to the frames that hold this recorder

    def _look_from(self, frame: FrameType | None) -> None:
        """Look names up in a frame; no frame is held longer than a step, except while its pass runs."""
        self.tensors.frame = frame

    def _set_layer(self) -> None:
        """Tell operations in which pass they run."""
        running = self.passes.running
        self.operations.layer = running[-1].number if running else 0
        self.operations.within = running[-1].frame if running else None


def info(error: BaseException) -> ErrorInfo:
    """Return an exception as the trace holds it."""
    message = message_of(error)
    return ErrorInfo(type(error).__name__, message, code_of(message))
