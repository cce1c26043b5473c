"""What stands for a player where nothing runs: a picture and words, for GitHub, nbviewer and pages of nbconvert.

The picture is an image, which passes sanitizers that take scripts and drawings away.
"""

from __future__ import annotations

from html import escape
from typing import Any

from autograd_viz.render.still import still
from autograd_viz.render.themed import in_page
from autograd_viz.trace import Trace

MOST_NODES = 300
"""Of larger traces there are words alone: a picture of them would cost time, and could not be read."""
MOST_LETTERS = 150_000


def fallback(trace: Trace, step: int, title: str, placed: dict[str, Any], told: str) -> str | None:
    """Return HTML with the picture of a step and the trace in words, None for a trace that is too large.

    Parameters
    ----------
    trace : Trace
        What the player shows.
    step : int
        The step it stands at; of one that stands at the beginning, where nothing is to be seen, the end is shown.
    title : str
        Above the picture.
    placed : dict
        Where things stand.
    told : str
        The trace in words.
    """
    if len(trace.nodes) + len(trace.ops) > MOST_NODES:
        return None
    at = step or len(trace.events)
    picture = in_page(*(still(trace, at, theme, title, placed) for theme in ("light", "dark")))
    if len(picture) > MOST_LETTERS:
        return None
    return f"{picture}<details><summary>In words</summary><pre>{escape(told)}</pre></details>"
