"""Traces as JSON: the round trip, and what is said of documents that are not whole."""

import copy
import dataclasses
import json
import random
from pathlib import Path
from typing import Any

import pytest

from autograd_viz.trace import Trace, TraceError, explanations, set_layout_provider
from autograd_viz.trace.data import GradientRecord, ModuleRecord, Value
from autograd_viz.trace.writing import written
from tests.trace import handmade
from tests.trace.golden import FOLDER, dump, line
from tests.trace.helpers import places


@pytest.fixture
def document() -> Any:
    return json.loads(dump(handmade.trace().to_json()))


@pytest.fixture
def provider() -> Any:
    yield set_layout_provider
    set_layout_provider(None)


def test_a_trace_survives_being_saved_and_loaded(tmp_path: Path, provider: Any) -> None:
    provider(lambda trace: {"version": 1, "items": []})
    trace = handmade.trace()
    assert tmp_path / "t.autograd.json" == trace.save(tmp_path / "t.autograd.json")
    loaded = Trace.load(tmp_path / "t.autograd.json")
    assert {"version": 1, "items": []} == loaded.layout
    loaded.layout = None
    assert trace == loaded


def test_a_saved_trace_says_its_format_and_version(document: Any) -> None:
    assert ("autograd-viz/trace", 1) == (document["format"], document["version"])


def test_every_record_of_a_saved_trace_stands_on_its_own_line() -> None:
    trace = handmade.trace()
    records = sum(len(getattr(trace, name)) for name in ("sources", "values", "tensors", "ops", "nodes", "events"))
    lines = written(trace, None).splitlines()
    assert records == sum(line.startswith("{") and len(line) > 1 for line in lines)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.autograd.json")), ids=lambda path: path.name.split(".")[0])
def test_a_trace_is_written_as_json_would_write_it(path: Path) -> None:
    trace = Trace.load(path)
    assert dump(trace.to_json()) == written(trace, trace.layout)
    assert line(trace.to_json()) == written(trace, trace.layout, lines=False)


def test_numbers_texts_and_options_are_written_as_json_would_write_them() -> None:
    trace = handmade.trace()
    odd = {"a": True, "b": 1, "c": 1.0, "d": (1.0, "NaN", None, (False,)), '"é\ud800': "<\n"}
    trace.ops[0] = dataclasses.replace(trace.ops[0], options=odd, name='"\\\ud800')
    data = (float("1e300"), -0.0, 5e-324, 7, "NaN", "-Infinity")
    trace.values += [Value((6,), "float64", data=data), Value((2,), "int64", data=(2**53 - 1, -1))]
    trace.values += [Value((0,), "bool", data=())]
    trace.nodes[0] = dataclasses.replace(trace.nodes[0], constants=odd | {"a": 1, "b": True}, input_tensors=(None, 3))
    trace.modules, trace.parameters = [ModuleRecord('"a/\ud800', "Block", 0)], [0, 1]
    trace.gradients = [GradientRecord(1, 0)]
    trace.title = "half a pair: \udc00"
    assert dump(trace.to_json()) == written(trace, trace.layout)
    assert dump(trace.to_json() | {"title": "x"}) == written(trace, trace.layout, "x")


def test_a_layout_that_cannot_be_made_does_not_lose_the_trace(tmp_path: Path, provider: Any) -> None:
    def fails(trace: Trace) -> None:
        raise OSError("no Graphviz")

    provider(fails)
    with pytest.warns(RuntimeWarning, match="saved without a layout: OSError: no Graphviz"):
        handmade.trace().save(tmp_path / "t.autograd.json")
    assert Trace.load(tmp_path / "t.autograd.json").layout is None


def put(document: Any, path: str, value: Any) -> None:
    """Replace what stands at `events.3.node` by a value."""
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in parents:
        document = document[part]
    document[last] = value


