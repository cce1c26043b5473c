"""How the player fits its hosts: themes, widths, nothing cut off. Leaves screenshots to look at."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import autograd_viz as ag
from tests.browser.jupyter import Lab
from tests.browser.pages import open_page

pytestmark = pytest.mark.browser
WIDTHS = (1400, 700)
OVERFLOW = """() => {
  const page = document.scrollingElement;
  return page.scrollWidth - page.clientWidth;
}"""
LUMINANCE = """element => {
  for (let each = element; each; each = each.parentElement) {
    const [r, g, b, a] = getComputedStyle(each).backgroundColor.match(/[\\d.]+/g).map(Number);
    if (a !== 0) return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
  }
  return 1;
}"""


def layer() -> ag.Trace:
    """Record a layer like the tutorial's, with fixed numbers."""
    ag.manual_seed(0)
    x = ag.ones(5)
    y = ag.zeros(3)
    w = ag.randn(5, 3, requires_grad=True)
    b = ag.randn(3, requires_grad=True)
    with ag.record() as trace:
        z = ag.matmul(x, w) + b
        loss = ag.nn.functional.binary_cross_entropy_with_logits(z, y)
        loss.backward()
    return trace


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_saved_page_fits_the_window_in_both_themes(
    page: Page, tmp_path: Path, shots: Path, theme: str, width: int
) -> None:
    trace = layer()
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, ag.play(trace, step=29, theme=theme).save(tmp_path / "page.html"))
    slider = page.get_by_role("slider", name="Step")
    expect(slider).to_be_visible()
    page.screenshot(path=shots / f"page-{theme}-{width}.png", full_page=True)
    assert 0 == page.evaluate(OVERFLOW)
    assert (theme == "light") == (slider.evaluate(LUMINANCE) > 0.5)


def test_a_trace_file_follows_the_theme_of_jupyterlab(page: Page, lab: tuple[str, Path], shots: Path) -> None:
    address, root = lab
    layer().save(root / "layer.autograd.json")
    jupyter = Lab(page, address)
    jupyter.open("layer.autograd.json")
    slider = page.get_by_role("slider", name="Step")
    for _ in range(29):
        page.get_by_role("button", name="Step forward").click()
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        jupyter.execute("apputils:change-theme", theme=theme)
        page.wait_for_function(
            "light => document.body.dataset.jpThemeLight === light", arg=str(theme.endswith("Light")).lower()
        )
        expect(page.locator("#jupyterlab-splash")).to_have_count(0)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            expect(slider).to_be_visible()
            page.screenshot(path=shots / f"file-{theme.split()[1].lower()}-{width}.png")
        assert theme.endswith("Light") == (slider.evaluate(LUMINANCE) > 0.5)
    expect(slider).to_have_value("29")


PRINTED = """() => {
  const style = (selector) => getComputedStyle(document.querySelector(selector));
  const wide = document.documentElement.clientWidth;
  const over = (element) => element.getBoundingClientRect().right > wide + 1;
  return {
    paper: [style('.av-player').backgroundColor, style('.av-stage').backgroundColor],
    ink: style('.av-sentence').color,
    controls: [...document.querySelectorAll('.av-player button, .av-player input, .av-player select')].filter(
      (each) => each.getClientRects().length && !each.matches('.av-ledger-row')).length,
    cut: [...document.querySelectorAll('.av-drawing, .av-line, .av-sentence, .av-ledger-row')].filter(over).length,
    cards: document.querySelectorAll('.av-card .av-body').length,
  };
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_prints_the_whole_graph_and_the_words_on_white(
    page: Page, tmp_path: Path, shots: Path, theme: str
) -> None:
    trace = layer()
    open_page(page, ag.play(trace, step=29, theme=theme).save(tmp_path / "page.html"))
    cards = page.locator(".av-card").count()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1010})
    page.screenshot(path=shots / f"print-{theme}.png", full_page=True)
    page.pdf(path=shots / f"print-{theme}.pdf", format="A4")
    white = "rgb(255, 255, 255)"
    expected = {"paper": [white, white], "ink": "rgb(21, 24, 30)", "controls": 0, "cut": 0, "cards": cards}
    assert expected == page.evaluate(PRINTED)
