"""Takes the README's picture: the tutorial's first player in JupyterLab, halfway through its backward pass.

Run from the repository's root, in an environment with the `test` extra and Chromium: `python -m docs.screenshot`.
"""

import tempfile
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS, find_chromium
from tests.browser.jupyter import Lab, jupyter_server

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "player.png"
STEP = 29
CHANGES = {
    "forward": lambda source: source.replace("\n", "\ntorch.manual_seed(7)\n", 1),
    "from-python": lambda source: f"player.step = {STEP}",
}


def main() -> None:
    """Write `docs/player.png`."""
    with tempfile.TemporaryDirectory() as scratch:
        root, state = Path(scratch, "served"), Path(scratch, "state")
        root.mkdir()
        notebook = nbformat.read(ROOT / "notebooks" / "tutorial.ipynb", as_version=4)
        for cell in notebook.cells:
            cell.source = CHANGES.get(cell.id, str)(cell.source)
        nbformat.write(notebook, root / "tutorial.ipynb")
        with jupyter_server(root, state) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
            context = browser.new_context(viewport={"width": 1280, "height": 1120}, reduced_motion="reduce")
            lab = Lab(context.new_page(), address)
            lab.open_notebook("tutorial.ipynb")
            lab.run_all()
            lab.execute("application:toggle-left-area")
            player = lab.page.locator("[data-autograd-viz-live]").first
            player.evaluate("element => element.closest('.jp-CodeCell').scrollIntoView({block: 'start'})")
            lab.page.wait_for_timeout(1000)  # JupyterLab lays its panels out anew
            lab.page.screenshot(path=PICTURE)
            browser.close()


if __name__ == "__main__":
    main()
