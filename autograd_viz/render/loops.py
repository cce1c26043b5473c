"""Loops that run a backward pass in every turn, as a training loop does: which marks are which turn's.

Knows a picture and nothing of places. Twin of `labextension/src/model/loops.ts`; golden files hold the two together.

Note [Loops]
------------
Twenty iterations of a training loop are twenty graphs, alike but for their numbers, that share nothing but leaves
and constants. Side by side they are a staircase in which nobody finds the loss. So such a loop is one group, and the
picture shows one turn of it: that at which the replay stands, with the groups of its modules. All turns stand at the
same places, so that nothing moves from one to the next; the layout is made for the first, and is that of any other
under other ids.

A turn is found by its passes, since what comes before the first of them (a data loader's shuffling) or between some
(an evaluation every tenth time) makes the operations repeat less well than the passes do:

- passes that follow each other and have the same roots (operation, line) and leaves of the same names are turns, at
  least three; several passes a turn (two losses) repeat as a whole.
- what all turns have in common before their first pass is their forward, after their last pass their update; the
  last turn may be cut short by an error. What is left over belongs to no turn and stands outside. An update that is
  one line of the user's, as `optim.step()` is, is a group of its own.
- a turn whose nodes reach into another's (a hidden state carried on), or whose pass runs in another, makes it no loop:
  there the chain is the point. Turns whose graph is another (of a new model, or from another result) end a loop.

Lines within a loop and into it are those of the first turn, under the ids of the one that is shown (an update in place
reads what the turn before it made, where the first one's reads the leaf); lines out of it are those of the last turn.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograd_viz.render.group import Group
from autograd_viz.render.picture import Line, Pass, Picture
from autograd_viz.render.repeats import FEWEST, find_repeats
from autograd_viz.trace.event import GradChangeEvent, OpEvent
from autograd_viz.trace.trace import Trace


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop: `first` are the marks of its first turn, so many operations and what stands with them; `turns` tells
    what stands for them in each turn (one that an error cut short lacks some), `since` how many operations had run
    when each began. `update` is how many of the operations come after the turn's last pass.
    """

    length: int
    update: int
    first: tuple[str, ...]
    turns: tuple[dict[str, str], ...]
    since: tuple[int, ...]


class Folding:
    """A picture with loops, of each of which one turn is shown. Turns are counted from 0."""

    def __init__(self, drawn: Picture, loops: list[Loop], turn_of: dict[str, int]) -> None:
        self.drawn, self.loops, self.turn_of = drawn, loops, turn_of

    def turns(self, ops: int) -> tuple[int, ...]:
        """Return the turn that each loop is in when so many operations have run."""
        return tuple(max(0, bisect_left(loop.since, ops) - 1) for loop in self.loops)

    def names(self, turns: tuple[int, ...]) -> dict[str, str]:
        """Return what is shown for each mark of a first turn, "" for nothing."""
        pairs = list(zip(self.loops, turns, strict=True))
        return {id_: loop.turns[turn].get(id_, "") for loop, turn in pairs for id_ in loop.first}

    def picture(self, turns: tuple[int, ...]) -> Picture:
        """Return the picture that shows these turns."""
        if not turns:
            return self.drawn
        names = self.names(turns)
        shown = set(names.values())
        marks = tuple(mark for mark in self.drawn.marks if mark.id in shown or mark.id not in self.turn_of)
        return replace(self.drawn, marks=marks, lines=tuple(self._lines(names)))

    def _lines(self, names: dict[str, str]) -> Iterator[Line]:
        """Yield the lines of the first turn, as an update joins only that to the leaves, and those out of the last."""
        ways_out = {own: id_ for loop in self.loops for id_, own in loop.turns[-1].items()}
        for line in self.drawn.lines:
            tail = line.tail
            if line.head in self.turn_of:
                if self.turn_of[line.head] or self.turn_of.get(tail):
                    continue
            elif tail in self.turn_of:
                tail = ways_out.get(tail, "")
            tail, head = names.get(tail, tail), names.get(line.head, line.head)
            if tail and head:
                rest = line.id[len(line.tail) + len(line.head) + 1 :]
                yield replace(line, id=f"{tail}-{head}{rest}", tail=tail, head=head)

    def renamed(self, group: Group, turns: tuple[int, ...], names: dict[str, str]) -> Group:
        """Return a group of first turns with what is shown for them."""
        inner = (self.renamed(x, turns, names) if isinstance(x, Group) else names.get(x, x) for x in group.children)
        module = group.module
        if group.kind == "loop":
            marks = set(group.marks())
            turn = next(turn for loop, turn in zip(self.loops, turns, strict=True) if loop.first[0] in marks)
            module = f"iteration {turn + 1}"
        return replace(group, children=tuple(each for each in inner if each != ""), module=module)


