"""A layout that its trace outgrows: what is new goes beside it, and nothing that was there moves."""

from __future__ import annotations

from typing import Any

from autograd_viz.render.grouped import merged, stand_ins
from autograd_viz.render.grouping import Grouping
from autograd_viz.render.layered import GAP_X, GAP_Y, MARGIN
from autograd_viz.render.picture import Line, Mark, picture
from autograd_viz.render.sizes import size
from autograd_viz.trace.trace import Trace

SHORTEST = 640.0
"""How far down a column may go beside any layout, in pixels."""


class Growth:
    """The columns that a layout gets at its right, as its trace's picture grows.

    New marks stand in the order they came, one below the other and below what they come from: data flows down.
    Groups that were closed stay so, and get no new members.
    """

    def __init__(self, layout: dict[str, Any], trace: Trace) -> None:
        self.layout = layout
        drawn = picture(trace)
        self.closed = stand_ins(Grouping(drawn), frozenset(layout["expanded"]))
        self.items = {each["id"]: each for each in layout["items"]}
        self.edges = {each["id"] for each in layout["edges"]}
        self.lowest = max(layout["height"], SHORTEST)
        self.left, self.below = layout["width"] - MARGIN + GAP_X, MARGIN

    def follow(self, trace: Trace) -> dict[str, Any] | None:
        """Return the layout with places for what the trace now has beyond it, or None if there is nothing new."""
        drawn = picture(trace)
        marks = [each for each in drawn.marks if each.id not in self.items and each.id not in self.closed]
        joined = merged(drawn.lines, self.closed)
        lines = [each for each in joined if each.id not in self.edges and each.tail != each.head]
        if not marks and not lines:
            return None
        sources: dict[str, list[str]] = {}
        for line in lines:
            sources.setdefault(line.head, []).append(line.tail)
        placed = [self._place(each, sources.get(each.id, [])) for each in _as_they_came(marks, sources)]
        drawn_lines = [self._draw(each) for each in lines]
        items, edges = [*self.layout["items"], *placed], [*self.layout["edges"], *drawn_lines]
        right = max((each["x"] + each["w"] / 2 + MARGIN for each in placed), default=0.0)
        bottom = max((each["y"] + each["h"] / 2 + MARGIN for each in placed), default=0.0)
        width, height = max(self.layout["width"], right), max(self.layout["height"], bottom)
        self.layout = {**self.layout, "width": width, "height": height, "items": items, "edges": edges}
        return self.layout

    def _place(self, mark: Mark, sources: list[str]) -> dict[str, Any]:
        w, h = size(mark)
        above = [self.items[each] for each in sources if each in self.items]
        least = max((each["y"] + each["h"] / 2 + GAP_Y for each in above), default=MARGIN)
        if self.below > least and self.below + h > self.lowest:
            self.left, self.below = self.layout["width"] + GAP_X, MARGIN
        top = max(self.below, least)
        place = {"id": mark.id, "kind": mark.kind, "x": self.left + w / 2, "y": top + h / 2, "w": w, "h": h}
        self.items[mark.id] = place
        self.below = top + h + GAP_Y
        self.layout = {**self.layout, "width": max(self.layout["width"], self.left + w + MARGIN)}
        return place

    def _draw(self, line: Line) -> dict[str, Any]:
        tail, head = self.items[line.tail], self.items[line.head]
        start, end = (tail["x"], tail["y"] + tail["h"] / 2), (head["x"], head["y"] - head["h"] / 2)
        bend = min(max(GAP_Y, (end[1] - start[1]) / 2), 160.0)
        points = (start, (start[0], start[1] + bend), (end[0], end[1] - bend), end)
        self.edges.add(line.id)
        path = [[round(x, 1), round(y, 1)] for x, y in points]
        made = {"id": line.id, "from": line.tail, "to": line.head, "kind": line.kind, "input": line.input}
        return {**made, "path": path}


def _as_they_came(marks: list[Mark], sources: dict[str, list[str]]) -> list[Mark]:
    """Return marks by their nodes' sequence numbers, what has none before the first that reads it."""
    left = {each.id: each for each in marks}
    ordered = []
    for mark in sorted(marks, key=lambda each: float("inf") if each.node is None else each.node.id):
        plain = [left.pop(each) for each in sources.get(mark.id, ()) if each in left and left[each].node is None]
        ordered += plain
        if mark.id in left:
            ordered.append(left.pop(mark.id))
    return ordered
