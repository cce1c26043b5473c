"""The player where people meet it: as a widget, as a cell magic, as a page of its own.

Knows traces and their layout, and how notebooks show things; nothing of the engine but `Tensor.backward`.
`Player` and `LivePlayer` are imported when first asked for, since they need the widget packages.
"""

from typing import Any

from autograd_viz.widget.magics import load_ipython_extension, unload_ipython_extension
from autograd_viz.widget.play import play

__all__ = ["LivePlayer", "Player", "load_ipython_extension", "play", "unload_ipython_extension"]


def __getattr__(name: str) -> Any:
    if name == "Player":
        from autograd_viz.widget.player import Player

        return Player
    if name == "LivePlayer":
        from autograd_viz.widget.live import LivePlayer

        return LivePlayer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
