"""A still picture as PNG or PDF, painted by Graphviz.

Graphviz is there for the layout and brings a painter of its own, so no other converter is needed. It is given
nothing to lay out: the paths are a graph's background, in xdot's drawing language, and each text is a node at
a fixed place, since Graphviz crashes on text in a background.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape

from autograd_viz.render.dashes import cut
from autograd_viz.render.graphviz_run import run
from autograd_viz.render.shapes import Path, Still, Text, lines
from autograd_viz.render.text import printable

MONO, PROSE = "DejaVu Sans Mono,Menlo,Consolas,monospace", "Helvetica Neue,Segoe UI,Arial,Liberation Sans,sans-serif"
NOTHING = "#00000000"
PIECE = 8000
MOST_SHAPES, MOST_PIXELS = 10_000, 30_000
"""Graphviz takes time in the square of the shapes, 300 s for 60,000; its painter has no more than 32,767 pixels."""
MOST_CUT = 1_500
"""In a picture of more paths the broken lines get Graphviz's one pattern: each dash is a shape."""
WIDEST_LETTER = 0.72
"""Room for each letter of a text, as a share of its size: too much does no harm."""
BASELINE, BOLD_BASELINE, CENTRED_BASELINE = 0.30, 0.26, 0.34
"""How far the middle of a line of text is above its baseline, as a share of its size, where Graphviz puts it."""


def painted(still: Still, kind: str, scale: float = 1.0) -> bytes:
    """Return a picture as `kind`, "png" or "pdf"; `scale` is pixels of a PNG for each of the picture's.

    Raises
    ------
    ValueError
        If the picture is too large for Graphviz to paint.
    GraphvizMissingError
        If neither pygraphviz nor a `dot` command is installed.
    """
    if not is_paintable(still, scale):
        raise ValueError(
            f"a picture of {still.width * scale:.0f} x {still.height * scale:.0f} pixels, {len(still.shapes)} shapes, "
            f"is too large for .{kind}; an .svg has no such limit, and a browser prints it."
        )
    return run(_source(still, scale), kind, "neato")


def is_paintable(still: Still, scale: float = 1.0) -> bool:
    """Return whether a picture is small enough for Graphviz to paint."""
    return len(still.shapes) <= MOST_SHAPES and max(still.width, still.height) * scale <= MOST_PIXELS


def _source(still: Still, scale: float) -> str:
    w, h = still.width, still.height
    whole = Path(lines((0, 0), (w, 0), (w, h), (0, h), (0, 0)), fill=still.paper)
    paths = [whole, *(each for each in still.shapes if isinstance(each, Path))]
    has_room = len(paths) <= MOST_CUT
    background = "".join(_cut(each, h) if each.dash and has_room else _path(each, h) for each in paths)
    texts = (each for each in still.shapes if isinstance(each, Text))
    size = f'bb="0,0,{w:.1f},{h:.1f}" dpi={72 * scale:g}'
    return "\n".join(
        [
            "digraph {",
            f'graph [layout=nop2 pad=0 margin=0 {size} bgcolor="{still.paper}" _background={_quoted(background)}]',
            "node [shape=none margin=0 fixedsize=true]",
            *(_text(place, each, still) for place, each in enumerate(texts)),
            "}",
        ]
    )


def _quoted(text: str) -> str:
    """Write a long attribute in pieces: Graphviz refuses to read more than some 16,000 characters in one."""
    return "+".join(f'"{text[start : start + PIECE]}"' for start in range(0, len(text), PIECE))


def _path(path: Path, height: float) -> str:
    points = " ".join(f"{x:.2f} {height - y:.2f}" for x, y in path.points)
    pattern = ("dotted" if path.dash == "dotted" else "dashed") if path.dash else "solid"
    style = f"S {_string(pattern)}S {_string(f'setlinewidth({path.width:g})')}"
    colours = f"c {_string(path.stroke or NOTHING)}C {_string(path.fill or NOTHING)}"
    return f"{style}{colours}{'b' if path.fill else 'B'} {len(path.points)} {points} "


def _cut(path: Path, height: float) -> str:
    """Draw a broken line dash by dash, over what it fills."""
    filled = _path(replace(path, stroke=None, dash=""), height) if path.fill else ""
    colours = f"S {_string('solid')}S {_string(f'setlinewidth({path.width:g})')}c {_string(path.stroke or NOTHING)}"
    dashes = (" ".join(f"{x:.2f} {height - y:.2f}" for x, y in each) for each in cut(path.points, path.dash))
    return filled + colours + "".join(f"L {each.count(' ') // 2 + 1} {each} " for each in dashes)


def _string(text: str) -> str:
    return f"{len(text.encode())} -{text} "


def _text(place: int, text: Text, still: Still) -> str:
    """Write a text as a node whose box begins, ends or has its middle where the text has."""
    room = {"start": still.width - text.x, "end": text.x, "middle": 2 * min(text.x, still.width - text.x)}[text.anchor]
    width = max(1, int(min(room, len(text.text) * text.size * WIDEST_LETTER)))
    height = max(1, int(text.size * 1.3))
    x = text.x + {"start": width / 2, "end": -width / 2, "middle": 0.0}[text.anchor]
    if text.anchor == "middle":
        rise, label = CENTRED_BASELINE, _centred(text)
    else:
        rise, label = BOLD_BASELINE if text.bold else BASELINE, _aligned(text, width, height)
    y = still.height - text.y + text.size * rise
    return f't{place} [pos="{x:.2f},{y:.2f}" width={width / 72:.4f} height={height / 72:.4f} {label}]'


def _centred(text: Text) -> str:
    face = _face(text) + (" Bold" if text.bold else "")
    words = _escaped(text.text).replace("\\", "\\\\")
    return f'label="{words}" fontname="{face}" fontsize={text.size:g} fontcolor="{text.colour}"'


def _aligned(text: Text, width: int, height: int) -> str:
    """Write a label that keeps to one side of its box, so that no font's width moves it."""
    words = f'<font face="{_face(text)}" point-size="{text.size:g}" color="{text.colour}">{_escaped(text.text)}</font>'
    if text.bold:
        words = f"<b>{words}</b>"
    table = '<table border="0" cellborder="0" cellspacing="0" cellpadding="0" fixedsize="true"'
    side = "right" if text.anchor == "end" else "left"
    return f'label=<{table} width="{width}" height="{height}"><tr><td align="{side}">{words}</td></tr></table>>'


def _face(text: Text) -> str:
    return PROSE if text.prose else MONO


def _escaped(text: str) -> str:
    """Escape text for a label; what cannot be printed becomes the replacement character, spaces are kept."""
    return escape(printable(text)).replace("  ", "&#160; ")
