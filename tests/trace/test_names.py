"""What tensors are called: the user's variables at the time, found in scripts, functions, cells and loops."""

from collections.abc import Callable
from typing import Any

import pytest

import autograd_viz as ag
from autograd_viz.trace import Trace, record
from autograd_viz.trace.names import Names, grouped
from tests.trace.lessons import record_cell

LEAF = "w = ag.tensor([1.0, 2.0], requires_grad=True)\n"


def names(trace: Trace) -> list[str | None]:
    return [tensor.name for tensor in trace.tensors]


CASES = {
    "a result is named after the variable it is assigned to": ("y = w * 2", ["w", "y"]),
    "an inner result has no name": ("y = w * 2 + 1", ["w", None, "y"]),
    "only the outer result of a call in an expression is named": (
        "def f(a):\n    return a.exp()\nloss = f(w) + f(w)",
        ["w", None, None, "loss"],
    ),
    "a returned result is named where it is assigned": (
        "def f(a):\n    return a.exp()\ny = f(w)",
        ["w", "y"],
    ),
    "an outer name comes before a function's parameter": (
        "v = ag.ones(2)\ndef f(a):\n    return a.exp()\ny = f(w)\nz = f(v)",
        ["w", "y", "v", "z"],
    ),
    "a local variable is a name too": (
        "def f():\n    inner = w.exp()\n    return inner\nf()",
        ["w", "inner"],
    ),
    "a name that is rebound keeps its tensors apart": ("h = w * 2\nh = h * 3\nh = h * 4", ["w", "h", "h", "h"]),
    "a loop names each turn's result": ("for i in range(3):\n    w = ag.tanh(w)", ["w", "w", "w", "w"]),
    "an annotated assignment names": ("y: object = w * 2", ["w", "y"]),
    "a walrus names": ("(y := w * 2)", ["w", "y"]),
    "the first of several targets names": ("a = b = w * 2", ["w", "a"]),
    "an attribute is a target": (
        "class Box: pass\nbox = Box()\nbox.y = w * 2",
        ["w", "box.y"],
    ),
    "an augmented assignment names": ("y = w * 2\ny = y + 1", ["w", "y", "y"]),
    "several outputs are unpacked": ("a, b = w.unbind(0)", ["w", "a", "b"]),
    "tensors in a list are elements": ("ws = [w, w * 2]\ndel w\ny = ws[0] * ws[1]", ["w", "ws[1]", "y"]),
    "tensors in a dict are elements": (
        "p = {'bias': ag.ones(2)}\ny = p['bias'] * w",
        ["p['bias']", "w", "y"],
    ),
    "tensors in an object are attributes": (
        "class Layer:\n    def __init__(self):\n        self.weight = ag.ones(2)\n"
        "    def forward(self, x):\n        return x * self.weight\ny = Layer().forward(w)",
        ["w", "self.weight", "y"],
    ),
    "a gradient is its owner's": (
        "(w * w).sum().backward()\nwith ag.no_grad():\n    step = 0.1 * w.grad",
        ["w", None, None, "w.grad", "step"],
    ),
    "a lambda returns to the assignment": ("double = lambda t: t * 2\ny = double(w)", ["w", "y"]),
    "a generator expression finds the loop's variable": ("ys = [v * 2 for v in (w,)]", None),
    "names that begin with _ are not the user's": ("_y = w * 2", ["w", None]),
}


@pytest.mark.parametrize("title", CASES)
def test_names(title: str) -> None:
    code, expected = CASES[title]
    trace = record_cell(LEAF + code)
    assert [] == [event for event in trace.events if event.kind in ("error", "refused")]
    if expected is not None:
        assert expected == names(trace)


@pytest.mark.parametrize("title", CASES)
def test_names_are_the_same_inside_a_function(title: str) -> None:
    code, expected = CASES[title]
    body = "".join(f"    {line}\n" for line in (LEAF + code).splitlines())
    trace = record_cell(f"def main():\n{body}main()\n")
    assert [] == [event for event in trace.events if event.kind in ("error", "refused")]
    if expected is not None:
        assert expected == names(trace)


def test_a_modules_parameters_are_named_as_this_package_names_them_and_not_by_the_users_code() -> None:
    class Model(ag.nn.Sequential):
        def named_parameters(self, *args: Any, **kwargs: Any) -> Any:
            raise AssertionError("a recording calls no method of the user's")

    model = Model(ag.nn.Linear(2, 2), ag.nn.Linear(2, 1, bias=False))
    with record() as trace:
        model(ag.ones(2))
    assert {"model.0.weight", "model.0.bias", "model.1.weight"} <= set(names(trace))


