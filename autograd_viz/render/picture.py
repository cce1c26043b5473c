"""What a trace's graph has to show: one mark for each leaf, constant, operation and root, and the edges.

Owns which marks exist and how they join, read from trace data alone. It knows neither sizes nor coordinates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograd_viz.trace.data import NodeRecord, OpRecord, SavedRecord, TensorRecord
from autograd_viz.trace.event import BeginEvent, OpEvent
from autograd_viz.trace.figures import value_text
from autograd_viz.trace.trace import Trace


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing drawn; `kind` is "leaf", "constant", "op", "untracked" or "root".

    Ids are `n<node>`, `t<tensor>`, `o<op>` (an operation without a node) and `r<node>:<index>`. A leaf's
    mark holds its AccumulateGrad node too. `saved` names what the node saves, with the user's names.
    """

    id: str
    kind: str
    tensors: tuple[TensorRecord, ...] = ()
    node: NodeRecord | None = None
    op: OpRecord | None = None
    saved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One edge in the direction of data: "tracked", "untracked" or "cut" (where tracking stops)."""

    id: str
    tail: str
    head: str
    kind: str
    input: int | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """All marks and lines of a trace, in the order of the user's code."""

    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]


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
        self.rewritten = {
            write.tensor
            for event in trace.events
            if isinstance(event, OpEvent)
            for write in event.writes
            if write.version
        }
        self.marks: dict[str, Mark] = {}
        self.lines: dict[str, Line] = {}
        self.made_by: dict[int, str] = {}

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
        for event in self.trace.events:
            if isinstance(event, BeginEvent):
                for root in event.roots:
                    self.add_root(root.node, root.index)
        return Picture(tuple(self.marks.values()), tuple(self.lines.values()))

    def add_node(self, node: NodeRecord) -> str:
        """Add a node that no recorded operation made, or an AccumulateGrad in its leaf's mark."""
        if node.leaf is not None:
            return self.add_tensor(node.leaf)
        mark = f"n{node.id}"
        kind = "leaf" if node.kind == "accumulate" else "op"
        self.marks.setdefault(mark, self.mark_of(node, mark, kind))
        return mark

    def mark_of(self, node: NodeRecord, mark: str, kind: str) -> Mark:
        return Mark(mark, kind, tuple(self.outputs.get(node.id, ())), node=node, saved=self.saved(node))

    def saved(self, node: NodeRecord) -> tuple[str, ...]:
        """Name each saved tensor with its version, leaving room for the other version it may move to."""
        made = []
        for each in node.saved:
            tensor = None if each.tensor is None else self.tensors[each.tensor]
            name = self.saved_number(each) if tensor is None else f"{tensor.name or each.name} @{each.version}"
            made.append(f"{name}≠0" if each.tensor in self.rewritten else name)
        return tuple(made)

    def saved_number(self, saved: SavedRecord) -> str:
        """Name what is saved without being a tensor, a number in full."""
        value = None if saved.value is None else self.trace.values[saved.value]
        text = None if value is None or value.shape else value_text(value)
        return saved.name if text is None else f"{saved.name} = {text}"

    def add_tensor(self, number: int) -> str:
        """Add a tensor that stands on its own: a leaf or a constant."""
        tensor, mark = self.tensors[number], f"t{number}"
        if mark not in self.marks:
            kind = "leaf" if tensor.role == "leaf" else "constant"
            self.marks[mark] = Mark(mark, kind, (tensor,), node=self.leaf_nodes.get(number))
        return mark

    def add_op(self, op: OpRecord) -> None:
        tracked = op.node is not None
        mark = f"n{op.node}" if tracked else f"o{op.id}"
        outputs = tuple(self.tensors[each] for each in op.outputs)
        sources = [(self.source(each.tensor), each.tensor) for each in op.inputs]
        node = self.nodes.get(op.node) if op.node is not None else None
        kind, saved = "op" if tracked else "untracked", self.saved(node) if node else ()
        self.marks[mark] = Mark(mark, kind, outputs, node=node, op=op, saved=saved)
        reached = _tracked_inputs(node)
        for position, (source, tensor) in enumerate(sources):
            if (op.inputs[position].param, tensor) not in reached:
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
        self.marks[mark] = Mark(mark, "root", tensors, node=self.nodes[node])
        self.join(of, mark, "tracked", None, index)


def _tracked_inputs(node: NodeRecord | None) -> set[tuple[str, int | None]]:
    """Return which (parameter, tensor) pairs `next_functions` already joins."""
    return set(_reached(node)) if node else set()


def _reached(node: NodeRecord) -> Iterator[tuple[str, int | None]]:
    for edge, name, tensor in zip(node.next, node.inputs, node.input_tensors, strict=False):
        if edge.node is not None:
            yield name, tensor
