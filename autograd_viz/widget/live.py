"""The `LivePlayer`: a player whose trace grows, because it steps the engine itself."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from typing import Any

import traitlets

from autograd_viz.render.grown import Growth
from autograd_viz.trace.recording import LiveRun
from autograd_viz.widget.feed import Feed
from autograd_viz.widget.player import Player
from autograd_viz.widget.words import excuse, tell


class LivePlayer(Player):
    """Step through a backward pass while it happens; what `play(loss, live=True)` returns.

    The engine waits after each event. Cells may read and change tensors meanwhile, and the next step goes on with
    what it then finds: hooks run, and a saved tensor that was changed in place raises. Stepping back shows the past
    and changes nothing. The player's buttons drive the engine when they are at its present; so do the methods here.

    Attributes
    ----------
    live : str
        "paused", "finished", "failed" or "abandoned"; to be observed, not set.
    report : str
        What the run has consumed and written, once it failed or was abandoned.
    error : BaseException or None
        What the engine raised. A button never raises in a cell: look here, or at the trace's last event.

    Notes
    -----
    Only one run is live at a time: playing again abandons the run before it. A saved page, and a notebook's output,
    hold the trace as it was when they were made. A `record()` around it notes the user's operations, but not the run,
    which is in the player's own trace.

    Examples
    --------
    >>> import autograd_viz as ag
    >>> w = ag.tensor(3.0, requires_grad=True)
    >>> player = ag.play(w * w, live=True)
    >>> player.advance(), w.grad
    (True, None)
    >>> player.finish()
    >>> player.live, w.grad
    ('finished', tensor(6.))
    """

    live = traitlets.Enum(("paused", "finished", "failed", "abandoned"), "paused").tag(sync=True)
    report = traitlets.Unicode("").tag(sync=True)

    def __init__(self, run: LiveRun, **state: Any) -> None:
        if not isinstance(run, LiveRun):
            raise TypeError(
                f"LivePlayer() shows a LiveRun, got {type(run).__name__}; `ag.play(loss, live=True)` begins one"
            )
        self._run = run
        self._told_over = False  # whether its user knows that the run is over
        self._telling = threading.RLock()  # a button may be handled on another thread than a cell
        super().__init__(run.trace, **{"step": len(run.trace.events), **state})
        self._feed = Feed(run.trace)
        self._growth = Growth(self._trace.layout, run.trace)
        self.on_msg(self._asked)
        run.watcher = _unless_gone(weakref.WeakMethod(self._follow))

    @property
    def error(self) -> BaseException | None:
        """What the engine raised, if it did."""
        return self._run.error

    def advance(self, by: str | None = None) -> bool:
        """Let the engine take its next step, and show it.

        Parameters
        ----------
        by : str, optional
            "event" for the next event, "node" for the rest of a node's turn; by default the player's `grain`.

        Returns
        -------
        bool
            Whether the engine moved: False once the run is over, so that `while player.advance()` goes to its end.
            Asked for more after that, a warning says so.

        Raises
        ------
        BaseException
            What the engine raises, as `backward` would.
        """
        steps = {"event": self._run.advance, "node": self._run.turn}
        chosen = self.grain if by is None else by
        if not isinstance(chosen, str) or chosen not in steps:
            raise ValueError(f"advance() goes by 'event' or 'node', got {by!r}")
        moved: bool = self._drive(steps[chosen])
        if self._told_over and not moved:
            tell(f"the run is {self.live}: it has no next step. `ag.play(loss, live=True)` begins one on a new loss")
        self._told_over = not moved
        return moved

    def finish(self) -> None:
        """Let the engine run to its end, and show it; otherwise as `advance`."""
        self._drive(self._run.finish)
        self._told_over = True

    def abandon(self) -> str:
        """Give the rest of the run up and return what it has consumed; "" if it was complete."""
        self._told_over = True
        return self._drive(self._run.abandon)

    def close(self) -> str:
        """Abandon the run, take the player off the page, and return what the run has consumed."""
        run = getattr(self, "_run", None)  # one that was not made is closed too, as Python throws it away
        report = "" if run is None else self.abandon() if hasattr(self, "_feed") else run.abandon()
        self.on_msg(self._asked, remove=True)  # which would hold the player in a cycle
        super().close()
        return report

    def _drive(self, act: Callable[[], Any]) -> Any:
        """Do something with the run; whatever comes of it, tell the viewers."""
        try:
            return act()
        finally:
            self._follow()

    def _follow(self) -> None:
        """Bring the viewers to where the run is; a fault in that is told, but is nobody's error."""
        try:
            with self._telling:
                self._tell()
        except Exception as error:
            excuse(error, "the player does not show how the run goes on")

    def _tell(self) -> None:
        more = self._feed.more()
        if {"tensors", "ops", "nodes"} & set(more["new"]):
            layout = self._growth.follow(self.trace)
            if layout is not None:
                more["layout"] = layout
        self._trace.grown(more.get("layout"))
        self.send({"kind": "more", **more})  # first, so that viewers know the step they are then told of
        if len(self.trace.events) > more["at"]["events"]:
            self.step = len(self.trace.events)
        self.live, self.report = self._run.state, self._run.report

    def _asked(self, _: Any, content: Any, buffers: Any) -> None:
        """Do what a viewer asks for; what the engine raises is kept in `error` and in the trace."""
        wish = content.get("kind") if isinstance(content, dict) else None
        acts = {
            "event": self._run.advance,
            "node": self._run.turn,
            "end": self._run.finish,
            "abandon": self._run.abandon,
        }
        if wish == "whole":
            self._tell_whole(content.get("have"))
        elif isinstance(wish, str) and wish in acts:
            try:
                self._drive(acts[wish])
            except Exception as error:
                if error is not self.error:
                    raise

    def _tell_whole(self, have: Any) -> None:
        """Send the trace to viewers that lack some of it: those shown late, and those that missed a message."""
        with self._telling:
            if have != len(self.trace.events):
                self.send({"kind": "whole", "trace": self._trace.sent()})

    def _state(self) -> dict[str, Any]:
        return super()._state() | {"live": self.live, "report": self.report}


def _unless_gone(method: weakref.WeakMethod[Any]) -> Callable[[], None]:
    """Return what calls a method of an object that it does not keep alive."""

    def call() -> None:
        found = method()
        if found is not None:
            found()

    return call
