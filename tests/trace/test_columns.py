"""Traces in columns are the same traces: here, and by way of a golden file in the viewer."""

import json

import numpy as np
import pytest

from autograd_viz.trace import Trace
from autograd_viz.trace.columns import _letters
from autograd_viz.trace.writing import in_columns
from tests.trace.golden import FOLDER, assert_alike
from tests.trace.lessons import CELLS
from tests.trace.spread import numbers, spread

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


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ([0, -1, 1, -2], '"#$%&"'),
        ([28, -29, 29], '"[]^"'),  # a letter each, without the backslash between
        ([27629, -27630], '"\ud7fe\ud7ff"'),
        ([27630], "[27630]"),  # beyond are surrogates
        ([-(2**40), 0], "[-1099511627776,0]"),
        ([], '""'),
    ],
)
def test_whole_numbers_are_written_as_letters(found: list[int], text: str) -> None:
    assert text == _letters(np.array(found, dtype=np.int64))
    assert found == numbers(json.loads(text))
