"""Groups opened and closed in a saved page, where no kernel lays out, and in JupyterLab."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import autograd_viz as ag
from tests.browser.axe import violations
from tests.browser.jupyter import Lab
from tests.browser.pages import open_page
from tests.browser.test_notebook import write_notebook
from tests.browser.test_overlap import FAULTS
from tests.render.grouping_cases import blocks, loop
from tests.render.training_lines import training

pytestmark = pytest.mark.browser
REPEAT = "[data-item='gStack/layers.0-5']"
OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll('.av-card .av-face')].map(face => face.getBoundingClientRect());
  const near = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return boxes.filter((a, i) => boxes.slice(0, i).some(b => near(a, b))).length;
}"""
CELL = """import autograd_viz as ag
w = ag.tensor(2.0, requires_grad=True)
with ag.record() as trace:
    with ag.scope("encoder"):
        y = w.exp() * w
    (y * y).backward()
player = ag.play(trace, expanded=[])
player"""


def opened(page: Page, folder: Path, trace: ag.Trace, **state: object) -> None:
    open_page(page, ag.play(trace, **state).save(folder / "page.html"))


def test_a_repeat_is_one_card_that_its_plus_opens_into_its_members(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, blocks())
    card = page.locator(REPEAT)
    expect(card).to_contain_text("×6")
    expect(card).to_have_attribute("aria-label", re.compile("^group layers.0-5 · Block, 6 alike, 36 operations"))
    card.locator(".av-opener").click()
    expect(page.locator("[data-item^='gStack/layers.0-5/layers.']")).to_have_count(6)
    assert 0 == page.evaluate(OVERLAPS)
    page.locator("[data-frame='gStack/layers.0-5']").click()
    expect(page.locator("[data-item^='gStack/layers.0-5/layers.']")).to_have_count(0)
    card.dblclick()
    expect(page.locator("[data-item^='gStack/layers.0-5/layers.']")).to_have_count(6)


def test_groups_open_and_close_from_the_keyboard_and_the_focus_goes_to_what_stands_for_what_had_it(
    page: Page, tmp_path: Path
) -> None:
    opened(page, tmp_path, blocks())
    page.locator(REPEAT).focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-frame='gStack/layers.0-5']")).to_be_focused()
    page.locator("[data-item='gStack/layers.0-5/layers.3']").focus()
    page.locator("[data-frame='gStack/layers.0-5']").dispatch_event("click")
    expect(page.locator(REPEAT)).to_be_focused()


def test_a_click_selects_a_closed_group_and_the_panel_says_what_it_holds(page: Page, tmp_path: Path) -> None:
    trace = blocks()
    opened(page, tmp_path, trace)
    card, told = page.locator(REPEAT), page.get_by_role("region", name="Selected group")
    card.click()
    expect(card).to_have_attribute("aria-pressed", "true")
    expect(told).to_contain_text("36 operations, 24 parameters (24 numbers), 18 groups")
    expect(told).to_contain_text("no backward pass goes through it")
    run = [k + 1 for k, event in enumerate(trace.events) if event.kind == "run"]
    page.get_by_role("slider", name="Step").fill(str(run[0]))
    for words in ("0 of 60 ran, gradient arriving", "0 of 60 ran, running now"):
        before = at(page)
        page.keyboard.press("n")
        assert at(page) > before
        expect(told).to_contain_text(words)
    page.get_by_role("button", name="Last step").click()
    expect(told).to_contain_text(re.compile(r"(\d+) of \1 ran, all ran"))
    told.get_by_role("button", name="Open").click()
    expect(page.locator("[data-frame='gStack/layers.0-5']")).to_have_count(1)
    told.get_by_role("button", name="Close").click()
    card.focus()
    page.keyboard.press("Space")
    expect(told).to_have_count(0)


def at(page: Page) -> int:
    return int(page.get_by_role("slider", name="Step", exact=True).input_value())


def test_opening_a_group_keeps_zoom_place_search_selection_and_focus(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, blocks(), step=60)
    page.keyboard.press("c")
    for _ in range(2):
        page.get_by_role("button", name="Zoom in").click()
    search = page.get_by_role("combobox", name="Search")
    search.fill("tanh")
    page.locator(REPEAT).click()
    search.focus()
    before = page.locator(f"{REPEAT} > .av-face").bounding_box()
    zoom = page.locator(".av-zoom-level").inner_text()
    assert 1 == page.locator("[data-match]").count()
    page.locator(REPEAT).locator(".av-opener").dispatch_event("click")
    after = page.locator("[data-face='gStack/layers.0-5']").bounding_box()
    assert before and after and abs(before["y"] - after["y"]) < 2
    assert abs(before["x"] + before["width"] / 2 - after["x"] - after["width"] / 2) < 2
    expect(page.locator(".av-zoom-level")).to_have_text(zoom)
    expect(search).to_be_focused()
    expect(search).to_have_value("tanh")
    expect(page.locator("[data-match]")).to_have_count(6)
    expect(page.get_by_role("region", name="Selected group")).to_contain_text("layers.0-5")
    page.locator("[data-frame='gStack/layers.0-5']").dispatch_event("click")
    again = page.locator(f"{REPEAT} > .av-face").bounding_box()
    assert again and abs(again["x"] - before["x"]) < 2 and abs(again["y"] - before["y"]) < 2


