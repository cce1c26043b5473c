"""Tensors of PyTorch's given to functions of ours: errors say whose they are and how to convert them."""

from __future__ import annotations

import pytest

import autograd_viz as ag
from tests.oracle import get_torch

CALLS = """
a + t
t + a
a * t
a @ t
a - t
a < t
ag.add(a, t)
ag.mul(t, a)
ag.exp(t)
ag.sum(t)
ag.cat([a, t])
ag.einsum("ij,jk", a, t)
ag.tensor(t)
ag.tensor([t, t])
ag.from_numpy(t)
ag.maximum(a, t)
ag.where(a > 0, a, t)
a.expand_as(t)
a.gather(0, t.long())
a.detach().copy_(t)
a.detach().__setitem__(0, t)
a[t.long()]
a.backward(t)
ag.autograd.backward(t.sum())
ag.autograd.grad(a.sum(), t)
ag.nn.Parameter(t)
ag.nn.Linear(3, 2)(t)
ag.nn.ReLU()(t)
ag.nn.ReLU(inplace=True)(t)
ag.nn.Dropout()(t)
ag.nn.LayerNorm(3)(t)
ag.nn.BatchNorm1d(3)(t)
ag.nn.Conv1d(2, 3, 1)(t)
ag.nn.MaxPool2d(2)(t[None])
ag.nn.Embedding(3, 2)(t.long())
ag.nn.MSELoss()(a, t)
ag.nn.CrossEntropyLoss()(t, a)
ag.nn.GroupNorm(1, 2)(t[None])
ag.nn.InstanceNorm1d(2)(t[None])
ag.nn.functional.normalize(t)
ag.nn.functional.cosine_similarity(a, t)
ag.nn.functional.one_hot(t.long())
ag.linalg.norm(t)
ag.linalg.svd(t)
ag.linalg.inv(t @ t.T)
ag.optim.SGD([t], lr=0.1)
""".strip().split("\n")


@pytest.mark.torch
@pytest.mark.parametrize("call", CALLS)
def test_a_tensor_of_torch_is_named_and_can_be_converted_as_the_error_says(call: str) -> None:
    names = {"ag": ag, "a": ag.ones(2, 3, requires_grad=True), "t": get_torch().ones(2, 3, requires_grad=True)}
    with pytest.raises((TypeError, RuntimeError, IndexError, AssertionError)) as raised:
        eval(call, names)
    assert "torch.Tensor: convert it, as with from_numpy(t.detach().numpy())" in str(raised.value)
    assert eval("ag.from_numpy(t.detach().numpy())", names).tolist() == [[1.0] * 3] * 2


def test_other_types_are_named_as_ever() -> None:
    with pytest.raises(TypeError, match=r"must be Tensor, not list$"):
        ag.exp([1.0])  # type: ignore[arg-type]
