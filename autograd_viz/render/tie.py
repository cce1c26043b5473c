"""Lines between cards that share memory which is changed in place. A twin of the player's tie.ts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from autograd_viz.render.beside import beside
from autograd_viz.render.culprit import mark_of_op, mark_of_tensor
from autograd_viz.render.picture import Mark
from autograd_viz.render.scene import Scene
from autograd_viz.render.shapes import Point, Sheet, Text
from autograd_viz.render.sizes import SMALL
from autograd_viz.render.spline import point_at
from autograd_viz.trace.event import OpEvent
from autograd_viz.trace.trace import Trace

BOWS, SAMPLES = (18.0, 60.0, 160.0), 24
"""How far a line bows out beside two cards that stand above each other; at how many points it is looked at."""
ALONG = (0.5, 0.35, 0.65, 0.2, 0.8)
"""How far along it words may stand."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Two marks whose tensors share memory; `is_counted` if a change moves the version of both.

    `says` tells whether words say what it means: those of the first of its kind for a piece of memory do.
    """

    one: str
    other: str
    tensors: frozenset[int]
    is_counted: bool
    says: bool


def ties(trace: Trace) -> list[Tie]:
    """Join the marks of each piece of memory that is written to, one after the other."""
    writes = [event.writes for event in trace.events if isinstance(event, OpEvent)]
    storages = dict.fromkeys(trace.tensors[each.tensor].storage for group in writes for each in group)
    apart = {
        (one.tensor, other.tensor)
        for group in writes
        if len({each.version for each in group}) > 1
        for one in group
        for other in group
        if one.version != other.version
    }
    made = []
    among: dict[int, set[int]] = {storage: set() for storage in storages}
    for each in trace.tensors:
        if each.storage in among:
            among[each.storage].add(each.id)
    for storage, marks in _held(trace, storages).items():
        held, tensors = list(marks.items()), frozenset(among[storage])
        said: set[bool] = set()
        for (one, first), (other, second) in pairwise(held):
            is_counted = (first, second) not in apart
            made.append(Tie(one, other, tensors, is_counted, is_counted not in said))
            said.add(is_counted)
    return made


def draw_ties(sheet: Sheet, scene: Scene, found: list[Tie], placed: dict[str, Any], marks: dict[str, Mark]) -> None:
    """Draw those ties whose marks both exist at the scene's step."""
    items = {item["id"]: item for item in placed["items"]}
    for tie in found:
        ends = [marks.get(each) for each in (tie.one, tie.other)]
        if any(each is None or scene.is_future(each) for each in ends) or not {tie.one, tie.other} <= items.keys():
            continue
        pair = items[tie.one], items[tie.other]
        _draw(sheet, scene, tie, way(*pair, placed["items"]), placed)


def _draw(sheet: Sheet, scene: Scene, tie: Tie, path: tuple[Point, ...], placed: dict[str, Any]) -> None:
    colours, event = scene.palette, scene.event
    now = isinstance(event, OpEvent) and any(write.tensor in tie.tensors for write in event.writes)
    colour = colours.forward if now else colours.constant
    sheet.path(path, stroke=colour, width=7 if now else 5, dash="" if tie.is_counted else "dashed")
    sheet.path(path, stroke=colours.paper, width=2.6)
    if now and tie.says:
        words = "same memory" if tie.is_counted else "same memory, own version"
        x, y = beside({"id": "", "path": path}, len(words) * SMALL, 16, ALONG, 0, placed)
        sheet.text(Text(x, y + 12, words, colour, bold=True))


def _held(trace: Trace, storages: Iterable[int]) -> dict[int, dict[str, int]]:
    """Return for each of some storages the marks that show a tensor in it, in the order of the code."""
    found: dict[int, dict[str, int]] = {storage: {} for storage in storages}
    for number, mark in _shown(trace):
        held = found.get(trace.tensors[number].storage)
        if held is not None:
            held.setdefault(mark, number)
    return found


def _shown(trace: Trace) -> Iterator[tuple[int, str]]:
    for tensor in trace.tensors:
        if tensor.op is None:
            yield tensor.id, mark_of_tensor(trace, tensor.id)
    for op in trace.ops:
        for number in op.outputs:
            yield number, mark_of_op(trace, op.id)


def way(one: dict[str, Any], other: dict[str, Any], items: list[dict[str, Any]]) -> tuple[Point, ...]:
    """Run from side to side where one card stands well beside the other, else bow out where the second stands.

    Where that would pass behind other cards, bow out on the side, and so far, that it passes behind the fewest.
    """
    left, right = (one, other) if one["x"] <= other["x"] else (other, one)
    start, end = left["x"] + left["w"] / 2, right["x"] - right["w"] / 2
    mid, side = (start + end) / 2, -1 if other["x"] < one["x"] else 1
    ways = [_bow(one, other, turn * side, by) for by in BOWS for turn in (1, -1)]
    if end - start >= max(12, abs(one["y"] - other["y"]) / 4):
        ways.insert(0, ((start, left["y"]), (mid, left["y"]), (mid, right["y"]), (end, right["y"])))
    high, low = sorted((one["y"], other["y"]))
    near = (each for each in items if each["y"] + each["h"] / 2 > high - 3 and each["y"] - each["h"] / 2 < low + 3)
    rest = [each for each in near if each["id"] not in (one["id"], other["id"])]
    return min(ways, key=lambda path: sum(_covers(each, path) for each in rest))


def _bow(one: dict[str, Any], other: dict[str, Any], side: int, by: float) -> tuple[Point, ...]:
    first, second = one["x"] + side * one["w"] / 2, other["x"] + side * other["w"] / 2
    out = side * (max(side * first, side * second) + by)
    return ((first, one["y"]), (out, one["y"]), (out, other["y"]), (second, other["y"]))


def _covers(item: dict[str, Any], path: tuple[Point, ...]) -> bool:
    points = (point_at(path, i / SAMPLES) for i in range(SAMPLES + 1))
    return any(abs(x - item["x"]) < item["w"] / 2 + 3 and abs(y - item["y"]) < item["h"] / 2 + 3 for x, y in points)
