"""Where each mark stands: Graphviz's coordinates as plain data for the player.

Pixels, y down, origin at the top left; see `Layout` in the trace's schema. The same trace gives the same
layout, and the player never asks for another while stepping. Graphs over which Graphviz would take more than
about two seconds are placed by our own rows: see Note [Effort] in `effort.py`.
"""

from __future__ import annotations

import json
from typing import Any

from autograd_viz.render.dot import source
from autograd_viz.render.effort import CHEAP, effort
from autograd_viz.render.graphviz_run import run
from autograd_viz.render.layered import layered
from autograd_viz.render.picture import Line, Picture, picture
from autograd_viz.render.sizes import size
from autograd_viz.trace.trace import Trace

MARGIN = 16.0


def layout(trace: Trace) -> dict[str, Any]:
    """Place a trace's marks.

    Returns
    -------
    dict
        `version`, `width`, `height`, `items` (id, kind, centre x and y, w, h) and `edges` (id, from, to,
        kind, input, path: one start and three points for each cubic Bezier segment).

    Raises
    ------
    GraphvizMissingError
        If neither pygraphviz nor a `dot` command is installed, and the graph is not too large for them.
    """
    drawn = picture(trace)
    if not drawn.marks:
        return {"version": 1, "width": 2 * MARGIN, "height": 2 * MARGIN, "items": [], "edges": []}
    if effort(drawn) > CHEAP:
        return layered(drawn)
    return _placed(drawn, json.loads(run(source(drawn), "json0")))


def _placed(drawn: Picture, graph: dict[str, Any]) -> dict[str, Any]:
    _, _, right, top = (float(each) for each in graph["bb"].split(","))
    at = {each["name"]: _point(each["pos"], top) for each in graph["objects"]}
    paths = {each["id"]: each["pos"] for each in graph.get("edges", ())}
    items = []
    for mark in drawn.marks:
        (x, y), (w, h) = at[mark.id], size(mark)
        items.append({"id": mark.id, "kind": mark.kind, "x": x, "y": y, "w": w, "h": h})
    edges = [_edge(line, paths[line.id], top) for line in drawn.lines]
    width, height = round(right + 2 * MARGIN, 1), round(top + 2 * MARGIN, 1)
    return {"version": 1, "width": width, "height": height, "items": items, "edges": edges}


def _edge(line: Line, path: str, top: float) -> dict[str, Any]:
    points = [_point(each, top) for each in path.split() if each[0] not in "es"]
    made = {"id": line.id, "from": line.tail, "to": line.head, "kind": line.kind, "input": line.input}
    return {**made, "path": points}


def _point(pair: str, top: float) -> list[float]:
    """Turn Graphviz's `x,y`, y up, into the player's."""
    x, y = pair.split(",")[:2]
    return [round(float(x) + MARGIN, 1), round(top - float(y) + MARGIN, 1)]