def test_a_closed_group_shows_how_far_it_is_and_the_sentence_still_names_the_node(page: Page, tmp_path: Path) -> None:
    trace = blocks()
    opened(page, tmp_path, trace, expanded=0)
    group = page.locator("[data-item=gStack]")
    run = [k + 1 for k, event in enumerate(trace.events) if event.kind == "run"]
    page.get_by_role("slider", name="Step").fill(str(run[12]))
    expect(group).to_have_attribute("data-state", "running")
    expect(group).to_have_attribute("data-current", "acts")
    expect(page.locator("[aria-live=polite]").first).to_contain_text(trace_node(trace, run[12]))
    page.get_by_role("button", name="Last step").click()
    expect(group).to_have_attribute("aria-label", re.compile(r"freed, (\d+) of \1 nodes done"))


def trace_node(trace: ag.Trace, step: int) -> str:
    event = trace.events[step - 1]
    return next(node.name for node in trace.nodes if node.id == event.node)


def test_a_merged_edge_shows_the_gradient_that_any_of_its_lines_carries(page: Page, tmp_path: Path) -> None:
    trace = loop()
    opened(page, tmp_path, trace)
    merged = page.locator("[data-merged='12']")
    expect(merged.first).to_have_attribute("data-state", re.compile("future|idle"))
    page.get_by_role("button", name="Last step").click()
    expect(page.locator("[data-merged='12'][data-state=sent]")).to_have_count(merged.count())


def select(page: Page) -> None:
    page.locator(REPEAT).click()


def unfold(page: Page) -> None:
    page.locator(REPEAT).locator(".av-opener").click()


def nest(page: Page) -> None:
    unfold(page)
    page.locator("[data-item='gStack/layers.0-5/layers.1']").locator(".av-opener").click()
    page.locator("[data-item='gStack/layers.0-5/layers.1/first']").focus()


def look_for(page: Page) -> None:
    unfold(page)
    page.get_by_role("combobox", name="Search").fill("tanh")


STATES = {"closed": lambda page: None, "selected": select, "open": unfold, "nested": nest, "searching": look_for}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("theme", "width"), [("light", 1400), ("dark", 700)])
def test_axe_finds_nothing_and_nothing_overlaps_with_groups(
    page: Page, tmp_path: Path, shots: Path, state: str, theme: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, tmp_path, blocks(), theme=theme, step=150)
    STATES[state](page)
    page.screenshot(path=shots / f"groups-{state}-{theme}-{width}.png")
    assert [] == violations(page)
    assert [] == page.evaluate(FAULTS)


@pytest.mark.parametrize("width", [1400, 700, 360])
def test_groups_fit_narrow_windows(page: Page, tmp_path: Path, shots: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for theme in ("light", "dark"):
        opened(page, tmp_path, blocks(), theme=theme, step=120, expanded=3)
        page.screenshot(path=shots / f"groups-{theme}-{width}.png")
        assert 0 == page.evaluate("() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")


def test_expanded_is_a_trait_both_ways_in_jupyterlab(page: Page, lab: tuple[str, Path]) -> None:
    address, root = lab
    write_notebook(root / "groups.ipynb", CELL, "player.expanded = ['encoder']", "print('open:', player.expanded)")
    jupyter = Lab(page, address)
    jupyter.open_notebook("groups.ipynb")
    jupyter.run_cell(0)
    player = page.locator("[data-autograd-viz-live]")
    expect(player.locator("[data-item=gencoder]")).to_have_count(1)
    jupyter.run_cell(1)
    expect(player.locator("[data-frame=gencoder]")).to_have_count(1)
    player.locator("[data-frame=gencoder]").click()
    expect(player.locator("[data-item=gencoder]")).to_have_count(1)
    jupyter.run_cell(2)
    expect(page.locator(".jp-OutputArea").last).to_contain_text("open: []")

def test_a_training_loop_shows_the_iteration_of_the_step_at_the_same_places(page: Page, tmp_path: Path) -> None:
    trace = training()
    ends = [k for k, event in enumerate(trace.events, 1) if event.kind == "end"]
    opened(page, tmp_path, trace, step=ends[0])
    frame = page.locator(".av-frame-name").first
    places = "() => [...document.querySelectorAll('.av-card')].map(card => card.getAttribute('transform'))"
    ids = "() => [...document.querySelectorAll('[data-item]')].map(card => card.dataset.item).join()"
    expect(frame).to_contain_text("iteration 1 of 5")
    expect(page.locator(".av-frame-name")).to_have_count(4)  # the loop's, the model's and two layers'
    first, cards = page.evaluate(places), page.evaluate(ids)
    slider = page.get_by_role("slider", name="Step")
    slider.fill(str(ends[3]))
    expect(frame).to_contain_text("iteration 4 of 5")
    assert first == page.evaluate(places)
    assert cards != page.evaluate(ids)
    assert [] == violations(page)
    slider.fill(str(ends[0]))
    expect(frame).to_contain_text("iteration 1 of 5")
    assert cards == page.evaluate(ids)


def test_a_group_that_is_closed_stays_so_in_the_next_iteration(page: Page, tmp_path: Path) -> None:
    trace = training()
    ends = [k for k, event in enumerate(trace.events, 1) if event.kind == "end"]
    opened(page, tmp_path, trace, step=ends[0])
    page.locator("[data-frame$='/Sequential']").dispatch_event("click")
    card = page.locator("[data-item$='/Sequential']")
    expect(card).to_contain_text("freed")
    page.get_by_role("slider", name="Step").fill(str(ends[1] - 3))
    expect(page.locator(".av-frame-name").first).to_contain_text("iteration 2 of 5")
    expect(card).to_have_count(1)
