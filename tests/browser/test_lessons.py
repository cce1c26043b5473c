"""Each lesson at its telling step: the marks that make its point are on the page. Leaves screenshots to look at."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import autograd_viz as ag
from tests.browser.axe import violations
from tests.browser.pages import open_page

pytestmark = pytest.mark.browser
GOLDEN = Path(__file__).parents[1] / "golden"
VISIBLE = "el => getComputedStyle(el).visibility !== 'hidden'"

LESSONS = {
    "01_backward_twice": (19, {".av-chip[data-saved=freed]": 2, ".av-card[data-state=error]": "✕ error"}),
    "01_nothing_saved": (19, {".av-chip": 0, "[data-leaf=x]": r"1\+1=2"}),
    "02_not_undone": (
        38,
        {".av-card[data-state=error] .av-chip[data-saved=freed]": 2, "[data-leaf=a]": "2$", ".av-kept": "a.grad"},
    ),
    "03_zero_grad_forgotten": (21, {"[data-leaf=w]": r"3\+3=6", ".av-ledger-row[aria-current]": r"3 \+ 3 = 6"}),
    "04_non_leaf_grad": (9, {".av-token": "3", ".av-bin": 1}),
    "04_retain_grad": (11, {"[data-leaf=b]": "kept by retain_grad.*None.3=3"}),
    "05_argmax": (2, {".av-edge-cut[data-fault] .av-cut-words": "cut here", "[data-current=fault]": "argmax"}),
    "05_detached": (4, {".av-edge-cut[data-fault] .av-cut-words": "cut here", "[data-current=fault]": 2}),
    "05_nothing_to_differentiate": (1, {"[data-current=fault]": "loss"}),
    "06_saved_tensor_changed": (
        8,
        {
            ".av-tie": 1,
            ".av-chip[data-saved=stale]": "b @0≠1",
            "[data-cause]": r"\+= 1.*@1.*cause",
            ".av-line[data-line=cause]": "b.add_",
        },
    ),
    "07_what_is_saved": (8, {".av-chip.av-current": 0, "[data-state=running] .av-chip": "c @0"}),
    "08_leaf_in_place": (1, {".av-refused": "refused", ".av-edge-refused[data-fault] .av-cut-words": "not allowed"}),
    "08_leaf_under_no_grad": (1, {".av-leaf .av-version[data-now]": "@1", ".av-ghost": "under no_grad"}),
    "09_data": (
        2,
        {".av-op .av-version": "@0", ".av-ghost .av-version": "@1", ".av-tie-apart[data-now]": "own version"},
    ),
    "09_detach": (13, {".av-chip[data-saved=stale]": "s @0≠1", "[data-current=fault]": "zero_"}),
    "10_detach": (9, {".av-edge-cut": 1, ".av-ghost": "detached", ".av-token": "2"}),
    "10_no_grad": (9, {".av-edge-cut": 2, ".av-ghost": "under no_grad", ".av-token": "4"}),
    "11_inference_mode": (2, {".av-refused": "refused", ".av-ghost[data-current=fault]": "in inference_mode"}),
    "12_create_graph": (14, {".av-chip[data-saved=retained]": "x @0", ".av-layer-line": 3}),
    "13_not_scalar": (2, {"[data-current=fault]": "y"}),
    "13_vector": (3, {".av-root": r"seed\[1, 10\]", ".av-token": r"\[1, 10\]"}),
    "14_broadcasting": (
        6,
        {
            ".av-array-before-the-sum": "dL/db",
            ".av-array-outgoing": "dL/db",
            ".av-sum[data-happened=now]": r"\[4, 3\] → \[3\]",
        },
    ),
    "15_fan_in": (29, {".av-leaf .av-arrived": "1 of 2 arrived: 115.2"}),
    "16_hooks": (13, {"[data-leaf=y]": "None.30=30", ".av-hook[data-happened=done]": "3 → 30"}),
    "17_state_carried_over": (37, {".av-card[data-state=error] .av-chip[data-saved=freed]": 1}),
    "18_step_between": (
        37,
        {".av-edge[data-fault]": 0, ".av-chip[data-saved=stale]": "W @0≠1", ".av-leaf .av-version": "@1"},
    ),
    "19_kinks": (48, {".av-leaf .av-arrived": "4 of 4 arrived: 1.5"}),
    "19_max_of_a_dimension": (6, {".av-array-outgoing": "dL/dx", ".av-token": r"\[0, 1, 0\]"}),
    "19_ties": (7, {".av-token": r"\[0, 0.5, 0.5\]"}),
    "20_where_trap": (18, {".av-array-outgoing": "nan", ".av-token": r"\[nan, 0.25\]"}),
}
"""By lesson the telling step, and what its page must show there: how many marks of a kind, or words on one."""


def test_every_lesson_has_a_picture() -> None:
    golden = {path.name.split(".")[0].removeprefix("lesson_") for path in GOLDEN.glob("lesson_*.autograd.json")}
    assert golden == set(LESSONS)


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_shows_its_point(page: Page, tmp_path: Path, shots: Path, lesson: str) -> None:
    step, marks = LESSONS[lesson]
    trace = ag.Trace.load(GOLDEN / f"lesson_{lesson}.autograd.json")
    for theme in ("light", "dark"):
        open_page(page, ag.play(trace, step=step, theme=theme).save(tmp_path / "page.html"))
        expect(page.get_by_role("slider", name="Step", exact=True)).to_have_value(str(step))
        page.screenshot(path=shots / f"lesson-{lesson}-{theme}.png")
        assert [] == violations(page)
    for selector, wanted in marks.items():
        found = page.locator(selector)
        if isinstance(wanted, int):
            assert wanted == found.count(), selector
        else:
            assert any(re.search(wanted, text) for text in shown(found)), f"{selector}: {shown(found)}"


def shown(found: Locator) -> list[str]:
    """Return the words on marks that can be seen."""
    return [each.text_content() or "" for each in found.all() if each.evaluate(VISIBLE)]


def test_pointing_at_an_element_marks_what_it_meets(page: Page, tmp_path: Path) -> None:
    trace = ag.Trace.load(GOLDEN / "lesson_14_broadcasting.autograd.json")
    open_page(page, ag.play(trace, step=6).save(tmp_path / "page.html"))
    given = page.locator(".av-array-outgoing .av-heatmap")
    given.hover(position={"x": 2, "y": 2})
    expect(page.locator(".av-array-before-the-sum[data-met]")).to_have_count(1)
    expect(page.locator(".av-meeting")).to_have_text("dL/db[0] = dL/db[:, 0] = 1 + 4 + 7 + 10 = 22")
    page.mouse.move(2, 2)
    expect(page.locator(".av-array[data-met]")).to_have_count(0)
    given.focus()
    page.keyboard.press("End")
    expect(page.locator(".av-meeting")).to_contain_text("= 30")
    expect(page.get_by_role("slider", name="Step", exact=True)).to_have_value("6")


def test_a_second_graph_is_a_layer_that_can_be_hidden(page: Page, tmp_path: Path) -> None:
    trace = ag.Trace.load(GOLDEN / "lesson_12_create_graph.autograd.json")
    open_page(page, ag.play(trace, step=14).save(tmp_path / "page.html"))
    switch = page.get_by_role("checkbox", name="Graph grown by backward pass 1")
    grown, own = page.locator(".av-card[data-layer='1']"), page.locator(".av-card:not([data-layer])")
    expect(switch).to_be_checked()
    before = own.first.bounding_box()
    switch.uncheck()
    for each in grown.all():
        expect(each).to_be_hidden()
    expect(own.first).to_be_visible()
    assert before == own.first.bounding_box()
    switch.check()
    expect(grown.first).to_be_visible()
    open_page(page, ag.play(trace, step=14, layers=[]).save(tmp_path / "hidden.html"))
    expect(switch).not_to_be_checked()
    expect(grown.first).to_be_hidden()


def test_what_is_said_at_length_does_not_run_into_the_code(page: Page, tmp_path: Path) -> None:
    trace = ag.Trace.load(GOLDEN / "seed_jacobian_products.autograd.json")
    page.set_viewport_size({"width": 1100, "height": 600})
    open_page(page, ag.play(trace, size="small").save(tmp_path / "page.html"))
    for step in (1, 12, 18):
        page.get_by_role("slider", name="Step", exact=True).fill(str(step))
        page.wait_for_timeout(100)  # the panel keeps its height once it is laid out
    assert [] == page.evaluate(
        """() => [...document.querySelectorAll(".av-panel > section")]
            .filter(({nextElementSibling: next, lastElementChild: last}) =>
                next?.getBoundingClientRect().top < last.getBoundingClientRect().bottom)
            .map((each) => each.className)"""
    )
