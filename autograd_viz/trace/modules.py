"""Which scopes of a trace are calls of modules, and of which classes. Twin of `labextension/src/model/modules.ts`."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_viz.trace.data import ModuleRecord


class Modules:
    """The classes of modules by scope.

    Parameters
    ----------
    records : sequence of ModuleRecord
        The trace's table.
    """

    def __init__(self, records: Sequence[ModuleRecord] = ()) -> None:
        self._by_scope: dict[str, list[ModuleRecord]] = {}
        for record in records:
            self._by_scope.setdefault(record.scope, []).append(record)

    def name(self, scope: str, op: int) -> str:
        """Return the class of the module that a scope was when an operation ran in it, "" for other scopes."""
        known = [each.name for each in self._by_scope.get(scope, ()) if each.op <= op]
        return known[-1] if known else ""
