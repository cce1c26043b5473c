"""float16 as PyTorch's kernels treat it: computed with in float32, and rounded once, at the end.

An entry of the tables asks for this by `wide=True`. It costs 0.2 µs a call, so that operations whose float16 result is
the same either way (a product, a choice) do without. Rules round after each of their operations, as PyTorch's do; where
PyTorch has a kernel for a rule, it is an operation of its own here, or calls `widened`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["HALF", "wide_forward", "widened"]

HALF = np.dtype(np.float16)
SINGLE = np.dtype(np.float32)


def widened(value: Any) -> Any:
    """Return a float16 array as float32 and anything else as it is; repeated elements tell nothing of an order."""
    if not isinstance(value, (np.ndarray, np.generic)) or value.dtype is not HALF:
        return value
    return value.astype(SINGLE, order="C" if 0 in value.strides else "K")


def wide_forward(forward: Callable[..., Any]) -> Callable[..., Any]:
    """Return a forward function that computes with float16 in float32.

    All its results are rounded to float16, but where an operand was of float32 only the first one is: the statistics
    and the gradients of float32 weights stay what they are.
    """

    def run(*values: Any) -> Any:
        for value in values:
            if value.__class__ is np.ndarray and value.dtype is HALF:
                break
        else:
            return forward(*values)
        mixed = any(isinstance(value, np.ndarray) and value.dtype is SINGLE for value in values)
        return _rounded(forward(*[widened(value) for value in values]), mixed)

    return run


def _rounded(results: Any, only_first: bool) -> Any:
    if isinstance(results, (tuple, list)):
        return [each if place and only_first else _rounded(each, False) for place, each in enumerate(results)]
    return results.astype(HALF) if results is not None and results.dtype is SINGLE else results
