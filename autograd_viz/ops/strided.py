"""Views given by strides: unfold, as_strided."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ..tensor import Tensor
from .arguments import say
from .dims import ints, wrap_dim
from .op import METHODS, arrays, op, register

__all__ = ["as_strided", "unfold"]

_strided = np.lib.stride_tricks.as_strided


# unfold: windows


def _unfold(self: Any, dimension: int, size: int, step: int) -> Any:
    if self.ndim == 0:
        return self.reshape(1)[:size]
    count = (self.shape[dimension] - size) // step + 1
    shape = (*self.shape[:dimension], count, *self.shape[dimension + 1 :], size)
    pace = self.strides[dimension]
    strides = (*self.strides[:dimension], pace * step, *self.strides[dimension + 1 :], pace)
    return _strided(self, shape, strides)


def _unfold_backward(grad: Any, input_sizes: tuple[int, ...], dim: int, size: int, step: int) -> Any:
    """Add each window's gradient to the elements it showed."""
    whole = np.zeros(input_sizes, grad.dtype)
    if whole.ndim == 0:
        return whole + grad.sum()
    along = np.moveaxis(whole, dim, 0)
    windows = np.moveaxis(grad, dim, 0)
    for place in range(size):
        along[place : place + step * len(windows) : step][: len(windows)] += windows[..., place]
    return whole


_unfold_op = op(
    "Unfold",
    _unfold,
    view=True,
    self=(
        "sum_of_windows(grad, into=self_shape, along=dimension, length=size, every=step)",
        lambda xp, grad, self_shape, dimension, size, step: xp.unfold_backward(
            grad, self_shape, dimension, size, step
        ),
    ),
)
_unfold_backward_op = op(
    "UnfoldBackward",
    _unfold_backward,
    grad=("windows(grad, dim, size, step)", lambda xp, grad, dim, size, step: xp.windows(grad, dim, size, step)),
)


