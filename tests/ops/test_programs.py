"""Random programs, run on torch and here: the same values, the same gradients, nodes in the same order."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import autograd_viz as ag
from tests.oracle import assert_close, get_torch, graph_of, is_tensor, run_order, to_array, to_ours, to_torch

SHAPES = ((3, 4), (4,), (3, 1), (), (2, 3, 4))

# each makes a tensor of two, or raises on both; values stay small
STEPS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "add": lambda T, a, b: a + b,
    "add number": lambda T, a, b: 1.5 + a,
    "sub": lambda T, a, b: a - b,
    "rsub": lambda T, a, b: 1 - a,
    "mul": lambda T, a, b: a * T.tanh(b),
    "mul number": lambda T, a, b: a * 0.5,
    "div": lambda T, a, b: a / (1 + b * b),
    "square": lambda T, a, b: T.sin(a) ** 2,
    "neg": lambda T, a, b: -a,
    "tanh": lambda T, a, b: T.tanh(a),
    "sigmoid": lambda T, a, b: a.sigmoid(),
    "exp": lambda T, a, b: (-a.abs()).exp(),
    "log": lambda T, a, b: (1 + a * a).log(),
    "relu": lambda T, a, b: a.relu(),
    "clamp": lambda T, a, b: a.clamp(-0.5, 0.5),
    "maximum": lambda T, a, b: T.maximum(a, b),
    "where": lambda T, a, b: T.where(a > 0, a, b),
    "sum": lambda T, a, b: a.sum().tanh(),
    "sum dim": lambda T, a, b: a.sum(-1).tanh(),
    "mean dim": lambda T, a, b: a.mean(0, keepdim=True),
    "max dim": lambda T, a, b: a.max(-1).values,
    "amax": lambda T, a, b: a.amax(0),
    "prod": lambda T, a, b: a.tanh().prod(-1),
    "cumsum": lambda T, a, b: a.cumsum(-1) / 4,
    "logsumexp": lambda T, a, b: a.logsumexp(-1),
    "var": lambda T, a, b: a.var(),
    "softmax": lambda T, a, b: a.softmax(-1),
    "matmul": lambda T, a, b: T.tanh(a @ b.transpose(-1, -2)),
    "transpose": lambda T, a, b: a.transpose(0, -1),
    "reshape": lambda T, a, b: a.reshape(-1),
    "unsqueeze": lambda T, a, b: a.unsqueeze(0),
    "expand": lambda T, a, b: a.expand(2, *a.shape),
    "first": lambda T, a, b: a[0],
    "slice": lambda T, a, b: a[..., 1:],
    "pick": lambda T, a, b: a[[0, 0, 1]],
    "cat": lambda T, a, b: T.cat([a, b]),
    "stack": lambda T, a, b: T.stack([a, b], -1),
    "detach": lambda T, a, b: a.detach() * b,
    "clone": lambda T, a, b: a.clone(),
    "mul_": lambda T, a, b: (a * 1).mul_(b.tanh()),
    "add_ on view": lambda T, a, b: _changed_view(a * 1, b),
    "zero_ on slice": lambda T, a, b: _zeroed_slice(a * 1),
}
NAMES = sorted(STEPS)
PROGRAMS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(0, 99), st.integers(0, 99)), min_size=5, max_size=30
)


def _changed_view(whole: Any, other: Any) -> Any:
    whole.reshape(-1)[0:2].add_(other.sum())
    return whole


def _zeroed_slice(whole: Any) -> Any:
    whole[0] = 0.0
    return whole


def run(T: Any, leaves: list[Any], program: list[tuple[str, int, int]]) -> tuple[list[Any], list[Any]]:
    """Return all tensors a program makes, and for each step what it raised, if anything."""
    pool, raised = list(leaves), []
    for name, one, two in program:
        a, b = pool[one % len(pool)], pool[two % len(pool)]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                made = STEPS[name](T, a, b)
        except (RuntimeError, IndexError, ValueError, TypeError) as error:
            raised.append((name, type(error).__name__))
        else:
            raised.append((name, None))
            if made.numel() <= 200:
                pool.append(made)
    return pool, raised


@pytest.mark.torch
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(program=PROGRAMS)
def test_random_programs_do_the_same_as_on_torch(program: list[tuple[str, int, int]]) -> None:
    """Values, errors' types, the graph, the order nodes run in, the leaves' gradients."""
    torch = get_torch()
    generator = np.random.default_rng(len(program))
    arrays = [generator.standard_normal(shape) for shape in SHAPES]
    found = []
    for T, convert in ((ag, to_ours), (torch, to_torch)):
        leaves = [convert(array, requires_grad=True) for array in arrays]
        pool, raised = run(T, leaves, program)
        ends = [each for each in pool[-3:] if is_tensor(each)]
        total = sum(each.sum() for each in ends) * 1.0
        order = run_order(total)
        graph = graph_of(total)
        total.backward()
        values = [to_array(each) for each in pool]
        found.append((raised, graph, order, values, [each.grad for each in leaves]))
    (raised, graph, order, values, grads), (their_raised, their_graph, their_order, their_values, their_grads) = found
    assert their_raised == raised
    for ours, theirs in zip(values, their_values, strict=True):
        assert_close(ours, theirs)
    assert their_graph == graph
    assert their_order == order
    assert [each is None for each in their_grads] == [each is None for each in grads]
    for one, other in zip(grads, their_grads, strict=True):
        if other is not None:
            assert_close(to_array(one), to_array(other))
