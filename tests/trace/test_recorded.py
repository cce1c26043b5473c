"""What the recorder writes down: operations, changes, passes, scopes, lines and values."""

import json
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from autograd_viz.trace import Trace, explanations, frame, record, scope, summary, timeline
from autograd_viz.trace.modules import Modules
from autograd_viz.trace.writing import written
from tests.trace.golden import dump
from tests.trace.helpers import leaf, only
from tests.trace.lessons import CELLS, record_cell, run


@pytest.mark.parametrize("name", CELLS)
def test_every_recorded_cell_is_a_valid_document(name: str) -> None:
    trace = run(name)
    text = written(trace, None)
    assert dump(trace.to_json()) == text
    assert trace == Trace.from_json(json.loads(text))


@pytest.mark.parametrize("name", CELLS)
def test_every_step_of_a_cell_has_a_sentence(name: str) -> None:
    for _, each in explanations(run(name)):
        assert each.sentence.endswith((".", "`.", ")."))
        assert "{" not in each.sentence
        assert "None." not in each.sentence.replace("to None.", "").replace("was None.", "")


def test_reasons_why_nothing_was_tracked() -> None:
    w, x = leaf(1.0, 2.0), ag.ones(2)
    with record() as trace:
        x * 2
        w.detach()
        with ag.no_grad():
            w * 2
        with ag.inference_mode():
            w * 2
        ag.gt(w, 0)
    reasons = ["no_input_requires_grad", "detach", "no_grad", "inference_mode", "not_differentiable"]
    assert reasons == [op.reason for op in trace.ops]


def test_an_in_place_change_is_written_for_everything_that_shares_the_memory() -> None:
    x = ag.zeros(4)
    view, other = x[:2], x.detach()
    with record() as trace:
        view * 1, other * 1
        x.add_(1)
    event: Any = trace.events[-1]
    written = {trace.tensors[write.tensor].name: write for write in event.writes}
    assert {"x", "view", "other"} == set(written)
    assert {1} == {write.version for write in event.writes}
    assert (1.0, 1.0) == trace.values[written["view"].value].data


def test_a_loop_over_views_writes_no_more_at_its_end_than_at_its_beginning() -> None:
    x = ag.zeros(50)
    with record() as trace:
        for i in range(50):
            row = x[i]
            row.add_(1)
            x[i].mul_(2)
    written = [len(event.writes) for event in trace.events if event.kind == "op" and event.writes]
    assert 100 == len(written)
    assert max(written) <= 3


def test_data_shares_memory_but_not_the_version() -> None:
    trace = run("lesson_09_data")
    s, data = (next(each for each in trace.tensors if each.name == name) for name in ("s", "s.data"))
    event: Any = next(each for each in trace.events if each.kind == "op" and each.writes)
    assert s.storage == data.storage
    assert {s.id: 0, data.id: 1} == {write.tensor: write.version for write in event.writes}


def test_a_tensor_met_at_a_change_in_place_is_recorded_as_it_was_before() -> None:
    trace = run("lesson_08_leaf_under_no_grad")
    a, event = trace.tensors[0], trace.events[0]
    assert (0, (2.0,)) == (a.version, trace.values[a.value].data)
    assert [(1, (3.0,))] == [(write.version, trace.values[write.value].data) for write in event.writes]  # type: ignore[union-attr]


def test_changes_of_grad_are_events() -> None:
    w = leaf(1.0, 2.0)
    with record() as trace:
        (w * w).sum().backward()
        w.grad.zero_()
        w.grad = None
        w.grad = ag.ones(2)
    changes: Any = only(trace, "grad_change")
    assert ["zero_", "none", "assign"] == [change.how for change in changes]
    values = [tuple(None if n is None else trace.values[n].data for n in (c.old, c.new)) for c in changes]
    assert [((2.0, 4.0), (0.0, 0.0)), ((0.0, 0.0), None), (None, (1.0, 1.0))] == values
    assert ["forward", "backward", "grad_change", "grad_change"] == [span.kind for span in timeline(trace)]


