"""That the recorder leaves the user's code alone, and what it makes of errors."""

import contextlib
import gc
import warnings
import weakref
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from autograd_viz import nn
from autograd_viz.autograd import listeners
from autograd_viz.autograd.state import fast
from autograd_viz.trace import Trace, explanations, frame, record
from autograd_viz.trace.recording import recorder as recorders
from autograd_viz.trace.recording.operations import Operations
from tests.trace.helpers import kinds, leaf, only
from tests.trace.lessons import record_cell, run

# leaving the user's code alone


def test_nothing_listens_before_and_after_the_block() -> None:
    before = fast.special
    with record():
        assert 1 == len(listeners.active())
    assert ((), before) == (listeners.active(), fast.special)


def test_recorded_code_gives_the_same_results() -> None:
    def compute() -> Any:
        w = leaf(1.0, 2.0)
        (w.exp() * w).sum().backward()
        return w.grad.numpy()

    plain = compute()
    with record():
        recorded = compute()
    np.testing.assert_array_equal(plain, recorded)


def test_an_error_inside_the_recorder_is_warned_of_once_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: Operations, *args: Any) -> None:
        raise KeyError("lost")

    w = leaf(3.0)
    with record() as trace:
        y = w * w
        monkeypatch.setattr(Operations, "_outputs", fails)
        with pytest.warns(RuntimeWarning, match=r"stopped recording \(KeyError: 'lost'\)") as caught:
            (y * w).sum().backward()
    assert 1 == len(caught)
    assert [27.0] == w.grad.tolist()
    assert ["op"] == kinds(trace)
    assert trace == Trace.from_json(trace.to_json())


def test_an_error_inside_the_recorder_breaks_nothing_where_warnings_are_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorders, "user_frame", None)
    with warnings.catch_warnings(), record():
        warnings.simplefilter("error")
        assert [4.0] == (leaf(2.0) * 2).tolist()


def test_tensors_do_not_outlive_the_recording() -> None:
    def compute() -> Any:
        w = leaf(1.0, 2.0)
        y = w * w
        y.sum().backward()
        return weakref.ref(w), weakref.ref(y)

    with record() as trace:
        references = compute()
    gc.collect()
    assert trace.events
    assert (None, None) == tuple(reference() for reference in references)


def test_tensors_that_die_meanwhile_are_told_from_those_that_take_their_place() -> None:
    with record() as trace:
        for _ in range(300):
            ag.ones(2) * 2
    assert 600 == len(trace.tensors)


def test_two_recordings_may_be_nested() -> None:
    w = leaf(3.0)
    with record() as outer:
        w * 2
        with record() as inner:
            w * 3
    assert (2, 1) == (len(outer.ops), len(inner.ops))


def test_a_recording_that_begins_inside_a_backward_hears_none_of_its_rest() -> None:
    w = leaf(3.0)
    y = w * w
    trace = None

    def hook(grad: Any) -> None:
        nonlocal trace
        recording = record()
        trace = recording.__enter__()
        w.register_post_accumulate_grad_hook(lambda _: recording.__exit__(None, None, None))

    y.register_hook(hook)
    y.sum().backward()
    assert trace is not None
    assert [] == only(trace, "run")


@pytest.mark.parametrize("wrong", [{"cap": -1}, {"cap": 2.5}, {"cap": True}, {"budget": "1 MB"}])
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"record\(\) got .* expected a whole number that is not negative"):
        record(**wrong)


# errors


def test_an_error_is_the_last_event_and_is_raised_all_the_same() -> None:
    y = leaf(3.0) * leaf(2.0)
    y.backward()
    with pytest.raises(RuntimeError, match="second time"), record() as trace:
        y.backward()
    error: Any = trace.events[-1]
    assert ("error", "backward_twice", "RuntimeError") == (error.kind, error.error.code, error.error.type)
    assert 1 == len(only(trace, "error"))


def test_an_error_of_the_users_own_is_the_last_event_with_its_line() -> None:
    trace = record_cell("x = ag.ones(2)\ny = x * 2\nraise ValueError('no luck')\n")
    error: Any = trace.events[-1]
    assert ("ValueError", "no luck", None, 3) == (
        error.error.type,
        error.error.message,
        error.error.code,
        error.line.line,
    )


def test_a_caught_error_does_not_end_the_recording() -> None:
    with record() as trace:
        with contextlib.suppress(RuntimeError):
            ag.tensor(1.0).backward()
        (leaf(1.0) * 2).backward()
    assert ("error", "end") == (trace.events[0].kind, trace.events[-1].kind)


