"""axe-core, run in a page: what it finds against WCAG 2.2 AA."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

SCRIPT = Path(__file__).parents[2] / "labextension/node_modules/axe-core/axe.min.js"
RUN = """async within => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const found = await axe.run(within, {runOnly: tags});
  return found.violations.flatMap(({id, nodes}) => nodes.map(node => `${id}: ${node.html} (${node.failureSummary})`));
}"""


def violations(page: Page, within: str = ".av-player") -> list[str]:
    """Return what axe objects to inside an element, one line each. Skips the test where axe-core is not installed."""
    if not SCRIPT.is_file():
        pytest.skip("needs axe-core: run `npm ci` in labextension/")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SCRIPT.read_text(encoding="utf-8"))  # as a saved page forbids every script element but its own
    found: list[str] = page.evaluate(RUN, within)
    return found
