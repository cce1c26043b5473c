"""A trace as DOT: the boxes and lines Graphviz places, with or without what is written in them.

One source serves both ends: the player asks it for coordinates, `draw` for a finished picture. The colours
are middle greys and pale fills, which read on a light and on a dark page.
"""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from autograd_viz.render import text
from autograd_viz.render.effort import settings
from autograd_viz.render.group import Group
from autograd_viz.render.grouped import chosen, grouped
from autograd_viz.render.grouping import Grouping
from autograd_viz.render.picture import Line, Mark, Picture, picture
from autograd_viz.render.sizes import size
from autograd_viz.trace.trace import Trace

if TYPE_CHECKING:
    from autograd_viz.render.drawing import Drawing

GRAPH = {"rankdir": "TB", "nodesep": "0.36", "ranksep": "0.58", "bgcolor": "transparent"}
NODE = {"fontname": "monospace", "fontsize": "11", "fontcolor": "#1c2330", "fixedsize": "true", "margin": "0"}
EDGE = {"color": "#7b8494", "penwidth": "1.2", "arrowsize": "0.6"}
BOXES = {
    "op": {"shape": "box", "style": "filled,rounded", "fillcolor": "#f7f8fb", "color": "#5b6475"},
    "untracked": {"shape": "box", "style": "filled,dashed", "fillcolor": "#f3f3f3", "color": "#8b919c"},
    "leaf": {"shape": "tab", "style": "filled", "fillcolor": "#e6f2ee", "color": "#3d7766"},
    "constant": {"shape": "octagon", "style": "filled", "fillcolor": "#f3f1ea", "color": "#857a5c"},
    "refused": {"shape": "box", "style": "filled,dashed", "fillcolor": "#fbecec", "color": "#b3202c"},
    "root": {"shape": "ellipse", "style": "filled", "fillcolor": "#efeafc", "color": "#6f54b8"},
    "group": {"shape": "box3d", "style": "filled", "fillcolor": "#eef0f5", "color": "#5b6475"},
}
FRAME = {"style": "rounded", "color": "#b4bac6", "fontname": "monospace", "fontsize": "11", "labeljust": "l"}
LINES = {
    "tracked": {},
    "untracked": {"style": "dotted"},
    "cut": {"style": "dashed", "arrowhead": "tee"},
    "refused": {"style": "dashed", "arrowhead": "tee", "color": "#b3202c"},
}
LONGEST_TITLE = 200
SAVED = '<font color="#6b4fa8" point-size="9">{}</font>'
NOTE = '<font color="#5b6475" point-size="9">{}</font>'


def dot(trace: Trace, expanded: Any = None, theme: str = "auto") -> Drawing:
    """Draw a trace's graph as DOT; `expanded` says which groups are open, as `play` takes it.

    Returns
    -------
    Drawing
        A `graphviz.Digraph`. Leaves above, roots below, in the direction of data; the ids are those of the layout.
        Its picture is the player's in one of its themes, or the notebook's, until something is drawn on it.
    """
    import graphviz

    from autograd_viz.render.drawing import Drawing
    from autograd_viz.render.layout import layout
    from autograd_viz.render.still import whole

    graph = Drawing(graphviz.escape(text.printable(text.clip(trace.title, LONGEST_TITLE))) or "autograd")
    grouping = Grouping(picture(trace))
    opened = chosen(grouping, expanded)
    graph.body.extend(statements(grouped(grouping, frozenset(opened)), labels=True))
    placed = cache(lambda: layout(trace, opened))
    graph.shows(lambda shown: whole(trace, placed(), shown), theme, f"{len(grouping.picture.marks):,} cards")
    return graph


def source(drawn: Picture) -> str:
    """Return the DOT that is laid out for the player: the same boxes, empty, and lines without arrow heads."""
    return "\n".join(["digraph {", *statements(drawn, labels=False), "}"])


