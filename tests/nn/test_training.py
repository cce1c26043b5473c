"""Small networks of every kind train as on PyTorch, step by step, with every optimizer, schedules and clipping."""

from __future__ import annotations

import copy
import io
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from tests.oracle import get_torch, to_array

STEPS = 20


def handing_on(T: Any, layer: Any) -> Any:
    """Return a module that hands on the output of a recurrent layer, or of one that attends to itself."""

    class Outputs(T.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = layer

        def forward(self, x: Any) -> Any:
            attends = isinstance(self.layer, T.nn.MultiheadAttention)
            return (self.layer(x, x, x) if attends else self.layer(x))[0]

    return Outputs()


def chain(*layers: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda T: T.nn.Sequential(*[layer(T) for layer in layers])


def linear(inputs: int, outputs: int) -> Callable[[Any], Any]:
    return lambda T: T.nn.Linear(inputs, outputs)


def named(name: str, *args: Any, **kwargs: Any) -> Callable[[Any], Any]:
    return lambda T: getattr(T.nn, name)(*args, **kwargs)


def outputs(name: str, *args: Any, **kwargs: Any) -> Callable[[Any], Any]:
    return lambda T: handing_on(T, getattr(T.nn, name)(*args, **kwargs))


FLAT, MEAN, ALL = named("Flatten"), named("AdaptiveAvgPool1d", 1), named("Flatten", 0)
# name -> the shape of the input, None for indices of an embedding, and the model
MODELS: dict[str, tuple[tuple[int, ...], Callable[[Any], Any]]] = {
    "perceptron": ((4, 5), chain(linear(5, 6), named("Tanh"), linear(6, 3))),
    "activations": ((4, 5), chain(linear(5, 4), named("GELU"), named("PReLU"), named("Softplus"), named("SiLU"))),
    "batch norm": ((6, 5), chain(linear(5, 4), named("BatchNorm1d", 4), named("ReLU"), linear(4, 2))),
    "layer norm": ((4, 5), chain(linear(5, 4), named("LayerNorm", 4), named("ELU"), linear(4, 2))),
    "RMS norm": ((4, 5), chain(linear(5, 4), named("RMSNorm", 4), named("Mish"), linear(4, 2))),
    "conv 1d": ((2, 3, 8), chain(named("Conv1d", 3, 4, 3, padding=1), named("ReLU"), MEAN, FLAT, linear(4, 2))),
    "conv 2d": (
        (2, 2, 6, 6),
        chain(named("Conv2d", 2, 3, 3), named("BatchNorm2d", 3), named("ReLU"), named("MaxPool2d", 2), FLAT),
    ),
    "conv 2d, groups": (
        (2, 2, 5, 5), chain(named("Conv2d", 2, 4, 3, groups=2, stride=2), named("GroupNorm", 2, 4), FLAT)
    ),
    "transposed conv 2d": (
        (2, 2, 3, 3),  # no bias, whose gradient would be rounding errors
        chain(named("ConvTranspose2d", 2, 3, 3, stride=2, bias=False), named("InstanceNorm2d", 3, affine=True), FLAT),
    ),
    "conv 3d": ((1, 2, 4, 4, 4), chain(named("Conv3d", 2, 2, 2), named("AvgPool3d", 2), FLAT)),
    "RNN": ((3, 4, 3), outputs("RNN", 3, 4, batch_first=True)),
    "RNN, ReLU, two layers": ((3, 4, 3), outputs("RNN", 3, 4, 2, nonlinearity="relu")),
    "LSTM": ((3, 4, 3), outputs("LSTM", 3, 4, batch_first=True)),
    "LSTM, both ways, projected": ((3, 2, 3), outputs("LSTM", 3, 4, bidirectional=True, proj_size=2)),
    "GRU": ((3, 4, 3), outputs("GRU", 3, 4, 2, bidirectional=True)),
    "attention": ((4, 2, 6), outputs("MultiheadAttention", 6, 2)),
    "transformer layer": ((3, 2, 6), named("TransformerEncoderLayer", 6, 2, 8, dropout=0.0)),
    "transformer layer, norm first": (
        (2, 3, 6),
        named("TransformerEncoderLayer", 6, 3, 8, dropout=0.0, activation="gelu", batch_first=True, norm_first=True),
    ),
    "embedding": ((), chain(named("Embedding", 7, 4, padding_idx=0), named("Flatten"), linear(12, 3))),
    "bilinear and upsampling": (
        (2, 1, 3, 3),
        chain(named("Upsample", scale_factor=2, mode="bilinear"), FLAT, linear(36, 3), named("LogSoftmax", 1)),
    ),
}  # fmt: skip
OPTIMIZERS: dict[str, Callable[[Any, Any], Any]] = {
    "SGD": lambda T, p: T.optim.SGD(p, 0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
    "Adam": lambda T, p: T.optim.Adam(p, 0.01, amsgrad=True),
    "AdamW": lambda T, p: T.optim.AdamW(p, 0.02),
    "RMSprop": lambda T, p: T.optim.RMSprop(p, 0.005, momentum=0.5, centered=True),
    "Adagrad": lambda T, p: T.optim.Adagrad(p, 0.05, lr_decay=0.01),
}
SCHEDULES: tuple[Callable[[Any, Any], Any], ...] = (
    lambda T, o: T.optim.lr_scheduler.StepLR(o, 5, 0.5),
    lambda T, o: T.optim.lr_scheduler.CosineAnnealingLR(o, STEPS),
    lambda T, o: T.optim.lr_scheduler.OneCycleLR(o, 0.02, STEPS, cycle_momentum=False),
    lambda T, o: T.optim.lr_scheduler.LambdaLR(o, lambda step: 1 / (1 + step)),
    lambda T, o: T.optim.lr_scheduler.ExponentialLR(o, 0.9),
)


def trained(T: Any, model: str, optimizer: str, weights: dict[str, Any] | None) -> dict[str, Any]:
    """Train a model from given weights and return what can be compared; halfway it is saved and taken up again."""
    shape, make = MODELS[model]
    random = np.random.default_rng(0)
    x = T.tensor(random.normal(size=shape).tolist(), dtype=T.float64) if shape else T.tensor([[1, 0, 3], [6, 2, 2]])
    net = make(T).double()
    started = {name: to_array(each).copy() for name, each in net.state_dict().items()}
    if weights is not None:
        net.load_state_dict({name: T.from_numpy(array) for name, array in weights.items()})
    optimize = OPTIMIZERS[optimizer](T, net.parameters())
    schedule = SCHEDULES[list(OPTIMIZERS).index(optimizer)](T, optimize)
    losses, norms, rates = [], [], []
    for step in range(STEPS):
        if step == STEPS // 2:
            net, optimize, schedule = taken_up(T, make, optimizer, net, optimize, schedule)
        optimize.zero_grad()
        loss = ((net(x) - 0.5) ** 2).mean()
        loss.backward()
        norms.append(T.nn.utils.clip_grad_norm_(net.parameters(), 0.5).item())
        optimize.step()
        schedule.step()
        losses.append(loss.item())
        rates.append(schedule.get_last_lr()[0])
    state = {name: to_array(each) for name, each in net.state_dict().items()}
    return {"started": started, "losses": losses, "norms": norms, "rates": rates, "state": state,
            "texts": [repr(net), repr(optimize)], "optimizer": optimize.state_dict()}  # fmt: skip


def taken_up(T: Any, make: Any, optimizer: str, net: Any, optimize: Any, schedule: Any) -> tuple[Any, Any, Any]:
    """Return the same, made anew from what was saved."""
    file = io.BytesIO()
    T.save({"net": net.state_dict(), "optimize": optimize.state_dict()}, file)
    file.seek(0)
    loaded = T.load(file)
    again = make(T).double()
    again.load_state_dict(loaded["net"])
    optimize_again = OPTIMIZERS[optimizer](T, again.parameters())
    schedule_again = SCHEDULES[list(OPTIMIZERS).index(optimizer)](T, optimize_again)
    optimize_again.load_state_dict(loaded["optimize"])
    schedule_again.load_state_dict(copy.deepcopy(schedule.state_dict()))
    return again, optimize_again, schedule_again


@pytest.mark.torch
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("model", MODELS)
def test_training_is_that_of_pytorch(model, optimizer):
    torch = get_torch()
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = trained(torch, model, optimizer, None)
        ours = trained(ag, model, optimizer, theirs["started"])
    assert theirs["texts"] == ours["texts"]
    for what in ("losses", "norms", "rates"):
        assert ours[what] == pytest.approx(theirs[what], rel=1e-6, abs=1e-10), what
    assert list(ours["state"]) == list(theirs["state"])
    for name, array in theirs["state"].items():
        np.testing.assert_allclose(ours["state"][name], array, rtol=1e-6, atol=1e-8, err_msg=name)
    assert shapes(ours["optimizer"]) == shapes(theirs["optimizer"])


def shapes(state: Any) -> Any:
    """Return an optimizer's state with shapes in place of tensors."""
    if isinstance(state, dict):
        return {key: shapes(each) for key, each in state.items()}
    if isinstance(state, (list, tuple)):
        return [shapes(each) for each in state]
    return list(state.shape) if hasattr(state, "shape") else pytest.approx(state) if isinstance(state, float) else state
