"""Random tensors: the numbers are PyTorch's, seed by seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from tests.oracle import assert_same, assert_same_error, get_torch, graph_of, to_array

EXACT: dict[str, Callable[[Any], Any]] = {
    "rand": lambda T: T.rand(7),
    "rand of float64": lambda T: T.rand(2, 3, dtype=T.float64),
    "rand of float16": lambda T: T.rand(5, dtype=T.float16),
    "rand_like": lambda T: T.rand_like(T.zeros(2, 3)),
    "rand with grad": lambda T: T.rand(2, requires_grad=True),
    "rand of nothing": lambda T: T.rand(0, 3),
    "uniform_": lambda T: T.zeros(4).uniform_(-2, 3),
    "bernoulli of numbers": lambda T: T.zeros(30).bernoulli_(0.3),
    "bernoulli_ of a tensor": lambda T: T.zeros(2, 3).bernoulli_(T.tensor([0.1, 0.5, 0.9])),
    "bernoulli": lambda T: T.bernoulli(T.linspace(0, 1, 9)),
    "bernoulli of doubles": lambda T: T.bernoulli(T.linspace(0, 1, 9, dtype=T.float64)),
    "bernoulli with p": lambda T: T.bernoulli(T.zeros(9), 0.5),
    "randint": lambda T: T.randint(10, (3, 4)),
    "randint from": lambda T: T.randint(-5, 5, (6,)),
    "randint by keyword": lambda T: T.randint(low=2, high=9, size=(4,)),
    "randint of a wide range": lambda T: T.randint(0, 2**40, (5,)),
    "randint at the limit": lambda T: T.randint(0, 2**28, (5,)),
    "randint of floats": lambda T: T.randint(0, 9, (5,), dtype=T.float32),
    "randint_like": lambda T: T.randint_like(T.zeros(4), 3, 9),
    "randperm": lambda T: T.randperm(20),
    "randperm of one": lambda T: T.randperm(1),
    "random_": lambda T: [T.zeros(3, dtype=d).random_() for d in (T.int64, T.int32, T.uint8, T.float32, T.float64)],
    "random_ below": lambda T: T.zeros(5).random_(10),
    "random_ between": lambda T: T.zeros(5).random_(5, 10),
    "multinomial": lambda T: T.multinomial(T.tensor([1.0, 2.0, 3.0, 0.0]), 3),
    "multinomial of rows": lambda T: T.multinomial(T.tensor([[1.0, 2.0], [3.0, 0.5]]), 1),
    "multinomial with replacement": lambda T: T.multinomial(T.tensor([1.0, 2.0, 3.0]), 20, replacement=True),
    "one after the other": lambda T: [T.rand(1), T.randn(3), T.rand(1), T.randn(1), T.randperm(3), T.randn(2)],
}

CLOSE: dict[str, Callable[[Any], Any]] = {  # logarithm and cosine differ in the last bit
    "randn": lambda T: T.randn(3),
    "randn of 16": lambda T: T.randn(16),
    "randn of a rest": lambda T: T.randn(5, 7),
    "randn of float64": lambda T: T.randn(33, dtype=T.float64),
    "randn of float16": lambda T: T.randn(20, dtype=T.float16),
    "randn_like": lambda T: T.randn_like(T.zeros(4, 5)),
    "normal_": lambda T: T.zeros(20).normal_(3, 0.5),
    "normal_ of a transposed": lambda T: T.zeros(5, 6).t().normal_(),
    "normal of numbers": lambda T: T.normal(2.0, 3.0, (4,)),
    "normal of means": lambda T: T.normal(T.arange(5.0), 0.1),
    "normal of deviations": lambda T: T.normal(1.0, T.arange(1.0, 4.0)),
    "normal of both": lambda T: T.normal(T.zeros(2, 1), T.ones(20)),
    "exponential_": lambda T: T.zeros(5).exponential_(2.0),
    "log_normal_": lambda T: T.zeros(5).log_normal_(0.5, 0.3),
    "cauchy_": lambda T: T.zeros(5).cauchy_(),
    "geometric_": lambda T: T.zeros(5).geometric_(0.3),
}


@pytest.mark.torch
@pytest.mark.parametrize("name", EXACT)
def test_numbers_are_those_of_torch(name: str) -> None:
    """Draw after the same seeds."""
    torch = get_torch()
    for seed in (0, 42, 2**40 + 3, -5):
        torch.manual_seed(seed)
        ag.manual_seed(seed)
        assert_same(EXACT[name](ag), EXACT[name](torch), rtol=0, atol=0)
        assert_same(ag.rand(1), torch.rand(1), rtol=0, atol=0)  # as many draws were used


@pytest.mark.torch
@pytest.mark.parametrize("name", CLOSE)
def test_numbers_are_close_to_those_of_torch(name: str) -> None:
    """Draw what goes through a logarithm after the same seeds."""
    torch = get_torch()
    for seed in (0, 42):
        torch.manual_seed(seed)
        ag.manual_seed(seed)
        assert_same(CLOSE[name](ag), CLOSE[name](torch), rtol=1e-5, atol=2e-6)
        assert_same(ag.rand(1), torch.rand(1), rtol=0, atol=0)


GRAPHS: dict[str, Callable[[Any, Any], Any]] = {
    "uniform_": lambda T, x: x.clone().uniform_(),
    "normal_": lambda T, x: x.clone().normal_(),
    "exponential_": lambda T, x: x.clone().exponential_(),
    "log_normal_": lambda T, x: x.clone().log_normal_(),
    "cauchy_": lambda T, x: x.clone().cauchy_(),
    "geometric_": lambda T, x: x.clone().geometric_(0.5),
    "random_": lambda T, x: x.clone().random_(),
    "random_ between": lambda T, x: x.clone().random_(2, 5),
    "bernoulli_": lambda T, x: x.clone().bernoulli_(0.5),
    "bernoulli_ of a tensor": lambda T, x: x.clone().bernoulli_(x),
    "bernoulli": lambda T, x: T.bernoulli(x),
    "normal of means": lambda T, x: T.normal(x, 1.0),
    "normal of deviations": lambda T, x: T.normal(0.0, x),
    "normal of both": lambda T, x: T.normal(x, x),
}


@pytest.mark.torch
@pytest.mark.parametrize("name", GRAPHS)
def test_nodes_are_those_of_torch_and_send_zeros(name: str) -> None:
    """Differentiate a random tensor by what was there before, or by its parameters: nothing depends on them."""
    torch = get_torch()
    graphs = []
    for T in (ag, torch):
        x = T.full((3,), 0.5, requires_grad=True)
        result = GRAPHS[name](T, x)
        graphs.append(graph_of(result))
        (grad,) = T.autograd.grad(result.sum(), [x])
        np.testing.assert_array_equal(to_array(grad), np.zeros(3, np.float32))
    assert graphs[0] == graphs[1]


WRONG: list[tuple[Callable[[Any], Any], str]] = [
    (lambda T: T.rand(2, dtype=T.int64), "not implemented for 'Long'"),
    (lambda T: T.randn(2, dtype=T.int64), "\"normal_kernel_cpu\" not implemented for 'Long'"),
    (lambda T: T.rand(-1), "negative dimension -1"),
    (lambda T: T.rand(2.5), "must be tuple of ints, not float"),
    (lambda T: T.randint(5, 3, (2,)), "random_ expects 'from' to be less than 'to', but got from=5 >= to=3"),
    (lambda T: T.randint(3), "randint() received an invalid combination of arguments"),
    (lambda T: T.randperm(-1), "negative dimension -1"),
    (lambda T: T.zeros(2).uniform_(1, 0), "uniform_ expects to return a [from, to) range, but found from=1 > to=0"),
    (lambda T: T.zeros(2).normal_(0, -1), "normal expects std >= 0.0, but found std -1"),
    (lambda T: T.zeros(2).bernoulli_(2.0), "bernoulli_ expects p to be in [0, 1], but got p=2"),
    (lambda T: T.zeros(2, dtype=T.int64).normal_(), "not implemented for 'Long'"),
    (lambda T: T.bernoulli(T.tensor(2.0)), "Expected p_in >= 0 && p_in <= 1"),
    (lambda T: T.normal(0.0, 1.0), "normal() received an invalid combination of arguments"),
    (lambda T: T.normal(T.zeros(2), -1.0), "std >= 0.0"),
    (lambda T: T.multinomial(T.tensor([-1.0, 2.0]), 1), "either `inf`, `nan` or element < 0"),
    (lambda T: T.multinomial(T.tensor([1.0]), 2), "cannot sample n_sample > prob_dist.size(-1) samples without"),
    (
        lambda T: T.ones(2, requires_grad=True).normal_(),
        "a leaf Variable that requires grad is being used in an in-place",
    ),
]


@pytest.mark.torch
@pytest.mark.parametrize(("run", "phrase"), WRONG, ids=[phrase for _, phrase in WRONG])
def test_errors_are_those_of_torch(run: Callable[[Any], Any], phrase: str) -> None:
    """Compare the exception's type and key phrase."""
    assert_same_error(run, (), (), phrase)


