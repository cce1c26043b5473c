"""A layered layout of our own for graphs that Graphviz would take too long over.

Rows by longest path, sources right above their first user, each row ordered and placed by the mean of its
neighbours. Every pass is linear in marks and lines (sorting aside), so that the time is bounded: about two
seconds for 20,000 marks. Readable, not beautiful: lines are single curves that pass behind what is in between.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from autograd_viz.render.picture import Line, Picture
from autograd_viz.render.sizes import size

GAP_X, GAP_Y, MARGIN = 26.0, 46.0, 16.0
HEADING = 22.0
WIDEST_ROW = 24
SWEEPS = 4


@dataclass(slots=True)
class _Place:
    """One mark on its way to a place."""

    width: float
    height: float
    row: int = 0
    x: float = 0.0
    y: float = 0.0
    above: list[_Place] = field(default_factory=list)
    below: list[_Place] = field(default_factory=list)


def layered(drawn: Picture) -> dict[str, Any]:
    """Place a picture's marks in rows, those of an open group in a box of its own; in the form `layout` describes."""
    places = {mark.id: _Place(*size(mark)) for mark in drawn.marks}
    joined = _by_level(drawn)
    members: dict[str, list[str]] = {}
    for id_ in [mark.id for mark in drawn.marks] + [f"g{frame.path}" for frame in drawn.frames]:
        members.setdefault(drawn.inside.get(id_, ""), []).append(id_)
    paths = ["", *(frame.path for frame in drawn.frames)]
    for path in reversed(paths):  # inner ones first
        level = [places[id_] for id_ in members.get(path, [])]
        for tail, head in joined.get(path, []):
            places[tail].below.append(places[head])
            places[head].above.append(places[tail])
        width, height = _settled(level)
        places[f"g{path}"] = _Place(width, height + (HEADING if path else 0.0))
    for path in paths[1:]:  # outer ones first
        box = places[f"g{path}"]
        for id_ in members[path]:
            places[id_].x += box.x - box.width / 2
            places[id_].y += box.y - box.height / 2 + HEADING
    whole = places["g"]
    made = {
        "width": whole.width,
        "height": whole.height,
        "items": [{"id": mark.id, "kind": mark.kind, **_at(places[mark.id])} for mark in drawn.marks],
        "edges": _edges(places, drawn.lines),
        "frames": [{"id": f"g{path}", **_at(places[f"g{path}"])} for path in paths[1:]],
    }
    _part(places)
    return made


def _at(place: _Place) -> dict[str, float]:
    return {"x": round(place.x, 1), "y": round(place.y, 1), "w": place.width, "h": place.height}


def _by_level(drawn: Picture) -> dict[str, list[tuple[str, str]]]:
    """For each open group, what lines join directly within it: marks, or open groups that hold them."""
    joined: dict[str, list[tuple[str, str]]] = {}
    for line in drawn.lines:
        tails, heads = _lineage(drawn, line.tail), _lineage(drawn, line.head)
        level = next((path for path in tails if path in heads), "")
        if tails[level] != heads[level]:
            joined.setdefault(level, []).append((tails[level], heads[level]))
    return joined


def _lineage(drawn: Picture, id_: str) -> dict[str, str]:
    """For each open group around a mark, innermost first: what stands directly in it and is or holds the mark."""
    found = {}
    while True:
        path = drawn.inside.get(id_, "")
        found[path] = id_
        if not path:
            return found
        id_ = f"g{path}"


def _settled(level: list[_Place]) -> tuple[float, float]:
    _rank(level)
    rows = _rows(level)
    _order(rows)
    return _settle(rows)


def reach(drawn: Picture) -> int:
    """Count the rows that all lines cross together: what Graphviz's time grows with, beside the marks."""
    places = {mark.id: _Place(0, 0) for mark in drawn.marks}
    _join(places, drawn.lines)
    _rank(list(places.values()))
    crossed = sum(abs(places[line.head].row - places[line.tail].row) for line in drawn.lines)
    _part(places)
    return crossed


def _join(places: dict[str, _Place], lines: tuple[Line, ...]) -> None:
    for line in lines:
        if line.tail != line.head:
            places[line.tail].below.append(places[line.head])
            places[line.head].above.append(places[line.tail])


