"""Repeating elements: expand and broadcast_to as views, repeat and tile as copies."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tensor import Tensor
from .arguments import say
from .dims import ints
from .op import METHODS, op, register
from .type_words import type_word
from .wrapping import check_tensor, check_tensors

__all__ = ["broadcast_shape", "check_expand", "expand", "expanded"]


def _expand(self: Any, size: tuple[int, ...]) -> Any:
    if not self.ndim and size:
        return np.ndarray(size, self.dtype, self, 0, (0,) * len(size))
    if size == self.shape:
        return self[...]
    steps = [0 if length == 1 else step for length, step in zip(self.shape, self.strides, strict=True)]
    strides = (0,) * (len(size) - self.ndim) + tuple(steps)
    if self.flags.c_contiguous and self.size:  # ten times quicker than as_strided
        return np.ndarray(size, self.dtype, self, 0, strides)
    return np.lib.stride_tricks.as_strided(self, size, strides)


def _expand_array(self: Any, size: tuple[int, ...]) -> Any:
    """Expand a gradient: it is only read, so a small one may as well be copied, which is quicker than a view."""
    whole = np.empty(size, self.dtype)
    if whole.size > 4096:
        return np.broadcast_to(self, size)
    whole[...] = self
    return whole


_expand_op = op("Expand", _expand, view=True, self=("grad", lambda grad: grad))


def expand(input: Tensor, *size: Any) -> Tensor:
    """Stretch dimensions of length 1, and add leading ones, without copying. Mirrors `torch.Tensor.expand`.

    Parameters
    ----------
    input : Tensor
        What is stretched.
    *size : int or tuple of int
        The lengths wanted; -1 keeps a dimension's length.

    Raises
    ------
    RuntimeError
        When a length that is not 1 would have to change.
    """
    return _expand_op(input, check_expand(ints("expand", size), input._array))


def expanded(input: Tensor, size: tuple[int, ...]) -> Tensor:
    """Expand to a size that is known to fit."""
    return _expand_op(input, size)


def check_expand(size: tuple[int, ...], array: Any) -> tuple[int, ...]:
    """Return the size that `expand` gives an array, each -1 worked out.

    Raises
    ------
    RuntimeError
        When the array's shape does not expand to it.
    """
    shape = array.shape
    lead = len(size) - len(shape)
    if lead < 0:
        raise RuntimeError(
            f"expand(torch.{type_word(array)}Tensor{{{list(shape)}}}, size={list(size)}): the number of sizes provided "
            f"({len(size)}) must be greater or equal to the number of dimensions in the tensor ({len(shape)})"
        )
    full = list(size)
    for place, length in enumerate(size):
        have = shape[place - lead] if place >= lead else None
        if length == -1:
            if have is None:
                raise RuntimeError(
                    f"The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension {place}"
                )
            full[place] = have
        elif have is not None and have != length and have != 1:
            raise RuntimeError(
                f"The expanded size of the tensor ({length}) must match the existing size ({have}) at non-singleton "
                f"dimension {place}.  Target sizes: {list(size)}.  Tensor sizes: {list(shape)}"
            )
    return tuple(full)


def expand_as(input: Tensor, other: Tensor) -> Tensor:
    """Expand to the shape of `other`. Mirrors `torch.Tensor.expand_as`."""
    check_tensor("expand_as", other, "other")
    return expand(input, tuple(other._array.shape))


def broadcast_to(input: Tensor, *size: Any) -> Tensor:
    """Expand to `size`. Mirrors `torch.broadcast_to`."""
    return expand(input, ints("broadcast_to", size))


def broadcast_shape(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape that shapes broadcast to.

    Raises
    ------
    RuntimeError
        When two of them do not fit together.
    """
    result: tuple[int, ...] = ()
    for shape in shapes:
        result = _broadcast_two(result, shape)
    return result


def _broadcast_two(one: tuple[int, ...], two: tuple[int, ...]) -> tuple[int, ...]:
    if one == two:
        return one
    from .dispatch import broadcast_error

    longest = max(len(one), len(two))
    padded = ((1,) * (longest - len(one)) + one, (1,) * (longest - len(two)) + two)
    if any(a != b and a != 1 and b != 1 for a, b in zip(*padded, strict=True)):
        raise broadcast_error(one, two)
    return tuple(b if a == 1 else a for a, b in zip(*padded, strict=True))


def broadcast_tensors(*tensors: Any) -> tuple[Tensor, ...]:
    """Expand tensors to the shape they broadcast to. Mirrors `torch.broadcast_tensors`."""
    given = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors
    check_tensors(given)
    shape = broadcast_shape(*(each._array.shape for each in given))
    return tuple(each if each._array.shape == shape else expand(each, shape) for each in given)


say("expand", expand, public=False, forward=_expand_array, sizes="size")
METHODS["expand_as"] = expand_as
say("broadcast_to", broadcast_to, forward=_expand_array, sizes="size")
register("broadcast_tensors", broadcast_tensors, method=False)