def unfold(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """Return all windows of `size` elements, `step` apart, in a new last dimension. Mirrors `torch.Tensor.unfold`.

    Raises
    ------
    RuntimeError
        When a window is longer than the dimension, or the step is not positive.
    """
    shape = input._array.shape
    dim = wrap_dim(dimension, len(shape))
    length = shape[dim] if shape else 1
    if size > length:
        raise RuntimeError(f"maximum size for tensor at dimension {dim} is {length} but size is {size}")
    if size < 0:
        raise RuntimeError(f"size is {size} but must be >= 0")
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")
    return _unfold_op(input, dim, size, step)


# as_strided: any geometry over the memory that the tensor shows a part of

Geometry = tuple[tuple[int, ...], tuple[int, ...], int]  # size, steps, offset; all in elements


def _memory(array: Any) -> tuple[Any, int]:
    """Return the whole memory as a flat array and where in it the array begins, in elements."""
    root = array
    while root.base is not None:
        below = root.base if isinstance(root.base, np.ndarray) else getattr(root.base, "base", None)
        if not isinstance(below, np.ndarray):
            break
        root = below
    flat = root.reshape(-1, order="A") if root.flags.forc else np.empty(0, array.dtype)
    start = array.__array_interface__["data"][0] - root.__array_interface__["data"][0]
    return flat.view(array.dtype), start // array.itemsize


def _as_strided(self: Any, size: tuple[int, ...], stride: tuple[int, ...], offset: int) -> Any:
    """Return the view; the offset counts from the first element of `self`."""
    flat, start = _memory(self)
    reach = start + offset + sum((length - 1) * step for length, step in zip(size, stride, strict=True)) + 1
    if 0 not in size and reach > flat.size:
        raise RuntimeError(
            f"setStorage: sizes {list(size)}, strides {list(stride)}, storage offset {start + offset}, and itemsize "
            f"{self.itemsize} requiring a storage size of {reach * self.itemsize} are out of bounds for storage of "
            f"size {flat.nbytes}"
        )
    return _strided(flat[start + offset :], size, tuple(step * self.itemsize for step in stride))


def _places(geometry: Geometry) -> Any:
    """Return for each element of a geometry its place in memory."""
    size, steps, offset = geometry
    places = np.full(size, offset, np.intp)
    for dim, (length, step) in enumerate(zip(size, steps, strict=True)):
        places += (np.arange(length) * step).reshape((length,) + (1,) * (len(size) - dim - 1))
    return places


def _moved(self: Any, source: Geometry, target: Geometry, shared: Geometry) -> Any:
    """Put elements into memory by one geometry, adding where they overlap, and read them by another.

    Elements of memory that the geometry `shared` shows several times are divided among them.
    """
    places, wanted, common = _places(source), _places(target), _places(shared)
    low = min(each.min(initial=0) for each in (places, wanted, common))
    high = max(each.max(initial=0) for each in (places, wanted, common))
    memory = np.zeros(high - low + 1, self.dtype)
    np.add.at(memory, places - low, self)
    times = np.bincount((common - low).ravel(), minlength=memory.size)
    memory /= np.maximum(times, 1).astype(self.dtype)
    return memory[wanted - low]


def _as_strided_back(
    xp: Any,
    grad: Any,
    size: tuple[int, ...],
    stride: tuple[int, ...],
    offset: int,
    self_shape: tuple[int, ...],
    self_strides: tuple[int, ...],
    self_itemsize: int,
) -> Any:
    own = (self_shape, tuple(step // self_itemsize for step in self_strides), 0)
    return xp.moved(grad, (size, stride, offset), own, own)


_back = ("as_strided_back(grad, size, stride, offset, self_shape, self_strides, self_itemsize)", _as_strided_back)
_as_strided_op = op("AsStrided", _as_strided, view=True, self=_back)
AS_STRIDED_IN_PLACE = op("AsStrided", _as_strided, variant=1, self=_back).op  # type: ignore[attr-defined]
_moved_op = op(
    "AsStridedBackward",
    _moved,
    self=(
        "moved(grad, target, source, shared)",
        lambda xp, grad, source, target, shared: xp.moved(grad, target, source, shared),
    ),
)


def as_strided(input: Tensor, size: Any, stride: Any, storage_offset: int | None = None) -> Tensor:
    """Return a view of the tensor's memory by sizes and strides of its own. Mirrors `torch.as_strided`.

    Parameters
    ----------
    input : Tensor
        Whose memory is shown.
    size, stride : tuple of int
        The lengths, and the steps in elements along each dimension.
    storage_offset : int, optional
        Where in the memory it begins, in elements; by default where `input` does.

    Raises
    ------
    RuntimeError
        When the view would reach beyond the memory.
    """
    lengths, steps = ints("as_strided", (size,)), ints("as_strided", (stride,), "stride")
    if len(lengths) != len(steps):
        raise RuntimeError(f"mismatch in length of strides and shape: {list(steps)} and {list(lengths)}")
    if any(step < 0 for step in steps):
        raise RuntimeError(f"as_strided: Negative strides are not supported at the moment, got strides: {list(steps)}")
    if any(length < 0 for length in lengths):
        raise RuntimeError(f"Storage size calculation overflowed with sizes={list(lengths)} and strides={list(steps)}")
    if storage_offset is not None and storage_offset < 0:
        raise RuntimeError(f"Tensor: invalid storage offset {storage_offset}")
    offset = 0 if storage_offset is None else operator.index(storage_offset) - storage_offset_of(input)
    return _as_strided_op(input, lengths, steps, offset)


def storage_offset_of(input: Tensor) -> int:
    """Return where in its memory a tensor begins, in elements. Mirrors `torch.Tensor.storage_offset`."""
    return _memory(input._array)[1]


say("unfold", unfold, public=False)
register("windows", unfold, forward=_unfold, method=False, public=False)
register("unfold_backward", _unfold_backward_op, method=False, public=False)
say("as_strided", as_strided)
register("moved", _moved_op, method=False, public=False)
arrays.as_strided_back = lambda *values: _as_strided_back(arrays, *values)
storage_offset_of.__qualname__ = "storage_offset"
METHODS["storage_offset"] = storage_offset_of
