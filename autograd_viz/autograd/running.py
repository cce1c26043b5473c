"""Set a `GraphTask` going: to its end, for listeners to hear, or event by event at a caller's pace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import numpy as np

from . import listeners
from .engine import Event, GraphTask
from .grad_mode import set_grad, set_grad_enabled
from .listeners import Listener
from .misfit import misfit
from .node import Node
from .quiet_run import run_quietly
from .recorded_run import run_recorded
from .silence import keep_quiet
from .state import fast, local

__all__ = ["paced", "raised", "run"]


def run(task: GraphTask) -> None:
    """Run a task to its end, letting this thread's listeners hear it."""
    keep_quiet()
    heard = listeners.active() if fast.special else ()
    outer, local.task = local.task, task
    grad_enabled = local.grad_enabled
    stop: BaseException | None = None
    try:
        if heard:
            _run_watched(task, heard)
            return
        set_grad(task.create_graph)
        if task.create_graph:  # made of operations, which see to NumPy's warnings themselves
            run_recorded(task)
        else:
            with np.errstate(all="ignore"):
                run_quietly(task)
        if task.callbacks:
            _call_back(task)
    except (RuntimeError, ValueError) as error:
        stop = raised(error)
        if stop is error:
            stop = None
            raise
    finally:
        set_grad(grad_enabled)
        local.task = outer
    if stop is not None:  # raised here, where nothing that the user did not cause is being handled
        try:
            raise stop
        finally:
            stop = None  # a frame that its own traceback leads to would be a cycle


def raised(error: BaseException) -> BaseException:
    """Return what user code raised: Python makes another error of a StopIteration that leaves a generator.

    That one begins in the engine's generator; a user who raises one of the same words does so in a frame of their own.
    Of NumPy's error about shapes that do not fit, in a rule, it makes PyTorch's.
    """
    if isinstance(error, ValueError):
        return misfit(error) or error
    cause, trace = error.__cause__, error.__traceback__
    if not isinstance(cause, StopIteration) or trace is None or str(error) != "generator raised StopIteration":
        return error
    while trace.tb_next is not None:
        trace = trace.tb_next
    return cause if trace.tb_frame.f_globals.get("__name__", "").startswith(__package__) else error


def paced(task: GraphTask) -> Iterator[Event]:
    """Run a task event by event; between two of them the thread is in the state that the caller left it in.

    Whoever takes the events may do so as late as they like, and in any thread: grad mode and what else the engine
    sets for its own work are in force only while it works. Closing the generator drops the buffers.
    """
    steps = task.steps()
    running: Node | None = None
    try:
        while True:
            kept = local.task, local.running
            local.task, local.running = task, running
            try:
                with set_grad_enabled(task.create_graph), np.errstate(all="ignore"):
                    event = next(steps, None)
                    if event is None:
                        _call_back(task)
                running = local.running
            finally:
                local.task, local.running = kept
            if event is None:
                return
            yield event
    finally:
        kept = local.task, local.running
        steps.close()  # type: ignore[attr-defined]
        local.task, local.running = kept


def _run_watched(task: GraphTask, heard: tuple[Listener, ...]) -> None:
    for listener in heard:
        listener.backward_begin(task)
    try:
        # Listeners do nothing that the engine's state could change: it is set once, and not around every event.
        with set_grad_enabled(task.create_graph), np.errstate(all="ignore"), closing(task.steps()) as steps:  # type: ignore[type-var]
            for event in steps:
                for listener in heard:
                    listener.backward_event(task, event)
            _call_back(task)
    except BaseException as error:
        for listener in heard:
            listener.backward_end(task, raised(error))
        raise
    for listener in heard:
        listener.backward_end(task, None)


def _call_back(task: GraphTask) -> None:
    """Call what `queue_callback` put at the end of the run, and what these calls put there."""
    for callback in task.callbacks:
        callback()
