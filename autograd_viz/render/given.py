"""The layout that a trace brings from its file: checked before anything is drawn by it.

A trace may come from anyone, and does not look into its layout itself. What is not there to be drawn, is nowhere,
or is endlessly large is laid out anew.
"""

from __future__ import annotations

import math
import warnings
from typing import Any

from autograd_viz.trace.checks import fail
from autograd_viz.trace.data import TraceError
from autograd_viz.trace.trace import Trace

FARTHEST, LARGEST = 1e8, 1e7
"""Pixels: from the origin, and of one mark. A chain of 600,000 nodes stands in rows that end at 1e8."""
LONGEST_PATH = 3_001


def given(trace: Trace) -> dict[str, Any] | None:
    """Return the layout that a trace brings; None if it brings none, or, with a warning, none that can be drawn."""
    if trace.layout is None:
        return None
    try:
        check(trace.layout, trace)
    except TraceError as error:
        told = f"the trace's layout cannot be drawn, it is laid out anew ({error})"
        warnings.warn(told, RuntimeWarning, stacklevel=3)
        return None
    return trace.layout


def check(layout: dict[str, Any], trace: Trace) -> None:
    """Raise `TraceError` at the first thing in a layout that cannot be drawn."""
    most = len(trace.nodes) + len(trace.tensors) + 2 * len(trace.ops) + len(trace.events)
    joined = sum(len(node.next) for node in trace.nodes) + sum(len(op.inputs) for op in trace.ops)
    if layout.get("version") != 1:
        raise fail("layout.version", layout.get("version"), "1")
    for name in ("width", "height"):
        _number(layout.get(name), f"layout.{name}", 0, FARTHEST)
    known: set[str] = set()
    for i, item in enumerate(_list(layout.get("items"), "layout.items", most)):
        known.add(_item(item, f"layout.items[{i}]", known))
    for i, frame in enumerate(_list(layout.get("frames", []), "layout.frames", most)):
        _box(frame, f"layout.frames[{i}]")
    _texts(layout.get("expanded", []), "layout.expanded", most)
    for i, hidden in enumerate(_list(layout.get("hidden", []), "layout.hidden", most)):
        if not isinstance(hidden, dict):
            raise fail(f"layout.hidden[{i}]", hidden, "an object")
        _texts(hidden.get("ids"), f"layout.hidden[{i}].ids", most)
        for name in ("w", "h"):
            _number(hidden.get(name), f"layout.hidden[{i}].{name}", 1, LARGEST)
    for i, edge in enumerate(_list(layout.get("edges"), "layout.edges", joined + most)):
        _edge(edge, f"layout.edges[{i}]", known)


def _item(item: Any, where: str, known: set[str]) -> str:
    if not isinstance(item, dict) or not isinstance(item.get("id"), str) or not isinstance(item.get("kind"), str):
        raise fail(where, item, "an object with an id and a kind")
    if item["id"] in known:
        raise fail(f"{where}.id", item["id"], "an id of its own")
    return _box(item, where)


def _box(box: Any, where: str) -> str:
    if not isinstance(box, dict) or not isinstance(box.get("id"), str) or not box["id"]:
        raise fail(where, box, "an object with an id")
    for name in ("x", "y"):
        _number(box.get(name), f"{where}.{name}", -FARTHEST, FARTHEST)
    for name in ("w", "h"):
        _number(box.get(name), f"{where}.{name}", 1, LARGEST)
    return box["id"]


def _texts(found: Any, where: str, most: int) -> None:
    for i, each in enumerate(_list(found, where, most)):
        if not isinstance(each, str):
            raise fail(f"{where}[{i}]", each, "text")


def _edge(edge: Any, where: str, known: set[str]) -> None:
    if not isinstance(edge, dict) or not isinstance(edge.get("id"), str) or not isinstance(edge.get("kind"), str):
        raise fail(where, edge, "an object with an id and a kind")
    for name in ("from", "to"):
        if not isinstance(edge.get(name), str) or edge[name] not in known:
            raise fail(f"{where}.{name}", edge.get(name), "the id of an item")
    path = _list(edge.get("path"), f"{where}.path", LONGEST_PATH)
    if len(path) < 4 or len(path) % 3 != 1:
        raise fail(f"{where}.path", len(path), "one point and three for each segment")
    for i, point in enumerate(path):
        for each in _list(point, f"{where}.path[{i}]", 2):
            _number(each, f"{where}.path[{i}]", -FARTHEST, FARTHEST)
        if len(point) != 2:
            raise fail(f"{where}.path[{i}]", point, "a pair of numbers")


def _list(found: Any, where: str, most: int) -> list[Any]:
    if not isinstance(found, list):
        raise fail(where, found, "a list")
    if len(found) > most:
        raise TraceError(f"{where}: got {len(found)} entries, expected at most {most}.")
    return found


def _number(found: Any, where: str, low: float, high: float) -> None:
    fits = isinstance(found, int | float) and not isinstance(found, bool) and math.isfinite(found)
    if not fits or not low <= found <= high:
        raise fail(where, found, f"a number from {low:g} to {high:g}")
