"""Questions in the player: answered by mouse and by keyboard, in JupyterLab and in a saved page."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import autograd_viz as ag
from autograd_viz.trace import Trace
from tests.browser.axe import violations
from tests.browser.jupyter import Lab
from tests.browser.pages import open_page
from tests.browser.test_notebook import write_notebook

pytestmark = pytest.mark.browser
GOLDEN = Path(__file__).parents[1] / "golden"
RECORD = """import autograd_viz as ag
w = ag.tensor(2.0, requires_grad=True)
with ag.record() as trace:
    y = w * 3
    y.backward(retain_graph=True)
    y.backward()
player = ag.play(trace, quiz=[("grad", "w", 1), "raises", ("next", 12), "w.grad"])
player"""
PRINT = """print([(each["given"], each["correct"], each["misconception"]) for each in player.answers])
print(sorted(player.answers[0]))"""
RUNS = "No, it runs."
FORMS = {
    "raises": ("lesson_01_backward_twice", ["raises"]),
    "next": ("lesson_15_fan_in", ["next"]),
    "number": ("lesson_03_zero_grad_forgotten", ["w.grad"]),
    "arrays": ("lesson_14_broadcasting", ["b.grad"]),
}


def say(where: Page | Locator, name: str) -> None:
    """Press a button of the question."""
    where.get_by_role("button", name=name, exact=True).click()


def saved(folder: Path, name: str, quiz: object, **state: object) -> Path:
    """Save a page that asks about a golden trace; return where."""
    trace = Trace.load(GOLDEN / f"{name}.autograd.json")
    return ag.play(trace, quiz=quiz, **state).save(folder / "page.html")


def test_answers_given_by_mouse_and_keyboard_are_read_in_the_kernel(page: Page, lab: tuple[str, Path]) -> None:
    address, root = lab
    write_notebook(root / "quiz.ipynb", RECORD, PRINT, "player.answers = []", "player.step = len(trace.events)")
    jupyter = Lab(page, address)
    jupyter.open_notebook("quiz.ipynb")
    jupyter.run_cell(0)
    player = page.locator("[data-autograd-viz-live]")
    slider = player.get_by_role("slider", name="Step")
    say(player, "Last step")
    number = player.get_by_role("textbox", name="Your answer, a number")
    expect(number).to_be_focused()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(player.get_by_text("Right.")).to_be_visible()
    expect(player.get_by_role("button", name="Continue")).to_be_focused()
    page.keyboard.press("Enter")
    say(player, "Last step")
    player.get_by_text("Yes: Trying to backward").click()
    say(player, "Check answer")
    expect(player.locator(".av-quiz-verdict")).to_contain_text("Not quite.")
    say(player, "Continue")
    say(player, "Last step")
    player.locator("[data-item=t0]").click()
    expect(player.get_by_role("radio", name="w's AccumulateGrad")).to_be_checked()
    say(player, "Skip")
    say(player, "Continue")
    say(player, "Last step")
    number.fill("3")
    say(player, "Check answer")
    expect(player.locator(".av-quiz-verdict")).to_contain_text("It does not replace w.grad")
    say(player, "Continue")
    expect(player.locator(".av-quiz")).to_contain_text("Quiz: 1 of 4 right")
    jupyter.run_cell(1)
    printed = page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea")
    expect(printed).to_contain_text("('3', True, None)")
    expect(printed).to_contain_text("expects_backward_twice")
    expect(printed).to_contain_text(re.compile(r"\(None, False, None\), \('3', False, 'overwritten'\)"))
    expect(printed).to_contain_text("'correct', 'expected', 'given', 'misconception', 'prompt', 'question', 'seconds'")
    jupyter.run_cell(2)
    first = slider.input_value()
    expect(player.locator(".av-quiz")).to_contain_text("Question 1 of 4")
    jupyter.run_cell(3)
    expect(slider).to_have_value(first)


def test_a_saved_notebook_asks_without_a_kernel(page: Page, lab: tuple[str, Path]) -> None:
    address, root = lab
    write_notebook(root / "asked.ipynb", RECORD)
    jupyter = Lab(page, address)
    jupyter.open_notebook("asked.ipynb")
    jupyter.run_all()
    expect(page.locator("[data-autograd-viz-live]")).to_be_visible()
    jupyter.save()
    jupyter.execute("notebook:shutdown-kernel")
    document = json.loads((root / "asked.ipynb").read_text())
    document["metadata"] = {"kernelspec": {"name": "gone", "display_name": "Gone", "language": "gone"}}
    (root / "reopened.ipynb").write_text(json.dumps(document))
    jupyter = Lab(page, address)
    jupyter.open("reopened.ipynb")
    page.get_by_role("dialog").get_by_role("button", name="No Kernel").click()
    player = page.locator(".autograd-viz-output")
    say(player, "Last step")
    player.get_by_role("textbox", name="Your answer, a number").fill("3")
    say(player, "Check answer")
    expect(player.get_by_text("Right.")).to_be_visible()


def test_a_saved_page_asks_keeps_score_and_hands_out_the_answers(page: Page, tmp_path: Path) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, saved(tmp_path, "lesson_01_backward_twice", True))
    expect(page.get_by_role("slider", name="Step")).to_have_value("0")
    page.locator(".av-player").focus()
    page.keyboard.press("End")
    expect(page.get_by_role("textbox", name="Your answer, a number")).to_be_focused()
    expect(page.locator("[data-leaf=x]")).not_to_contain_text("6")
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Right.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".av-player")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("radio", name=RUNS)).to_be_focused()
    expect(page.locator(".av-stretch-error")).to_be_hidden()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".av-quiz-verdict")).to_contain_text("Right.")
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    expect(page.locator("[data-state=error]").first).to_be_visible()
    expect(page.get_by_text("Quiz: 2 of 2 right")).to_be_visible()
    say(page, "Copy answers")
    expect(page.get_by_text("Answers copied.")).to_be_visible()
    copied = json.loads(page.evaluate("() => navigator.clipboard.readText()"))
    assert [("6", True), ("6", True)] == [(copied[0]["given"], copied[0]["correct"]), ("6", copied[1]["correct"])]
    say(page, "Try again")
    expect(page.get_by_role("heading", name="Question 1 of 2")).to_be_visible()


BARRED = "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('', 'SecurityError'); } })"


@pytest.mark.parametrize("storage", ["there", "barred"])
def test_answers_outlive_a_reload_where_the_tab_may_keep_them(page: Page, tmp_path: Path, storage: str) -> None:
    if storage == "barred":
        page.add_init_script(BARRED)
    first = saved(tmp_path, "lesson_01_backward_twice", True)
    open_page(page, first)
    page.locator(".av-player").focus()
    page.keyboard.press("End")
    page.get_by_role("textbox", name="Your answer, a number").fill("6")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Right.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Quiz: 1 of 1 right")).to_have_count(1 if storage == "there" else 0)
    open_page(page, saved(tmp_path, "lesson_03_zero_grad_forgotten", True))  # whose answers are its own
    expect(page.locator(".av-quiz-mark[data-state=open]").first).to_be_visible()
    expect(page.locator(".av-quiz-mark:not([data-state=open])")).to_have_count(0)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_questions_fit_and_axe_finds_nothing(page: Page, tmp_path: Path, shots: Path, form: str, theme: str) -> None:
    name, quiz = FORMS[form]
    open_page(page, saved(tmp_path, name, quiz, theme=theme, step=99))
    for width in (1400, 700, 360):
        page.set_viewport_size({"width": width, "height": 900})
        expect(page.locator(".av-quiz[data-open]")).to_be_visible()
        page.screenshot(path=shots / f"quiz-{form}-{theme}-{width}.png", full_page=True)
        assert 0 == page.evaluate("() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
    assert [] == violations(page, ".av-quiz")
    say(page, "Check answer")  # nothing chosen: says so
    assert [] == violations(page, ".av-quiz")
    say(page, "Skip")
    assert [] == violations(page, ".av-quiz")
    say(page, "Continue")
    assert [] == violations(page, ".av-quiz")


def test_the_picture_does_not_say_which_node_is_next_while_that_is_asked(page: Page, tmp_path: Path) -> None:
    name, quiz = FORMS["next"]
    open_page(page, saved(tmp_path, name, quiz, step=99))
    expect(page.locator(".av-quiz[data-open]")).to_be_visible()
    tags = page.locator(":is([data-state=ready], [data-state=waiting]) :is(.av-tag-text, .av-arrived-count)")
    assert tags.count() > 1
    for tag in tags.all():
        expect(tag).to_be_hidden()
    queued = page.locator(".av-card:is([data-state=ready], [data-state=waiting])")
    for card in queued.all():
        expect(card).not_to_have_attribute("aria-label", re.compile("ready|waiting"))
    search = page.get_by_role("combobox", name="Search")
    search.fill("ready")
    expect(page.locator(".av-search-count")).to_have_text("nothing found")
    search.fill("")
    say(page, "Skip")
    expect(page.locator("[data-state=ready] .av-tag-text").first).to_be_visible()
    for card in queued.all():
        expect(card).to_have_attribute("aria-label", re.compile("ready|waiting"))
    search.fill("ready")
    expect(page.locator(".av-search-count")).to_have_text(re.compile("^1 of"))
