"""Learning-rate schedules side by side with torch's: the rates, the state, the warnings, the errors."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from tests.oracle import get_torch

Make = Callable[[Any, Any], Any]

SCHEDULES: dict[str, Make] = {
    "StepLR": lambda L, o: L.StepLR(o, 3),
    "StepLR, gamma": lambda L, o: L.StepLR(o, 2, gamma=0.5),
    "MultiStepLR": lambda L, o: L.MultiStepLR(o, [2, 5, 5]),
    "LambdaLR": lambda L, o: L.LambdaLR(o, lambda epoch: 0.9**epoch),
    "LambdaLR, one a group": lambda L, o: L.LambdaLR(o, [lambda epoch: 0.9**epoch, lambda epoch: 1 / (epoch + 1)]),
    "MultiplicativeLR": lambda L, o: L.MultiplicativeLR(o, lambda epoch: 0.9),
    "ConstantLR": lambda L, o: L.ConstantLR(o),
    "LinearLR": lambda L, o: L.LinearLR(o),
    "LinearLR, down": lambda L, o: L.LinearLR(o, 1.0, 0.1, 7),
    "ExponentialLR": lambda L, o: L.ExponentialLR(o, 0.9),
    "PolynomialLR": lambda L, o: L.PolynomialLR(o, 5, 2.0),
    "CosineAnnealingLR": lambda L, o: L.CosineAnnealingLR(o, 4, 0.001),
    "CosineAnnealingWarmRestarts": lambda L, o: L.CosineAnnealingWarmRestarts(o, 3, 2),
    "CyclicLR": lambda L, o: L.CyclicLR(o, 0.01, 0.1, 3),
    "CyclicLR, triangular2": lambda L, o: L.CyclicLR(o, [0.01, 0.02], 0.1, 2, mode="triangular2"),
    "CyclicLR, exp_range": lambda L, o: L.CyclicLR(o, 0.01, 0.1, 3, 2, mode="exp_range", gamma=0.9),
    "CyclicLR, a function": lambda L, o: L.CyclicLR(
        o, 0.01, 0.1, 3, scale_fn=lambda x: 0.5**x, scale_mode="iterations"
    ),
    "OneCycleLR": lambda L, o: L.OneCycleLR(o, 0.1, total_steps=12),
    "OneCycleLR, three phases": lambda L, o: L.OneCycleLR(
        o, [0.1, 0.2], epochs=3, steps_per_epoch=4, three_phase=True, anneal_strategy="linear"
    ),
    "ReduceLROnPlateau": lambda L, o: L.ReduceLROnPlateau(o, patience=1, threshold=0.5),
    "ReduceLROnPlateau, max": lambda L, o: L.ReduceLROnPlateau(
        o, "max", factor=0.5, patience=0, threshold_mode="abs", cooldown=1, min_lr=[0.01, 0.002]
    ),
    "SequentialLR": lambda L, o: L.SequentialLR(o, [L.ConstantLR(o, 0.1, 3), L.ExponentialLR(o, 0.9)], [4]),
    "ChainedScheduler": lambda L, o: L.ChainedScheduler([L.ConstantLR(o, 0.1, 3), L.ExponentialLR(o, 0.9)]),
}


def groups(T: Any) -> list[dict[str, Any]]:
    """Return two parameter groups."""
    return [
        {"params": [T.ones(1, requires_grad=True)], "lr": 0.2},
        {"params": [T.zeros(2, requires_grad=True)], "lr": 0.01},
    ]


OPTIMIZERS: dict[str, Callable[[Any], Any]] = {
    "SGD": lambda T: T.optim.SGD(groups(T), momentum=0.9),
    "Adam": lambda T: T.optim.Adam(groups(T)),
    "a rate that is a tensor": lambda T: T.optim.SGD(
        [{"params": g["params"], "lr": T.tensor(g["lr"])} for g in groups(T)]
    ),
}


def advance(schedule: Any, epoch: int) -> None:
    """Step a schedule once."""
    if type(schedule).__name__ == "ReduceLROnPlateau":
        schedule.step(1.0 / (1 + epoch % 3))
    else:
        schedule.step()


def rates(T: Any, make: Make, optimizer: Any, steps: int = 12) -> Any:
    """Return the learning rates, momenta and betas after each step."""
    said = []
    schedule = make(T.optim.lr_scheduler, optimizer)
    for epoch in range(steps):
        said.append(
            [_options(group) for group in optimizer.param_groups] + [[float(r) for r in schedule.get_last_lr()]]
        )
        optimizer.step()
        advance(schedule, epoch)
    return said


def _options(group: dict[str, Any]) -> list[float]:
    return [float(group["lr"]), group.get("momentum", 0.0), *group.get("betas", ())]


def flat(nested: Any) -> list[float]:
    """Return the numbers in nested lists."""
    return [number for each in nested for number in flat(each)] if isinstance(nested, list) else [nested]


@pytest.mark.torch
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name", SCHEDULES)
def test_rates_are_those_of_torch(name: str, optimizer: str) -> None:
    """The learning rates of both groups, and what cycles with them, step by step."""
    if "Cycl" in name and "tensor" in optimizer:
        pytest.skip("cycles momentum, which this optimizer does not have")
    torch = get_torch()
    ours = rates(ag, SCHEDULES[name], OPTIMIZERS[optimizer](ag))
    theirs = rates(torch, SCHEDULES[name], OPTIMIZERS[optimizer](torch))
    np.testing.assert_allclose(flat(ours), flat(theirs), rtol=1e-6)
    if "tensor" not in optimizer:
        assert ours == theirs


@pytest.mark.torch
@pytest.mark.parametrize("name", SCHEDULES)
def test_state_is_that_of_torch(name: str) -> None:
    """The state dict has the same keys and numbers."""
    states = []
    for T in (ag, get_torch()):
        optimizer = OPTIMIZERS["SGD"](T)
        schedule = SCHEDULES[name](T.optim.lr_scheduler, optimizer)
        for epoch in range(5):
            optimizer.step()
            advance(schedule, epoch)
        states.append(_plain(schedule.state_dict()))
    assert states[0] == states[1]


def _plain(state: Any) -> Any:
    if isinstance(state, dict):
        return {key: _plain(value) for key, value in state.items()}
    if isinstance(state, (list, tuple)):
        return [_plain(each) for each in state]
    return state if isinstance(state, (int, float, str, type(None))) else type(state).__name__


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_goes_on_from_a_saved_state(name: str) -> None:
    """Saved in the middle and loaded into a new one, with its optimizer, it gives the same rates."""
    whole = rates(ag, SCHEDULES[name], OPTIMIZERS["SGD"](ag))
    optimizer = OPTIMIZERS["SGD"](ag)
    schedule = SCHEDULES[name](ag.optim.lr_scheduler, optimizer)
    for epoch in range(5):
        optimizer.step()
        advance(schedule, epoch)
    other = OPTIMIZERS["SGD"](ag)
    resumed = SCHEDULES[name](ag.optim.lr_scheduler, other)
    resumed.load_state_dict(schedule.state_dict())
    other.load_state_dict(optimizer.state_dict())
    for epoch in range(5, 11):
        assert [_options(group) for group in other.param_groups] == whole[epoch][:-1]
        other.step()
        advance(resumed, epoch)


ERRORS: dict[str, Callable[[Any, Any], Any]] = {
    "no optimizer": lambda L, o: L.StepLR(3, 1),
    "resumed without initial rates": lambda L, o: L.StepLR(o, 1, last_epoch=3),
    "functions for other groups": lambda L, o: L.LambdaLR(o, [lambda e: 1]),
    "multipliers for other groups": lambda L, o: L.MultiplicativeLR(o, [lambda e: 1]),
    "factor of constant": lambda L, o: L.ConstantLR(o, 3.0),
    "start of linear": lambda L, o: L.LinearLR(o, 3.0),
    "end of linear": lambda L, o: L.LinearLR(o, 0.5, 3.0),
    "restarts after none": lambda L, o: L.CosineAnnealingWarmRestarts(o, 0),
    "restarts shrink": lambda L, o: L.CosineAnnealingWarmRestarts(o, 2, 0),
    "cycle's mode": lambda L, o: L.CyclicLR(o, 0.1, 0.2, mode="x"),
    "cycle's rates": lambda L, o: L.CyclicLR(o, [0.1], 0.2),
    "one cycle without a length": lambda L, o: L.OneCycleLR(o, 0.1),
    "one cycle of negative length": lambda L, o: L.OneCycleLR(o, 0.1, total_steps=-1),
    "one cycle's start": lambda L, o: L.OneCycleLR(o, 0.1, total_steps=3, pct_start=2.0),
    "one cycle's strategy": lambda L, o: L.OneCycleLR(o, 0.1, total_steps=3, anneal_strategy="x"),
    "one cycle is over": lambda L, o: [s.step() for s in [L.OneCycleLR(o, 0.1, total_steps=2)] * 4],
    "plateau's factor": lambda L, o: L.ReduceLROnPlateau(o, factor=1.0),
    "plateau's mode": lambda L, o: L.ReduceLROnPlateau(o, "x"),
    "plateau's threshold": lambda L, o: L.ReduceLROnPlateau(o, threshold_mode="x"),
    "plateau's lowest rates": lambda L, o: L.ReduceLROnPlateau(o, min_lr=[1.0]),
    "nothing in sequence": lambda L, o: L.SequentialLR(o, [], []),
    "milestones in sequence": lambda L, o: L.SequentialLR(o, [L.ExponentialLR(o, 0.9)], [1]),
    "sequence of another optimizer": lambda L, o: L.SequentialLR(o, [L.ExponentialLR(_other(o), 0.9)], []),
    "nothing chained": lambda L, o: L.ChainedScheduler([]),
    "chained of others": lambda L, o: L.ChainedScheduler([L.ExponentialLR(_other(o), 0.9)], o),
}


def _other(optimizer: Any) -> Any:
    return type(optimizer)([{"params": group["params"]} for group in optimizer.param_groups], 0.1)


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_those_of_torch(name: str) -> None:
    """The same type and the same text."""
    said = []
    for T in (ag, get_torch()):
        with pytest.raises(Exception) as caught:  # noqa: PT011
            ERRORS[name](T.optim.lr_scheduler, OPTIMIZERS["SGD"](T))
        said.append((type(caught.value).__name__, str(caught.value)))
    assert said[0] == said[1]


@pytest.mark.torch
def test_warnings_are_those_of_torch() -> None:
    """Steps in the wrong order, an epoch given, the rate asked for outside a step."""

    def story(T: Any) -> list[str]:
        optimizer = OPTIMIZERS["SGD"](T)
        schedule = T.optim.lr_scheduler.StepLR(optimizer, 2)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            schedule.step()
            schedule.get_lr()
            optimizer.step()
            schedule.step(4)
            schedule.step()
        return [str(each.message).split(" Please open")[0] for each in caught] + schedule.get_last_lr()

    assert story(ag) == story(get_torch())


def test_a_schedule_of_ones_own() -> None:
    """Subclasses define `get_lr`."""

    class Halving(ag.optim.lr_scheduler.LRScheduler):
        def get_lr(self) -> list[float]:
            return [group["lr"] / (2 if self.last_epoch else 1) for group in self.optimizer.param_groups]

    optimizer = ag.optim.SGD([ag.ones(1, requires_grad=True)], 1.0)
    schedule = Halving(optimizer)
    for _ in range(3):
        optimizer.step()
        schedule.step()
    assert schedule.get_last_lr() == [0.125]