def test_a_state_can_be_put_back() -> None:
    """Draw, put the state back, and draw the same again, in the middle of a pair of normal numbers too."""
    ag.manual_seed(1)
    ag.randn(3)
    state = ag.get_rng_state()
    first = [ag.rand(2).tolist(), ag.randn(3).tolist()]
    ag.set_rng_state(state)
    assert first == [ag.rand(2).tolist(), ag.randn(3).tolist()]


def test_a_generator_has_a_stream_of_its_own() -> None:
    """Draw from a generator without disturbing the default one."""
    ag.manual_seed(0)
    expected = ag.rand(3).tolist()
    ag.manual_seed(0)
    own = ag.Generator().manual_seed(7)
    ag.randn(5, generator=own)
    assert expected == ag.rand(3).tolist()
    assert own.initial_seed() == 7
    copy = own.clone_state()
    assert ag.rand(3, generator=own).tolist() == ag.rand(3, generator=copy).tolist()


def test_a_state_of_another_kind_is_refused() -> None:
    """Give a tensor that no generator returned."""
    with pytest.raises(RuntimeError, match="RNG state must be a tensor that get_state"):
        ag.set_rng_state(ag.zeros(3))


def test_seed_gives_another_stream_each_time() -> None:
    """Ask for seeds nobody knows."""
    assert ag.seed() != ag.seed()
    assert ag.initial_seed() == ag.default_generator.initial_seed()
    ag.manual_seed(0)


def test_a_fork_leaves_the_stream_as_it_was() -> None:
    """Draw inside a block, also one that raises."""
    ag.manual_seed(3)
    expected = ag.rand(2).tolist()
    ag.manual_seed(3)
    with pytest.raises(RuntimeError, match="not implemented for 'Long'"), ag.random.fork_rng():
        ag.randn(7, dtype=ag.int64 if ag.randn(7).sum() > -99 else None)
    assert expected == ag.rand(2).tolist()


def test_a_fork_can_be_switched_off() -> None:
    """Draw inside a block that does nothing."""
    ag.manual_seed(3)
    expected = ag.rand(3).tolist()[2:]
    ag.manual_seed(3)
    with ag.random.fork_rng(enabled=False):
        ag.rand(2)
    assert expected == ag.rand(1).tolist()
