"""`LiveRun`: a backward pass that waits for its next step, and the recording that grows with it.

Note [A paused engine]
Between two steps the engine holds its input buffers and nothing else: grad mode, the running node and the listeners
of the thread are those of whoever paused it. Other code may read and change tensors meanwhile. Of what it does the
trace takes in what bears on the run, and nothing more: changes in place of tensors the run has met, assignments to
their `.grad`, and other backward passes through the same nodes.

Note [One run at a time]
A cell that is run again makes a new graph on the same leaves, and would leave the run it had begun paused for ever. A
new run therefore abandons the one before it.
"""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import Any

import autograd_viz
from autograd_viz.autograd import listeners
from autograd_viz.autograd.engine import GraphTask
from autograd_viz.autograd.listeners import OpCall
from autograd_viz.autograd.running import paced, raised
from autograd_viz.tensor import Tensor
from autograd_viz.trace.consumed import consumed
from autograd_viz.trace.data import Producer
from autograd_viz.trace.recording.places import user_frame
from autograd_viz.trace.recording.recorder import Recorder
from autograd_viz.trace.recording.values import CAP
from autograd_viz.trace.trace import Trace

PAUSED, FINISHED, FAILED, ABANDONED = "paused", "finished", "failed", "abandoned"


class LiveRecorder(Recorder):
    """Listens to a run that is paced, and to what bears on it while it is paused. See Note [A paused engine]."""

    def __init__(self, trace: Trace, home: FrameType | None) -> None:
        super().__init__(trace, CAP, None, home)
        self.lock = threading.RLock()
        self.works_in: int | None = None  # the thread that the engine works in at the moment
        self.run: Callable[[], LiveRun | None] = lambda: None

    @property
    def works(self) -> bool:
        """Whether what is heard comes from the engine at work: its rules, and hooks."""
        return self.works_in == threading.get_ident()

    def operation(self, call: OpCall) -> None:
        """Record an operation of the engine's, or one that changes a tensor the run has met."""
        with self.lock:
            heard = self.works or (call.mutated is not None and self.tensors.shares_memory(call.mutated))
            if heard:
                super().operation(call)
        self._meanwhile(heard)

    def tensor_changes(self, tensor: Tensor) -> None:
        """Meet a tensor that is about to change, if that would be recorded."""
        with self.lock:
            if self.works or self.tensors.shares_memory(tensor):
                super().tensor_changes(tensor)

    def operation_failed(self, name: str, inputs: Sequence[tuple[str, Tensor]], error: BaseException) -> None:
        """Record an operation that a hook was refused."""
        with self.lock:
            if self.works:
                super().operation_failed(name, inputs, error)

    def grad_assigned(self, tensor: Tensor, old: Tensor | None, new: Tensor | None) -> None:
        """Record that the `.grad` of a tensor the run has met is set."""
        with self.lock:
            heard = self.works or self.tensors.known(tensor) is not None
            if heard:
                super().grad_assigned(tensor, old, new)
        self._meanwhile(heard)

    def backward_begin(self, task: GraphTask) -> None:
        """Record the run, one inside a hook, or another through the same nodes."""
        with self.lock:
            if self.works or any(self.nodes.known(node) for node in task.dependencies):
                super().backward_begin(task)

    def backward_event(self, task: GraphTask, event: tuple[str, Any, Any, Any]) -> None:
        """Record a step of a pass that is recorded."""
        with self.lock:
            super().backward_event(task, event)

    def backward_end(self, task: GraphTask, error: BaseException | None) -> None:
        """Record the end of a pass that is recorded."""
        with self.lock:
            heard = self.passes.runs(task)
            super().backward_end(task, error)
        self._meanwhile(heard)

    def backward_refused(self, tensors: Sequence[Tensor], error: BaseException) -> None:
        """Record a backward that a hook was refused."""
        with self.lock:
            if self.works:
                super().backward_refused(tensors, error)

    def _meanwhile(self, heard: bool) -> None:
        """Tell whoever watches the run of what others did to it; without the lock, since the watcher has its own."""
        if self.stopped:
            listeners.remove(self)
        run = self.run() if heard and not self.works else None
        if run is not None:
            run.watcher()


