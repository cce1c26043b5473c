"""What viewers are told of a trace that grows: the records that are new, and those that changed."""

from __future__ import annotations

from typing import Any

from autograd_viz.trace import Trace
from autograd_viz.trace.document import TABLES, plain, tables_of

REVISED = ("sources", "tensors", "ops", "nodes")
"""Tables whose records a recording may replace after it made them; values and events are only added."""


class Feed:
    """What viewers have been told of a trace.

    Parameters
    ----------
    trace : Trace
        What grows. All that it holds now is known.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._told = {table: list(getattr(trace, table)) for table in TABLES}

    def more(self) -> dict[str, Any]:
        """Return what a viewer needs to follow: `at`, how long each table was; `new` and `changed` records by table."""
        at = {table: len(self._told[table]) for table in tables_of(self.trace)}
        new, changed = {}, {}
        for table in at:
            told, now = self._told[table], getattr(self.trace, table)
            places = [i for i, each in enumerate(told) if now[i] is not each] if table in REVISED else []
            for place in places:
                told[place] = now[place]
            if len(now) > len(told):
                new[table] = [plain(each) for each in now[len(told) :]]
            told += now[len(told) :]
            if places:
                changed[table] = [[place, plain(now[place])] for place in places]
        return {"at": at, "new": new, "changed": changed}
