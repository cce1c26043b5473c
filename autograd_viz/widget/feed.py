"""What viewers are told of a trace that grows: the records that are new, and those that changed."""

from __future__ import annotations

from typing import Any

from autograd_viz.trace import Trace
from autograd_viz.trace.document import TABLES, plain

REVISED = ("sources", "tensors", "ops", "nodes")
"""Tables whose records a recording may replace after it made them; values and events are only added."""


class Feed:
    """A document that follows its trace.

    Parameters
    ----------
    trace : Trace
        What grows.
    document : dict
        The trace as plain data, as it is now; kept up to date in place.
    """

    def __init__(self, trace: Trace, document: dict[str, Any]) -> None:
        self.trace, self.document = trace, document
        self._told = {table: list(getattr(trace, table)) for table in TABLES}

    def more(self) -> dict[str, Any]:
        """Return what a viewer needs to follow: `at`, how long each table was; `new` and `changed` records by table."""
        at = {table: len(told) for table, told in self._told.items()}
        new, changed = {}, {}
        for table, told in self._told.items():
            now, shown = getattr(self.trace, table), self.document[table]
            places = [i for i, each in enumerate(told) if now[i] is not each] if table in REVISED else []
            revised = {place: plain(now[place]) for place in places}
            for place, record in revised.items():
                shown[place], told[place] = record, now[place]
            added = [plain(each) for each in now[len(told) :]]
            shown += added
            told += now[len(told) :]
            if added:
                new[table] = added
            if revised:
                changed[table] = [[place, record] for place, record in revised.items()]
        return {"at": at, "new": new, "changed": changed}
