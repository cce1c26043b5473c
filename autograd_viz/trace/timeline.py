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
            found = _kind(trace, event)
            if not spans or not _continues(spans[-1], *found):
                spans.append(Span(*found, place, place + 1, event.pass_ if isinstance(event, BeginEvent) else None))
        if kind == "begin":
            depth += 1
        elif depth and kind in ("end", "error"):
            depth -= 1
    starts = [span.start for span in spans] + [len(trace.events)]
    return [replace(span, stop=starts[place + 1]) for place, span in enumerate(spans)]


def _kind(trace: Trace, event: Event) -> tuple[str, str]:
    """Return kind and label of the span that an event outside all passes, or one that breaks one off, would begin."""
    if isinstance(event, BeginEvent):
        return "backward", f"{event.call} {event.pass_}"
    if event.kind in ("error", "refused"):
        return "error", "error"
    if isinstance(event, GradChangeEvent):
        return "grad_change", "zero_grad" if event.how in CLEARING else "set grad"
    if isinstance(event, OpEvent) and _is_update(trace, trace.ops[event.op]):
        return "update", "update"
    return "forward", "forward"


def _continues(last: Span, kind: str, label: str) -> bool:
    """Return whether a span goes on with the next event."""
    return last.kind == kind and last.label == label and kind not in ("backward", "error")


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
