"""The `Player`: a trace, an integer step, and the viewer that shows them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from autograd_viz.render.layout import layout
from autograd_viz.trace import Trace
from autograd_viz.widget import assets
from autograd_viz.widget.page import page
from autograd_viz.widget.play import STATE
from autograd_viz.widget.words import words

TRACE_MIME_TYPE = "application/vnd.autograd-viz.trace+json"


class Player(anywidget.AnyWidget):
    """Step through a trace.

    Parameters
    ----------
    trace : Trace
        What to show; not changed afterwards.
    step : int, optional
        Number of events that have happened, 0 to `len(trace.events)`. By default a trace that ends in an
        error opens there, and any other at its beginning.
    **state
        Initial values of the traits below.

    Attributes
    ----------
    step, playing, selected, speed, grain, theme
        The viewer's state, shared with it both ways. `selected` is "" or the id of a mark of the layout,
        `speed` is in events a second, `grain` is "event" or "node", `theme` "auto", "light" or "dark".
    trace : Trace
        The trace shown.

    Notes
    -----
    Messages from the viewer may be handled on another thread than the cell's. They touch only these traits,
    each of which is checked by itself and replaced whole.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _trace = traitlets.Dict().tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)
    speed = traitlets.Float(2.0, min=0.1, max=60.0).tag(sync=True)
    grain = traitlets.Enum(("event", "node"), "event").tag(sync=True)
    theme = traitlets.Enum(("auto", "light", "dark"), "auto").tag(sync=True)

    def __init__(self, trace: Trace, step: int | None = None, **state: Any) -> None:
        document = trace.to_json()
        if document["layout"] is None:
            document["layout"] = layout(trace)
        self.trace = trace
        first = (len(trace.events) if stopped_at_error(trace) else 0) if step is None else step
        super().__init__(_trace=document, step=first, **state)

    @traitlets.default("_esm")
    def _read_viewer(self) -> str:
        return assets.read("player.js")

    @traitlets.validate("step")
    def _within_the_events(self, proposal: Any) -> int:
        return max(0, min(proposal["value"], len(self.trace.events)))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the player as one HTML file that needs neither a kernel nor a network.

        Parameters
        ----------
        path : str or path
            Where to; the name must end in `.html`. An existing file is replaced.

        Returns
        -------
        Path
            The file written. It opens at the present step.

        Raises
        ------
        ValueError
            If the name ends in anything else.
        """
        target = Path(path)
        if target.suffix.lower() not in (".html", ".htm"):
            raise ValueError(
                f"cannot save a player as {target.name!r}: give a name ending in .html. "
                "The trace alone is saved by `player.trace.save('name.autograd.json')`, "
                "a still picture by `draw(player.trace).render('name', format='svg')`."
            )
        state = {name: getattr(self, name) for name in STATE} | {"playing": False}
        target.write_text(page(self._trace, state, words(self.trace)), encoding="utf-8")
        return target

    def __repr__(self) -> str:
        return f"Player at step {self.step} of {len(self.trace.events)}\n{words(self.trace)}"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        state = {name: getattr(self, name) for name in STATE} | {"playing": False}
        return data | {"text/plain": repr(self), TRACE_MIME_TYPE: self._trace}, metadata | {TRACE_MIME_TYPE: state}

    if hasattr(anywidget.AnyWidget, "_ipython_display_"):  # ipywidgets 7, whose display ignores _repr_mimebundle_

        def _ipython_display_(self, **kwargs: Any) -> None:
            from IPython.display import display

            data, metadata = self._repr_mimebundle_() or ({"text/plain": repr(self)}, {})
            display(data, raw=True, metadata=metadata)
            self._handle_displayed(**kwargs)


def stopped_at_error(trace: Trace) -> bool:
    """Whether the recording ended in an error."""
    return bool(trace.events) and trace.events[-1].kind in ("error", "refused")
