"""Where words beside an edge stand: where they cover the fewest cards and lines. A twin of the player's beside.ts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd_viz.render.shapes import Point
from autograd_viz.render.spline import point_at

GAP, SAMPLES = 11.0, 40


def beside(
    edge: dict[str, Any], w: float, h: float, along: Sequence[float], down: float, placed: dict[str, Any]
) -> Point:
    """Return the upper left corner for words of a size.

    They stand right or left of the edge at one of these places along it, and so far below.
    """
    high, low = (pick(y for _, y in edge["path"]) for pick in (min, max))
    high, low = high - abs(down) - h, low + abs(down) + h
    items = [each for each in placed["items"] if each["y"] + each["h"] / 2 > high and each["y"] - each["h"] / 2 < low]
    paths = [each["path"] for each in placed["edges"] if each["id"] != edge["id"]]
    paths = [path for path in paths if max(path[0][1], path[-1][1]) > high and min(path[0][1], path[-1][1]) < low]

    def covered(place: Point) -> int:
        left, top = place
        out = 2 if left < 0 or left + w > placed["width"] else 0
        middle = (left + w / 2, top + h / 2)
        cards = sum(_is_at(middle, w, h, each["x"], each["y"], each["w"], each["h"]) for each in items)
        lines = sum(_passes(path, middle, w, h) for path in paths)
        return out + 2 * cards + lines

    points = [point_at(edge["path"], t) for t in along]
    places = [(left, y + down - h / 2) for x, y in points for left in (x + GAP, x - GAP - w)]
    free = next((place for place in places if not covered(place)), None)
    return free or min(places, key=covered)


def _passes(path: Sequence[Sequence[float]], middle: Point, w: float, h: float) -> bool:
    ends = path[0][1], path[-1][1]
    if max(ends) < middle[1] - h / 2 or min(ends) > middle[1] + h / 2:
        return False
    return any(_is_at(middle, w, h, *point_at(path, i / SAMPLES), 4, 4) for i in range(SAMPLES + 1))


def _is_at(middle: Point, w: float, h: float, x: float, y: float, wide: float, high: float) -> bool:
    return abs(x - middle[0]) < (wide + w) / 2 and abs(y - middle[1]) < (high + h) / 2
