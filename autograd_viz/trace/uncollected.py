"""Making many records at once without Python looking for garbage among them, which takes a quarter of the time.

Note [Promoted]. What was made meanwhile is young, and the next collection would look at all of it, to find that it
stays: 0.7 s for a recording of 20,000 nodes. `gc.freeze` and `gc.unfreeze` put it among the old objects unseen. What
is garbage there goes with the next full collection, as it does among all that has lived for long.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause the garbage collector, where it runs, for a block that makes many objects and drops few."""
    runs = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        promote()
        if runs:  # else whoever paused it, perhaps around this block, sets it going again
            gc.enable()


MANY = 50_000
"""So many objects made since the last collection take longer to look at than it takes to promote them."""


def promote(least: int = MANY) -> None:
    """Count what was made since the last collection, if it is so much, as old: see Note [Promoted]."""
    if gc.get_count()[0] >= least and not gc.get_freeze_count():  # what the user froze stays frozen
        gc.freeze()
        gc.unfreeze()


SELDOM = 1_000
"""Collections of younger objects between two full ones while something is recorded; Python's own number is 10."""
OVERDUE = 50
"""So many collections of younger objects, those of a recording of some 3,000 nodes, make a full one fall due."""


def seldom_collected() -> Callable[[], None]:
    """Make full collections rare, and return what ends that: a recording drops nothing for them to find.

    Of 20,000 nodes they take a quarter of the time, for each looks at all that was recorded before.
    """
    before, waited = gc.get_threshold(), gc.get_count()[2]
    rare = (*before[:2], max(before[2], SELDOM))
    gc.set_threshold(*rare)

    def end() -> None:
        if gc.get_threshold() == rare:  # else it is the user's, who has set another since
            gc.set_threshold(*before)
            if gc.get_count()[2] - waited > OVERDUE:  # else it follows at once, in the middle of `play`
                promote(0)

    return end
