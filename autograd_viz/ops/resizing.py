"""Sizes given anew: resize_ and resize_as_, which may change how many elements there are; sum_to_size."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..autograd.views import note_change
from ..tensor import Tensor
from .dims import ints
from .op import METHODS
from .wrapping import check_tensor

__all__: list[str] = []


def resize_(self: Tensor, *size: Any, memory_format: Any = None) -> Tensor:
    """Give the tensor another size, with its elements in front and arbitrary ones behind.

    Mirrors `torch.Tensor.resize_`. Views made before go on showing the old memory where more of it is needed.

    Raises
    ------
    RuntimeError
        When the tensor requires grad.
    """
    shape = ints("resize_", size)
    if self._requires_grad:
        raise RuntimeError("cannot resize variables that require grad")
    if any(length < 0 for length in shape):
        raise RuntimeError(f"Trying to create tensor with negative dimension: {list(shape)}")
    count = math.prod(shape)
    flat = self._array.reshape(-1)
    if count > flat.size:
        flat = np.concatenate([flat, np.empty(count - flat.size, flat.dtype)])
    self._array = flat[:count].reshape(shape)
    self.bump_version()
    note_change(self)
    return self


def resize_as_(self: Tensor, the_template: Tensor, *, memory_format: Any = None) -> Tensor:
    """Give the tensor the size of another. Mirrors `torch.Tensor.resize_as_`."""
    check_tensor("resize_as_", the_template, "the_template", 1)
    return resize_(self, *the_template._array.shape) if the_template._array.ndim else resize_(self, ())


def sum_to_size(self: Tensor, *size: Any) -> Tensor:
    """Return the sum over the dims that broadcasting would expand from `size`. Mirrors `torch.Tensor.sum_to_size`."""
    shape, own = ints("sum_to_size", size), self._array.shape
    try:
        fits = np.broadcast_shapes(shape, own) == own
    except ValueError:
        fits = False
    if not fits:
        raise RuntimeError(f"size {{{list(shape)}}} is not expandable to size {{{list(own)}}}.")
    leading = len(own) - len(shape)
    dims = [*range(leading), *(leading + i for i, one in enumerate(shape) if one == 1 and own[leading + i] != 1)]
    if not dims:
        return self
    summed: Any = self.sum(dims, keepdim=True)
    return summed.view(shape) if leading else summed


METHODS.update({"resize_": resize_, "resize_as_": resize_as_, "sum_to_size": sum_to_size})
