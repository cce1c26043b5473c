"""Patterns of broken lines, and a path cut into its dashes for a painter that has only patterns of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import dist

from autograd_viz.render.shapes import Point

DASHES = {"dashed": (5.0, 4.0), "long": (9.0, 4.0), "fine": (3.0, 2.0), "dotted": (1.5, 4.0)}
"""Pixels of a dash and of the gap after it."""
SMOOTH = 8
"""Straight pieces for each curve of a path."""


def cut(points: Sequence[Point], dash: str) -> list[list[Point]]:
    """Return a path's dashes, each a line through some points."""
    on, off = DASHES[dash]
    made: list[list[Point]] = [[points[0]]]
    is_on, left = True, on
    for start, stop in pairwise(_flat(points)):
        length, done = dist(start, stop), 0.0
        while length - done > left:
            done += left
            turn = _between(start, stop, done / length)
            if is_on:
                made[-1].append(turn)
            else:
                made.append([turn])
            is_on, left = not is_on, off if is_on else on
        left -= length - done
        if is_on:
            made[-1].append(stop)
    return [each for each in made if len(each) > 1]


def _flat(points: Sequence[Point]) -> Iterator[Point]:
    """Yield points along cubic Bezier segments: one start, then three points for each."""
    yield points[0]
    for i in range(0, len(points) - 3, 3):
        a, b, c, d = points[i : i + 4]
        for step in range(1, SMOOTH + 1):
            t = step / SMOOTH
            ab, bc, cd = _between(a, b, t), _between(b, c, t), _between(c, d, t)
            yield _between(_between(ab, bc, t), _between(bc, cd, t), t)


def _between(a: Point, b: Point, t: float) -> Point:
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t
