"""Players among other widgets in JupyterLab: linked, in boxes, captured, driven by interact; many in one notebook."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.jupyter import Lab, write_notebook

pytestmark = pytest.mark.browser
RECORD = """import autograd_viz as ag
import ipywidgets as widgets
w = ag.tensor(3.0, requires_grad=True)
with ag.record() as trace:
    loss = (w * w).exp()
    loss.backward()
last = len(trace.events)"""


def opened(page: Page, lab: tuple[str, Path], name: str, *cells: str) -> Lab:
    address, root = lab
    write_notebook(root / f"{name}.ipynb", RECORD, *cells)
    jupyter = Lab(page, address)
    jupyter.open_notebook(f"{name}.ipynb")
    jupyter.run_all()
    return jupyter


def slider(player: Locator) -> Locator:
    return player.get_by_role("slider", name="Step")


def test_two_players_of_one_trace_can_be_linked_and_are_else_independent(page: Page, lab: tuple[str, Path]) -> None:
    three = "a, b, c = (ag.play(trace) for _ in range(3))\n"
    link = three + "widgets.jslink((a, 'step'), (b, 'step'))\nwidgets.VBox([a, b, c])"
    jupyter = opened(page, lab, "linked", link, "print(a.step == b.step == last, c.step)")
    players = page.locator("[data-autograd-viz-live]")
    expect(players).to_have_count(3)
    players.nth(0).get_by_role("button", name="Step forward").click()
    expect(slider(players.nth(1))).to_have_value("1")
    players.nth(1).get_by_role("button", name="Last step").click()
    expect(slider(players.nth(0))).not_to_have_value("1")
    expect(slider(players.nth(2))).to_have_value("0")
    jupyter.run_cell(2)
    expect(page.locator(".jp-OutputArea-output").last).to_have_text("True 0")


def test_a_slider_drives_a_player_without_the_kernel_and_interact_with_it(page: Page, lab: tuple[str, Path]) -> None:
    boxed = """player = ag.play(trace)
ruler = widgets.IntSlider(max=last, description='there')
widgets.jslink((ruler, 'value'), (player, 'step'))
widgets.HBox([ruler, player], layout=widgets.Layout(width='100%'))"""
    moved = "widgets.interact(lambda k: setattr(player, 'step', k), k=widgets.IntText(2));"
    opened(page, lab, "driven", boxed, moved)
    player = page.locator("[data-autograd-viz-live]")
    expect(slider(player)).to_have_value("2")
    page.locator(".jp-OutputArea input[type=number]").fill("5")
    page.keyboard.press("Tab")
    expect(slider(player)).to_have_value("5")
    page.locator(".widget-slider .noUi-handle").press("ArrowRight")
    expect(slider(player)).to_have_value("6")
    assert player.evaluate("el => el.scrollWidth <= el.clientWidth + 1")


def test_a_player_in_a_box_drives_other_widgets_and_they_it(page: Page, lab: tuple[str, Path]) -> None:
    linked = """player = ag.play(trace)
