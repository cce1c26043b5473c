"""Optimizers side by side with torch's: the numbers, the state, the text, the errors."""

from __future__ import annotations

import copy
import io
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from autograd_viz.optim.optimizer import required
from tests.oracle import get_torch, to_array

OPTIMIZERS: dict[str, Callable[[Any, Any], Any]] = {
    "SGD": lambda T, p: T.optim.SGD(p, 0.1),
    "SGD by default": lambda T, p: T.optim.SGD(p),
    "SGD, momentum and decay": lambda T, p: T.optim.SGD(p, 0.1, momentum=0.9, weight_decay=0.01),
    "SGD, Nesterov": lambda T, p: T.optim.SGD(p, 0.05, momentum=0.9, nesterov=True),
    "SGD, dampened, upwards": lambda T, p: T.optim.SGD(p, 0.05, momentum=0.9, dampening=0.3, maximize=True),
    "SGD, rate a tensor": lambda T, p: T.optim.SGD(p, T.tensor(0.05)),
    "Adam": lambda T, p: T.optim.Adam(p, 0.1),
    "Adam, AMSGrad and decay": lambda T, p: T.optim.Adam(p, 0.1, amsgrad=True, weight_decay=0.1),
    "Adam, upwards, other betas": lambda T, p: T.optim.Adam(p, betas=(0.5, 0.9), eps=1e-3, maximize=True),
    "AdamW": lambda T, p: T.optim.AdamW(p, 0.1),
    "AdamW, AMSGrad": lambda T, p: T.optim.AdamW(p, 0.1, amsgrad=True, weight_decay=0.3),
    "RMSprop": lambda T, p: T.optim.RMSprop(p, 0.01),
    "RMSprop, centered, momentum": lambda T, p: T.optim.RMSprop(p, 0.01, centered=True, momentum=0.5, weight_decay=0.1),
    "Adagrad": lambda T, p: T.optim.Adagrad(p, 0.1, lr_decay=0.1, initial_accumulator_value=0.1, weight_decay=0.1),
    "groups": lambda T, p: T.optim.SGD(
        [{"params": group, "lr": lr} for group, lr in zip(_pairs(p), (0.1, 0.01), strict=True)], momentum=0.5
    ),
}


def _pairs(params: Any) -> list[list[Any]]:
    params = list(params)
    return [params[:2], params[2:]]


def net(T: Any) -> Any:
    """Make a small network, the same on both."""
    T.manual_seed(0)
    return T.nn.Sequential(T.nn.Linear(4, 5), T.nn.Tanh(), T.nn.Linear(5, 2)).double()


def gradients(T: Any, made: Any) -> Any:
    """Compute a loss and its gradients, and return the loss."""
    made.zero_grad()
    x, y = T.arange(12.0, dtype=T.float64).view(3, 4) / 12, T.arange(6.0, dtype=T.float64).view(3, 2)
    loss = T.nn.functional.mse_loss(made(x), y)
    loss.backward()
    return loss


