"""The `Player`: a trace, an integer step, and the viewer that shows them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from autograd_viz.render.gif import gif
from autograd_viz.render.given import given
from autograd_viz.render.layers import with_layers
from autograd_viz.render.still import still, stills
from autograd_viz.trace import Trace
from autograd_viz.trace.quiz import questions, to_json
from autograd_viz.trace.timeline import stops
from autograd_viz.trace.trace import expect_trace
from autograd_viz.widget import assets, saving
from autograd_viz.widget.document import Document
from autograd_viz.widget.expansion import Expansion
from autograd_viz.widget.fallback import fallback
from autograd_viz.widget.options import SPEEDS, STATE, checked, passes
from autograd_viz.widget.page import page
from autograd_viz.widget.size import check_size
from autograd_viz.widget.steps import Steps, nearest
from autograd_viz.widget.traits import Finite, Fixed, Flag, PlainList, public

MOST_NODES = 300_000
"""The viewer's own bound: see `parse.ts`."""
TRACE_MIME_TYPE = "application/vnd.autograd-viz.trace+json"


SENT = {"to_json": lambda document, _: document.sent(), "from_json": lambda _, player: player._trace}
"""A document goes out as text; none comes back."""


class Player(Steps, Expansion, anywidget.AnyWidget):
    """Step through a trace.

    Parameters
    ----------
    trace : Trace
        What to show; not changed afterwards.
    step : int, optional
        Number of events that have happened, 0 (nothing has) to `len(trace.events)` (all have). By default a trace
        that ends in an error opens there, and any other, and any with questions, at its beginning.
    quiz : bool or list, optional
        Questions that hold the viewer until they are answered or skipped: True for a few telling ones, or a list
        that names them, such as `["next", ("grad", "w"), ("raises", 7)]`; see `autograd_viz.questions`.
    **state
        Initial values of the traits below; None stands for the default.

    Raises
    ------
    TypeError, ValueError
        If an option does not exist or cannot be.

    Attributes
    ----------
    step, playing, selected, speed, grain, theme
        The viewer's state, shared with it both ways. Of a `step` that is not there the nearest is taken, as sliders
        do, with a warning. `selected` is "" or the id of a mark or group of the layout,
        `speed` is in events a second (beyond 60, some are passed over), `grain` is "event" or "node", `theme` "auto",
        "light" or "dark".
    expanded : list of str
        The groups that are open, by path; the others are one card each. Scopes and modules make groups, and in
        large pictures repeats (`layers.0-11`) and runs of operations do too. `Player` and `play` also take a
        number of levels, or a function that tells of a path whether it is open.
    layers : list of int or None
        The backward passes whose own graphs (grown by `create_graph`) and operations (run in hooks) are shown beside
        the user's, by number; None for those that are not large. So in saved pictures, which are cut to what is shown.
    start, stop : int
        First and last step that `step` can be, here, in a saved page and in a GIF; `stop` None is the trace's last.
    size : str or tuple
        "auto" (712 pixels high, 560 on low screens; a saved page as its window), "small" (900 by 440), "medium" (1200
        by 712), "large" (all the width, 960 high), or `(width, height)` in pixels, None for as much as there is. The
        height is that of the graph, which in a narrow player takes six tenths of it, for the explanations below.
    title : str
        Above saved pictures and in the title of a saved page; the trace's by default.
    trace : Trace
        The trace shown.
    questions : tuple of Question
        What is asked, in order.
    answers : list of dict
        What was answered, in order of answering; shared with the viewer. Each has `question` (its id), `prompt`,
        `step`, `given` (None if skipped) and `expected` (both as text), `correct`, `misconception` (its name, or
        None) and `seconds`. Set it to `[]` to ask anew.

    Notes
    -----
    Messages from the viewer may be handled on another thread than the cell's. They touch only these traits,
    each of which is checked by itself and replaced whole.
    """

    questions: Any = Fixed("ag.play(trace, quiz=...)")
    _esm = traitlets.Unicode().tag(sync=True)
    _trace = traitlets.Instance(Document).tag(sync=True, **SENT)
    playing = Flag(False).tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)
    speed = Finite(2.0, min=SPEEDS[0], max=SPEEDS[1]).tag(sync=True)
    grain = traitlets.Enum(("event", "node"), "event").tag(sync=True)
    theme = traitlets.Enum(("auto", "light", "dark"), "auto").tag(sync=True)
    answers = PlainList(traitlets.Dict()).tag(sync=True)
    _quiz = traitlets.List(traitlets.Dict()).tag(sync=True)
    size = traitlets.Any("auto").tag(sync=True)
    layers = traitlets.Any(None).tag(sync=True)
    title = traitlets.Unicode("")
    _own_layout: Any = None

    def __init__(
        self, trace: Trace, step: int | None = None, *, quiz: bool | Sequence[Any] | None = None, **state: Any
    ) -> None:
        expect_trace(trace)
        others = public(anywidget.AnyWidget) | {"answers"}
        state = checked({"step": step, "quiz": quiz, **state}, f"{type(self).__name__}()", others)
        if max(len(trace.nodes), len(trace.tensors), len(trace.ops)) > MOST_NODES:
            raise ValueError(f"a trace of {len(trace.nodes)} nodes is too large for a page: {MOST_NODES} is the most")
        self.trace = trace
        layout, state["expanded"] = self._groups().first(given(trace), state.get("expanded"))
        self.questions = questions(trace, state.pop("quiz", None))
        opening = len(trace.events) if stopped_at_error(trace) and not self.questions else 0
        first = state.pop("step", None)
        document = Document(trace, layout)
        super().__init__(_trace=document, _quiz=to_json(self.questions), **{"title": trace.title, **state})
        self._own_layout = None if "layout" in state else self.layout
        self.step = nearest(opening, self.start, self.last) if first is None else first  # start and stop are known now

    @traitlets.default("_esm")
    def _read_viewer(self) -> str:
        return assets.read("player.js")

    @traitlets.validate("size")
    def _some_size(self, proposal: Any) -> Any:
        return check_size(proposal["value"], "size")

    @traitlets.validate("layers")
    def _some_layers(self, proposal: Any) -> list[int] | None:
        return None if proposal["value"] is None else passes(proposal["value"], "layers")

    @traitlets.observe("start", "stop")
    def _ask_in_range(self, change: Any) -> None:
        asked = to_json(self.questions)  # one out of range would hold the viewer where it may not be
        self._quiz = [each for each in asked if self.start <= each["step"] <= self.last]

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        step: int | None = None,
        start: int | None = None,
        stop: int | None = None,
        seconds: float | None = None,
        theme: str | None = None,
    ) -> Path:
        """Write the player to a file: the whole of it, or pictures of what it shows.

        Parameters
        ----------
        path : str or path
            Where to; an existing file is replaced. The suffix says what is written: `.html` the player in one
            file that needs neither a kernel nor a network, `.svg`, `.png` or `.pdf` one step, `.gif` a range of
            steps (which needs Pillow: in the extras `lab` and `images`).
        step : int, optional
            The step shown, or at which a page opens; by default the present one. Steps count events from 0, the
            beginning, to `len(player.trace.events)`; those of a page are within the player's `start` and `stop`.
        start, stop : int, optional
            First and last step of a `.gif`; by default those of the player. `grain` says which are between.
        seconds : float, optional
            How long a `.gif` shows each step; 1 by default.
        theme : str, optional
            "auto", "light" or "dark"; by default the player's. A picture is light unless it is "dark".

        Returns
        -------
        Path
            The file written.

        Raises
        ------
        ValueError, TypeError
            If the suffix is none of these, the format has no use for an argument, or there is no such step.
        OSError
            If the folder is missing or cannot be written to. No half of a file is left behind.
        GraphvizMissingError, PillowMissingError
            If what draws the picture is not installed.
        """
        target = Path(path)
        suffix = saving.suffix_of(target)
        given = {"step": step, "start": start, "stop": stop, "seconds": seconds, "theme": theme}
        told = {name: found for name, found in given.items() if found is not None}
        kept = saving.checked(suffix, told)
        saving.check_steps(kept, *((self.start, self.last) if suffix == ".html" else (0, len(self.trace.events))))
        saving.write(target, lambda: self._file(suffix, kept))
        return target

    def _file(self, suffix: str, told: dict[str, Any]) -> bytes:
        """Return the bytes of a file in one of the formats of `saving`."""
        theme = told.get("theme", self.theme)
        step = told.get("step", self.step)
        if suffix == ".html":
            return self._page(step, theme).encode()
        options = {"theme": "dark" if theme == "dark" else "light", "title": self.title, "grain": self.grain}
        placed = with_layers(self.trace, self._placed(), self.layers)
        if suffix != ".gif":
            return saving.picture(still(self.trace, step, **options, placed=placed), suffix)
        start, stop = told.get("start", self.start), told.get("stop", self.last)
        steps = [k for k in stops(self.trace, self.grain) if start <= k <= stop]
        seconds = told.get("seconds", 1.0)
        saving.check_animation(steps, start, stop)
        return gif(stills(self.trace, steps, **options, placed=placed), seconds)

    def _page(self, step: int, theme: str) -> str:
        state = self._state() | {"step": step, "theme": theme}
        return page(self._trace.saved(self.title, self._placed()), self.title, state, self._trace.told())

    def _state(self) -> dict[str, Any]:
        """Return what a viewer without a kernel opens with."""
        asked = {"_quiz": self._quiz, "answers": self.answers} if self.questions else {}
        return {name: getattr(self, name) for name in STATE} | asked | {"playing": False}

    def __repr__(self) -> str:
        return f"Player at step {self.step} of {len(self.trace.events)}\n{self._trace.told()}"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        data = data | {"text/plain": repr(self), TRACE_MIME_TYPE: self._trace.stored()} | self._fallback()
        return data, metadata | {TRACE_MIME_TYPE: self._state()}

    def _fallback(self) -> dict[str, str]:
        """Return the picture and words that stand for the player where nothing runs; none that would answer a quiz."""
        if self.questions:
            return {}
        try:
            found = fallback(self.trace, self.step, self.title, self._placed(), self._trace.told())
        except Exception:  # there are words beside it, and nobody asked for a picture
            return {}
        return {} if found is None else {"text/html": found}

    def close(self) -> Any:
        """Take the player off the page; its own `layout`, a widget of ipywidgets, too."""
        if self._own_layout is not None:
            self._own_layout.close()
        super().close()

    if hasattr(anywidget.AnyWidget, "_ipython_display_"):  # ipywidgets 7, whose display ignores _repr_mimebundle_

        def _ipython_display_(self, **kwargs: Any) -> None:
            from IPython.display import display

            data, metadata = self._repr_mimebundle_() or ({"text/plain": repr(self)}, {})
            display(data, raw=True, metadata=metadata)
            self._handle_displayed(**kwargs)


def stopped_at_error(trace: Trace) -> bool:
    """Whether the recording ended in an error."""
    return bool(trace.events) and trace.events[-1].kind in ("error", "refused")
