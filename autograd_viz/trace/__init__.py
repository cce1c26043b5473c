"""The trace of a recorded run: data, JSON, replay and explanations.

Sees the engine only through its listeners and knows nothing of pictures. Importing it binds `autograd_viz.trace` to
this package, where `torch.trace` is a function, the sum of a matrix's diagonal: the package can be called as that.
"""

import sys
import types
from typing import Any

from autograd_viz.autograd.scopes import scope
from autograd_viz.ops.diagonals import trace as _trace_of_matrix
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


class _CallablePackage(types.ModuleType):
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _trace_of_matrix(*args, **kwargs)


sys.modules[__name__].__class__ = _CallablePackage