def plain(value: Any) -> Any:
    """Return a state dict with arrays in place of tensors, rounded."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return np.round(to_array(value), 10).tolist() if hasattr(value, "detach") else value


def trained(T: Any, name: str, steps: int = 6) -> Any:
    """Train, and return what can be compared."""
    made = net(T)
    optimizer = OPTIMIZERS[name](T, made.parameters())
    losses = []
    for _ in range(steps):
        losses.append(gradients(T, made).item())
        optimizer.step()
    return losses, [to_array(p.detach()) for p in made.parameters()], plain(optimizer.state_dict()), repr(optimizer)


@pytest.mark.torch
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_goes_as_in_torch(name: str) -> None:
    """Losses, parameters, the state dict and the text after some steps."""
    losses, params, state, text = trained(ag, name)
    torch_losses, torch_params, torch_state, torch_text = trained(get_torch(), name)
    np.testing.assert_allclose(losses, torch_losses, rtol=1e-9)
    for one, two in zip(params, torch_params, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-8)
    assert state == torch_state
    assert text == torch_text


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_goes_on_from_a_saved_state(name: str) -> None:
    """Three steps, saved, loaded into a new optimizer, and three more: as six."""
    expected = trained(ag, name)[1]
    made = net(ag)
    optimizer = OPTIMIZERS[name](ag, made.parameters())
    for _ in range(3):
        gradients(ag, made)
        optimizer.step()
    file = io.BytesIO()
    ag.save({"net": made.state_dict(), "optimizer": optimizer.state_dict()}, file)
    file.seek(0)
    saved = ag.load(file)
    other = net(ag)
    other.load_state_dict(saved["net"])
    resumed = OPTIMIZERS[name](ag, other.parameters())
    resumed.load_state_dict(saved["optimizer"])
    for _ in range(3):
        gradients(ag, other)
        resumed.step()
    for one, two in zip(other.parameters(), expected, strict=True):
        np.testing.assert_array_equal(one.detach().numpy(), two)


ERRORS: dict[str, Callable[[Any], Any]] = {
    "no parameters": lambda T: T.optim.SGD([], 0.1),
    "a tensor": lambda T: T.optim.SGD(T.ones(2, requires_grad=True), 0.1),
    "numbers": lambda T: T.optim.SGD([3], 0.1),
    "no leaf": lambda T: T.optim.SGD([T.ones(1, requires_grad=True) * 2], 0.1),
    "a set": lambda T: T.optim.SGD([{"params": set(net(T).parameters())}], 0.1),
    "twice": lambda T: (lambda p: T.optim.SGD([{"params": p}, {"params": p}], 0.1))(list(net(T).parameters())),
    "negative rate": lambda T: T.optim.SGD(net(T).parameters(), -1),
    "negative momentum": lambda T: T.optim.SGD(net(T).parameters(), 0.1, momentum=-1),
    "negative decay": lambda T: T.optim.SGD(net(T).parameters(), 0.1, weight_decay=-1),
    "two ways at once": lambda T: T.optim.Adam(net(T).parameters(), fused=True, foreach=True),
    "Nesterov without momentum": lambda T: T.optim.SGD(net(T).parameters(), 0.1, nesterov=True),
    "rate of several elements": lambda T: T.optim.SGD(net(T).parameters(), T.ones(2)),
    "Adam's rate": lambda T: T.optim.Adam(net(T).parameters(), -1),
    "Adam's epsilon": lambda T: T.optim.Adam(net(T).parameters(), eps=-1),
    "Adam's first beta": lambda T: T.optim.Adam(net(T).parameters(), betas=(1.0, 0.9)),
    "Adam's second beta": lambda T: T.optim.Adam(net(T).parameters(), betas=(0.5, 2)),
    "Adam's decay": lambda T: T.optim.AdamW(net(T).parameters(), weight_decay=-1),
    "RMSprop's alpha": lambda T: T.optim.RMSprop(net(T).parameters(), alpha=-1),
    "Adagrad's decay": lambda T: T.optim.Adagrad(net(T).parameters(), lr_decay=-1),
    "Adagrad's first value": lambda T: T.optim.Adagrad(net(T).parameters(), initial_accumulator_value=-1),
    "group without parameters": lambda T: T.optim.SGD(net(T).parameters()).add_param_group({}),
    "group no dict": lambda T: T.optim.SGD(net(T).parameters()).add_param_group(3),
    "state of other groups": lambda T: T.optim.SGD(net(T).parameters()).load_state_dict(
        {"state": {}, "param_groups": []}
    ),
    "state of another size": lambda T: T.optim.SGD(net(T).parameters()).load_state_dict(
        {"state": {}, "param_groups": [{"params": [0]}]}
    ),
    "some names": lambda T: T.optim.SGD([("a", T.ones(1, requires_grad=True)), T.ones(1, requires_grad=True)]),
    "names in one group": lambda T: T.optim.SGD([("a", T.ones(1, requires_grad=True))]).add_param_group(
        {"params": [T.ones(1, requires_grad=True)]}
    ),
    "no step": lambda T: T.optim.Optimizer([T.ones(1, requires_grad=True)], {}).step(),
}


def _custom(T: Any) -> Any:
    class Custom(T.optim.Optimizer):
        def step(self, closure: Any = None) -> str:
            for group in self.param_groups:
                for param in group["params"]:
                    with T.no_grad():
                        param.add_(param.grad, alpha=-group["lr"])
            return "stepped"

    return Custom


def _error(run: Callable[[Any], Any], T: Any) -> tuple[str, str]:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        run(T)
    return type(caught.value).__name__, str(caught.value).split(" at 0x")[0].replace("ag.", "torch.")


@pytest.mark.torch
@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_those_of_torch(name: str) -> None:
    """The same type and the same text."""
    assert _error(ERRORS[name], ag) == _error(ERRORS[name], get_torch())


@pytest.mark.torch
def test_duplicates_warn_as_in_torch() -> None:
    """A parameter given twice in one group is a warning."""
    texts = []
    for T in (ag, get_torch()):
        param = T.ones(1, requires_grad=True)
        with pytest.warns(UserWarning, match="duplicate parameters") as caught:
            T.optim.SGD([param, param])
        texts.append([str(each.message) for each in caught])
    assert texts[0] == texts[1]


def test_a_closure_is_called_with_gradients() -> None:
    """`step(closure)` computes the loss under no_grad too, and returns it."""
    made = net(ag)
    optimizer = ag.optim.SGD(made.parameters(), 0.1)
    with ag.no_grad():
        first = optimizer.step(lambda: gradients(ag, made))
        second = optimizer.step(lambda: gradients(ag, made))
    assert second.item() < first.item() and optimizer.step() is None


def test_zero_grad_forgets_or_zeroes() -> None:
    """`set_to_none` decides; the gradient's memory stays where it is zeroed."""
    made = net(ag)
    optimizer = ag.optim.SGD(made.parameters(), 0.1)
    gradients(ag, made)
    held = made[0].weight.grad
    optimizer.zero_grad(set_to_none=False)
    assert made[0].weight.grad is held and held.abs().sum().item() == 0
    optimizer.zero_grad()
    assert all(param.grad is None for param in made.parameters())
    before = made[0].weight.clone()
    optimizer.step()  # without gradients nothing moves
    assert before.equal(made[0].weight)


