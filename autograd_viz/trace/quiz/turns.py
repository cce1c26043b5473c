"""Who ran when and what had arrived: a trace's backward passes read once, as far as questions need it."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograd_viz.trace.event import BeginEvent, Event, HookEvent, RunEvent, SeedEvent, SendEvent, SumToEvent, VjpEvent
from autograd_viz.trace.trace import Trace


@dataclass(slots=True)
class Arrival:
    """A gradient sent to a node: places of its events. `summed` is None where nothing was broadcast."""

    sent: int
    rule: int | None
    summed: int | None


@dataclass(slots=True)
class Turn:
    """One run of a node: what had arrived, which hooks changed it, where a `.grad` was written.

    `surprise` says why it is not the node that a learner may expect: "newest_first" (another had been ready for
    longer), "leaf_first" (another operation had been), "waits" (another was reached before and still waits).
    """

    node: int
    begin: int
    run: int
    arrivals: list[Arrival] = field(default_factory=list)
    hooks: list[int] = field(default_factory=list)
    written: int | None = None
    surprise: str | None = None


@dataclass(slots=True)
class Pass:
    """A backward pass: where it begins and stops, and its turns. One inside a hook belongs to the outer one."""

    begin: int
    stop: int | None = None
    turns: list[Turn] = field(default_factory=list)


def passes(trace: Trace) -> list[Pass]:
    """Return the passes of a trace in order."""
    found: list[Pass] = []
    reader: _Reader | None = None
    depth = 0
    for place, event in enumerate(trace.events):
        if isinstance(event, BeginEvent):
            depth += 1
            if depth == 1:
                reader = _Reader(trace, place, event)
                found.append(reader.pass_)
        elif event.kind in ("end", "error"):
            if depth == 1 and reader is not None:
                reader.pass_.stop = place
            depth = max(0, depth - 1)
        elif depth == 1 and reader is not None:
            reader.read(place, event)
    return found


class _Reader:
    """Follows one pass."""

    def __init__(self, trace: Trace, place: int, begin: BeginEvent) -> None:
        self.leaves = {node.id for node in trace.nodes if node.leaf is not None}
        self.pass_ = Pass(place)
        self.expected = begin.expected
        self.arrived: dict[int, int] = {}
        self.arrivals: dict[int, list[Arrival]] = {}
        self.reached: dict[int, bool] = {}  # nodes that have not run, in the order reached: whether they are ready
        self.edges: dict[tuple[int, int], Arrival] = {}
        self.turn: Turn | None = None

    def read(self, place: int, event: Event) -> None:
        if isinstance(event, SeedEvent):
            self._arrive(event.node)
        elif isinstance(event, RunEvent):
            self._run(place, event.node)
        elif isinstance(event, VjpEvent):
            self.edges[event.node, event.input] = Arrival(place, place, None)
        elif isinstance(event, SumToEvent):
            self.edges.setdefault((event.node, event.input), Arrival(place, None, None)).summed = place
        elif isinstance(event, SendEvent):
            arrival = self.edges.pop((event.node, event.input), None) or Arrival(place, None, None)
            arrival.sent = place
            self.arrivals.setdefault(event.to, []).append(arrival)
            self._arrive(event.to)
        elif self.turn is not None and isinstance(event, HookEvent):
            self._hook(place, event)
        elif self.turn is not None and event.kind == "accumulate":
            self.turn.written = place

    def _arrive(self, node: int) -> None:
        self.arrived[node] = self.arrived.get(node, 0) + 1
        is_ready = self.arrived[node] >= self.expected.get(node, 1)
        if is_ready:
            self.reached.pop(node, None)  # it counts from when it is ready
        self.reached[node] = is_ready

    def _hook(self, place: int, event: HookEvent) -> None:
        if self.turn is None:
            return
        if event.where == "retain_grad" and event.tensor is not None:
            self.turn.written = place
        elif event.where in ("tensor_pre", "pre") and event.after != event.before:
            self.turn.hooks.append(place)

    def _run(self, place: int, node: int) -> None:
        turn = Turn(node, self.pass_.begin, place, self.arrivals.get(node, []), surprise=self._surprise(node))
        self.reached.pop(node, None)
        self.turn = turn
        self.pass_.turns.append(turn)

    def _surprise(self, node: int) -> str | None:
        first = next((each for each, is_ready in self.reached.items() if is_ready), node)
        if first != node:
            if node in self.leaves:
                return None if first in self.leaves else "leaf_first"
            return "newest_first"
        return "waits" if next(iter(self.reached), node) != node else None
