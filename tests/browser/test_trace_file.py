"""A `*.autograd.json` file opened in JupyterLab, which needs no kernel."""

import json
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.jupyter import Lab

GOLDEN = Path(__file__).parents[1] / "golden" / "handmade.autograd.json"
pytestmark = pytest.mark.browser


def test_a_trace_file_opens_in_the_player(page: Page, lab: tuple[str, Path]) -> None:
    address, root = lab
    shutil.copy(GOLDEN, root / "small.autograd.json")
    Lab(page, address).open("small.autograd.json")
    events = len(json.loads(GOLDEN.read_text())["events"])
    page.get_by_role("button", name="Last step").click()
    expect(page.get_by_role("slider", name="Step")).to_have_value(str(events))
    expect(page.locator("[data-leaf=w]")).to_contain_text(re.compile("1.*2"))


def test_a_file_that_is_no_trace_says_so(page: Page, lab: tuple[str, Path]) -> None:
    address, root = lab
    text = GOLDEN.read_text()
    broken = {
        "empty": ("", "empty"),
        "cut": (text[:500], "not valid JSON"),
        "other": ('{"cells": []}', "format"),
        "newer": (text.replace('"version": 1', '"version": 99', 1), "99"),
    }
    jupyter = Lab(page, address)
    for name, (content, says) in broken.items():
        (root / f"{name}.autograd.json").write_text(content)
        jupyter.open(f"{name}.autograd.json")
        expect(page.locator(".jp-Document:visible").get_by_role("alert")).to_contain_text(says)
