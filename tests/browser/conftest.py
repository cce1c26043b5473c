"""Chromium and a JupyterLab server for the tests in this folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.jupyter import jupyter_server

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--font-render-hinting=none"]
TIMEOUT = 30_000


def find_chromium() -> str | None:
    """Return the browser that AUTOGRAD_VIZ_CHROMIUM names, or else the first one on PATH."""
    return os.environ.get("AUTOGRAD_VIZ_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium: the system's, or the one AUTOGRAD_VIZ_CHROMIUM names."""
    program = find_chromium()
    if program is None:
        pytest.skip("needs Chromium on PATH (Debian: apt-get install chromium)")
    home = {**os.environ, "HOME": str(tmp_path_factory.mktemp("home"))}  # where Chromium keeps certificates
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS, env=home)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of its own, 1400 pixels wide, without animations; an error thrown in it fails the test."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1000}, reduced_motion="reduce")
    made = context.new_page()
    made.set_default_timeout(TIMEOUT)
    thrown: list[str] = []
    made.on("pageerror", lambda error: thrown.append(str(error)))
    yield made
    context.close()
    assert [] == thrown


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[tuple[str, Path]]:
    """A JupyterLab server: its address, and the folder it serves."""
    root, state = tmp_path_factory.mktemp("served"), tmp_path_factory.mktemp("jupyter")
    with jupyter_server(root, state) as address:
        yield address, root


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """A folder for screenshots: the one AUTOGRAD_VIZ_SHOTS names, or a temporary one."""
    folder = Path(os.environ.get("AUTOGRAD_VIZ_SHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
