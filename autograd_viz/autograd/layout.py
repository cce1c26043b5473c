"""How a leaf's `.grad` lies in memory. Mirrors PyTorch's gradient layout contract (`grad_layout_contract.h`).

The gradient of a leaf whose elements fill its memory lies in the leaf's own order; that of any other is row-major.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tensor import Tensor, make

__all__ = ["laid_out_for", "recorded_copy"]


def laid_out_for(leaf: Any, grad: Any) -> Any:
    """Return a gradient array, copied if it does not lie as that of `leaf`, another array, should."""
    wanted = _empty_for(leaf, grad.dtype)
    if _steps(wanted) == _steps(grad):
        return grad
    np.copyto(wanted, grad)
    return wanted


def recorded_copy(leaf: Any, grad: Tensor) -> Tensor:
    """Return a copy of a gradient as PyTorch makes it under `create_graph`: into an empty tensor."""
    return make(_empty_for(leaf, grad._array.dtype)).copy_(grad)


def _empty_for(leaf: Any, dtype: Any) -> Any:
    like = np.empty_like(leaf, dtype)
    dense = leaf.flags.forc or _steps(like) == _steps(leaf)
    return like if dense else np.empty(leaf.shape, dtype)


def _steps(array: Any) -> list[int]:
    """Return the strides, in elements, of the dimensions that have more than one element."""
    if array.size == 0:
        return []
    return [step // array.itemsize for step, n in zip(array.strides, array.shape, strict=True) if n != 1]
