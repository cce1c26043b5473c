"""Backward passes: the engine's events turned into the trace's.

Arrays arrive by reference and are copied at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

from autograd_viz.autograd.engine import GraphTask
from autograd_viz.autograd.node import Node
from autograd_viz.tensor import Tensor
from autograd_viz.trace import event as events
from autograd_viz.trace.data import ErrorInfo, Line
from autograd_viz.trace.recording.nodes import NodeTable
from autograd_viz.trace.recording.tensors import TensorTable
from autograd_viz.trace.trace import Trace


class Pass:
    """One backward pass while it runs."""

    def __init__(self, number: int, task: GraphTask, frame: FrameType | None) -> None:
        self.number = number
        self.task = task
        self.frame = frame
        self.node: int | None = None  # the one that runs
        self.saved: int | None = None  # which of its saved tensors was taken out last
        self.seeds: dict[Node, int] = {}
        for node, _ in task.roots:
            self.seeds[node] = self.seeds.get(node, 0) + 1
        self.buffers: dict[tuple[Node, int], Any] = {}  # while seeds arrive: what a root's buffer holds


class Passes:
    """Records backward passes into a trace; `running` has those under way, the innermost last."""

    def __init__(self, trace: Trace, tensors: TensorTable, nodes: NodeTable) -> None:
        self.trace = trace
        self.tensors = tensors
        self.nodes = nodes
        self.values = tensors.values
        self.running: list[Pass] = []
        self._count = 0

    def begin(self, task: GraphTask, frame: FrameType | None, line: Line | None) -> None:
        """Record that a pass begins, and the part of its graph that is not known yet."""
        self._count += 1
        started = Pass(self._count, task, frame)
        roots = tuple(self._root(edge, each) for edge, each in zip(task.roots, task.root_tensors, strict=True))
        inputs = None
        if task.inputs is not None:
            inputs = tuple(self.tensors.meet(each) for each in task.input_tensors if isinstance(each, Tensor))
        expected = {
            self.nodes.number(node): count + started.seeds.get(node, 0)
            for node, count in task.dependencies.items()
            if _takes_part(task, node)
        }
        self.tensors.adopt(frame)
        self.nodes.settle()
        self.running.append(started)
        self.trace.events.append(
            events.BeginEvent(
                pass_=started.number,
                call="backward" if task.accumulate_grad else "grad",
                retain_graph=task.keep_graph,
                create_graph=task.create_graph,
                roots=roots,
                inputs=inputs,
                expected=expected,
                line=line,
            )
        )

    def runs(self, task: GraphTask) -> bool:
        """Return whether a task is the innermost pass; one that began before the recording is none of its passes."""
        return bool(self.running) and self.running[-1].task is task

    def event(self, engine_event: tuple[str, Node, Any, Any]) -> None:
        """Record one event of the innermost pass."""
        kind, node, index, value = engine_event
        made = _MADE[kind](self, self.nodes.number(node), node, index, value)
        if made is not None:
            self.trace.events.append(made)

    def end(self, error: ErrorInfo | None, line: Line | None) -> None:
        """Record that the innermost pass ended, well or not."""
        ended = self.running.pop()
        if error is None:
            self.trace.events.append(events.EndEvent(ended.number))
            return
        saved = ended.saved if error.code == "modified_in_place" else None
        self.trace.events.append(events.ErrorEvent(error, node=ended.node, saved=saved, line=line))

    def unused(self, error: ErrorInfo) -> int | None:
        """Return the tensor asked for in vain, after the pass that did not reach it."""
        said = re.search(r"Tensor at index (\d+) appears to not have been used", error.message)
        begun = [each for each in self.trace.events if isinstance(each, events.BeginEvent)]
        inputs = begun[-1].inputs if begun else None
        return inputs[int(said[1])] if said and inputs and int(said[1]) < len(inputs) else None

    def refused(self, tensors: Sequence[Tensor], error: ErrorInfo, line: Line | None) -> None:
        """Record a call that was refused before a pass began, at the tensor it was refused for."""
        numbers = [self.tensors.meet(each) for each in tensors]
        self.nodes.settle()
        said = re.search(r"element (\d+) of tensors|grad_output\[(\d+)\]", error.message)
        place = int(said[1] or said[2]) if said else 0
        tensor = numbers[place] if place < len(numbers) and error.code != "input_without_grad" else None
        self.trace.events.append(events.ErrorEvent(error, tensor=tensor, line=line))

    def _root(self, edge: tuple[Node, int], given: Any) -> events.Root:
        tensor = self.tensors.meet(given) if isinstance(given, Tensor) else None
        return events.Root(self.nodes.number(edge[0]), edge[1], tensor)

    def _seed(self, number: int, node: Node, index: int, value: Any) -> events.Event:
        buffers = self.running[-1].buffers
        held = buffers.get((node, index))
        buffers[node, index] = _array(value) if held is None else held + _array(value)
        return events.SeedEvent(number, index, self.values.add(value), self.values.add(buffers[node, index]))

    def _run(self, number: int, node: Node, index: Any, value: Any) -> events.Event:
        self.running[-1].node = number
        self.running[-1].saved = None
        return events.RunEvent(number)

    def _hook(self, number: int, node: Node, index: int | None, value: Any) -> events.Event:
        where, hook, before, after = value
        first, last = self.values.maybe(before), self.values.maybe(after)
        if where == "retain_grad":
            tensor = self.tensors.meet(hook)
            self.tensors.note_grad(tensor, after, last)
            return events.HookEvent(number, index, where, "retain_grad", first, last, tensor)
        if where == "pre":
            index = 0
        if where in ("tensor_pre", "pre", "post") and after is None:
            last = first
        return events.HookEvent(number, index, where, _called(hook), first, last)

    def _unpack(self, number: int, node: Node, index: int, value: Any) -> events.Event:
        self.running[-1].saved = self.nodes.saved_place(node, index)
        return events.UnpackEvent(number, self.nodes.saved_place(node, index), int(value))

    def _vjp(self, number: int, node: Node, index: int, value: Any) -> events.Event:
        return events.VjpEvent(number, index, self.values.maybe(_narrow(node, index, value)))

    def _sum_to(self, number: int, node: Node, index: int, value: Any) -> events.Event:
        return events.SumToEvent(number, index, self.values.add(value[0]), self.values.add(value[1]))

    def _release(self, number: int, node: Node, index: Any, value: Any) -> events.Event:
        return events.ReleaseEvent(number, bool(value))

    def _send(self, number: int, node: Node, index: int, value: Any) -> events.Event:
        to, to_index, grad, held, arrived, expected = value
        seeds = self.running[-1].seeds.get(to, 0)
        sent = self.values.maybe(grad)
        buffer = sent if held is grad else self.values.maybe(held)
        counts = arrived + seeds, expected + seeds
        return events.SendEvent(number, index, self.nodes.number(to), to_index, sent, buffer, *counts)

    def _accumulate(self, number: int, node: Node, index: Any, value: Any) -> events.Event:
        leaf, old, incoming, new = value
        tensor = self.tensors.meet(leaf)
        made = self.values.add(new)
        self.tensors.note_grad(tensor, leaf._grad, made)
        return events.AccumulateEvent(number, tensor, self.values.maybe(old), self.values.add(incoming), made)

    def _capture(self, number: int, node: Node, index: int, value: Any) -> events.Event:
        task = self.running[-1].task
        wanted = dict(zip(task.inputs or (), task.input_tensors, strict=False))
        tensor = wanted.get((node, index))
        known = self.tensors.known(tensor) if isinstance(tensor, Tensor) else None
        return events.CaptureEvent(number, index, known, self.values.add(value))


_MADE: dict[str, Callable[[Passes, int, Node, Any, Any], events.Event | None]] = {
    "seed": Passes._seed,
    "run": Passes._run,
    "hook": Passes._hook,
    "unpack": Passes._unpack,
    "vjp": Passes._vjp,
    "sum_to": Passes._sum_to,
    "release": Passes._release,
    "send": Passes._send,
    "accumulate": Passes._accumulate,
    "capture": Passes._capture,
}


def _takes_part(task: GraphTask, node: Node) -> bool:
    """Return whether a pass runs a node: with `inputs`, only those on the way to them."""
    if task.enters(node) and node not in task.passive:
        return True
    return any(each is node for each, _ in task.inputs or ())


def _narrow(node: Node, index: int, value: Any) -> Any:
    """Return what a rule gave in the dtype it goes on in: NumPy 1 makes float64 of a float32 scalar times 2."""
    receiver = node.next_nodes[index]
    if value is None or receiver is None or value.shape != () or isinstance(value, Tensor):
        return value
    return value.astype(node.dtype) if value.dtype != node.dtype == receiver.dtype else value


def _called(hook: Any) -> str:
    """Return a hook's name, or that of its class; asks past what its class makes of being asked."""
    try:
        name = object.__getattribute__(hook, "__name__")
    except Exception:
        name = None
    return name if type(name) is str and name else str(type.__getattribute__(type(hook), "__name__"))


def _array(value: Any) -> Any:
    return getattr(value, "_array", value)
