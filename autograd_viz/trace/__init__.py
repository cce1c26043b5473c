"""The trace of a recorded run: data, JSON, replay and explanations.

Sees the engine only through its listeners and knows nothing of pictures.
"""

from autograd_viz.trace.data import TraceError
from autograd_viz.trace.trace import Trace, set_layout_provider

__all__ = ["Trace", "TraceError", "set_layout_provider"]