def statements(drawn: Picture, labels: bool) -> list[str]:
    """Return the DOT statements of a picture, in its order."""
    edge = EDGE if labels else {"arrowhead": "none"}
    made = [
        f"graph {_attributes(GRAPH | settings(drawn))}\n",
        f"node {_attributes(NODE)}\n",
        f"edge {_attributes(edge)}\n",
    ]
    made += _marks(drawn, labels)
    made += [_line(each, labels) for each in drawn.lines]
    return made


def name(id_: str) -> str:
    """Return the name under which DOT knows a mark or line, in which no character of a user's name can do harm."""
    return quote(id_, safe=":")


def _marks(drawn: Picture, labels: bool) -> list[str]:
    """Return the statements of all marks, those of an open group within a cluster of its own."""
    made: dict[str, list[str]] = {path: [] for path in ("", *(frame.path for frame in drawn.frames))}
    for mark in drawn.marks:
        made[drawn.inside.get(mark.id, "")].append(_mark(mark, labels))
    for number, frame in reversed(list(enumerate(drawn.frames))):
        label = f"<{shown(text.clip(frame.heading, 60))}>" if labels else f'"{"m" * min(len(frame.name) + 6, 40)}"'
        head = [f"subgraph cluster_{number} {{\n", f"graph {_attributes(FRAME | {'margin': '14'}, label=label)}\n"]
        made[drawn.inside.get(f"g{frame.path}", "")][:0] = [*head, *made[frame.path], "}\n"]
    return made[""]


def _mark(mark: Mark, labels: bool) -> str:
    width, height = size(mark)
    attributes = {"width": f"{width / 72:.4f}", "height": f"{height / 72:.4f}"}
    if not labels:
        return f'"{name(mark.id)}" [shape=box label="" width={width / 72:.4f} height={height / 72:.4f}]\n'
    attributes |= BOXES[mark.kind]
    return f'"{name(mark.id)}" {_attributes(attributes, label=_label(mark))}\n'


def _line(line: Line, labels: bool) -> str:
    attributes = dict(LINES[line.kind]) if labels else {"id": name(line.id)}
    return f'"{name(line.tail)}" -> "{name(line.head)}" {_attributes(attributes)}\n'


def _label(mark: Mark) -> str:
    """Return a mark's text as an HTML-like label."""
    if mark.group is not None:
        return _group_label(mark.group)
    rows = [_title(mark)]
    if mark.kind in ("op", "untracked"):
        note = text.reason(mark.op.reason) if mark.kind == "untracked" and mark.op else mark.node and mark.node.name
        rows.append(NOTE.format(shown(note or "")))
    elif mark.kind == "leaf":
        rows.append(NOTE.format("leaf · requires_grad"))
    elif mark.kind == "refused":
        rows.append(NOTE.format("refused"))
    elif mark.kind == "root":
        rows = [NOTE.format("root")]
    if mark.saved:
        rows.append(SAVED.format("saved " + shown(", ".join(mark.saved))))
    cells = "".join(f"<tr><td>{row}</td></tr>" for row in rows)
    return f'<<table border="0" cellborder="0" cellspacing="0" cellpadding="2">{cells}</table>>'


def _group_label(group: Group) -> str:
    times = f" ×{group.times}" if group.times else ""
    inside = sum(1 for each in group.marks() if each[0] in "no")
    return f"<<b>{shown(text.clip(group.heading, 30))}{times}</b><br/>{NOTE.format(f'{inside} operations')}>"


def _title(mark: Mark) -> str:
    shape = text.shape_text(text.shown_tensor(mark))
    parts = [shown(text.badge(mark))] if mark.op or mark.kind in ("op", "refused") else []
    name = text.names(mark)
    if name:
        parts.append(f"<b>{shown(name)}</b>")
    if shape:
        parts.append(NOTE.format(shown(shape)))
    return " ".join(parts) or NOTE.format("constant")


def shown(words: str) -> str:
    """Write words for a label."""
    return escape(text.printable(words))


def _attributes(attributes: dict[str, str], label: str | None = None) -> str:
    made = [f'{key}="{value}"' for key, value in attributes.items()]
    if label is not None:
        made.append(f"label={label}")
    return f"[{' '.join(made)}]"
