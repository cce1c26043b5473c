"""The stretches a run falls into: forward, backward 1, zero_grad, backward 2, error."""

from __future__ import annotations

from dataclasses import dataclass, replace

from autograd_viz.trace.data import OpRecord
from autograd_viz.trace.event import BeginEvent, Event, GradChangeEvent, OpEvent
from autograd_viz.trace.trace import Trace

CLEARING = ("none", "zero_")
WHOLE = ("op", "refused", "grad_change", "end", "error")
"""Events that are a turn by themselves."""
TURNING = ("run", "end", "error", "begin")
"""Events before which a node's turn is over."""


@dataclass(frozen=True, slots=True)
class Span:
    """Events `start` to `stop - 1`, all of one kind: forward, update, backward, grad_change or error."""

    kind: str
    label: str
    start: int
    stop: int
    pass_: int | None


def timeline(trace: Trace) -> list[Span]:
    """Divide a trace's events into spans, in order and without gaps."""
    spans: list[Span] = []
    depth = 0
    for place, event in enumerate(trace.events):
        kind = event.kind
        if not depth or (kind == "error" and depth == 1):
            found = _span(trace, event, place)
            if not spans or not _continues(spans[-1], found):
                spans.append(found)
        if kind == "begin":
            depth += 1
        elif depth and kind in ("end", "error"):
            depth -= 1
    starts = [span.start for span in spans] + [len(trace.events)]
    return [replace(span, stop=starts[place + 1]) for place, span in enumerate(spans)]


def _span(trace: Trace, event: Event, place: int) -> Span:
    """Return the span that an event outside all passes, or one that breaks a pass off, would begin."""
    if isinstance(event, BeginEvent):
        return Span("backward", f"{event.call} {event.pass_}", place, place + 1, event.pass_)
    if event.kind in ("error", "refused"):
        return Span("error", "error", place, place + 1, None)
    if isinstance(event, GradChangeEvent):
        label = "zero_grad" if event.how in CLEARING else "set grad"
        return Span("grad_change", label, place, place + 1, None)
    if isinstance(event, OpEvent) and _is_update(trace, trace.ops[event.op]):
        return Span("update", "update", place, place + 1, None)
    return Span("forward", "forward", place, place + 1, None)


def _continues(last: Span, found: Span) -> bool:
    """Return whether a span goes on with the next event."""
    return last.kind == found.kind and last.label == found.label and found.kind not in ("backward", "error")


def _is_update(trace: Trace, op: OpRecord) -> bool:
    """Return whether an operation is part of an optimizer's step: untracked, on a leaf or with a gradient."""
    if op.reason != "no_grad":
        return False
    on_leaf = op.mutates is not None and trace.tensors[op.mutates].role == "leaf"
    return on_leaf or any(trace.tensors[each.tensor].role == "gradient" for each in op.inputs)


def stops(trace: Trace, grain: str) -> list[int]:
    """Return the steps at which a player stops: every one, or for "node" those at which a turn is complete."""
    last = len(trace.events)
    if grain == "event":
        return list(range(last + 1))
    kinds = [event.kind for event in trace.events]
    return [k for k in range(last + 1) if k in (0, last) or ends_turn(kinds[k - 1], kinds[k])]


def ends_turn(before: str, after: str) -> bool:
    """Return whether a turn of a node, an operation or a call is complete between two events."""
    if before == "begin":
        return after != "seed"
    return before in WHOLE or after in TURNING
