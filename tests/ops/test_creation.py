"""Tensors made from nothing and from Python data: values, dtypes, memory and errors are PyTorch's."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from tests.oracle import assert_same, assert_same_error, get_torch

Make = Callable[[Any], Any]

MADE: dict[str, Make] = {
    "zeros": lambda T: [T.zeros(2, 3), T.zeros((2, 3)), T.zeros([2]), T.zeros(T.ones(2, 3).shape), T.zeros(())],
    "zeros by keyword": lambda T: T.zeros(size=(2, 3)),
    "zeros of tensors": lambda T: T.zeros(T.tensor(2), T.tensor(1)),
    "ones": lambda T: [T.ones(3), T.ones(2, dtype=T.int64), T.ones(2, dtype=float), T.ones(1, dtype=bool)],
    "ones with grad": lambda T: T.ones(2, requires_grad=True),
    "ones on the CPU": lambda T: [T.ones(2, device="cpu"), T.ones(2, device=T.device("cpu"), pin_memory=False)],
    "empty": lambda T: [T.empty(2, 3).shape, T.empty(0).shape],
    "full": lambda T: [T.full((2,), 3), T.full((2,), 3.0), T.full((2,), True), T.full((2,), 2.7, dtype=T.int64)],
    "full of a tensor": lambda T: T.full((2,), T.tensor(3.0)),
    "full with grad": lambda T: T.full((2,), 1.0, requires_grad=True),
    "eye": lambda T: [T.eye(3), T.eye(2, 4), T.eye(3, 2, dtype=T.int32), T.eye(0)],
    "arange of ints": lambda T: [T.arange(5), T.arange(2, 9), T.arange(2, 9, 3), T.arange(5, 0, -2), T.arange(0)],
    "arange of floats": lambda T: [T.arange(2.5), T.arange(0, 1, 0.1), T.arange(1.0, -1.0, -0.25), T.arange(3.0)],
    "arange of a dtype": lambda T: [T.arange(5, dtype=T.float64), T.arange(2.9, dtype=T.int64)],
    "arange by keyword": lambda T: [T.arange(start=1, end=5, step=2), T.arange(1, end=3), T.arange(end=3)],
    "arange of tensors": lambda T: T.arange(T.tensor(1), T.tensor(4)),
    "arange far": lambda T: T.arange(1e6, 1e6 + 3),
    "linspace": lambda T: [T.linspace(0, 1, 5), T.linspace(3, 10, 1), T.linspace(0, 1, 0), T.linspace(1, -1, 4)],
    "linspace of many": lambda T: T.linspace(-1.7, 3.1, 101),
    "linspace of doubles": lambda T: T.linspace(-1.7, 3.1, 101, dtype=T.float64),
    "linspace of ints": lambda T: [T.linspace(0, 10, 4, dtype=T.int64), T.linspace(-5, 5, 7, dtype=T.int32)],
    "logspace": lambda T: [T.logspace(0, 2, 3), T.logspace(0, 3, 4, base=2)],
    "like": lambda T: [
        make(T.ones(2, 3, dtype=T.int32)) for make in (T.zeros_like, T.ones_like, lambda x: T.full_like(x, 2.5))
    ],
    "like of another dtype": lambda T: [
        T.zeros_like(T.ones(2), dtype=T.int64),
        T.full_like(T.ones(2), 2, dtype=T.bool),
    ],
    "like with grad": lambda T: [
        T.ones_like(T.ones(2, requires_grad=True)),
        T.ones_like(T.ones(2), requires_grad=True),
    ],
    "new": lambda T: [
        T.ones(1, dtype=T.float64).new_zeros(2, 3),
        T.ones(1, dtype=T.int32).new_ones((2,)),
        T.ones(1, dtype=T.float16).new_full((2,), 3),
        T.ones(1, dtype=T.float64).new_tensor([1, 2]),
        T.ones(1).new_empty(3).shape,
        T.ones(1).new_zeros(2, dtype=T.bool),
    ],
    "number": lambda T: [T.tensor(1), T.tensor(1.5), T.tensor(True), T.tensor(2.7, dtype=T.int64)],
    "list": lambda T: [T.tensor([1, 2]), T.tensor([1, 2.5]), T.tensor([True, False]), T.tensor([True, 2])],
    "list of all kinds": lambda T: T.tensor([1, True, 2.0]),
    "nested": lambda T: [T.tensor([[1, 2], [3, 4]]), T.tensor(((1.0,), (2.0,))), T.tensor([range(2), [5, 6]])],
    "nothing": lambda T: [T.tensor([]), T.tensor([[], []]), T.tensor([[[]]]), T.tensor([], dtype=T.int64)],
    "fractions to ints": lambda T: [T.tensor([2.7, -2.7], dtype=T.int64), T.tensor([0.5, 0], dtype=T.bool)],
    "odd numbers": lambda T: T.tensor([float("nan"), float("inf"), -0.0, 1e300]),
    "large ints": lambda T: [T.tensor(2**62), T.tensor([-(2**63)])],
    "wrapped bytes": lambda T: T.tensor(-1, dtype=T.uint8),
    "array": lambda T: [T.tensor(np.arange(3)), T.tensor(np.ones((2, 2), np.float32)), T.tensor(np.array([True]))],
    "array scalars": lambda T: [T.tensor(np.float64(1)), T.tensor(np.int8(3)), T.tensor(np.float32(2.5))],
    "list of array scalars": lambda T: [
        T.tensor([np.float64(1)]),
        T.tensor([np.float32(1), 1.0]),
        T.tensor([np.int32(1)]),
    ],
    "list of arrays": lambda T: T.tensor([np.ones(2), np.zeros(2)]),
    "tensor": lambda T: [T.tensor(T.ones(2, requires_grad=True)), T.tensor(T.ones(2), dtype=T.int64)],
    "list of 0-dim tensors": lambda T: [T.tensor([T.tensor(1), 2.5]), T.tensor([T.tensor(1.0), T.tensor(2)])],
    "list of tensors of one element": lambda T: T.tensor([T.ones(1), T.ones(1)]),
    "list of doubles": lambda T: T.tensor([T.tensor(1.0, dtype=T.float64), 2.5]),
    "list of results": lambda T: T.tensor([T.ones(2, requires_grad=True).sum(), 2]),
    "as_tensor": lambda T: [T.as_tensor([1, 2]), T.as_tensor([1, 2], dtype=T.float32), T.as_tensor(2.5)],
    "as_tensor of a tensor": lambda T: T.as_tensor(T.ones(2, requires_grad=True), dtype=T.float64),
    "as_tensor of an array": lambda T: [T.as_tensor(np.arange(3)), T.as_tensor(np.arange(3), dtype=T.float32)],
    "from_numpy": lambda T: [T.from_numpy(np.arange(3)), T.from_numpy(np.ones((2, 1), np.float16))],
    "scalar_tensor": lambda T: T.scalar_tensor(3),
    "legacy constructor": lambda T: [T.Tensor([1, 2]), T.Tensor(2, 3).shape, T.Tensor().shape],
}


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", MADE)
def test_what_is_made_is_what_torch_makes(name: str) -> None:
    """Compare values, dtypes, shapes and `requires_grad`."""
    assert_same(MADE[name](ag), MADE[name](get_torch()), rtol=1e-6, atol=1e-7)


WRONG: dict[str, tuple[Make, str]] = {
    "ragged": (lambda T: T.tensor([[1], [2, 3]]), "expected sequence of length 1 at dim 1 (got 2)"),
    "list among numbers": (lambda T: T.tensor([1, [2]]), "'list' object cannot be interpreted as"),
    "number among lists": (lambda T: T.tensor([[2], 1]), "not a sequence"),
    "string": (lambda T: T.tensor("a"), "invalid data type 'str'"),
    "string among numbers": (lambda T: T.tensor([1, "a"]), "invalid data type 'str'"),
    "None": (lambda T: T.tensor(None), "Could not infer dtype of NoneType"),
    "list of None": (lambda T: T.tensor([None]), "Could not infer dtype of NoneType"),
    "dict": (lambda T: T.tensor({}), "Could not infer dtype of dict"),
    "set": (lambda T: T.tensor({1}), "Could not infer dtype of set"),
    "generator": (lambda T: T.tensor(x for x in [1]), "Could not infer dtype of generator"),
    "list of vectors": (lambda T: T.tensor([T.ones(2)]), "only one element tensors can be converted to Python scalars"),
    "int with grad": (lambda T: T.tensor([1], requires_grad=True), "Only Tensors of floating point"),
    "int ones with grad": (lambda T: T.ones(2, dtype=T.int64, requires_grad=True), "Only Tensors of floating point"),
    "too large an int": (lambda T: T.tensor([2**70]), "Overflow when unpacking long"),
    "too large a byte": (lambda T: T.tensor([300], dtype=T.uint8), "value cannot be converted to type uint8 without"),
    "dtype as a string": (lambda T: T.tensor([1], dtype="int"), "argument 'dtype' must be torch.dtype, not str"),
    "unknown keyword": (lambda T: T.tensor([1], foo=1), "tensor() got an unexpected keyword argument 'foo'"),
    "negative size": (lambda T: T.zeros(-1), "zeros: Dimension size must be non-negative"),
    "negative size of ones": (lambda T: T.ones(2, -1), "Trying to create tensor with negative dimension -1: [2, -1]"),
    "float size": (lambda T: T.zeros(2.5), "zeros(): argument 'size' (position 1) must be tuple of ints, not float"),
    "bool size": (lambda T: T.zeros(True), "zeros(): argument 'size' (position 1) must be tuple of ints, not bool"),
    "no size": (lambda T: T.zeros(), 'zeros() missing 1 required positional arguments: "size"'),
    "full of an int size": (
        lambda T: T.full(2, 1.0),
        "full(): argument 'size' (position 1) must be tuple of ints, not int",
    ),
    "negative eye": (lambda T: T.eye(-1), "n must be greater or equal to 0, got -1"),
    "arange of nothing": (lambda T: T.arange(), "arange() received an invalid combination of arguments"),
    "arange the wrong way": (lambda T: T.arange(1, 0), "upper bound and lower bound inconsistent with step sign"),
    "arange without a step": (lambda T: T.arange(0, 1, 0), "step must be nonzero"),
    "arange without a whole step": (lambda T: T.arange(0, 1, 0.1, dtype=T.int64), "step must be nonzero"),
    "arange without end": (lambda T: T.arange(float("inf")), "unsupported range: 0 -> inf"),
    "negative steps": (lambda T: T.linspace(0, 1, -1), "number of steps must be non-negative"),
    "like of a list": (
        lambda T: T.zeros_like([1]),
        "zeros_like(): argument 'input' (position 1) must be Tensor, not list",
    ),
    "from_numpy of a list": (lambda T: T.from_numpy([1]), "expected np.ndarray (got list)"),
    "array of strings": (lambda T: T.from_numpy(np.array(["a"])), "can't convert np.ndarray of type numpy.str_."),
    "negative strides": (lambda T: T.from_numpy(np.arange(3)[::-1]), "At least one stride in the given numpy array is"),
    "tensor of negative strides": (
        lambda T: T.tensor(np.arange(3)[::-1]),
        "At least one stride in the given numpy array",
    ),
    "foreign byte order": (lambda T: T.from_numpy(np.arange(3, dtype=">i4")), "byte order different from the native"),
}


@pytest.mark.torch
@pytest.mark.parametrize("name", WRONG)
def test_errors_are_those_of_torch(name: str) -> None:
    """Compare the exception's type and key phrase."""
    run, phrase = WRONG[name]
    assert_same_error(run, (), (), phrase)


