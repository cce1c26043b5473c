"""A still picture in both themes: as an SVG image that knows both, in HTML that tells it the notebook's.

Note [Themes]. An image knows no more of the page around it than `prefers-color-scheme`, which in an `<img>` is the
`color-scheme` of that element. The colours of the dark theme stand in a media query, over those of the light one,
and the HTML gives its image the `color-scheme` of the notebook, which is taken for light where it does not say. Where
a sanitizer leaves nothing but the image, that is in the theme that the system prefers.
"""

from __future__ import annotations

import base64

from autograd_viz.render.shapes import Path, Still, Text
from autograd_viz.render.svg import escaped, svg

# how JupyterLab, Notebook and nbconvert, Colab, and VS Code say that they are dark
DARK_HOSTS = (
    *('[data-jp-theme-light="false"]', '[theme="dark"]'),
    *('[data-vscode-theme-kind="vscode-dark"]', '[data-vscode-theme-kind="vscode-high-contrast"]'),
)
CLASS = "autograd-viz-drawing"
STYLE = (
    f".{CLASS}{{max-width:100%;height:auto;color-scheme:light}}"
    f"{','.join(f'{host} .{CLASS}' for host in DARK_HOSTS)}{{color-scheme:dark}}"
)


def in_page(light: Still, dark: Still) -> str:
    """Return a picture as HTML for a notebook's output. See Note [Themes]."""
    image = base64.b64encode(svg(light, _Dark(light, dark)).encode()).decode("ascii")
    source = f"data:image/svg+xml;base64,{image}"
    return f'<style>{STYLE}</style><img class="{CLASS}" alt="{escaped(light.title)}" src="{source}">'


class _Dark:
    """What of a picture has another colour in the dark theme.

    Parameters
    ----------
    light, dark : Still
        The same picture in both.
    """

    def __init__(self, light: Still, dark: Still) -> None:
        self._classes: dict[tuple[str, str | None], str] = {}
        self.paper = self._told([("fill", light.paper, dark.paper)])
        self.shapes = [self._told(_colours(*pair)) for pair in zip(light.shapes, dark.shapes, strict=True)]

    def style(self) -> str:
        """Return the style sheet of the image."""
        rules = "".join(f".{name}{{{what}:{colour}}}" for (what, colour), name in self._classes.items())
        return f"<style>@media (prefers-color-scheme:dark){{{rules}}}</style>"

    def _told(self, colours: list[tuple[str, str | None, str | None]]) -> str:
        names = [
            self._classes.setdefault((what, dark or "none"), f"d{len(self._classes)}")
            for what, light, dark in colours
            if light != dark
        ]
        return f' class="{" ".join(names)}"' if names else ""


def _colours(light: Path | Text, dark: Path | Text) -> list[tuple[str, str | None, str | None]]:
    """Return what is coloured of a shape, in both themes."""
    if isinstance(light, Path) and isinstance(dark, Path):
        return [("fill", light.fill, dark.fill), ("stroke", light.stroke, dark.stroke)]
    assert isinstance(light, Text) and isinstance(dark, Text)
    return [("fill", light.colour, dark.colour)]
