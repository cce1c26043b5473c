"""Cards of tensors that stand on their own: leaves with their `.grad` bin, constants, seeds. A twin of leafcard.ts."""

from __future__ import annotations

from autograd_viz.render.bin import draw_bin
from autograd_viz.render.card import face, show_value, title, version_badge
from autograd_viz.render.cells import figure
from autograd_viz.render.palette import mix
from autograd_viz.render.picture import Mark
from autograd_viz.render.scene import Scene
from autograd_viz.render.shapes import Sheet, Text, lines, octagon, rounded
from autograd_viz.render.sizes import PAD, SEED_ROOM, SMALL_ROW, TITLE, TITLE_ROW
from autograd_viz.render.text import names
from autograd_viz.trace.arrays import numbers
from autograd_viz.trace.event import HookEvent, RunEvent

INDENT = 16.0
"""Room that a leaf's round corner takes from each row."""


def leaf_card(sheet: Sheet, scene: Scene, mark: Mark, w: float, h: float) -> None:
    """Draw a leaf: its value, and below it the bin where its gradient is accumulated."""
    colours = scene.palette
    row = (h - PAD * 1.5 - TITLE_ROW - SMALL_ROW) / 2
    divide = PAD + TITLE_ROW + row
    sheet.path(rounded(0, 0, w, h, 20, 3, 20, 3), **face(scene, mark, colours.card, colours.leaf, 1.75))
    if scene.is_future(mark):
        return
    title(sheet, scene, mark, w, INDENT)
    version_badge(sheet, scene, mark, INDENT + len(names(mark)) * TITLE + 6)
    tensor = mark.tensors[0] if mark.tensors else None
    box = (INDENT, PAD / 2 + TITLE_ROW, w - 2 * INDENT, row - 2)
    show_value(sheet, scene, scene.value_now(tensor), box)
    sheet.path(lines((0, divide), (w, divide)), stroke=mix(colours.leaf, colours.card, 0.45))
    sheet.text(Text(INDENT, divide + 14, ".grad", colours.muted))
    _arrived(sheet, scene, mark, w - INDENT, divide + 3)
    state = scene.frame.leaves.get(tensor.id) if tensor else None
    if state is not None:
        draw_bin(sheet, scene, state, (INDENT, divide + SMALL_ROW + 2, w - 2 * INDENT, row))


def _arrived(sheet: Sheet, scene: Scene, mark: Mark, right: float, y: float) -> None:
    """Write what has arrived at the leaf's AccumulateGrad and not yet been added: `1 of 2 arrived: 3`."""
    state = scene.node_state(mark)
    value = None if state is None else scene.value(state.buffer[0])
    if state is None or value is None:
        return
    is_running = state.state == "running" and isinstance(scene.event, RunEvent | HookEvent)
    if state.state not in ("waiting", "ready") and not is_running:
        return
    words = f"{state.arrived} of {state.expected} arrived" if state.expected > 1 else "arrived"
    found = None if value.shape else numbers(value)
    text = "" if found is None else f": {figure(float(found[0]))}"
    at = right if text else right - 32
    sheet.text(Text(at, y + 11, words + text, scene.palette.grad, anchor="end", bold=True))
    if not text:
        show_value(sheet, scene, value, (right - 26, y - 1, 26, 14), as_map=True)


def constant_card(sheet: Sheet, scene: Scene, mark: Mark, w: float, h: float) -> None:
    """Draw a tensor that no gradient reaches."""
    sheet.path(octagon(w, h, 9), **face(scene, mark, scene.palette.card, scene.palette.constant))
    if scene.is_future(mark):
        return
    title(sheet, scene, mark, w, PAD)
    version_badge(sheet, scene, mark, PAD + len(names(mark)) * TITLE + 6)
    tensor = mark.tensors[0] if mark.tensors else None
    top = PAD / 2 + TITLE_ROW + 2
    show_value(sheet, scene, scene.value_now(tensor), (PAD, top, w - 2 * PAD, h - top - PAD / 2 - 2))


def root_card(sheet: Sheet, scene: Scene, mark: Mark, w: float, h: float) -> None:
    """Draw where a backward pass starts: the seed, once it is there."""
    colours, seed = scene.palette, scene.seed(mark)
    style = {"fill": colours.card, "stroke": colours.grad} if seed else {"fill": colours.wash, "stroke": colours.edge}
    dash = "" if seed else "dotted"
    sheet.path(rounded(0, 0, w, h, h / 2), **face(scene, mark, style["fill"], style["stroke"], 1.25, dash))
    if scene.is_future(mark):
        return
    sheet.text(Text(14, h / 2 + 4, "seed", colours.muted))
    show_value(sheet, scene, seed, (48, 5, w - SEED_ROOM + 2, h - 10), gradient=True)