def test_a_step_is_seen_by_saved_tensors() -> None:
    """The parameters change in place: a graph that saved one refuses to run backward afterwards."""
    x = ag.ones(2, requires_grad=True)
    optimizer = ag.optim.SGD([x], 0.1)
    loss = (x * x).sum()
    loss.backward(retain_graph=True)
    version = x._version
    optimizer.step()
    assert x._version > version
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


@pytest.mark.torch
def test_hooks_see_what_torchs_do() -> None:
    """Around a step, also a subclass's own one, and around the state; they may replace arguments and state."""

    def story(T: Any) -> Any:
        said: list[Any] = []
        param = T.ones(1, requires_grad=True)
        param.grad = T.ones(1)
        optimizer = _custom(T)([param], {"lr": 0.5})
        first = optimizer.register_step_pre_hook(lambda o, args, kwargs: said.append(("pre", len(args), kwargs)))
        optimizer.register_step_pre_hook(lambda o, args, kwargs: ((o,), {"closure": 4}))
        optimizer.register_step_post_hook(lambda o, args, kwargs: said.append(("post", len(args), kwargs)))
        optimizer.register_state_dict_pre_hook(lambda o: said.append("saving"))
        optimizer.register_state_dict_post_hook(lambda o, state: {**state, "more": 1})
        optimizer.register_load_state_dict_pre_hook(lambda o, state: said.append(sorted(state)))
        optimizer.register_load_state_dict_pre_hook(lambda o, state: said.append("first"), prepend=True)
        optimizer.register_load_state_dict_post_hook(lambda o: said.append("loaded"))
        said.append((optimizer.step(3), param.item()))
        first.remove()
        optimizer.step()
        optimizer.load_state_dict(optimizer.state_dict())
        return said

    assert story(ag) == story(get_torch())


def test_refused_hooks_and_options() -> None:
    """A hook that answers with neither None nor arguments; a group without an option it must give."""
    x = ag.ones(1, requires_grad=True)
    optimizer = ag.optim.SGD([x])
    optimizer.register_step_pre_hook(lambda *args: 3)
    with pytest.raises(RuntimeError, match="must return None or a tuple of \\(new_args, new_kwargs\\), but got 3"):
        optimizer.step()
    with pytest.raises(ValueError, match="didn't specify a value of required optimization parameter lr"):
        _custom(ag)([x], {"lr": required})


@pytest.mark.torch
def test_names_of_parameters_are_kept_as_in_torch() -> None:
    """Given `named_parameters()`, the state dict has the names."""
    one, two = (T.optim.SGD(net(T).named_parameters(), 0.1).state_dict() for T in (ag, get_torch()))
    assert one == two


