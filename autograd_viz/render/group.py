"""A group of marks, and what is within. Grouping finds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Some marks under one name.

    `path` names it within the picture, `scope` is the part of it that the user's scopes and modules said.
    `kind` is "scope", "repeat", "run" or "loop"; `times` is how many alike a repeat holds or how many turns a loop
    has, else 0. `children` are groups and ids of marks, of a loop those of one turn. `module` is the class of the
    module that a scope is, or that all in a repeat are, unless the name says it; of a loop it says which turn.
    """

    path: str
    name: str
    kind: str
    scope: str
    times: int
    children: tuple[Group | str, ...]
    module: str = ""

    @property
    def heading(self) -> str:
        """The name with the class."""
        return f"{self.name} · {self.module}" if self.module else self.name

    def groups(self) -> Iterator[Group]:
        """Yield the group and all that are within."""
        waiting = [self]
        while waiting:
            group = waiting.pop()
            yield group
            waiting += [each for each in reversed(group.children) if isinstance(each, Group)]

    def marks(self) -> Iterator[str]:
        """Yield the ids of all marks within."""
        for group in self.groups():
            yield from (each for each in group.children if isinstance(each, str))
