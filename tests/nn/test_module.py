"""What a Module does with what it holds: names, attributes, state, conversion, hooks, and its errors."""

from __future__ import annotations

import copy
import gc
import re
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from tests.oracle import get_torch, node_names


def net(T: Any) -> Any:
    """Make a small network with a buffer, a shared layer and layers in lists and dicts."""
    nn = T.nn

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Linear(3, 4)
            self.norm = nn.BatchNorm1d(4)
            self.rest = nn.ModuleList([nn.Linear(4, 4), nn.ReLU()])
            self.named = nn.ModuleDict({"out": nn.Linear(4, 2, bias=False)})
            self.again = self.first
            self.scale = nn.Parameter(T.ones(2))
            self.register_buffer("steps", T.zeros(1))
            self.register_buffer("passing", T.zeros(1), persistent=False)
            self.register_parameter("absent", None)

        def forward(self, x: Any) -> Any:
            x = self.norm(self.first(x))
            for layer in self.rest:
                x = layer(x)
            return self.named["out"](x) * self.scale

    return Net()


def on_both(describe: Callable[[Any], Any]) -> None:
    """Assert that a program gives the same plain values on both."""
    assert describe(ag) == describe(get_torch())


@pytest.mark.torch
def test_names_come_in_torchs_order() -> None:
    """Parameters, buffers and modules, each once, by dotted name."""

    def names(T: Any) -> Any:
        made = net(T)
        return (
            [name for name, _ in made.named_parameters()],
            [name for name, _ in made.named_parameters(prefix="p", recurse=False)],
            [name for name, _ in made.named_parameters(remove_duplicate=False)],
            [name for name, _ in made.named_buffers()],
            [name for name, _ in made.named_modules()],
            [name for name, _ in made.named_children()],
            list(made.state_dict()),
            list(made.state_dict(prefix="x.")),
            repr(made),
        )

    on_both(names)


ERRORS: dict[str, Callable[[Any], Any]] = {
    "before init": lambda T: type("M", (T.nn.Module,), {"__init__": lambda s: setattr(s, "w", T.nn.Parameter())})(),
    "module before init": lambda T: type(
        "M", (T.nn.Module,), {"__init__": lambda s: setattr(s, "w", T.nn.Linear(1, 1))}
    )(),
    "no forward": lambda T: T.nn.Module()(1),
    "no attribute": lambda T: T.nn.Linear(1, 1).nothing,
    "tensor for a parameter": lambda T: setattr(T.nn.Linear(1, 1), "weight", T.ones(1, 1)),
    "number for a module": lambda T: setattr(T.nn.Sequential(T.nn.ReLU()), "0", 3),
    "number for a buffer": lambda T: setattr(T.nn.BatchNorm1d(1), "running_mean", 3),
    "parameter's name with a dot": lambda T: T.nn.Module().register_parameter("a.b", None),
    "module's name empty": lambda T: T.nn.Module().add_module("", T.nn.ReLU()),
    "buffer's name taken": lambda T: T.nn.Module().register_buffer("forward", T.ones(1)),
    "buffer's name a number": lambda T: T.nn.Module().register_buffer(3, T.ones(1)),
    "no module": lambda T: T.nn.Module().add_module("a", 3),
    "not a leaf": lambda T: T.nn.Module().register_parameter("a", T.nn.Parameter(T.ones(1)) * 2),
    "list index": lambda T: T.nn.ModuleList([T.nn.ReLU()])[3],
    "list of nothing": lambda T: T.nn.ModuleList(3),
    "sequential plus list": lambda T: T.nn.Sequential() + [T.nn.ReLU()],  # noqa: RUF005
    "sequential times zero": lambda T: T.nn.Sequential() * 0,
    "dict of nothing": lambda T: T.nn.ModuleDict(3),
    "mode": lambda T: T.nn.ReLU().train("yes"),
    "to ints": lambda T: T.nn.ReLU().to(T.int64),
    "integers as parameter": lambda T: T.nn.Parameter(T.tensor([1])),
    "submodule": lambda T: T.nn.Sequential(T.nn.ReLU()).get_submodule("1.a"),
    "parameter at a path": lambda T: T.nn.Sequential(T.nn.ReLU()).get_parameter("0.weight"),
    "buffer at a path": lambda T: T.nn.Linear(1, 1).get_buffer("weight"),
    "surplus argument": lambda T: T.nn.ReLU(1, 2, 3),
    "dropout": lambda T: T.nn.Dropout(1.5),
    "groups": lambda T: T.nn.Conv2d(3, 4, 1, groups=2),
    "padding mode": lambda T: T.nn.Conv2d(3, 4, 1, padding_mode="x"),
    "transposed padding mode": lambda T: T.nn.ConvTranspose2d(3, 4, 1, padding_mode="reflect"),
    "heads": lambda T: T.nn.MultiheadAttention(5, 2),
    "batch norm's dims": lambda T: T.nn.BatchNorm1d(2)(T.ones(2, 2, 2, 2)),
    "state shape": lambda T: T.nn.Linear(2, 2).load_state_dict({"weight": T.ones(3, 2), "bias": T.ones(2)}),
    "state keys": lambda T: T.nn.Linear(2, 2).load_state_dict({"weight": T.ones(2, 2), "w": T.ones(2)}),
    "state no dict": lambda T: T.nn.Linear(2, 2).load_state_dict(3),
    "state no tensor": lambda T: T.nn.Linear(2, 2, bias=False).load_state_dict({"weight": 3}),
    "rnn nonlinearity": lambda T: T.nn.RNN(2, 2, nonlinearity="x"),
    "rnn input": lambda T: T.nn.RNN(2, 2)(T.ones(1, 1, 3)),
    "rnn hidden": lambda T: T.nn.RNN(2, 2)(T.ones(1, 1, 2), T.ones(1, 2, 2)),
    "rnn dims": lambda T: T.nn.GRU(2, 2)(T.ones(2)),
    "lstm projection": lambda T: T.nn.LSTM(2, 2, proj_size=2),
    "cell input": lambda T: T.nn.LSTMCell(2, 2)(T.ones(1, 3)),
    "cell dims": lambda T: T.nn.RNNCell(2, 2)(T.ones(1, 1, 2)),
    "initial fan": lambda T: T.nn.init.xavier_uniform_(T.ones(2)),
    "initial gain": lambda T: T.nn.init.calculate_gain("x"),
    "initial mode": lambda T: T.nn.init.kaiming_normal_(T.ones(2, 2), mode="x"),
}
UNLIKE = {"module before init", "surplus argument"}  # errors whose words are Python's, or name what was assigned


