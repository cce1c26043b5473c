"""A `*.autograd.json` file opened in JupyterLab, which needs no kernel."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.browser.jupyter import Lab

GOLDEN = Path(__file__).parents[1] / "golden" / "handmade.autograd.json"
pytestmark = pytest.mark.browser


def test_a_trace_file_opens_in_the_player(page: Any, lab: tuple[str, Path]) -> None:
    address, root = lab
    shutil.copy(GOLDEN, root / "small.autograd.json")
    Lab(page, address).open("small.autograd.json")
    events = len(json.loads(GOLDEN.read_text())["events"])
    page.get_by_role("button", name="Last step").click()
    assert str(events) == page.get_by_role("slider", name="Step").input_value()
    assert "w.grad" in page.locator("[aria-live=polite]").first.inner_text()
    assert [] == page.problems


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("empty", "", "empty"),
        ("cut", GOLDEN.read_text()[:500], "not valid JSON"),
        ("other", '{"cells": []}', "format"),
        ("newer", GOLDEN.read_text().replace('"version": 1', '"version": 99', 1), "99"),
    ],
)
def test_a_file_that_is_no_trace_says_so(page: Any, lab: tuple[str, Path], name: str, text: str, says: str) -> None:
    address, root = lab
    (root / f"{name}.autograd.json").write_text(text)
    Lab(page, address).open(f"{name}.autograd.json")
    assert says in page.get_by_role("alert").inner_text()
