"""Questions about tensors and dtypes are answered as PyTorch answers them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import autograd_viz as ag
from tests.oracle import assert_same_error, get_torch

ASKED: dict[str, Callable[[Any, Any], Any]] = {
    "is_tensor": lambda T, x: [T.is_tensor(x), T.is_tensor(1), T.is_tensor([x])],
    "numel": lambda T, x: [T.numel(x), x.numel(), x.nelement(), T.numel(T.zeros(0, 3))],
    "kinds": lambda T, x: [f(each) for f in (T.is_floating_point, T.is_signed, T.is_complex) for each in (x, x.byte())],
    "sizes": lambda T, x: [x.nbytes, x.itemsize, x.element_size(), x.dim(), x.ndim, x.size(), x.size(-1), len(x)],
    "places": lambda T, x: [x.is_cpu, x.is_cuda, x.get_device(), T.get_device(x), x.is_pinned(), x.is_shared()],
    "strides": lambda T, x: [x.stride(), x.t().stride(), x.t().is_contiguous(), x.stride(0), x[:, 1].stride()],
    "same size": lambda T, x: [x.is_same_size(x), x.is_same_size(x[0])],
    "same memory": lambda T, x: [
        x.is_set_to(x.detach()),
        x.is_set_to(x.clone()),
        x.untyped_storage().data_ptr() == x.view(6).untyped_storage().data_ptr(),
        x[1].untyped_storage().nbytes(),
    ],
    "result_type": lambda T, x: [
        T.result_type(x, 1),
        T.result_type(T.tensor([1]), 1.5),
        T.result_type(T.tensor([1]), True),
        T.result_type(x.half(), x.double()),
        T.result_type(x.half(), T.tensor(1.0, dtype=T.float64)),
        T.result_type(x.byte(), x.char()),
        T.result_type(1, T.tensor([True])),
    ],
    "promote_types": lambda T, x: [
        T.promote_types(one, two)
        for one in (T.bool, T.uint8, T.int8, T.int64, T.float16, T.float32)
        for two in (T.bool, T.uint8, T.int32, T.float16, T.float64)
    ],
    "can_cast": lambda T, x: [
        T.can_cast(T.float64, T.int32),
        T.can_cast(T.float64, T.float16),
        T.can_cast(T.bool, T.int8),
    ],
    "broadcast_shapes": lambda T, x: [
        T.broadcast_shapes((2, 1), (3,)),
        T.broadcast_shapes(2, (3, 2)),
        T.broadcast_shapes(()),
    ],
    "typename": lambda T, x: [T.typename(x), T.typename(x.long()), T.typename(1)],
    "dtypes": lambda T, x: [T.float32.is_floating_point, T.int8.is_signed, T.float16.itemsize, T.bool.is_signed],
    "limits": lambda T, x: [T.finfo(T.float32).eps, T.finfo(T.float64).max, T.iinfo(T.int16).min, T.finfo().bits],
}


@pytest.mark.torch
@pytest.mark.parametrize("name", ASKED)
def test_answers_are_those_of_torch(name: str) -> None:
    """Compare what is printed."""
    answers = [repr(ASKED[name](T, T.ones(2, 3, requires_grad=True))) for T in (ag, get_torch())]
    assert answers[0] == answers[1]


@pytest.mark.torch
def test_shapes_that_do_not_broadcast_are_refused() -> None:
    """Ask for the shape of what cannot be."""
    assert_same_error(lambda T: T.broadcast_shapes((2,), (3,)), (), (), "Attempting to broadcast a dimension of")


@pytest.mark.torch
@pytest.mark.parametrize("ask", [lambda T: T.numel([1]), lambda T: T.is_floating_point(1.0)])
def test_what_is_no_tensor_is_refused(ask: Callable[[Any], Any]) -> None:
    """Ask a list and a number."""
    assert_same_error(ask, (), (), "must be Tensor, not")


def test_memory_stays_where_it_is() -> None:
    """Ask for it elsewhere."""
    x = ag.ones(2)
    assert x.cpu() is x.pin_memory() is x.share_memory_() is x
