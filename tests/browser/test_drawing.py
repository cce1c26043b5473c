"""`draw` in JupyterLab: the picture is in the notebook's theme, and goes along when that changes."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from autograd_viz.render.palette import DARK, LIGHT
from tests.browser.jupyter import Lab, write_notebook

pytestmark = pytest.mark.browser
DRAW = """import autograd_viz as ag
x, w, b = ag.randn(4, 3), ag.randn(3, 2, requires_grad=True), ag.randn(2, requires_grad=True)
h = x @ w + b
ag.draw((h.tanh() * h).sum())"""


def paper(picture: Locator) -> str:
    """Return the colour of a picture's corner."""
    return str(
        picture.evaluate(
            """async (image) => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 4;
  canvas.getContext('2d').drawImage(image, 0, 0);
  const [r, g, b] = canvas.getContext('2d').getImageData(1, 1, 1, 1).data;
  return '#' + [r, g, b].map((each) => each.toString(16).padStart(2, '0')).join('');
}"""
        )
    )


def test_a_drawing_follows_the_theme_of_jupyterlab(page: Page, lab: tuple[str, Path], shots: Path) -> None:
    address, root = lab
    write_notebook(root / "drawn.ipynb", DRAW)
    jupyter = Lab(page, address)
    jupyter.open_notebook("drawn.ipynb")
    jupyter.run_all()
    picture = page.locator("img.autograd-viz-drawing")
    for theme, palette in (("JupyterLab Light", LIGHT), ("JupyterLab Dark", DARK)):
        jupyter.execute("apputils:change-theme", theme=theme)
        is_light = str(palette is LIGHT).lower()
        page.wait_for_function(f"() => document.body.dataset.jpThemeLight === '{is_light}'")
        assert palette.paper == paper(picture)
        page.screenshot(path=shots / f"drawing-{theme.split()[1].lower()}.png")
