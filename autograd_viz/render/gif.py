"""Still pictures in a row as an animated GIF, put together by Pillow.

Note [One palette]. A GIF has 256 colours. Those of a player's pictures are few and the same in all, but for the many
between them at the edges of letters: one palette for all pictures takes a thirtieth of the time of one for each, and
less room, for what stays the same from picture to picture then has the same numbers. Pillow looks colours up in a
palette by all but their last two bits: the commonest are taken of which none is then mistaken for another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import numpy as np

from autograd_viz.render.painted import painted
from autograd_viz.render.shapes import Still

SCALE = 1.5
"""Sharp enough for a projector; twice the pixels would be nearly twice the file."""
COLOURS = 256
SAMPLES = 12
"""Pictures whose colours are counted."""


class PillowMissingError(ImportError):
    """GIFs need Pillow, which is not installed."""


def gif(pictures: Iterable[Still], seconds: float) -> bytes:
    """Return pictures of one size as a GIF that runs for ever, each shown for `seconds`.

    Raises
    ------
    PillowMissingError
        If Pillow is not installed.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise PillowMissingError(
            'a GIF is put together by Pillow, which is not installed: pip install "autograd-viz[images]". '
            "Without it there are .html, .svg, .png and .pdf."
        ) from error
    pngs = [painted(each, "png", SCALE) for each in pictures]

    def opened(png: bytes) -> Any:
        with Image.open(BytesIO(png)) as image:
            return image.convert("RGB")

    counts = Counter[Any]()
    for png in pngs[:: len(pngs) // SAMPLES + 1] + pngs[-1:]:
        image = opened(png)
        counts.update({colour: count for count, colour in image.getcolors(image.width * image.height)})
    palette = Image.new("P", (1, 1))
    palette.putpalette(commonest(counts))
    made = BytesIO()
    first, *rest = (opened(png).quantize(palette=palette, dither=Image.Dither.NONE) for png in pngs)
    first.save(made, "GIF", save_all=True, append_images=rest, duration=round(seconds * 1000), loop=0)
    return made.getvalue()


def commonest(counts: Counter[Any]) -> list[int]:
    """Return a palette, three numbers a colour, of the commonest colours. See Note [One palette]."""
    colours = np.array([colour for colour, _ in counts.most_common()], dtype=int)
    looked_up = colours & ~3
    own = ((colours - looked_up) ** 2).sum(1)
    taken: list[int] = []
    for place, colour in enumerate(colours):
        mistaken = ((looked_up[taken] - colour) ** 2).sum(1) <= own[taken]
        mistakes = ((colours[taken] - looked_up[place]) ** 2).sum(1) <= own[place]
        if not (mistaken.any() or mistakes.any()):
            taken.append(place)
        if len(taken) == COLOURS:
            break
    return [int(part) for part in colours[taken].ravel()]