def test_a_tensor_of_data_has_memory_of_its_own() -> None:
    """Change the array that was copied."""
    array = np.ones(2)
    made = ag.tensor(array)
    array[0] = 5
    assert made.tolist() == [1, 1]


def test_memory_is_shared_with_numpy_where_promised() -> None:
    """Change the array, and then the tensor."""
    array = np.ones(2)
    for made in (ag.from_numpy(array), ag.as_tensor(array)):
        array[0] = 5
        assert made.tolist() == [5, 1]
        made.fill_(1)
        assert array.tolist() == [1, 1]


def test_as_tensor_of_a_tensor_is_the_tensor() -> None:
    """Ask for a tensor as it is."""
    x = ag.ones(2, requires_grad=True)
    assert ag.as_tensor(x) is x
    assert ag.as_tensor(x, dtype=ag.float32) is x


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ag.tensor(ag.ones(2)), "To copy construct from a tensor, it is recommended to use"),
        (lambda: ag.tensor([ag.ones(1, requires_grad=True).sum()]), "Converting a tensor with requires_grad=True"),
    ],
)
def test_copies_that_lose_the_history_warn(make: Callable[[], Any], words: str) -> None:
    """Make a tensor of tensors: no gradient flows back."""
    with pytest.warns(UserWarning, match=words):
        made = make()
    assert not made.requires_grad


