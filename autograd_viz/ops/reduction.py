"""Reductions to fewer elements: sums, means, products, and the largest and smallest.

Ties are shared as in PyTorch: `amax`, `amin` and the whole-tensor `max()`, `min()` divide the gradient equally among
equal extremes; `max(dim)` and `min(dim)` give it to the one whose index they return.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..tensor import Tensor
from .dims import wrap_dims
from .expansion import expanded
from .op import op, register, tensors
from .wrapping import public

__all__ = ["add_reduce", "averaged", "contiguous", "count", "reduced_dims", "restored", "total"]


def reduced_dims(tensor: Tensor, dim: Any) -> tuple[int, ...]:
    """Return the dims meant by an argument: an int, a tuple, or None or () for all of them; () of a 0-dim tensor."""
    ndim = tensor._array.ndim
    if ndim == 0:
        wrap_dims(() if dim is None else dim, 0)
        return ()
    return tuple(range(ndim)) if dim is None or dim == () or dim == [] else wrap_dims(dim, ndim)


# what rules need: an array back in the shape it had before a reduction


def restored(xp: Any, value: Any, dim: Any, self_shape: tuple[int, ...]) -> Any:
    """Return a reduced value with the dims that the reduction took away, as dims of length 1."""
    if len(value.shape) != len(self_shape):
        for each in sorted((dim,) if isinstance(dim, int) else dim):
            value = xp.unsqueeze(value, each)
    return value


def _spread_array(grad: Any, self_shape: tuple[int, ...], dim: tuple[int, ...] = ()) -> Any:
    array = np.asarray(grad)
    if dim and array.ndim != len(self_shape):
        array = np.expand_dims(array, (*dim,))  # NumPy 1.26 knows no other tuples
    if not array.ndim:
        return np.ndarray(self_shape, array.dtype, array, 0, (0,) * len(self_shape))
    return np.broadcast_to(array, self_shape)


def _spread_tensor(grad: Tensor, self_shape: tuple[int, ...], dim: tuple[int, ...] = ()) -> Any:
    return expanded(restored(tensors, grad, dim, self_shape) if dim else grad, self_shape)


register("spread", _spread_tensor, forward=_spread_array, method=False, public=False)


# sum and mean


add_reduce: Any = np.add.reduce


def contiguous(array: Any) -> Any:
    """Return a reduction's result in row-major order, as PyTorch's are; NumPy's keep the order of their input."""
    return array if array.ndim < 2 or array.flags.c_contiguous else array.copy()


def total(array: Any, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    """Return a sum as PyTorch computes it: halves are added up in float32, integers in int64."""
    have = array.dtype
    if dtype is None and have.kind == "f" and have.itemsize > 2:
        return contiguous(add_reduce(array, axis, None, None, keepdims))
    dtype = np.dtype(dtype or (have if have.kind == "f" else np.int64))
    if dtype.itemsize == 2 and dtype.kind == "f":
        return contiguous(add_reduce(array, axis, np.float32, None, keepdims).astype(np.float16))
    return contiguous(add_reduce(array, axis, dtype, None, keepdims))


def _summed(self: Any, dtype: Any = None) -> Any:
    if dtype is None and self.dtype.char in "fd":  # what `total` comes to
        return add_reduce(self, None)
    return total(self, dtype=dtype)


def _summed_along(self: Any, dim: tuple[int, ...], keepdim: bool = False, dtype: Any = None) -> Any:
    return total(self, dim, keepdim, dtype)


def _mean_dtype(self: Any, dtype: Any) -> Any:
    """Return the dtype of a mean.

    Raises
    ------
    RuntimeError
        When it is not a floating-point one.
    """
    computed = dtype or self.dtype
    if computed.kind != "f":
        which = "Input dtype" if dtype is None else "Optional dtype"
        raise RuntimeError(
            f"mean(): could not infer output dtype. {which} must be either a floating point or complex dtype. "
            f"Got: {dtypes.word(computed)}"
        )
    return computed


def averaged(self: Any, dtype: Any = None) -> Any:
    computed = _mean_dtype(self, dtype)
    if computed == np.float16:  # whose sums overflow where the mean does not
        return computed.type(total(self, dtype=np.dtype(np.float32)) / np.float32(self.size))
    return total(self, dtype=dtype or computed) / computed.type(self.size)


def _averaged_along(self: Any, dim: tuple[int, ...], keepdim: bool = False, dtype: Any = None) -> Any:
    dtype = _mean_dtype(self, dtype)
    if dtype == np.float16:
        wide = total(self, dim, keepdim, np.dtype(np.float32)) / np.float32(count(self.shape, dim))
        return np.asarray(wide).astype(dtype)
    return total(self, dim, keepdim, dtype) / dtype.type(count(self.shape, dim))


def count(shape: tuple[int, ...], dim: tuple[int, ...]) -> int:
    """Return how many elements each element of a result was reduced from."""
    product = 1
    for each in dim:
        product *= shape[each]
    return product


register("count", count, forward=count, method=False, public=False)

sum_all = op(
    "Sum",
    _summed,
    name="sum",
    self=("expand(grad, self_shape)", lambda xp, grad, self_shape: xp.spread(grad, self_shape)),
)
sum_along = op(
    "Sum",
    _summed_along,
    name="sum",
    variant=1,
    self=(
        "spread(grad, self_shape, dim)",
        lambda xp, grad, dim, keepdim, self_shape: xp.spread(grad, self_shape, dim),
    ),
)
mean_all = op(
    "Mean",
    averaged,
    name="mean",
    self=(
        "expand(grad, self_shape) / self_size",
        lambda xp, grad, self_shape, self_size: xp.spread(xp.parted(grad, self_size), self_shape),
    ),
)
mean_along = op(
    "Mean",
    _averaged_along,
    name="mean",
    variant=1,
    self=(
        "spread(grad, self_shape, dim) / count(self_shape, dim)",
        lambda xp, grad, dim, keepdim, self_shape: xp.parted(
            xp.spread(grad, self_shape, dim), count(self_shape, dim)
        ),
    ),
)


def _sum_arrays(self: Any, dim: Any = None, keepdim: bool = False) -> Any:
    return total(self, tuple(dim) if isinstance(dim, list) else dim, keepdim)


@public(forward=_sum_arrays, name="sum", alone=sum_all)
def sum_(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Return the sum of all elements, or along `dim`. Bools and integers add up to int64.

    Mirrors `torch.sum`.
    """
    wanted = None if dtype is None else dtypes.to_numpy(dtype)
    if dim is None and not keepdim:
        return sum_all(input, wanted)
    return sum_along(input, reduced_dims(input, dim), keepdim, wanted)


def _mean_arrays(self: Any, dim: Any = None, keepdim: bool = False) -> Any:
    every = tuple(range(self.ndim)) if dim is None else (dim,) if isinstance(dim, int) else tuple(dim)
    return _averaged_along(self, every, keepdim)


@public(forward=_mean_arrays, alone=mean_all)
def mean(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Return the mean of all elements, or along `dim`. Mirrors `torch.mean`.

    Raises
    ------
    RuntimeError
        When the dtype is not a floating-point one and `dtype` is not given.
    """
    wanted = None if dtype is None else dtypes.to_numpy(dtype)
    if dim is None and not keepdim:
        return mean_all(input, wanted)
    return mean_along(input, reduced_dims(input, dim), keepdim, wanted)
