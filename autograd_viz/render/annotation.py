"""Small marks on cards and edges: hooks where they fire, sums that undo broadcasting. A twin of annotation.ts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import prod
from typing import Any

from autograd_viz.render.beside import beside
from autograd_viz.render.scene import Scene
from autograd_viz.render.shapes import Sheet, Text, lines, rounded
from autograd_viz.render.sizes import SMALL
from autograd_viz.render.text import clip
from autograd_viz.trace.data import Value
from autograd_viz.trace.event import BeginEvent, HookEvent, SumToEvent
from autograd_viz.trace.figures import shape_text, value_text
from autograd_viz.trace.formula import summed_dims

HEIGHT = 18.0
LONGEST_NAME = 12
ALONG = (0.12, 0.25, 0.4, 0.55, 0.7)
"""How far along an edge, from the card that the gradient goes to, its sum may stand."""
LEAVING = ("post", "post_accumulate")
"""Hooks that see what leaves a node; all others see what arrives."""
Step = tuple[int, Any]


def draw_annotations(sheet: Sheet, scene: Scene, placed: dict[str, Any]) -> None:
    """Draw all marks of a layout as they are at the scene's step."""
    hooks, sums = _found(scene)
    for item in placed["items"]:
        for arrives in (True, False):
            if (item["id"], arrives) in hooks:
                _hook(sheet, scene, item, arrives, hooks[item["id"], arrives])
    for edge in placed["edges"]:
        steps = sums.get((edge["to"], edge["input"])) if edge["kind"] == "tracked" else None
        if steps:
            _sum(sheet, scene, edge, placed, steps)


def _found(scene: Scene) -> tuple[dict[tuple[str, bool], list[Step]], dict[tuple[str, int], list[Step]]]:
    """Return all that will happen at each place, with the steps that show it."""
    hooks: dict[tuple[str, bool], list[Step]] = {}
    sums: dict[tuple[str, int], list[Step]] = {}
    for step, event in enumerate(scene.trace.events, 1):
        if isinstance(event, SumToEvent):
            sums.setdefault((f"n{event.node}", event.input), []).append((step, event))
        elif isinstance(event, HookEvent) and event.where != "retain_grad":
            place = scene.of_node(event.node), event.where not in LEAVING
            hooks.setdefault(place, []).append((step, event))
    return hooks, sums


def _latest(scene: Scene, steps: Sequence[Step]) -> Step | None:
    """Return the last thing that happened at a mark, unless another pass has begun since."""
    known = [each for each in steps if each[0] <= scene.frame.k]
    if not known or any(isinstance(each, BeginEvent) for each in scene.trace.events[known[-1][0] : scene.frame.k]):
        return None
    return known[-1]


def _hook(sheet: Sheet, scene: Scene, item: dict[str, Any], arrives: bool, steps: Sequence[Step]) -> None:
    happened = _latest(scene, steps)
    text = _hook_name(steps[0][1].name) if happened is None else _change(scene, happened[1])
    width = _width(text)
    x = min(item["x"] + 10, item["x"] + item["w"] / 2 - 4 - width)
    y = item["y"] + (item["h"] if arrives else -item["h"]) / 2
    sign = [
        ((8, 13.5), (10, 13.5), (10, 11.5), (10.3, 9), (10.6, 6.5), (10.7, 4.5), (13, 4.5)),
        lines((8, 8.5), (13, 8.5)),
    ]
    _pill(sheet.at(x, y - HEIGHT / 2), scene, text, happened, sign)


def _sum(sheet: Sheet, scene: Scene, edge: dict[str, Any], placed: dict[str, Any], steps: Sequence[Step]) -> None:
    happened = _latest(scene, steps)
    event: SumToEvent = (happened or steps[0])[1]
    text = _sum_text(scene, event, happened is not None and happened[0] == scene.frame.k)
    width = max(_width(_sum_text(scene, each, now)) for _, each in steps for now in (True, False))
    x, y = beside(edge, width, HEIGHT, ALONG, 6, placed)
    sign = [lines((7, each), (13, 9)) for each in (4, 7.3, 10.7, 14)] + [lines((13, 9), (17, 9))]
    _pill(sheet.at(x, y), scene, text, happened, sign)


def _sum_text(scene: Scene, event: SumToEvent, now: bool) -> str:
    before, after = (scene.trace.values[each].shape for each in (event.before, event.after))
    if now:
        return f"{shape_text(before)} → {shape_text(after)}"
    return f"Σ dim {', '.join(map(str, summed_dims(before, after)))}"


def _pill(sheet: Sheet, scene: Scene, text: str, happened: Step | None, sign: Sequence[Any]) -> None:
    """Draw a sign and words: outlined, and filled at the step at which it happens."""
    colours = scene.palette
    now = happened is not None and happened[0] == scene.frame.k
    ink = colours.card if now else colours.muted if happened is None else colours.grad
    sheet.path(
        rounded(0, 0, _width(text), HEIGHT, HEIGHT / 2),
        fill=colours.grad if now else colours.card,
        stroke=colours.edge if happened is None else colours.grad,
        dash="fine" if happened is None else "",
    )
    for each in sign:
        sheet.path(each, stroke=ink, width=1.3)
    sheet.text(Text(20, 12.8, text, ink, bold=now))


def _width(text: str) -> float:
    return 28 + len(text) * SMALL


def _hook_name(name: str) -> str:
    return clip(name, LONGEST_NAME) if re.fullmatch(r"[A-Za-z0-9_]+", name) else "hook"


def _change(scene: Scene, event: HookEvent) -> str:
    """Say what a hook did: `3 → 30`, `[3] changed`, `unchanged`."""
    old, now = scene.value(event.before), scene.value(event.after)
    if now is None or event.before == event.after:
        return "unchanged"
    before, after = _scalar(old), _scalar(now)
    return f"{before} → {after}" if before and after else f"{shape_text(now.shape)} changed"


def _scalar(value: Value | None) -> str | None:
    """Write an array of a single element as a number."""
    return None if value is None or prod(value.shape) != 1 else (value_text(value) or "").strip("[]") or None
