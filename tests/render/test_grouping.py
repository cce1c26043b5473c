"""Groups of a picture: scopes, repeats, runs, and what a picture shows when some are open."""

import json
from pathlib import Path
from typing import Any

import pytest

import autograd_viz as ag
from autograd_viz.render.group import Group
from autograd_viz.render.grouped import chosen, grouped
from autograd_viz.render.grouping import FULL, Grouping
from autograd_viz.render.layout import layout
from autograd_viz.render.loops import ops_begun
from autograd_viz.render.picture import picture
from autograd_viz.render.repeats import find_repeats
from autograd_viz.render.sizes import size
from autograd_viz.trace import Trace, frame
from autograd_viz.trace.event import GradChangeEvent
from tests.render.grouping_cases import CASES, blocks, loop, scopes
from tests.render.mixed_lines import mixed
from tests.render.training_lines import (
    alternating,
    carried,
    delayed,
    failing,
    last_root,
    penalty,
    sweep,
    training,
    warm,
)
from tests.trace.golden import assert_alike, dump
from tests.trace.test_golden import renumbered

FOLDER = Path(__file__).parents[1] / "golden" / "grouping"
ALL = CASES | {"mixed": mixed, "training": training, "failing": failing, "penalty": penalty}
ALL |= {"sweep": sweep, "warm": warm, "last_root": last_root, "delayed": delayed}


