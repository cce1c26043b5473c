"""The trace's schema, version 1, as a table: every record's fields and what each may hold.

SCHEMA.md says the same in words. Cross-references are checked in `links.py`.
"""

from __future__ import annotations

from autograd_viz.trace import data, event
from autograd_viz.trace.checks import (
    Check,
    array,
    fail,
    flag,
    integer,
    mapping,
    number,
    one_of,
    optional,
    plain,
    record,
    text,
)
from autograd_viz.trace.data import TraceError

FORMAT = "autograd-viz/trace"
VERSION = 1
MOST_EVENTS = 5_000_000
MOST_RECORDS = 1_000_000
MOST_VALUES = 5_000_000
MOST_ELEMENTS = 64
"""Arrays up to this size are written as lists, larger ones in base64."""

ROLES = ("leaf", "constant", "result", "untracked", "gradient")
REASONS = ("no_grad", "inference_mode", "detach", "no_input_requires_grad", "not_differentiable")

count = integer(0)
node_id = integer()
maybe_count = optional(count)
maybe_node = optional(node_id)
shape = array(integer(0), 64)
words = array(text, 10_000)


def _node_key(key: str, where: str) -> int:
    if not key.removeprefix("-").isascii() or not key.removeprefix("-").isdigit() or len(key) > 16:
        raise fail(where, key, "a node's id as the key")
    return int(key)


line = record(data.Line, {"source": count, "line": integer(1), "end_line": optional(integer(1))})
maybe_line = optional(line)
error_info = record(data.ErrorInfo, {"type": text, "message": text, "code": optional(text)})
summary = record(
    data.Summary,
    {
        "min": optional(number),
        "max": optional(number),
        "mean": optional(number),
        "norm": optional(number),
        "nan": count,
        "inf": count,
    },
)
source = record(data.Source, {"name": text, "text": text})
value = record(
    data.Value,
    {
        "shape": shape,
        "dtype": text,
        "data": array(number, MOST_ELEMENTS),
        "base64": text,
        "summary": summary,
    },
)
tensor = record(
    data.TensorRecord,
    {
        "id": count,
        "name": optional(text),
        "shape": shape,
        "dtype": text,
        "role": one_of(*ROLES),
        "requires_grad": flag,
        "storage": count,
        "base": maybe_count,
        "op": maybe_count,
        "node": maybe_node,
        "output_nr": count,
        "value": count,
        "version": count,
        "grad": maybe_count,
    },
)
op = record(
    data.OpRecord,
    {
        "id": count,
        "name": text,
        "inputs": array(record(data.OpInput, {"param": text, "tensor": count}), 10_000),
        "options": mapping(text, plain),
        "outputs": array(count, 10_000),
        "node": maybe_node,
        "mutates": maybe_count,
        "layer": count,
        "reason": optional(one_of(*REASONS)),
        "line": maybe_line,
        "scope": text,
        "call": maybe_count,
    },
)
node = record(
    data.NodeRecord,
    {
        "id": node_id,
        "name": text,
        "kind": one_of("op", "accumulate"),
        "op": maybe_count,
        "next": array(record(data.NextEdge, {"node": maybe_node, "index": count}), 10_000),
        "inputs": words,
        "input_tensors": array(maybe_count, 10_000),
        "formulas": mapping(text, text),
        "constants": mapping(text, plain),
        "saved": array(
            record(data.SavedRecord, {"name": text, "tensor": maybe_count, "version": count, "value": maybe_count}),
            10_000,
        ),
        "outputs": array(record(data.OutputRecord, {"shape": shape, "dtype": text}), 10_000),
        "leaf": maybe_count,
        "layer": count,
        "line": maybe_line,
        "scope": text,
        "freed": flag,
    },
)
module = record(data.ModuleRecord, {"scope": text, "name": text, "op": integer(-1)})
gradient = record(data.GradientRecord, {"tensor": count, "of": count})
write = record(event.Write, {"tensor": count, "version": count, "value": count})
root = record(event.Root, {"node": node_id, "index": count, "tensor": maybe_count})

