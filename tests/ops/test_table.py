"""Every operation against torch, against finite differences, and its formulas against its rules."""

from __future__ import annotations

import importlib
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from autograd_viz.ops.op import arrays as xp
from tests.ops.cases import Case
from tests.ops.formula import evaluate
from tests.ops.numeric import gradients
from tests.oracle import (
    assert_close,
    assert_same,
    assert_same_error,
    dtype_name,
    flat,
    get_torch,
    graph_of,
    is_tensor,
    to_array,
    to_ours,
    to_torch,
    walk,
)

FAMILIES = sorted(path.stem for path in (Path(__file__).parent / "cases").glob("[a-z]*.py"))
CASES: list[Case] = [case for name in FAMILIES for case in importlib.import_module(f"tests.ops.cases.{name}").CASES]
WORKING = [case for case in CASES if case.error is None]
SMOOTH = [case for case in WORKING if case.differentiable]


def named(cases: list[Case]) -> list[Any]:
    """Return the cases as pytest parameters with their names."""
    return [pytest.param(case, id=case.name) for case in cases]


def our_inputs(case: Case, dtype: str = "float64") -> list[Any]:
    """Draw a case's inputs as our tensors."""
    return [to_ours(array, requires_grad=wants) for array, wants in case.arrays(dtype)]


def torch_inputs(case: Case, dtype: str = "float64") -> list[Any]:
    """Draw a case's inputs as torch's tensors."""
    return [to_torch(array, requires_grad=wants) for array, wants in case.arrays(dtype)]


def called(case: Case, T: Any, inputs: list[Any]) -> Any:
    """Run a case without the warnings that are tested elsewhere."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return case.call(T, *inputs)


def differentiable(result: Any) -> list[Any]:
    """Return those of a result's tensors that have a gradient."""
    return [each for each in flat(result) if is_tensor(each) and each.requires_grad]


def weights(tensors: list[Any], seed: int) -> list[Any]:
    """Draw an array of each tensor's shape: the vector of a vector-Jacobian product."""
    generator = np.random.default_rng(seed)
    return [generator.uniform(0.5, 1.5, tuple(tensor.shape)).astype(dtype_name(tensor)) for tensor in tensors]


def first_gradients(T: Any, to_tensor: Any, outputs: list[Any], inputs: list[Any], create_graph: bool) -> list[Any]:
    """Return the gradients of the weighted outputs, None where an input does not matter."""
    seeds = [to_tensor(array) for array in weights(outputs, seed=1)]
    found = T.autograd.grad(outputs, inputs, seeds, create_graph=create_graph, retain_graph=True, allow_unused=True)
    return list(found)


@pytest.mark.torch
@pytest.mark.parametrize("case", named(WORKING))
def test_values_and_dtypes_are_those_of_torch(case: Case) -> None:
    """Compare results for each of the case's dtypes."""
    for dtype in case.dtypes:
        theirs = called(case, get_torch(), torch_inputs(case, dtype))
        assert_same(called(case, ag, our_inputs(case, dtype)), theirs, rtol=case.rtol, atol=case.atol)


@pytest.mark.torch
@pytest.mark.parametrize("case", named([case for case in SMOOTH if case.graph]))
def test_the_graph_is_that_of_torch(case: Case) -> None:
    """Compare node names and how the nodes are joined."""
    theirs = called(case, get_torch(), torch_inputs(case))
    assert graph_of(*flat(called(case, ag, our_inputs(case)))) == graph_of(*flat(theirs))


@pytest.mark.torch
@pytest.mark.parametrize("case", named(SMOOTH))
def test_gradients_are_those_of_torch(case: Case) -> None:
    """Compare first gradients, and second ones where there are any."""
    ours = _both_gradients(case, ag, our_inputs(case), to_ours)
    theirs = _both_gradients(case, get_torch(), torch_inputs(case), to_torch)
    assert [each is None for each in ours] == [each is None for each in theirs]
    for actual, expected in zip(ours, theirs, strict=True):
        if expected is not None:
            assert actual.shape == expected.shape
            assert_close(actual, expected, rtol=case.rtol, atol=case.atol)


def _both_gradients(case: Case, T: Any, inputs: list[Any], to_tensor: Any) -> list[Any]:
    """Return first gradients, None where an input does not matter, and second ones, then zeros, as arrays."""
    wanted = [each for each in inputs if each.requires_grad]
    first = first_gradients(T, to_tensor, differentiable(called(case, T, inputs)), wanted, case.second)
    found = [None if each is None else to_array(each) for each in first]
    if not case.second:
        return found
    present = [each for each in first if each is not None]
    seeds = [to_tensor(array) for array in weights(present, seed=1)]
    kept = [(each, seed) for each, seed in zip(present, seeds, strict=True) if each.requires_grad]
    again: list[Any] = [None] * len(wanted)
    if kept:
        again = list(T.autograd.grad([each for each, _ in kept], wanted, [seed for _, seed in kept], allow_unused=True))
    return found + [np.zeros(x.shape) if g is None else to_array(g) for x, g in zip(wanted, again, strict=True)]


