"""Sliding windows over arrays: what convolutions, poolings and unfold read, and where they add back.

A `Geometry` says how windows lie: kernel, stride, padding and dilation, one number a spatial dim. Arrays are
`(N, C, *spatial)`.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

__all__ = ["Geometry", "columns", "from_columns", "offsets", "padded", "per_dim", "windows"]

Sizes = tuple[int, ...]


class Geometry(NamedTuple):
    """How windows lie on the spatial dims."""

    kernel: Sizes
    stride: Sizes
    padding: Sizes
    dilation: Sizes

    def output(self, spatial: Sizes) -> Sizes:
        """Return how many windows there are along each dim."""
        return tuple(
            (size + 2 * pad - step * (length - 1) - 1) // stride + 1
            for size, length, stride, pad, step in zip(spatial, *self, strict=True)
        )


def per_dim(name: str, value: Any, dims: int) -> Sizes:
    """Return a number for each spatial dim, given as one or as a sequence.

    Raises
    ------
    RuntimeError
        When the sequence has another length.
    """
    values = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    if len(values) == 1:
        return values * dims
    if len(values) != dims:
        raise RuntimeError(
            f"expected {name} to be a single integer value or a list of {dims} values to match the convolution "
            f"dimensions, but got {name}={list(values)}"
        )
    return values


def padded(x: Any, padding: Sizes, value: float = 0.0) -> Any:
    """Return x with `padding` elements on both sides of each spatial dim."""
    if not any(padding):
        return x
    shape = (*x.shape[:2], *(size + 2 * pad for size, pad in zip(x.shape[2:], padding, strict=True)))
    found: Any = np.full(shape, value, x.dtype)
    found[(..., *(slice(pad, pad + size) for size, pad in zip(x.shape[2:], padding, strict=True)))] = x
    return found


def windows(x: Any, geometry: Geometry) -> Any:
    """Return the windows of an array that is padded already, as a view `(N, C, *output, *kernel)`."""
    kernel, stride, _, dilation = geometry
    steps = x.strides[2:]
    output = geometry._replace(padding=(0,) * len(kernel)).output(x.shape[2:])
    return as_strided(
        x,
        (*x.shape[:2], *output, *kernel),
        (*x.strides[:2], *map(math.prod, zip(steps, stride, strict=True)),
         *map(math.prod, zip(steps, dilation, strict=True))),
        writeable=False,
    )  # fmt: skip


def columns(x: Any, geometry: Geometry) -> Any:
    """Return the windows of x as columns: `(C · kernel elements, N · windows)`, a copy."""
    dims = len(geometry.kernel)
    found = windows(padded(x, geometry.padding), geometry)
    order = (1, *range(2 + dims, 2 + 2 * dims), 0, *range(2, 2 + dims))
    rows = x.shape[1] * math.prod(geometry.kernel)
    return found.transpose(order).reshape(rows, x.shape[0] * math.prod(found.shape[2 : 2 + dims]))


def from_columns(cols: Any, shape: Sizes, geometry: Geometry) -> Any:
    """Add columns back to where their windows lie in an array of `shape`: the adjoint of `columns`."""
    count, channels, *spatial = shape
    output = geometry.output(tuple(spatial))
    lengths = tuple(size + 2 * pad for size, pad in zip(spatial, geometry.padding, strict=True))
    whole: Any = np.zeros((channels, count, *lengths), cols.dtype)
    parts = cols.reshape(channels, math.prod(geometry.kernel), count, *output)
    for number, place in enumerate(offsets(geometry, output)):
        whole[(..., *place)] += parts[:, number]
    inner = tuple(slice(pad, pad + size) for size, pad in zip(spatial, geometry.padding, strict=True))
    return np.ascontiguousarray(whole[(..., *inner)].swapaxes(0, 1))


def offsets(geometry: Geometry, output: Sizes) -> Any:
    """Yield, for each element of the kernel in order, the slices of a padded array that the windows see there."""
    ranges = [
        [slice(i * step, i * step + (count - 1) * stride + 1, stride) for i in range(length)]
        for length, stride, step, count in zip(geometry.kernel, geometry.stride, geometry.dilation, output, strict=True)
    ]
    return itertools.product(*ranges)
