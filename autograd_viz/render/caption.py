"""What stands under a still picture: where in the run it is, the sentence, the rule, an error's own words."""

from __future__ import annotations

from dataclasses import dataclass

from autograd_viz.render.palette import Palette
from autograd_viz.render.scene import Scene
from autograd_viz.render.shapes import Sheet, Text
from autograd_viz.trace.event import GradChangeEvent
from autograd_viz.trace.explanation import Explanation

WIDEST = 860.0
"""Longer lines are hard to read, however wide the graph is."""
MOST_ERROR_LINES = 3
MONO = 0.605
"""Width of a letter as a share of its size."""
NARROW, WIDE = frozenset("iljtfrI.,:;'|()[]! "), frozenset("mwMW@%—…→")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the caption and the room it takes, from the bottom of the last."""

    text: str
    colour: str
    size: float
    space: float
    bold: bool = False
    prose: bool = True


def rows(scene: Scene, told: Explanation, width: float) -> list[Row]:
    """Break a step's words into lines no wider than `width`."""
    colours, width = scene.palette, min(width, WIDEST)
    made = [Row(place(scene), colours.muted, 12, 20, bold=True)]
    sentence = told.sentence if scene.frame.k else "Nothing has happened yet."
    made += [Row(each, colours.ink, 16, 24) for each in wrapped(sentence.replace("`", ""), width / 16)]
    made += _rule(told, colours, width)
    if scene.frame.error is not None:
        words = f"{scene.frame.error.type}: {scene.frame.error.message}"
        found = _cut(wrapped(words, width / 12), MOST_ERROR_LINES)
        made += [Row(each, colours.error, 12, 18 if place else 24) for place, each in enumerate(found)]
    return made


def height(made: list[Row]) -> float:
    """Return the room that lines take."""
    return sum(row.space for row in made)


def draw_rows(sheet: Sheet, made: list[Row]) -> None:
    """Put lines down from the sheet's origin, which is above the first."""
    y = 0.0
    for row in made:
        y += row.space
        sheet.text(Text(0, y, row.text, row.colour, row.size, bold=row.bold, prose=row.prose))


def place(scene: Scene) -> str:
    """Say where in the run a step is: `Backward pass 1 · step 8 of 28`."""
    frame = scene.frame
    if frame.phase == "error":
        where = "Error" if frame.pass_ is None else f"Error in backward pass {frame.pass_}"
    elif isinstance(scene.event, GradChangeEvent):
        where = "Between passes"
    else:
        where = "Forward" if frame.pass_ is None else f"Backward pass {frame.pass_}"
    return f"{where} · step {frame.k} of {len(scene.trace.events)}"


def wrapped(text: str, width: float) -> list[str]:
    """Break text at spaces into lines of at most `width` sizes of its letters; a longer word stands alone."""
    made: list[str] = []
    for word in text.split():
        longer = f"{made[-1]} {word}" if made else word
        if made and prose_width(longer) <= width:
            made[-1] = longer
        else:
            made.append(word)
    return made


def prose_width(text: str) -> float:
    """Estimate, a little generously, how wide text is in a sans-serif font of size 1."""
    return sum(0.36 if each in NARROW else 0.92 if each in WIDE or each.isupper() else 0.61 for each in text)


def _rule(told: Explanation, colours: Palette, width: float) -> list[Row]:
    """Write the rule in names and, where they fit as well, in numbers."""
    made = []
    for text, size, colour, space in ((told.rule, 14, colours.grad, 28), (told.numbers, 12.5, colours.muted, 20)):
        for each in (text or "").splitlines():
            if len(each) * size * MONO <= width:
                made.append(Row(each, colour, size, space, prose=False))
    return made


def _cut(found: list[str], most: int) -> list[str]:
    return found if len(found) <= most else [*found[: most - 1], f"{found[most - 1]} …"]
