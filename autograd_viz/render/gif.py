"""Still pictures in a row as an animated GIF, put together by Pillow."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from autograd_viz.render.painted import painted
from autograd_viz.render.shapes import Still

SCALE = 1.5
"""Sharp enough for a projector; twice the pixels would be nearly twice the file."""
COLOURS = 128


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
    images = []
    for each in pictures:
        with Image.open(BytesIO(painted(each, "png", SCALE))) as image:
            images.append(image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE))
    made = BytesIO()
    first, *rest = images
    first.save(made, "GIF", save_all=True, append_images=rest, duration=round(seconds * 1000), loop=0)
    return made.getvalue()
