"""How hard a picture is for Graphviz, and how much care it may take over it.

Note [Effort]
-------------
The time `dot` takes grows with its marks and, faster, with the rows that lines cross: it puts a node of its own
into each row a line passes, so that a leaf used 500 times along a chain becomes 125,000 of them and takes
minutes. `effort` counts both before Graphviz is asked. Measured on one core of a shared machine, in seconds
(marks / rows crossed):

    multiplied 60 times by one leaf     63 /   1,952   careful 0.6   quick 0.05
    an RNN of 20 steps                 126 /   2,462   careful 1.5   quick 0.2
    an RNN of 30 steps                 186 /   5,492   careful > 6   quick 0.5
    an RNN of 40 steps                 246 /   9,722   careful > 12  quick 1.4   our own rows 0.01
    a chain of 2,000                 2,001 /   3,332   careful 1.7   quick 2.8   our own rows 0.1
    multiplied 500 times by one leaf   503 / 126,252                             our own rows 0.03
    an RNN of 300 steps              1,806 / 540,902                             our own rows 0.1

Marks count for more than their time: a long chain drifts sideways under Graphviz, and stands upright in our rows.
"""

from __future__ import annotations

from autograd_viz.render.layered import reach
from autograd_viz.render.picture import Picture

CAREFUL, CHEAP = 2_400, 7_000
QUICK = {"splines": "line", "nslimit": "1", "nslimit1": "1", "mclimit": "0.2", "searchsize": "10"}


def effort(drawn: Picture) -> int:
    """Estimate Graphviz's work: up to `CAREFUL` it may take every care, above `CHEAP` it would take too long."""
    return 6 * len(drawn.marks) + reach(drawn)


def settings(drawn: Picture) -> dict[str, str]:
    """Return what keeps Graphviz's time bounded: straight lines and fewer attempts for large pictures."""
    return QUICK if effort(drawn) > CAREFUL else {}
