"""A still picture as SVG."""

from __future__ import annotations

import re
from html import escape
from itertools import repeat
from typing import Protocol

from autograd_viz.render.dashes import DASHES
from autograd_viz.render.shapes import Path, Still, Text

MONO = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"
PROSE = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_CONTROL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Classes(Protocol):
    """What a picture's shapes are besides: `class` attributes, and a style sheet for them."""

    paper: str
    shapes: list[str]

    def style(self) -> str:
        """Return the style sheet as an element."""


def svg(still: Still, classes: Classes | None = None) -> str:
    """Write a picture as an SVG document that needs nothing else."""
    width, height = _number(still.width), _number(still.height)
    paper, style = (classes.paper, [classes.style()]) if classes else ("", [])
    pairs = zip(still.shapes, classes.shapes if classes else repeat(""), strict=False)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img" font-family="{MONO}">',
            f"<title>{escaped(still.title)}</title>",
            *style,
            f'<rect width="100%" height="100%" fill="{still.paper}"{paper}/>',
            *(_path(each, named) if isinstance(each, Path) else _text(each, named) for each, named in pairs),
            "</svg>\n",
        ]
    )


def _path(path: Path, named: str) -> str:
    attributes = f'fill="{path.fill or "none"}"'
    if path.stroke:
        attributes += f' stroke="{path.stroke}" stroke-width="{_number(path.width)}"'
    if path.dash:
        attributes += f' stroke-dasharray="{" ".join(map(_number, DASHES[path.dash]))}"'
    return f'<path d="{_data(path)}" {attributes}{named}/>'


def _data(path: Path) -> str:
    first, *rest = path.points
    made = [f"M{_pair(first)}"]
    before = first
    for place in range(0, len(rest) - 2, 3):
        one, other, end = rest[place : place + 3]
        straight = one == before and other == end
        made.append(f"L{_pair(end)}" if straight else f"C{_pair(one)} {_pair(other)} {_pair(end)}")
        before = end
    return "".join(made) + ("z" if path.points[-1] == first and len(rest) > 3 else "")


def _text(text: Text, named: str) -> str:
    attributes = f'x="{_number(text.x)}" y="{_number(text.y)}" font-size="{_number(text.size)}" fill="{text.colour}"'
    if text.anchor != "start":
        attributes += f' text-anchor="{text.anchor}"'
    if text.bold:
        attributes += ' font-weight="600"'
    if text.prose:
        attributes += f' font-family="{PROSE}"'
    return f'<text {attributes}{named} xml:space="preserve">{escaped(text.text)}</text>'


def escaped(text: str) -> str:
    """Escape text; characters that XML has no place for become the replacement character."""
    return escape(_CONTROL.sub("\ufffd", text))


def _pair(point: tuple[float, float]) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _number(x: float) -> str:
    return f"{x:.2f}".rstrip("0").rstrip(".")
