"""Values of a trace as NumPy arrays, and arrays as text of bounded length."""

from __future__ import annotations

import base64
from math import inf, isfinite, isnan

import numpy as np

from autograd_viz.trace.data import Value
from autograd_viz.trace.figures import number, shape_text

_WIDENED = {"float16": "float32", "bfloat16": "float32"}
MOST_SHOWN = 16
"""Arrays with more elements than this are not written in full."""
FIRST_SHOWN = 3


def numbers(value: Value) -> np.ndarray | None:
    """Return a value's elements in row-major order, `(n,) float64`; None where only a summary was kept."""
    if value.data is not None:
        return np.array([float(each) for each in value.data])
    if value.base64 is None:
        return None
    dtype = np.dtype(_WIDENED.get(value.dtype, value.dtype)).newbyteorder("<")
    return np.frombuffer(base64.b64decode(value.base64), dtype).astype(np.float64)


def array(value: Value) -> np.ndarray | None:
    """Return a value in its shape, float64; None where only a summary was kept."""
    found = numbers(value)
    return None if found is None else found.reshape(value.shape)


def has_nan(value: Value) -> bool:
    """Return whether a value holds NaN."""
    if value.summary is not None:
        return value.summary.nan > 0
    found = numbers(value)
    return found is not None and bool(np.isnan(found).any())


def plain_number(x: float) -> float | str:
    """Return a number as JSON can hold it."""
    if isnan(x):
        return "NaN"
    return float(x) if isfinite(x) else ("Infinity" if x == inf else "-Infinity")


def array_text(found: np.ndarray) -> str:
    """Write an array: `6`, `[1, 2]`, or of a large one how it begins and its shape, `[1, 2, 3, …] of shape [5, 5]`."""
    return begun_text(found) + (f" of shape {shape_text(found.shape)}" if found.size > MOST_SHOWN else "")


def begun_text(found: np.ndarray) -> str:
    """Write an array, or how a large one begins: `[1, 2, 3, …]`."""
    if found.size > MOST_SHOWN:
        return f"[{', '.join(number(plain_number(each)) for each in found.ravel()[:FIRST_SHOWN].tolist())}, …]"
    if found.ndim == 0:
        return number(plain_number(float(found)))
    return f"[{', '.join(map(begun_text, found))}]"