@pytest.mark.torch
@pytest.mark.parametrize("case", ERRORS)
def test_errors_are_those_of_torch(case: str) -> None:
    """Compare type and words."""
    found = []
    for T in (ag, get_torch()):
        with pytest.raises(Exception) as caught:  # noqa: PT011  (compared with torch's)
            ERRORS[case](T)
        words = str(caught.value).replace("autograd_viz.nn.modules.module", "torch.nn.modules.module")
        words = re.sub(r"\{[^}]*\}", lambda a_set: "".join(sorted(a_set[0])), words)  # a set's order is not its own
        found.append((type(caught.value).__name__, words.replace("autograd_viz", "torch")))
    assert found[0][0] == found[1][0]
    if case not in UNLIKE:
        assert found[0][1].split(". To")[0].split("\nInvoked")[0] == found[1][1].split(". To")[0].split("\nInvoked")[0]


def test_attributes_go_where_they_belong() -> None:
    """Assigning, replacing and deleting keep the registries right."""
    module = ag.nn.Module()
    module.x = ag.nn.Parameter(ag.ones(1))
    assert list(module._parameters) == ["x"]
    module.x = None
    assert module.x is None and "x" in module._parameters
    del module.x
    module.x = ag.nn.Linear(1, 1)
    assert list(module._modules) == ["x"] and not module._parameters
    module.x = ag.nn.Parameter(ag.ones(1))
    assert not module._modules
    module.y = ag.nn.Buffer(ag.ones(2), persistent=False)
    module.y = ag.zeros(2)
    assert list(module._buffers) == ["y"] and "y" not in module.state_dict()
    module.z = 3
    module.z = ag.nn.ReLU()
    assert "z" not in module.__dict__
    assert {"x", "y", "z"} <= set(dir(module))


def test_state_goes_round() -> None:
    """A state loads into a fresh network, which then computes the same."""
    ag.manual_seed(0)
    one, other = net(ag), net(ag)
    assert repr(other.load_state_dict(one.state_dict())) == "<All keys matched successfully>"
    x = ag.randn(5, 3)
    one.eval(), other.eval()
    np.testing.assert_array_equal(one(x).detach().numpy(), other(x).detach().numpy())


def test_loading_copies_unless_told_to_assign() -> None:
    """Parameters keep their identity, or become the tensors given."""
    layer, state = ag.nn.Linear(2, 2), {"weight": ag.ones(2, 2), "bias": ag.zeros(2)}
    weight = layer.weight
    layer.load_state_dict(state)
    assert layer.weight is weight and weight.tolist() == [[1, 1], [1, 1]] and weight._version == 2
    layer.load_state_dict(state, assign=True)
    assert layer.weight is not weight and layer.weight.requires_grad
    assert layer.weight._array is state["weight"]._array


