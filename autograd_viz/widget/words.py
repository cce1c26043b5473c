"""A trace in words: what stands where no viewer can be shown."""

from __future__ import annotations

import contextlib
import sys
import warnings
from types import FrameType

from autograd_viz.trace import Trace, summary
from autograd_viz.trace.message import message_of

MOST_LINES = 24
BETWEEN = ("autograd_viz", "anywidget", "contextlib", "ipywidgets", "traitlets")
"""Packages between a line of the user's that sets a trait, and what checks it."""


class Words:
    """Stands in for a player that cannot be: prints as the summary of its trace."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace

    def __repr__(self) -> str:
        return words(self.trace)


def excuse(error: Exception, what: str = "no player, a summary instead") -> None:
    """Warn of a fault of the viewer; not even where warnings are errors may that fail the cell."""
    reason = " ".join(f"{type(error).__name__}: {message_of(error)}".split())
    with contextlib.suppress(RuntimeWarning):
        warnings.warn(f"{what} ({reason})", RuntimeWarning, stacklevel=4)


def tell(what: str) -> None:
    """Warn the user, at their own line, of something that they will not have meant; never raise."""
    with contextlib.suppress(UserWarning):
        warnings.warn(what, UserWarning, stacklevel=_depth_of_users_line())


def _depth_of_users_line() -> int:
    """Return how many calls further out than the caller the user's line is."""
    frame: FrameType | None = sys._getframe(1)
    depth = 1
    while frame is not None and str(frame.f_globals.get("__name__")).partition(".")[0] in BETWEEN:
        frame, depth = frame.f_back, depth + 1
    return depth


def words(trace: Trace) -> str:
    """Return the trace's summary, its middle left out if it is long; of a trace that cannot be told, its length."""
    try:
        lines = summary(trace).splitlines()
    except Exception as error:  # a fault in the telling must not be the user's
        return f"A trace of {len(trace.events)} events (no summary: {type(error).__name__}: {message_of(error)})"
    if len(lines) > MOST_LINES:
        half = MOST_LINES // 2
        lines[half:-half] = [f"… {len(lines) - 2 * half} more lines …"]
    return "\n".join(lines)
