"""Average pooling, over sliding windows and over a given number of windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..op import op, register
from ..type_words import floats_only
from .activation import ZEROS_LIKE_SELF, private
from .max_pooling import adaptive_spans, pooled_size, with_margin
from .windows import Geometry, offsets

__all__ = ["adaptive_avg_pool", "avg_pool"]

Sizes = tuple[int, ...]


def _divisors(
    spatial: Sizes, output: Sizes, geometry: Geometry, count_include_pad: bool, divisor_override: int | None
) -> Any:
    """Return by what each window's sum is divided: a number, or an array of the output's shape."""
    if divisor_override:
        return divisor_override
    found: Any = np.ones((1,) * len(output))
    for dim, (size, count, length, stride, pad, _) in enumerate(zip(spatial, output, *geometry, strict=True)):
        start = np.arange(count) * stride - pad
        end = np.minimum(start + length, size + pad)
        if not count_include_pad:
            start, end = np.maximum(start, 0), np.minimum(end, size)
        found = found * (end - start).reshape(-1, *(1,) * (len(output) - 1 - dim))
    first = found.flat[0] if found.size else 1
    return first if (found == first).all() else found


def _avg_pool(
    self: Any,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Any:
    dims = len(kernel_size)
    if self.dtype != np.int64:
        floats_only("avg_pool2d" if dims == 2 else "avg_pool3d_out_frame", self)
    geometry = Geometry(kernel_size, stride, padding, (1,) * dims)
    spatial = self.shape[-dims:]
    output = pooled_size(spatial, geometry, ceil_mode)
    x = with_margin(self, geometry, output, 0.0)
    total = np.zeros((*self.shape[:-dims], *output), self.dtype)
    for place in offsets(geometry, output):
        total += x[(..., *place)]
    divisors = _divisors(spatial, output, geometry, count_include_pad, divisor_override)
    if self.dtype.kind == "i":
        return np.sign(total) * (np.abs(total) // np.asarray(divisors).astype(self.dtype))
    total /= np.asarray(divisors, self.dtype)
    return total


def _avg_pool_backward(
    grad_output: Any,
    self: Any,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None = None,
) -> Any:
    """Give each element of a window its share."""
    dims = len(kernel_size)
    geometry = Geometry(kernel_size, stride, padding, (1,) * dims)
    spatial, output = self.shape[-dims:], grad_output.shape[-dims:]
    divisors = _divisors(spatial, output, geometry, count_include_pad, divisor_override)
    shares = grad_output / np.asarray(divisors, grad_output.dtype)
    whole = np.zeros_like(with_margin(self, geometry, output, 0.0), dtype=grad_output.dtype)
    for place in offsets(geometry, output):
        whole[(..., *place)] += shares
    inner = tuple(slice(pad, pad + size) for pad, size in zip(padding, spatial, strict=True))
    return whole[(..., *inner)]


SETTINGS = "kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override"


def _made(dims: int) -> Callable[..., Any]:
    name, backward = f"avg_pool{dims}d", f"avg_pool{dims}d_backward"
    entry = op(
        f"AvgPool{dims}D",
        _avg_pool,
        wide=True,
        name=name,
        self=(
            f"{backward}(grad, self, {SETTINGS})",
            lambda xp, grad, self, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override: (
                getattr(xp, backward)(
                    grad, self, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
                )
            ),
        ),
    )
    register(name, entry, method=False, public=False)
    private(
        op(
            f"AvgPool{dims}DBackward",
            _avg_pool_backward,
            wide=True,
            name=backward,
            grad_output=(
                f"{name}(grad, {SETTINGS})",
                lambda xp, grad, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override: getattr(
                    xp, name
                )(grad, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override),
            ),
            self=ZEROS_LIKE_SELF,
        )
    )
    return entry


avg_pool = {dims: _made(dims) for dims in (2, 3)}


# adaptive: a matrix for each dim


def _shares(size: int, count: int, dtype: Any) -> Any:
    """Return the matrix `(count, size)` that averages over each window."""
    found = np.zeros((count, size), dtype)
    for row, (start, end) in enumerate(adaptive_spans(size, count)):
        found[row, start:end] = 1 / (end - start)
    return found


def _row_by_row(x: Any, matrix: Any) -> Any:
    """Return x @ matrix.T, where a weight of 0 keeps even an infinite element out."""
    parts = [x[..., weights != 0] @ weights[weights != 0] for weights in matrix]
    return np.stack(parts, -1) if parts else x @ matrix.T


def mapped(x: Any, matrices: list[Any], apart: bool = False) -> Any:
    """Return x with each of its last dims mapped by a matrix `(new, old)`; `apart`: a weight of 0 is none at all."""
    plain = not apart or bool(np.isfinite(x).all())
    for dim, matrix in enumerate(reversed(matrices), 1):
        moved = np.swapaxes(x, -1, -dim)
        x = np.swapaxes(moved @ matrix.T if plain else _row_by_row(moved, matrix), -1, -dim)
    return np.ascontiguousarray(x)


def _adaptive(self: Any, output_size: Sizes) -> Any:
    floats_only("adaptive_avg_pool2d" if len(output_size) == 2 else "adaptive_avg_pool3d_cpu", self)
    spatial = self.shape[-len(output_size) :]
    shares = [_shares(size, count, self.dtype) for size, count in zip(spatial, output_size, strict=True)]
    return mapped(self, shares, apart=True)


def _adaptive_backward(grad_output: Any, self: Any, dims: int) -> Any:
    pairs = zip(self.shape[-dims:], grad_output.shape[-dims:], strict=True)
    return mapped(grad_output, [_shares(size, count, grad_output.dtype).T for size, count in pairs], apart=True)


def _adaptive_made(dims: int) -> Callable[..., Any]:
    name, backward = f"adaptive_avg_pool{dims}d", f"adaptive_avg_pool{dims}d_backward"
    entry = op(
        f"AdaptiveAvgPool{dims}D",
        _adaptive,
        wide=True,
        name=name,
        self=(f"{backward}(grad, self, {dims})", lambda xp, grad, self: getattr(xp, backward)(grad, self, dims)),
    )
    register(name, entry, method=False, public=False)
    private(
        op(
            f"AdaptiveAvgPool{dims}DBackward",
            _adaptive_backward,
            wide=True,
            name=backward,
            grad_output=(
                f"{name}(grad, grad_output_shape[-{dims}:])",
                lambda xp, grad, grad_output_shape: getattr(xp, name)(grad, grad_output_shape[-dims:]),
            ),
            self=ZEROS_LIKE_SELF,
        )
    )
    return entry


adaptive_avg_pool = {dims: _adaptive_made(dims) for dims in (2, 3)}
