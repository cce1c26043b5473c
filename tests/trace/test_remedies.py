"""Every error that autograd is known for is explained: what happened, and what to write instead."""

import json
import warnings
from typing import Any

import pytest

import autograd_viz as ag
from autograd_viz.trace import explain
from autograd_viz.trace.remedy import ERRORS, PHRASES, REFUSALS, UNKNOWN_AT_NODE, code_of
from tests.oracle import get_torch
from tests.trace.golden import FOLDER

FUNCTION = """
class F(T.autograd.Function):
    @staticmethod
    def forward(ctx, x, factor=2.0):
        return x * factor
    @staticmethod
    def backward(ctx, grad):
        return {answer}
F.apply(T.tensor([1.0, 2.0], requires_grad=True), 2.0).sum().backward()
"""
HOOK = "x = T.ones(2, requires_grad=True); y = x * 2; y.register_hook(lambda g: {answer}); y.sum().backward()"
SAVED = "with T.autograd.graph.saved_tensors_hooks(lambda t: {pack}, lambda t: {unpack}):\n"

CASES = {
    "leaf_view_in_place": "T.ones(2, requires_grad=True)[0].add_(1)",
    "view_in_place": "a, b = (T.ones(2, requires_grad=True) * 1).unbind(); a.add_(1)",
    "expanded_in_place": "T.zeros(1).expand(3).add_(1)",
    "no_grad_view_in_place": "a = T.ones(2, requires_grad=True) * 1\nwith T.no_grad():\n    v = a[0]\nv.mul_(2)",
    "pack_hook_in_place": SAVED.format(pack="t.add_(1)", unpack="t") + "    y = T.ones(2, requires_grad=True) ** 2",
    "in_place_shape": "T.ones(2).add_(T.ones(3, 2))",
    "in_place_dtype": "T.tensor([1, 2]).add_(1.5)",
    "dtypes": "T.ones(2, 2) @ T.ones(2, 2, dtype=T.float64)",
    "shapes": "T.ones(3) + T.ones(2)",
    "gradient_count": FUNCTION.format(answer="grad, None, None, grad"),
    "gradient_shape": FUNCTION.format(answer="T.ones(3), None"),
    "gradient_for_number": FUNCTION.format(answer="grad, grad"),
    "gradient_type": FUNCTION.format(answer="3.0, None"),
    "no_backward": FUNCTION.replace("def backward", "def forwards").format(answer="grad"),
    "hook_changed_type": HOOK.format(answer="3.0"),
    "hook_changed_shape": HOOK.format(answer="T.ones(3)"),
    "unpack_hook_type": SAVED.format(pack="t", unpack="'no'")
    + "    y = T.ones(2, requires_grad=True) ** 2\ny.sum().backward()",
    "seed_shape": "(T.ones(2, requires_grad=True) * 2).backward(T.ones(3))",
    "unused_input": "x, z = T.ones(1, requires_grad=True), T.ones(1, requires_grad=True)\nT.autograd.grad(x * 2, z)",
    "nan_in_backward": "with T.autograd.set_detect_anomaly(True):\n"
    "    (T.zeros(1, requires_grad=True).sqrt() * 0).sum().backward()",
    "assigned_grad": "x = T.ones(2); x.grad = T.ones(3)",
    "deepcopy_of_result": "import copy; copy.deepcopy(T.ones(2, requires_grad=True) * 2)",
    "bool_of_many": "bool(T.ones(2))",
    "item_of_many": "T.ones(2).item()",
    "no_inputs": "(T.ones(1, requires_grad=True) * 2).backward(inputs=[])",
    "view_size": "T.ones(3).view(2, 2)",
    "index_out_of_bounds": "T.ones(2)[5]",
}


def raised(code: str, library: Any) -> Exception:
    """Run a cell that fails; return its error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(code, "cell", "exec"), {"T": library})
    except Exception as error:
        return error
    raise AssertionError("the cell did not fail")


@pytest.mark.parametrize("code", CASES)
def test_an_error_is_explained_in_two_sentences_without_its_own_words(code: str) -> None:
    with ag.record() as trace:
        error = raised(CASES[code], ag)
    told = trace.events[-1] if trace.events else None
    if told is None or told.kind not in ("error", "refused"):  # one raised outside of operations and passes
        with pytest.raises(type(error)), ag.record() as trace:
            exec(compile(CASES[code], "cell", "exec"), {"T": ag})
    said = explain(trace, len(trace.events))
    assert code == trace.events[-1].error.code  # type: ignore[union-attr]
    assert said.count(". ") >= 1 and said.endswith(".") and "{" not in said
    assert str(error)[:40] not in said


@pytest.mark.torch
@pytest.mark.parametrize("code", CASES)
def test_pytorch_raises_an_error_that_is_known_by_the_same_code(code: str) -> None:
    assert code == code_of(str(raised(CASES[code], get_torch())))


def test_every_known_phrase_has_its_text() -> None:
    assert {code for _, code in PHRASES} <= {*ERRORS, *REFUSALS}


def test_an_error_of_the_users_own_names_the_node_that_ran_it() -> None:
    with pytest.raises(ZeroDivisionError), ag.record() as trace:
        exec(HOOK.format(answer="1 / 0"), {"T": ag})
    said = explain(trace, len(trace.events))
    assert said.startswith("MulBackward0 raised an error that autograd does not know")
    assert "ZeroDivisionError: division by zero" in said


def test_the_texts_are_those_that_the_viewer_is_held_to(regenerate: bool) -> None:
    path = FOLDER / "remedies.json"
    texts = {"refusals": REFUSALS, "errors": ERRORS, "unknown": UNKNOWN_AT_NODE}
    if regenerate:
        path.write_text(json.dumps(texts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8")) == json.loads(json.dumps(texts))


@pytest.mark.parametrize(
    ("subject", "called"),
    [("w * 2", "(w * 2)"), ("-w", "(-w)"), ("w + 2", "(w + 2)"), ("w.exp()", "exp(w)"), ("w", "w")],
)
def test_advice_is_code_that_can_be_written(subject: str, called: str) -> None:
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(RuntimeError), ag.record() as trace:
        exec(f"({subject}).backward()", {"w": w})
    said = explain(trace, len(trace.events))
    assert f"`{called}.sum().backward()`" in said
    assert f"`{called}.backward(ones_like(" in said


def test_advice_about_a_tensor_known_by_its_numbers_makes_a_tensor_of_them() -> None:
    with pytest.raises(RuntimeError), ag.record() as trace:
        ag.tensor([1, 2]).add_(1.5)
    assert "`tensor([1, 2]).float()`" in explain(trace, len(trace.events))
