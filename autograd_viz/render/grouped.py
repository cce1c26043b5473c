"""A picture in which some groups are open and the others closed, and which are open at first.

A closed group is one mark; lines that end within it end at it, merged with those that join the same two marks.
Twin of `labextension/src/model/grouped.ts`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from difflib import get_close_matches
from typing import Any

from autograd_viz.render.group import Group
from autograd_viz.render.grouping import LARGE, Grouping
from autograd_viz.render.picture import Line, Mark, Picture
from autograd_viz.trace.whole import is_whole

ROOM = 32
"""So many marks may stand in a large picture at first, or one level of it if that holds more."""
STRENGTH = {"untracked": 0, "refused": 1, "cut": 2, "tracked": 3}


def grouped(grouping: Grouping, expanded: Collection[str]) -> Picture:
    """Return the picture with the groups of these paths open; one within a closed group stays hidden."""
    drawn = grouping.picture
    by_id = {mark.id: mark for mark in drawn.marks}
    marks: list[Mark] = []
    frames: list[Group] = []
    inside: dict[str, str] = {}
    for around, child in _shown(grouping, expanded):
        id_ = child if isinstance(child, str) else f"g{child.path}"
        if around.path:
            inside[id_] = around.path
        if isinstance(child, str):
            marks.append(by_id[child])
        elif child.path in expanded:
            frames.append(child)
        else:
            marks.append(Mark(id_, "group", group=child))
    return Picture(tuple(marks), merged(drawn.lines, stand_ins(grouping, expanded)), tuple(frames), inside)


def stand_ins(grouping: Grouping, expanded: Collection[str]) -> dict[str, str]:
    """Return for each mark in a closed group the id of that group's mark."""
    return {
        id_: f"g{child.path}"
        for _, child in _shown(grouping, expanded)
        if isinstance(child, Group) and child.path not in expanded
        for id_ in child.marks()
    }


def _shown(grouping: Grouping, expanded: Collection[str]) -> Iterator[tuple[Group, Group | str]]:
    """Yield what is in the root and in open groups, each with the group it is in; outer ones first, in their order."""
    waiting: list[tuple[Group, Group | str]] = [(grouping.root, each) for each in reversed(grouping.root.children)]
    while waiting:
        around, child = waiting.pop()
        yield around, child
        if isinstance(child, Group) and child.path in expanded:
            waiting += [(child, each) for each in reversed(child.children)]


def merged(lines: tuple[Line, ...], stands_for: dict[str, str]) -> tuple[Line, ...]:
    """Return lines that end at what stands for their ends, those that then join the same two as one."""
    made: dict[str, Line] = {}
    for line in lines:
        tail, head = stands_for.get(line.tail, line.tail), stands_for.get(line.head, line.head)
        if tail == line.tail and head == line.head:
            made[line.id] = line
        elif tail != head:
            id_ = f"{tail}-{head}"
            known = made.get(id_)
            kind = line.kind if known is None or STRENGTH[line.kind] > STRENGTH[known.kind] else known.kind
            made[id_] = Line(id_, tail, head, kind)
    return tuple(made.values())


def opened_at_first(grouping: Grouping) -> tuple[str, ...]:
    """Choose what is open at first: of a small picture all that is the user's; of a large one the outer scopes as far
    as there is room.
    """
    if grouping.size <= LARGE:
        return tuple(path for path, group in grouping.groups.items() if group.kind in ("scope", "loop"))
    opened, shown, level = set(), len(grouping.root.children), [grouping.root]
    while level:
        inner = [each for group in level for each in group.children if isinstance(each, Group)]
        level = []
        for group in inner:
            if group.kind in ("scope", "loop") and shown + len(group.children) - 1 <= ROOM:
                shown += len(group.children) - 1
                opened.add(group.path)
                level.append(group)
    return tuple(path for path in grouping.groups if path in opened)


def chosen(grouping: Grouping, expanded: Any) -> tuple[str, ...]:
    """Return the paths of the groups that a rule opens, with those around them.

    Parameters
    ----------
    grouping : Grouping
        The groups there are.
    expanded : None, int, callable or iterable of str
        None for what is open at first; how many levels; whether a path is open; or paths, as `groups` names
        them or as scopes were given (`encoder/layers.3`).

    Raises
    ------
    ValueError
        If there is no group of that name, or the function raises.
    TypeError
        If it is none of these.
    """
    check_rule(expanded)
    if expanded is None:
        return opened_at_first(grouping)
    if is_whole(expanded):
        return tuple(path for path in grouping.groups if _depth(grouping, path) <= expanded)
    if callable(expanded):
        return grouping.closed_upwards(_allowed(grouping, expanded))
    return grouping.closed_upwards({path for name in expanded for path in _found(grouping, name)})


def check_rule(expanded: Any, said: str = "expanded") -> None:
    """Refuse what cannot say which groups are open; `said` is what it is called in the error."""
    if expanded is None or callable(expanded) or (is_whole(expanded) and expanded >= 0):
        return
    if isinstance(expanded, list | tuple | set) and all(isinstance(each, str) for each in expanded):
        return
    raise TypeError(
        f"{said} is a list of scopes ('encoder/attention'), a number of levels, or a function that "
        f"tells of a path whether it is open; got {expanded!r}"
    )


def _depth(grouping: Grouping, path: str) -> int:
    depth = 0
    while path:
        path, depth = grouping.around[path], depth + 1
    return depth


def _allowed(grouping: Grouping, rule: Callable[[str], Any]) -> set[str]:
    allowed = set()
    for path in grouping.groups:
        try:
            if rule(path):
                allowed.add(path)
        except Exception as error:
            raise ValueError(
                f"expanded is a function that tells of a group's path, such as {path!r}, whether it is open; "
                f"it raised {type(error).__name__}: {error}"
            ) from error
    return allowed


def _found(grouping: Grouping, name: str) -> list[str]:
    if name in grouping.groups:
        return [name]
    found = [path for path, group in grouping.groups.items() if group.kind == "scope" and group.scope == name]
    if found:
        return found
    known = list(grouping.groups)
    near = get_close_matches(name, known, 3) or known[:5]
    hint = f"there are {', '.join(map(repr, near))}" if near else "this picture has no groups"
    raise ValueError(f"there is no group {name!r} to expand; {hint}")
