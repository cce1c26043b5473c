"""Long chains of small operations, where the cost of an operation is that of everything around its arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.bench.row import Contenders, Round, both

__all__ = ["chain", "chain_against_both", "deep"]


def chain(size: int, steps: int = 1000) -> Callable[[Any], Round]:
    """Return the work: steps × (x·a + b), forward and backward."""

    def make(T: Any) -> Round:
        x, a, b = (T.full((size,), value, dtype=T.float64, requires_grad=True) for value in (1.0, 0.999, 0.001))
        seed = T.ones(size, dtype=T.float64)

        def run() -> None:
            y = x
            for _ in range(steps):
                y = y * a + b
            y.backward(seed)
            x.grad = a.grad = b.grad = None

        return run

    return make


def chain_by_hand(size: int, steps: int) -> Round:
    """Return the same in NumPy, as one would write it: results kept, gradients of a and b summed."""
    x, a, b = (np.full(size, value) for value in (1.0, 0.999, 0.001))

    def run() -> tuple[Any, ...]:
        kept = []
        y = x
        for _ in range(steps):
            kept.append(y)
            y = y * a
            y += b
        grad = np.ones(size)
        grad_a, grad_b = np.zeros(size), np.zeros(size)
        for y in reversed(kept):
            grad_b += grad
            grad_a += grad * y
            grad = grad * a
        return grad, grad_a, grad_b

    return run


def chain_against_both(size: int, steps: int) -> Callable[[], Contenders]:
    """Return a `Row.make` with all three contenders."""
    return lambda: {**both(chain(size, steps))(), "numpy": chain_by_hand(size, steps)}


def deep(T: Any) -> Round:
    """Return the work: a chain of 100,000 nodes built, run and freed."""
    x = T.ones(1, dtype=T.float64, requires_grad=True)

    def run() -> None:
        y = x
        for _ in range(100_000):
            y = y.neg()
        y.backward()
        x.grad = None

    return run
