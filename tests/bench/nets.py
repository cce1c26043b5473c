"""Nets as people train them, and a net of single numbers."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from tests.bench.row import Contenders, Round, both

__all__ = ["hessian_vector", "lenet", "perceptron_against_both", "scalars", "transformer"]


def weights() -> list[Any]:
    """Return the arrays of a net 784-512-512-10."""
    random = np.random.default_rng(0)
    found: list[Any] = []
    for inputs, outputs in pairwise((784, 512, 512, 10)):
        found += [random.normal(0, 0.05, (inputs, outputs)).astype(np.float32), np.zeros(outputs, np.float32)]
    return found


def batch(size: int = 64) -> tuple[Any, Any]:
    """Return a batch of inputs and their classes."""
    random = np.random.default_rng(1)
    return random.normal(size=(size, 784)).astype(np.float32), random.integers(0, 10, size)


def perceptron(T: Any) -> Round:
    """Return the work: one step of a net 784-512-512-10, batch 64, cross entropy."""
    arrays, (x, target) = weights(), batch()
    parameters = [T.from_numpy(each.copy()).requires_grad_() for each in arrays]
    inputs, classes = T.from_numpy(x), T.from_numpy(target)
    cross_entropy = T.nn.functional.cross_entropy

    def run() -> None:
        w1, b1, w2, b2, w3, b3 = parameters
        h = (inputs @ w1 + b1).relu()
        h = (h @ w2 + b2).relu()
        cross_entropy(h @ w3 + b3, classes).backward()
        for each in parameters:
            each.grad = None

    return run


def perceptron_by_hand() -> Round:
    """Return the same in NumPy."""
    (w1, b1, w2, b2, w3, b3), (x, target) = weights(), batch()
    rows = np.arange(64)

    def run() -> list[Any]:
        z1 = x @ w1 + b1
        h1 = np.maximum(z1, 0)
        z2 = h1 @ w2 + b2
        h2 = np.maximum(z2, 0)
        z3 = h2 @ w3 + b3
        shifted = z3 - z3.max(1, keepdims=True)
        grad = np.exp(shifted)
        grad /= grad.sum(1, keepdims=True)
        loss = -np.log(grad[rows, target]).mean()
        grad[rows, target] -= 1
        grad /= 64
        found = [loss, h2.T @ grad, grad.sum(0)]
        grad = (grad @ w3.T) * (h2 > 0)
        found += [h1.T @ grad, grad.sum(0)]
        grad = (grad @ w2.T) * (h1 > 0)
        return [*found, x.T @ grad, grad.sum(0)]

    return run


def perceptron_against_both() -> Contenders:
    """Return the net for all three contenders."""
    return {**both(perceptron)(), "numpy": perceptron_by_hand()}


def hessian_vector(T: Any) -> Round:
    """Return the work: a Hessian-vector product, dim 128, through tanh."""
    random = np.random.default_rng(0)
    matrix = T.from_numpy(random.normal(0, 0.1, (128, 128)))
    x = T.from_numpy(random.normal(size=128)).requires_grad_()
    v = T.from_numpy(random.normal(size=128))

    def run() -> None:
        y = ((matrix @ x).tanh() ** 2).sum()
        (gradient,) = T.autograd.grad(y, x, create_graph=True)
        T.autograd.grad(gradient, x, v)

    return run


def transformer(T: Any) -> Round:
    """Return the work: one step of a transformer block, batch 4, 64 tokens, width 64."""
    T.manual_seed(0)
    block = T.nn.TransformerEncoderLayer(64, 4, 256, dropout=0.0, batch_first=True)
    x = T.randn(4, 64, 64)

    def run() -> None:
        block(x).square().mean().backward()
        for each in block.parameters():
            each.grad = None

    return run


def lenet(T: Any) -> Round:
    """Return the work: one step of LeNet, batch 16 of 28 × 28."""
    T.manual_seed(0)
    nn = T.nn
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip
    x, target = T.randn(16, 1, 28, 28), T.arange(16) % 10

    def run() -> None:
        nn.functional.cross_entropy(model(x), target).backward()
        for each in model.parameters():
            each.grad = None

    return run


def scalars(T: Any) -> Round:
    """Return the work: micrograd's demo, a net 2-16-16-1 of 0-dim tensors, here on four points."""
    random = np.random.default_rng(0)

    def numbers(count: int) -> list[Any]:
        return [T.tensor(float(each), requires_grad=True) for each in random.normal(0, 0.5, count)]

    sizes = pairwise((2, 16, 16, 1))
    layers = [[(numbers(inputs), numbers(1)[0]) for _ in range(outputs)] for inputs, outputs in sizes]
    points = [(T.tensor(float(p)), T.tensor(float(q))) for p, q in random.normal(size=(4, 2))]
    everything = [each for layer in layers for weights, bias in layer for each in (*weights, bias)]

    def run() -> None:
        loss = T.tensor(0.0)
        for point in points:
            values = list(point)
            for layer in layers:
                values = [neuron(weights, bias, values) for weights, bias in layer]
            loss = loss + (values[0] - 1.0) ** 2
        loss.backward()
        for each in everything:
            each.grad = None

    return run


def neuron(weights: list[Any], bias: Any, values: list[Any]) -> Any:
    """Return relu(w·x + b), number by number."""
    total = bias
    for weight, value in zip(weights, values, strict=True):
        total = total + weight * value
    return total.relu()
