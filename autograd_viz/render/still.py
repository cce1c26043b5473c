"""One step of a trace as a still picture: what the player shows, for slides and paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from autograd_viz.render import caption
from autograd_viz.render.annotation import draw_annotations
from autograd_viz.render.card import cause, cross
from autograd_viz.render.edges import draw_edge, draw_token, is_fault
from autograd_viz.render.given import given
from autograd_viz.render.groupcard import content, draw_frame, draw_head, group_card, with_parts
from autograd_viz.render.grouping import Grouping
from autograd_viz.render.layers import without
from autograd_viz.render.layout import MARGIN, layout
from autograd_viz.render.leafcard import constant_card, leaf_card, root_card
from autograd_viz.render.loops import ops_begun, turned
from autograd_viz.render.opcard import ghost_card, op_card, refused_card
from autograd_viz.render.palette import PALETTES
from autograd_viz.render.picture import Mark, picture
from autograd_viz.render.scene import Scene, scene
from autograd_viz.render.shapes import Sheet, Still, Text, lines, rounded
from autograd_viz.render.text import clip
from autograd_viz.render.tie import draw_ties, ties
from autograd_viz.trace.event import ErrorEvent, RefusedEvent
from autograd_viz.trace.explanation import Explanation, explained
from autograd_viz.trace.replay import Replay
from autograd_viz.trace.story import Story
from autograd_viz.trace.trace import Trace
from autograd_viz.trace.turn import told_turn

NARROWEST = 600.0
SIDE, TITLE_ROOM, FOOT = 24.0, 44.0, 22.0
TITLE_LETTER = 8.6
"""How wide a letter of the title is on average, in pixels, rather more than less."""
CARDS: dict[str, Callable[[Sheet, Scene, Mark, float, float], None]] = {
    "op": op_card,
    "untracked": ghost_card,
    "refused": refused_card,
    "leaf": leaf_card,
    "constant": constant_card,
    "root": root_card,
}


def still(
    trace: Trace,
    k: int,
    theme: str = "light",
    title: str | None = None,
    placed: dict[str, Any] | None = None,
    grain: str = "event",
) -> Still:
    """Draw the state after the first `k` events: graph, states, gradients, and the sentence below.

    Parameters
    ----------
    trace : Trace
        What was recorded.
    k : int
        0 to `len(trace.events)`.
    theme : str
        "light" or "dark".
    title : str, optional
        A line above the graph; the trace's title by default.
    placed : dict, optional
        Where things stand, as `layout` returns it; by default what the trace brings, or else a layout made now.
    grain : str
        "event", or "node" to tell all that a node did in its turn.
    """
    return next(stills(trace, [k], theme, title, placed, grain))


def stills(
    trace: Trace,
    steps: Iterable[int],
    theme: str = "light",
    title: str | None = None,
    placed: dict[str, Any] | None = None,
    grain: str = "event",
) -> Iterator[Still]:
    """Draw several steps, in rising order, as pictures of one size."""
    album = _Album(trace, theme, trace.title if title is None else title, placed or given(trace) or layout(trace))
    return album.pictures(list(steps), grain)


def whole(trace: Trace, placed: dict[str, Any], theme: str = "light") -> Still:
    """Draw the graph alone: before any gradient flows, so without seeds, or at the error that ended the trace.

    `placed` is where things stand, as `layout` returns it.
    """
    replay = Replay(trace)
    begun, end = replay.to(0).frame(), replay.to(len(trace.events)).frame()
    if not trace.events or not isinstance(trace.events[-1], ErrorEvent | RefusedEvent):
        end = replace(end, k=0, nodes=begun.nodes, current=begun.current)
        placed = without(placed, {item["id"] for item in placed["items"] if item["kind"] == "root"})
    album = _Album(trace, theme, trace.title, placed)
    sheet = Sheet()
    album.graph(sheet, scene(trace, end, album.palette))
    title = trace.title or "The graph of autograd"
    return Still(album.layout["width"], album.layout["height"], title, album.palette.paper, tuple(sheet.shapes))


class _Album:
    """What pictures of one trace have in common."""

    def __init__(self, trace: Trace, theme: str, title: str, placed: dict[str, Any]) -> None:
        self.trace, self.title, self.palette = trace, title, PALETTES[theme]
        drawn = picture(trace)
        self.marks = {mark.id: mark for mark in drawn.marks}
        self.grouping, self.placed = Grouping(drawn), placed
        self.is_grouped = placed.get("expanded") is not None
        self.ties = ties(trace)
        self.width = max(NARROWEST, placed["width"])
        self.turn(self.grouping)

    def turn(self, grouping: Grouping) -> None:
        """Show the turns of loops that a grouping shows."""
        self.grouping = grouping
        self.groups = grouping.groups if self.is_grouped else {}
        self.layout = placed = turned(self.placed, grouping.names)
        self.layout = {**placed, "edges": with_parts(placed["edges"], grouping.picture, self.groups, placed["items"])}
        closed = (item["id"] for item in placed["items"] if item["id"][1:] in self.groups)
        self.closed = {id_: content(self.groups[id_[1:]], self.marks, grouping.picture.lines) for id_ in closed}

    def pictures(self, steps: list[int], grain: str) -> Iterator[Still]:
        story, replay = Story(self.trace), Replay(self.trace)
        shown: list[tuple[Scene, list[caption.Row]]] = []
        for k in steps:
            told: Explanation
            if grain == "node":
                state, told = told_turn(story, replay, k)
            else:
                state = replay.to(k).frame()
                told = explained(story, state)
            now = scene(self.trace, state, self.palette)
            shown.append((now, caption.rows(now, told, self.width - 2 * SIDE)))
        room = max((caption.height(rows) for _, rows in shown), default=0.0)
        return (self.picture(now, rows, room) for now, rows in shown)

    def picture(self, now: Scene, rows: list[caption.Row], room: float) -> Still:
        sheet, colours = Sheet(), self.palette
        top = TITLE_ROOM if self.title else 0.0
        if self.title:
            longest = int((self.width - 2 * SIDE) / TITLE_LETTER)
            sheet.text(Text(SIDE, 30, clip(self.title, longest), colours.ink, 17, bold=True, prose=True))
        self.graph(sheet.at((self.width - self.layout["width"]) / 2, top), now)
        below = top + self.layout["height"] + MARGIN / 2
        sheet.path(lines((SIDE, below), (self.width - SIDE, below)), stroke=colours.line)
        caption.draw_rows(sheet.at(SIDE, below + 6), rows)
        words = " ".join(row.text for row in rows)
        alone = f"{self.title}: {words}" if self.title else words
        return Still(self.width, below + 6 + room + FOOT, alone, colours.paper, tuple(sheet.shapes))

    def graph(self, sheet: Sheet, now: Scene) -> None:
        grouping = self.grouping.at(ops_begun(now.trace, now.frame.k, now.frame.ops_done))
        if grouping is not self.grouping:
            self.turn(grouping)
        frames = [frame for frame in self.layout.get("frames", ()) if frame["id"][1:] in self.groups]
        for frame in frames:
            draw_frame(sheet, now, frame)
        told = next((edge for edge in self.layout["edges"] if is_fault(now, edge)), None)
        for edge in self.layout["edges"]:
            draw_edge(sheet, now, edge, self.marks, self.layout, says=edge is told)
        for frame in frames:
            draw_head(sheet, now, self.groups[frame["id"][1:]], frame)
        draw_ties(sheet, now, self.ties, self.layout, self.marks)
        for item in self.layout["items"]:
            mark, held = self.marks.get(item["id"]), self.closed.get(item["id"])
            corner = sheet.at(item["x"] - item["w"] / 2, item["y"] - item["h"] / 2)
            if held is not None:
                group_card(corner, now, held, item["w"], item["h"])
                self.blame(corner, now, [each.id for each in held.marks], item["w"])
            elif mark is not None:
                CARDS[mark.kind](corner, now, mark, item["w"], item["h"])
                if mark.kind in ("op", "untracked") and now.layer(mark) and not now.is_future(mark):
                    corner.path(rounded(3.5, 3.5, item["w"] - 7, item["h"] - 7, 6), stroke=self.palette.edge)
                self.blame(corner, now, [mark.id], item["w"])
        draw_annotations(sheet, now, self.layout)
        draw_token(sheet, now, self.layout["edges"])

    def blame(self, corner: Sheet, now: Scene, ids: list[str], w: float) -> None:
        """Mark a card that an error is about, or that caused it elsewhere."""
        if any(now.is_cause(each) for each in ids):
            cause(corner, self.palette, w)
        elif any(each in now.culprits for each in ids):
            cross(corner.at(w - 3, 3), self.palette)
