"""Traces in columns are the same traces: here, and by way of a golden file in the viewer."""

import json

import pytest

from autograd_viz.trace import Trace
from autograd_viz.trace.writing import in_columns
from tests.trace.golden import FOLDER, assert_alike
from tests.trace.lessons import CELLS
from tests.trace.spread import spread

GOLDEN = FOLDER / "columns.json"
SHOWN = (
    "handmade",
    "lesson_06_saved_tensor_changed",
    "lesson_08_leaf_in_place",
    "lesson_12_create_graph",
    "lesson_16_hooks",
)


@pytest.mark.parametrize("name", ["handmade", *CELLS])
def test_a_trace_in_columns_is_the_same_trace(name: str) -> None:
    trace = Trace.load(FOLDER / f"{name}.autograd.json")
    assert trace.to_json() == spread(json.loads(in_columns(trace, trace.layout)))


def test_the_viewer_reads_the_columns_that_are_written_today(regenerate: bool) -> None:
    traces = {name: Trace.load(FOLDER / f"{name}.autograd.json") for name in SHOWN}
    written = {name: in_columns(trace, trace.layout) for name, trace in traces.items()}
    text = "{\n" + ",\n".join(f'"{name}":{each}' for name, each in written.items()) + "\n}\n"
    if regenerate:
        GOLDEN.write_text(text, encoding="utf-8")
    assert_alike(json.loads(GOLDEN.read_text(encoding="utf-8")), json.loads(text), GOLDEN.name)


def test_an_empty_trace_has_columns_too() -> None:
    assert Trace().to_json() == spread(json.loads(in_columns(Trace(), None)))
