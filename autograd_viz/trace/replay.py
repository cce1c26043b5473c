"""The state of a run after its first `k` events, as a fold over them.

`frame(trace, k)` is a pure function. `Replay` is the same fold stepped by hand, so that going through a whole
trace costs one pass. Plain tables and assignments only: the viewer has a twin of this file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from autograd_viz.trace import event as events
from autograd_viz.trace.data import ErrorInfo, NodeRecord
from autograd_viz.trace.trace import Trace, expect_trace
from autograd_viz.trace.whole import is_whole


@dataclass(frozen=True, slots=True)
class NodeState:
    """What a node is doing and holding.

    `state` is idle, waiting (some contributions arrived), ready (all did), running, done (ran, and its saved
    tensors were kept or there were none), freed (ran, and they were dropped) or error. `buffer` has the gradient
    for each forward output as far as it arrived, and after hooks as they left it; `sent` what went along each edge.
    """

    state: str
    arrived: int
    expected: int
    buffer: tuple[int | None, ...]
    saved_freed: bool
    sent: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class GradChange:
    """old + incoming = new; `incoming` is None when the user changed `.grad`."""

    old: int | None
    incoming: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class LeafState:
    """A tensor's `.grad`, and how the last event changed it."""

    grad: int | None
    change: GradChange | None


@dataclass(frozen=True, slots=True)
class TensorState:
    """A tensor's version and value, where an in-place operation moved them from its record's."""

    version: int
    value: int


@dataclass(frozen=True, slots=True)
class Current:
    """What the last event touches; `leaf` is a tensor's id."""

    node: int | None = None
    input: int | None = None
    to: int | None = None
    leaf: int | None = None
    op: int | None = None
    saved: int | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """The state after `k` events."""

    k: int
    phase: str
    pass_: int | None
    ops_done: int
    nodes: dict[int, NodeState]
    leaves: dict[int, LeafState]
    tensors: dict[int, TensorState]
    current: Current
    error: ErrorInfo | None


NOTHING = Current()


class Replay:
    """Step through a trace: `step()` takes in the next event, `frame()` is the state after those taken in.

    Parameters
    ----------
    trace : Trace
        The trace to replay.
    """

    def __init__(self, trace: Trace) -> None:
        expect_trace(trace)
        self.trace = trace
        self.k = 0
        self.phase = "forward"
        self.pass_: int | None = None
        self.ops_done = 0
        self.nodes = {node.id: _fresh(node) for node in trace.nodes}
        self.leaves = {each.id: LeafState(each.grad, None) for each in trace.tensors if each.role == "leaf"}
        self.tensors: dict[int, TensorState] = {}
        self.current = NOTHING
        self.error: ErrorInfo | None = None
        self.records = {node.id: node for node in trace.nodes}
        # Of the passes that run, the innermost last: its number, and the node that runs in it.
        self.running: list[tuple[int, int | None]] = []
        self.over = False  # the innermost pass ended with the last event
        self.touched: set[int] = set()  # nodes the outermost pass changed; the next one resets them
        self.changed: int | None = None  # the tensor whose .grad the last event changed

    def step(self) -> None:
        """Take in the next event."""
        event = self.trace.events[self.k]
        self._settle()
        self.current = NOTHING
        _APPLY[event.kind](self, event)
        self.k += 1

    def to(self, k: int) -> Replay:
        """Step forward until `k` events are taken in."""
        if not is_whole(k):
            raise TypeError(f"got k = {k!r}, expected a whole number: how many events have happened.")
        if not self.k <= k <= len(self.trace.events):
            first = "0, before the first," if self.k == 0 else str(self.k)
            raise IndexError(
                f"got k = {k}, expected how many events have happened, from {first} to {len(self.trace.events)}, "
                "after the last."
            )
        while self.k < k:
            self.step()
        return self

    def frame(self) -> Frame:
        """Return the present state."""
        return Frame(
            k=self.k,
            phase=self.phase,
            pass_=self.pass_,
            ops_done=self.ops_done,
            nodes=dict(self.nodes),
            leaves=dict(self.leaves),
            tensors=dict(self.tensors),
            current=self.current,
            error=self.error,
        )

    def _settle(self) -> None:
        """Let go of what only the last event showed."""
        if self.changed is not None:
            self.leaves[self.changed] = replace(self.leaves[self.changed], change=None)
            self.changed = None
        if self.over:
            self.running.pop()
            self.over = False
        self.error = None
        self.pass_ = self.running[-1][0] if self.running else None
        self.phase = "forward" if self.pass_ is None else "backward"

    def node(self, number: int, **changes: Any) -> None:
        self.nodes[number] = replace(self.nodes[number], **changes)
        self.touched.add(number)

    def finish_running(self) -> None:
        """Settle the node that ran in the innermost pass."""
        if not self.running or self.running[-1][1] is None:
            return
        number = self.running[-1][1]
        self.running[-1] = (self.running[-1][0], None)
        state = self.nodes[number]
        if state.state == "running":
            self.node(number, state="freed" if state.saved_freed else "done")

    def grad(self, tensor: int, change: GradChange) -> None:
        self.leaves[tensor] = LeafState(change.new, change)
        self.changed = tensor