def test_loading_what_fits_tells_what_is_missing() -> None:
    """`strict=False` returns the names."""
    result = ag.nn.Linear(2, 2).load_state_dict({"weight": ag.ones(2, 2), "more": ag.ones(1)}, strict=False)
    assert (result.missing_keys, result.unexpected_keys) == (["bias"], ["more"])


def test_extra_state_travels_with_the_rest() -> None:
    """`get_extra_state` and `set_extra_state` are part of the state."""

    class Counting(ag.nn.Module):
        count = 0

        def get_extra_state(self) -> Any:
            return {"count": self.count}

        def set_extra_state(self, state: Any) -> None:
            self.count = state["count"]

    one, other = ag.nn.Sequential(Counting()), ag.nn.Sequential(Counting())
    one[0].count = 7
    assert list(one.state_dict()) == ["0._extra_state"]
    other.load_state_dict(one.state_dict())
    assert other[0].count == 7
    with pytest.raises(RuntimeError, match="Missing key"):
        other.load_state_dict({})


def test_conversion_keeps_the_parameters_and_their_gradients() -> None:
    """`double()` changes dtype in place; integers stay."""
    module = net(ag)
    module(ag.randn(4, 3)).sum().backward()
    before = dict(module.named_parameters())
    module.double()
    for name, param in module.named_parameters():
        assert param is before[name] and param.dtype == ag.float64 and param.grad.dtype == ag.float64
    assert module.norm.num_batches_tracked.dtype == ag.int64
    module.to(ag.float32)
    assert module(ag.randn(4, 3)).dtype == ag.float32
    with pytest.raises(RuntimeError, match="every tensor is on the CPU"):
        module.cuda()


def test_a_converted_module_still_learns() -> None:
    """A backward pass before the conversion leaves nothing of the old dtype behind."""
    layer = ag.nn.Linear(2, 2)
    kept = layer(ag.ones(1, 2))
    kept.sum().backward()
    layer.double().zero_grad()
    layer(ag.ones(1, 2, dtype=ag.float64)).sum().backward()
    assert layer.weight.grad.dtype == ag.float64


def test_modes_and_gradients_reach_every_submodule() -> None:
    """train, eval, requires_grad_, zero_grad, apply."""
    module = net(ag)
    assert not any(each.training for each in module.eval().modules())
    assert all(each.training for each in module.train().modules())
    module(ag.randn(4, 3)).sum().backward()
    module.zero_grad(set_to_none=False)
    assert module.first.weight.grad.abs().sum() == 0
    module.zero_grad()
    assert all(param.grad is None for param in module.parameters())
    assert not any(param.requires_grad for param in module.requires_grad_(False).parameters())
    seen: list[str] = []
    module.apply(lambda each: seen.append(type(each).__name__))
    assert seen[-1] == "Net" and len(seen) == len(list(module.modules()))


def test_copies_are_deep() -> None:
    """A deep copy has parameters of its own, and shares what was shared."""
    module = net(ag)
    copied = copy.deepcopy(module)
    assert copied.again is copied.first and copied.first is not module.first
    copied.first.weight.data.zero_()
    assert module.first.weight.abs().sum() > 0


def test_containers_are_sequences() -> None:
    """Indexing, slicing, deleting, inserting, adding, multiplying."""
    nn = ag.nn
    chain = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 3))
    assert len(chain) == 3 and isinstance(chain[-1], nn.Linear) and len(chain[:2]) == 2
    chain.insert(1, nn.Tanh()).append(nn.Sigmoid()).extend([nn.ReLU()])
    assert [type(each).__name__ for each in chain] == ["Linear", "Tanh", "ReLU", "Linear", "Sigmoid", "ReLU"]
    del chain[1:3]
    assert list(chain._modules) == ["0", "1", "2", "3"]
    assert isinstance(chain.pop(-1), nn.ReLU) and len(chain + chain) == 6 and len(chain * 2) == 6
    chain[0] = nn.Linear(5, 2)
    assert chain[0].in_features == 5
    layers = nn.ModuleList([nn.ReLU()]) + [nn.Tanh()]  # noqa: RUF005
    layers += [nn.ReLU()]
    assert len(layers) == 3 and isinstance(layers[1:][0], nn.Tanh)
    named = nn.ModuleDict([("a", nn.ReLU())])
    named["b"] = nn.Tanh()
    assert list(named) == ["a", "b"] and "a" in named and isinstance(named.pop("a"), nn.ReLU) and len(named) == 1
    values = nn.ParameterList([ag.ones(2), ag.zeros(1)])
    assert len(list(values.parameters())) == 2 and values[-1].tolist() == [0]
    table = nn.ParameterDict({"a": ag.ones(2)})
    assert [name for name, _ in table.named_parameters()] == ["a"] and table.get("b") is None


