"""Coordinates for the player."""

import json
import sys
import time

import pytest

import autograd_viz as ag
from autograd_viz.render import GraphvizMissingError, graphviz_run
from autograd_viz.render.grouped import grouped
from autograd_viz.render.grouping import Grouping
from autograd_viz.render.layered import layered
from autograd_viz.render.layout import layout
from autograd_viz.render.picture import picture


def record_fan_in():
    with ag.record() as trace:
        a, b = ag.tensor(2.0, requires_grad=True), ag.tensor(-3.0, requires_grad=True)
        y = a * b
        loss = y * y + (y + a)
        loss.backward()
    return trace


def overlaps(one, other):
    near_x = abs(one["x"] - other["x"]) < (one["w"] + other["w"]) / 2
    near_y = abs(one["y"] - other["y"]) < (one["h"] + other["h"]) / 2
    return near_x and near_y


def test_every_mark_has_a_place_of_its_own_inside_the_picture():
    placed = layout(record_fan_in())
    items = placed["items"]
    assert not [(a["id"], b["id"]) for i, a in enumerate(items) for b in items[:i] if overlaps(a, b)]
    for item in items:
        assert item["w"] / 2 <= item["x"] <= placed["width"] - item["w"] / 2
        assert item["h"] / 2 <= item["y"] <= placed["height"] - item["h"] / 2


def test_data_flows_downwards_from_leaves_to_the_root():
    placed = layout(record_fan_in())
    height = {item["id"]: item["y"] for item in placed["items"]}
    assert all(height[edge["from"]] < height[edge["to"]] for edge in placed["edges"])


def test_an_edge_is_a_spline_from_the_lower_side_of_one_mark_to_the_upper_side_of_the_other():
    placed = layout(record_fan_in())
    items = {item["id"]: item for item in placed["items"]}
    for edge in placed["edges"]:
        assert len(edge["path"]) % 3 == 1
        start, end = items[edge["from"]], items[edge["to"]]
        assert edge["path"][0][1] == pytest.approx(start["y"] + start["h"] / 2, abs=2)
        assert edge["path"][-1][1] == pytest.approx(end["y"] - end["h"] / 2, abs=2)


def test_parallel_edges_keep_their_number_and_their_own_paths():
    with ag.record() as trace:
        w = ag.tensor(3.0, requires_grad=True)
        (w * w).backward()
    edges = [edge for edge in layout(trace)["edges"] if edge["input"] is not None]
    assert [edge["input"] for edge in edges] == [0, 1]
    assert edges[0]["path"] != edges[1]["path"]


def test_the_same_trace_gives_the_same_layout_and_plain_data():
    trace = record_fan_in()
    assert layout(trace) == layout(trace)
    assert json.loads(json.dumps(layout(trace))) == layout(trace)


def test_a_card_grows_with_what_it_holds():
    with ag.record() as trace:
        w = ag.tensor(1.0, requires_grad=True)
        a_name_that_takes_room = ag.ones(100, 100, requires_grad=True)
        (w * a_name_that_takes_room).sum().backward()
    leaves = [item for item in layout(trace)["items"] if item["kind"] == "leaf"]
    small, large = sorted(leaves, key=lambda item: item["w"])
    assert small["w"] < large["w"]
    assert small["h"] < large["h"]


def test_an_empty_trace_has_an_empty_layout():
    with ag.record() as trace:
        pass
    assert layout(trace)["items"] == []


def test_names_cannot_break_out_of_the_drawing():
    with ag.record() as trace:
        scope = {'"]; evil [label=<<b>': ag.tensor(2.0, requires_grad=True)}
        (next(iter(scope.values())) * 2).backward()
    assert len(layout(trace)["items"]) == 3
    assert b"<svg" in ag.draw(trace).pipe("svg")


def test_without_either_graphviz_the_error_names_both(monkeypatch):
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(GraphvizMissingError, match=r"pygraphviz>=2.*`dot`"):
        graphviz_run.run("digraph {}", "json0")


def test_nothing_is_written_to_the_error_stream(capfd):
    layout(record_fan_in())
    ag.draw(record_fan_in()).pipe("png")
    assert capfd.readouterr().err == ""


