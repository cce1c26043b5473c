"""What a trace's graph has to show: one mark for each leaf, constant, operation and root, and the edges.

Owns which marks exist and how they join, read from trace data alone. It knows neither sizes nor coordinates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from autograd_viz.render.text import clip
from autograd_viz.trace.data import NodeRecord, OpRecord, SavedRecord, TensorRecord
from autograd_viz.trace.event import BeginEvent, EndEvent, ErrorEvent, HookEvent, OpEvent, RefusedEvent, SeedEvent
from autograd_viz.trace.figures import value_text
from autograd_viz.trace.modules import Modules
from autograd_viz.trace.names import Names, operation_of
from autograd_viz.trace.trace import Trace

if TYPE_CHECKING:
    from autograd_viz.render.group import Group

FEWEST = 3
LONGEST_SAVED = 14
OWNERS = re.compile(r"^[\w.[\]]*\.", re.ASCII)
LONGEST_SEED = 18
TELLING = frozenset((OpEvent, BeginEvent, SeedEvent, HookEvent, RefusedEvent))
"""Events that say what is drawn, of which there are far fewer than of others."""


@dataclass(slots=True)  # frozen ones, of which a large trace has tens of thousands, take nine times as long to make
class Mark:
    """One thing drawn; `kind` is "leaf", "constant", "op", "untracked", "refused", "root" or "group".

    Ids are `n<node>`, `t<tensor>`, `o<op>` (an operation without a node), `x<event>` (one that was refused),
    `r<node>:<index>` and `g<path>` (a group that is closed). A leaf's mark holds its AccumulateGrad node too.
    `saved` names what the node saves, with the user's names. `is_written` marks tensors that are changed in
    place, `keeps_grad` results whose gradient `retain_grad` keeps, `is_bare` operations of which no number is known
    and that no gradient will reach; `seed` is a root's widest seed, where it is
    short enough to be written.
    """

    id: str
    kind: str
    tensors: tuple[TensorRecord, ...] = ()
    node: NodeRecord | None = None
    op: OpRecord | None = None
    saved: tuple[str, ...] = ()
    refused: RefusedEvent | None = None
    is_written: bool = False
    keeps_grad: bool = False
    is_bare: bool = False
    seed: str = ""
    group: Group | None = None


@dataclass(slots=True)  # as `Mark`
class Line:
    """One edge in the direction of data: "tracked", "untracked", "cut" (where tracking stops) or "refused"."""

    id: str
    tail: str
    head: str
    kind: str
    input: int | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """A backward pass of the user's: operations that had run before, the marks it starts from, leaves it reaches.

    Leaves are known by name and shape: a loop may make some of them anew.
    """

    ops: int
    roots: tuple[str, ...]
    leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Marks and lines of a trace, in the order of the user's code, and the groups that are open around them.

    `inside` tells for a mark or an open group the path of the open group it stands in; outermost are not listed.
    `modules` knows which scopes are modules; `passes` are not listed where they are too few to be a loop.
    """

    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]
    frames: tuple[Group, ...] = ()
    inside: Mapping[str, str] = field(default_factory=dict)
    modules: Modules = field(default_factory=Modules)
    passes: tuple[Pass, ...] = ()


def picture(trace: Trace) -> Picture:
    """List what is drawn for a trace."""
    return _Sketch(trace).finish()