@pytest.mark.torch
def test_texts_of_parameter_containers_are_those_of_torch() -> None:
    """The repr of ParameterList and ParameterDict, and of a Parameter."""
    on_both(
        lambda T: (
            repr(T.nn.ParameterList([T.ones(2, 3), T.zeros(1)])),
            repr(T.nn.ParameterDict({"a": T.ones(2)})),
            repr(T.nn.Parameter(T.ones(2))),
            repr(T.nn.ModuleList([T.nn.ReLU(), T.nn.ReLU(), T.nn.Tanh()])),
            repr(T.nn.ModuleDict({"a": T.nn.Sequential(T.nn.ReLU())})),
        )
    )


# hooks


@pytest.mark.torch
def test_forward_hooks_see_and_replace_what_torchs_do() -> None:
    """Pre-hooks change arguments, hooks results; kwargs, prepend, removal and always_call too."""

    def story(T: Any) -> Any:
        said: list[Any] = []
        layer = T.nn.Linear(2, 2, bias=False)
        with T.no_grad():
            layer.weight.copy_(T.eye(2))
        first = layer.register_forward_pre_hook(lambda m, args: (args[0] * 2,))
        layer.register_forward_pre_hook(lambda m, args, kwargs: (args, kwargs), with_kwargs=True, prepend=True)
        layer.register_forward_hook(lambda m, args, out: said.append(args[0].tolist()))
        layer.register_forward_hook(lambda m, args, out: out + 1, prepend=True)
        said.append(layer(T.ones(1, 2)).tolist())
        first.remove()
        said.append(layer(T.ones(1, 2)).tolist())
        layer.register_forward_hook(lambda m, args, out: said.append("always"), always_call=True)
        with pytest.raises(RuntimeError):
            layer(T.ones(1, 3))
        return said

    on_both(story)


@pytest.mark.torch
def test_backward_hooks_see_and_replace_what_torchs_do() -> None:
    """Full backward hooks and pre-hooks: gradients of inputs and outputs, replaced or not, and the graph."""

    def story(T: Any) -> Any:
        said: list[Any] = []

        def seen(module: Any, grad_input: Any, grad_output: Any) -> Any:
            said.append([None if g is None else g.tolist() for g in (*grad_input, *grad_output)])

        T.manual_seed(0)
        layer = T.nn.Bilinear(2, 2, 1)
        with T.no_grad():
            for parameter in layer.parameters():
                parameter.fill_(1.0)
        layer.register_full_backward_pre_hook(lambda m, grads: (grads[0] * 10,))
        layer.register_full_backward_hook(seen)
        handle = layer.register_full_backward_hook(lambda m, gi, go: (gi[0] * 2, gi[1]))
        x, y = T.ones(1, 2, requires_grad=True), T.ones(1, 2)
        result = layer(x, y)
        said.append(node_names(result))
        result.sum().backward()
        said.append(x.grad.tolist())
        handle.remove()
        layer(x, y).sum().backward()
        said.append(x.grad.tolist())
        return said

    on_both(story)


def test_a_backward_hook_without_gradients_of_inputs_warns() -> None:
    """The hook then sees None in place of the inputs' gradients."""
    seen: list[Any] = []
    layer = ag.nn.Linear(2, 2)
    layer.register_full_backward_hook(lambda m, gi, go: seen.append(gi))
    with pytest.warns(UserWarning, match="no inputs require gradients"):
        layer(ag.ones(1, 2)).sum().backward()
    assert seen == [(None,)]


def test_modules_are_freed_without_the_collector() -> None:
    """A network, its graph and its hooks make no reference cycle."""
    gc.collect()
    gc.disable()
    try:
        module = net(ag)
        module(ag.randn(3, 3)).sum().backward()
        gone = weakref.ref(module.first.weight)
        del module
        assert gone() is None
    finally:
        gc.enable()


def test_recorded_operations_carry_the_modules_names() -> None:
    """Inside a record, a module's operations have its path as their scope."""
    module = ag.nn.Sequential(ag.nn.Linear(2, 2), ag.nn.Sequential(ag.nn.ReLU()))
    with ag.record() as trace:
        module(ag.ones(1, 2, requires_grad=True))
    assert {op.scope for op in trace.ops} == {"Sequential/0", "Sequential/1/0"}