WRONG = [
    ("format", "torch", "format: got 'torch' (str), expected 'autograd-viz/trace'"),
    ("version", 2, "schema 2, and this autograd-viz reads up to 1. Upgrade it: pip install -U autograd-viz"),
    ("version", "1", "version: got '1' (str), expected a whole number"),
    ("version", True, "version: got True (bool), expected a whole number"),
    ("title", None, "title: got None (NoneType), expected a string"),
    ("layout", [], "layout: got [] (list), expected an object or null"),
    ("events", {}, "events: got {} (dict), expected a list"),
    ("events.0.kind", "explode", "events[0].kind: got 'explode' (str), expected one of op, refused"),
    ("events.0", 7, "events[0].kind: got None"),
    ("events.0.op", 3, "events[0].op: got op 3, but there are 3"),
    ("events.0.op", 1, "events[0].op: got 1, expected 0: operations stand in the order of their events"),
    ("events.3.pass", 4, "events[3].pass: got 4, expected 1: passes are numbered from 1"),
    ("events.3.roots.0.index", 1, "events[3].roots[0].index: got 1, but the node has 1 outputs"),
    ("events.3.expected", {"x": 1}, "events[3].expected: got 'x' (str), expected a node's id as the key"),
    ("events.3.expected", {"77": 1}, "events[3].expected: got 77, which is no node's id"),
    ("events.5.node", 99, "events[5].node: got 99, which is no node's id. The file was cut or edited"),
    ("events.5.node", 1.5, "events[5].node: got 1.5 (float), expected a whole number"),
    ("events.6.input", 1, "events[6].input: got 1, but the node has 1 entries in next"),
    ("events.6.value", 9, "events[6].value: got value 9, but there are 9"),
    ("events.7.freed", 1, "events[7].freed: got 1 (int), expected true or false"),
    ("events.7.extra", 1, "events[7]: got the unknown field 'extra', expected node, freed"),
    ("events.20.saved", 1, "events[20].saved: got 1, but the node has 1 saved tensors"),
    ("tensors.1.role", "root", "tensors[1].role: got 'root' (str), expected one of leaf, constant"),
    ("tensors.1.id", 5, "tensors[1].id: got 5, expected 1: tensors are numbered in order"),
    ("tensors.1.shape", [-2], "tensors[1].shape[0]: got -2 (int), expected a whole number from 0"),
    ("tensors.1.shape", [1] * 65, "tensors[1].shape: got 65 entries, expected at most 64"),
    ("tensors.2.value", 10**400, "tensors[2].value: got 1000000000000000000"),
    ("nodes.0.next.1.node", 2, "the edges in next lead in a circle through node"),
    ("nodes.0.next.1.node", 55, "nodes[0].next[1].node: got 55, which is no node's id"),
    ("nodes.0.next.1.index", 10**9, "nodes[0].next[1].index: got 1000000000, but the node has 1 outputs"),
    ("nodes.0.inputs", ["self"], "nodes[0].inputs: got 1, expected 2: one for each entry of next"),
    ("nodes.2.id", 0, "nodes: two nodes have the same id"),
    ("nodes.1.leaf", None, "nodes[1].leaf: got null, expected the tensor that AccumulateGrad adds to"),
    ("values.0.data", [1.0], "values[0].data: got 1 numbers, expected 2 for shape [2]"),
    ("values.0.data", [1.0, None], "values[0].data[1]: got None (NoneType), expected a finite number or one of NaN"),
    ("values.0.summary", {}, "values[0].summary: the field 'min' is missing"),
    ("values.0.base64", "AAAA", "expected exactly one of data, base64 and summary"),
    ("values.0", {"shape": [2], "dtype": "float32", "base64": "AAAA"}, "base64: got 3 bytes, expected 8"),
    ("values.0", {"shape": [2], "dtype": "float32", "base64": "!"}, "values[0].base64: not base64"),
    ("values.0", {"shape": [2], "dtype": "quad", "base64": ""}, "got dtype 'quad', expected one of bool"),
    ("nodes.0.op", 1, "nodes[0].op: got 1, which made node"),
    ("tensors.2.output_nr", 1, "tensors[2].output_nr: got 1, but the node has 1 outputs"),
    ("ops.0.line.source", 1, "ops[0].line.source: got source 1, but there are 1"),
    ("ops.0.line.line", 0, "ops[0].line.line: got 0 (int), expected a whole number from 1"),
    ("ops.0.reason", "tired", "ops[0].reason: got 'tired' (str), expected one of no_grad"),
    ("modules", [{"scope": "a", "name": "Block", "op": 3}], "modules[0].op: got op 3, but there are 3"),
    ("gradients", [{"tensor": 0, "of": 99}], "gradients[0]: got tensor 99, but there are"),
    ("parameters", [0, 99], "parameters: got tensor 99, but there are"),
    ("ops.0.options", {"dim": [[[[[[[[1]]]]]]]]}, "expected plain data"),
]


@pytest.mark.parametrize(("path", "value", "message"), WRONG, ids=[f"{path}={value!r:.20}" for path, value, _ in WRONG])
def test_a_document_with_one_wrong_field_is_refused_with_its_place(
    document: Any, path: str, value: Any, message: str
) -> None:
    put(document, path, value)
    with pytest.raises(TraceError) as raised:
        Trace.from_json(document)
    assert message in str(raised.value)


