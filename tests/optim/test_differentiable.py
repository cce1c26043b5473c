"""Optimizers with `differentiable=True` side by side with torch's: the numbers, their gradients, the graph."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from tests.oracle import get_torch, to_array


def tracked(T: Any, value: Any) -> Any:
    return T.tensor(value, dtype=T.float64, requires_grad=True)


STEPS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "SGD": lambda T, p, o: T.optim.SGD([p], 0.1, differentiable=True),
    "SGD, rate": lambda T, p, o: T.optim.SGD([p], o, differentiable=True),
    "SGD, rate of one element": lambda T, p, o: T.optim.SGD([p], o.reshape(1), differentiable=True),
    "SGD, momentum": lambda T, p, o: T.optim.SGD([p], o, 0.9, 0.1, weight_decay=0.2, differentiable=True),
    "SGD, Nesterov": lambda T, p, o: T.optim.SGD([p], o, 0.9, nesterov=True, maximize=True, differentiable=True),
    "SGD, decay": lambda T, p, o: T.optim.SGD([p], 0.1, weight_decay=o, differentiable=True),
    "Adam": lambda T, p, o: T.optim.Adam([p], 0.1, differentiable=True),
    "Adam, rate": lambda T, p, o: T.optim.Adam([p], o, weight_decay=0.1, differentiable=True),
    "Adam, betas": lambda T, p, o: T.optim.Adam([p], 0.1, (1 - o, 1 - o / 2), differentiable=True),
    "Adam, rate a tensor": lambda T, p, o: T.optim.Adam([p], T.tensor(0.1), differentiable=True),
    "Adam, decay": lambda T, p, o: T.optim.Adam([p], 0.1, weight_decay=o, differentiable=True),
    "Adam, AMSGrad": lambda T, p, o: T.optim.Adam([p], o, amsgrad=True, differentiable=True),
    "AdamW": lambda T, p, o: T.optim.AdamW([p], o, weight_decay=0.1, maximize=True, differentiable=True),
    "RMSprop": lambda T, p, o: T.optim.RMSprop([p], 0.1, weight_decay=0.1, differentiable=True),
    "RMSprop, centered": lambda T, p, o: T.optim.RMSprop(
        [p], 0.1, centered=True, momentum=0.5, maximize=True, differentiable=True
    ),
    "Adagrad": lambda T, p, o: T.optim.Adagrad([p], 0.1, 0.1, 0.01, 0.3, differentiable=True),
}


def names(node: Any) -> list[str]:
    """Return the names of the nodes above one, in the order in which they are first met."""
    met, found, waiting = set(), [], [node]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in met:
            met.add(node)
            found.append(node.name())
            waiting.extend(following for following, _ in node.next_functions)
    return found


def training(T: Any, make: Callable[[Any, Any, Any], Any]) -> list[Any]:
    """Take three steps; return where they lead, how that depends on the start and the option, and the graph."""
    start, option = tracked(T, [1.0, -2.0, 0.5]), tracked(T, 0.1)
    param = start.clone()
    optimizer = make(T, param, option)
    for turn in range(3):
        (param.grad,) = T.autograd.grad((param.exp() * (turn + 1)).sum(), param, create_graph=True)
        optimizer.step()
    loss = (param * param).sum()
    try:
        found = T.autograd.grad(loss, [start, option], allow_unused=True, retain_graph=True)
    except RuntimeError as error:  # the graph holds what the next step changed in place
        versions = re.findall(r"is at version (\d+); expected version (\d+)", str(error))
        found = [T.tensor([float(each) for each in versions[0]])]
    state = {name: to_array(each) for name, each in optimizer.state_dict()["state"].get(0, {}).items()}
    return [to_array(param), [None if each is None else to_array(each) for each in found], state, names(loss.grad_fn)]


@pytest.mark.torch
@pytest.mark.parametrize("name", STEPS)
def test_steps_can_be_differentiated_as_in_torch(name: str) -> None:
    (param, grads, state, graph) = training(ag, STEPS[name])
    (expected_param, expected_grads, expected_state, expected_graph) = training(get_torch(), STEPS[name])
    np.testing.assert_allclose(param, expected_param, rtol=1e-12)
    for mine, theirs in zip(grads, expected_grads, strict=True):
        assert (mine is None) == (theirs is None)
        if mine is not None:
            np.testing.assert_allclose(mine, theirs, rtol=1e-11)
    assert list(state) == list(expected_state)
    for key, value in state.items():
        np.testing.assert_allclose(value, expected_state[key], rtol=1e-12)
    assert graph == expected_graph


def test_the_rate_has_the_gradient_that_finite_differences_give() -> None:
    def after(rate: Any) -> Any:
        param = ag.tensor([1.0, -2.0], dtype=ag.float64, requires_grad=True).clone()
        optimizer = ag.optim.SGD([param], rate, differentiable=True)
        for _ in range(2):
            (param.grad,) = ag.autograd.grad((param * param).sum(), param, create_graph=True)
            optimizer.step()
        return (param * param).sum()

    assert ag.autograd.gradcheck(after, tracked(ag, 0.1))


@pytest.mark.torch
@pytest.mark.parametrize("kind", ["SGD", "Adam", "AdamW", "Adagrad"])
def test_fused_and_differentiable_exclude_each_other(kind: str) -> None:
    for T in (ag, get_torch()):
        with pytest.raises(RuntimeError, match="`fused` does not support `differentiable`"):
            getattr(T.optim, kind)([tracked(T, 1.0)], fused=True, differentiable=True)


@pytest.mark.torch
def test_a_leaf_cannot_be_stepped_differentiably() -> None:
    for T in (ag, get_torch()):
        param = tracked(T, 1.0)
        param.grad = T.ones_like(param).detach()
        with pytest.raises(RuntimeError, match="a leaf Variable that requires grad is being used in an in-place"):
            T.optim.SGD([param], 0.1, differentiable=True).step()
