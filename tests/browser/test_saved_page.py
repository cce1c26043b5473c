"""A player saved as HTML, opened from disk with the network off."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import autograd_viz as ag
from tests.browser.pages import open_page

pytestmark = pytest.mark.browser
HOSTILE = "</script><img src=x onerror='window.hacked=1'><script>window.hacked=1</script>"


def recorded() -> ag.Trace:
    """Record a small backward pass in which `w` receives 10."""
    with ag.record() as trace:
        x = ag.tensor(2.0)
        w = ag.tensor(3.0, requires_grad=True)
        loss = x * w + w * w * 4 / 3
        loss.backward()
    assert 10.0 == w.grad.item()
    return trace


def open_offline(page: Page, path: Path) -> list[str]:
    """Open a file with every request but its own refused; return the addresses asked for."""
    asked: list[str] = []

    def refuse(route: Any) -> None:
        asked.append(route.request.url)
        route.abort()

    page.context.set_offline(True)
    page.route(lambda url: not url.startswith("file:"), refuse)
    open_page(page, path)
    return asked


def test_a_saved_page_plays_to_the_end_without_a_network(page: Page, tmp_path: Path) -> None:
    trace = recorded()
    asked = open_offline(page, ag.play(trace).save(tmp_path / "page.html"))
    forward = page.get_by_role("button", name="Step forward")
    for _ in trace.events:
        forward.click()
    expect(page.get_by_role("slider", name="Step")).to_have_value(str(len(trace.events)))
    expect(page.locator("[data-leaf=w]")).to_contain_text("10")
    assert [] == asked


def test_a_saved_page_opens_at_the_step_it_was_saved_at(page: Page, tmp_path: Path) -> None:
    trace = recorded()
    open_offline(page, ag.play(trace, step=5).save(tmp_path / "page.html"))
    expect(page.get_by_role("slider", name="Step")).to_have_value("5")
    expect(page.locator("[aria-live=polite]").first).to_have_text(ag.explain(trace, 5))


def test_a_saved_page_takes_keys_without_a_click(page: Page, tmp_path: Path) -> None:
    open_offline(page, ag.play(recorded(), step=5).save(tmp_path / "page.html"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("slider", name="Step")).to_have_value("6")
    assert 0 == page.evaluate("scrollY")


def test_a_saved_page_in_a_frame_leaves_the_focus_alone(page: Page, tmp_path: Path) -> None:
    ag.play(recorded()).save(tmp_path / "page.html")
    outer = tmp_path / "outer.html"
    outer.write_text('<input autofocus><iframe src="page.html" width="900" height="700"></iframe>')
    page.goto(outer.as_uri())
    page.frame_locator("iframe").locator(".av-stage").wait_for()
    page.wait_for_timeout(200)
    assert "INPUT" == page.evaluate("document.activeElement.tagName")


def test_a_browser_too_old_to_unpack_the_viewer_is_told_so(page: Page, tmp_path: Path) -> None:
    page.add_init_script("delete window.DecompressionStream")
    open_offline(page, ag.play(recorded()).save(tmp_path / "page.html"))
    expect(page.get_by_role("alert")).to_contain_text("needs a browser that can unpack gzip")


def test_a_hostile_name_runs_no_code_in_a_saved_page(page: Page, tmp_path: Path) -> None:
    trace = recorded()
    trace.title = HOSTILE
    trace.tensors[:] = [replace(tensor, name=HOSTILE) for tensor in trace.tensors]
    trace.sources[:] = [replace(source, text=HOSTILE, name=HOSTILE) for source in trace.sources]
    open_offline(page, ag.play(trace).save(tmp_path / "page.html"))
    for _ in trace.events:
        page.get_by_role("button", name="Step forward").click()
    assert page.evaluate("() => window.hacked === undefined")
    assert HOSTILE == page.title()
    assert 0 == page.locator("img").count()
