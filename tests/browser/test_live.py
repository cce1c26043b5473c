"""A live player in JupyterLab: the engine is paused while cells run, and the browser steps it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import autograd_viz as ag
from tests.browser.axe import violations
from tests.browser.jupyter import Lab, run_first
from tests.browser.pages import open_page

pytestmark = pytest.mark.browser
BEGIN = """import autograd_viz as ag
a = ag.tensor(2.0, requires_grad=True)
b = ag.tensor(3.0, requires_grad=True)
c = a * b
loss = c * c + a
player = ag.play(loss, live=True)
player"""
ROUND = "print('at', player.step, player.live, a.grad, len(player.trace.events))"


def begun(page: Page, lab: tuple[str, Path], name: str, *cells: str) -> tuple[Lab, Locator]:
    """Open a notebook that begins a live run; return the driver and the player."""
    jupyter, player = run_first(page, lab, name, BEGIN, *cells)
    expect(player.locator(".av-live-words")).to_contain_text("paused here")
    return jupyter, player


def output(page: Page) -> Locator:
    return page.locator(".jp-OutputArea-output").last


def step(player: Locator, times: int = 1) -> None:
    """Step forward by the button, each time until the engine has answered."""
    slider = player.get_by_role("slider", name="Step")
    for _ in range(times):
        now = int(slider.input_value())
        player.get_by_role("button", name="Step forward").click()
        expect(slider).to_have_value(str(now + 1))


def test_the_browser_steps_the_engine_and_cells_see_it_paused(page: Page, lab: tuple[str, Path]) -> None:
    jupyter, player = begun(page, lab, "steps", ROUND)
    step(player, 4)
    jupyter.run_cell(1)
    expect(output(page)).to_have_text("at 5 paused None 5")
    player.get_by_role("button", name="Last step").click()
    expect(player.locator(".av-live-words")).to_contain_text("finished")
    expect(player.locator("[data-leaf=a]")).to_contain_text("37")
    jupyter.run_cell(1)
    expect(output(page)).to_have_text(re.compile(r"finished tensor\(37\.\)"))


def test_a_change_in_another_cell_is_shown_and_raises_at_its_unpack_event(
    page: Page, lab: tuple[str, Path], shots: Path
) -> None:
    change, look = "with ag.no_grad():\n    c.add_(1)", "print(type(player.error).__name__, player.live)"
    jupyter, player = begun(page, lab, "changes", change, look)
    step(player, 8)
    jupyter.run_cell(1)
    expect(player.locator("[aria-live=polite]").first).to_contain_text("changes c in place")
    page.screenshot(path=shots / "live-changed.png")
    player.get_by_role("button", name="Last step").click()
    expect(player.locator(".av-live-words")).to_contain_text("Failed after event")
    expect(player.locator("[data-state=error]")).to_have_count(1)
    page.screenshot(path=shots / "live-failed.png")
    jupyter.run_cell(2)
    expect(output(page)).to_have_text("RuntimeError failed")


def test_stepping_back_leaves_the_engine_where_it_is(page: Page, lab: tuple[str, Path], shots: Path) -> None:
    jupyter, player = begun(page, lab, "back", ROUND)
    step(player, 5)
    for _ in range(3):
        player.get_by_role("button", name="Step back").click()
    expect(player.locator(".av-live-words")).to_contain_text("paused after event 6")
    page.screenshot(path=shots / "live-past.png")
    jupyter.run_cell(1)
    expect(output(page)).to_have_text("at 3 paused None 6")
    player.get_by_role("button", name="To the present").click()
    expect(player.get_by_role("slider", name="Step")).to_have_value("6")


def test_a_player_shown_late_or_twice_has_all_that_happened(page: Page, lab: tuple[str, Path]) -> None:
    again = "player.advance(); player.advance(by='node'); player"
    jupyter, _ = begun(page, lab, "twice", again, "player.finish()")
    jupyter.run_cell(1)
    players = page.locator("[data-autograd-viz-live]")
    expect(players).to_have_count(2)
    for each in (0, 1):
        expect(players.nth(each).get_by_role("slider", name="Step")).to_have_value("8")
    step(players.nth(1))
    expect(players.nth(0).get_by_role("slider", name="Step")).to_have_value("9")
    jupyter.run_cell(2)
    for each in (0, 1):
        expect(players.nth(each).locator("[data-leaf=a]")).to_contain_text("37")


def test_abandoning_and_playing_again_say_what_was_consumed(page: Page, lab: tuple[str, Path]) -> None:
    again = "second = ag.play(a * b, live=True)\nsecond"
    jupyter, player = begun(page, lab, "abandon", again)
    step(player, 3)
    jupyter.run_cell(1)
    expect(player.locator(".av-live-words")).to_contain_text("Abandoned after event 4. No saved tensor was freed.")
    second = page.locator("[data-autograd-viz-live]").nth(1)
    step(second, 8)
    second.get_by_role("button", name="Abandon").click()
    expect(second.locator(".av-live-words")).to_contain_text("Freed: the saved tensors of MulBackward0.")
    expect(second.get_by_role("button", name="Step forward")).to_have_attribute("aria-disabled", "true")


def test_playing_goes_through_the_engine_at_its_pace(page: Page, lab: tuple[str, Path]) -> None:
    _, player = begun(page, lab, "plays", ROUND)
    player.get_by_label("Speed").select_option("8")
    player.get_by_role("button", name="Play", exact=True).click()
    expect(player.locator(".av-live-words")).to_contain_text("finished", timeout=60_000)
    expect(player.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_what_the_engine_records_itself_is_drawn_beside_the_graph(
    page: Page, lab: tuple[str, Path], shots: Path
) -> None:
    second = "second = ag.play((a * b).exp(), live=True, create_graph=True)\nsecond"
    count = "print(len([each for each in second._trace.layout['items'] if each['kind'] != 'root']))"
    jupyter, _ = begun(page, lab, "grows", second, count)
    jupyter.run_cell(1)
    player = page.locator("[data-autograd-viz-live]").nth(1)
    cards = player.locator(".av-stage [data-item]:not([data-item^=r])")
    before = cards.count()
    player.get_by_role("button", name="Last step").click()
    expect(player.locator(".av-live-words")).to_contain_text("finished")
    page.screenshot(path=shots / "live-grown.png")
    assert cards.count() > before
    jupyter.run_cell(2)
    expect(output(page)).to_have_text(str(cards.count()))


def test_a_restarted_kernel_leaves_the_past(page: Page, lab: tuple[str, Path]) -> None:
    _, player = begun(page, lab, "restarts")
    step(player, 3)
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.wait_for_timeout(1500)
    shown = page.locator(".av-player").first
    shown.get_by_role("button", name="Step back").click()
    shown.get_by_role("button", name="Step forward").click()
    shown.get_by_role("button", name="Step forward").click()
    says = re.compile("No answer from the kernel|when this was saved")
    expect(page.locator(".av-live-words").first).to_contain_text(says)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_live_player_fits_at_every_width(page: Page, lab: tuple[str, Path], shots: Path, theme: str) -> None:
    _, player = begun(page, lab, f"fits-{theme}", "player.theme = 'dark'")
    if theme == "dark":
        page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    step(player, 9)
    player.get_by_role("button", name="Step back").click()
    for width in (1400, 700, 360):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area').catch(() => 0)")
        player.scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        page.screenshot(path=shots / f"live-{theme}-{width}.png")
        strip = player.locator(".av-live")
        assert strip.evaluate("el => el.scrollWidth <= el.clientWidth")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", ["paused", "finished", "failed", "abandoned"])
def test_axe_finds_nothing_in_any_state(page: Page, tmp_path: Path, shots: Path, state: str, theme: str) -> None:
    a, b = (ag.tensor(number, requires_grad=True) for number in (2.0, 3.0))
    c = a * b
    player = ag.play(c * c, live=True, theme=theme)
    if state == "failed":
        with ag.no_grad():
            c.add_(1)
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            player.finish()
    for _ in range(4):
        player.advance("node")
    if state == "finished":
        player.finish()
    elif state == "abandoned":
        player.abandon()
    open_page(page, player.save(tmp_path / "page.html"))
    expect(page.locator(".av-live-badge")).to_have_text(re.compile("live" if state == "paused" else state, re.I))
    page.screenshot(path=shots / f"live-{state}-{theme}.png")
    assert [] == violations(page, ".av-player")
