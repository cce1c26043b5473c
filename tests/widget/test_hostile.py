"""Traces from anyone: what cannot be is refused in words, nothing in them is run, and nothing takes for ever."""

import copy
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import autograd_viz as ag
from autograd_viz.render import layout
from autograd_viz.trace import Trace, TraceError
from autograd_viz.widget.player import Player

GOLDEN = Path(__file__).parents[1] / "golden" / "lesson_16_hooks.autograd.json"
SCRIPT = "</script><script>window.hacked=1</script><img src=x onerror='window.hacked=1'>"
PLACE = {"id": "n0", "kind": "op", "x": 1, "y": 1, "w": 10, "h": 10}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """A trace as plain data, with a layout."""
    found = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return found | {"layout": layout(Trace.from_json(found))}


def changed(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy of a document with one thing in it replaced."""
    made = copy.deepcopy(document)
    *parents, last = path.split(".")
    inner: Any = made
    for part in parents:
        inner = inner[int(part)] if isinstance(inner, list) else inner[part]
    inner[int(last) if isinstance(inner, list) else last] = value
    return made


LAYOUTS = [
    ("layout", {}, "layout.version: got None"),
    ("layout.version", 9, "layout.version: got 9"),
    ("layout.width", "NaN", "layout.width: got 'NaN'"),
    ("layout.width", float("nan"), "layout.width: got nan"),
    ("layout.height", 1e300, "layout.height: got 1e\\+300"),
    ("layout.height", -5, "layout.height: got -5"),
    ("layout.items", None, "layout.items: got None"),
    ("layout.items", [PLACE] * 1_000_000, "layout.items: got 1000000 entries"),
    ("layout.items.1", None, "layout.items.1.: got None"),
    ("layout.items.0.x", SCRIPT, "layout.items.0..x: got .*script"),
    ("layout.items.0.w", 1e12, "layout.items.0..w"),
    ("layout.items.0.h", 0, "layout.items.0..h"),
    ("layout.items.0.id", ["t0"], "layout.items.0."),
    ("layout.edges.0.path", [], "layout.edges.0..path"),
    ("layout.edges.0.path", [[0, 0]] * 1_000_001, "path: got 1000001 entries"),
    ("layout.edges.0.path.0", [0, float("inf")], "layout.edges.0..path.0."),
    ("layout.edges.0.from", "zz", "layout.edges.0..from: got 'zz'"),
    ("layout.edges.0", [[]], "layout.edges.0."),
]


@pytest.mark.parametrize(("path", "value", "says"), LAYOUTS, ids=[f"{p}={str(v)[:12]}" for p, v, _ in LAYOUTS])
def test_a_layout_that_cannot_be_drawn_is_made_anew(
    document: dict[str, Any], path: str, value: Any, says: str, tmp_path: Path
) -> None:
    trace = Trace.from_json(changed(document, path, value))
    start = time.perf_counter()
    with pytest.warns(RuntimeWarning, match=f"laid out anew .*{says}"):
        player = Player(trace)
    assert layout(trace) == player._trace.layout
    for suffix in ("html", "svg", "png"):
        player.save(tmp_path / f"x.{suffix}")
    assert time.perf_counter() - start < 20


def test_a_still_of_a_trace_with_a_hostile_layout_is_drawn_too(document: dict[str, Any]) -> None:
    from autograd_viz.render.still import still

    trace = Trace.from_json(changed(document, "layout.items.0.w", 1e12))
    with pytest.warns(RuntimeWarning, match="laid out anew"):
        assert still(trace, 3).width < 10_000


def test_two_marks_of_one_id_are_refused(document: dict[str, Any]) -> None:
    items = document["layout"]["items"]
    trace = Trace.from_json(changed(document, "layout.items.1", items[0]))
    with pytest.warns(RuntimeWarning, match="an id of its own"):
        Player(trace)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("version", 2, "version"),
        ("layout", [1], "layout: got .1. .list., expected an object"),
        ("nodes.0.outputs", [{"shape": [], "dtype": "float32"}] * 20_000, "got 20000 entries, expected at most"),
        ("nodes.0.next", [{"node": 0, "index": 0}], "circle|one for each entry"),
        ("values.0.shape", [2**60], "expected a whole number from 0 to"),
        ("title", 3, "title"),
    ],
)
def test_what_no_trace_can_hold_is_refused(document: dict[str, Any], path: str, value: Any, says: str) -> None:
    with pytest.raises(TraceError, match=says):
        Trace.from_json(changed(document, path, value))


def test_sizes_that_are_only_declared_cost_nothing(document: dict[str, Any], tmp_path: Path) -> None:
    figures = {"min": 0, "max": 1, "mean": 0, "norm": 1, "nan": 0, "inf": 0}
    vast = {"shape": [2**53 - 1] * 8, "dtype": "float32", "summary": figures}
    start = time.perf_counter()
    Player(Trace.from_json(changed(document, "values.0", vast))).save(tmp_path / "x.png")
    assert time.perf_counter() - start < 10


def test_more_nodes_than_a_page_can_hold_leave_words(document: dict[str, Any]) -> None:
    trace = Trace.from_json(document)
    trace.nodes += [replace(trace.nodes[0], id=n) for n in range(1000, 301_000)]
    start = time.perf_counter()
    with pytest.warns(RuntimeWarning, match="too large for a page: 300000 is the most"):
        shown = ag.play(trace)
    assert "grad" in repr(shown)
    assert time.perf_counter() - start < 20


def texts(found: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path to every string inside a document."""
    if isinstance(found, str):
        yield path
    inner = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, each in inner:
        yield from texts(each, (*path, key))


def test_a_script_in_any_text_is_refused_or_stays_text(document: dict[str, Any], tmp_path: Path) -> None:
    scripted = copy.deepcopy(document) | {"layout": None}
    for *parents, last in texts(scripted):
        trial = scripted
        for part in parents:
            trial = trial[part]
        before, trial[last] = trial[last], SCRIPT
        try:
            Trace.from_json(scripted)
        except TraceError:
            trial[last] = before
    trace = Trace.from_json(scripted)
    assert SCRIPT in {each.name for each in trace.tensors}
    assert SCRIPT in {each.name for each in trace.nodes}
    page = Player(trace).save(tmp_path / "x.html").read_text(encoding="utf-8")
    assert "<img" not in page
    assert 3 == page.count("<script")  # two blocks of data, and the viewer
    picture = Player(trace).save(tmp_path / "x.svg").read_text(encoding="utf-8")
    assert "<script" not in picture
    assert "<img" not in picture
    assert ag.draw(trace).pipe(format="svg").count(b"<script") == 0