class _Sketch:
    """The picture while it is put together."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.tensors = {each.id: each for each in trace.tensors}
        self.nodes = {each.id: each for each in trace.nodes}
        self.ops = {each.id: each for each in trace.ops}
        self.leaf_nodes = {each.leaf: each for each in trace.nodes if each.leaf is not None}
        self.outputs: dict[int, list[TensorRecord]] = {}
        for tensor in trace.tensors:
            if tensor.node is not None:
                self.outputs.setdefault(tensor.node, []).append(tensor)
        self.told = [pair for pair in enumerate(trace.events) if pair[1].__class__ in TELLING]
        self.events: dict[type, list[Any]] = {}
        for _, event in self.told:
            self.events.setdefault(type(event), []).append(event)
        self.seeds: dict[tuple[int, int], list[SeedEvent]] = {}
        for event in self.events.get(SeedEvent, ()):
            self.seeds.setdefault((event.node, event.index), []).append(event)
        writes = [write for event in self.events.get(OpEvent, ()) for write in event.writes]
        self.written = {write.tensor for write in writes}
        self.rewritten = {write.tensor for write in writes if write.version}
        self.retained = {each.tensor for each in self.events.get(HookEvent, ())} - {None}
        self.is_still = BeginEvent not in self.events
        self.names = Names(trace)
        self.marks: dict[str, Mark] = {}
        self.lines: dict[str, Line] = {}
        self.made_by: dict[int, str] = {}
        self.numbers: dict[int, str | None] = {}
        self.grad_of = {each.tensor: each.of for each in trace.gradients}

    def finish(self) -> Picture:
        for node in self.trace.nodes:
            if node.op is None:
                self.add_node(node)
        for op in self.trace.ops:
            self.add_op(op)
        for node in self.trace.nodes:
            self.join_node(node)
        if not self.marks:  # tensors without a graph
            for tensor in self.trace.tensors:
                self.add_tensor(tensor.id)
        for place, event in self.told:
            if isinstance(event, BeginEvent):
                for root in event.roots:
                    self.add_root(root.node, root.index)
            elif isinstance(event, RefusedEvent):
                self.add_refused(place, event)
        made = tuple(self.marks.values()), tuple(self.lines.values())
        return Picture(*made, modules=Modules(self.trace.modules), passes=tuple(self.passes()))

    def passes(self) -> Iterator[Pass]:
        """Yield the passes that ran within no other."""
        ops = depth = 0
        if len(self.events.get(BeginEvent, ())) < FEWEST:
            return
        for event in self.trace.events:
            if isinstance(event, OpEvent):
                ops = event.op + 1
            elif isinstance(event, BeginEvent):
                if not depth:
                    reached = (self.nodes[each].leaf for each in event.expected)
                    leaves = (self.tensors[leaf] for leaf in reached if leaf is not None)
                    known = sorted(f"{each.name} {each.shape}" for each in leaves)
                    yield Pass(ops, tuple(f"n{root.node}" for root in event.roots), tuple(known))
                depth += 1
            elif isinstance(event, EndEvent | ErrorEvent):
                depth = max(0, depth - 1)

    def add_node(self, node: NodeRecord) -> str:
        """Add a node that no recorded operation made, or an AccumulateGrad in its leaf's mark."""
        if node.leaf is not None:
            return self.add_tensor(node.leaf)
        mark = f"n{node.id}"
        if mark not in self.marks:
            self.marks[mark] = self.mark_of(node, mark, "leaf" if node.kind == "accumulate" else "op")
        return mark

    def mark_of(self, node: NodeRecord, mark: str, kind: str) -> Mark:
        tensors = tuple(self.outputs.get(node.id, ()))
        is_bare = kind == "op" and not tensors and self.is_still
        return self.fated(Mark(mark, kind, tensors, node=node, saved=self.saved(node), is_bare=is_bare))

    def fated(self, mark: Mark) -> Mark:
        """Note on a mark what the events will do to its tensors."""
        if not self.written and not self.retained:
            return mark
        node = None if mark.node is None else mark.node.id
        kept = any(each.id in self.retained and each.node == node for each in mark.tensors)
        written = any(each.id in self.written for each in mark.tensors[:1])
        keeps = kept and mark.kind == "op"
        return replace(mark, is_written=written, keeps_grad=keeps) if written or keeps else mark

    def saved(self, node: NodeRecord) -> tuple[str, ...]:
        """Name each saved tensor with its version, leaving room for the other version it may move to."""
        made = []
        for each in node.saved:
            tensor = each.tensor
            name = self.saved_alone(node, each) if tensor is None else f"{self.saved_name(tensor)} @{each.version}"
            made.append(f"{name}≠0" if tensor in self.rewritten else name)
        return tuple(made)

    def saved_name(self, tensor: int) -> str:
        """Name a saved tensor as the user would."""
        return short(self.names.tensor(tensor))

    def saved_alone(self, node: NodeRecord, saved: SavedRecord) -> str:
        """Name what is saved and no known tensor: a number in full, else what it was, if anybody knows."""
        text = None if saved.value is None else self.number(saved.value)
        if text is not None:
            return f"{saved.name} = {text}"
        maker, is_unnamed, _ = self.names.params(node).get(saved.name, saved.name).partition("'s output")
        return short(f"{operation_of(maker)}(…)" if is_unnamed else maker)

    def number(self, place: int) -> str | None:
        """Write a value that is a single number; None for any other."""
        if place not in self.numbers:
            value = self.trace.values[place]
            self.numbers[place] = None if value.shape else value_text(value)
        return self.numbers[place]

    def add_tensor(self, number: int) -> str:
        """Add a tensor that stands on its own: a leaf or a constant."""
        tensor, mark = self.tensors[number], f"t{number}"
        if mark not in self.marks:
            kind = "leaf" if tensor.role == "leaf" else "constant"
            self.marks[mark] = self.fated(Mark(mark, kind, (tensor,), node=self.leaf_nodes.get(number)))
        return mark

    def add_op(self, op: OpRecord) -> None:
        tracked = op.node is not None
        mark = f"n{op.node}" if tracked else f"o{op.id}"
        outputs = tuple(self.tensors[each] for each in op.outputs)
        given = {each.tensor for each in op.inputs}
        # A `.grad` given along with its tensor, as to an optimizer's step, is seen on the tensor's card.
        shown = [(place, each) for place, each in enumerate(op.inputs) if self.grad_of.get(each.tensor) not in given]
        sources = [(place, self.source(each.tensor), each) for place, each in shown]
        node = self.nodes.get(op.node) if op.node is not None else None
        kind, saved = "op" if tracked else "untracked", self.saved(node) if node else ()
        self.marks[mark] = self.fated(Mark(mark, kind, outputs, node=node, op=op, saved=saved))
        reached = _reached(node) if node else ()
        for position, source, each in sources:
            if (each.param, each.tensor) not in reached:
                cut = self.marks[source].kind in ("leaf", "op")
                self.join(source, mark, "cut" if cut and not tracked else "untracked", None, position)
        for number in op.outputs:
            self.made_by[number] = mark

    def source(self, tensor: int) -> str:
        """Return the mark a tensor comes out of at this point of the code."""
        known = self.made_by.get(tensor)
        if known is not None:
            return known
        made = self.tensors[tensor]
        return f"n{made.node}" if f"n{made.node}" in self.marks else self.add_tensor(tensor)

    def join_node(self, node: NodeRecord) -> None:
        """Draw a node's `next_functions`, against which its gradients will travel."""
        for position, edge in enumerate(node.next):
            if edge.node is not None:
                self.join(self.add_node(self.nodes[edge.node]), f"n{node.id}", "tracked", position, position)

    def join(self, tail: str, head: str, kind: str, number: int | None, position: int) -> None:
        name = f"{tail}-{head}-{'i' if number is not None else 'c'}{position}"
        self.lines[name] = Line(name, tail, head, kind, number)

    def add_root(self, node: int, index: int) -> None:
        """Add the place where a backward pass puts its seed."""
        of, mark = self.add_node(self.nodes[node]), f"r{node}:{index}"
        tensors = tuple(each for each in self.marks[of].tensors if each.output_nr == index)
        self.marks[mark] = Mark(mark, "root", tensors, node=self.nodes[node], seed=self.seed(node, index))
        self.join(of, mark, "tracked", None, index)

    def seed(self, node: int, index: int) -> str:
        """Return the longest of the seeds that are put into a root and can be written on it."""
        values = [self.trace.values[each.value] for each in self.seeds.get((node, index), ())]
        texts = [value_text(each) or "" for each in values if len(each.shape) <= 1]
        return max((each for each in texts if len(each) <= LONGEST_SEED), key=len, default="")

    def add_refused(self, place: int, event: RefusedEvent) -> None:
        """Add an operation that raised, and the edges that were not allowed."""
        mark = f"x{place}"
        sources = [self.source(each) for each in event.inputs]
        self.marks[mark] = Mark(mark, "refused", refused=event)
        for position, source in enumerate(sources):
            self.join(source, mark, "refused", None, position)


def short(name: str) -> str:
    """Return the name of a saved tensor with room for it; a long one without whose it is."""
    return clip(name if len(name) <= LONGEST_SAVED else OWNERS.sub("", name), LONGEST_SAVED)


def _reached(node: NodeRecord) -> list[tuple[str, int | None]]:
    """Return which (parameter, tensor) pairs `next_functions` already joins."""
    joined = zip(node.next, node.inputs, node.input_tensors, strict=False)
    return [(name, tensor) for edge, name, tensor in joined if edge.node is not None]
