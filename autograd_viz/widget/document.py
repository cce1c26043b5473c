"""A player's trace as it travels: JSON text, and packed where it is long.

Note [Packing]. Much of a long trace repeats: in columns (see trace/columns.py) the 30 MB of 20,000 nodes are 3 MB, of
which gzip makes 0.7 MB in base64. It is sent so to the widget, and stored so in notebooks and in pages, none of
which then has the objects of a trace to look at one by one. What is packed begins with `PACKED`.
"""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

from autograd_viz.trace import Trace
from autograd_viz.trace.document import whole_text
from autograd_viz.trace.writing import in_columns, written
from autograd_viz.widget.words import words

LONG = 100_000
"""Letters of a text from which on it is packed."""
MANY = 1_000
"""Events and values of a trace from which on it is packed in columns."""
PACKED = "H4sI"
"""How gzip begins in base64, and no JSON."""


class Document:
    """A trace and where its marks stand.

    Parameters
    ----------
    trace : Trace
        What is shown.
    layout : dict
        The layout that the player opens with.
    """

    def __init__(self, trace: Trace, layout: dict[str, Any]) -> None:
        self.trace, self.layout = trace, layout
        self._sent: str | None = None
        self._told: str | None = None

    def sent(self) -> str:
        """Return the text that viewers are sent: JSON, or JSON packed. Kept, for every view asks for it."""
        if self._sent is None:
            self._sent = self._written(self.layout)
        return self._sent

    def told(self) -> str:
        """Return the trace in words. Kept, for every display asks for it."""
        if self._told is None:
            self._told = words(self.trace)
        return self._told

    def stored(self) -> dict[str, Any] | str:
        """Return what a notebook's output holds: the JSON itself while it is short, for others to read."""
        sent = self.sent()
        found: dict[str, Any] | str = sent if sent.startswith(PACKED) else json.loads(sent)
        return found

    def saved(self, title: str, layout: dict[str, Any]) -> str:
        """Return the text for a page with this title and layout."""
        if title == self.trace.title and layout is self.layout:
            return self.sent()
        return self._written(layout, whole_text(title))

    def _written(self, layout: dict[str, Any], title: str | None = None) -> str:
        if len(self.trace.events) + len(self.trace.values) >= MANY:
            return packed(in_columns(self.trace, layout, title))
        text = written(self.trace, layout, title, lines=False)
        return packed(text) if len(text) >= LONG else text

    def grown(self, layout: dict[str, Any] | None) -> None:
        """Take in that the trace has grown, and the layout with it if that is given."""
        self.layout, self._sent, self._told = layout or self.layout, None, None


def packed(text: str) -> str:
    """Return a text packed: see Note [Packing]."""
    return base64.b64encode(gzip.compress(text.encode(), 1, mtime=0)).decode("ascii")