ruler = widgets.IntSlider(max=99, description='there')
widgets.link((ruler, 'value'), (player, 'step'))
told = widgets.Label()
widgets.dlink((player, 'step'), (told, 'value'), lambda step: f'step {step} of {last}')
out = widgets.interactive_output(lambda k: print('so', ag.explain(trace, min(k, last))), {'k': ruler})
"""
    boxed = "widgets.VBox([widgets.HBox([ruler, told]), player, out], layout=widgets.Layout(width='100%'))"
    jupyter = opened(page, lab, "boxed", linked + boxed, "player.step, ruler.value, last")
    player = page.locator("[data-autograd-viz-live]")
    player.get_by_role("button", name="Step forward").click()
    expect(page.get_by_text(re.compile("^step 1 of"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"^so w \* w gives 9"))).to_be_visible()
    page.locator(".widget-slider .noUi-handle").press("End")  # further than the player goes
    expect(page.get_by_text(re.compile(r"^step (\d+) of \1$"))).to_be_visible()
    expect(slider(player)).to_have_value(str(slider(player).get_attribute("max")))
    jupyter.run_cell(2)
    expect(page.locator(".jp-OutputArea-output").last).to_contain_text(re.compile(r"\((\d+), 99, \1\)"))


def test_what_is_saved_is_the_step_that_the_viewer_shows(page: Page, lab: tuple[str, Path]) -> None:
    save = "import re\nprint(re.findall('step [0-9]+ of', player.save('now.svg').read_text())[0], player.step)"
    jupyter = opened(page, lab, "saved", "player = ag.play(trace)\nplayer", save)
    expect(page.locator(".jp-OutputArea-output").last).to_have_text("step 0 of 0")
    player = page.locator("[data-autograd-viz-live]")
    for number in (1, 2, 3):
        player.get_by_role("button", name="Step forward").click()
        expect(slider(player)).to_have_value(str(number))
    jupyter.run_cell(2)
    expect(page.locator(".jp-OutputArea-output").last).to_have_text("step 3 of 3")


def test_a_player_can_be_captured_shown_twice_and_observed(page: Page, lab: tuple[str, Path]) -> None:
    captured = """player = ag.play(trace)
out = widgets.Output()
with out:
    display(player)
out"""
    seen = """seen = []
player.observe(lambda change: seen.append((change.name, change.new)), ['step', 'playing', 'selected', 'speed', 'grain'])
player"""
    jupyter = opened(page, lab, "captured", captured, seen, "print(seen)")
    players = page.locator("[data-autograd-viz-live]")
    expect(players).to_have_count(2)
    players.nth(0).get_by_role("button", name="Step forward").click()
    players.nth(1).get_by_label("Speed").select_option("4")
    players.nth(1).get_by_label("Step by").select_option("node")
    players.nth(0).locator(".av-stage [data-node]").first.click()
    expect(slider(players.nth(1))).to_have_value("1")
    jupyter.run_cell(3)
    output = page.locator(".jp-OutputArea-output").last
    for said in ("('step', 1)", "('speed', 4.0)", "('grain', 'node')", "('selected', '"):
        expect(output).to_contain_text(said)


def test_which_layers_are_shown_is_a_trait_both_ways(page: Page, lab: tuple[str, Path]) -> None:
    grown = """with ag.record() as trace:
    (first,) = ag.autograd.grad(w**3, w, create_graph=True)
    first.backward()
player = ag.play(trace)
player"""
    jupyter = opened(page, lab, "layers", grown, "player.layers = []", "print('shown:', player.layers)")
    player = page.locator("[data-autograd-viz-live]")
    switch = player.get_by_role("checkbox", name="Graph grown by backward pass 1")
    expect(switch).not_to_be_checked()
    expect(player.locator(".av-card[data-layer='1']").first).to_be_hidden()
    switch.check()
    expect(player.locator(".av-card[data-layer='1']").first).to_be_visible()
    jupyter.run_cell(3)
    expect(page.locator(".jp-OutputArea-output").last).to_have_text("shown: [1]")


def test_a_faulty_observer_of_the_users_leaves_the_player_at_work(page: Page, lab: tuple[str, Path]) -> None:
    opened(page, lab, "faulty", "player = ag.play(trace)\nplayer.observe(lambda change: 1 / 0, 'step')\nplayer")
    player = page.locator("[data-autograd-viz-live]")
    for number in (1, 2, 3):
        player.get_by_role("button", name="Step forward").click()
        expect(slider(player)).to_have_value(str(number))


def test_twenty_players_are_shown_and_each_steps_by_itself(page: Page, lab: tuple[str, Path]) -> None:
    opened(page, lab, "twenty", "for _ in range(20):\n    display(ag.play(trace))")
    players = page.locator("[data-autograd-viz-live]")
    expect(players).to_have_count(20, timeout=60_000)
    players.nth(19).get_by_role("button", name="Step forward").click()
    expect(slider(players.nth(19))).to_have_value("1")
    expect(slider(players.nth(0))).to_have_value("0")