def test_a_list_of_constants_does_not_warn() -> None:
    """Make a tensor of tensors that nobody follows."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ag.tensor([ag.tensor(1.0), 2.0]).tolist() == [1, 2]


@pytest.mark.torch
def test_the_default_dtype_is_that_of_new_floats() -> None:
    """Set it on both."""
    torch = get_torch()
    for T in (ag, torch):
        T.set_default_dtype(T.float64)
    try:
        for make in (
            lambda T: T.tensor([1.5]),
            lambda T: T.zeros(2),
            lambda T: T.arange(2.0),
            lambda T: T.ones(1).long() / 2,
        ):
            assert_same(make(ag), make(torch))
    finally:
        for T in (ag, torch):
            T.set_default_dtype(T.float32)


def test_tensors_made_in_inference_mode_say_so() -> None:
    """Make some inside and outside."""
    with ag.inference_mode():
        inside = [ag.zeros(2), ag.tensor([1.0]), ag.randn(2), ag.ones(2).clone(), ag.ones(2).detach()]
    assert all(each.is_inference() for each in inside)
    assert not ag.zeros(2).is_inference()


def test_what_is_not_there_says_so() -> None:
    """Ask for another device, for out= and for complex numbers."""
    with pytest.raises(RuntimeError, match="every tensor is on the CPU"):
        ag.zeros(2, device="cuda")
    with pytest.raises(RuntimeError, match="every tensor is on the CPU"):
        ag.zeros(2).cuda()
    with pytest.raises(NotImplementedError, match="out= is not provided"):
        ag.zeros(2, out=ag.ones(2))
    with pytest.raises(TypeError, match="autograd_viz has no complex numbers"):
        ag.tensor([1j])
    with pytest.raises(TypeError, match="autograd_viz has no complex numbers"):
        ag.ones(1) * 1j