def test_a_leaf_says_the_gradient_it_had_before_the_recording() -> None:
    w = leaf(1.0)
    (w * 2).backward()
    with record() as trace:
        (w * 2).backward()
    assert (2.0,) == trace.values[trace.tensors[0].grad or 0].data
    accumulated: Any = only(trace, "accumulate")[0]
    assert trace.tensors[0].grad == accumulated.old


def test_a_graph_made_before_the_recording_is_found() -> None:
    w = leaf(3.0)
    y = (w * w).exp()
    with record() as trace:
        y.backward()
    assert {"MulBackward0", "ExpBackward0", "AccumulateGrad"} == {node.name for node in trace.nodes}
    mul = next(node for node in trace.nodes if node.name == "MulBackward0")
    assert {"other": 3.0, "self": 3.0} == {each.name: trace.values[each.value or 0].data[0] for each in mul.saved}  # type: ignore[index]


def test_a_graph_freed_before_the_recording_shows_as_freed() -> None:
    w = leaf(3.0)
    y = w * w
    y.backward()
    with pytest.raises(RuntimeError), record() as trace:
        y.backward()
    mul = next(node for node in trace.nodes if node.name == "MulBackward0")
    assert "freed" == frame(trace, 0).nodes[mul.id].state


def test_operations_of_a_backward_are_a_layer_of_their_own() -> None:
    trace = run("lesson_12_create_graph")
    assert {0, 1} == {op.layer for op in trace.ops}
    assert {1} == {op.layer for op in trace.ops if op.name != "pow" or op.id}
    begins: Any = only(trace, "begin")
    assert [("grad", True), ("backward", False)] == [(each.call, each.create_graph) for each in begins]
    assert (18.0,) == trace.values[frame(trace, len(trace.events)).leaves[0].grad or 0].data


def test_a_backward_inside_a_hook_nests() -> None:
    v, w = leaf(2.0), leaf(3.0)
    inner = v * v

    def hook(grad: Any) -> None:
        inner.backward()

    with record() as trace:
        y = w * 2
        y.register_hook(hook)
        y.backward()
    passes: Any = [event for event in trace.events if event.kind in ("begin", "end")]
    assert [("begin", 1), ("begin", 2), ("end", 2), ("end", 1)] == [(each.kind, each.pass_) for each in passes]
    assert ["forward", "backward"] == [span.kind for span in timeline(trace)]
    final = frame(trace, len(trace.events))
    assert {"done", "freed"} >= {state.state for state in final.nodes.values()}


def test_seeds_of_one_root_given_twice_are_added() -> None:
    w = leaf(3.0)
    y = w * 2
    with record() as trace:
        ag.autograd.backward([y, y])
    seeds: Any = only(trace, "seed")
    assert [(1.0,), (2.0,)] == [trace.values[seed.buffer].data for seed in seeds]


def test_scopes_are_the_users_and_else_the_function() -> None:
    w = leaf(1.0)

    def layer(x: Any) -> Any:
        return x * 2

    with record() as trace:
        w * 1
        layer(w)
        with scope("encoder"), scope("attention"):
            layer(w)
    assert ["", "layer", "encoder/attention"] == [op.scope for op in trace.ops]


@pytest.mark.parametrize("wrong", ["", None, 3])
def test_a_scope_needs_a_name(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"scope\(\) takes a name"):
        scope(wrong)


def test_events_know_their_line() -> None:
    trace = record_cell("x = ag.tensor(1.0, requires_grad=True)\ny = (x\n     * 2)\ny.backward()\nx.grad = None\n")
    lines = {event.kind: event.line.line for event in trace.events if getattr(event, "line", None)}  # type: ignore[union-attr]
    assert {"begin": 4, "grad_change": 5} == lines
    assert (0, 2) == (trace.ops[0].line.source, trace.ops[0].line.line)  # type: ignore[union-attr]


def test_sources_name_no_folder_of_the_machine() -> None:
    with record() as trace:
        leaf(1.0) * 2
    assert ["test_recorded.py"] == [source.name for source in trace.sources]


