"""Recording: listens to the engine and fills a trace. The one part of `trace` that knows the engine's classes."""

from autograd_viz.trace.recording.context import record
from autograd_viz.trace.recording.live import LiveRun

__all__ = ["LiveRun", "record"]
