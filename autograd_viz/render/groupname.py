"""What groups are called."""

from __future__ import annotations

import re

from autograd_viz.render.group import Group


def joined(path: str, name: str) -> str:
    """Return the path of a group within another."""
    return f"{path}/{name}" if path else name


def last(path: str) -> str:
    """Return the last part of a path."""
    return path.rsplit("/", 1)[-1]


def names(children: list[Group | str]) -> dict[str, int]:
    """Return the names that are taken, for `unique`."""
    return {each.name: 1 for each in children if isinstance(each, Group)}


def unique(name: str, taken: dict[str, int]) -> str:
    """Number a name that a sibling has already."""
    made = name
    while made in taken:
        taken[name] = taken.get(name, 1) + 1
        made = f"{name} #{taken[name]}"
    taken.setdefault(made, 1)
    return made


def span(first: Group, final: Group) -> str:
    """Name siblings by the first and the last: layers.0-11."""
    if first.kind == final.kind == "scope" and last(first.scope) == last(final.scope):
        return last(first.scope)
    one, other = (re.fullmatch(r"(?s)(.*?)([0-9]+)", each.name) for each in (first, final))
    if one and other and one[1] == other[1]:
        return f"{first.name}-{other[2]}"
    return f"{first.name} … {final.name}"