def frame(trace: Trace, k: int) -> Frame:
    """Return the state after the first `k` events, as data.

    Parameters
    ----------
    trace : Trace
        What was recorded.
    k : int
        How many events have happened, as a player's `step` counts them: 0 before the first, `len(trace.events)` after
        the last. The event that led here is `trace.events[k - 1]`.

    Returns
    -------
    Frame
        `nodes` maps a node's id to its `NodeState` (state, buffer, what it sent), `leaves` a leaf's id to its
        `LeafState` (its `.grad`), `tensors` to version and value those that were changed in place. Values are places
        in `trace.values`; ids are those of `trace.nodes` and `trace.tensors`.

    Raises
    ------
    IndexError
        If `k` is no such count.
    TypeError
        If `trace` is no trace, or `k` no whole number.

    Examples
    --------
    >>> import autograd_viz as ag
    >>> with ag.record() as trace:
    ...     w = ag.tensor(3.0, requires_grad=True)
    ...     (w * w).backward()
    >>> end = ag.frame(trace, len(trace.events))
    >>> [trace.values[leaf.grad].data for leaf in end.leaves.values()]
    [(6.0,)]
    """
    return Replay(trace).to(k).frame()


def frames(trace: Trace) -> Iterator[Frame]:
    """Yield the frames for k = 0, 1, …, len(trace.events)."""
    replay = Replay(trace)
    yield replay.frame()
    while replay.k < len(trace.events):
        replay.step()
        yield replay.frame()


def _fresh(node: NodeRecord) -> NodeState:
    """Return the state of a node before anything happened: freed if its saved tensors already were."""
    state = "freed" if node.freed else "idle"
    return NodeState(state, 0, 0, (None,) * len(node.outputs), node.freed, (None,) * len(node.next))


def _put(row: tuple[int | None, ...], index: int, found: int | None) -> tuple[int | None, ...]:
    """Return the row with one entry replaced."""
    return (*row[:index], found, *row[index + 1 :])


def _op(replay: Replay, event: events.OpEvent) -> None:
    replay.ops_done = event.op + 1
    for write in event.writes:
        record = replay.trace.tensors[write.tensor]
        if (write.version, write.value) == (record.version, record.value):
            replay.tensors.pop(write.tensor, None)
        else:
            replay.tensors[write.tensor] = TensorState(write.version, write.value)
    replay.current = Current(op=event.op)


def _refused(replay: Replay, event: events.RefusedEvent) -> None:
    replay.error = event.error
    replay.phase = "error"


def _grad_change(replay: Replay, event: events.GradChangeEvent) -> None:
    replay.grad(event.tensor, GradChange(event.old, None, event.new))
    replay.current = Current(leaf=event.tensor)


