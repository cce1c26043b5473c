"""The trace: tables of records and a list of events, which a viewer replays.

A recording fills the tables while it runs; afterwards nothing changes them. Owns saving and loading, and
the place where a drawing module can register how a trace is laid out.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import autograd_viz
from autograd_viz.trace import document as documents
from autograd_viz.trace.checks import fail
from autograd_viz.trace.data import (
    GradientRecord,
    ModuleRecord,
    NodeRecord,
    OpRecord,
    Producer,
    Source,
    TensorRecord,
    Value,
)
from autograd_viz.trace.event import Event
from autograd_viz.trace.links import check_links
from autograd_viz.trace.schema import FORMAT, VERSION, check_head
from autograd_viz.trace.uncollected import uncollected
from autograd_viz.trace.writing import written

SHOWN = (".html", ".htm", ".svg", ".png", ".pdf", ".gif")
"""What a player saves, and a trace does not."""
PRODUCER = Producer("autograd-viz", "0")


@dataclass(repr=False)
class Trace:
    """A recorded run of autograd code: what was computed, what was kept, and every step of each backward.

    Attributes
    ----------
    events : list of Event
        What happened, in order. The state after the first `k` is `frame(trace, k)`.
    values, tensors, ops, nodes, sources : list
        The records the events point into, by number. SCHEMA.md describes each field.
    modules, parameters, gradients : list
        Which scopes are calls of modules, of which classes; the numbers of the tensors that are `nn.Parameter`; which
        tensors are the `.grad` of which.
    layout : dict or None
        Where a drawing module placed things; plain data that the trace does not look into.

    Examples
    --------
    >>> import autograd_viz as ag
    >>> with ag.record() as trace:
    ...     w = ag.tensor(3.0, requires_grad=True)
    ...     loss = w * w
    ...     loss.backward()
    >>> trace.events[0].kind
    'op'
    >>> trace
    <Trace: 1 operation, 2 nodes, 15 events>
    """

    title: str = ""
    producer: Producer = PRODUCER
    sources: list[Source] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    tensors: list[TensorRecord] = field(default_factory=list)
    ops: list[OpRecord] = field(default_factory=list)
    nodes: list[NodeRecord] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    modules: list[ModuleRecord] = field(default_factory=list)
    parameters: list[int] = field(default_factory=list)
    gradients: list[GradientRecord] = field(default_factory=list)
    layout: dict[str, Any] | None = None

    def __repr__(self) -> str:
        title = f" {self.title!r}" if self.title else ""
        tables = (("operation", self.ops), ("node", self.nodes), ("event", self.events))
        counts = (f"{len(rows):,} {noun}{'' if len(rows) == 1 else 's'}" for noun, rows in tables)
        return f"<Trace{title}: {', '.join(counts)}>"

    def to_json(self) -> dict[str, Any]:
        """Return the trace as plain dicts and lists, as SCHEMA.md describes them."""
        made: dict[str, Any] = {"format": FORMAT, "version": VERSION, "producer": documents.plain(self.producer)}
        made["title"] = documents.plain(self.title)
        with uncollected():
            for name in documents.tables_of(self):
                made[name] = documents.plain(getattr(self, name))
        made["layout"] = self.layout
        return made

    @classmethod
    def from_json(cls, document: object) -> Trace:
        """Build a trace from plain dicts and lists.

        Raises
        ------
        TraceError
            If a field is missing or of the wrong type, if a number points at nothing, if the graph has a
            cycle, or if the document comes from a newer version of the schema.
        """
        checked = check_head(document)
        with uncollected():
            trace = cls(**documents.tables(checked))
            check_links(trace)
        layout = checked.get("layout")
        if layout is not None and not isinstance(layout, dict):
            raise fail("layout", layout, "an object or null")
        trace.layout = layout
        return trace

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the trace to a file, with its layout if one can be made; return its path.

        By custom the name ends in `.autograd.json`: JupyterLab opens such files in the player.

        Raises
        ------
        ValueError
            If the name is that of a page or a picture, which `play(trace).save(...)` writes.
        """
        suffix = Path(path).suffix.lower()
        if suffix in SHOWN:
            raise ValueError(
                f"Trace.save() writes the trace as JSON, by custom 'name.autograd.json', got {Path(path).name!r}. "
                f"For a {suffix} file: `ag.play(trace).save({Path(path).name!r}{self._step_to_save(suffix)})`."
            )
        with uncollected():
            layout = lay_out(self) if self.layout is None else self.layout
            text = written(self, layout)
        written_to = Path(path)
        written_to.write_text(text, encoding="utf-8")
        return written_to

    def _step_to_save(self, suffix: str) -> str:
        """Return the argument with which a picture shows more than the beginning, where players open."""
        return f", step={len(self.events)}" if suffix in (".svg", ".png", ".pdf") else ""

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Trace:
        """Read a trace from a file.

        Raises
        ------
        TraceError
            If the file is not a whole, consistent trace of a version this package reads.
        """
        with uncollected():
            return cls.from_json(documents.read(Path(path)))


def expect_trace(found: object) -> None:
    """Refuse what is no trace.

    Raises
    ------
    TypeError
        Saying where traces come from.
    """
    if not isinstance(found, Trace):
        raise TypeError(
            f"expected a Trace, got {type(found).__name__}. "
            "Record one with `with ag.record() as trace:`, or load one with `ag.Trace.load(path)`."
        )


LayoutProvider = Callable[[Trace], "dict[str, Any] | None"]
_layout_provider: LayoutProvider | None = None


def set_layout_provider(provider: LayoutProvider | None) -> None:
    """Set the function that lays a trace out when it is saved; None for the package's own."""
    global _layout_provider
    _layout_provider = provider


def lay_out(trace: Trace) -> dict[str, Any] | None:
    """Return the provider's layout, or None with a warning if it fails."""
    provider = _layout_provider or autograd_viz._layout
    try:
        return provider(trace)
    except Exception as error:  # a picture that cannot be drawn must not lose the recording
        warnings.warn(f"saved without a layout: {type(error).__name__}: {error}", RuntimeWarning, stacklevel=3)
        return None
