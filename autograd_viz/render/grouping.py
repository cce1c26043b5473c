"""Which marks of a picture belong together: groups within groups, over the operations in the order of the code.

Knows a picture and nothing of sizes or places. Twin of `labextension/src/model/grouping.ts`; golden files hold
the two together.

Note [Groups]
-------------
Every group holds operations that follow each other in the code, so that a picture in which some groups are
closed has no cycles. Four things make groups:

- loops that run a backward pass in every turn: Note [Loops] in `loops.py`.
- scopes: `with scope("encoder")` and modules. One entered again later is another group, "encoder #2". A scope
  that holds a single mark, or all that is around it, is left out.
- repeats, in large pictures: three or more siblings alike, layers.0 to layers.11 or the turns of a loop
  (the same operations on the same lines, at least `FEWEST`), become one group, shown as ×12, that holds the
  single ones.
- runs, in large pictures: a level of more than `FULL` siblings is divided by lines, and then into parts.

A leaf stands in the innermost group that holds all operations that use it: a layer's weight in the layer, a
weight that every turn of a loop uses outside the loop.
"""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from autograd_viz.render.group import Group
from autograd_viz.render.groupname import joined, last, names, span, unique
from autograd_viz.render.loops import Folding, Loop, find_loops
from autograd_viz.render.picture import Mark, Picture
from autograd_viz.render.repeats import find_repeats
from autograd_viz.trace.data import Line

LARGE, FULL, PART, DEEPEST = 60, 60, 40, 24
FEWEST = 10


class Grouping:
    """The groups of a picture: a root that is no group itself, and lookups. Of each loop one turn is shown."""

    def __init__(self, drawn: Picture) -> None:
        builder = _Builder(drawn)
        self._whole = Folding(drawn, builder.loops, builder.turn_of)
        self._root = builder.root()
        self._known: dict[tuple[int, ...], Grouping] = {}  # with other turns; none of them knows this one: no cycles
        self._show(self._whole.turns(0))

    def _show(self, turns: tuple[int, ...]) -> None:
        self._turns = turns
        self.picture, self.names = self._whole.picture(turns), self._whole.names(turns)
        self.root = self._whole.renamed(self._root, turns, self.names) if turns else self._root

    def at(self, ops: int) -> Grouping:
        """Return the groups when so many operations have run: of each loop the turn that began last is shown."""
        turns = self._whole.turns(ops)
        if turns == self._turns:
            return self
        if turns not in self._known:
            other = self._known[turns] = copy(self)
            other._known = {}
            for cached in ("groups", "around", "size"):
                other.__dict__.pop(cached, None)
            other._show(turns)
        return self._known[turns]

    @cached_property
    def groups(self) -> dict[str, Group]:
        """All groups by path, outer ones first."""
        return {each.path: each for each in self.root.groups() if each is not self.root}

    @cached_property
    def around(self) -> dict[str, str]:
        """For each group's path, the path of the group around it; "" for the outermost."""
        return {
            child.path: group.path
            for group in self.root.groups()
            for child in group.children
            if isinstance(child, Group)
        }

    @cached_property
    def size(self) -> int:
        """How many marks there are."""
        return sum(1 for _ in self.root.marks())

    def closed_upwards(self, paths: set[str]) -> tuple[str, ...]:
        """Return groups with all those around them, in the order of the picture."""
        wanted = set()
        for path in paths:
            while path and path not in wanted:
                wanted.add(path)
                path = self.around[path]
        return tuple(path for path in self.groups if path in wanted)


@dataclass(slots=True)
class _Entry:
    """An operation's mark on its way into a group."""

    id: str
    scope: tuple[str, ...]
    name: str
    alike: str  # what operations have in common that are alike wherever they stand
    line: Line | None
    place: str  # the line in words, "" where none is known
    op: int  # -1 for one that was not recorded