def test_copies_are_independent() -> None:
    """A deep copy has parameters and state of its own, and no hooks."""
    made = net(ag)
    optimizer = ag.optim.Adam(made.parameters())
    optimizer.register_step_pre_hook(lambda *args: 1 / 0)
    other = copy.deepcopy(optimizer)
    assert other.param_groups[0]["params"][0] is not optimizer.param_groups[0]["params"][0]
    other.step()


def test_state_belongs_to_the_dtype_of_the_parameter() -> None:
    """A loaded state takes the parameter's dtype; step counts keep theirs."""
    made = net(ag)
    optimizer = ag.optim.Adam(made.parameters())
    gradients(ag, made)
    optimizer.step()
    other = net(ag).float()
    resumed = ag.optim.Adam(other.parameters())
    resumed.load_state_dict(optimizer.state_dict())
    held = resumed.state[other[0].weight]
    assert (held["exp_avg"].dtype, held["step"].dtype) == (ag.float32, ag.float32)


def test_gradients_are_left_alone() -> None:
    """No optimizer changes `.grad`, whatever its options."""
    for name in OPTIMIZERS:
        made = net(ag)
        optimizer = OPTIMIZERS[name](ag, made.parameters())
        gradients(ag, made)
        before = [param.grad.clone() for param in made.parameters()]
        for _ in range(2):
            optimizer.step()
        assert all(itertools.starmap(ag.equal, zip(before, (p.grad for p in made.parameters()), strict=True))), name


def _every(name: str, **options: tuple[Any, ...]) -> list[tuple[str, dict[str, Any]]]:
    """Return an optimizer with each combination of options."""
    return [(name, dict(zip(options, values, strict=True))) for values in itertools.product(*options.values())]


BOTH = (False, True)
COMBINED = [
    *_every("SGD", lr=(0.02,), momentum=(0, 0.9), dampening=(0, 0.5), weight_decay=(0, 0.1), maximize=BOTH),
    *_every("SGD", lr=(0.02,), momentum=(0.9,), nesterov=(True,), weight_decay=(0, 0.1), maximize=BOTH),
    *_every("Adam", lr=(0.05,), amsgrad=BOTH, weight_decay=(0, 0.1), decoupled_weight_decay=BOTH, maximize=BOTH),
    *_every("AdamW", lr=(0.05,), amsgrad=BOTH, betas=((0.5, 0.7),), eps=(1e-6,), maximize=BOTH),
    *_every("RMSprop", lr=(0.02,), centered=BOTH, momentum=(0, 0.9), weight_decay=(0, 0.1), maximize=BOTH),
    *_every("Adagrad", lr=(0.1,), lr_decay=(0, 0.1), weight_decay=(0, 0.1), initial_accumulator_value=(0, 0.3)),
]


def _curve(T: Any, name: str, options: dict[str, Any]) -> Any:
    """Take twenty steps with a matrix, a vector that misses one gradient, and a number."""
    T.manual_seed(0)
    params = [T.nn.Parameter(T.randn(shape, dtype=T.float64)) for shape in ((3, 2), (4,), ())]
    optimizer = getattr(T.optim, name)(params, **options)
    for step in range(20):
        optimizer.zero_grad()
        sum(((param - place) ** 2).sum() + param.sin().sum() for place, param in enumerate(params)).backward()
        if step == 7:
            params[1].grad = None
        optimizer.step()
    state = optimizer.state_dict()["state"]
    keys = [list(each) for each in state.values()]
    return params, [tensor for each in state.values() for tensor in each.values()], keys


@pytest.mark.torch
@pytest.mark.parametrize(("name", "options"), COMBINED, ids=str)
def test_every_combination_of_options_goes_as_in_torch(name: str, options: dict[str, Any]) -> None:
    """Parameters, the state and its names after twenty steps."""
    params, state, keys = _curve(ag, name, options)
    expected, expected_state, expected_keys = _curve(get_torch(), name, options)
    assert keys == expected_keys
    for one, other in zip([*params, *state], [*expected, *expected_state], strict=True):
        np.testing.assert_allclose(to_array(one.detach()), to_array(other.detach()), rtol=1e-9, atol=1e-12)