def record_chain(steps):
    with ag.record() as trace:
        h = ag.ones(2)
        for _ in range(steps):
            h = h * ag.ones(2, requires_grad=True)
        h.sum().backward()
    return trace


def record_one_leaf_used_often(times):
    with ag.record() as trace:
        w = ag.tensor(1.0, requires_grad=True)
        h = w * 1
        for _ in range(times):
            h = h * w
        h.backward()
    return trace


def record_recurrent(steps):
    with ag.record() as trace:
        w, u, h = ag.ones(2, 2, requires_grad=True), ag.ones(2, 2, requires_grad=True), ag.zeros(1, 2)
        for _ in range(steps):
            h = (ag.ones(1, 2) @ w + h @ u).tanh()
        h.sum().backward()
    return trace


LARGE = {
    "a leaf used 500 times": lambda: record_one_leaf_used_often(500),
    "an RNN of 300 steps": lambda: record_recurrent(300),
    "a chain of 1,000 steps": lambda: record_chain(1000),
}


@pytest.mark.parametrize("record", LARGE.values(), ids=LARGE)
def test_a_graph_that_graphviz_would_take_minutes_over_is_placed_without_it(record, monkeypatch):
    trace = record()
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    monkeypatch.setenv("PATH", "")
    started = time.perf_counter()
    placed = layout(trace, expanded=99)
    assert time.perf_counter() - started < 2
    assert {item["id"] for item in placed["items"]} == {mark.id for mark in picture(trace).marks}
    assert len(placed["edges"]) == len(picture(trace).lines)
    assert_frames_hold_their_own(placed, picture(trace))


def assert_frames_hold_their_own(placed, drawn):
    boxes = {each["id"]: each for each in (*placed["items"], *placed["frames"])}
    inside = grouped(Grouping(drawn), frozenset(placed["expanded"])).inside
    for id_, path in inside.items():
        inner, outer = boxes[id_], boxes[f"g{path}"]
        assert abs(inner["x"] - outer["x"]) <= (outer["w"] - inner["w"]) / 2 + 0.2
        assert abs(inner["y"] - outer["y"]) <= (outer["h"] - inner["h"]) / 2 + 0.2
    for id_, path in inside.items():
        others = [other for other, around in inside.items() if around == path and other < id_]
        assert not [other for other in others if overlaps(boxes[id_], boxes[other])]


@pytest.mark.parametrize("record", [lambda: record_recurrent(12), lambda: record_recurrent(24)])
def test_a_graph_of_middle_size_is_still_graphvizs_and_quick(record):
    started = time.perf_counter()
    trace = record()
    placed = layout(trace, expanded=99)
    assert time.perf_counter() - started < 4
    assert_frames_hold_their_own(placed, picture(trace))


@pytest.mark.parametrize("record", [record_fan_in, lambda: record_recurrent(6), lambda: record_one_leaf_used_often(40)])
def test_our_own_rows_overlap_nowhere_and_lead_downwards(record):
    placed = layered(picture(record()))
    items = placed["items"]
    assert not [(a["id"], b["id"]) for i, a in enumerate(items) for b in items[:i] if overlaps(a, b)]
    for item in items:
        assert item["w"] / 2 <= item["x"] <= placed["width"] - item["w"] / 2
        assert item["h"] / 2 <= item["y"] <= placed["height"] - item["h"] / 2
    height = {item["id"]: item["y"] for item in items}
    assert all(height[edge["from"]] < height[edge["to"]] for edge in placed["edges"])
    assert all(len(edge["path"]) == 4 for edge in placed["edges"])


def test_a_long_chain_in_our_own_rows_stands_upright():
    assert layered(picture(record_chain(200)))["width"] < 1500


def test_parallel_edges_in_our_own_rows_lie_side_by_side():
    with ag.record() as trace:
        w = ag.tensor(3.0, requires_grad=True)
        (w * w).backward()
    one, two = (edge["path"] for edge in layered(picture(trace))["edges"] if edge["input"] is not None)
    assert one != two


def test_a_row_too_wide_to_scroll_is_broken():
    with ag.record() as trace:
        w = ag.tensor(1.0, requires_grad=True)
        ag.stack([w * i for i in range(100)]).sum().backward()
    assert layered(picture(trace))["width"] < 8000
