"""Players in a notebook: live in JupyterLab, after a failing cell, and in a notebook reopened without a kernel."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.jupyter import Lab, write_notebook

pytestmark = pytest.mark.browser
TUTORIAL = Path(__file__).parents[2] / "notebooks" / "tutorial.ipynb"
RECORD = """import autograd_viz as ag
x = ag.tensor(2.0)
w = ag.tensor(3.0, requires_grad=True)
with ag.record() as trace:
    loss = x * w + w * w * 4 / 3
    loss.backward()
player = ag.play(trace)
player"""
FAIL = """%%backprop
loss = w * w
loss.backward()
loss.backward()"""
VIEWERS = "() => Object.getOwnPropertySymbols(globalThis).filter(key => /^autograd-viz /.test(key.description)).length"


def outputs_of(path: Path) -> list[dict[str, Any]]:
    """Return all outputs in a saved notebook."""
    return [each for cell in json.loads(path.read_text())["cells"] for each in cell.get("outputs", [])]


def test_the_tutorial_runs_and_its_players_step_to_the_end(page: Page, lab: tuple[str, Path], shots: Path) -> None:
    address, root = lab
    shutil.copy(TUTORIAL, root / "tutorial.ipynb")
    jupyter = Lab(page, address)
    jupyter.open_notebook("tutorial.ipynb")
    jupyter.run_all()
    players = page.locator("[data-autograd-viz-live]")
    expect(players).to_have_count(8)
    for number in range(8):
        players.nth(number).scroll_into_view_if_needed()
        page.screenshot(path=shots / f"tutorial-{number + 1}.png")
    jacobian = players.nth(2)
    slider = jacobian.get_by_role("slider", name="Step")
    last = int(slider.get_attribute("max"))
    for _ in range(last):
        jacobian.get_by_role("button", name="Step forward").click()
    expect(slider).to_have_value(str(last))
    expect(jacobian.locator("[data-leaf=inp]")).to_contain_text(re.compile("4.*2"))


def test_a_players_traits_and_its_buttons_are_one(page: Page, lab: tuple[str, Path]) -> None:
    address, root = lab
    write_notebook(root / "traits.ipynb", RECORD, "player.step = 7", "print(player.step == len(trace.events))")
    jupyter = Lab(page, address)
    jupyter.open_notebook("traits.ipynb")
    jupyter.run_all()
    player = page.locator("[data-autograd-viz-live]")
    expect(player.get_by_role("slider", name="Step")).to_have_value("7")
    player.get_by_role("button", name="Last step").click()
    expect(player.locator("[data-leaf=w]")).to_contain_text("10")
    jupyter.run_cell(2)
    expect(page.locator(".jp-OutputArea").last).to_contain_text("True")


@pytest.mark.parametrize("focus", [".av-player", ".av-card[data-node]"])
def test_keys_are_the_players_while_it_has_the_focus(page: Page, lab: tuple[str, Path], focus: str) -> None:
    address, root = lab
    write_notebook(root / "keys.ipynb", RECORD, "after = 1")
    jupyter = Lab(page, address)
    jupyter.open_notebook("keys.ipynb")
    jupyter.run_cell(0)
    player = page.locator("[data-autograd-viz-live]")
    step, cells = player.get_by_role("slider", name="Step"), page.locator(".jp-Notebook .jp-Cell")
    before = cells.count()
    player.locator(focus).first.focus()
    for key, value in (("End", step.get_attribute("max")), ("Home", "0")):
        page.keyboard.press(key)
        expect(step).to_have_value(value)
    for key in ("n", "p", "g", "c", "+", "0", "b", "a", "d", "d", "Escape", "m", "y"):
        page.keyboard.press(key)
    if focus == ".av-player":
        page.keyboard.press("ArrowRight")
        expect(step).not_to_have_value("0")
    assert player.evaluate("el => el.contains(document.activeElement)")
    assert before == cells.count()
    assert 0 == page.locator(".jp-MarkdownCell").count()


def test_the_players_of_a_notebook_share_one_viewer(page: Page, lab: tuple[str, Path]) -> None:
    address, root = lab
    write_notebook(root / "many.ipynb", RECORD, "ag.play(trace)", "player.close()")
    jupyter = Lab(page, address)
    jupyter.open_notebook("many.ipynb")
    for number in range(2):
        jupyter.run_cell(number)
    players = page.locator("[data-autograd-viz-live]")
    expect(players).to_have_count(2)
    for number, step in enumerate(("3", "5")):
        players.nth(number).get_by_role("slider", name="Step").fill(step)
    expect(players.nth(0).get_by_role("slider", name="Step")).to_have_value("3")
    assert 1 == page.evaluate(VIEWERS)
    jupyter.run_cell(2)
    expect(players).to_have_count(1)


def test_a_failing_cell_shows_the_player_at_the_error_and_the_traceback(page: Page, lab: tuple[str, Path]) -> None:
    address, root = lab
    write_notebook(root / "fails.ipynb", RECORD, "%load_ext autograd_viz", FAIL, failing=True)
    jupyter = Lab(page, address)
    jupyter.open_notebook("fails.ipynb")
    jupyter.run_all()
    cell = page.locator(".jp-CodeCell").last
    slider = cell.get_by_role("slider", name="Step")
    expect(slider).to_have_value(slider.get_attribute("max"))
    expect(cell.locator("[data-state=error]")).to_have_count(1)
    expect(cell.locator(".jp-OutputArea").first).to_contain_text("Trying to backward through the graph a second time")
    jupyter.save()
    assert "error" == outputs_of(root / "fails.ipynb")[-1]["output_type"]


@pytest.mark.parametrize("kernel", ["fresh", "none"])
def test_a_reopened_notebook_shows_its_players(page: Page, lab: tuple[str, Path], kernel: str) -> None:
    address, root = lab
    write_notebook(root / "written.ipynb", RECORD)
    jupyter = Lab(page, address)
    jupyter.open_notebook("written.ipynb")
    jupyter.run_all()
    jupyter.save()
    jupyter.execute("notebook:shutdown-kernel")
    document = json.loads((root / "written.ipynb").read_text())
    if kernel == "none":
        document["metadata"] = {"kernelspec": {"name": "gone", "display_name": "Gone", "language": "gone"}}
    (root / f"{kernel}.ipynb").write_text(json.dumps(document))
    jupyter = Lab(page, address)
    jupyter.open(f"{kernel}.ipynb")
    if kernel == "none":
        page.get_by_role("dialog").get_by_role("button", name="No Kernel").click()
    player = page.locator(".autograd-viz-output")
    player.get_by_role("button", name="Last step").click()
    expect(player.locator("[data-leaf=w]")).to_contain_text("10")
    expect(page.locator("[data-autograd-viz-live]")).to_have_count(0)
    expect(player).not_to_contain_text("Error displaying widget")