class _Builder:
    """The tree of groups while it is put together."""

    def __init__(self, drawn: Picture) -> None:
        entries = [_entry(mark) for mark in drawn.marks if mark.kind in ("op", "untracked")]
        self.by_id = {each.id: each for each in entries}
        self.loops: list[Loop] = []
        self.turn_of: dict[str, int] = {}
        if drawn.passes:
            kin = [f"{'/'.join(each.scope)} {each.name}@{each.place}" for each in entries]
            self.loops, self.turn_of = find_loops(drawn, list(self.by_id), kin, [each.op for each in entries])
        self.entries = [each for each in entries if not self.turn_of.get(each.id)]
        known = (mark.id for mark in drawn.marks if mark.id not in self.by_id)
        self.rest = [each for each in known if not self.turn_of.get(each)]
        self.users = _users(drawn)
        self.modules = drawn.modules
        self.is_large = len(drawn.marks) > LARGE

    def root(self) -> Group:
        tree = self.looped()
        tree = self.pruned(tree, self.home_counts(tree))
        if self.is_large:
            tree = self.arranged(tree)
        return self.furnished(tree)

    def looped(self) -> Group:
        """Group what is in loops, and all by scopes."""
        children: list[Group | str] = []
        taken: dict[str, int] = {}
        start = 0
        for loop in self.loops:
            stop = self.entries.index(self.by_id[loop.first[0]])
            children += self.scoped(self.entries[start:stop], 0, "", "", taken).children
            start = stop + loop.length
            name = unique(self.lines(list(loop.first[: loop.length])), taken)
            inner = self.scoped(self.entries[stop : start - loop.update], 0, name, "").children
            loop_ = Group(name, name, "loop", "", len(loop.turns), ())
            children.append(
                replace(loop_, children=(*inner, *self.updated(loop_, self.entries[start - loop.update : start])))
            )
        children += self.scoped(self.entries[start:], 0, "", "", taken).children
        return Group("", "", "scope", "", 0, tuple(children))

    def updated(self, loop: Group, entries: list[_Entry]) -> list[Group | str]:
        """Group the update at the end of a loop's turn if it is one line of the user's."""
        ids = [each.id for each in entries]
        if len(ids) < 2 or len({each.place for each in entries}) > 1:
            return list(ids)
        return [replace(self.run(loop, [*ids], self.lines([*ids])), module="update")]

    def scoped(
        self, entries: list[_Entry], depth: int, path: str, scope: str, taken: dict[str, int] | None = None
    ) -> Group:
        """Group entries that are in the same scope and follow each other; `taken` are names that siblings have."""
        children: list[Group | str] = []
        taken = {} if taken is None else taken
        start = 0
        while start < len(entries):
            name = entries[start].scope[depth] if len(entries[start].scope) > depth else None
            stop = start + 1
            if name is None:
                children.append(entries[start].id)
            else:
                while stop < len(entries) and entries[stop].scope[depth : depth + 1] == (name,):
                    stop += 1
                own = unique(name, taken)
                children.append(self.scoped(entries[start:stop], depth + 1, joined(path, own), joined(scope, name)))
            start = stop
        module = self.modules.name(scope, entries[0].op) if scope else ""
        own = "" if module == last(scope) else module
        return Group(path, last(path), "scope", scope, 0, tuple(children), own)

    def home_counts(self, tree: Group) -> dict[str, int]:
        """Count the leaves that stand directly in each group."""
        counts: dict[str, int] = {}
        for home in self.homes(tree).values():
            counts[home] = counts.get(home, 0) + 1
        return counts

    def homes(self, tree: Group) -> dict[str, str]:
        """Find for each leaf the path of the innermost group, repeats aside, that holds all its users."""
        lineage: dict[str, tuple[str, ...]] = {}  # of the users of leaves
        wanted = {user for leaf in self.rest for user in self.users.get(leaf, ())}
        trail: dict[str, tuple[str, ...]] = {tree.path: ()}
        repeats = {group.path for group in tree.groups() if group.kind == "repeat"}
        for group in tree.groups():
            for child in group.children:
                if isinstance(child, Group):
                    trail[child.path] = (*trail[group.path], child.path)
                elif child in wanted:
                    lineage[child] = trail[group.path]
        roots = {id_: group.path for group in tree.groups() if group.kind == "loop" for id_ in self.roots_of(group)}
        homes = {}
        for leaf in self.rest:
            shared = _shared([lineage[user] for user in self.users.get(leaf, ()) if user in lineage])
            homes[leaf] = roots.get(leaf) or next((path for path in reversed(shared) if path not in repeats), "")
        return homes

    def roots_of(self, group: Group) -> list[str]:
        """Return the roots in a loop's first turn."""
        marks = set(group.marks())
        return [id_ for loop in self.loops if loop.first[0] in marks for id_ in loop.first if id_[0] == "r"]

    def pruned(self, group: Group, leaves: dict[str, int]) -> Group:
        """Leave out groups of a single mark and those that hold all that is around them."""
        children: list[Group | str] = []
        for child in group.children:
            if isinstance(child, str):
                children.append(child)
                continue
            kept = self.pruned(child, leaves)
            own = leaves.get(child.path, 0)
            is_single = len(kept.children) == 1 and isinstance(kept.children[0], str) and not own
            is_all = len(group.children) == 1 and not leaves.get(group.path, 0)
            children += kept.children if child.kind == "scope" and (is_single or is_all) else (kept,)
        return Group(group.path, group.name, group.kind, group.scope, group.times, tuple(children), group.module)

    def arranged(self, group: Group) -> Group:
        """Find repeats on every level, and divide levels that are too full."""
        children = [self.arranged(each) if isinstance(each, Group) else each for each in group.children]
        children = self.repeated(group, children)
        if len(children) > FULL:
            children = self.by_line(group, children)
        return self.remade(group, self.parted(group, children))

    def repeated(self, around: Group, children: list[Group | str]) -> list[Group | str]:
        """Put siblings alike that follow each other into one group."""
        made: list[Group | str] = []
        found = find_repeats([self.signature(each) for each in children])
        stretches = [self.worth_it(children, *each) for each in found]
        alone = [children[start : start + period] for start, period, times in stretches if times == 1]
        taken = names([each for part in alone for each in part])
        for start, period, times in stretches:
            part = children[start : start + period * times]
            if times == 1:
                made += part
                continue
            own = unique(self.named(part) if period == 1 else self.lines(part), taken)
            group = Group(joined(around.path, own), own, "repeat", around.scope, times, (), _common(part))
            turns = part if period == 1 else self.turns(group, part, period)
            made.append(self.remade(group, self.parted(group, turns)))
        return made

    def worth_it(self, children: list[Group | str], start: int, period: int, times: int) -> tuple[int, int, int]:
        """Return the stretch, as no repeat if it holds only few bare operations."""
        few = period * times < FEWEST and not any(isinstance(each, Group) for each in children[start : start + period])
        return (start, period * times, 1) if few else (start, period, times)

    def turns(self, around: Group, part: list[Group | str], period: int) -> list[Group | str]:
        """Divide the operations of a repeat into its turns."""
        made: list[Group | str] = []
        for start in range(0, len(part), period):
            name = f"turn {start // period + 1}"
            turn = Group(joined(around.path, name), name, "run", around.scope, 0, ())
            made.append(self.remade(turn, part[start : start + period]))
        return made

    def by_line(self, around: Group, children: list[Group | str]) -> list[Group | str]:
        """Group the operations of one line that follow each other."""
        made: list[Group | str] = []
        taken = names(children)
        start = 0
        while start < len(children):
            stop, name = start + 1, self.line_of(children[start])
            while stop < len(children) and name and self.line_of(children[stop]) == name:
                stop += 1
            if stop - start > 1:
                made.append(self.run(around, children[start:stop], unique(name, taken)))
            else:
                made.append(children[start])
            start = stop
        return made

    def parted(self, around: Group, children: list[Group | str]) -> list[Group | str]:
        """Divide a level until it is no longer too full."""
        while len(children) > FULL:
            made: list[Group | str] = []
            taken: dict[str, int] = {}
            for start in range(0, len(children), PART):
                part = children[start : start + PART]
                made.append(self.run(around, part, unique(self.named(part), taken)))
            children = made
        return children

    def run(self, around: Group, children: list[Group | str], name: str) -> Group:
        group = Group(joined(around.path, name), name, "run", around.scope, 0, (), _common(children))
        return self.remade(group, self.parted(group, children))

    def remade(self, group: Group, children: list[Group | str]) -> Group:
        """Return a group with other children, whose paths are those of its own."""
        moved = tuple(self.moved(each, group.path) if isinstance(each, Group) else each for each in children)
        return Group(group.path, group.name, group.kind, group.scope, group.times, moved, group.module)

    def moved(self, group: Group, around: str) -> Group:
        path = joined(around, group.name)
        if path == group.path:
            return group
        children = tuple(self.moved(each, path) if isinstance(each, Group) else each for each in group.children)
        return Group(path, group.name, group.kind, group.scope, group.times, children, group.module)

    def furnished(self, tree: Group) -> Group:
        """Put leaves, constants and roots where they belong."""
        inside: dict[str, list[str]] = {}
        for leaf, home in self.homes(tree).items():
            inside.setdefault(home, []).append(leaf)
        return _filled(tree, inside)

    def signature(self, child: Group | str) -> str:
        """Say what siblings alike have in common: bare operations also the line, groups the name but for numbers."""
        if isinstance(child, str):
            entry = self.by_id[child]
            return f"{entry.alike}@{entry.place}"
        return f"{re.sub(r'[0-9]+', '#', last(child.scope))}({self.content(child)})"

    def content(self, group: Group) -> str:
        return ",".join(self.by_id[each].alike for each in group.marks())

    def line_of(self, child: Group | str) -> str:
        return "" if isinstance(child, Group) else self.by_id[child].place

    def named(self, part: list[Group | str]) -> str:
        """Name siblings that follow each other: by the first and the last, or where those are lines by all lines."""
        first, final = part[0], part[-1]
        if not isinstance(first, Group) or not isinstance(final, Group) or first.name.startswith("line"):
            return self.lines(part)
        return span(first, final)

    def lines(self, part: list[Group | str]) -> str:
        """Name a run of operations by the lines they are on."""
        ids = [mark for each in part for mark in (each.marks() if isinstance(each, Group) else (each,))]
        found = [line for each in ids if (line := self.by_id[each].line) is not None]
        if not found:
            return "part"
        first, last = min(each.line for each in found), max(each.line for each in found)
        return f"line {first}" if first == last else f"lines {first}-{last}"


