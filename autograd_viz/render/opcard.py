"""Cards of operations: tracked, with state, input buffer and saved tensors, or not. A twin of opcard.ts."""

from __future__ import annotations

from dataclasses import dataclass

from autograd_viz.render.bin import draw_bin
from autograd_viz.render.card import after_names, data_top, face, heading, label, show_value, version_badge
from autograd_viz.render.palette import Palette, mix
from autograd_viz.render.picture import Mark
from autograd_viz.render.scene import Scene
from autograd_viz.render.shapes import Point, Sheet, Text, lines, rounded
from autograd_viz.render.sizes import CHIP_ROW, NUMBER_ROW, PAD, SMALL, SMALL_ROW, bin_height
from autograd_viz.render.text import badge, reason
from autograd_viz.trace.replay import LeafState, NodeState

DIVIDER = PAD + 68
"""Where the row of values is divided: the forward's on the left, the gradient's on the right."""
RADIUS = 9.0
MOVED = "≠0"


def op_card(sheet: Sheet, scene: Scene, mark: Mark, w: float, h: float) -> None:
    """Draw an operation's card at the sheet's origin."""
    colours = scene.palette
    sheet.path(rounded(0, 0, w, h, RADIUS), **face(scene, mark, colours.card, colours.edge))
    if scene.is_future(mark):
        return
    heading(sheet, scene, mark, w, mark.node.name if mark.node else "")
    chips = _chips(mark, w)
    rows = 1 + max((chip.row for chip in chips), default=-1)
    top = data_top() + 3
    kept = bin_height(mark)
    height = h - data_top() - rows * CHIP_ROW - PAD / 2 - 6 - kept
    version_badge(sheet, scene, mark, after_names(mark))
    tensor = mark.tensors[0] if mark.tensors else None
    show_value(sheet, scene, scene.value_now(tensor), (PAD, top, DIVIDER - PAD - 8, height))
    state = scene.node_state(mark)
    if state is None:
        return
    _buffer(sheet, scene, state, (DIVIDER + 8, top, w - DIVIDER - 8 - PAD, height))
    if kept:
        _kept_bin(sheet, scene, mark, w, top + height + 3)
    for chip in chips:
        _chip(sheet.at(chip.x, h - PAD / 2 - (rows - chip.row) * CHIP_ROW + 2), scene, mark, state, chip)
    _tag(sheet, colours, state, w)


def ghost_card(sheet: Sheet, scene: Scene, mark: Mark, w: float, h: float) -> None:
    """Draw the card of an operation that autograd did not record."""
    colours = scene.palette
    sheet.path(rounded(0, 0, w, h, RADIUS), **face(scene, mark, colours.wash, colours.edge, dash="dashed"))
    if scene.is_future(mark):
        return
    heading(sheet, scene, mark, w, reason(mark.op.reason if mark.op else None))
    version_badge(sheet, scene, mark, after_names(mark))
    tensor = mark.tensors[0] if mark.tensors else None
    box = (PAD, data_top() + 3, w - 2 * PAD, h - data_top() - PAD / 2 - 6)
    show_value(sheet, scene, scene.value_now(tensor), box)


def refused_card(sheet: Sheet, scene: Scene, mark: Mark, w: float, h: float) -> None:
    """Draw the card of an operation that raised an error instead of running."""
    colours = scene.palette
    sheet.path(rounded(0, 0, w, h, RADIUS), **face(scene, mark, colours.wash, colours.error, dash="dashed"))
    if scene.is_future(mark):
        return
    symbol = badge(mark)
    wide = max(24.0, 14 + len(symbol) * SMALL)
    sheet.path(rounded(PAD - 2, h / 2 - 10, wide, 20, 10), fill=mix(colours.ink, colours.card, 0.09))
    sheet.text(Text(PAD - 2 + wide / 2, h / 2 + 4, symbol, colours.ink, 12, "middle", bold=True))
    _sign(sheet.at(PAD + wide, h / 2 - 9), "✕", colours.error)
    sheet.text(Text(PAD + wide + 19, h / 2 + 4, "refused", colours.error, bold=True))


def _kept_bin(sheet: Sheet, scene: Scene, mark: Mark, w: float, y: float) -> None:
    """Draw the bin where `retain_grad` keeps a result's gradient."""
    tensor = mark.tensors[0]
    sheet.path(lines((0, y), (w, y)), stroke=scene.palette.line)
    sheet.text(label(PAD, y + 13, ".grad kept by retain_grad", scene.palette.muted, w - 2 * PAD))
    state = scene.frame.leaves.get(tensor.id, LeafState(tensor.grad, None))
    draw_bin(sheet, scene, state, (PAD, y + SMALL_ROW, w - 2 * PAD, NUMBER_ROW))


def _buffer(sheet: Sheet, scene: Scene, state: NodeState, box: tuple[float, float, float, float]) -> None:
    """Draw the gradient in the node's input buffer, as far as it has arrived."""
    x, y, w, h = box
    value = scene.value(next((each for each in state.buffer if each is not None), None))
    if value is None:
        return
    sheet.path(lines((x - 8, y - 1), (x - 8, y + h + 1)), stroke=scene.palette.line)
    sheet.text(Text(x, y + h / 2 + 4, "grad", scene.palette.muted))
    indent = 4 * SMALL + 5
    show_value(sheet, scene, value, (x + indent, y, w - indent, h), gradient=True)


