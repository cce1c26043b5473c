"""Where nodes were made that were there before the recording: the calls of modules and the scopes they were made in."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any
from weakref import ref

from autograd_viz.autograd.scopes import class_name, name_of_call, past_calls
from autograd_viz.trace.data import ModuleRecord
from autograd_viz.trace.document import whole_text


class Past:
    """The calls that this thread remembers now; see Note [Calls that nobody heard] in `autograd.scopes`.

    Parameters
    ----------
    modules : list of ModuleRecord
        The trace's table, appended to.
    """

    def __init__(self, modules: list[ModuleRecord]) -> None:
        self.modules = modules
        calls = past_calls()
        self._befores = [before for before, _, _ in calls]
        self._afters = [after for _, after, _ in calls]
        self._around: list[int] = []  # the call that each was made in, -1 for none
        self._what: list[Any] = [what() if isinstance(what, ref) else what for _, _, what in calls]
        self._paths: dict[int, str] = {-1: ""}
        for place, before in enumerate(self._befores):
            self._around.append(self._innermost(place - 1, before + 1))

    def scope(self, number: int) -> str:
        """Return the scope of a node by its sequence number, "" for none."""
        return self._path(self._innermost(bisect_left(self._befores, number) - 1, number))

    def _innermost(self, place: int, number: int) -> int:
        """Return the call in which a number was taken, from the last one that began before it."""
        while place >= 0 and self._afters[place] <= number:
            place = self._around[place]
        return place

    def _path(self, place: int) -> str:
        """Return the path of a call; of a module that is gone, that of the call around it."""
        known = self._paths.get(place)
        if known is None:
            around, what = self._path(self._around[place]), self._what[place]
            is_scope = isinstance(what, str)
            name = what if is_scope or what is None else name_of_call(what, self._caller(place))
            known = self._paths[place] = whole_text("/".join(filter(None, (around, name))))
            if name and not is_scope:
                self._note(known, what)
        return known

    def _caller(self, place: int) -> Any:
        """Return the module that made a call, None where that is not known."""
        around = self._around[place]
        while around >= 0 and isinstance(self._what[around], str):
            around = self._around[around]
        return self._what[around] if around >= 0 else None

    def _note(self, path: str, module: Any) -> None:
        record = ModuleRecord(path, whole_text(class_name(module)), -1)
        if record not in self.modules:
            self.modules.append(record)
