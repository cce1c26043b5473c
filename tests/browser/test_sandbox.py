"""The widget where hosts keep it in a frame of its own, as Colab and VS Code do: no origin, no eval, no network."""

import html
import json

import pytest
from playwright.sync_api import Frame, Page

import autograd_viz as ag
from autograd_viz.widget.player import Player

POLICY = "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data:"
FRAME = """<!doctype html><meta http-equiv="Content-Security-Policy" content="{policy}"><body{mark}><div id="out"></div>
<script type="application/json" id="sent">{sent}</script>
<script>
const sent = JSON.parse(document.getElementById("sent").textContent), heard = {{}};
window.model = {{
  get: (name) => sent.state[name],
  set(name, value) {{ sent.state[name] = value; for (const each of heard[`change:${{name}}`] ?? []) each(); }},
  on(event, listener) {{ (heard[event] ??= []).push(listener); }},
  off() {{}}, save_changes() {{}}, send() {{}},
}};
const url = URL.createObjectURL(new Blob([sent.esm], {{ type: "text/javascript" }}));
const el = document.getElementById("out");
import(url).then(({{ default: viewer }}) => viewer.render({{ model: window.model, el }}));
</script>"""


def answered(player: Player) -> None:
    """Answer every question, so that the answers can be copied."""
    player.answers = [
        {"question": each["id"], "prompt": "", "step": each["step"], "given": None, "expected": "", "correct": False,
         "misconception": None, "seconds": 1} for each in player._quiz
    ]  # fmt: skip


def framed(page: Page, player: Player, sandbox: str, mark: str = "") -> Frame:
    """Show a player's widget in a sandboxed frame, as anywidget would."""
    state = player.get_state()
    esm = state.pop("_esm")
    plain = {name: found for name, found in state.items() if isinstance(found, str | int | float | list | None)}
    sent = json.dumps({"esm": esm, "state": plain | {"_trace": player._trace.sent()}}).replace("<", "\\u003c")
    inner = FRAME.format(policy=POLICY, sent=sent, mark=mark)
    style = "width:1200px;height:900px;border:0"
    page.set_content(f'<iframe style="{style}" sandbox="{sandbox}" srcdoc="{html.escape(inner)}"></iframe>')
    [frame] = page.main_frame.child_frames
    frame.locator(".av-stage:visible").wait_for()
    return frame


def player() -> Player:
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    with ag.record() as trace:
        (w * w).sum().backward()
    return Player(trace, quiz=True)


@pytest.mark.browser
@pytest.mark.parametrize("sandbox", ["allow-scripts", "allow-scripts allow-forms allow-same-origin"])
def test_a_player_in_a_sandboxed_frame_takes_keys_and_keeps_its_answers_at_hand(page: Page, sandbox: str) -> None:
    shown = player()
    answered(shown)
    frame = framed(page, shown, sandbox)
    frame.locator(".av-player").click(position={"x": 300, "y": 5})
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert 3 == frame.evaluate("model.get('step')")
    page.keyboard.press("End")
    frame.get_by_role("button", name="Copy answers").click()
    status = frame.locator(".av-quiz-copied")
    status.get_by_text("nswers").wait_for()
    assert status.inner_text() in ("Answers copied.", "Copy the answers from here.")


@pytest.mark.browser
def test_a_player_is_as_dark_as_the_editor_around_it(page: Page) -> None:
    frame = framed(page, player(), "allow-scripts", ' data-vscode-theme-kind="vscode-dark"')
    assert "dark" == frame.locator("[data-theme]").first.get_attribute("data-theme")
