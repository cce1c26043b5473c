"""The trace of a recorded run: data, JSON, replay and explanations.

Sees the engine only through its listeners and knows nothing of pictures.
"""

from autograd_viz.autograd.scopes import scope
from autograd_viz.trace.data import TraceError
from autograd_viz.trace.explanation import Explanation, explain, explanations, rule, rule_with_numbers
from autograd_viz.trace.recording import record
from autograd_viz.trace.replay import Frame, Replay, frame, frames
from autograd_viz.trace.summary import summary
from autograd_viz.trace.timeline import Span, timeline
from autograd_viz.trace.trace import Trace, set_layout_provider

__all__ = [
    "Explanation",
    "Frame",
    "Replay",
    "Span",
    "Trace",
    "TraceError",
    "explain",
    "explanations",
    "frame",
    "frames",
    "record",
    "rule",
    "rule_with_numbers",
    "scope",
    "set_layout_provider",
    "summary",
    "timeline",
]