@pytest.mark.torch
@pytest.mark.parametrize("case", named([case for case in SMOOTH if case.nan]))
def test_nan_in_the_gradient_spreads_as_in_torch(case: Case) -> None:
    """Let every gradient that arrives be NaN: what a rule multiplies becomes NaN, what it chooses not does not."""
    found = []
    for T, inputs, to_tensor in ((ag, our_inputs(case), to_ours), (get_torch(), torch_inputs(case), to_torch)):
        outputs = differentiable(called(case, T, inputs))
        seeds = [to_tensor(np.full(tuple(each.shape), np.nan, dtype=dtype_name(each))) for each in outputs]
        wanted = [each for each in inputs if each.requires_grad]
        gradients = T.autograd.grad(outputs, wanted, seeds, allow_unused=True)
        found.append([None if each is None else np.isnan(to_array(each)).tolist() for each in gradients])
    assert found[1] == found[0]


def _weighted(case: Case, arrays: list[Any], order: int) -> tuple[Any, list[Any]]:
    """Return the sum of the weighted outputs (order 0) or first gradients (order 1), and the gradients after it."""
    inputs = [to_ours(array, requires_grad=wants) for array, (_, wants) in zip(arrays, case.arrays(), strict=True)]
    wanted = [each for each in inputs if each.requires_grad]
    outputs = differentiable(called(case, ag, inputs))
    if order == 1:
        outputs = differentiable(first_gradients(ag, to_ours, outputs, wanted, True))
    total = sum((to_array(each) * w).sum() for each, w in zip(outputs, weights(outputs, seed=1), strict=True))
    found = first_gradients(ag, to_ours, outputs, wanted, False) if outputs else [None] * len(wanted)
    return total, [np.zeros_like(to_array(x)) if g is None else to_array(g) for x, g in zip(wanted, found, strict=True)]


def _check_numerically(case: Case, order: int) -> None:
    drawn = case.arrays()
    arrays = [array for array, _ in drawn]
    _, actual = _weighted(case, arrays, order)
    expected = gradients(lambda moved: _weighted(case, list(moved), order)[0], arrays, [wants for _, wants in drawn])
    for one, other in zip(actual, [each for each in expected if each is not None], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("case", named([case for case in SMOOTH if case.numeric]))
def test_gradients_agree_with_finite_differences(case: Case) -> None:
    """Compare first gradients with how the result changes."""
    _check_numerically(case, 0)


@pytest.mark.parametrize(
    "case", named([case for case in SMOOTH if case.numeric and case.second and case.second_numeric])
)
def test_second_gradients_agree_with_finite_differences(case: Case) -> None:
    """Compare second gradients with how the first ones change."""
    _check_numerically(case, 1)


@pytest.mark.parametrize("case", named([case for case in SMOOTH if case.formula]))
def test_formulas_say_what_the_rules_do(case: Case) -> None:
    """Evaluate each formula of each node with what the node saved, and compare with its rule."""
    for node in walk(*flat(called(case, ag, our_inputs(case)))):
        if node.op is not None:
            _check_formulas(node)


def _check_formulas(node: Any) -> None:
    saved = node.unpack()
    generator = np.random.default_rng(2)
    grads = [np.asarray(generator.uniform(0.5, 1.5, shape)).astype(dtype) for shape, dtype in node.output_infos()]
    if not node.op.variadic:  # what nobody is given gets no gradient
        grads = [grad if place < node.op.visible else None for place, grad in enumerate(grads)]
    grad = grads if node.extra is not None and node.extra.more is not None else grads[0]
    needs = tuple(next_node is not None for next_node in node.next_nodes)
    with np.errstate(all="ignore"):
        if node.joint is not None:
            found = list(node.joint(grad, saved, node.constants, xp, needs))
        else:
            rules = zip(node.rules, needs, strict=True)
            found = [rule(grad, saved, node.constants, xp, None) if need else None for rule, need in rules]
        names = {"grads": grads, "grad": grads[0], **dict(zip(node.saved_names, saved, strict=True))}
        names |= dict(zip(node.constant_names, node.constants, strict=True))
        names["view"] = names.get("replay")
        for place, (param, actual) in enumerate(zip(_spread(node, len(found)), found, strict=True)):
            if actual is not None and needs[place]:
                first = _spread(node, len(found)).index(param)
                expected = evaluate(node.formulas[param], {**names, "i": place - first})
                np.testing.assert_allclose(
                    *np.broadcast_arrays(actual, expected), rtol=1e-7, atol=1e-9, err_msg=f"{node.name()} {param}"
                )


def _spread(node: Any, count: int) -> list[str]:
    """Return a parameter's name for each gradient: a list of tensors takes what the others leave."""
    params = list(node.formulas)
    return params[:1] * (count - len(params) + 1) + params[1:] if len(params) != count else params


@pytest.mark.torch
@pytest.mark.parametrize("case", named([case for case in CASES if case.error is not None]))
def test_errors_are_those_of_torch(case: Case) -> None:
    """Compare the exception's type and key phrase."""
    assert case.error is not None
    assert_same_error(case.call, our_inputs(case), torch_inputs(case), case.error)


def test_case_names_are_unique() -> None:
    """Two cases of one name would draw the same numbers and be told apart by nobody."""
    names = [case.name for case in CASES]
    assert sorted(set(names)) == sorted(names)


