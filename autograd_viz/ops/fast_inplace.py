"""The fast path of changes in place that nobody records or hears: write, and count the version.

Measured on 1,000 float32 elements, general path and this one: `add_` 13 and 3.6 µs, `zero_` 5.8 and 0.9 (PyTorch on
the same busy machine: 2.2 and 0.7).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autograd import listeners
from ..autograd.state import fast, local
from ..tensor import Tensor

__all__ = ["UFUNCS", "changed", "is_plain"]

UFUNCS: dict[str, Any] = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide}


def is_plain(target: Tensor, tracked: bool) -> bool:
    """Return whether a change of `target` is no more than writing into its array and counting its version.

    `tracked` says whether an operand requires grad.
    """
    if fast.special:
        if local.target is not None or local.before_change is not None or local.inference or listeners.active():
            return False
        tracked = tracked and local.grad_enabled
    if tracked or not target._array.flags.c_contiguous:  # elements that share memory are never contiguous
        return False
    meta = target._meta
    return meta is None or (meta.base is None and meta.views is None and not meta.inference)


def changed(ufunc: Any, target: Tensor, other: Any) -> bool:
    """Put `ufunc(target, other)` into a float tensor, if that is all there is to do; return whether it was done."""
    array = target._array
    if array.dtype.kind != "f":
        return False
    kind = other.__class__
    if kind is Tensor:
        value, tracked = other._array, target._requires_grad or other._requires_grad
        if value.dtype is not array.dtype or (other._counter is not None and other._counter is target._counter):
            return False
    elif kind is float and array.itemsize > 2:
        value, tracked = other, target._requires_grad
    else:
        return False
    if not is_plain(target, tracked):
        return False
    try:
        with np.errstate(all="ignore"):
            ufunc(array, value, array)
    except ValueError:  # shapes that do not fit: the general path words that
        return False
    target.bump_version()
    return True
