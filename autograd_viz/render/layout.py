"""Where each mark stands: Graphviz's coordinates as plain data for the player.

Pixels, y down, origin at the top left; see `Layout` in the trace's schema. The same trace gives the same
layout, and the player never asks for another while stepping. Graphs over which Graphviz would take more than
about two seconds are placed by our own rows: see Note [Effort] in `effort.py`.
"""

from __future__ import annotations

import json
from typing import Any

from autograd_viz.render.dot import name, source
from autograd_viz.render.effort import CHEAP, effort
from autograd_viz.render.graphviz_run import run
from autograd_viz.render.group import Group
from autograd_viz.render.grouped import chosen, grouped
from autograd_viz.render.grouping import Grouping
from autograd_viz.render.layered import layered
from autograd_viz.render.picture import Line, Picture, picture
from autograd_viz.render.sizes import looks, size
from autograd_viz.trace.trace import Trace

MARGIN = 16.0


def layout(trace: Trace, expanded: Any = None) -> dict[str, Any]:
    """Place a trace's marks.

    Parameters
    ----------
    trace : Trace
        What was recorded.
    expanded : None, int, callable or iterable of str
        Which groups are open; see `grouped.chosen`.

    Returns
    -------
    dict
        `version`, `width`, `height`, `items` (id, kind, centre x and y, w, h), `edges` (id, from, to,
        kind, input, path: one start and three points for each cubic Bezier segment), `frames` (the open
        groups, outer ones first: id, x, y, w, h), `expanded` (the paths of the groups that are open) and `hidden`
        (w, h and the ids of marks in closed groups that are of this size).

    Raises
    ------
    GraphvizMissingError
        If neither pygraphviz nor a `dot` command is installed, and the graph is not too large for them.
    """
    grouping = Grouping(picture(trace))
    return place(grouping, chosen(grouping, expanded))


def place(grouping: Grouping, expanded: tuple[str, ...], plain: bool = False) -> dict[str, Any]:
    """Place the marks of a picture with these of its groups open; `plain` asks for our own rows."""
    shown = grouped(grouping, frozenset(expanded))
    if not shown.marks:
        placed: dict[str, Any] = {"width": 2 * MARGIN, "height": 2 * MARGIN, "items": [], "edges": [], "frames": []}
    elif plain or effort(shown) > CHEAP:
        placed = layered(shown)
    else:
        placed = _placed(shown, json.loads(run(source(shown), "json0")))
    return {"version": 1, **placed, "expanded": list(expanded), "hidden": _hidden(grouping.picture, shown)}


def _hidden(drawn: Picture, shown: Picture) -> list[dict[str, Any]]:
    """Tell the sizes of marks in closed groups, which the viewer places when it opens them."""
    seen = {mark.id for mark in shown.marks}
    sizes: dict[tuple[float, float], list[str]] = {}
    alike: dict[Any, tuple[float, float]] = {}  # working a size out takes four times as long as seeing that it is known
    for mark in drawn.marks:
        if mark.id not in seen:
            key = looks(mark)
            if key not in alike:
                alike[key] = size(mark)
            sizes.setdefault(alike[key], []).append(mark.id)
    return [{"w": w, "h": h, "ids": ids} for (w, h), ids in sizes.items()]


def _placed(drawn: Picture, graph: dict[str, Any]) -> dict[str, Any]:
    _, _, right, top = (float(each) for each in graph["bb"].split(","))
    objects = {each["name"]: each for each in graph["objects"]}
    paths = {each["id"]: each["pos"] for each in graph.get("edges", ())}
    items = []
    for mark in drawn.marks:
        (x, y), (w, h) = _point(objects[name(mark.id)]["pos"], top), size(mark)
        items.append({"id": mark.id, "kind": mark.kind, "x": x, "y": y, "w": w, "h": h})
    edges = [_edge(line, paths[name(line.id)], top) for line in drawn.lines]
    frames = [_frame(group, objects[f"cluster_{n}"]["bb"], top) for n, group in enumerate(drawn.frames)]
    width, height = round(right + 2 * MARGIN, 1), round(top + 2 * MARGIN, 1)
    return {"width": width, "height": height, "items": items, "edges": edges, "frames": frames}


def _frame(group: Group, box: str, top: float) -> dict[str, Any]:
    left, low, right, high = (float(each) for each in box.split(","))
    x, y = _point(f"{(left + right) / 2},{(low + high) / 2}", top)
    return {"id": f"g{group.path}", "x": x, "y": y, "w": round(right - left, 1), "h": round(high - low, 1)}


def _edge(line: Line, path: str, top: float) -> dict[str, Any]:
    points = [_point(each, top) for each in path.split() if each[0] not in "es"]
    made = {"id": line.id, "from": line.tail, "to": line.head, "kind": line.kind, "input": line.input}
    return {**made, "path": points}


def _point(pair: str, top: float) -> list[float]:
    """Turn Graphviz's `x,y`, y up, into the player's."""
    x, y = pair.split(",")[:2]
    return [round(float(x) + MARGIN, 1), round(top - float(y) + MARGIN, 1)]
