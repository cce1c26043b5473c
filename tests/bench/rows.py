"""The speed table."""

from __future__ import annotations

from tests.bench.chains import chain, chain_against_both, deep
from tests.bench.deaf import listening
from tests.bench.imports import imports, seconds_in_children
from tests.bench.nets import hessian_vector, lenet, perceptron_against_both, scalars, transformer
from tests.bench.row import Row, both
from tests.bench.singles import REPEATS, SINGLES, repeated

__all__ = ["ROWS", "SINGLE_ROWS"]

MILLION = chain_against_both(1_000_000, 20)

ROWS = (
    Row("1,000 × (x·a + b), 1 element, per operation", "torch", 1.0, both(chain(1)), 60, 2000),
    Row("1,000 × (x·a + b), 1,000 elements, per operation", "torch", 1.0, both(chain(1000)), 30, 2000),
    Row("20 × (x·a + b), 1,000,000 elements", "torch", 1.0, MILLION, 8),
    Row("20 × (x·a + b), 1,000,000 elements", "numpy", 1.3, MILLION, 8),
    Row("net 784-512-512-10, batch 64, one step", "numpy", 1.15, perceptron_against_both, 30),
    Row("chain of 100,000 nodes", "torch", 1.0, both(deep), 7),
    Row("Hessian-vector product, dim 128, tanh", "torch", 1.0, both(hessian_vector), 100),
    Row("transformer block, batch 4, 64 tokens, width 64", "torch", 1.5, both(transformer), 30),
    Row("LeNet, batch 16, one step", "torch", 2.0, both(lenet), 30),
    Row("net 2-16-16-1 of 0-dim tensors", "torch", 1.0, both(scalars), 20),
    Row("import autograd_viz", "numpy", 1.3, imports, 15, timer=seconds_in_children),
    Row("nobody listens: 100 × (x·a + b), per operation", "deaf", 1.03, listening, 1500, 200),
)

SINGLE_ROWS = tuple(Row(name, "torch", 2.0, both(repeated(name)), 15, REPEATS) for name in SINGLES)
