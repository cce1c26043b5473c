"""What was recorded while a backward pass ran, and a layout without it. Twin of the player's layers.ts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from autograd_viz.render.layout import MARGIN
from autograd_viz.render.picture import Mark, picture
from autograd_viz.trace.trace import Trace

SMALL = 60
"""A layer of more things than these is hidden unless it is asked for."""


def with_layers(trace: Trace, placed: dict[str, Any], shown: Collection[int] | None) -> dict[str, Any]:
    """Return a layout without what came up in other backward passes than those shown; `None` hides large ones."""
    if not any(op.layer for op in trace.ops):
        return placed
    layers = _layers(trace)
    counts: dict[int, int] = {}
    for item in placed["items"]:
        layer = layers.get(item["id"], 0)
        counts[layer] = counts.get(layer, 0) + 1
    kept = {layer for layer, count in counts.items() if count <= SMALL} if shown is None else set(shown)
    return without(placed, {id_ for id_, layer in layers.items() if layer and layer not in kept})


def without(placed: dict[str, Any], hidden: set[str]) -> dict[str, Any]:
    """Return a layout without some items and what joins them, cut to what is left."""
    items = [item for item in placed["items"] if item["id"] not in hidden]
    if len(items) == len(placed["items"]) or not items:
        return placed
    edges = [edge for edge in placed["edges"] if edge["from"] not in hidden and edge["to"] not in hidden]
    frames = [frame for frame in placed.get("frames", ()) if any(_holds(frame, item) for item in items)]
    xs = [x for each in (*items, *frames) for x in (each["x"] - each["w"] / 2, each["x"] + each["w"] / 2)]
    ys = [y for each in (*items, *frames) for y in (each["y"] - each["h"] / 2, each["y"] + each["h"] / 2)]
    xs += [point[0] for edge in edges for point in edge["path"]]
    ys += [point[1] for edge in edges for point in edge["path"]]
    by = MARGIN - min(xs), MARGIN - min(ys)
    size = {"width": max(xs) + by[0] + MARGIN, "height": max(ys) + by[1] + MARGIN}
    moved = [[{**each, "x": each["x"] + by[0], "y": each["y"] + by[1]} for each in boxes] for boxes in (items, frames)]
    return {**placed, **size, "items": moved[0], "frames": moved[1], "edges": [_moved(edge, by) for edge in edges]}


def _layers(trace: Trace) -> dict[str, int]:
    """Return for each mark the backward pass in which it came up, 0 for the user's own forward."""
    first_use: dict[int, int] = {}
    for op in trace.ops:
        for each in op.inputs:
            first_use.setdefault(each.tensor, op.layer)
    return {mark.id: _layer(mark, first_use) for mark in picture(trace).marks}


def _layer(mark: Mark, first_use: dict[int, int]) -> int:
    if mark.node is not None and mark.node.leaf is None:
        return mark.node.layer
    if mark.op is not None:
        return mark.op.layer
    tensor = mark.tensors[0] if mark.tensors else None
    return first_use.get(tensor.id, 0) if tensor is not None and tensor.role in ("constant", "gradient") else 0


def _holds(frame: dict[str, Any], item: dict[str, Any]) -> bool:
    return bool(abs(frame["x"] - item["x"]) <= frame["w"] / 2 and abs(frame["y"] - item["y"]) <= frame["h"] / 2)


def _moved(edge: dict[str, Any], by: tuple[float, float]) -> dict[str, Any]:
    path = [[x + by[0], y + by[1]] for x, y in edge["path"]]
    if edge.get("label"):
        label = edge["label"]
        edge = {**edge, "label": {**label, "x": label["x"] + by[0], "y": label["y"] + by[1]}}
    return {**edge, "path": path}