def _begin(replay: Replay, event: events.BeginEvent) -> None:
    stale = [*event.expected]
    if not replay.running:
        stale += replay.touched.difference(event.expected)
        replay.touched = set()
    for number in stale:
        state = replay.nodes[number]
        replay.nodes[number] = replace(
            state,
            state="freed" if state.saved_freed else "idle",
            arrived=0,
            expected=event.expected.get(number, 0),
            buffer=(None,) * len(state.buffer),
            sent=(None,) * len(state.sent),
        )
    replay.touched.update(event.expected)
    replay.running.append((event.pass_, None))
    replay.pass_ = event.pass_
    replay.phase = "backward"


def _arrive(replay: Replay, number: int, index: int, buffer: int | None, arrived: int) -> None:
    state = replay.nodes[number]
    kind = "ready" if arrived >= state.expected else "waiting"
    replay.node(number, state=kind, arrived=arrived, buffer=_put(state.buffer, index, buffer))


def _seed(replay: Replay, event: events.SeedEvent) -> None:
    _arrive(replay, event.node, event.index, event.buffer, replay.nodes[event.node].arrived + 1)
    replay.current = Current(node=event.node)


def _run(replay: Replay, event: events.RunEvent) -> None:
    replay.finish_running()
    replay.node(event.node, state="running")
    if replay.running:
        replay.running[-1] = (replay.running[-1][0], event.node)
    replay.current = Current(node=event.node)


def _hook(replay: Replay, event: events.HookEvent) -> None:
    replay.current = Current(node=event.node, leaf=event.tensor)
    if event.index is None:
        return
    buffer = replay.nodes[event.node].buffer
    if event.where in ("tensor_pre", "pre"):
        replay.node(event.node, buffer=_put(buffer, event.index, event.after))
    elif event.where == "retain_grad" and event.tensor is not None:
        replay.grad(event.tensor, GradChange(event.before, buffer[event.index], event.after))


def _unpack(replay: Replay, event: events.UnpackEvent) -> None:
    replay.current = Current(node=event.node, saved=event.saved)


def _rule(replay: Replay, event: events.VjpEvent | events.SumToEvent) -> None:
    replay.current = Current(node=event.node, input=event.input)


def _release(replay: Replay, event: events.ReleaseEvent) -> None:
    if event.freed:
        replay.node(event.node, saved_freed=True)
    replay.current = Current(node=event.node)


def _send(replay: Replay, event: events.SendEvent) -> None:
    replay.node(event.node, sent=_put(replay.nodes[event.node].sent, event.input, event.value))
    _arrive(replay, event.to, event.index, event.buffer, event.arrived)
    replay.current = Current(node=event.node, input=event.input, to=event.to)


def _accumulate(replay: Replay, event: events.AccumulateEvent) -> None:
    replay.grad(event.tensor, GradChange(event.old, event.incoming, event.new))
    replay.current = Current(node=event.node, leaf=event.tensor)


def _capture(replay: Replay, event: events.CaptureEvent) -> None:
    replay.current = Current(node=event.node, leaf=event.tensor)


def _end(replay: Replay, event: events.EndEvent) -> None:
    replay.finish_running()
    replay.over = bool(replay.running)


def _error(replay: Replay, event: events.ErrorEvent) -> None:
    if event.node is not None:
        replay.node(event.node, state="error")
    replay.finish_running()
    replay.over = bool(replay.running)
    replay.error = event.error
    replay.phase = "error"
    replay.current = Current(node=event.node, saved=event.saved)


_APPLY: dict[str, Callable[[Replay, Any], None]] = {
    "op": _op,
    "refused": _refused,
    "grad_change": _grad_change,
    "begin": _begin,
    "seed": _seed,
    "run": _run,
    "hook": _hook,
    "unpack": _unpack,
    "vjp": _rule,
    "sum_to": _rule,
    "release": _release,
    "send": _send,
    "accumulate": _accumulate,
    "capture": _capture,
    "end": _end,
    "error": _error,
}
