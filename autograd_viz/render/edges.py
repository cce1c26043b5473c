"""The edges of a still picture: data runs along them, gradients run against them. A twin of the player's edge.ts."""

from __future__ import annotations

from math import pi
from typing import Any

from autograd_viz.render.beside import beside
from autograd_viz.render.cells import figure
from autograd_viz.render.picture import Mark
from autograd_viz.render.scene import Scene
from autograd_viz.render.shapes import Point, Sheet, Text, lines, rounded, turned
from autograd_viz.render.sizes import SMALL
from autograd_viz.render.spline import angle_at, point_at
from autograd_viz.trace.arrays import numbers
from autograd_viz.trace.data import Value
from autograd_viz.trace.event import OpEvent, SeedEvent, SendEvent
from autograd_viz.trace.figures import value_text

ARROW = lines((0, 0), (-9, -4.2), (-7, 0), (-9, 4.2), (0, 0))
CUTS = {"cut": "cut here", "refused": "not allowed"}
STATES = ("future", "idle", "sent", "forward", "current")
"""Of lines merged into one edge, its `parts`, the last of these shows."""
LONGEST = 14
"""A vector's numbers are written on the token if they fit, so long."""
DASHES = {"tracked": "", "untracked": "dotted", "cut": "dashed", "refused": "dashed"}


def draw_edge(
    sheet: Sheet, scene: Scene, edge: dict[str, Any], marks: dict[str, Mark], placed: dict[str, Any], says: bool = False
) -> None:
    """Draw one edge of a layout with its arrow, in the direction of what last went along it.

    `says` is whether a cut that an error came from says so.
    """
    colours, state = scene.palette, _state(scene, edge, marks)
    path = tuple((float(x), float(y)) for x, y in edge["path"])
    if state == "future":
        sheet.path(path, stroke=colours.line, dash="dotted")
        return
    colour = {"forward": colours.forward, "sent": colours.grad, "current": colours.grad}.get(state, colours.edge)
    width = {"forward": 2.4, "sent": 1.8, "current": 3.0}.get(state, 1.4)
    faulty = is_fault(scene, edge)
    if faulty:
        colour, width = colours.error, 2.0
    sheet.path(path, stroke=colour, width=width, dash=DASHES.get(edge["kind"], ""))
    backward = state in ("sent", "current")
    at, turn = (0.0, pi) if backward else (1.0, 0.0)
    sheet.path(turned(ARROW, point_at(path, at), angle_at(path, at) + turn), fill=colour)
    if edge["kind"] in CUTS:
        _cut(sheet, scene, path, faulty)
        if faulty and says:
            words = CUTS[edge["kind"]]
            x, y = beside(edge, len(words) * SMALL, 16, (0.5,), 0, placed)
            sheet.text(Text(x, y + 12, words, colour, bold=True))


def is_fault(scene: Scene, edge: dict[str, Any]) -> bool:
    """Return whether an error came because this edge was cut, or because it was not allowed."""
    if edge.get("parts"):
        return any(is_fault(scene, part) for part in edge["parts"])
    if edge["kind"] not in CUTS or edge["to"] not in scene.culprits or scene.frame.current.node is not None:
        return False
    return edge["kind"] == "cut" or edge["from"] in scene.culprits


def draw_token(sheet: Sheet, scene: Scene, edges: list[dict[str, Any]]) -> None:
    """Draw the gradient that the last event puts on an edge."""
    value = scene.carried()
    edge = next((each for each in edges if value is not None and _is_current(scene, each)), None)
    if value is None or edge is None:
        return
    text = _token_text(value)
    width = max(28.0, len(text) * 6.9 + 14)
    place = 0.5 if isinstance(scene.event, SendEvent | SeedEvent) else 0.75
    placed = sheet.at(*point_at(edge["path"], place))
    placed.path(rounded(-width / 2, -10, width, 20, 10), fill=scene.palette.grad, stroke=scene.palette.paper, width=2)
    placed.text(Text(0, 4, text, scene.palette.card, anchor="middle", bold=True))


def _token_text(value: Value) -> str:
    found = numbers(value)
    if found is not None and not value.shape:
        return figure(float(found[0]))
    short = value_text(value) if len(value.shape) == 1 else None
    return short if short is not None and len(short) <= LONGEST else f"[{', '.join(map(str, value.shape))}]"


def _cut(sheet: Sheet, scene: Scene, path: tuple[Point, ...], faulty: bool) -> None:
    """Draw two strokes across the line, where tracking stops."""
    at, angle = point_at(path, 0.5), angle_at(path, 0.5)
    colour = scene.palette.error if faulty else scene.palette.ink
    sheet.path(turned(rounded(-5, -7, 10, 14, 0), at, angle), fill=scene.palette.paper)
    for left in (-5, 1):
        sheet.path(turned(lines((left, 7), (left + 4, -7)), at, angle), stroke=colour, width=1.6)


def _state(scene: Scene, edge: dict[str, Any], marks: dict[str, Mark]) -> str:
    if edge.get("parts"):
        return max((_state(scene, part, marks) for part in edge["parts"]), key=STATES.index)
    if _is_current(scene, edge):
        return "forward" if isinstance(scene.event, OpEvent) else "current"
    tail, head = marks.get(edge["from"]), marks.get(edge["to"])
    if any(each is not None and scene.is_future(each) for each in (tail, head)):
        return "future"
    state = None if head is None or head.node is None else scene.frame.nodes[head.node.id]
    if state is None:
        return "idle"
    if edge["to"].startswith("r"):
        return "sent" if head is not None and scene.seed(head) is not None else "idle"
    if edge["kind"] != "tracked" or edge["input"] is None:
        return "idle"
    return "sent" if state.sent[edge["input"]] is not None else "idle"


def _is_current(scene: Scene, edge: dict[str, Any]) -> bool:
    """Whether the last event touches this edge."""
    if edge.get("parts"):
        return any(_is_current(scene, part) for part in edge["parts"])
    event, now = scene.event, scene.frame.current
    if isinstance(event, OpEvent):
        return bool(edge["to"] == scene.of_op(event.op))
    if isinstance(event, SeedEvent):
        return bool(edge["to"] == f"r{event.node}:{event.index}")
    if now.node is None or now.input is None or edge["kind"] != "tracked":
        return False
    return bool(edge["to"] == f"n{now.node}" and edge["input"] == now.input)
