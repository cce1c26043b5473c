"""Finding one's way in the graph: pan, zoom, the small map, search, the keyboard and the help."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import autograd_viz as ag
from tests.browser.pages import open_page, settled

pytestmark = pytest.mark.browser
AT = "() => { const stage = document.querySelector('.av-stage'); return [stage.scrollLeft, stage.scrollTop] }"
SCALE = "() => Number.parseInt(document.querySelector('.av-zoom-level').textContent)"
IN_SIGHT = """card => {
  const box = card.getBoundingClientRect(), stage = card.closest('.av-stage').getBoundingClientRect();
  return box.top >= stage.top && box.bottom <= stage.bottom && box.left >= stage.left && box.right <= stage.right;
}"""


def chain(blocks: int) -> ag.Trace:
    """Record a backward pass through a chain of layers, `blocks` high."""
    ag.manual_seed(0)
    weights = [ag.randn(3, 3).requires_grad_() for _ in range(blocks)]
    h = ag.ones(2, 3)
    with ag.record() as trace:
        for w in weights:
            h = (h @ w).tanh()
        loss = h.sum()
        loss.backward()
    return trace


@pytest.fixture
def tall(page: Page, tmp_path: Path) -> Page:
    """A saved page of a graph higher than the window, shown from its beginning."""
    open_page(page, ag.play(chain(40), expanded=9).save(tmp_path / "tall.html"))
    return page


def test_dragging_moves_the_graph_and_chooses_nothing(tall: Page) -> None:
    box = tall.locator(".av-stage").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = tall.evaluate(AT)
    tall.mouse.move(x, y)
    tall.mouse.down()
    tall.mouse.move(x, y - 60, steps=3)
    tall.mouse.move(x, y - 200, steps=3)
    tall.mouse.up()
    settled(tall)
    assert before[1] + 190 <= tall.evaluate(AT)[1] <= before[1] + 201
    assert 0 == tall.locator(".av-card[aria-pressed=true]").count()


def test_a_plain_wheel_scrolls_the_page_until_the_graph_has_been_clicked(page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 800, "height": 700})  # the panel is below: the page is higher than the window
    open_page(page, ag.play(chain(40), expanded=9).save(tmp_path / "tall.html"))
    page.mouse.move(300, 400)
    page.mouse.wheel(0, 120)
    page.wait_for_function("() => scrollY > 0")
    assert 0 == page.evaluate(AT)[1]
    page.evaluate("() => scrollTo(0, 0)")
    page.locator(".av-stage").click(position={"x": 4, "y": 200})
    page.mouse.wheel(0, 120)
    page.wait_for_function("() => document.querySelector('.av-stage').scrollTop > 0")
    assert 0 == page.evaluate("() => scrollY")


def test_ctrl_and_the_wheel_zoom_around_the_pointer(tall: Page) -> None:
    card = tall.locator(".av-card").nth(2)
    box = card.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = tall.evaluate(SCALE)
    tall.mouse.move(x, y)
    tall.keyboard.down("Control")
    for _ in range(6):
        tall.mouse.wheel(0, -60)
    tall.keyboard.up("Control")
    settled(tall)
    assert tall.evaluate(SCALE) > before * 1.5
    after = card.bounding_box()
    assert after and after["x"] < x < after["x"] + after["width"] and after["y"] < y < after["y"] + after["height"]


def test_keys_and_buttons_zoom_and_fit(tall: Page) -> None:
    tall.locator(".av-player").focus()
    readable = tall.evaluate(SCALE)
    tall.keyboard.press("+")
    assert readable < tall.evaluate(SCALE)
    tall.keyboard.press("-")
    tall.keyboard.press("-")
    assert tall.evaluate(SCALE) < readable
    tall.keyboard.press("0")
    assert readable == tall.evaluate(SCALE)
    expect(tall.locator(".av-map")).to_be_visible()
    tall.get_by_role("button", name="Fit the graph").click()
    settled(tall)
    assert all(tall.locator(".av-card").evaluate_all(f"cards => cards.map({IN_SIGHT})"))
    expect(tall.locator(".av-map")).to_be_hidden()
    tall.get_by_role("button", name="Readable size").click()
    assert readable == tall.evaluate(SCALE)


def test_stepping_keeps_what_happens_in_sight_until_the_view_is_moved(tall: Page) -> None:
    follow = tall.get_by_role("button", name="Keep what happens in sight")
    expect(follow).to_have_attribute("aria-pressed", "true")
    for key in ("End", "ArrowLeft", "ArrowLeft", "ArrowLeft"):
        tall.keyboard.press(key) if key != "End" else tall.get_by_role("button", name="Last step").click()
        settled(tall)
    assert tall.locator(".av-card[data-current]").first.evaluate(IN_SIGHT)
    tall.keyboard.press("Shift+ArrowDown")
    settled(tall)
    expect(follow).to_have_attribute("aria-pressed", "false")
    moved = tall.evaluate(AT)
    tall.get_by_role("button", name="First step").click()
    settled(tall)
    assert moved == tall.evaluate(AT)
    tall.keyboard.press("ArrowRight")
    follow.click()
    settled(tall)
    assert tall.locator(".av-card[data-current]").first.evaluate(IN_SIGHT)


def test_the_small_map_moves_the_view(tall: Page) -> None:
    box = tall.locator(".av-map svg").bounding_box()
    assert box
    tall.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 3)
    settled(tall)
    left, top = tall.evaluate(AT)
    assert left > 0
    end = "stage => stage.scrollHeight - stage.clientHeight"
    assert tall.locator(".av-stage").evaluate(end) == pytest.approx(top, abs=1)


def test_all_cards_are_on_the_page_with_name_and_state_wherever_they_are(page: Page, tmp_path: Path) -> None:
    trace = chain(90)
    open_page(page, ag.play(trace, step=len(trace.events), expanded=9).save(tmp_path / "tall.html"))
    nodes = page.locator("[data-node]")
    expect(nodes).to_have_count(len(trace.nodes))
    names = nodes.evaluate_all("cards => cards.map(card => card.getAttribute('aria-label'))")
    assert all("freed" in name or "done" in name for name in names)
    assert nodes.filter(has=page.locator("text")).count() < nodes.count() / 2  # the rest are outlines


def test_search_lists_what_it_finds_and_enter_goes_there(tall: Page) -> None:
    tall.get_by_role("button", name="Last step").click()
    tall.keyboard.press("/")
    box = tall.get_by_role("combobox", name="Search")
    expect(box).to_be_focused()
    tall.keyboard.type("tanh 2x3")
    expect(tall.get_by_role("status")).to_have_text("1 of 40")
    assert 40 == tall.locator(".av-card[data-match]").count()
    tall.keyboard.press("ArrowUp")  # to the last one
    tall.keyboard.press("Enter")
    settled(tall)
    chosen = tall.locator(".av-card[aria-pressed=true]")
    expect(chosen).to_be_focused()
    assert chosen.evaluate(IN_SIGHT)
    tall.keyboard.press("/")
    tall.keyboard.press("Escape")
    assert 0 == tall.locator(".av-card[data-match]").count()


def test_arrows_walk_along_the_edges_from_card_to_card(tall: Page) -> None:
    tall.get_by_role("button", name="Last step").click()
    tall.locator(".av-leaf").first.focus()
    step = tall.get_by_role("slider", name="Step").input_value()
    names = []
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowRight"):
        tall.keyboard.press(key)
        names.append(tall.evaluate("() => document.activeElement.getAttribute('aria-label')"))
    settled(tall)
    assert tall.locator(".av-card:focus").evaluate(IN_SIGHT)
    assert names[0] == names[2] != names[1]
    assert 1 == tall.locator(".av-card[tabindex='0']").count()
    assert step == tall.get_by_role("slider", name="Step").input_value()


def test_the_help_keeps_the_focus_and_gives_it_back(tall: Page, shots: Path) -> None:
    tall.locator(".av-player").focus()
    tall.keyboard.press("?")
    help_panel = tall.get_by_role("dialog", name="Help")
    expect(help_panel).to_be_visible()
    for _ in range(4):
        tall.keyboard.press("Tab")
        outside = "() => { const at = document.activeElement; return at !== document.body && !at.closest('dialog') }"
        assert not tall.evaluate(outside)
    tall.keyboard.press("ArrowRight")
    tall.screenshot(path=shots / "help.png")
    tall.keyboard.press("Escape")
    expect(help_panel).to_be_hidden()
    expect(tall.locator(".av-player")).to_be_focused()
    assert "0" == tall.get_by_role("slider", name="Step").input_value()


def test_the_small_map_covers_nothing_that_happens(tall: Page) -> None:
    slider = tall.get_by_role("slider", name="Step", exact=True)
    corners = set()
    for step in range(2, 400, 24):
        slider.fill(str(step))
        settled(tall)
        current = tall.locator(".av-card[data-current]").first.bounding_box()
        if tall.locator(".av-map").is_hidden() or current is None:
            continue
        corners.add(tall.locator(".av-map").get_attribute("data-corner"))
        small = tall.locator(".av-map").bounding_box()
        assert small is not None
        assert (
            current["x"] + current["width"] <= small["x"]
            or small["x"] + small["width"] <= current["x"]
            or current["y"] + current["height"] <= small["y"]
            or small["y"] + small["height"] <= current["y"]
        )
    assert corners


@pytest.mark.parametrize("width", [360, 700])
def test_all_controls_are_on_the_page(page: Page, tmp_path: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    open_page(page, ag.play(chain(40), step=450).save(tmp_path / "page.html"))
    for control in page.locator(".av-controls button, .av-controls select").all():
        box = control.bounding_box()
        assert box is not None
        assert box["x"] >= 12
        assert box["x"] + box["width"] <= width - 16


COUNTS = """() => ({
  cards: document.querySelectorAll('.av-card').length, outlines: document.querySelectorAll('.av-outline').length,
  edges: document.querySelectorAll('.av-edge').length,
})"""


@pytest.fixture
def large(page: Page, tmp_path: Path) -> tuple[Page, list[str], int]:
    """A saved page of a graph of which only what is in sight is drawn in full; its items, and how many edges it has."""
    player = ag.play(chain(70), expanded=9)
    open_page(page, player.save(tmp_path / "large.html"))
    layout = player._trace.layout
    return page, [item["id"] for item in layout["items"]], len(layout["edges"])


def test_every_card_of_a_large_graph_is_reached_in_its_order_by_keyboard(large: tuple[Page, list[str], int]) -> None:
    page, items, _ = large
    assert len(items) > 200 and page.evaluate(COUNTS)["outlines"] > 100
    page.locator(".av-card[tabindex='0']").focus()
    reached = []
    for _ in items:
        reached.append(page.evaluate("() => document.activeElement.getAttribute('data-item')"))
        page.keyboard.press("ArrowRight")
    assert items == reached
    settled(page)
    assert page.locator(":focus").evaluate(IN_SIGHT)
    assert not page.locator(":focus.av-outline").count()
    assert "from" in (page.locator(".av-outline").first.get_attribute("aria-label") or "")


def test_a_large_graph_is_printed_with_all_its_cards_and_edges(large: tuple[Page, list[str], int]) -> None:
    page, items, edges = large
    page.evaluate(f"() => addEventListener('beforeprint', () => {{ window.printed = ({COUNTS})() }})")
    before = page.evaluate(COUNTS)
    page.pdf()
    assert {"cards": len(items), "outlines": 0, "edges": edges} == page.evaluate("() => window.printed")
    assert before == page.evaluate(COUNTS)
    assert before["edges"] < 60
