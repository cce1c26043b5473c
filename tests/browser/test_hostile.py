"""Trace files and saved pages from anyone: a clear message or a replay, and never a line of their code run."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import autograd_viz as ag
from autograd_viz.trace import Trace, TraceError
from tests.browser.jupyter import Lab
from tests.browser.pages import open_page

pytestmark = pytest.mark.browser
GOLDEN = Path(__file__).parents[1] / "golden" / "lesson_16_hooks.autograd.json"
SCRIPT = "</script><img src=x onerror='window.hacked=1'><script>window.hacked=1</script>"


def scripted() -> dict[str, Any]:
    """Return a trace with a script in every text that can hold one."""
    document = json.loads(GOLDEN.read_text(encoding="utf-8"))

    def fill(found: Any) -> None:
        for key, each in found.items() if isinstance(found, dict) else enumerate(found):
            if isinstance(each, dict | list):
                fill(each)
            elif isinstance(each, str):
                found[key] = SCRIPT
                try:
                    Trace.from_json(document)
                except TraceError:
                    found[key] = each

    fill(document)
    return document


def broken() -> dict[str, tuple[str, str]]:
    """Return files that cannot be shown, each with what is said of it."""
    text = GOLDEN.read_text(encoding="utf-8")
    document = json.loads(text)
    place = {"id": "n0", "kind": "op", "x": 1, "y": 1, "w": 1e12, "h": 10}
    layout = {"version": 1, "width": 1, "height": 1, "items": [place], "edges": []}
    looped = [{**node, "next": [{"node": node["id"], "index": 0}]} for node in document["nodes"]]
    made: dict[str, tuple[Any, str]] = {
        "newer": (document | {"version": 2}, "Update autograd-viz"),
        "looped": (document | {"nodes": looped}, "without cycles"),
        "twins": (document | {"nodes": [document["nodes"][0]] * 2}, "an id of its own"),
        "vast": (document | {"nodes": [None] * 400_000}, "at most 300000 entries"),
        "placed": (document | {"layout": layout}, "w: expected a number"),
        "scripted": (document | {"title": {"<img src=x onerror=window.hacked=1>": 1}}, "title: expected text"),
    }
    return {
        "cut": (text[: len(text) // 2], "not valid JSON"),
        "deep": ("[" * 100_000 + "]" * 100_000, ""),
        "digits": (text.replace('"version": 1', '"version": 1' + "0" * 400, 1), "version"),
        **{name: (json.dumps(found), says) for name, (found, says) in made.items()},
    }


def test_files_that_cannot_be_say_why_and_run_nothing(page: Page, lab: tuple[str, Path]) -> None:
    address, root = lab
    jupyter = Lab(page, address)
    for name, (text, says) in broken().items():
        (root / f"hostile-{name}.autograd.json").write_text(text, encoding="utf-8")
        jupyter.open(f"hostile-{name}.autograd.json")
        expect(page.locator(".jp-Document:visible").get_by_role("alert")).to_contain_text(says)
        jupyter.execute("application:close")
    assert page.evaluate("() => window.hacked === undefined")


def test_a_script_in_every_text_is_shown_as_text_in_jupyterlab(page: Page, lab: tuple[str, Path]) -> None:
    address, root = lab
    (root / "script.autograd.json").write_text(json.dumps(scripted()), encoding="utf-8")
    Lab(page, address).open("script.autograd.json")
    walk(page)


def test_a_script_in_every_text_is_shown_as_text_in_a_saved_page(page: Page, tmp_path: Path) -> None:
    trace = Trace.from_json(scripted())
    open_page(page, ag.play(trace).save(tmp_path / "page.html"))
    walk(page)


@pytest.mark.parametrize(("cut", "says"), [(r'"events":\[', "damaged"), (r'"version":1', "cannot show this trace")])
def test_a_saved_page_that_was_edited_says_so(page: Page, tmp_path: Path, cut: str, says: str) -> None:
    path = ag.play(Trace.load(GOLDEN)).save(tmp_path / "page.html")
    path.write_text(re.sub(cut, "@" if "events" in cut else '"version":2', path.read_text(encoding="utf-8"), count=1))
    open_page(page, path)
    expect(page.get_by_role("alert")).to_contain_text(says)


def walk(page: Page) -> None:
    """Step a player to its end; nothing of the trace may have run or become an element."""
    slider = page.get_by_role("slider", name="Step")
    last = int(slider.get_attribute("max") or 0)
    for _ in range(last):
        page.get_by_role("button", name="Step forward").click()
    expect(slider).to_have_value(str(last))
    expect(page.locator(".av-player")).to_contain_text("onerror")
    assert 0 == page.locator(".av-player img, .av-player script").count()
    assert page.evaluate("() => window.hacked === undefined")
