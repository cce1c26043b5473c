"""Measure what a retained graph holds beside the arrays it must."""

import gc
import tracemalloc
from typing import Any

import autograd_viz as ag
from tests.bench.row import Note

NODE_TARGET = 1024  # bytes
ARRAYS_TARGET = 1.2


def held_by(size: int, steps: int) -> int:
    """Return the bytes that a chain of `steps` × tanh on `size` float64 elements holds."""
    x = ag.ones(size, dtype=ag.float64, requires_grad=True)
    y: Any = x.tanh()
    gc.collect()
    tracemalloc.start()
    for _ in range(steps):
        y = y.tanh()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held


def test_a_node_holds_at_most_a_kilobyte(note: Note) -> None:
    steps = 2000
    node = (held_by(1, steps) - steps * 8) / steps
    note("retained graph: a node", f"{node:.0f} B", f"{NODE_TARGET} B", node / NODE_TARGET, 1)


def test_a_graph_holds_little_more_than_its_arrays(note: Note) -> None:
    size, steps = 100_000, 20
    held, arrays = held_by(size, steps), size * steps * 8
    note("retained graph: arrays", f"{held / 1e6:.1f} MB", f"{arrays / 1e6:.1f} MB", held / arrays, ARRAYS_TARGET)
