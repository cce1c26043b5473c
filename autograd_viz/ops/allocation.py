"""The error for what does not fit into memory, as PyTorch words it."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

__all__ = ["allocating", "allocation_error"]


def allocation_error(error: MemoryError) -> RuntimeError:
    """Return PyTorch's error for NumPy's, which knows the shape and the dtype that were asked for."""
    shape, dtype = getattr(error, "shape", None), getattr(error, "dtype", None)
    if shape is None or dtype is None:
        return RuntimeError("DefaultCPUAllocator: can't allocate memory: make the tensors smaller")
    return RuntimeError(
        f"DefaultCPUAllocator: can't allocate memory: you tried to allocate {math.prod(shape) * dtype.itemsize} bytes, "
        f"a tensor of shape {list(shape)}. Make it smaller."
    )


def allocating(fill: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that makes an array, with PyTorch's errors where there is no room for it."""

    @functools.wraps(fill)
    def run(*args: Any, **options: Any) -> Any:
        try:
            return fill(*args, **options)
        except MemoryError as error:
            raise allocation_error(error) from None
        except ValueError as error:
            if not any(phrase in str(error) for phrase in ("array is too big", "aximum allowed", "too large")):
                raise
            sizes: list[Any] = next((list(each) for each in args if isinstance(each, tuple)), [])
            if any(size >= 2**63 for size in sizes):
                raise TypeError(f"argument 'size': Overflow when unpacking long long, got {sizes}") from None
            said = f"with sizes={sizes}" if sizes else "(invalid size, possible overflow?)"
            raise RuntimeError(f"Storage size calculation overflowed {said}") from None

    return run
