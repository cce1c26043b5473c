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
from autograd_viz.render.picture import picture
from autograd_viz.render.repeats import find_repeats
from autograd_viz.render.sizes import size
from autograd_viz.trace import Trace
from tests.render.grouping_cases import CASES, blocks, loop, scopes
from tests.render.mixed_lines import mixed
from tests.trace.golden import assert_alike, dump
from tests.trace.test_golden import renumbered

FOLDER = Path(__file__).parents[1] / "golden" / "grouping"
ALL = CASES | {"mixed": mixed}


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
        shown = grouped(drawn, grouping, frozenset(expanded))
        pictures.append(
            {
                "expanded": list(expanded),
                "marks": [[mark.id, mark.kind, *(size(mark) if mark.kind == "group" else ())] for mark in shown.marks],
                "lines": [[line.id, line.tail, line.head, line.kind, line.input] for line in shown.lines],
                "frames": [frame.path for frame in shown.frames],
                "inside": dict(shown.inside),
            }
        )
    return {"groups": groups, "first": list(chosen(grouping, None)), "pictures": pictures}


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
            shown = grouped(drawn, grouping, frozenset(chosen(grouping, rule)))
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