def _part(places: dict[str, _Place]) -> None:
    """Let neighbours forget each other, who would wait for the garbage collector otherwise."""
    for place in places.values():
        place.above.clear()
        place.below.clear()


def _rank(places: list[_Place]) -> None:
    """Give each mark the row below its lowest source; what a cycle holds back stays where it got to."""
    waiting = {id(each): len(each.above) for each in places}
    free = deque(each for each in places if not each.above)
    while free:
        place = free.popleft()
        for user in place.below:
            user.row = max(user.row, place.row + 1)
            waiting[id(user)] -= 1
            if not waiting[id(user)]:
                free.append(user)
    for place in places:
        if place.below and not place.above:
            place.row = max(0, min(user.row for user in place.below) - 1)


def _rows(places: list[_Place]) -> list[list[_Place]]:
    """Collect the rows; one that would be wider than a screen can scroll is broken into several."""
    ranked: dict[int, list[_Place]] = {}
    for place in places:
        ranked.setdefault(place.row, []).append(place)
    rows = []
    for _, row in sorted(ranked.items()):
        rows += [row[start : start + WIDEST_ROW] for start in range(0, len(row), WIDEST_ROW)]
    return rows


def _order(rows: list[list[_Place]]) -> None:
    """Draw each row towards its neighbours, downwards and upwards in turn."""
    for row in rows:
        _pack(row, [0.0] * len(row))
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            wanted = [_mean(place, place.above if down else place.below) for place in row]
            order = sorted(range(len(row)), key=wanted.__getitem__)
            row[:] = [row[i] for i in order]
            _pack(row, [wanted[i] for i in order])


def _mean(place: _Place, neighbours: list[_Place]) -> float:
    return sum(each.x for each in neighbours) / len(neighbours) if neighbours else place.x


def _pack(row: list[_Place], wanted: list[float]) -> None:
    """Put a row's marks as near to where they want to be as their widths allow.

    Those in mid-stream weigh more than sources and sinks, which would otherwise push a long chain aside row by row.
    """
    edge, error, weights = float("-inf"), 0.0, 0.0
    for place, x in zip(row, wanted, strict=True):
        place.x = max(x, edge + place.width / 2)
        edge = place.x + place.width / 2 + GAP_X
        weight = 1.0 if place.above and place.below else 1e-3
        error, weights = error + weight * (place.x - x), weights + weight
    for place in row:
        place.x -= error / weights


def _settle(rows: list[list[_Place]]) -> tuple[float, float]:
    """Give rows their heights and move everything to the origin; return the size of all."""
    left = min(place.x - place.width / 2 for row in rows for place in row)
    top, right = MARGIN, 0.0
    for row in rows:
        tallest = max(place.height for place in row)
        for place in row:
            place.x, place.y = round(place.x - left + MARGIN, 1), round(top + tallest / 2, 1)
            right = max(right, place.x + place.width / 2)
        top += tallest + GAP_Y
    return round(right + MARGIN, 1), round(top - GAP_Y + MARGIN, 1)


def _edges(places: dict[str, _Place], lines: tuple[Line, ...]) -> list[dict[str, Any]]:
    """Draw each line as one curve; lines that join the same two marks stand side by side."""
    pairs: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        pairs.setdefault((line.tail, line.head), []).append(line)
    made = []
    for line in lines:
        twins = pairs[line.tail, line.head]
        shift = (twins.index(line) - (len(twins) - 1) / 2) * 14 if len(twins) > 1 else 0.0
        path = _curve(places[line.tail], places[line.head], shift)
        made.append(
            {"id": line.id, "from": line.tail, "to": line.head, "kind": line.kind, "input": line.input, "path": path}
        )
    return made


def _curve(tail: _Place, head: _Place, shift: float) -> list[list[float]]:
    start, end = (tail.x + shift, tail.y + tail.height / 2), (head.x + shift, head.y - head.height / 2)
    bend = min(max(20.0, (end[1] - start[1]) / 2), 160.0)
    points = (start, (start[0], start[1] + bend), (end[0], end[1] - bend), end)
    return [[round(x, 1), round(y, 1)] for x, y in points]
