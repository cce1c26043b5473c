"""Chromium and a JupyterLab server for the tests in this folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--font-render-hinting=none"]
TIMEOUT = 60_000


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium: the system's, or the one AUTOGRAD_VIZ_CHROMIUM names."""
    api = pytest.importorskip("playwright.sync_api", reason="driving Chromium needs playwright")
    program = os.environ.get("AUTOGRAD_VIZ_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("needs Chromium on PATH (Debian: apt-get install chromium)")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A page of its own, 1400 pixels wide, without animations; what it logs as errors is in `page.problems`."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1000}, reduced_motion="reduce")
    made = context.new_page()
    made.set_default_timeout(TIMEOUT)
    made.problems = []
    made.on("pageerror", lambda error: made.problems.append(str(error)))
    yield made
    context.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, chromium: Any) -> Iterator[tuple[str, Path]]:
    """A JupyterLab server: its address, and the folder it serves."""
    pytest.importorskip("jupyterlab", reason="needs JupyterLab (the 'lab' extra)")
    from tests.browser.jupyter import jupyter_server

    root, state = tmp_path_factory.mktemp("served"), tmp_path_factory.mktemp("jupyter")
    with jupyter_server(root, state) as address:
        yield address, root
