"""What all cards of a still picture share: faces, clipped text, values in boxes. A twin of the player's card.ts."""

from __future__ import annotations

from math import inf

from autograd_viz.render.cells import draw_cells
from autograd_viz.render.palette import Palette, mix
from autograd_viz.render.picture import Mark
from autograd_viz.render.scene import Scene
from autograd_viz.render.shapes import Point, Sheet, Text, lines, rounded
from autograd_viz.render.sizes import COUNT, NUMBER, PAD, SMALL, SMALL_ROW, TITLE, TITLE_ROW
from autograd_viz.render.text import badge, clip, names, shape_text, shown_tensor
from autograd_viz.trace.data import Value
from autograd_viz.trace.event import OpEvent
from autograd_viz.trace.figures import short_texts

TAG = 80.0
"""Room for an operation's state at the right of its title."""


def face(scene: Scene, mark: Mark, fill: str, stroke: str, width: float = 1.25, dash: str = "") -> dict[str, object]:
    """Return how a card's outline is drawn: what it is, overruled by its state and its part in the last event."""
    colours, part, state = scene.palette, scene.part(mark), scene.node_state(mark)
    running = state is not None and state.state == "running"
    idle = state is None or state.state == "idle"
    if scene.is_future(mark):
        return {"stroke": colours.line, "dash": "dotted"}
    if part == "fault" or (state is not None and state.state == "error"):
        stroke, width = colours.error, 2.5
        dash = "long" if scene.is_cause(mark.id) else dash
    elif running:
        stroke, width = colours.grad, 2.5
    elif part == "receives":
        stroke, width = colours.grad, 2.0
    elif part == "acts" and mark.kind in ("op", "untracked") and idle:
        stroke, width = colours.forward, 2.5
    if part and mark.kind == "leaf":
        width = 2.75
    return {"fill": fill, "stroke": stroke, "width": width, "dash": dash}


def label(x: float, y: float, text: str, colour: str, room: float = 1e4, char: float = SMALL, **style: object) -> Text:
    """Return a text, shortened to the room there is."""
    return Text(x, y, clip(text, max(1, int(room / char))), colour, **style)  # type: ignore[arg-type]


def heading(sheet: Sheet, scene: Scene, mark: Mark, w: float, note: str) -> None:
    """Put down an operation's symbol, names and shape, and below them a line of small print."""
    colours, symbol, name = scene.palette, badge(mark), names(mark)
    wide = max(24.0, 14 + len(symbol) * SMALL)
    left, top = PAD + wide + 8, PAD / 2
    ghost = mark.kind == "untracked"
    fill = None if ghost else mix(colours.ink, colours.card, 0.09)
    stroke = colours.edge if ghost else None
    sheet.path(_pill(PAD - 2, top + 1, wide, 20), fill=fill, stroke=stroke, dash="fine" if ghost else "")
    sheet.text(Text(PAD - 2 + wide / 2, top + 15, symbol, colours.ink, 12, "middle", bold=True))
    room = w - left - (PAD if ghost else TAG)
    sheet.text(label(left, top + 15.5, name, colours.ink, room, TITLE, size=13, bold=True))
    after = left + (len(name) * TITLE + 8 if name else 0)
    shape = shape_text(shown_tensor(mark)) or _node_shape(mark)
    if after + len(shape) * SMALL <= w - (PAD if ghost else COUNT - 4):  # else it would run under the state's tag
        sheet.text(Text(after, top + 15, shape, colours.muted))
    sheet.text(label(PAD, top + TITLE_ROW + 11.5, note, colours.muted, w - 2 * PAD))


def title(sheet: Sheet, scene: Scene, mark: Mark, w: float, indent: float) -> None:
    """Put down a tensor's name on the left and its shape on the right."""
    shape, name, colours = shape_text(shown_tensor(mark)), names(mark), scene.palette
    room = w - indent - PAD - (len(shape) + 1) * SMALL
    if name:
        sheet.text(label(indent, PAD / 2 + 15.5, name, colours.ink, room, TITLE, size=13, bold=True))
    else:
        sheet.text(label(indent, PAD / 2 + 15.5, "constant", colours.muted, room))
    sheet.text(Text(w - PAD, PAD / 2 + 15, shape, colours.muted, anchor="end"))


def show_value(
    sheet: Sheet,
    scene: Scene,
    value: Value | None,
    box: tuple[float, float, float, float],
    gradient: bool = False,
    largest: float | None = None,
    as_map: bool = False,
) -> float:
    """Draw a value in a box (x, y, w, h) from its left edge; return its width.

    A scalar and a short vector that fits are numbers, everything else is a small map.
    """
    x, y, w, h = box
    if value is None:
        return 0.0
    if value.summary is not None:
        sheet.text(Text(x, y + h / 2 + 4.5, "…", scene.palette.muted))
        return 12.0
    if not as_map and (texts := short_texts([value], (w + 1) / NUMBER if value.shape else inf)):
        colour = scene.palette.grad if gradient else scene.palette.ink
        sheet.text(Text(x, y + h / 2 + 4.5, texts[0], colour, 12, bold=gradient))
        return len(texts[0]) * NUMBER
    return draw_cells(sheet.at(x, y), scene.palette, value, w, h, largest)


def cross(sheet: Sheet, colours: Palette) -> None:
    """Draw the sign of a culprit about the sheet's origin, so that colour alone does not tell it."""
    sheet.path(rounded(-10, -10, 20, 20, 10), fill=colours.error)
    for turn in (4, -4):
        sheet.path(lines((-4, -turn), (4, turn)), stroke=colours.card, width=2.2)


def cause(sheet: Sheet, colours: Palette, w: float) -> None:
    """Say of a card that what it shows made another one fail."""
    sheet.path(rounded(w - 62, -15, 52, 18, 9), fill=colours.error)
    sheet.text(Text(w - 36, -2.2, "cause", colours.card, 10.5, "middle", bold=True, prose=True))


def version_badge(sheet: Sheet, scene: Scene, mark: Mark, x: float) -> None:
    """Write the version of a tensor that is changed in place: `@0`, then `@1`."""
    if not mark.is_written:
        return
    tensor, event = mark.tensors[0].id, scene.event
    is_now = isinstance(event, OpEvent) and any(write.tensor == tensor for write in event.writes)
    colour = scene.palette.forward if is_now else scene.palette.muted
    sheet.text(Text(x, PAD / 2 + 15, f"@{scene.version_now(tensor)}", colour, bold=is_now))


def after_names(mark: Mark) -> float:
    """Return where the room after an operation's names and shape begins."""
    name, shape = names(mark), shape_text(shown_tensor(mark))
    wide = max(24.0, 14 + len(badge(mark)) * SMALL)
    return PAD + wide + 8 + (len(name) * TITLE + 6 if name else 0) + (len(shape) * SMALL + 8 if shape else 0)


def data_top() -> float:
    """Return where the row of values begins on an operation's card."""
    return PAD / 2 + TITLE_ROW + SMALL_ROW


def _pill(x: float, y: float, w: float, h: float) -> tuple[Point, ...]:
    return rounded(x, y, w, h, h / 2)


def _node_shape(mark: Mark) -> str:
    shape = mark.node.outputs[0].shape if mark.node and mark.node.outputs and not mark.tensors else ()
    return f"[{', '.join(map(str, shape))}]" if shape else ""
