"""The player for everyone: axe-core in every state of the views around the graph, forced colours, zoom, less motion."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import autograd_viz as ag
from tests.browser.axe import violations
from tests.browser.pages import open_page
from tests.browser.test_navigation import chain

pytestmark = pytest.mark.browser
SIDEWAYS = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


def search(page: Page) -> None:
    page.locator(".av-player").focus()
    page.keyboard.press("/")
    page.keyboard.type("tanh")
    expect(page.locator("[role=option]").first).to_be_visible()


def open_help(page: Page) -> None:
    page.get_by_role("button", name="Help", exact=True).click()
    expect(page.get_by_role("dialog", name="Help")).to_be_visible()


def walk(page: Page) -> None:
    page.locator(".av-card[tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Selected card")).to_be_visible()


def zoom_in(page: Page) -> None:
    for _ in range(4):
        page.get_by_role("button", name="Zoom in").click()


def fit(page: Page) -> None:
    page.get_by_role("button", name="Fit the graph").click()
    expect(page.locator(".av-map")).to_be_hidden()


def read_back(page: Page) -> None:
    page.get_by_text("What was said").click()
    expect(page.locator(".av-transcript-text").first).to_be_visible()


STATES: dict[str, Callable[[Page], None]] = {
    "search": search,
    "help": open_help,
    "walk": walk,
    "near": zoom_in,
    "far": fit,
    "said": read_back,
}


@pytest.fixture(scope="module")
def trace() -> ag.Trace:
    return chain(24)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("theme", "width"), [("light", 1400), ("dark", 360)])
def test_axe_finds_nothing(
    page: Page, tmp_path: Path, shots: Path, trace: ag.Trace, state: str, theme: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, ag.play(trace, expanded=9, step=260, theme=theme).save(tmp_path / "page.html"))
    STATES[state](page)
    page.screenshot(path=shots / f"{state}-{theme}-{width}.png")
    assert [] == violations(page)
    assert 0 == page.evaluate(SIDEWAYS)


@pytest.mark.parametrize("state", STATES)
def test_forced_colours_keep_lines_words_and_marks(
    chromium: Browser, tmp_path: Path, shots: Path, trace: ag.Trace, state: str
) -> None:
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, forced_colors="active", color_scheme="dark")
    page = context.new_page()
    open_page(page, ag.play(trace, expanded=9, step=260).save(tmp_path / "page.html"))
    STATES[state](page)
    page.screenshot(path=shots / f"forced-{state}.png")
    found = violations(page)
    context.close()
    assert [] == found


def test_nothing_slides_for_a_reader_who_wants_less_motion(page: Page, tmp_path: Path, trace: ag.Trace) -> None:
    open_page(page, ag.play(trace, expanded=9, step=260).save(tmp_path / "page.html"))
    page.wait_for_selector(".av-token", state="attached")
    lasts = (
        "() => [...document.querySelectorAll('.av-player *')].map(each => getComputedStyle(each).transitionDuration)"
    )
    assert {"0s"} == set(page.evaluate(lasts))
    page.get_by_role("button", name="Step forward").click()
    page.get_by_role("button", name="Step forward").click()
    at = "() => document.querySelector('.av-token').getAttribute('transform')"
    first = page.evaluate(at)
    page.wait_for_timeout(300)
    assert first == page.evaluate(at)
