"""The rules that the player shows, as a reader who knows the mathematics expects them."""

from __future__ import annotations

import pytest

from autograd_viz.trace import explanations
from autograd_viz.trace.event import VjpEvent
from tests.trace.lessons import record_cell

MATRIX = "x = ag.tensor([[2.0, 4.0, 3.0], [1.0, 0.0, 5.0]], requires_grad=True)\n"
F = "F = ag.nn.functional\n"
RULES = {
    "y = x.prod()": "dL/dx = dL/dy · product_of_others(x)",
    "y = x[1]": "dL/dx = put_back(dL/dy, into=[2, 3], along=0, at=1)",
    "y = x[:, 1:]": "dL/dx = put_back(dL/dy, into=[2, 3], along=1, at=range(1, 3, 1))",
    "y = x[[0, 0]]": "dL/dx = put_back(dL/dy, into=[2, 3], at=[[0, 0]])",
    "y = x.gather(1, ag.tensor([[0], [2]]))": "dL/dx = put_back(dL/dy, into=x.shape, along=1, at=[[0], [2]])",
    "y = x.max(1).values": "dL/dx = put_back(dL/dy, into=[2, 3], along=1, at=max(…).indices)",
    "y = x.norm()": "dL/dx = dL/dy · x / y",
    "y = F.linear(ag.ones(1, 3), x)": "dL/dx = t(dL/d(t(x)))",
    "y = x @ x.T": "dL/dx += dL/dy @ x",
    "w = ag.ones(2, 3)\ny = F.linear(x, w, ag.zeros(2))": "dL/dx = dL/dy @ w",
    "y = F.elu(x)": "dL/dx = dL/dy · where(x > 0, 1, exp(x))",
    "y = F.gelu(x)": "dL/dx = dL/dy · ((1 + erf(x / sqrt(2))) / 2 + x · exp(-x² / 2) / sqrt(2 · π))",
    "y = F.pad(x, (1, 1))": "dL/dx = unpadded(dL/dy, [1, 1])",
    "y = F.layer_norm(x, (3,))": "dL/dx = residual(dL/dy, normalized(x, [3], 1e-5)) / deviation(x, [3], 1e-5)",
    "t = ag.tensor([0, 2])\ny = F.nll_loss(x, t)": "dL/dx = -dL/dy · onehot(t, [2, 3]) / total_weight",
    "t = ag.tensor([0, 2])\ny = F.nll_loss(x, t, reduction='none')": "dL/dx = -unsqueeze(dL/dy, 1) · onehot(t, [2, 3])",
    "y = ag.cat([ag.ones(1, 3), x])": "dL/dx = part(dL/dy, number=1, of=[[1, 3], [2, 3]], along=0)",
    "y = x.cumprod(1)": "dL/dx = product_of_others_up_to(x, 1) @ dL/dy",
    "y = x.amax(1)": "dL/dx = shared(dL/dy, among=x, equal_to=y, along=[1])",
    "y = x.unfold(1, 2, 1)": "dL/dx = sum_of_windows(dL/dy, into=[2, 3], along=1, length=2, every=1)",
    "w = ag.ones(1, 2, 2)\nx = x.detach().unsqueeze(0).requires_grad_()\ny = F.conv1d(x, w)": (
        "dL/dx = conv_transpose(dL/dy, w, into=x.shape, step=[1], pad=[0])"
    ),
    "w = ag.ones(1, 2, 2, requires_grad=True)\nx = x.detach().unsqueeze(0)\ny = F.conv1d(x, w)": (
        "dL/dw = correlate(x, dL/dy, into=w.shape, step=[1], pad=[0])"
    ),
    "x = x.detach().unsqueeze(0).requires_grad_()\ny = F.max_pool2d(x, 2)": (
        "dL/dx = unpooled(dL/dy, into=x.shape, at=max_pool2d(…))"
    ),
    "w = ag.ones(3)\ny = F.batch_norm(x, None, None, w, None, True)": (
        "dL/dx = residual(dL/dy · by_channel(w), channel_normalized(x, 1e-5)) / channel_deviation(x, 1e-5)"
    ),
    "y = F.group_norm(x, 1)": "dL/dx = residual(dL/dy, group_normalized(x, 1, 1e-5)) / group_deviation(x, 1, 1e-5)",
    "y = x * 1\ny[0] = 3.0": "dL/d(y before fill_) = where(in_view, 0, dL/dy)",
    "y = x * 1\nv = ag.ones(3, requires_grad=True)\ny[0] = v": "dL/dv = dL/dy[view]",
    "y = x * 1\ny[0].mul_(3.0)": "dL/d(y before mul_) = where(in_view, dL/dy · 3, dL/dy)",
    "y = ag.stack([ag.ones(2, 3), x])": "dL/dx = select(dL/dy, 0, 1)",
}


@pytest.mark.parametrize("code", RULES)
def test_a_rule_reads_as_mathematics(code: str) -> None:
    """Its formula in names is the expected one."""
    trace = record_cell(f"{F}{MATRIX}{code}\ny.sum().backward()")
    rules = [each.rule for state, each in explanations(trace) if state.k and _is_vjp(trace.events[state.k - 1])]
    assert RULES[code] in rules


def _is_vjp(event: object) -> bool:
    return isinstance(event, VjpEvent) and event.value is not None
