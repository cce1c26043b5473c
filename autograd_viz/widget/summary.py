"""A trace in words: what a player says where no viewer can be shown."""

from __future__ import annotations

from autograd_viz.trace import Trace, explain

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
    told = [k for k, event in enumerate(trace.events, start=1) if event.kind in TOLD]
    left_out = told[MOST_LINES - 1 : -1] if len(told) > MOST_LINES else []
    lines = [f"Trace of {', '.join(counts)}."]
    for k in told:
        if k not in left_out:
            lines.append(f"{k:5}  {explain(trace, k)}")
        elif k == left_out[0]:
            lines.append(f"    …  ({len(left_out)} lines left out)")
    return "\n".join(lines)


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return `1 event`, `2 events`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
