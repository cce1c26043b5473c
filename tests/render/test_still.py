"""Still pictures of a step: what is on them, in which colours, and that every step of every trace can be drawn."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

import autograd_viz as ag
from autograd_viz.render import painted as painted_module
from autograd_viz.render.dashes import cut
from autograd_viz.render.layers import with_layers
from autograd_viz.render.layout import MARGIN, layout
from autograd_viz.render.painted import painted
from autograd_viz.render.palette import DARK, LIGHT
from autograd_viz.render.shapes import Path as Shape
from autograd_viz.render.shapes import Text, lines, rounded
from autograd_viz.render.spline import point_at
from autograd_viz.render.still import still, stills
from autograd_viz.render.svg import svg
from autograd_viz.render.tie import ties, way
from autograd_viz.trace import Trace, explain, rule, rule_with_numbers

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("*.autograd.json"))
HOSTILE = '"]; <script>&\\\x00\x1b</table>>\ud800'


def record_twice():
    """Record two backward passes over w * w at w = 3, the first of which keeps the graph."""
    with ag.record() as trace:
        w = ag.tensor(3.0, requires_grad=True)
        loss = w * w
        loss.backward(retain_graph=True)
        loss.backward()
    return trace


def step_of(trace, kind, which=0):
    return [k + 1 for k, event in enumerate(trace.events) if event.kind == kind][which]


def words(picture):
    return [each.text for each in picture.shapes if isinstance(each, Text)]


def strokes(picture, colour):
    return [each for each in picture.shapes if isinstance(each, Shape) and each.stroke == colour]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name.split(".")[0])
def test_every_step_of_a_trace_is_a_picture_of_one_size_and_valid_xml(path):
    trace = Trace.load(path)
    sizes = set()
    for each in stills(trace, range(len(trace.events) + 1)):
        sizes.add((each.width, each.height))
        ElementTree.fromstring(svg(each))
    assert 1 == len(sizes)


def test_the_sentence_stands_under_the_picture_without_its_quotes():
    trace = record_twice()
    k = step_of(trace, "begin")
    shown = " ".join(words(still(trace, k)))
    assert "`" in explain(trace, k) and explain(trace, k).replace("`", "") in shown
    assert f"step {k} of {len(trace.events)}" in shown


def golden(name):
    return Trace.load(GOLDEN[0].parent / f"lesson_{name}.autograd.json")


def test_a_refused_operation_is_drawn_with_its_edge_not_allowed():
    before, after = stills(golden("08_leaf_in_place"), [0, 1])
    assert {"refused", "not allowed"} <= set(words(after))
    assert not {"refused", "not allowed"} & set(words(before))


def test_the_operation_that_changed_a_saved_tensor_is_outlined_as_the_culprit():
    picture = still(golden("06_saved_tensor_changed"), 8)
    assert 2 == sum(each.width == 2.5 for each in strokes(picture, LIGHT.error))
    assert 2 == words(picture).count("@1")


@pytest.mark.parametrize("name", ["06_saved_tensor_changed", "09_data", "09_detach", "18_step_between"])
def test_no_tie_passes_behind_another_card(name):
    trace = golden(name)
    items = {each["id"]: each for each in layout(trace)["items"]}
    for tie in ties(trace):
        path = way(items[tie.one], items[tie.other], list(items.values()))
        for x, y in (point_at(path, i / 50) for i in range(51)):
            behind = [id_ for id_, each in items.items() if holds(each, x, y)]
            assert set(behind) <= {tie.one, tie.other}


def holds(box, x, y):
    return abs(x - box["x"]) < box["w"] / 2 and abs(y - box["y"]) < box["h"] / 2


def test_a_cause_is_told_from_what_it_made_fail():
    picture = still(golden("06_saved_tensor_changed"), 8)
    assert ["", "long"] == sorted(each.dash for each in strokes(picture, LIGHT.error) if each.width == 2.5)
    assert 1 == words(picture).count("cause")
    assert "cause" not in words(still(golden("08_leaf_in_place"), 1))


@pytest.mark.parametrize("name", ["12_create_graph", "16_hooks"])
def test_what_other_passes_recorded_is_left_out_and_the_picture_cut_to_the_rest(name):
    trace = golden(name)
    placed = layout(trace)
    own = with_layers(trace, placed, [])
    assert placed == with_layers(trace, placed, None) == with_layers(trace, placed, [1, 2])
    kept = {each["id"] for each in own["items"]}
    assert {"op", "leaf"} <= {each["kind"] for each in own["items"]}
    assert kept < {each["id"] for each in placed["items"]}
    assert all({each["from"], each["to"]} <= kept for each in own["edges"])
    assert own["width"] * own["height"] < placed["width"] * placed["height"]
    assert MARGIN == min(each["y"] - each["h"] / 2 for each in own["items"])
    assert 0 < len(words(still(trace, 20, placed=own))) < len(words(still(trace, 20, placed=placed)))


def test_a_broken_line_is_cut_into_its_dashes():
    made = cut(lines((0, 0), (20, 0)), "dashed")
    assert [(0, 5), (9, 14), (18, 20)] == [(round(each[0][0], 6), round(each[-1][0], 6)) for each in made]
    assert all(len(each) > 1 for each in cut(rounded(0, 0, 40, 20, 9), "fine"))


def test_a_kept_gradient_and_what_waits_at_a_leaf_are_written_on_their_cards():
    assert ".grad kept by retain_grad" in words(still(golden("04_retain_grad"), 11))
    assert "1 of 2 arrived: 115.2" in words(still(golden("15_fan_in"), 29))


def test_a_hook_is_marked_where_it_fires_with_what_it_did():
    trace = golden("16_hooks")
    k = step_of(trace, "hook")
    before, now, later = stills(trace, [k - 1, k, k + 3])
    assert "hook" in words(before) and "3 → 30" not in words(before)
    assert "3 → 30" in words(now) and "3 → 30" in words(later)


def test_a_constant_without_a_name_is_called_so_in_full():
    assert "constant" in words(still(golden("20_where_trap"), 18))


def test_a_hook_on_an_array_of_one_element_is_told_in_numbers():
    with ag.record() as trace:
        y = ag.ones(1, 1, requires_grad=True) * 2
        y.register_hook(lambda grad: grad * 10)
        y.sum().backward()
    assert "1 → 10" in words(still(trace, len(trace.events)))


def test_the_sum_that_undoes_broadcasting_is_marked_on_its_edge():
    trace = golden("14_broadcasting")
    k = step_of(trace, "sum_to")
    assert "Σ dim 0" in words(still(trace, k - 1))
    assert "[4, 3] → [3]" in words(still(trace, k))


@pytest.mark.parametrize(("name", "said"), [("09_data", "same memory, own version"), ("09_detach", "same memory")])
def test_cards_that_share_memory_are_tied_when_it_changes(name, said):
    trace = golden(name)
    k = next(k for k, event in enumerate(trace.events, 1) if event.kind == "op" and event.writes)
    assert said in words(still(trace, k))


def test_a_graph_grown_by_a_backward_pass_has_a_second_outline():
    trace = golden("12_create_graph")
    before, after = stills(trace, [5, 14])
    assert len(strokes(before, LIGHT.edge)) + 3 <= len(strokes(after, LIGHT.edge))


def test_a_seed_that_is_a_vector_is_written_on_its_root_and_its_edge():
    assert 3 == words(still(golden("13_vector"), 3)).count("[1, 10]")


def test_by_nodes_the_caption_tells_the_turn_and_the_bin_shows_its_sum():
    trace = record_twice()
    k = step_of(trace, "release", 3)  # of w's AccumulateGrad, in the second pass
    by_event, by_node = words(still(trace, k)), words(still(trace, k, grain="node"))
    assert "w.grad was 6; 6 arrives and is added: 6 + 6 = 12." in " ".join(by_node)
    assert "w's AccumulateGrad is done." in " ".join(by_event)
    assert "+" in by_node and "+" not in by_event


def test_a_running_node_and_its_edge_are_highlighted():
    trace = record_twice()
    picture = still(trace, step_of(trace, "vjp"))
    assert "running" in words(picture)
    assert any(each.width == 2.5 for each in strokes(picture, LIGHT.grad))
    assert any(each.width == 3.0 for each in strokes(picture, LIGHT.grad))


def test_the_rule_is_written_in_names_and_in_numbers():
    trace = record_twice()
    shown = words(still(trace, step_of(trace, "vjp")))
    k = step_of(trace, "vjp")
    assert rule(trace, k) in shown
    assert rule_with_numbers(trace, k) in shown


def test_a_leaf_adds_what_comes_in_to_what_it_has():
    trace = record_twice()
    shown = words(still(trace, step_of(trace, "accumulate", 1)))
    at = shown.index(".grad")
    assert ["6", "+", "6", "=", "12"] == shown[at + 1 : at + 6]


def test_saved_tensors_that_were_freed_are_drawn_hollow():
    trace = record_twice()
    kept, freed = still(trace, step_of(trace, "end")), still(trace, step_of(trace, "end", 1))
    assert "done" in words(kept) and "freed" in words(freed)
    dashed = [sum(each.dash == "fine" for each in strokes(picture, LIGHT.edge)) for picture in (kept, freed)]
    assert [0, 2] == dashed


def test_an_error_is_marked_where_it_lies_and_quoted():
    trace = Trace.load(GOLDEN[0].parent / "lesson_06_saved_tensor_changed.autograd.json")
    picture = still(trace, len(trace.events))
    shown = words(picture)
    assert "error" in shown and "b @0≠1" in shown
    assert any(each.startswith("RuntimeError: one of the variables") for each in shown)
    assert any(each.width == 2.5 for each in strokes(picture, LIGHT.error))


def test_what_is_still_to_come_is_an_empty_outline():
    trace = record_twice()
    assert "MulBackward0" not in words(still(trace, 0))
    assert "MulBackward0" in words(still(trace, 1))


def test_the_dark_theme_has_ink_and_paper_of_its_own():
    trace = record_twice()
    light, dark = still(trace, 5), still(trace, 5, "dark")
    assert (LIGHT.paper, DARK.paper) == (light.paper, dark.paper)
    assert words(light) == words(dark)
    assert {each.colour for each in light.shapes if isinstance(each, Text)}.isdisjoint(
        each.colour for each in dark.shapes if isinstance(each, Text)
    )


def test_a_title_is_written_above():
    trace = record_twice()
    assert "Twice" == words(still(trace, 3, title="Twice"))[0]
    assert still(trace, 3, title="Twice").height > still(trace, 3, title="").height


@pytest.mark.parametrize("title", ["", "Twice", "long " * 40])
def test_all_that_is_said_stands_within_the_picture(title):
    trace = golden("02_not_undone")
    for k in range(len(trace.events) + 1):
        picture = still(trace, k, title=title)
        assert max(each.y for each in picture.shapes if isinstance(each, Text)) < picture.height


def test_arrays_are_coloured_cells_and_odd_numbers_are_crossed():
    with ag.record() as trace:
        x = ag.tensor([1.0, -2.0, float("nan"), float("inf")])
        (x * ag.ones(4, requires_grad=True)).sum()
    picture = still(trace, len(trace.events), "light")
    fills = {each.fill for each in picture.shapes if isinstance(each, Shape)}
    assert {LIGHT.positive, LIGHT.negative, LIGHT.nan} <= fills


def test_large_arrays_of_any_dtype_can_be_drawn():
    with ag.record() as trace:
        w = ag.ones(50, 40, dtype=ag.float16, requires_grad=True)
        mask = ag.ones(50, 40, dtype=ag.bool)
        ag.where(mask, w, w * 2).sum().backward()
        ag.ones(300, 300, requires_grad=True).sum().backward()
    assert svg(still(trace, len(trace.events)))


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_graphviz_paints_it_without_a_dot_on_path(kind, start, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert painted(still(record_twice(), 8), kind).startswith(start)


def test_a_png_has_the_pictures_size_times_the_scale():
    picture = still(record_twice(), 8)
    made = painted(picture, "png", 2.0)
    size = int.from_bytes(made[16:20]), int.from_bytes(made[20:24])
    assert size == pytest.approx((2 * picture.width, 2 * picture.height), abs=2)


def test_names_cannot_break_out_of_a_picture():
    with ag.record() as trace:
        scope = {"w": ag.tensor(2.0, requires_grad=True)}
        (scope["w"] * 2).backward()
    text = Text(20, 20, HOSTILE, "#000000")
    picture = still(trace, 3, title=HOSTILE)
    assert "<script>" not in svg(picture)
    ElementTree.fromstring(svg(picture))
    for anchor in ("start", "middle", "end"):
        made = type(picture)(300, 60, "", "#ffffff", (type(text)(150, 20, HOSTILE, "#000000", anchor=anchor),))
        assert painted(made, "png").startswith(b"\x89PNG")
        label = re.search(r"label=.*", painted_module._source(made, 1.0))
        assert label and "<script>" not in label[0]


def test_a_picture_with_much_on_it_is_painted_and_one_with_too_much_refused(monkeypatch):
    with ag.record() as trace:
        w = ag.rand(12, 12, requires_grad=True)
        (w.exp() * w).exp().sum().backward()
    picture = still(trace, len(trace.events))
    assert painted(picture, "png").startswith(b"\x89PNG")
    monkeypatch.setattr(painted_module, "MOST_SHAPES", 100)
    with pytest.raises(ValueError, match=r"shapes, is too large for \.png; an \.svg"):
        painted(picture, "png")


def test_broken_lines_are_graphviz_own_in_a_picture_of_very_many_paths(monkeypatch):
    picture = still(golden("06_saved_tensor_changed"), 8)
    fine = painted(picture, "png")
    monkeypatch.setattr(painted_module, "MOST_CUT", 0)
    coarse = painted(picture, "png")
    assert coarse.startswith(b"\x89PNG")
    assert fine != coarse


def test_nothing_is_written_to_the_error_stream(capfd):
    painted(still(record_twice(), 8), "png")
    assert capfd.readouterr().err == ""
