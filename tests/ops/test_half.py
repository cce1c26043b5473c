"""float16 against torch where its range or its precision would not do: computed in float32, rounded at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from tests.oracle import assert_same, get_torch, to_array, to_ours, to_torch

pytestmark = pytest.mark.torch

ROWS: dict[str, Callable[[Any, Any], Any]] = {
    "layer_norm": lambda T, x: T.nn.functional.layer_norm(x, (8,)),
    "layer_norm, affine": lambda T, x: T.nn.functional.layer_norm(x, (8,), T.ones_like(x[0]) * 2, T.ones_like(x[0])),
    "rms_norm": lambda T, x: T.nn.functional.rms_norm(x, (8,)),
    "group_norm": lambda T, x: T.nn.functional.group_norm(x[None], 2),
    "instance_norm": lambda T, x: T.nn.functional.instance_norm(x[None]),
    "batch_norm": lambda T, x: T.nn.functional.batch_norm(x, None, None, training=True),
    "batch_norm, statistics of float32": lambda T, x: T.nn.functional.batch_norm(
        x, T.zeros(8), T.ones(8), T.ones(8), T.zeros(8), training=True
    ),
    "mse_loss": lambda T, x: T.nn.functional.mse_loss(x / 200, x.detach().flip(0) / 200),
    "smooth_l1_loss": lambda T, x: T.nn.functional.smooth_l1_loss(x, x.detach().flip(0)),
    "huber_loss": lambda T, x: T.nn.functional.huber_loss(x, x.detach().flip(0)),
    "avg_pool1d": lambda T, x: T.nn.functional.avg_pool1d(x[None], 4),
    "avg_pool2d": lambda T, x: T.nn.functional.avg_pool2d(x[None], 2),
    "conv_transpose1d": lambda T, x: T.nn.functional.conv_transpose1d(x[None], x[:, None, :3].detach() / 1000),
    "scaled_dot_product_attention": lambda T, x: T.nn.functional.scaled_dot_product_attention(*[x[None]] * 3),
    "attention in one node": lambda T, x: T.nn.functional.scaled_dot_product_attention(*[x[None, None]] * 3),
    "softmax": lambda T, x: x.softmax(1),
    "log_softmax": lambda T, x: x.log_softmax(0),
    "gelu, tanh": lambda T, x: T.nn.functional.gelu(x, approximate="tanh"),
    "hardswish": lambda T, x: T.nn.functional.hardswish(x),
    "mish": lambda T, x: T.nn.functional.mish(x),
    "softplus": lambda T, x: T.nn.functional.softplus(x),
    "lerp": lambda T, x: T.lerp(x, -x, 0.5),
    "addcmul": lambda T, x: T.addcmul(x, x, x, value=1e-4),
    "addmm": lambda T, x: T.addmm(x[:, :6], x, x.t(), beta=0.5, alpha=1e-4),
    "trapezoid": lambda T, x: T.trapezoid(x),
    "cumsum": lambda T, x: x.cumsum(1),
    "dist": lambda T, x: T.dist(x / 200, x.detach().flip(0) / 200),
    "std_mean": lambda T, x: T.std_mean(x, 1),
    "broadcasting undone": lambda T, x: x[0] + T.zeros(3000, 1, dtype=T.float16),
}


def _both(T: Any, x: Any, call: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
    x.requires_grad_()
    result = call(T, x)
    first = result if hasattr(result, "grad_fn") else result[0]
    return result, T.autograd.grad(first.sum(), x)[0]


@pytest.mark.parametrize("scale", [1.0, 1000.0, 20000.0])
@pytest.mark.parametrize("name", ROWS)
def test_half_precision_overflows_only_where_torch_does(name: str, scale: float) -> None:
    """Compare values and gradients at sizes whose squares and sums float16 cannot hold."""
    drawn = np.clip(np.random.default_rng(0).standard_normal((6, 8)) * scale, -6e4, 6e4).astype(np.float16)
    theirs, their_gradient = _both(get_torch(), to_torch(drawn), ROWS[name])
    ours, our_gradient = _both(ag, to_ours(drawn), ROWS[name])
    finite = np.abs(to_array(theirs if hasattr(theirs, "shape") else theirs[0]))
    atol = 2e-3 * max(1.0, float(np.max(finite[np.isfinite(finite)], initial=0)))
    assert_same(ours, theirs, rtol=4e-3, atol=atol)
    steep = float(np.max(np.abs(to_array(their_gradient)[np.isfinite(to_array(their_gradient))]), initial=1))
    assert_same(our_gradient, their_gradient, rtol=4e-3, atol=2e-3 * steep)


def test_running_statistics_of_half_precision_move_in_place() -> None:
    """Compare float16 statistics after a batch whose variance float16 cannot square its way to."""
    drawn = (np.random.default_rng(0).standard_normal((6, 8)) * 100 + 300).astype(np.float16)
    found = []
    for T, x in ((get_torch(), to_torch(drawn)), (ag, to_ours(drawn))):
        mean, variance = T.zeros(8, dtype=T.float16), T.ones(8, dtype=T.float16)
        T.nn.functional.batch_norm(x, mean, variance, training=True)
        found.append((mean, variance))
    assert_same(found[1], found[0])


def test_rms_norm_of_half_precision_casts_as_torch_does() -> None:
    """Compare the names of its nodes: the input goes to float32 and the result back."""
    names = []
    for T in (get_torch(), ag):
        y = T.nn.functional.rms_norm(T.ones(2, 8, dtype=T.float16, requires_grad=True), (8,))
        names.append([y.grad_fn.name(), y.grad_fn.next_functions[0][0].name()])
    assert names[1] == names[0]


EXACT: dict[str, Callable[[Any, Any], Any]] = {
    "a product with a number": lambda T, x: x * 0.1,
    "a product with a number out of range, back": lambda T, x: x * 1e-5 * 1e4,
    "a quotient by a number": lambda T, x: x / 0.3,
    "a number over": lambda T, x: 0.3 / (x + 5),
    "a product with a 0-dim tensor": lambda T, x: x * T.tensor(0.1),
    "a product in place": lambda T, x: x.clone().mul_(0.1),
    "a difference scaled": lambda T, x: x.sub(x.detach().flip(0), alpha=0.3),
    "cubed": lambda T, x: x**3,
    "lerp": lambda T, x: x.lerp(x.detach().flip(0), 0.3),
    "sigmoid": lambda T, x: x.sigmoid(),
    "erf": lambda T, x: x.erf(),
    "erfc": lambda T, x: x.erfc(),
    "log2": lambda T, x: x.abs().log2(),
    "log10": lambda T, x: x.abs().log10(),
    "exp2": lambda T, x: x.exp2(),
    "leaky_relu": lambda T, x: T.nn.functional.leaky_relu(x, 0.1),
    "deg2rad": lambda T, x: x.deg2rad(),
    "rad2deg": lambda T, x: x.rad2deg(),
    "rms_norm of small numbers": lambda T, x: T.nn.functional.rms_norm(x * 1e-3, (8,)),
}


@pytest.mark.parametrize("name", EXACT)
def test_half_precision_has_the_last_digit_of_torch(name: str) -> None:
    """Compare values and gradients, which are to be equal but for one in fifty, an ulp apart."""
    drawn = (np.random.default_rng(1).standard_normal((40, 8)) * 2).astype(np.float16)
    seed = np.random.default_rng(2).uniform(0.5, 1.5, drawn.shape).astype(np.float16)
    found = []
    for T, convert in ((get_torch(), to_torch), (ag, to_ours)):
        x = convert(drawn, requires_grad=True)
        y = EXACT[name](T, x)
        found.append([to_array(y), to_array(T.autograd.grad(y, x, convert(seed))[0])])
    for theirs, ours in zip(*found, strict=True):
        assert np.count_nonzero(ours != theirs) <= ours.size // 50
        np.testing.assert_allclose(ours, theirs, rtol=2e-3)