def find_loops(drawn: Picture, ids: list[str], kin: list[str], ops: list[int]) -> tuple[list[Loop], dict[str, int]]:
    """Find the loops among operations: `ids`, what they have in common with their like in other turns, and numbers.

    Also returned is for every mark in a loop the number of its turn, from 0.
    """
    search = _Search(drawn, ids, kin, ops)
    for start, period, times in find_repeats(search.row):
        if times > 1:
            search.look(start, period, times)
    return search.loops, search.turn_of


class _Search:
    """The loops found so far, from the first pass on; `end` is how many of the operations they reach to."""

    def __init__(self, drawn: Picture, ids: list[str], kin: list[str], ops: list[int]) -> None:
        self.drawn, self.ids, self.kin, self.ops = drawn, ids, kin, ops
        self.bounds = [0, *(bisect_left(ops, each.ops) for each in drawn.passes), len(ids)]
        self.place = {id_: n for n, id_ in enumerate(ids)}
        self.row = [_likeness(each, kin, self.place) for each in drawn.passes]
        self.loops: list[Loop] = []
        self.turn_of: dict[str, int] = {}
        self.end = 0

    def look(self, start: int, period: int, times: int) -> None:
        """Take so many turns of so many passes for a loop, or those before and after a turn that is another graph."""
        bounds = self.bounds[start : start + period * times + 2]
        bounds[0] = max(bounds[0], self.end)
        spans, update = _spans(self.kin, bounds, period, start > 0, start + period * times == len(self.row))
        own = {id_: n for n, (first, last) in enumerate(spans) for id_ in self.ids[first:last]}
        if not own or _reach_over(self.drawn.lines, own, self.place, spans[0][0]):
            return
        passes = enumerate(self.drawn.passes[start : start + period * times])
        if any(own.get(root, n // period) != n // period for n, each in passes for root in each.roots):
            return
        turns = _turns(self.drawn, self.ids, spans, own)
        odd = _odd_turn(self.drawn.lines, spans, turns, own)
        if odd < times:
            for first, many in ((start, odd), (start + odd * period, times - odd)):
                if many >= FEWEST:
                    self.look(first, period, many)
            return
        since = tuple(self.ops[first] for first, _ in spans)
        self.loops.append(Loop(spans[0][1] - spans[0][0], update, tuple(turns[0]), turns, since))
        self.turn_of |= own
        self.end = spans[-1][1]


def ops_begun(trace: Trace, k: int, ops_done: int) -> int:
    """Return how many operations had run or, where the head of a turn clears gradients, begun after `k` events.

    `zero_grad()` is no operation: where the code has gone back above the last operation's line, and an operation
    comes next, that one's turn has begun.
    """
    event = trace.events[k - 1] if k else None
    if not isinstance(event, GradChangeEvent) or not ops_done:
        return ops_done
    coming = next((each for each in trace.events[k:] if not isinstance(each, GradChangeEvent)), None)
    here, last = event.line, trace.ops[ops_done - 1].line
    back = here is not None and last is not None and here.source == last.source and here.line < last.line
    return ops_done + 1 if back and isinstance(coming, OpEvent) else ops_done


def turned(layout: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """Return a layout of first turns as that of others: `names` tells what is shown for each mark of a first turn."""
    changed = {id_: own for id_, own in names.items() if id_ != own}
    if not changed or any(item["id"] in changed.values() for item in layout["items"]):
        return layout  # an older one shows all turns side by side
    items = [{**item, "id": changed.get(item["id"], item["id"])} for item in layout["items"]]
    edges = []
    for edge in layout["edges"]:
        ends = [changed.get(edge[end], edge[end]) for end in ("from", "to")]
        rest = edge["id"][len(edge["from"]) + len(edge["to"]) + 1 :]
        if all(ends):
            edges.append({**edge, "id": f"{ends[0]}-{ends[1]}{rest}", "from": ends[0], "to": ends[1]})
    return {**layout, "items": [item for item in items if item["id"]], "edges": edges}


def _likeness(each: Pass, kin: list[str], place: dict[str, int]) -> str:
    roots = [kin[place[root]] if root in place else root for root in each.roots]
    return f"{roots} {each.leaves}"


def _spans(
    kin: list[str], bounds: list[int], period: int, follows: bool, is_last: bool
) -> tuple[list[tuple[int, int]], int]:
    """Return where each turn of so many passes begins and ends, and how long the update at its end is.

    `bounds` are those of the stretches between passes. A loop that follows a pass may begin after that one's update,
    which is like its own; after the last pass may stand a turn that was cut short.
    """
    before = [(bounds[n], bounds[n + 1]) for n in range(0, len(bounds) - 1, period)]
    heads, tails = before[:-1], before[1:]
    after = _alike([kin[start:stop] for start, stop in tails]) if follows else 0
    forward = _alike([kin[start + (after if n else 0) : stop][::-1] for n, (start, stop) in enumerate(heads)])
    forward = forward or _alike([kin[start:stop][::-1] for start, stop in heads])
    update = _alike([kin[start : stop - forward] for start, stop in tails[:-1]])
    between = {tuple(kin[head[1] : tail[0]]) for head, tail in zip(heads, tails, strict=True)}
    if not forward or len(between) > 1:
        return [], 0
    spans = [(head[1] - forward, tail[0] + update) for head, tail in zip(heads, tails, strict=True)]
    whole = kin[slice(*spans[0])]
    begun, end = spans[-1][0], bounds[-1]
    last = begun + _alike([kin[begun:end], whole])
    more = last + _alike([kin[last:end], whole]) if is_last else last  # a turn that an error ended before its pass
    return [*spans[:-1], (begun, last), *([(last, more)] if more > last else [])], update


def _alike(rows: list[list[str]]) -> int:
    """Return how far rows begin alike."""
    for n, found in enumerate(zip(*rows, strict=False)):
        if len(set(found)) > 1:
            return n
    return min(map(len, rows))


def _reach_over(lines: Sequence[Line], own: dict[str, int], place: dict[str, int], start: int) -> bool:
    """Whether a node in a turn reaches one that was made since the loop began, but not in this turn."""
    return any(
        line.kind == "tracked" and line.head in own and place.get(line.tail, -1) >= start
        and own.get(line.tail) != own[line.head]
        for line in lines
    )  # fmt: skip


def _odd_turn(
    lines: Sequence[Line], spans: list[tuple[int, int]], turns: Sequence[dict[str, str]], own: dict[str, int]
) -> int:
    """Return the first turn whose graph is not that of the first, under the names of the first; else how many."""
    first = [{own_id: id_ for id_, own_id in turn.items()} for turn in turns]
    graphs: list[set[tuple[str, str, int | None]]] = [set() for _ in turns]
    for line in lines:
        turn = own.get(line.head)
        if turn is not None and line.kind == "tracked":
            known = first[turn]
            graphs[turn].add((known.get(line.tail, line.tail), known.get(line.head, line.head), line.input))
    length = spans[0][1] - spans[0][0]
    for n, (graph, span) in enumerate(zip(graphs, spans, strict=True)):
        if graph - graphs[0] or (span[1] - span[0] == length and graph != graphs[0]):
            return n
    return len(turns)


def _turns(
    drawn: Picture, ids: list[str], spans: list[tuple[int, int]], own: dict[str, int]
) -> tuple[dict[str, str], ...]:
    """Tell which marks stand for each other; leaves, constants and roots of one turn alone are added to `own`."""
    at = {id_: n - spans[own[id_]][0] for first, last in spans for n, id_ in enumerate(ids[first:last], first)}
    keys: list[dict[str, str]] = [{str(at[id_]): id_ for id_ in ids[first:last]} for first, last in spans]
    near = _neighbours(drawn, at)
    for mark in drawn.marks:
        users = near.get(mark.id, [])
        known = {own.get(each, -1) for each in users}
        turn = known.pop() if len(known) == 1 else -1
        if turn >= 0:
            place = f"{mark.kind}{at[users[0]]}"
            while place in keys[turn]:
                place += "+"
            keys[turn][place] = mark.id
            own[mark.id] = turn
    return tuple({id_: keyed[key] for key, id_ in keys[0].items() if key in keyed} for keyed in keys)


def _neighbours(drawn: Picture, at: dict[str, int]) -> dict[str, list[str]]:
    """Return for marks that are no operations those they are joined to."""
    rest = {mark.id for mark in drawn.marks if mark.kind in ("leaf", "constant", "root")}
    near: dict[str, list[str]] = {}
    for line in drawn.lines:
        if line.tail in rest:
            near.setdefault(line.tail, []).append(line.head)
        elif line.head in rest:
            near.setdefault(line.head, []).append(line.tail)
    return near