@pytest.mark.parametrize("name", ["sources", "values", "tensors", "ops", "nodes", "events", "title", "producer"])
def test_a_document_without_a_field_is_refused(document: Any, name: str) -> None:
    del document[name]
    with pytest.raises(TraceError, match=f"the field '{name}' is missing"):
        Trace.from_json(document)


def test_a_document_whose_last_operations_were_cut_off_is_refused(document: Any) -> None:
    document["events"] = document["events"][:2]
    with pytest.raises(TraceError, match="ops: got 3, expected 2: every operation has its event"):
        Trace.from_json(document)


@pytest.mark.parametrize("thing", [None, 3, "trace", [], {}])
def test_what_is_no_trace_at_all_is_refused(thing: Any) -> None:
    with pytest.raises(TraceError, match="autograd-viz/trace"):
        Trace.from_json(thing)


@pytest.mark.parametrize("kept", [0, 1, 200, 0.5, 0.99])
def test_a_file_that_was_cut_short_is_refused(tmp_path: Path, kept: float) -> None:
    text = dump(handmade.trace().to_json())
    path = tmp_path / "cut.autograd.json"
    path.write_text(text[: int(kept if kept >= 1 else kept * len(text))], encoding="utf-8")
    with pytest.raises(TraceError, match=r"cut.autograd.json .*Copy the whole file again, or record the trace again"):
        Trace.load(path)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(TraceError, match=r"picture.png is not UTF-8 text"):
        Trace.load(path)


def test_bare_nan_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.autograd.json"
    path.write_text('{"format": NaN}', encoding="utf-8")
    with pytest.raises(TraceError, match="bare constant NaN"):
        Trace.load(path)


def test_a_file_with_an_endless_integer_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.autograd.json"
    path.write_text('{"version": ' + "1" * 5_000 + "}", encoding="utf-8")
    with pytest.raises(TraceError):  # the earliest Python 3.10 reads it, and then the version is refused
        Trace.load(path)


def test_a_file_nested_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.autograd.json"
    path.write_text("[" * 200_000, encoding="utf-8")
    with pytest.raises(TraceError):
        Trace.load(path)


def test_an_operation_that_claims_to_read_its_own_result_can_be_told(document: Any) -> None:
    document["ops"][0] |= {"name": "squeeze", "call": 0, "inputs": [{"param": "self", "tensor": 2}]}
    assert all(each.sentence for _, each in explanations(Trace.from_json(document)))


def test_a_detach_of_nothing_is_refused() -> None:
    document = json.loads((FOLDER / "lesson_10_detach.autograd.json").read_text(encoding="utf-8"))
    [place] = [i for i, each in enumerate(document["ops"]) if each["reason"] == "detach"]
    document["ops"][place]["inputs"] = []
    with pytest.raises(TraceError, match=rf"ops\[{place}\].inputs: got none, expected the tensor that was detached"):
        Trace.from_json(document)


def test_loading_changes_nothing_in_the_document(document: Any) -> None:
    before = copy.deepcopy(document)
    Trace.from_json(document)
    assert before == document


JUNK = [None, True, -1, 0, 1, 7, 10**12, 1.5, "", "x", "NaN", [], [None], [0, 1], {}, {"a": 1}]


@pytest.mark.parametrize("name", ["handmade", "lesson_06_saved_tensor_changed", "lesson_16_hooks", "lesson_09_data"])
def test_a_document_with_junk_anywhere_is_refused_or_can_be_replayed(name: str) -> None:
    text = (FOLDER / f"{name}.autograd.json").read_text(encoding="utf-8")
    draw = random.Random(0)
    everywhere = list(places(json.loads(text)))
    refused = 0
    for _ in range(400):
        document = json.loads(text)
        *parents, last = draw.choice(everywhere)
        inner = document
        for part in parents:
            inner = inner[part]
        inner[last] = draw.choice(JUNK)
        try:
            trace = Trace.from_json(document)
        except TraceError:
            refused += 1
            continue
        for _, told in explanations(trace):
            assert told.sentence
    assert refused > 200


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    text = (FOLDER / "handmade.autograd.json").read_text(encoding="utf-8")
    (tmp_path / "bom.autograd.json").write_text(text, encoding="utf-8-sig")
    assert Trace.load(tmp_path / "bom.autograd.json").events
