"""Every layer against torch: text, parameters, results, graph and gradients, from the same numbers."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from tests.oracle import assert_close, assert_same, flat, get_torch, graph_of, to_array, to_ours, to_torch

pytestmark = pytest.mark.torch


@dataclass(frozen=True)
class Layer:
    """One layer: how it is made, and the shapes of its inputs (a tuple of ints draws class numbers)."""

    name: str
    make: Callable[[Any], Any]
    shapes: tuple[Any, ...]
    graph: bool = True
    rtol: float = 1e-6


def layer(text: str, *shapes: Any, graph: bool = True, label: str = "") -> Layer:
    """Return a layer given by its constructor's text."""
    return Layer(text + label, lambda nn: eval(f"nn.{text}", {"nn": nn}), shapes, graph)


PLAIN = (
    "ReLU() ReLU6() Hardtanh() Sigmoid() Tanh() SiLU() Mish() ELU() CELU() SELU() GELU() Hardshrink() LogSigmoid() "
    "Softplus() Softshrink() Softsign() Tanhshrink() PReLU() Softmax(1) LogSoftmax(1) Softmin(1) GLU() LeakyReLU(0.2) "
    "Threshold(0.1,2.0) Hardsigmoid() Hardswish() Dropout(0.5) Identity() Flatten() RReLU() AlphaDropout(0.2)"
)

LAYERS = [
    *(layer(text, (3, 4), graph="Alpha" not in text) for text in PLAIN.split(" ")),
    layer("Linear(4,3)", (2, 4)),
    layer("Linear(4,3,bias=False)", (2, 2, 4)),
    layer("Bilinear(2,3,4)", (2, 2), (2, 3)),
    layer("Sequential(nn.Linear(4,3),nn.Tanh(),nn.Linear(3,2))", (2, 4)),
    layer("Unflatten(1,(2,2))", (3, 4)),
    layer("Conv1d(2,4,3,padding=1)", (1, 2, 6)),
    layer("Conv2d(2,4,3,2,1)", (1, 2, 6, 6)),
    layer("Conv2d(2,4,(3,2),padding='same',bias=False,groups=2,dilation=(1,2))", (1, 2, 5, 6)),
    layer("Conv2d(2,2,3,padding=1,padding_mode='reflect')", (1, 2, 4, 4)),
    layer("Conv2d(2,2,2,padding=1,padding_mode='circular')", (1, 2, 4, 4), graph=False),
    layer("Conv3d(1,2,2)", (1, 1, 3, 3, 3)),
    layer("ConvTranspose1d(2,3,3,2)", (1, 2, 4)),
    layer("ConvTranspose2d(2,4,3,2,1,1)", (1, 2, 4, 4)),
    layer("MaxPool1d(2)", (1, 2, 6)),
    layer("MaxPool2d(3,2,1,return_indices=True)", (1, 2, 6, 6)),
    layer("AvgPool1d(2)", (1, 2, 6)),
    layer("AvgPool2d(2)", (1, 2, 6, 6)),
    layer("LPPool2d(2,2)", (1, 1, 4, 4)),
    layer("AdaptiveAvgPool2d((None,2))", (1, 2, 3, 4)),
    layer("AdaptiveMaxPool2d(2)", (1, 2, 5, 4)),
    layer("BatchNorm1d(4)", (5, 4)),
    layer("BatchNorm2d(2,momentum=None,bias=False)", (2, 2, 3, 3)),
    layer("BatchNorm1d(3,affine=False,track_running_stats=False)", (4, 3, 2)),
    layer("InstanceNorm1d(3)", (2, 3, 4)),
    layer("InstanceNorm2d(2,affine=True,track_running_stats=True)", (2, 2, 3, 3)),
    layer("InstanceNorm2d(2)", (2, 3, 3), label=" unbatched"),
    layer("LayerNorm((3,4))", (2, 3, 4)),
    layer("LayerNorm(4,bias=False)", (2, 4)),
    layer("GroupNorm(2,4)", (2, 4, 3)),
    layer("RMSNorm(4)", (3, 4)),
    layer("LocalResponseNorm(2)", (1, 4, 3, 3)),
    layer("ConstantPad2d(1,2.5)", (1, 2, 2)),
    layer("ZeroPad2d((1,2,0,1))", (1, 1, 2, 2)),
    layer("ReflectionPad1d(1)", (1, 2, 3)),
    layer("ReplicationPad2d(1)", (1, 1, 2, 3)),
    layer("Upsample(scale_factor=2)", (1, 1, 2, 3)),
    layer("UpsamplingBilinear2d(scale_factor=2)", (1, 1, 2, 3)),
    layer("Unfold(2)", (1, 2, 3, 3)),
    layer("Fold(3,2)", (1, 4, 4)),
    layer("PixelShuffle(2)", (1, 4, 2, 2)),
    layer("CosineSimilarity()", (3, 4), (3, 4)),
    layer("PairwiseDistance(p=1)", (3, 4), (3, 4)),
    layer("Embedding(5,3,padding_idx=1)", (0, 5, 2, 3)),
    layer("L1Loss()", (3, 4), (3, 4)),
    layer("MSELoss(reduction='sum')", (3, 4), (3, 4)),
    layer("SmoothL1Loss(beta=0.5)", (3, 4), (3, 4)),
    layer("HuberLoss()", (3, 4), (3, 4)),
    layer("CrossEntropyLoss(label_smoothing=0.1)", (3, 4), (0, 4, 3)),
    layer("NLLLoss(reduction='none')", (3, 4), (0, 4, 3)),
    layer("BCEWithLogitsLoss()", (3, 4), (3, 4)),
    layer("KLDivLoss(reduction='batchmean',log_target=True)", (3, 4), (3, 4)),
    layer("TripletMarginLoss()", (3, 4), (3, 4), (3, 4)),
    layer("TripletMarginWithDistanceLoss()", (3, 4), (3, 4), (3, 4), graph=False),
    layer("RNNCell(3,4,nonlinearity='relu')", (2, 3), (2, 4)),
    layer("RNNCell(3,4,bias=False)", (3,), label=" unbatched"),
    layer("GRUCell(3,4)", (2, 3), (2, 4)),
    layer("LSTMCell(3,4)", (2, 3)),
    layer("RNN(3,4,2)", (5, 2, 3)),
    layer("RNN(3,4,1,'relu',bidirectional=True)", (3, 2, 3), (2, 2, 4)),
    layer("GRU(3,4,batch_first=True,bias=False)", (2, 3, 3)),
    layer("GRU(3,4)", (5, 3), label=" unbatched"),
    layer("LSTM(3,4,2,batch_first=True,dropout=0.5)", (2, 3, 3)),
    layer("LSTM(3,4,1,proj_size=2,bidirectional=True)", (3, 2, 3)),
    layer("MultiheadAttention(4,2)", (3, 2, 4), (5, 2, 4), (5, 2, 4)),
    layer("MultiheadAttention(4,2,kdim=3,vdim=2,batch_first=True,bias=False)", (2, 3, 4), (2, 5, 3), (2, 5, 2)),
    layer("MultiheadAttention(4,2,add_bias_kv=True,add_zero_attn=True)", (3, 2, 4), (5, 2, 4), (5, 2, 4)),
    layer("TransformerEncoderLayer(4,2,8,batch_first=True)", (2, 3, 4)),
    layer("TransformerEncoderLayer(4,2,8,0.0,'gelu',norm_first=True)", (3, 2, 4)),
    layer("TransformerDecoderLayer(4,2,8)", (3, 2, 4), (5, 2, 4)),
    layer("Transformer(4,2,1,1,8)", (3, 2, 4), (2, 2, 4)),
]  # fmt: skip


