"""A trace in words: what a player says where no viewer can be shown."""

from __future__ import annotations

from autograd_viz.trace import Trace, explanations

TOLD = ("begin", "accumulate", "capture", "grad_change", "refused", "error")
MOST_LINES = 20


class Summary:
    """Stands in for a player: prints as the summary of its trace."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace

    def __repr__(self) -> str:
        return summary(self.trace)


def summary(trace: Trace) -> str:
    """Return a few lines: how much was recorded, what reached each `.grad`, and the error if there was one."""
    passes = sum(event.kind == "begin" for event in trace.events)
    counts = (
        counted(len(trace.events), "event"),
        counted(len(trace.ops), "operation"),
        counted(passes, "backward pass", "backward passes"),
    )
    told = [(frame.k, each.sentence) for frame, each in explanations(trace) if is_told(trace, frame.k)]
    lines = [f"{k:5}  {sentence}" for k, sentence in told]
    if len(lines) > MOST_LINES:
        half = MOST_LINES // 2
        lines[half:-half] = [f"    …  ({len(lines) - 2 * half} more)"]
    return "\n".join([f"Trace of {', '.join(counts)}.", *lines])


def is_told(trace: Trace, k: int) -> bool:
    """Whether the event that leads to step `k` belongs in a summary."""
    return k > 0 and trace.events[k - 1].kind in TOLD


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return `1 event`, `2 events`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
