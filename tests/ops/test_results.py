"""What operations give beyond their values: named results, warnings, and the error function's digits."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from tests.oracle import get_torch, to_array

NAMED: dict[str, Callable[[Any], Any]] = {
    "max": lambda x: x.max(0),
    "min": lambda x: x.min(1, keepdim=True),
    "sort": lambda x: x.sort(),
    "topk": lambda x: x.topk(1),
    "median": lambda x: x.median(0),
    "mode": lambda x: x.mode(),
    "kthvalue": lambda x: x.kthvalue(2),
    "cummax": lambda x: x.cummax(0),
    "aminmax": lambda x: x.aminmax(dim=0),
}


@pytest.mark.torch
@pytest.mark.parametrize("name", NAMED)
def test_named_results_print_as_in_torch(name: str) -> None:
    """The class's name, its fields and every tensor among them."""
    data = [[0.25, 4.0, -1.5], [3.0, 0.5, 2.0]]
    assert repr(NAMED[name](get_torch().tensor(data))) == repr(NAMED[name](ag.tensor(data)))


def test_named_results_unpack_and_have_fields() -> None:
    """A result is a tuple, its parts also attributes."""
    result = ag.tensor([1.0, 3.0, 2.0]).max(0)
    values, indices = result
    assert values is result.values and indices is result.indices
    assert isinstance(result, ag.return_types.max)  # type: ignore[attr-defined]
    assert (3.0, 1) == (values.item(), indices.item())


@pytest.mark.parametrize("name", ["var", "std", "var_mean", "std_mean"])
def test_a_spread_without_degrees_of_freedom_warns(name: str) -> None:
    """And is NaN."""
    with pytest.warns(UserWarning, match=rf"{name}\(\): degrees of freedom is <= 0"):
        result = getattr(ag, name)(ag.tensor([1.0]))
    assert math.isnan(result[0].item() if isinstance(result, tuple) else result.item())


def test_what_is_silent_in_torch_is_silent_here() -> None:
    """Division by 0, logarithms of 0, overflow."""
    x = ag.tensor([0.0, -1.0, 1000.0], requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y = (x.log() + 1 / x + x.exp() + x.sqrt() + x**-1).sum() + x.prod()
        y.backward()  # type: ignore[attr-defined]
    assert math.isnan(y.item())


@pytest.mark.parametrize(("function", "exact", "units"), [(ag.erf, math.erf, 1), (ag.erfc, math.erfc, 4)])
def test_the_error_function_is_right_to_the_last_digits(function: Any, exact: Any, units: int) -> None:
    """In float64, within so many units in the last place of the C library's."""
    generator = np.random.default_rng(0)
    x = np.concatenate([generator.uniform(-7, 7, 3000), generator.uniform(-1.5, 1.5, 3000), [0.84375, 1.25, 1 / 0.35]])
    expected = np.array([exact(each) for each in x])
    actual = function(ag.from_numpy(x)).numpy()
    assert (np.abs(actual - expected) <= units * np.spacing(np.abs(expected))).all()


def test_the_inverse_error_function_undoes_the_error_function() -> None:
    """In the middle and in the tails."""
    y = np.array([-0.999999999, -0.9, -0.5, -1e-9, 0.0, 0.1, 0.7, 0.71, 0.99999])
    back = ag.erf(ag.erfinv(ag.from_numpy(y))).numpy()
    np.testing.assert_allclose(back, y, rtol=1e-15, atol=0)


def test_products_with_two_zeros_have_exact_second_derivatives() -> None:
    """d²(abc)/da db is c, whatever a and b are."""
    x = ag.tensor([0.0, 0.0, 3.0], dtype=ag.float64, requires_grad=True)
    for product in (x.prod(), x.prod(0), x.cumprod(0)[-1]):
        (first,) = ag.autograd.grad(product, x, create_graph=True)
        assert [0.0, 0.0, 0.0] == first.tolist()
        rows = [ag.autograd.grad(first[i], x, retain_graph=True)[0].tolist() for i in range(3)]
        assert [[0.0, 3.0, 0.0], [3.0, 0.0, 0.0], [0.0, 0.0, 0.0]] == rows


REDUCTIONS = ["sum", "mean", "amax", "var", "std", "logsumexp", "prod", "any", "count_nonzero"]
RUNNING = ["cumsum", "cumprod", "logcumsumexp"]


@pytest.mark.torch
@pytest.mark.parametrize("name", REDUCTIONS + RUNNING)
def test_reductions_of_a_transposed_tensor_are_in_row_major_order(name: str) -> None:
    """So that a view of another shape is possible, as in torch."""
    strides = [getattr(T.ones(2, 3, 4).transpose(0, 2), name)(0).stride() for T in (ag, get_torch())]
    assert strides[1] == strides[0]


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore:.*degrees of freedom")
@pytest.mark.parametrize("correction", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("name", ["var", "std"])
@pytest.mark.parametrize("dim", [None, 0])
@pytest.mark.parametrize("values", [[1.0, 2.0, 4.0], [1.0, 2.0, 3.0], [2.0, 2.0, 2.0], 1.0])
def test_gradients_of_spreads_are_those_of_torch_with_any_correction(name, dim, values, correction):
    found = []
    for T in (ag, get_torch()):
        x = T.tensor(values, dtype=T.float64, requires_grad=True)
        y = getattr(T, name)(x, dim, correction=correction)
        (grad,) = T.autograd.grad(y, x, create_graph=True)
        found.append((to_array(y.detach()), to_array(grad.detach())))
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


@pytest.mark.torch
def test_means_and_deviations_of_half_precision_are_right_where_its_sums_overflow() -> None:
    """Sums are kept in float32, as PyTorch keeps them."""
    found: list[list[Any]] = []
    for T in (get_torch(), ag):
        x = T.arange(3000.0).half().requires_grad_()
        results = [x.mean(), x.view(3, 1000).mean(1), x.std(), x.view(3, 1000).std(0)]
        results += [T.autograd.grad(each.sum(), x)[0] for each in results]
        found.append([to_array(each) for each in results])
    for theirs, ours in zip(*found, strict=True):
        assert theirs.dtype == ours.dtype
        np.testing.assert_allclose(ours, theirs, rtol=2e-3, atol=1e-6)


@pytest.mark.torch
def test_rolling_a_number_keeps_its_shape() -> None:
    assert get_torch().tensor(2.0).roll(1).shape == ag.tensor(2.0).roll(1).shape