def test_a_notebooks_cell_is_named_by_its_number() -> None:
    code = "y = ag.ones(2) * 2\n"
    trace = record_cell(code, variables={"In": ["", "import autograd_viz as ag", code.strip()]})
    assert ["In [2]"] == [source.name for source in trace.sources]


def test_of_a_long_source_only_the_neighbourhood_is_kept() -> None:
    code = "# far away\n" * 8000 + "y = ag.ones(2) * 2\n" + "# far away\n" * 8000
    trace = record_cell(code)
    assert len(trace.sources[0].text) < 20_000
    assert "y = ag.ones(2) * 2" == trace.sources[0].text.splitlines()[8000]


class Halves(ag.autograd.Function):
    """A function of the user's with two outputs, one of them without a gradient."""

    @staticmethod
    def forward(ctx: Any, x: Any, factor: float) -> Any:
        ctx.save_for_backward(x)
        positive = x > 0
        ctx.mark_non_differentiable(positive)
        return positive, x * factor, x / factor

    @staticmethod
    def backward(ctx: Any, _: Any, one: Any, two: Any) -> Any:
        return one * 2 + two / 2, None


def test_a_function_of_the_users_is_one_operation() -> None:
    w = leaf(1.0, 2.0)
    with record() as trace:
        positive, double, half = Halves.apply(w, 2)
        (double * half).sum().backward()
    names = [trace.tensors[each].name for each in trace.ops[0].outputs]
    assert ("Halves", ["positive", "double", "half"]) == (trace.ops[0].name, names)
    told = [each.sentence for _, each in explanations(trace)]
    assert "HalvesBackward runs: every gradient it waits for has arrived." in told
    assert "dL/ddouble = [0.5, 1] goes to HalvesBackward, where 1 of 2 contributions have arrived." in told
    assert positive is not None


def test_what_a_saved_tensor_hook_packed_is_left_alone() -> None:
    unpacked = []

    def unpack(packed: Any) -> Any:
        unpacked.append(packed)
        return ag.tensor(packed)

    w = leaf(1.0, 2.0)
    with record() as trace, ag.autograd.graph.saved_tensors_hooks(lambda tensor: tensor.tolist(), unpack):
        y = w * w
        assert [] == unpacked
        y.sum().backward()
    mul = trace.nodes[0]
    assert [(None, None)] * 2 == [(saved.tensor, saved.value) for saved in mul.saved]
    assert not mul.freed
    assert [2.0, 4.0] == w.grad.tolist()


def test_the_steps_of_a_module_are_one_call_in_scopes_of_their_own() -> None:
    model = ag.nn.Sequential(ag.nn.Linear(2, 2), ag.nn.ReLU())
    with record() as trace:
        out = model(ag.ones(1, 2))
    assert out is not None
    assert {0} == {op.call for op in trace.ops}
    assert ["Sequential/0", "Sequential/1"] == list(dict.fromkeys(op.scope for op in trace.ops))
    named = [tensor.name for tensor in trace.tensors if tensor.name]
    assert ["model.0.weight", "model.0.bias", "out"] == named


# values


class Doubled(ag.nn.Module):
    """A module without parameters."""

    def forward(self, x: ag.Tensor) -> ag.Tensor:
        return x * 2


def test_scopes_of_modules_know_their_classes_and_parameters_are_told_from_other_leaves() -> None:
    first, second = ag.nn.Sequential(ag.nn.Linear(2, 2)), ag.nn.Sequential(Doubled())
    x = ag.ones(1, 2, requires_grad=True)
    with ag.record() as trace, ag.scope("mine"):
        second(first(x)).sum().backward()
    modules = Modules(trace.modules)
    last = len(trace.ops) - 1
    assert ["Linear", "Doubled"] == [modules.name("mine/Sequential/0", op) for op in (0, last)]
    assert ["Sequential", ""] == [modules.name(scope, last) for scope in ("mine/Sequential", "mine")]
    leaves = {each.name: each.id in trace.parameters for each in trace.tensors if each.role == "leaf"}
    assert {"x": False, "first.0.weight": True, "first.0.bias": True} == leaves
    assert trace == ag.Trace.from_json(json.loads(json.dumps(trace.to_json())))