def test_a_half_made_module_among_the_variables_stops_nothing() -> None:
    class Forgetful(ag.nn.Module):
        def __init__(self) -> None:
            self.size = 3

    module = Forgetful()
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    with record() as trace:
        (w * w).sum().backward()
    assert 2 == len(trace.ops)
    assert "w" in names(trace)
    assert 3 == module.size


def test_names_are_found_when_only_the_backward_is_recorded() -> None:
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    x = ag.tensor([3.0, 4.0])
    z = w * x
    loss = z.sum()
    with record() as trace:
        loss.backward()
    assert {"w", "x", "z", "loss"} == set(names(trace))
    assert [None] * len(trace.nodes) == [node.op for node in trace.nodes]


def test_names_are_found_in_the_function_that_holds_the_block() -> None:
    scale = ag.tensor(2.0, requires_grad=True)
    with record() as trace:
        (scale * 3).backward()
    assert "scale" == trace.tensors[0].name


def test_looking_for_names_runs_no_code_of_the_users() -> None:
    class Trap:
        def __getattribute__(self, name: str) -> Any:
            raise AssertionError(f"{name} was read")

        def __eq__(self, other: object) -> bool:
            raise AssertionError("compared")

    trap = Trap()  # noqa: F841
    hidden = [ag.ones(2)]
    with record() as trace:
        y = hidden.pop() * 2
    assert [None, "y"] == names(trace)
    assert y is not None


EXPRESSIONS = [
    ("(w * 2 + 1).exp()", "exp(w * 2 + 1)"),
    ("(w + 1) * 2", "(w + 1) * 2"),
    ("2 - w", "2 - w"),
    ("-(w + 1)", "-(w + 1)"),
    ("(-w) * 3", "-w * 3"),
    ("w.sum(dim=0)", "sum(w, dim=[0])"),
    ("w - (w - 1)", "w - (w - 1)"),
    ("w @ w", "w @ w"),
    ("((w + 1) * 2 + 3) * 4 + 5", "(mul(…) + 3) * 4 + 5"),
]


@pytest.mark.parametrize(("code", "expected"), EXPRESSIONS)
def test_an_unnamed_result_is_called_by_its_expression(code: str, expected: str) -> None:
    trace = record_cell(f"{LEAF}print({code})")
    assert expected == Names(trace).tensor(len(trace.tensors) - 1)


def test_an_expression_is_bracketed_only_where_it_must_be() -> None:
    assert ["a", "f(a + b)", "(a + b)", "(a * b)", "a * b"] == [
        grouped("a"),
        grouped("f(a + b)"),
        grouped("a + b", 3),
        grouped("a * b", 4),
        grouped("a * b", 3),
    ]


def test_a_module_made_while_recording_names_its_parameters_as_it_is_called_at_the_end() -> None:
    with record() as trace:
        net = ag.nn.Linear(2, 1)
        net(ag.ones(1, 2)).sum().backward()
    assert {"net.weight", "net.bias"} == {each.name for each in trace.tensors if each.role == "leaf"}


def _leaf_names(program: Callable[[], object]) -> list[str | None]:
    with ag.record() as trace:
        program()
    return [each.name for each in trace.tensors if each.role == "leaf"]


def test_parameters_are_named_as_the_module_is_called_not_by_the_loop_that_set_them() -> None:
    def program() -> None:
        model = ag.nn.Sequential(ag.nn.Linear(2, 2), ag.nn.Linear(2, 1, bias=False))
        with ag.no_grad():
            for p in model.parameters():
                p.fill_(1.0)
        model(ag.ones(1, 2)).sum().backward()

    assert _leaf_names(program) == ["model.0.weight", "model.0.bias", "model.1.weight"]


def test_parameters_of_modules_inside_objects_and_lists_are_named_by_the_way_to_them() -> None:
    class Trainer:
        def __init__(self) -> None:
            self.head = ag.nn.Linear(2, 1, bias=False)

        def go(self) -> None:
            layers = [ag.nn.Linear(2, 2, bias=False)]
            self.head(layers[0](ag.ones(1, 2))).sum().backward()

    assert _leaf_names(lambda: Trainer().go()) == ["layers[0].weight", "self.head.weight"]


def test_parameters_of_a_module_nobody_names_are_named_by_its_class() -> None:
    assert _leaf_names(lambda: ag.nn.Linear(2, 1)(ag.ones(1, 2)).sum().backward()) == ["Linear.weight", "Linear.bias"]


def test_a_result_known_by_its_node_alone_is_named_after_it() -> None:
    from autograd_viz.trace.recording.snapshot import snapshot

    a = ag.ones(2, requires_grad=True)
    trace = snapshot(((a * 2).tanh() * a).sum())
    inner = next(each.id for each in trace.tensors if each.role == "result" and each.name is None)
    assert Names(trace).tensor(inner).endswith("(…)")