@dataclass(frozen=True, slots=True)
class _Chip:
    index: int
    text: str
    x: float
    row: int
    width: float


def _chips(mark: Mark, w: float) -> list[_Chip]:
    """Place saved tensors in rows that fit the card."""
    made: list[_Chip] = []
    x, row = PAD, 0
    for index, text in enumerate(mark.saved):
        width = 18 + len(text) * SMALL
        if made and x + width > w - PAD + 1:
            x, row = PAD, row + 1
        made.append(_Chip(index, text.removesuffix(MOVED), x, row, width))
        x += width + 6
    return made


def _chip(sheet: Sheet, scene: Scene, mark: Mark, state: NodeState, chip: _Chip) -> None:
    """Draw one saved tensor: held (dot), retained (lock), freed (hollow), stale (its version has moved)."""
    colours, node = scene.palette, mark.node
    assert node is not None
    saved = node.saved[chip.index]
    version = saved.version if saved.tensor is None else scene.version_now(saved.tensor)
    kind = _chip_state(state, version != saved.version)
    now = scene.frame.current
    text = f"{chip.text}≠{version}" if kind == "stale" else chip.text
    style = _chip_style(colours, kind)
    if kind == "freed" and state.state == "error":
        style |= {"stroke": colours.error, "width": 1.5}
    if now.saved == chip.index and now.node == node.id and state.state != "error":
        style |= {"stroke": colours.grad, "width": 1.75}
    sheet.path(rounded(0, 0, chip.width, 18, 4), **style)
    _chip_mark(sheet, kind, colours.error if kind == "stale" else colours.muted, style["fill"] or colours.card)
    sheet.text(label(15, 12.7, text, colours.muted if kind == "freed" else colours.ink))


def _chip_state(state: NodeState, moved: bool) -> str:
    if state.saved_freed:
        return "freed"
    if moved:
        return "stale"
    return "retained" if state.state == "done" else "held"


def _chip_style(colours: Palette, kind: str) -> dict[str, object]:
    if kind == "freed":
        return {"fill": None, "stroke": colours.edge, "dash": "fine"}
    return {"fill": mix(colours.ink, colours.card, 0.05), "stroke": colours.error if kind == "stale" else colours.line}


def _chip_mark(sheet: Sheet, kind: str, colour: str, inside: object) -> None:
    if kind == "held":
        sheet.path(rounded(5, 6, 6, 6, 3), fill=colour)
    elif kind == "freed":
        sheet.path(rounded(5.5, 6.5, 5, 5, 2.5), stroke=colour)
    elif kind == "retained":
        bow: tuple[Point, ...] = ((6.8, 9), (6.8, 9), (6.8, 7.1), (6.8, 7.1), (6.8, 4.9), (9.7, 4.9), (9.7, 7.1))
        sheet.path((*bow, (9.7, 7.1), (9.7, 9), (9.7, 9)), stroke=colour)
        sheet.path(rounded(5, 8.5, 6.5, 4.8, 0.8), fill=colour)
    else:
        sheet.path(lines((8, 4.6), (12.2, 13), (3.8, 13), (8, 4.6)), fill=colour)
        sheet.path(lines((8, 7.4), (8, 10.2)), stroke=inside)
        sheet.path(lines((8, 11), (8, 12)), stroke=inside)


def _tag(sheet: Sheet, colours: Palette, state: NodeState, w: float) -> None:
    """Draw a pill in the card's upper right corner that says the node's state in words."""
    sign, words = state_words(state)
    if not words:
        return
    wide = len(words) * 6 + (28 if sign else 16)
    strong = {"running": colours.grad, "error": colours.error}.get(state.state)
    coming = state.state in ("waiting", "ready")
    stroke = strong or (colours.grad if coming else colours.edge)
    pill = sheet.at(w - 8 - wide, 8)
    dash = "fine" if state.state == "waiting" else ""
    pill.path(rounded(0, 0, wide, 18, 9), fill=strong or colours.card, stroke=stroke, dash=dash)
    ink = colours.card if strong else (colours.grad if coming else colours.ink)
    _sign(pill, sign, ink)
    pill.text(Text((wide + (12 if sign else 0)) / 2, 12.8, words, ink, 10.5, "middle", bold=True, prose=True))


def _sign(sheet: Sheet, sign: str, ink: str) -> None:
    """Draw a tag's sign: as paths, since many a font lacks it."""
    if sign == "▸":
        sheet.path(lines((8, 5.5), (13.5, 9), (8, 12.5), (8, 5.5)), fill=ink)
    elif sign == "✓":
        sheet.path(lines((7.5, 9.2), (10, 11.9), (14, 6)), stroke=ink, width=1.5)
    elif sign == "✕":
        sheet.path(lines((8, 6), (14, 12)), stroke=ink, width=1.6)
        sheet.path(lines((14, 6), (8, 12)), stroke=ink, width=1.6)


def state_words(state: NodeState) -> tuple[str, str]:
    """Return a node's state as its card says it: a sign and words, either of which may be empty."""
    if state.state == "waiting":
        return "", f"{state.arrived} of {state.expected} arrived"
    if state.state == "freed":
        return ("✓" if state.arrived else ""), "freed"
    sign = {"running": "▸", "done": "✓", "error": "✕"}.get(state.state, "")
    return sign, "" if state.state == "idle" else state.state