def test_modules_that_are_made_draw_their_parameters_unheard() -> None:
    with record() as trace:
        layers = nn.LayerNorm(3), nn.TransformerEncoderLayer(3, 1, 4), nn.Embedding(4, 3, padding_idx=0)
        model = nn.Sequential(nn.Linear(2, 3), *layers)
        model[0](ag.ones(1, 2)).sum()
    assert ["t", "addmm", "sum"] == [op.name for op in trace.ops]
    assert {"model.0.bias", "model.0.weight"} == {each.name for each in trace.tensors if each.role == "leaf"}


def test_initialisation_that_is_asked_for_is_recorded() -> None:
    class Own(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Linear(2, 2)
            nn.init.zeros_(self.inner.bias)

    with record() as trace:
        own = Own()
        own.inner.reset_parameters()
        nn.init.ones_(own.inner.weight)
    assert ["fill_", "uniform_", "uniform_", "fill_"] == [op.name for op in trace.ops]


def test_an_error_in_a_hook_stops_at_its_node() -> None:
    w = leaf(3.0)

    def hook(grad: Any) -> None:
        raise ZeroDivisionError("in the hook")

    y = w * 2
    y.register_hook(hook)
    with pytest.raises(ZeroDivisionError), record() as trace:
        y.backward()
    error: Any = trace.events[-1]
    assert ["MulBackward0"] == [node.name for node in trace.nodes if node.id == error.node]
    assert "error" == frame(trace, len(trace.events)).nodes[error.node].state


CODES = {
    "lesson_01_backward_twice": "backward_twice",
    "lesson_02_not_undone": "backward_twice",
    "lesson_05_nothing_to_differentiate": "no_grad_fn",
    "lesson_05_detached": "no_grad_fn",
    "lesson_06_saved_tensor_changed": "modified_in_place",
    "lesson_08_leaf_in_place": "leaf_in_place",
    "lesson_09_detach": "modified_in_place",
    "lesson_11_inference_mode": "inference_saved",
    "lesson_13_not_scalar": "not_scalar",
    "lesson_17_state_carried_over": "backward_twice",
    "lesson_18_step_between": "modified_in_place",
}


@pytest.mark.parametrize("name", CODES)
def test_known_errors_are_known_and_located(name: str) -> None:
    last: Any = run(name).events[-1]
    assert CODES[name] == last.error.code
    where = last.inputs if last.kind == "refused" else (last.node, last.tensor)
    assert any(each is not None for each in where)
    assert (CODES[name] == "modified_in_place") == (getattr(last, "saved", None) is not None)


OTHERS = {
    "v = w[0:1]\nv.add_(1)": "leaf_view_in_place",
    "y = w * 2\ny.requires_grad = False": "requires_grad_of_result",
    "ag.tensor([1], requires_grad=True)": "integer_requires_grad",
    "w.numpy()": "numpy_of_tracked",
    "w.detach().retain_grad()": "retain_without_grad",
    "w.detach().register_hook(print)": "hook_without_grad",
    "w.sum().backward(ag.ones(2))": "seed_shape",
    "ag.autograd.grad((w * 2).sum(), ag.ones(2, requires_grad=True))": "unused_input",
    "ag.autograd.grad((w * 2).sum(), ag.ones(2))": "input_without_grad",
    "w + ag.ones(3)": "shapes",
}


@pytest.mark.parametrize("code", OTHERS)
def test_other_errors_are_known_and_told_in_two_sentences(code: str) -> None:
    trace = record_cell(f"w = ag.tensor([1.0, 2.0], requires_grad=True)\n{code}\n")
    last: Any = trace.events[-1]
    assert OTHERS[code] == last.error.code
    said = [each.sentence for _, each in explanations(trace)][-1]
    assert not said.startswith(last.error.type)
    assert "{" not in said


def test_full_collections_are_rare_while_something_is_recorded_and_as_before_afterwards() -> None:
    before = gc.get_threshold()
    with record():
        assert gc.get_threshold()[2] > before[2]
    assert before == gc.get_threshold()


def test_a_threshold_that_is_set_while_something_is_recorded_stays() -> None:
    before = gc.get_threshold()
    try:
        with record():
            gc.set_threshold(500, 5, 5)
        assert gc.get_threshold() == (500, 5, 5)
    finally:
        gc.set_threshold(*before)
