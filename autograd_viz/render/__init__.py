"""Pictures of a trace: coordinates for the player and a still drawing. Sees trace data only."""

from autograd_viz.render.dot import dot
from autograd_viz.render.draw import draw
from autograd_viz.render.graphviz_run import GraphvizMissingError
from autograd_viz.render.layout import layout

__all__ = ["GraphvizMissingError", "dot", "draw", "layout"]
