"""A trace in a few lines of text, for terminals and for when nothing can be drawn."""

from __future__ import annotations

from autograd_viz.trace.data import OpRecord
from autograd_viz.trace.event import AccumulateEvent, Event, GradChangeEvent, OpEvent, RunEvent
from autograd_viz.trace.explanation import explained
from autograd_viz.trace.replay import Replay
from autograd_viz.trace.story import Story
from autograd_viz.trace.timeline import Span, timeline
from autograd_viz.trace.trace import Trace

WIDTH = 14
MOST_LINES = 12
CHANGES = (AccumulateEvent, GradChangeEvent)  # once: to write `A | B` for each event takes three times as long


def summary(trace: Trace) -> str:
    """Tell a trace in text: each stretch of the run, what it computed, and what became of every `.grad`."""
    story, replay = Story(trace), Replay(trace)
    lines = [trace.title] if trace.title else []
    for span in timeline(trace):
        told = _told(story, replay, span)
        if len(told) > MOST_LINES:
            told = [*told[: MOST_LINES - 1], f"… and {len(told) - MOST_LINES + 1} more"]
        lines += [f"{span.label if i == 0 else '':<{WIDTH}}{line}" for i, line in enumerate(told)]
    return "\n".join(lines) if lines else "Nothing was recorded."


def _told(story: Story, replay: Replay, span: Span) -> list[str]:
    """Return the lines of one stretch; of those beyond the first `MOST_LINES` only that they are there.

    The replay is one for all stretches, at most at this one's end.
    """
    events = story.trace.events[span.start : span.stop]
    if span.kind in ("error", "grad_change") or (span.kind == "forward" and events[-1].kind == "refused"):
        return [*_operations(story, events), _last_sentence(story, replay.to(span.stop))]
    if span.kind == "backward":
        return [_order(story, events), *_changes(story, events)]
    return _operations(story, events)


def _operations(story: Story, events: list[Event]) -> list[str]:
    ops = [story.trace.ops[event.op] for event in events if isinstance(event, OpEvent)]
    return [_operation(story, op) if place < MOST_LINES else "" for place, op in enumerate(ops)]


def _operation(story: Story, op: OpRecord) -> str:
    names = ", ".join(story.names.tensor(each) for each in op.outputs)
    expression = story.names.expression(op) if op.mutates is None else story.names.change(op)
    left = "" if names == expression or op.mutates is not None else f"{names} = "
    return f"{left}{expression}" if op.node is not None else f"{left}{expression}  (not tracked)"


def _order(story: Story, events: list[Event]) -> str:
    ran = [event.node for event in events if isinstance(event, RunEvent)]
    cut = len(ran) > MOST_LINES
    order = [story.node(each) for each in (ran[: MOST_LINES - 2] if cut else ran)]
    if cut:
        order += [f"… {len(ran) - MOST_LINES + 1} more …", story.node(ran[-1])]
    return " → ".join(order) if order else "no node ran"


def _changes(story: Story, events: list[Event]) -> list[str]:
    """Return a line for each change of a `.grad`."""
    changes = [event for event in events if isinstance(event, CHANGES)]
    return [_change(story, each) if place < MOST_LINES else "" for place, each in enumerate(changes)]


def _change(story: Story, event: AccumulateEvent | GradChangeEvent) -> str:
    old, new = ("None" if each is None else story.bare(each) for each in (event.old, event.new))
    return f"{story.names.tensor(event.tensor)}.grad: {old} → {new}"


def _last_sentence(story: Story, replay: Replay) -> str:
    return explained(story, replay.frame()).sentence