def test_a_trace_without_modules_has_no_table_of_them() -> None:
    with ag.record() as trace:
        ag.ones(1, requires_grad=True).sum().backward()
    assert not {"modules", "parameters"} & trace.to_json().keys()


def test_equal_arrays_are_written_once() -> None:
    with record() as trace:
        ag.ones(3) * ag.ones(3)
    assert 1 == len(trace.values)


def test_arrays_above_the_cap_are_summed_up() -> None:
    x = ag.tensor([1.0, float("nan"), float("inf"), 5.0])
    with record(cap=3) as small:
        x.repeat(3) if hasattr(x, "repeat") else ag.cat([x, x, x])
    found = small.values[-1].summary
    assert found is not None
    assert (1.0, 5.0, 3.0, 3, 3) == (found.min, found.max, found.mean, found.nan, found.inf)


def test_larger_arrays_are_written_in_base64() -> None:
    from base64 import b64decode

    x = ag.arange(100).float() if hasattr(ag, "arange") else ag.ones(100)
    with record() as trace:
        x * 1
    value = trace.values[0]
    np.testing.assert_array_equal(x.numpy(), np.frombuffer(b64decode(value.base64 or ""), "<f4"))


def test_float32_is_written_as_the_shortest_number_that_gives_it_back() -> None:
    with record() as trace:
        ag.tensor([0.1, 1 / 3]) * 1
    assert (0.1, 0.33333334) == trace.values[0].data


def test_large_arrays_give_way_when_the_budget_runs_out_and_small_ones_stay() -> None:
    with record(budget=20_000) as trace:
        for i in range(20):
            big, small = ag.randn(60), ag.randn(3)
            big * i, small * i
    large = [value for value in trace.values if value.shape == (60,)]
    assert large[0].data is not None
    assert large[-1].summary is not None
    assert all(value.data is not None for value in trace.values if value.shape == (3,))


def test_options_are_plain_and_hold_no_addresses() -> None:
    with record() as trace:
        leaf(1.0, 2.0).to(ag.float64)
        leaf(1.0, 2.0)[None, 0:1]
    options = json.dumps([op.options for op in trace.ops])
    assert "0x" not in options
    assert "float64" in options


# text


def test_a_summary_tells_the_run_in_a_few_lines() -> None:
    told = summary(run("lesson_03_zero_grad_forgotten")).splitlines()
    assert [
        "lesson 03 zero grad forgotten",
        "forward       y = w * 3",
        "backward 1    MulBackward0 → w's AccumulateGrad",
        "              w.grad: None → 3",
        "backward 2    MulBackward0 → w's AccumulateGrad",
        "              w.grad: 3 → 6",
    ] == told


def test_a_summary_of_nothing_says_so() -> None:
    assert "Nothing was recorded." == summary(Trace())


def test_a_training_step_is_an_update() -> None:
    spans = [(span.kind, span.label) for span in timeline(run("lesson_18_step_between"))]
    assert [("forward", "forward"), ("backward", "backward 1"), ("update", "update")] == spans[:3]
    assert [("backward", "backward 2"), ("error", "error")] == spans[3:]


def test_a_trace_of_seven_hundred_nodes_stays_small() -> None:
    weights = [ag.randn(32, 32, requires_grad=True) for _ in range(120)]
    with record() as trace:
        x = ag.randn(16, 32)
        for weight in weights:
            x = ag.tanh(x @ weight * 0.1) + x * 0.5 - 1
        x.sum().backward()
    assert len(trace.nodes) > 700
    assert len(written(trace, None).encode()) < 2_500_000  # which leaves room for the layout under 3 MB


def test_the_summary_writes_changes_in_place_as_they_were_written() -> None:
    with record() as trace:
        z = ag.tensor([1.0], requires_grad=True) * 2
        z.add_(1)
        z += 3
    assert ["z.add_(1)", "z.add_(3)"] == [line.split(maxsplit=1)[-1] for line in summary(trace).splitlines()[1:]]
