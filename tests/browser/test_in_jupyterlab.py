"""What a player shows and does, in JupyterLab itself: picture, explanation, time, errors, files, and for everyone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.jupyter import Lab, run_first, write_notebook
from tests.browser.pages import open_page

pytestmark = pytest.mark.browser
RECORD = """import autograd_viz as ag
x = ag.tensor([[1.0, 2.0]])
w = ag.tensor([[3.0], [4.0]], requires_grad=True)
with ag.record() as trace:
    z = x @ w
    z.register_hook(lambda grad: grad * 10)
    cut = z.detach()
    loss = (z + cut).sum()
    loss.backward()
player = ag.play(trace)
player"""
BOXES = "cards => cards.map(card => card.getAttribute('transform'))"


def shown(page: Page, lab: tuple[str, Path], name: str, *cells: str) -> tuple[Lab, Locator]:
    """Run a notebook that records and plays; return the driver and the player."""
    jupyter, player = run_first(page, lab, name, RECORD, *cells)
    expect(player.locator(".av-player")).to_be_visible()
    return jupyter, player


def go(player: Locator, step: int) -> None:
    player.get_by_role("slider", name="Step", exact=True).fill(str(step))


def test_the_picture_tells_its_marks_apart_and_never_moves(page: Page, lab: tuple[str, Path], shots: Path) -> None:
    _, player = shown(page, lab, "picture")
    before = player.locator(".av-card").evaluate_all(BOXES)
    player.get_by_role("button", name="Last step").click()
    for selector in ("[data-leaf=w]", ".av-constant", ".av-op", ".av-ghost", ".av-edge-cut", ".av-root", ".av-hook"):
        expect(player.locator(selector).first).to_be_visible()
    expect(player.locator(".av-hook[data-happened]")).to_contain_text("1 → 10")
    expect(player.locator(".av-chip").first).to_have_attribute("data-saved", "freed")
    expect(player.locator("[data-leaf=w]")).to_contain_text("[[10], [20]]")
    page.screenshot(path=shots / "lab-picture.png")
    assert before == player.locator(".av-card").evaluate_all(BOXES)


def test_now_says_the_rule_with_names_and_numbers_beside_the_line(page: Page, lab: tuple[str, Path]) -> None:
    _, player = shown(page, lab, "now")
    player.get_by_role("button", name="Last step").click()
    said = player.locator("[aria-live=polite]").first
    for _ in range(30):
        if "MmBackward0 works out" in said.inner_text():
            break
        player.get_by_role("button", name="Step back").click()
    expect(said).to_contain_text("arriving dL/dz = [[10]] and gets dL/dw = [[10], [20]]")
    expect(player.locator(".av-now")).to_contain_text("dL/dw = xᵀ @ dL/dz")
    assert {"incoming", "saved", "outgoing"} <= set(player.locator(".av-array-role").all_inner_texts())
    expect(player.locator(".av-line[data-line=now]")).to_contain_text("z = x @ w")
    expect(player.locator(".av-line[data-line=call]")).to_contain_text("loss.backward()")


def test_time_is_scrubbed_by_two_grains_and_from_the_ledger(page: Page, lab: tuple[str, Path]) -> None:
    jupyter, player = shown(page, lab, "time", "print(player.step, player.grain)")
    step = player.get_by_role("slider", name="Step", exact=True)
    go(player, 5)
    expect(player.locator(".av-counter")).to_contain_text("5 / ")
    player.get_by_label("Step by").select_option("node")
    for _ in range(2):
        player.get_by_role("button", name="Step forward").click()
    assert int(step.input_value()) > 7
    player.get_by_role("button", name="Last step").click()
    player.locator(".av-ledger-row").first.click()
    written = step.input_value()
    expect(player.locator("[data-leaf=w]")).to_contain_text("[[10], [20]]")
    jupyter.run_cell(1)
    expect(page.locator(".jp-OutputArea-output").last).to_have_text(f"{written} node")


def test_an_error_is_explained_where_it_happened(page: Page, lab: tuple[str, Path]) -> None:
    again = "%load_ext autograd_viz", "%%backprop\ny = w * w\nwith ag.no_grad():\n    w.add_(1)\ny.sum().backward()"
    address, root = lab
    write_notebook(root / "explains.ipynb", RECORD, *again, failing=True)
    jupyter = Lab(page, address)
    jupyter.open_notebook("explains.ipynb")
    jupyter.run_all()
    player = page.locator("[data-autograd-viz-live]").last
    expect(player.locator(".av-card[data-state=error]")).to_have_count(1)
    expect(player.locator(".av-chip[data-saved=stale]").first).to_contain_text("@0≠1")
    expect(player.locator("[data-current=fault]").first).to_be_visible()
    told = re.compile("saved w at version 0, and it is at version 1 now.*Run the backward before")
    expect(player.locator("[aria-live=polite]").first).to_contain_text(told)


def test_files_saved_by_a_cell_open_where_the_player_was(page: Page, lab: tuple[str, Path]) -> None:
    saves = "for name in ('lab.html', 'lab.svg', 'lab.png', 'lab.pdf'):\n    print(player.save(name))"
    jupyter, player = shown(page, lab, "saves", saves)
    go(player, 7)
    sentence = player.locator("[aria-live=polite]").first.inner_text()
    jupyter.run_cell(1)
    expect(page.locator(".jp-OutputArea-output").last).to_contain_text("lab.pdf")
    _, root = lab
    assert b"%PDF" == (root / "lab.pdf").read_bytes()[:4]
    open_page(page, (root / "lab.html"))
    expect(page.get_by_role("slider", name="Step", exact=True)).to_have_value("7")
    assert sentence == page.locator("[aria-live=polite]").first.inner_text()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_in_jupyterlab(page: Page, lab: tuple[str, Path], theme: str) -> None:
    jupyter, player = shown(page, lab, f"axe-{theme}")
    jupyter.execute("apputils:change-theme", theme=f"JupyterLab {theme}")
    expect(player.locator(".av-player")).to_have_attribute("data-theme", theme.lower())
    for step in (0, 8):
        go(player, step)
        assert [] == violations(page, ".av-player")


LAID_OUT = """element => {
  const own = (part) => ['display', 'float', 'font-weight', 'line-height'].map((name) => getComputedStyle(part)[name]);
  const parts = [...element.querySelectorAll('dl, dt, dd, code, kbd, h3, h4, p, li')];
  return [...new Set(parts.map((part) => `${part.tagName} ${part.parentElement.className} ${own(part).join(' ')}`))];
}"""


def test_the_help_and_the_words_are_laid_out_as_in_a_saved_page(page: Page, lab: tuple[str, Path], shots: Path) -> None:
    jupyter = shown(page, lab, "help", "player.save('help.html')")[0]
    jupyter.run_cell(1)
    found = []
    for host in ("lab", "page"):
        if host == "page":
            open_page(page, (lab[1] / "help.html"))
        view = page.locator(".av-player").first
        view.get_by_role("button", name="Last step").click()
        view.get_by_role("button", name="Help", exact=True).click()
        rows = page.locator(".av-help .av-key-list > div").evaluate_all("rows => rows.map((row) => row.offsetHeight)")
        page.screenshot(path=shots / f"help-{host}.png")
        assert max(rows) < 60, host
        assert 1 == len(set(page.locator(".av-key-list dt").evaluate_all("all => all.map((dt) => dt.offsetWidth)")))
        found.append(view.evaluate(LAID_OUT))
    assert found[0] == found[1]
