"""Saved pages in Chromium."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def open_page(page: Page, path: Path) -> None:
    """Go to a saved page and wait until its player, or what it says instead, has been painted.

    The page's `load` comes before that, as a packed trace is unpacked after it: a measure or a key would be too early.
    """
    page.goto(path.as_uri())
    page.locator(".av-stage:visible, [role=alert]:visible").first.wait_for()
    settled(page)


def settled(page: Page) -> None:
    """Wait until what the page has to draw now has been drawn."""
    page.evaluate(DRAWN)
