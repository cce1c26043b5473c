"""Which steps a player shows: the present one, and the first and last that it may be."""

from __future__ import annotations

from typing import Any

import traitlets

from autograd_viz.widget.traits import Fixed, Whole
from autograd_viz.widget.words import tell


class Steps(traitlets.HasTraits):
    """The traits `step`, `start` and `stop` of a player.

    As sliders do, they take the nearest step that there is for one that there is not; the user is warned, a viewer
    and what is linked to it is not.
    """

    step = Whole().tag(sync=True)
    start = Whole().tag(sync=True)
    stop = Whole(None, allow_none=True).tag(sync=True)
    trace: Any = Fixed("ag.play(trace)")
    _property_lock: Any  # a widget's: what its viewer has just sent

    @property
    def last(self) -> int:
        """The last step that can be shown."""
        return len(self.trace.events) if self.stop is None else max(self.start, self.stop)

    @traitlets.validate("step")
    def _within_the_range(self, proposal: Any) -> int:
        return self._nearest("step", proposal["value"], self.start, self.last)

    @traitlets.validate("start")
    def _within_the_events(self, proposal: Any) -> int:
        return self._nearest("start", proposal["value"], 0, len(self.trace.events))

    @traitlets.validate("stop")
    def _after_the_start(self, proposal: Any) -> int | None:
        stop = proposal["value"]
        return None if stop is None else self._nearest("stop", stop, self.start, len(self.trace.events))

    @traitlets.observe("start", "stop")
    def _keep_step_in_range(self, change: Any) -> None:
        self.step = nearest(self.step, self.start, self.last)

    def _nearest(self, name: str, wanted: int, first: int, last: int) -> int:
        found = nearest(wanted, first, last)
        if found != wanted and name not in self._property_lock:
            tell(
                f"a player's {name} is {first} (the first step) to {last} (the last), got {wanted}: {found} is taken. "
                f"Steps count events, of which this trace has {len(self.trace.events)}."
            )
        return found


def nearest(wanted: int, first: int, last: int) -> int:
    """Return the step from `first` to `last` that is nearest to one wanted."""
    return max(first, min(wanted, last))