def described(trace: Trace) -> dict[str, Any]:
    """Tell a trace's groups, and what it shows with none, some and all of them open."""
    drawn = picture(trace)
    grouping = Grouping(drawn)
    groups = [
        [each.path, each.name, each.kind, each.scope, each.times, each.module, [_id(child) for child in each.children]]
        for each in grouping.groups.values()
    ]
    pictures = []
    for rule in (0, None, 2, 99):
        expanded = chosen(grouping, rule)
        shown = grouped(grouping, frozenset(expanded))
        pictures.append(
            {
                "expanded": list(expanded),
                "marks": [[mark.id, mark.kind, *(size(mark) if mark.kind == "group" else ())] for mark in shown.marks],
                "lines": [[line.id, line.tail, line.head, line.kind, line.input] for line in shown.lines],
                "frames": [frame.path for frame in shown.frames],
                "inside": dict(shown.inside),
            }
        )
    turns = []
    for ops in (0, len(trace.ops) // 2, len(trace.ops)):
        now = grouping.at(ops)
        headings = [each.heading for each in now.groups.values()]
        turns.append([ops, now.names, [line.id for line in now.picture.lines], headings])
    first, shown_turns = list(chosen(grouping, None)), turns if grouping.names else []
    cleared = [k for k, event in enumerate(trace.events, 1) if isinstance(event, GradChangeEvent)]
    begun = [[k, ops_begun(trace, k, frame(trace, k).ops_done)] for k in cleared]
    return {"groups": groups, "first": first, "turns": shown_turns, "begun": begun, "pictures": pictures}


def _id(child: Group | str) -> str:
    return child if isinstance(child, str) else f"g{child.path}"


@pytest.mark.parametrize("name", ALL)
def test_groups_are_as_the_golden_file_says(name: str, request: pytest.FixtureRequest) -> None:
    trace = renumbered(ALL[name]())
    text = dump({"trace": trace.to_json(), **described(trace)})
    path = FOLDER / f"{name}.json"
    if request.config.getoption("--regen-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    golden, now = json.loads(path.read_text(encoding="utf-8")), json.loads(text)
    assert_alike(golden, now, path.name)


def paths(trace: Trace) -> list[str]:
    return list(Grouping(picture(trace)).groups)


def test_modules_are_groups_and_blocks_alike_are_one() -> None:
    found = paths(blocks())
    assert found[:3] == ["Stack", "Stack/layers.0-5", "Stack/layers.0-5/layers.0"]
    assert "Stack/layers.0-5/layers.3/first" in found
    assert 6 == Grouping(picture(blocks())).groups["Stack/layers.0-5"].times


def test_a_parameter_stands_in_its_layer_and_one_that_a_loop_shares_outside() -> None:
    grouping = Grouping(picture(blocks()))
    layer = grouping.groups["Stack/layers.0-5/layers.2/second"]
    assert 2 == sum(each[0] == "t" for each in layer.marks())
    drawn = picture(loop())
    shared = {mark.id for mark in drawn.marks if mark.kind == "leaf"}
    assert 2 == len(shared)
    assert shared <= set(Grouping(drawn).root.children)


def test_turns_of_a_loop_are_one_group_named_by_its_lines() -> None:
    group = next(iter(Grouping(picture(loop())).groups.values()))
    assert ("repeat", 12) == (group.kind, group.times)
    assert group.name.startswith("lines ")
    assert f"{group.path}/turn 12" in paths(loop())


def test_a_training_loop_shows_one_iteration_with_its_modules() -> None:
    trace = training()
    grouping = Grouping(picture(trace))
    loop, *inner = grouping.groups.values()
    assert ("loop", 5, "iteration 1") == (loop.kind, loop.times, loop.module)
    assert [f"{loop.path}/Sequential", f"{loop.path}/Sequential/0", f"{loop.path}/Sequential/2"] == [
        each.path for each in inner if each.kind == "scope"
    ]
    assert set(chosen(grouping, None)) == {loop.path, *(each.path for each in inner if each.kind == "scope")}
    assert ["update"] == [each.module for each in inner if each.kind == "run"]
    assert 1 == sum(each[0] == "r" for each in loop.marks())


def test_iterations_are_alike_and_each_is_shown_when_its_time_comes() -> None:
    trace = training()
    grouping = Grouping(picture(trace))
    began = [event.op for event in trace.events if event.kind == "op" and trace.ops[event.op].name == "t"][::2]
    seen = []
    for turn, op in enumerate(began, 1):
        now = grouping.at(op + 1)
        assert f"iteration {turn}" == next(iter(now.groups.values())).module
        assert grouping.at(op) is not now or turn == 1
        assert len(now.picture.marks) == len(grouping.picture.marks)
        seen += [mark.id for mark in now.picture.marks if mark.kind == "op"]
    assert sorted(seen) == sorted(mark.id for mark in picture(trace).marks if mark.kind == "op")


def test_an_iteration_that_failed_is_the_last_turn_and_shows_where() -> None:
    trace = failing()
    grouping = Grouping(picture(trace))
    now = grouping.at(len(trace.ops))
    assert "iteration 4" == next(iter(now.groups.values())).module
    refused = next(mark.id for mark in now.picture.marks if mark.kind == "refused")
    assert next(line.tail for line in now.picture.lines if line.head == refused) in set(now.root.marks())


def test_two_losses_in_turn_are_one_iteration() -> None:
    grouping = Grouping(picture(alternating()))
    (loop,) = (each for each in grouping.groups.values() if each.kind == "loop")
    assert 3 == loop.times
    assert 2 == sum(each[0] == "r" for each in loop.marks())


def test_a_state_carried_on_makes_no_loop() -> None:
    assert "loop" not in {each.kind for each in Grouping(picture(carried())).groups.values()}


def test_a_small_picture_has_the_users_groups_alone_all_open() -> None:
    trace = scopes()
    assert ["model", "model/a", "model/a #2"] == paths(trace) == layout(trace)["expanded"]


def test_a_scope_entered_again_is_a_group_of_its_own() -> None:
    grouping = Grouping(picture(scopes()))
    assert ("model", "model/a #2") == chosen(grouping, ["model/a #2"])
    assert "model/a" == grouping.groups["model/a #2"].scope


def test_no_level_is_too_full_and_nothing_is_lost() -> None:
    drawn = picture(loop(900))
    grouping = Grouping(drawn)
    assert all(len(group.children) <= FULL + 8 for group in grouping.root.groups())
    assert sorted(mark.id for mark in drawn.marks) == sorted(grouping.root.marks())


def test_closed_groups_leave_no_cycle() -> None:
    for record in CASES.values():
        drawn = picture(record())
        grouping = Grouping(drawn)
        for rule in (0, 1, 2):
            shown = grouped(grouping, frozenset(chosen(grouping, rule)))
            assert_acyclic([mark.id for mark in shown.marks], [(line.tail, line.head) for line in shown.lines])


def assert_acyclic(ids: list[str], pairs: list[tuple[str, str]]) -> None:
    left = set(ids)
    while left:
        free = {
            each for each in left if not any(tail in left and head == each and tail != head for tail, head in pairs)
        }
        assert free, f"a cycle among {sorted(left)}"
        left -= free


@pytest.mark.parametrize(
    ("rule", "opened"),
    [
        (0, []),
        (1, ["Stack"]),
        (["Stack/layers.2"], ["Stack", "Stack/layers.0-5", "Stack/layers.0-5/layers.2"]),
        (lambda path: path.endswith("layers.5"), ["Stack", "Stack/layers.0-5", "Stack/layers.0-5/layers.5"]),
    ],
)
def test_a_rule_opens_groups_with_those_around_them(rule: Any, opened: list[str]) -> None:
    assert opened == layout(blocks(), rule)["expanded"]


def test_an_unknown_group_is_named_with_what_is_near() -> None:
    with pytest.raises(ValueError, match=r"no group 'Stack/layer\.1' to expand; there are .*'Stack"):
        layout(blocks(), ["Stack/layer.1"])


def test_open_groups_are_frames_around_what_is_in_them() -> None:
    trace = blocks()
    placed = layout(trace, 3)
    boxes = {each["id"]: each for each in placed["frames"]}
    assert {"gStack", "gStack/layers.0-5", "gStack/layers.0-5/layers.0"} <= set(boxes)
    inner, outer = boxes["gStack/layers.0-5/layers.0"], boxes["gStack"]
    assert abs(inner["x"] - outer["x"]) < (outer["w"] - inner["w"]) / 2
    hidden = [each for sizes in placed["hidden"] for each in sizes["ids"]]
    shown = [item["id"] for item in placed["items"] if item["kind"] != "group"]
    assert sorted(hidden + shown) == sorted(mark.id for mark in picture(trace).marks)


def test_a_hostile_scope_breaks_out_of_nothing() -> None:
    with ag.record() as trace:
        w = ag.tensor(2.0, requires_grad=True)
        with ag.scope('"]; evil [label=<<b>\\'), ag.scope("</script>"):
            y = w.exp() * 2
            z = y.sin()
        (z * z).backward()
    for rule in (0, 9):
        placed = layout(trace, rule)
        assert len(placed["items"]) + len(placed["frames"]) > 2
        assert b"<svg" in ag.draw(trace).pipe("svg")


def test_a_thousand_scopes_within_each_other_need_no_recursion() -> None:
    with ag.record() as trace:
        w = ag.tensor(2.0, requires_grad=True)
        with ag.scope("/".join("s" * 2000)):
            y = w.exp() * 2
        (y * 2).backward()
    assert len(layout(trace)["items"]) > 2


def test_repeats_are_found_whatever_their_period() -> None:
    assert [(0, 1, 1), (1, 2, 3), (7, 1, 1)] == list(find_repeats(list("xabababy")))
    assert [(0, 1, 5)] == list(find_repeats(list("aaaaa")))
    assert [(0, 4, 1)] == list(find_repeats(list("abab")))
    assert [] == list(find_repeats([]))


def test_what_clears_gradients_at_the_head_of_an_iteration_is_a_part_of_it() -> None:
    trace = training(3)
    grouping = Grouping(picture(trace))
    cleared = [k for k, event in enumerate(trace.events, 1) if isinstance(event, GradChangeEvent)]
    shown = [grouping.at(ops_begun(trace, k, frame(trace, k).ops_done)).groups for k in cleared]
    loops = [next(each.module for each in groups.values() if each.kind == "loop") for groups in shown]
    assert [*["iteration 2"] * 4, *["iteration 3"] * 4] == loops
