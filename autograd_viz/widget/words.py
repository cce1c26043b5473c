"""A trace in words: what stands where no viewer can be shown."""

from __future__ import annotations

from autograd_viz.trace import Trace, summary

MOST_LINES = 24


class Words:
    """Stands in for a player that cannot be: prints as the summary of its trace."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace

    def __repr__(self) -> str:
        return words(self.trace)


def words(trace: Trace) -> str:
    """Return the trace's summary, its middle left out if it is long."""
    lines = summary(trace).splitlines()
    if len(lines) > MOST_LINES:
        half = MOST_LINES // 2
        lines[half:-half] = [f"… {len(lines) - 2 * half} more lines …"]
    return "\n".join(lines)
