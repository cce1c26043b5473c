"""Cards of tensors that stand on their own: leaves with their `.grad` bin, constants, seeds. A twin of leafcard.ts."""

from __future__ import annotations

from autograd_viz.render.card import face, show_value, title
from autograd_viz.render.cells import magnitude
from autograd_viz.render.palette import mix
from autograd_viz.render.picture import Mark
from autograd_viz.render.scene import Scene
from autograd_viz.render.shapes import Sheet, Text, lines, octagon, rounded
from autograd_viz.render.sizes import PAD, SMALL_ROW, TITLE_ROW
from autograd_viz.trace.data import Value
from autograd_viz.trace.event import BeginEvent, SeedEvent
from autograd_viz.trace.replay import LeafState

INDENT = 16.0
"""Room that a leaf's round corner takes from each row."""
SIGN = 7.2


def leaf_card(sheet: Sheet, scene: Scene, mark: Mark, w: float, h: float) -> None:
    """Draw a leaf: its value, and below it the bin where its gradient is accumulated."""
    colours = scene.palette
    row = (h - PAD * 1.5 - TITLE_ROW - SMALL_ROW) / 2
    divide = PAD + TITLE_ROW + row
    sheet.path(rounded(0, 0, w, h, 20, 3, 20, 3), **face(scene, mark, colours.card, colours.leaf, 1.75))
    if scene.is_future(mark):
        return
    title(sheet, scene, mark, w, INDENT)
    tensor = mark.tensors[0] if mark.tensors else None
    box = (INDENT, PAD / 2 + TITLE_ROW, w - 2 * INDENT, row - 2)
    show_value(sheet, scene, scene.value_now(tensor), box)
    sheet.path(lines((0, divide), (w, divide)), stroke=mix(colours.leaf, colours.card, 0.45))
    sheet.text(Text(INDENT, divide + 14, ".grad", colours.muted))
    state = scene.frame.leaves.get(tensor.id) if tensor else None
    if state is not None:
        _bin(sheet, scene, state, (INDENT, divide + SMALL_ROW + 2, w - 2 * INDENT, row))


def constant_card(sheet: Sheet, scene: Scene, mark: Mark, w: float, h: float) -> None:
    """Draw a tensor that no gradient reaches."""
    sheet.path(octagon(w, h, 9), **face(scene, mark, scene.palette.card, scene.palette.constant))
    if scene.is_future(mark):
        return
    title(sheet, scene, mark, w, PAD)
    tensor = mark.tensors[0] if mark.tensors else None
    top = PAD / 2 + TITLE_ROW + 2
    show_value(sheet, scene, scene.value_now(tensor), (PAD, top, w - 2 * PAD, h - top - PAD / 2 - 2))


def root_card(sheet: Sheet, scene: Scene, mark: Mark, w: float, h: float) -> None:
    """Draw where a backward pass starts: the seed, once it is there."""
    colours, seed = scene.palette, _seed(scene, mark)
    style = {"fill": colours.card, "stroke": colours.grad} if seed else {"fill": colours.wash, "stroke": colours.edge}
    dash = "" if seed else "dotted"
    sheet.path(rounded(0, 0, w, h, h / 2), **face(scene, mark, style["fill"], style["stroke"], 1.25, dash))
    if scene.is_future(mark):
        return
    sheet.text(Text(14, h / 2 + 4, "seed", colours.muted))
    show_value(sheet, scene, seed, (48, 5, w - 62, h - 10), gradient=True)


def _bin(sheet: Sheet, scene: Scene, state: LeafState, box: tuple[float, float, float, float]) -> None:
    """Draw `old + incoming = new` while it changes, else what is in the bin."""
    x, y, w, h = box
    gap, terms = 6.0, _terms(state)
    arrays = [each for term in terms if isinstance(term, int) and (each := scene.trace.values[term]).shape]
    largest = max((magnitude(each) for each in arrays), default=0.0) or None
    room = (w - (len(terms) - len(arrays)) * 14 - gap * len(terms)) / max(1, len(arrays))
    for place, term in enumerate(terms):
        if isinstance(term, int):
            value, last = scene.trace.values[term], place == len(terms) - 1
            x += show_value(sheet, scene, value, (x, y + 2, max(8.0, room), h - 4), last, largest)
        else:
            sheet.text(Text(x, y + h / 2 + 4.5, term or "None", scene.palette.muted))
            x += len(term or "None") * SIGN
        x += gap


def _terms(state: LeafState) -> list[int | str | None]:
    """Return values, by number, and signs; None is a `.grad` that is not there."""
    change = state.change
    if change is None:
        return [state.grad]
    if change.incoming is None:
        return [change.old, "→", change.new]
    return [change.old, "+", change.incoming, "=", change.new]


def _seed(scene: Scene, mark: Mark) -> Value | None:
    """Return the seed this pass put into a root, if it has."""
    place = (mark.node.id if mark.node else None, int(mark.id.split(":")[1]))
    for event in reversed(scene.trace.events[: scene.frame.k]):
        if isinstance(event, BeginEvent):
            return None
        if isinstance(event, SeedEvent) and (event.node, event.index) == place:
            return scene.trace.values[event.value]
    return None
