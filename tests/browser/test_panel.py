"""The sections of the panel stand one below the other, at every step of a run that is stepped through."""

import runpy
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

import autograd_viz as ag
from tests.browser.jupyter import run_first
from tests.browser.pages import open_page

pytestmark = pytest.mark.browser
RECORD = """import autograd_viz as torch
torch.manual_seed(7)
x, y = torch.ones(5), torch.zeros(3)
w, b = torch.randn(5, 3, requires_grad=True), torch.randn(3, requires_grad=True)
with torch.record() as trace:
    z = torch.matmul(x, w) + b
    loss = torch.nn.functional.binary_cross_entropy_with_logits(z, y)
    loss.backward()
torch.play(trace)"""
OVERLAPS = """panel => {
  const sections = [...panel.querySelectorAll(':scope > section')].filter((each) => each.offsetHeight > 0);
  const ends = (each) => Math.max(...[each, ...each.children].map((part) => part.getBoundingClientRect().bottom));
  return sections.slice(1).flatMap((next, i) => {
    const by = ends(sections[i]) - next.getBoundingClientRect().top;
    return by > 0.5 ? [`${sections[i].className} reaches ${Math.round(by)} px into ${next.className}`] : [];
  });
}"""


def stepped_through(player: Locator, page: Page) -> dict[str, list[str]]:
    """Press the arrow key until the last step; return the overlaps of sections, by the counter that step shows."""
    player.focus()
    found = {}
    before = ""
    while (counter := player.locator(".av-counter").inner_text()) != before:
        before = counter
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)))")
        overlaps = player.locator(".av-panel").evaluate(OVERLAPS)
        if overlaps:
            found[counter] = overlaps
        page.keyboard.press("ArrowRight")
    assert before.split("/")[0].strip() == before.split("/")[1].strip() != "0"
    return found


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> ag.Trace:
    """What the notebook below records, with its code."""
    file = tmp_path_factory.mktemp("code") / "layer.py"
    file.write_text(RECORD)
    found: ag.Trace = runpy.run_path(str(file))["trace"]
    return found


@pytest.mark.parametrize("height", [712, 760, 1000])
def test_no_section_runs_into_the_next_in_a_saved_page(
    page: Page, tmp_path: Path, trace: ag.Trace, height: int
) -> None:
    page.set_viewport_size({"width": 1400, "height": height})
    open_page(page, ag.play(trace).save(tmp_path / "page.html"))
    assert {} == stepped_through(page.locator(".av-player"), page)


@pytest.mark.parametrize("height", [712, 1000])
def test_no_section_runs_into_the_next_in_jupyterlab(page: Page, lab: tuple[str, Path], height: int) -> None:
    page.set_viewport_size({"width": 1400, "height": height})
    _, player = run_first(page, lab, f"panel-{height}", RECORD)
    assert {} == stepped_through(player.locator(".av-player"), page)


def test_the_measure_finds_a_section_that_is_squeezed(page: Page, tmp_path: Path, trace: ag.Trace) -> None:
    page.set_viewport_size({"width": 1400, "height": 712})
    open_page(page, ag.play(trace).save(tmp_path / "page.html"))
    page.locator(".av-panel").evaluate("panel => { panel.style.gridAutoRows = 'auto' }")
    assert stepped_through(page.locator(".av-player"), page)