EVENT_FIELDS: dict[str, dict[str, Check]] = {
    "op": {"op": count, "writes": array(write, 100_000)},
    "refused": {"op_name": text, "inputs": array(count, 10_000), "error": error_info, "line": maybe_line},
    "grad_change": {"tensor": count, "how": text, "old": maybe_count, "new": maybe_count, "line": maybe_line},
    "begin": {
        "pass": integer(1),
        "call": one_of("backward", "grad"),
        "retain_graph": flag,
        "create_graph": flag,
        "roots": array(root, 100_000),
        "inputs": optional(array(count, 100_000)),
        "expected": mapping(_node_key, count),
        "line": maybe_line,
    },
    "seed": {"node": node_id, "index": count, "value": count, "buffer": count},
    "run": {"node": node_id},
    "hook": {
        "node": node_id,
        "index": maybe_count,
        "where": text,
        "name": text,
        "before": maybe_count,
        "after": maybe_count,
        "tensor": maybe_count,
    },
    "unpack": {"node": node_id, "saved": count, "version": count},
    "vjp": {"node": node_id, "input": count, "value": maybe_count},
    "sum_to": {"node": node_id, "input": count, "before": count, "after": count},
    "release": {"node": node_id, "freed": flag},
    "send": {
        "node": node_id,
        "input": count,
        "to": node_id,
        "index": count,
        "value": maybe_count,
        "buffer": maybe_count,
        "arrived": count,
        "expected": count,
    },
    "accumulate": {"node": node_id, "tensor": count, "old": maybe_count, "incoming": count, "new": count},
    "capture": {"node": node_id, "index": count, "tensor": maybe_count, "value": count},
    "end": {"pass": integer(1)},
    "error": {"error": error_info, "node": maybe_node, "saved": maybe_count, "tensor": maybe_count, "line": maybe_line},
}
_EVENTS = {kind: record(event.KINDS[kind], fields, "kind") for kind, fields in EVENT_FIELDS.items()}


def any_event(got: object, where: str) -> event.Event:
    """An event of any kind."""
    kind = got.get("kind") if isinstance(got, dict) else None
    if not isinstance(got, dict) or not isinstance(kind, str) or kind not in _EVENTS:
        raise fail(f"{where}.kind", kind, f"one of {', '.join(_EVENTS)}")
    found: event.Event = _EVENTS[kind](got, where)
    return found


producer = record(data.Producer, {"name": text, "version": text})
DOCUMENT: dict[str, Check] = {
    "producer": producer,
    "title": text,
    "sources": array(source, 10_000),
    "values": array(value, MOST_VALUES),
    "tensors": array(tensor, MOST_RECORDS),
    "ops": array(op, MOST_RECORDS),
    "nodes": array(node, MOST_RECORDS),
    "events": array(any_event, MOST_EVENTS),
    "modules": array(module, MOST_RECORDS),
    "parameters": array(count, MOST_RECORDS),
    "gradients": array(gradient, MOST_RECORDS),
}
OPTIONAL = ("modules", "parameters", "gradients")
"""Tables that are left out where they are empty."""


def check_head(document: object) -> dict[str, object]:
    """Refuse what is not a trace at all, and traces from a newer schema."""
    if not isinstance(document, dict):
        raise fail("trace", document, f'an object with "format": "{FORMAT}"')
    if document.get("format") != FORMAT:
        raise fail("format", document.get("format"), f"{FORMAT!r}; this is not a saved autograd-viz trace")
    version = integer(1)(document.get("version"), "version")
    if version > VERSION:
        raise TraceError(
            f"version: this trace uses schema {version}, and this autograd-viz reads up to {VERSION}. "
            "Upgrade it: pip install -U autograd-viz"
        )
    return document