def _entry(mark: Mark) -> _Entry:
    record = mark.op or mark.node
    scope, name = (record.scope, record.name) if record else ("", "")
    shapes = ";".join([_shape_name(tensor.shape) for tensor in mark.tensors])
    line = record.line if record else None
    place = "" if line is None else f"line {line.line}"
    return _Entry(mark.id, _parts(scope), name, f"{name}[{shapes}]", line, place, mark.op.id if mark.op else -1)


@lru_cache(1_000)
def _shape_name(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))


@lru_cache(1_000)
def _parts(scope: str) -> tuple[str, ...]:
    return tuple([part for part in scope.split("/") if part][:DEEPEST])


def _users(drawn: Picture) -> dict[str, list[str]]:
    """For each leaf and constant, the operations that use it: of those that are tracked, if any is."""
    kinds = {mark.id: mark.kind for mark in drawn.marks}
    all_users: dict[str, list[str]] = {}
    tracked: dict[str, list[str]] = {}
    for line in drawn.lines:
        if kinds[line.tail] in ("leaf", "constant"):
            all_users.setdefault(line.tail, []).append(line.head)
            if line.kind == "tracked" or kinds[line.head] == "op":
                tracked.setdefault(line.tail, []).append(line.head)
    return all_users | tracked


def _shared(paths: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Return what several lineages begin with together."""
    shared = paths[0] if paths else ()
    for path in paths[1:]:
        length = 0
        while length < min(len(shared), len(path)) and shared[length] == path[length]:
            length += 1
        shared = shared[:length]
    return shared


def _common(children: list[Group | str]) -> str:
    """Return the class that all are of, or ""."""
    found = {each.module if isinstance(each, Group) else "" for each in children}
    return found.pop() if len(found) == 1 else ""


def _filled(group: Group, inside: dict[str, list[str]]) -> Group:
    """Return a group, and those in it, with what belongs inside first."""
    children = tuple(_filled(each, inside) if isinstance(each, Group) else each for each in group.children)
    own = tuple(inside.get(group.path, ()))
    return Group(group.path, group.name, group.kind, group.scope, group.times, own + children, group.module)
