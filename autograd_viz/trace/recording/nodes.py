"""The nodes a recording has met: those its operations made, and the graph that was there before.

Nodes are held until the recording ends, so that the keys stay theirs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from autograd_viz.autograd.copy_slices import CopySlices
from autograd_viz.autograd.listeners import OpCall
from autograd_viz.autograd.node import AccumulateGrad, Node, SavedInfo
from autograd_viz.tensor import Tensor
from autograd_viz.trace.data import NextEdge, NodeRecord, OutputRecord, SavedRecord
from autograd_viz.trace.recording.past import Past
from autograd_viz.trace.recording.places import NOWHERE, Place
from autograd_viz.trace.recording.tensors import TensorTable
from autograd_viz.trace.recording.values import dtype_name, plain_options
from autograd_viz.trace.trace import Trace


class NodeTable:
    """The nodes of a trace that is being recorded."""

    def __init__(self, trace: Trace, tensors: TensorTable) -> None:
        self.records = trace.nodes
        self.tensors = tensors
        self._ids: dict[Node, int] = {}
        self._accumulators = 0
        self._waiting: list[Node] = []  # have an id, but no record yet
        self._whole: set[Node] = set()  # some of whose outputs nobody was given, but edges lead to
        self._places: dict[Node, dict[int, int]] = {}  # position in saved_info -> place in the record
        self._modules = trace.modules
        self._past: Past | None = None

    def known(self, node: Any) -> bool:
        """Return whether a node was met before."""
        return isinstance(node, Node) and node in self._ids

    def number(self, node: Node) -> int:
        """Return the id of a node, recorded now if it is new."""
        found = self.reserve(node)
        self.settle()
        return found

    def reserve(self, node: Node) -> int:
        """Return the id of a node; `settle` must follow, which records it if it is new."""
        found = self._ids.get(node)
        if found is None:
            found = self._take(node)
            self._waiting.append(node)
        return found

    def settle(self) -> None:
        """Record the nodes that were reserved, and all that they lead to, as the code made them and used leaves."""
        found: list[NodeRecord] = []
        while self._waiting:
            node = self._waiting.pop()
            found.append(self._accumulate(node) if isinstance(node, AccumulateGrad) else self._found(node))
        if len(found) > 1:
            users = {edge.node: record.id for record in sorted(found, key=_id, reverse=True) for edge in record.next}
            found.sort(key=lambda each: (each.id, 1, 0) if each.leaf is None else (users.get(each.id, 0), 0, -each.id))
        self.records += found

    def saved_place(self, node: Node, position: int) -> int:
        """Return which of the record's saved tensors a position in `saved_info` is."""
        return self._places[node][position]

    def made(self, node: Node, call: OpCall, op: int, outputs: tuple[int, ...], place: Place) -> int:
        """Record the node that an operation made, with these results, and return its id."""
        if node in self._ids:
            return self._ids[node]
        number = self._take(node)
        inputs, tensors = self._operands(node, call)
        saved = self._saved(node, dict(zip(map(id_of_array, call.outputs), outputs, strict=True)))
        self.records.append(self._record(node, inputs, tensors, saved, op, place))
        self.settle()
        return number

    def _take(self, node: Node) -> int:
        if isinstance(node, AccumulateGrad):
            self._accumulators += 1
            number = -self._accumulators
        else:
            number = node.sequence_nr
        self._ids[node] = number
        return number

    def _accumulate(self, node: AccumulateGrad) -> NodeRecord:
        leaf = self.tensors.meet(node.variable)
        return replace(self._record(node, (), (), ()), kind="accumulate", leaf=leaf)

    def _found(self, node: Node) -> NodeRecord:
        """Record a node that was made before the recording, or out of its hearing."""
        edges = node.next_functions
        saved = self._saved(node, None)
        by_name = {each.name: each.tensor for each in saved}
        names = node.param_names if len(node.param_names) == len(edges) else _numbered(len(edges))
        tensors = tuple(
            self.tensors.meet(edge.variable) if isinstance(edge, AccumulateGrad) else by_name.get(name)
            for name, (edge, _) in zip(names, edges, strict=True)
        )
        if self._past is None:
            self._past = Past(self._modules)
        return self._record(node, names, tensors, saved, place=Place(0, None, self._past.scope(node.sequence_nr)))

    def _record(
        self,
        node: Node,
        inputs: tuple[str, ...],
        tensors: tuple[int | None, ...],
        saved: tuple[SavedRecord, ...],
        op: int | None = None,
        place: Place = NOWHERE,
    ) -> NodeRecord:
        edges = node.next_functions
        for edge, index in edges:
            if index and index >= len(self._outputs(edge)):  # type: ignore[arg-type]
                self._reveal(edge)  # type: ignore[arg-type]
        return NodeRecord(
            id=self._ids[node],
            name=type(node).__name__,
            kind="op",
            op=op,
            next=tuple([NextEdge(None if edge is None else self.reserve(edge), index) for edge, index in edges]),
            inputs=inputs,
            input_tensors=tensors,
            formulas=dict(node.formulas),
            constants=plain_options(dict(zip(node.constant_names, node.constants, strict=False))),
            saved=saved,
            outputs=self._outputs(node),
            leaf=None,
            layer=place.layer,
            line=place.line,
            scope=place.scope,
            freed=node.saved is None,
        )

    def _outputs(self, node: Node) -> tuple[OutputRecord, ...]:
        """Return the outputs that the operation gave, or all where a second graph leads to what it kept to itself."""
        infos = node.output_infos()
        if node.op is not None and not node.op.variadic and node not in self._whole:
            infos = infos[: node.op.visible]
        return tuple([OutputRecord(tuple(shape), dtype_name(dtype)) for shape, dtype in infos])

    def _reveal(self, node: Node) -> None:
        self._whole.add(node)
        number = self._ids.get(node)
        for place, record in enumerate(self.records):
            if record.id == number:
                self.records[place] = replace(record, outputs=self._outputs(node))

    def _operands(self, node: Node, call: OpCall) -> tuple[tuple[str, ...], tuple[int | None, ...]]:
        """Return the parameter and the tensor behind each entry of `next`; scalars have an entry, but no tensor."""
        found: list[tuple[str, int | None]] = []
        for param in node.param_names:
            given = [(name, each) for name, each in call.inputs if name == param or name.partition("[")[0] == param]
            if isinstance(node, CopySlices) and not found:  # its first gradient is that of the view's base
                given = [(name, each if each._base is None else each._base) for name, each in given]
            found += [(name, self.tensors.known(each)) for name, each in given] or [(param, None)]
        count = len(node.next_nodes)
        if len(found) != count:
            return _numbered(count), (None,) * count
        return tuple(name for name, _ in found), tuple(each for _, each in found)

    def _saved(self, node: Node, outputs: dict[int, int] | None) -> tuple[SavedRecord, ...]:
        """Record what a node keeps; `outputs` maps its operation's results' arrays to tensors, if it was heard."""
        info = node.saved_info()
        kept = [i for i, each in enumerate(info) if each.tensor is not None or node.saved is None]
        self._places[node] = {position: place for place, position in enumerate(kept)}
        return tuple(self._saved_record(info[i], outputs) for i in kept)

    def _saved_record(self, info: SavedInfo, outputs: dict[int, int] | None) -> SavedRecord:
        tensor, value = None, None
        if isinstance(info.tensor, Tensor):
            value = self.tensors.values.add(info.tensor._array)
            tensor = self._saved_tensor(info, outputs)
        elif isinstance(info.tensor, np.ndarray | int | float):
            value = self.tensors.values.add(info.tensor)
        if tensor is not None:
            self.tensors.saved(tensor)
        return SavedRecord(info.name, tensor, info.version, value)

    def _saved_tensor(self, info: SavedInfo, outputs: dict[int, int] | None) -> int | None:
        """Return the id of a saved tensor; a copy that an in-place operation made of its operand is nobody's."""
        if info.is_output:
            return None if outputs is None else outputs.get(id_of_array(info.tensor))
        return self.tensors.meet(info.tensor) if outputs is None else self.tensors.known(info.tensor)


def _id(record: NodeRecord) -> int:
    return record.id


def id_of_array(tensor: Tensor) -> int:
    """Return what tells a tensor's array from others that are alive."""
    return id(tensor._array)


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(f"input{i}" for i in range(count))
