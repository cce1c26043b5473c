"""The bin of a `.grad`: old + incoming = new while it changes, else what is in it. A twin of the player's bin.ts."""

from __future__ import annotations

from autograd_viz.render.card import show_value
from autograd_viz.render.cells import magnitude
from autograd_viz.render.scene import Scene
from autograd_viz.render.shapes import Sheet, Text
from autograd_viz.trace.replay import LeafState

SIGN = 7.2


def draw_bin(sheet: Sheet, scene: Scene, state: LeafState, box: tuple[float, float, float, float]) -> None:
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
