"""The card of a closed group in a still picture, and the frame of an open one. A twin of the player's groupcard.ts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from autograd_viz.render.group import Group
from autograd_viz.render.picture import Line, Mark, Picture
from autograd_viz.render.scene import Scene
from autograd_viz.render.shapes import Sheet, Text, lines, rounded
from autograd_viz.render.sizes import PAD, SMALL, TITLE, TITLE_ROW, group_title
from autograd_viz.render.text import clip
from autograd_viz.trace.replay import NodeState

BAR = 5.0
HEAD = 7.3
"""How wide a letter of a frame's name is."""
URGENT = ("error", "running", "ready", "waiting")


@dataclass(frozen=True, slots=True)
class Content:
    """What a closed group hides: its marks, and the lines that cross its border against which gradients go."""

    group: Group
    marks: tuple[Mark, ...]
    into: tuple[Line, ...]
    out_of: tuple[Line, ...]


def content(group: Group, marks: dict[str, Mark], lines_: tuple[Line, ...]) -> Content:
    """Collect what a group hides."""
    own = set(group.marks())
    crossing = [
        each
        for each in lines_
        if each.kind == "tracked" and each.input is not None and (each.tail in own) != (each.head in own)
    ]
    into, out_of = ([each for each in crossing if (each.tail in own) is inner] for inner in (True, False))
    return Content(group, tuple(marks[each] for each in own), tuple(into), tuple(out_of))


def with_parts(
    edges: list[dict[str, Any]], drawn: Picture, groups: dict[str, Group], items: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return edges that end at closed groups with the lines they stand for, as `parts`."""
    closed = [item["id"] for item in items if item["id"][0] == "g" and item["id"][1:] in groups]
    stands_for = {mark: id_ for id_ in closed for mark in groups[id_[1:]].marks()}
    parts: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for line in drawn.lines:
        ends = stands_for.get(line.tail, line.tail), stands_for.get(line.head, line.head)
        if ends != (line.tail, line.head):
            part = {"from": line.tail, "to": line.head, "kind": line.kind, "input": line.input}
            parts.setdefault(ends, []).append(part)
    return [{**edge, "parts": parts.get((edge["from"], edge["to"]), [])} for edge in edges]


def group_card(sheet: Sheet, scene: Scene, held: Content, w: float, h: float) -> None:
    """Draw the card of a closed group at the sheet's origin."""
    colours, group = scene.palette, held.group
    coming = all(scene.is_future(mark) for mark in held.marks if mark.id[0] != "t")
    states = [state for mark in held.marks if (state := scene.node_state(mark)) is not None]
    for by in (8, 4) if group.times else (4,):
        sheet.path(lines((10 + by, h + by), (w + by, h + by), (w + by, 10 + by)), stroke=colours.line)
    sheet.path(rounded(0, 0, w, h, 9.0), **_face(scene, held, states, coming))
    if coming:
        return
    name, module = group_title(group)
    sheet.text(Text(PAD, PAD / 2 + 15.5, name, colours.ink, 13, bold=True))
    title = len(name) * TITLE
    if module:
        sheet.text(Text(PAD + title + SMALL, PAD / 2 + 15.5, module, colours.muted))
        title += (len(module) + 1) * SMALL
    if group.times:
        sheet.text(Text(PAD + title + 8, PAD / 2 + 15.5, f"×{group.times}", colours.muted, 13, bold=True))
        title += 8 + len(f"×{group.times}") * TITLE
    inside = sum(1 for mark in held.marks if mark.id[0] in "no")
    words = f"{inside} operation{'' if inside == 1 else 's'}"
    sheet.text(Text(PAD, PAD / 2 + TITLE_ROW + 12, words, colours.muted))
    _progress(sheet.at(PAD, PAD / 2 + TITLE_ROW + 22), scene, states, (w - 2 * PAD, title))
    sheet.text(Text(PAD, h - 12, clip(_ways(scene, held), int((w - 2 * PAD) / SMALL)), colours.muted))


def draw_frame(sheet: Sheet, scene: Scene, box: dict[str, Any]) -> None:
    """Draw the frame around an open group, without its name, which stands over the edges."""
    placed = sheet.at(box["x"] - box["w"] / 2, box["y"] - box["h"] / 2)
    placed.path(rounded(0, 0, box["w"], box["h"], 10.0), fill=scene.palette.wash, stroke=scene.palette.line)


def draw_head(sheet: Sheet, scene: Scene, group: Group, box: dict[str, Any]) -> None:
    """Write the name of an open group on its frame."""
    colours = scene.palette
    placed = sheet.at(box["x"] - box["w"] / 2, box["y"] - box["h"] / 2)
    times = f" of {group.times}" if group.kind == "loop" else f" ×{group.times}" if group.times else ""
    name = f"{group.heading}{times}"
    name = clip(name, max(4, int((box["w"] - 44) / TITLE)))
    placed.path(rounded(8, 3, len(name) * HEAD + 8, 17, 4), fill=colours.wash)
    placed.text(Text(12, 15.5, name, colours.muted, 12, bold=True))


def _face(scene: Scene, held: Content, states: list[NodeState], coming: bool) -> dict[str, Any]:
    colours = scene.palette
    if coming:
        return {"stroke": colours.line, "dash": "dotted"}
    parts = {scene.part(mark) for mark in held.marks}
    seen = {each.state for each in states}
    stroke, width, dash = colours.edge, 1.75, ""
    if "fault" in parts or "error" in seen:
        stroke, width = colours.error, 2.5
        dash = "long" if any(scene.is_cause(mark.id) for mark in held.marks) and "error" not in seen else ""
    elif "running" in seen or "receives" in parts:
        stroke, width = colours.grad, 2.5
    elif "acts" in parts:
        stroke, width = colours.forward, 2.5
    return {"fill": colours.card, "stroke": stroke, "width": width, "dash": dash}


def _progress(sheet: Sheet, scene: Scene, states: list[NodeState], room: tuple[float, float]) -> None:
    """Draw the bar, as wide as there is room, and above it the count: beside a wide title in percent."""
    colours, (w, title) = scene.palette, room
    expected = [each for each in states if each.expected]
    done = [each for each in expected if each.arrived and each.state in ("done", "freed")]
    if expected:
        sheet.path(rounded(0, 0, w, BAR, BAR / 2), fill=colours.line)
    if done:
        sheet.path(rounded(0, 0, w * len(done) / len(expected), BAR, BAR / 2), fill=colours.grad)
    if expected:
        at_work = any(each.state in URGENT for each in states)
        words = f"{len(done)} of {len(expected)}" if at_work or len(done) < len(expected) else "✓ done"
        if title + 6 + len(words) * 6.5 > w:
            words = f"{100 * len(done) // len(expected)} %"
        sheet.text(Text(w, -28.5, words, colours.grad if at_work else colours.muted, 10.5, "end", bold=True))


def _ways(scene: Scene, held: Content) -> str:
    came, went = (sum(1 for line in ways if _was_sent(scene, line)) for ways in (held.into, held.out_of))
    ins, outs = len(held.into), len(held.out_of)
    if not ins and not outs:
        return "no gradient enters or leaves"
    if went:
        return f"{went} of {outs} gradients came out" if went < outs else "all gradients came out"
    if came < ins:
        return f"{came} of {ins} gradients went in" if came else "no gradient went in yet"
    return "no gradient came out yet" if outs else "all gradients went in"


def _was_sent(scene: Scene, line: Line) -> bool:
    state = scene.frame.nodes.get(int(line.head[1:])) if line.head[0] == "n" else None
    return state is not None and line.input is not None and state.sent[line.input] is not None