def both(each: Layer) -> tuple[Any, Any]:
    """Make a layer on both, in float64 and with torch's parameters."""
    made = []
    for T in (ag, get_torch()):
        T.manual_seed(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made.append(each.make(T.nn).double())
    ours, theirs = made
    ours.load_state_dict({name: to_ours(value) for name, value in theirs.state_dict().items()})
    return ours, theirs


def drawn(each: Layer) -> list[Any]:
    """Draw a layer's inputs: a shape that begins with 0 means ints below its second number."""
    generator = np.random.default_rng(1)
    return [
        generator.integers(0, shape[1], shape[2:]) if shape[:1] == (0,) else generator.standard_normal(shape)
        for shape in each.shapes
    ]


def run(T: Any, module: Any, to_tensor: Any, arrays: list[Any]) -> tuple[Any, list[Any], list[Any]]:
    """Call a module; return its result, its inputs, and the gradients of the result's sum."""
    T.manual_seed(7)
    inputs = [to_tensor(array, requires_grad=array.dtype.kind == "f") for array in arrays]
    state = (inputs[0], (inputs[1], inputs[1])) if type(module).__name__ == "LSTM" and len(inputs) > 1 else inputs
    result = module(*state)
    total = sum((each * (1 + number)).sum() for number, each in enumerate(flat(result)) if _differentiable(each))
    wanted = [each for each in (*inputs, *module.parameters()) if each.requires_grad]
    return result, inputs, list(T.autograd.grad(total, wanted, allow_unused=True)) if wanted else []


def _differentiable(value: Any) -> bool:
    return value is not None and value.requires_grad


def named(layers: list[Layer]) -> list[Any]:
    """Return the layers as pytest parameters with their names."""
    return [pytest.param(each, id=each.name) for each in layers]


@pytest.mark.parametrize("each", named(LAYERS))
def test_text_and_state_are_those_of_torch(each: Layer) -> None:
    """Compare repr, names, shapes and dtypes."""
    ours, theirs = both(each)
    assert repr(ours) == repr(theirs)
    mine, expected = ours.state_dict(), theirs.state_dict()
    assert list(mine) == list(expected)
    assert [(tuple(v.shape), str(v.dtype)) for v in mine.values()] == [
        (tuple(v.shape), str(v.dtype)) for v in expected.values()
    ]


@pytest.mark.parametrize("each", named(LAYERS))
def test_parameters_begin_with_the_numbers_of_torch(each: Layer) -> None:
    """With one seed, both draw the same parameters."""
    states = []
    for T in (ag, get_torch()):
        T.manual_seed(3)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            states.append(each.make(T.nn).state_dict())
    for name, value in states[1].items():
        assert_close(to_array(states[0][name]), to_array(value), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("each", named(LAYERS))
@pytest.mark.parametrize("mode", ["training", "evaluation"])
def test_results_graphs_and_gradients_are_those_of_torch(each: Layer, mode: str) -> None:
    """Compare a forward and a backward pass in both modes, and the buffers afterwards."""
    found = []
    for T, module, to_tensor in zip((ag, get_torch()), both(each), (to_ours, to_torch), strict=True):
        module.train(mode == "training")
        found.append((module, *run(T, module, to_tensor, drawn(each))))
    (ours, result, _, grads), (theirs, expected, _, expected_grads) = found
    assert_same(result, expected, rtol=each.rtol)
    assert [grad is None for grad in grads] == [grad is None for grad in expected_grads]
    for one, other in zip(grads, expected_grads, strict=True):
        if other is not None:
            assert_close(to_array(one), to_array(other), rtol=each.rtol, atol=1e-9)
    if each.graph and mode == "training":
        assert graph_of(*flat(result)) == graph_of(*flat(expected))
    for one, other in zip(ours.buffers(), theirs.buffers(), strict=True):
        assert_close(to_array(one), to_array(other), rtol=1e-6)


def test_every_module_takes_its_inputs_under_the_names_of_torch() -> None:
    """As `loss(input=..., target=...)` is common; and a wrong call names the module."""
    theirs = {name: each for name, each in vars(get_torch().nn).items() if hasattr(each, "forward")}
    ours = {name: getattr(ag.nn, name) for name in theirs.keys() & set(ag.nn.__all__)}
    assert len(ours) > 100
    for name, module in ours.items():
        one, other = (inspect.signature(each.forward).parameters.values() for each in (module, theirs[name]))
        assert [(p.name, p.default) for p in one] == [(p.name, p.default) for p in other], name


@pytest.mark.parametrize("name", ["ReLU", "CrossEntropyLoss", "TripletMarginLoss", "Conv2d", "Dropout", "GRU"])
def test_a_call_without_inputs_fails_in_the_words_of_torch(name: str) -> None:
    def error(lib: Any) -> str:
        sizes = {"Conv2d": (1, 1, 1), "GRU": (1, 1)}.get(name, ())
        with pytest.raises(TypeError) as raised:
            getattr(lib.nn, name)(*sizes)()
        return str(raised.value)

    assert error(get_torch()) == error(ag)


@pytest.mark.parametrize("part", ["parameter", "module", "buffer"])
def test_assigning_before_the_constructor_fails_in_the_words_of_torch(part: str) -> None:
    def error(lib: Any) -> str:
        made = {"parameter": lib.nn.Parameter, "module": lambda _: lib.nn.ReLU(), "buffer": lib.nn.Buffer}[part]
        module = lib.nn.Module.__new__(lib.nn.Module)
        with pytest.raises(AttributeError) as raised:
            module.held = made(lib.ones(1))
        return str(raised.value)

    assert error(get_torch()) == error(ag)


def test_an_optimizer_of_two_groups_prints_as_in_torch() -> None:
    def text(lib: Any) -> str:
        groups = [{"params": [lib.ones(1, requires_grad=True)]}, {"params": [lib.ones(1, requires_grad=True)]}]
        return repr(lib.optim.SGD(groups, lr=0.1))

    assert text(get_torch()) == text(ag)
