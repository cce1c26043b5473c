"""Checks that a trace's records point at records that exist, and that its graph has no cycle.

Runs once after loading, in time linear in the trace; everything that replays a trace may then trust it.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from math import prod
from typing import TYPE_CHECKING

from autograd_viz.trace.data import NodeRecord, TraceError, Value
from autograd_viz.trace.event import BeginEvent, EndEvent, Event, OpEvent

if TYPE_CHECKING:
    from autograd_viz.trace.trace import Trace

ITEM_SIZE = {
    "bool": 1, "uint8": 1, "int8": 1, "int16": 2, "int32": 4, "int64": 8,
    "float16": 4, "bfloat16": 4, "float32": 4, "float64": 8,
}  # fmt: skip
"""Bytes an element takes in base64; the half-precision types are written as float32."""

# Which table a field points into, for every field of an event.
_EVENT_LINKS = {
    "op": (("op", "op"),),
    "refused": (("inputs", "tensor"),),
    "grad_change": (("tensor", "tensor"), ("old", "value"), ("new", "value")),
    "begin": (("inputs", "tensor"), ("expected", "node")),
    "seed": (("node", "node"), ("value", "value"), ("buffer", "value")),
    "run": (("node", "node"),),
    "hook": (("node", "node"), ("before", "value"), ("after", "value"), ("tensor", "tensor")),
    "unpack": (("node", "node"),),
    "vjp": (("node", "node"), ("value", "value")),
    "sum_to": (("node", "node"), ("before", "value"), ("after", "value")),
    "release": (("node", "node"),),
    "send": (("node", "node"), ("to", "node"), ("value", "value"), ("buffer", "value")),
    "accumulate": (
        ("node", "node"), ("tensor", "tensor"), ("old", "value"), ("incoming", "value"), ("new", "value"),
    ),
    "capture": (("node", "node"), ("tensor", "tensor"), ("value", "value")),
    "end": (),
    "error": (("node", "node"), ("tensor", "tensor")),
}  # fmt: skip


def check_links(trace: Trace) -> None:
    """Raise `TraceError` at the first reference that leads nowhere."""
    links = _Links(trace)
    for i, value in enumerate(trace.values):
        _check_value(value, f"values[{i}]")
    for i, tensor in enumerate(trace.tensors):
        links.tensor_record(i, f"tensors[{i}]", tensor)
    for i, op in enumerate(trace.ops):
        links.op_record(i, f"ops[{i}]", op)
    for i, node in enumerate(trace.nodes):
        links.node_record(f"nodes[{i}]", node)
    for i, module in enumerate(trace.modules):
        links.to("op", None if module.op < 0 else module.op, f"modules[{i}].op")
    links.to("tensor", tuple(trace.parameters), "parameters")
    for i, gradient in enumerate(trace.gradients):
        links.to("tensor", (gradient.tensor, gradient.of), f"gradients[{i}]")
    _check_acyclic(trace.nodes)
    ops_done = passes = 0
    for i, event in enumerate(trace.events):
        links.event(f"events[{i}]", event)
        if isinstance(event, OpEvent):
            _same(event.op, ops_done, f"events[{i}].op", "operations stand in the order of their events")
            ops_done += 1
        elif isinstance(event, BeginEvent):
            passes += 1
            _same(event.pass_, passes, f"events[{i}].pass", "passes are numbered from 1")
        elif isinstance(event, EndEvent) and event.pass_ > passes:
            raise TraceError(f"events[{i}].pass: pass {event.pass_} ends but never began. {_REPAIR}")
    _same(len(trace.ops), ops_done, "ops", "every operation has its event")


_REPAIR = "The file was cut or edited; record it again."


class _Links:
    """The ids a trace defines, and lookups that fail with the place of the reference."""

    def __init__(self, trace: Trace) -> None:
        self.nodes = {node.id: node for node in trace.nodes}
        if len(self.nodes) < len(trace.nodes):
            raise TraceError(f"nodes: two nodes have the same id. {_REPAIR}")
        self.made = [op.node for op in trace.ops]
        self.sizes = {
            "value": len(trace.values),
            "tensor": len(trace.tensors),
            "op": len(trace.ops),
            "source": len(trace.sources),
        }

    def to(self, table: str, got: object, where: str) -> None:
        """Check one reference, or each of several; null leads nowhere and is fine."""
        if isinstance(got, tuple | dict):
            for each in got:
                self.to(table, each, where)
        elif table == "node":
            if got is not None and got not in self.nodes:
                raise TraceError(f"{where}: got {got}, which is no node's id. {_REPAIR}")
        elif isinstance(got, int) and got >= self.sizes[table]:
            raise TraceError(f"{where}: got {table} {got}, but there are {self.sizes[table]}. {_REPAIR}")

    def field(self, table: str, record: object, field: str, where: str) -> None:
        """Check a record's references of one kind; most are right, and naming each place takes longer than looking."""
        got = getattr(record, field)
        known = type(got) is int and (got in self.nodes if table == "node" else got < self.sizes[table])
        if got is not None and not known:
            self.to(table, got, f"{where}.{field}")

    def line(self, where: str, line: object) -> None:
        if line is not None:
            self.to("source", line.source, f"{where}.line.source")  # type: ignore[attr-defined]

    def slot(self, got: int, size: int, where: str, of: str) -> None:
        """Check a position within a node's own lists."""
        if got >= size:
            raise TraceError(f"{where}: got {got}, but the node has {size} {of}. {_REPAIR}")

    def tensor_record(self, i: int, where: str, tensor: object) -> None:
        _same(tensor.id, i, f"{where}.id", "tensors are numbered in order")  # type: ignore[attr-defined]
        for field, table in (("base", "tensor"), ("op", "op"), ("node", "node"), ("value", "value"), ("grad", "value")):
            self.field(table, tensor, field, where)
        if tensor.node is not None:  # type: ignore[attr-defined]
            outputs = self.nodes[tensor.node].outputs  # type: ignore[attr-defined]
            self.slot(tensor.output_nr, len(outputs), f"{where}.output_nr", "outputs")  # type: ignore[attr-defined]

    def op_record(self, i: int, where: str, op: object) -> None:
        _same(op.id, i, f"{where}.id", "operations are numbered in order")  # type: ignore[attr-defined]
        self.to("tensor", tuple(each.tensor for each in op.inputs), f"{where}.inputs")  # type: ignore[attr-defined]
        for field, table in (("outputs", "tensor"), ("node", "node"), ("mutates", "tensor"), ("call", "op")):
            self.field(table, op, field, where)
        if op.reason == "detach" and not op.inputs:  # type: ignore[attr-defined]
            raise TraceError(f"{where}.inputs: got none, expected the tensor that was detached. {_REPAIR}")
        self.line(where, op.line)  # type: ignore[attr-defined]

    def node_record(self, where: str, node: NodeRecord) -> None:
        self.to("op", node.op, f"{where}.op")
        if node.op is not None and (made := self.made[node.op]) != node.id:
            raise TraceError(f"{where}.op: got {node.op}, which made node {made}, not {node.id}. {_REPAIR}")
        self.to("tensor", node.leaf, f"{where}.leaf")
        self.to("tensor", node.input_tensors, f"{where}.input_tensors")
        for i, edge in enumerate(node.next):
            self.to("node", edge.node, f"{where}.next[{i}].node")
            if edge.node is not None:
                outputs = self.nodes[edge.node].outputs
                self.slot(edge.index, len(outputs), f"{where}.next[{i}].index", "outputs")
        for i, saved in enumerate(node.saved):
            self.to("tensor", saved.tensor, f"{where}.saved[{i}].tensor")
            self.to("value", saved.value, f"{where}.saved[{i}].value")
        _same(len(node.input_tensors), len(node.next), f"{where}.input_tensors", "one for each entry of next")
        if node.kind == "op":
            _same(len(node.inputs), len(node.next), f"{where}.inputs", "one for each entry of next")
        elif node.leaf is None:
            raise TraceError(f"{where}.leaf: got null, expected the tensor that {node.name} adds to. {_REPAIR}")
        self.line(where, node.line)

    def event(self, where: str, event: Event) -> None:
        for field, table in _EVENT_LINKS[event.kind]:
            self.field(table, event, field, where)
        self.line(where, getattr(event, "line", None))
        for i, write in enumerate(getattr(event, "writes", ())):
            self.to("tensor", write.tensor, f"{where}.writes[{i}].tensor")
            self.to("value", write.value, f"{where}.writes[{i}].value")
        for i, root in enumerate(getattr(event, "roots", ())):
            self.to("node", root.node, f"{where}.roots[{i}].node")
            self.to("tensor", root.tensor, f"{where}.roots[{i}].tensor")
            self.slot(root.index, len(self.nodes[root.node].outputs), f"{where}.roots[{i}].index", "outputs")
        self.slots(where, event)

    def slots(self, where: str, event: Event) -> None:
        """Check the positions an event names within its node."""
        number = getattr(event, "node", None)
        if number is None:
            return
        node = self.nodes[number]
        if (found := getattr(event, "input", None)) is not None:
            self.slot(found, len(node.next), f"{where}.input", "entries in next")
        if (found := getattr(event, "saved", None)) is not None:
            self.slot(found, len(node.saved), f"{where}.saved", "saved tensors")
        if (found := getattr(event, "index", None)) is not None:
            receiver = self.nodes[getattr(event, "to", number)]
            sizes = max(len(receiver.outputs), len(receiver.next) if event.kind == "hook" else 0)
            self.slot(found, sizes, f"{where}.index", "outputs")