class LiveRun:
    """A backward pass that is run one event at a time, each when it is asked for.

    Parameters
    ----------
    task : GraphTask
        What is run; not begun yet.
    title : str
        What the trace is called.

    Attributes
    ----------
    trace : Trace
        What happened so far: the graph behind the roots, and the events.
    state : str
        "paused", "finished", "failed" or "abandoned".
    error : BaseException or None
        What the engine raised.
    report : str
        What the run has consumed and written, once it failed or was abandoned.
    watcher : callable
        Called when something happened that was not asked for here: other code changed what the run has met, or the
        run was abandoned for another. It must not raise.
    """

    def __init__(self, task: GraphTask, title: str = "") -> None:
        _abandon_others()
        self.trace = Trace(title=title, producer=Producer("autograd-viz", autograd_viz.__version__))
        self.state, self.report = PAUSED, ""
        self.error: BaseException | None = None
        self.watcher: Callable[[], None] = lambda: None
        self._task = task
        self._recorder = recorder = LiveRecorder(self.trace, user_frame())
        self._lock = recorder.lock
        recorder.run = weakref.ref(self)
        self._steps = paced(task)
        self._sends = 0  # gradients that the node in turn has yet to send
        self._seeds = len(task.roots)
        listeners.add(recorder)
        self._forget = weakref.finalize(self, _forget, recorder)
        with self._at_work():
            recorder.backward_begin(task)

    def advance(self) -> bool:
        """Let the engine do the next thing, up to its next event; return whether there was one.

        Raises
        ------
        BaseException
            What the engine raises: the run has failed then, and the error is the trace's last event.
        RuntimeError
            If a hook of the run itself asks for this.
        """
        return self._next() is not None

    def turn(self) -> bool:
        """Let the engine go on until the node whose turn it is has sent its gradients; otherwise as `advance`."""
        event = self._next()
        moved = event is not None
        while event is not None and not self._completes(event):
            event = self._next()
        return moved

    def finish(self) -> None:
        """Let the engine run to its end; otherwise as `advance`."""
        while self._next() is not None:
            pass

    def abandon(self) -> str:
        """Give the rest of the run up and drop its buffers; return what it has consumed. One that is over stays so."""
        with self._lock:
            if self.state == PAUSED:
                self._refuse_reentry()
                self._steps.close()  # type: ignore[attr-defined]
                self._over(ABANDONED, None)
            return self.report

    def _next(self) -> tuple[Any, ...] | None:
        """Return the next event, ("end",) when the run is complete, or None when it was over before."""
        with self._lock:
            if self.state != PAUSED:
                return None
            self._refuse_reentry()
            with self._at_work():
                try:
                    event = next(self._steps, None)
                except BaseException as error:
                    self._recorder.backward_end(self._task, raised(error))
                    self._over(FAILED, raised(error))
                    if raised(error) is error:
                        raise
                    raise raised(error) from None
                if event is not None:
                    self._recorder.backward_event(self._task, event)
                    return event
                self._recorder.backward_end(self._task, None)
                self._over(FINISHED, None)
                return ("end",)

    def _completes(self, event: tuple[Any, ...]) -> bool:
        """Whether an event is the last of a node's turn, or of the seeds."""
        kind = event[0]
        if kind == "seed":
            self._seeds -= 1
            return self._seeds == 0
        if kind == "release":
            entered, following = self._task.entered, event[1].next_nodes
            self._sends = sum(each is not None and (entered is None or each in entered) for each in following)
            return self._sends == 0
        if kind == "send":
            self._sends -= 1
            return self._sends == 0
        return kind == "end"

    @contextlib.contextmanager
    def _at_work(self) -> Iterator[None]:
        """Hear this thread, and take all that is heard in it for the engine's."""
        recorder = self._recorder  # the run may be over, and without one, at the end
        is_new = recorder not in listeners.active() and not recorder.stopped
        if is_new:
            listeners.add(recorder)
        recorder.works_in = threading.get_ident()
        try:
            yield
        finally:
            recorder.works_in = None
            if is_new:
                listeners.remove(recorder)

    def _refuse_reentry(self) -> None:
        if self._recorder.works:
            raise RuntimeError("the engine is at work: a hook cannot step, finish or abandon the run that called it")

    def _over(self, state: str, error: BaseException | None) -> None:
        """Stop listening, and let go of the engine and the graph."""
        self._recorder.finish(None)
        self._forget()
        self.error, self.state = error, state
        if state != FINISHED:
            self.report = consumed(self.trace, state)
        del self._steps, self._task, self._recorder


def _forget(recorder: LiveRecorder) -> None:
    recorder.stopped = True  # other threads' listeners cannot be removed from here: they go when they hear something
    listeners.remove(recorder)


def _abandon_others() -> None:
    """Abandon the run this thread had begun before. See Note [One run at a time]."""
    for each in listeners.active():
        run = each.run() if isinstance(each, LiveRecorder) else None
        if run is not None:
            run.abandon()
            run.watcher()
