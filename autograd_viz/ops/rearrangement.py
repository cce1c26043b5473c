"""Copies with the elements in other places: repeat, tile, flip, roll, rot90, tril, triu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..tensor import Tensor
from .arguments import say
from .dims import ints, whole_number, wrap_dims
from .op import arrays, op

__all__ = ["flip", "repeat"]


# repeat


def _repeat(self: Any, repeats: tuple[int, ...]) -> Any:
    return np.tile(self, repeats)


def _repeat_back(xp: Any, grad: Any, repeats: tuple[int, ...], self_shape: tuple[int, ...]) -> Any:
    """Sum the copies: split each repeated dimension into (copies, length) and sum over the copies."""
    lead = len(repeats) - len(self_shape)
    for _ in range(lead):
        grad = xp.sum(grad, (0,))
    split: list[int] = []
    copies: list[int] = []
    for times, length in zip(repeats[lead:], self_shape, strict=True):
        if times != 1:
            copies.append(len(split))
            split.append(times)
        split.append(length)
    return xp.sum(xp.reshape(grad, tuple(split)), tuple(copies)) if copies else grad


_repeat_op = op("Repeat", _repeat, self=("sum_of_copies(grad, repeats, self_shape)", _repeat_back))


def _sum_of_copies(grad: Any, repeats: tuple[int, ...], self_shape: tuple[int, ...]) -> Any:
    """Return the gradient of `repeat`, as its formula names it."""
    return _repeat_back(arrays, grad, repeats, self_shape)


def repeat(input: Tensor, *repeats: Any) -> Tensor:
    """Lay copies of a tensor side by side. Mirrors `torch.Tensor.repeat`.

    Parameters
    ----------
    input : Tensor
        What is copied.
    *repeats : int or tuple of int
        How many copies along each dimension; numbers to spare are new leading dimensions.

    Raises
    ------
    RuntimeError
        When there are fewer numbers than dimensions, or a negative one.
    """
    times = ints("repeat", repeats, "repeats")
    if len(times) < input._array.ndim:
        raise RuntimeError("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor")
    if any(each < 0 for each in times):
        raise RuntimeError(f"Trying to create tensor with negative dimension: repeat got {list(times)}")
    return _repeat_op(input, times)


def tile(input: Tensor, *dims: Any) -> Tensor:
    """Lay copies of a tensor side by side; missing numbers are ones in front. Mirrors `torch.tile`."""
    times = ints("tile", dims, "dims")
    return repeat(input, (1,) * (input._array.ndim - len(times)) + times)


# triangles

_tril_op = op(
    "Tril",
    lambda self, diagonal=0: np.ascontiguousarray(np.tril(self, diagonal)),
    self=("tril(grad, diagonal)", lambda xp, grad, diagonal: xp.tril(grad, diagonal)),
)
_triu_op = op(
    "Triu",
    lambda self, diagonal=0: np.ascontiguousarray(np.triu(self, diagonal)),
    self=("triu(grad, diagonal)", lambda xp, grad, diagonal: xp.triu(grad, diagonal)),
)


def _triangle(name: str, table: Any) -> Any:
    def function(input: Tensor, diagonal: int = 0) -> Tensor:
        if input._array.ndim < 2:
            raise RuntimeError(f"{name}: input tensor must have at least 2 dimensions")
        return table(input, whole_number(name, diagonal, "diagonal", 2))

    function.__name__ = function.__qualname__ = name
    side = "below" if name == "tril" else "above"
    function.__doc__ = f"Keep the elements on and {side} a diagonal, the others being 0. Mirrors `torch.{name}`."
    function.op = table.op  # type: ignore[attr-defined]
    return function


# flip, roll, rot90



def _flipped(self: Any, dims: Any) -> Any:
    """Return a reversed copy that keeps the order of dimensions in memory, where there is one."""
    if self.ndim == 0:
        return self.copy()
    return np.flip(self, dims).copy("C" if 0 in self.strides else "K")


_flip_op = op(
    "Flip",
    _flipped,
    self=("flip(grad, dims)", lambda xp, grad, dims: xp.flip(grad, dims)),
)


def flip(input: Tensor, *dims: Any) -> Tensor:
    """Reverse the order of the elements along dimensions. Mirrors `torch.flip`."""
    return _flip_op(input, wrap_dims(ints("flip", dims, "dims"), input._array.ndim))


def fliplr(input: Tensor) -> Tensor:
    """Reverse the columns. Mirrors `torch.fliplr`."""
    if input._array.ndim < 2:
        raise RuntimeError("Input must be >= 2-d.")
    return flip(input, 1)


def flipud(input: Tensor) -> Tensor:
    """Reverse the rows. Mirrors `torch.flipud`."""
    if input._array.ndim < 1:
        raise RuntimeError("Input must be >= 1-d.")
    return flip(input, 0)


def _roll(self: Any, shifts: tuple[int, ...], dims: tuple[int, ...]) -> Any:
    rolled = np.roll(self, shifts, dims) if dims else np.roll(self, shifts[0])
    return np.ascontiguousarray(rolled).reshape(self.shape)


_roll_op = op(
    "Roll",
    _roll,
    self=(
        "roll(grad, opposite(shifts), dims)",
        lambda xp, grad, shifts, dims: xp.roll(grad, tuple(-shift for shift in shifts), dims),
    ),
)


def roll(input: Tensor, shifts: int | Sequence[int], dims: int | Sequence[int] = ()) -> Tensor:
    """Shift elements along dimensions; those that fall off come back at the other end. Mirrors `torch.roll`.

    Parameters
    ----------
    input : Tensor
        What is shifted.
    shifts : int or sequence of int
        By how many places, one number a dimension.
    dims : int or sequence of int, optional
        Which dimensions; by default the tensor is shifted as if it had only one.
    """
    given = shifts if isinstance(shifts, (tuple, list)) else (shifts,)
    by = tuple([whole_number("roll", each, "shifts", 2) for each in given])
    along = tuple(dims) if isinstance(dims, (tuple, list)) else (dims,)
    if not by:
        raise RuntimeError("`shifts` required")
    if len(by) != len(along) and (along or len(by) != 1):
        raise RuntimeError(f"shifts and dimensions must align. shifts: {len(by)}, dims:{len(along)}")
    if along and not input._array.ndim:
        raise IndexError(f"Dimension specified as {along[0]} but tensor has no dimensions")
    if not input._array.size:  # PyTorch does not look at the dims
        return _roll_op(input, by, ())
    return _roll_op(input, by, tuple(wrap_dims(dim, input._array.ndim)[0] for dim in along))


def _rot90(self: Any, k: int = 1, dims: tuple[int, ...] = (0, 1)) -> Any:
    turns = k % 4
    if turns == 0:
        return self.copy()
    if turns == 2:
        return _flipped(self, dims)
    return _flipped(self, dims[1] if turns == 1 else dims[0]).swapaxes(*dims)


_rot90_op = op(
    "Rot90",
    _rot90,
    self=("rot90(grad, -k, dims)", lambda xp, grad, k, dims: xp.rot90(grad, -k, dims)),
)


def rot90(input: Tensor, k: int = 1, dims: Sequence[int] = (0, 1)) -> Tensor:
    """Turn a tensor by `k` right angles in the plane of two dimensions. Mirrors `torch.rot90`."""
    plane, ndim = tuple(dims), input._array.ndim
    if len(plane) != 2:
        raise RuntimeError(f"expected total rotation dims == 2, but got dims = {len(plane)}")
    if ndim < 2:
        raise RuntimeError(f"expected total dims >= 2, but got total dims = {ndim}")
    if plane[0] == plane[1] or abs(plane[0] - plane[1]) == ndim:
        raise RuntimeError(f"expected rotation dims to be different, but got dim0 = {plane[0]} and dim1 = {plane[1]}")
    return _rot90_op(input, k, wrap_dims(plane, ndim))


say("repeat", repeat, public=False, forward=_repeat, sizes="repeats")
say("tile", tile, sizes="dims")
say("tril", _triangle("tril", _tril_op))
say("triu", _triangle("triu", _triu_op))
say("flip", flip, forward=_flip_op.op.forward, sizes="dims")  # type: ignore[attr-defined]
say("fliplr", fliplr)
say("flipud", flipud)
say("roll", roll, forward=_roll)
say("rot90", rot90, forward=_rot90)
arrays.sum_of_copies = _sum_of_copies
arrays.opposite = lambda shifts: tuple(-shift for shift in shifts)