def _same(got: int, expected: int, where: str, why: str) -> None:
    if got != expected:
        raise TraceError(f"{where}: got {got}, expected {expected}: {why}. {_REPAIR}")


def _check_value(value: Value, where: str) -> None:
    """Check that a value has one form, of the size its shape says."""
    forms = [form for form in ("data", "base64", "summary") if getattr(value, form) is not None]
    if len(forms) != 1:
        raise TraceError(f"{where}: got {forms or 'nothing'}, expected exactly one of data, base64 and summary.")
    size = prod(value.shape)
    if value.data is not None and len(value.data) != size:
        raise TraceError(f"{where}.data: got {len(value.data)} numbers, expected {size} for shape {list(value.shape)}.")
    if value.base64 is not None:
        _check_base64(value.base64, size, value.dtype, f"{where}.base64")


def _check_base64(text: str, size: int, dtype: str, where: str) -> None:
    if dtype not in ITEM_SIZE:
        raise TraceError(f"{where}: got dtype {dtype!r}, expected one of {', '.join(ITEM_SIZE)}.")
    try:
        got = len(b64decode(text, validate=True))
    except binascii.Error as error:
        raise TraceError(f"{where}: not base64 ({error}). {_REPAIR}") from None
    if got != size * ITEM_SIZE[dtype]:
        raise TraceError(f"{where}: got {got} bytes, expected {size * ITEM_SIZE[dtype]}. {_REPAIR}")


def _check_acyclic(nodes: list[NodeRecord]) -> None:
    """Take away nodes nothing points at until none is left; what stays is on a cycle."""
    pointed_at = dict.fromkeys((node.id for node in nodes), 0)
    following = {node.id: [edge.node for edge in node.next if edge.node is not None] for node in nodes}
    for targets in following.values():
        for target in targets:
            pointed_at[target] += 1
    free = [number for number, count in pointed_at.items() if not count]
    left = len(nodes)
    while free:
        left -= 1
        for target in following[free.pop()]:
            pointed_at[target] -= 1
            if not pointed_at[target]:
                free.append(target)
    if left:
        stuck = min(number for number, count in pointed_at.items() if count)
        raise TraceError(f"nodes: the edges in next lead in a circle through node {stuck}; expected none. {_REPAIR}")
