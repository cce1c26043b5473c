"""The bin of a `.grad`: old + incoming = new while it changes, else what is in it. A twin of the player's bin.ts."""

from __future__ import annotations

from math import inf

from autograd_viz.render.card import show_value
from autograd_viz.render.cells import magnitude
from autograd_viz.render.scene import Scene
from autograd_viz.render.shapes import Sheet, Text
from autograd_viz.render.sizes import NUMBER
from autograd_viz.trace.figures import short_texts
from autograd_viz.trace.replay import LeafState

SIGN = 7.2


def draw_bin(sheet: Sheet, scene: Scene, state: LeafState, box: tuple[float, float, float, float]) -> None:
    """Draw `old + incoming = new` while it changes, else what is in the bin."""
    x, y, w, h = box
    gap, terms = 6.0, _terms(state)
    arrays = [each for term in terms if isinstance(term, int) and (each := scene.trace.values[term]).shape]
    largest = max((magnitude(each) for each in arrays), default=0.0) or None
    signs = (len(terms) - len(arrays)) * 14 + gap * len(terms)
    room = (w - signs) / max(1, len(arrays))
    values = [scene.trace.values[term] for term in terms if isinstance(term, int)]
    texts = short_texts(values, (w - signs) / NUMBER if arrays else inf)  # all of them are numbers or none
    for place, term in enumerate(terms):
        if isinstance(term, int):
            value, last = scene.trace.values[term], place == len(terms) - 1
            if texts is None:
                x += show_value(sheet, scene, value, (x, y + 2, max(8.0, room), h - 4), last, largest, as_map=True)
            else:
                text = texts.pop(0)
                colour = scene.palette.grad if last else scene.palette.ink
                sheet.text(Text(x, y + h / 2 + 4.5, text, colour, 12, bold=last))
                x += len(text) * NUMBER
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
