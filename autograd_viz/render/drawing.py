"""A `graphviz.Digraph` that renders and displays without a system Graphviz, and looks like the player."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import graphviz

from autograd_viz.render.graphviz_run import run
from autograd_viz.render.painted import is_paintable, painted
from autograd_viz.render.shapes import Still
from autograd_viz.render.svg import svg
from autograd_viz.render.themed import in_page

PICTURES = (".svg", ".png", ".pdf")
# names under which nobody expects DOT source
OTHER_PICTURES = (".bmp", ".eps", ".gif", ".htm", ".html", ".jpeg", ".jpg", ".ps", ".tif", ".tiff", ".webp")
PNG_SCALE = 2.0


class Drawing(graphviz.Digraph):
    """A `graphviz.Digraph` whose `pipe`, `render` and notebook display need no system Graphviz.

    As svg, png and pdf it shows the player's picture of the graph, in a notebook in its theme; once something is
    drawn on it, in other formats and by other engines it shows what Graphviz makes of its source.

    `save("graph.png")` and `render("graph.png")` write the picture under that very name, as .svg and .pdf do.
    Everything else is `graphviz.Digraph`'s: `source`, `attr`, `node`, `edge`, …
    """

    _still: Callable[[str], Still] | None = None
    _source = _told = ""
    _theme = "auto"

    def shows(self, still: Callable[[str], Still], theme: str, told: str) -> None:
        """Take this for the picture of the source as it is now.

        Parameters
        ----------
        still : callable
            Returns the picture in one of the themes "light" and "dark".
        theme : str
            One of these, or "auto": the notebook's, and light in files.
        told : str
            How much there is in it.
        """
        self._still, self._source, self._theme, self._told = still, self.source, theme, told

    def __repr__(self) -> str:
        if self._still is None:
            return super().__repr__()
        return f"<Drawing: {self._told}; a notebook shows it, .save('graph.svg'), .png or .pdf keeps it>"

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None, **options: Any
    ) -> dict[str, Any]:
        bundle = dict(super()._repr_mimebundle_(include, exclude, **options))
        wanted = (include is None or "text/html" in include) and "text/html" not in (exclude or ())
        if wanted and self._theme == "auto" and self._still is not None and self.source == self._source:
            bundle["text/html"] = in_page(*map(self._still, ("light", "dark")))
        return bundle

    def save(
        self,
        filename: str | os.PathLike[str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        *,
        skip_existing: bool | None = False,
    ) -> str:
        """Save the picture if the name ends in .svg, .png or .pdf, else the DOT source; return the path.

        Raises
        ------
        ValueError
            If the name is that of a picture or page of another format.
        """
        suffix = "" if filename is None else Path(filename).suffix.lower()
        if suffix in OTHER_PICTURES:
            raise ValueError(
                f"save() writes a drawing as .svg, .png or .pdf, and its DOT source as .gv or .dot; got '{filename}'. "
                "For .html and .gif save a player: play(...).save(...)."
            )
        if filename is None or suffix not in PICTURES:
            return super().save(filename, directory=directory, skip_existing=skip_existing)
        target = Path(directory or self.directory or "", filename)
        if not (skip_existing and target.exists()):
            drawn = self._drawn(suffix.lstrip("."), self.engine)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(drawn)
        return str(target)

    def pipe(
        self, format: str | None = None, *, engine: str | None = None, encoding: str | None = None, **options: Any
    ) -> bytes | str:
        """Return the drawing as `format` (svg, png, pdf, …); text when `encoding` is given."""
        if any(option for option in options.values()):  # renderer, formatter, …: only a real dot has them
            return super().pipe(format, engine=engine, encoding=encoding, **options)
        made = self._drawn(format or self.format, engine or self.engine)
        return made.decode(encoding) if encoding else made

    def render(
        self,
        filename: str | os.PathLike[str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        view: bool = False,
        cleanup: bool = False,
        format: str | None = None,
        *,
        outfile: str | os.PathLike[str] | None = None,
        **options: Any,
    ) -> str:
        """Save the source and the drawing beside it, or the drawing alone; return the drawing's path.

        Parameters
        ----------
        filename, directory : path, optional
            Of the DOT source; the drawing's name is the same with the format appended. A name that ends in .svg,
            .png or .pdf is the drawing's own, unless `format` or `outfile` is given; no source is saved then.
        view : bool
            Open the drawing with the system's viewer.
        cleanup : bool
            Remove the DOT source again.
        format : str, optional
            "pdf" (unless `graph.format` says otherwise), "svg", "png", ….
        outfile : path, optional
            The drawing's own path; its suffix is the format.
        **options
            What else `graphviz.Digraph.render` takes; renderers and formatters need a system `dot`.
        """
        plain = format is None and outfile is None and not any(options.values())
        if plain and filename is not None and Path(filename).suffix.lower() in PICTURES:
            return _viewed(self.save(filename, directory=directory), view)
        if outfile is not None:
            target = Path(directory or self.directory or "", outfile)
            filename = filename or target.with_suffix(".gv").name
            directory, format = target.parent, format or target.suffix.lstrip(".") or self.format
        kind = format or self.format
        drawn = self.pipe(kind, **options)
        saved = Path(self.save(filename, directory=directory))
        path = target if outfile is not None else saved.with_name(f"{saved.name}.{kind}")
        path.write_bytes(drawn.encode() if isinstance(drawn, str) else drawn)
        if cleanup:
            saved.unlink()
        return _viewed(str(path), view)

    def _drawn(self, kind: str, engine: str) -> bytes:
        """Return the player's picture where there is one, else Graphviz's."""
        if self._still is not None and f".{kind}" in PICTURES and engine == "dot" and self.source == self._source:
            still = self._still("dark" if self._theme == "dark" else "light")
            scale = PNG_SCALE if kind == "png" else 1.0
            if kind == "svg":
                return svg(still).encode()
            if is_paintable(still, scale):
                return painted(still, kind, scale)
        return run(self.source, kind, engine)


def _viewed(path: str, view: bool) -> str:
    """Open a drawing with the system's viewer if asked to; return its path."""
    if view:
        graphviz.view(path)
    return path
