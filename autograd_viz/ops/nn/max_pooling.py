"""Max pooling: the largest element of each window, and where it is. Among equal ones the first is taken.

Indices count within the plane of the spatial dims, as in PyTorch; `picked` and `put_back` go by them both ways.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..op import op, register
from ..type_words import floats_only, refuse_bools
from .activation import ZEROS_LIKE_SELF, private
from .windows import Geometry, offsets

__all__ = ["adaptive_max_pool2d", "max_pool", "pooled_size"]

Sizes = tuple[int, ...]


def pooled_size(spatial: Sizes, geometry: Geometry, ceil_mode: bool) -> Sizes:
    """Return how many windows a pooling has along each dim; with `ceil_mode` the last may reach beyond the end."""
    found = []
    for size, length, stride, pad, step in zip(spatial, *geometry, strict=True):
        span = size + 2 * pad - step * (length - 1) - 1 + (stride - 1 if ceil_mode else 0)
        count = span // stride + 1
        if ceil_mode and (count - 1) * stride >= size + pad:
            count -= 1
        found.append(count)
    return tuple(found)


def with_margin(x: Any, geometry: Geometry, output: Sizes, value: float) -> Any:
    """Return x with `value` around it, as far as the windows reach."""
    dims = len(output)
    lead, spatial = x.shape[:-dims], x.shape[-dims:]
    reach = [
        max(pad + size, (count - 1) * stride + step * (length - 1) + 1)
        for size, count, length, stride, pad, step in zip(spatial, output, *geometry, strict=True)
    ]
    if not any(geometry.padding) and tuple(reach) == spatial:
        return x
    found: Any = np.full((*lead, *reach), value, x.dtype)
    found[(..., *(slice(pad, pad + size) for pad, size in zip(geometry.padding, spatial, strict=True)))] = x
    return found


def lowest(dtype: Any) -> Any:
    """Return the smallest value of a dtype."""
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def _max_pool(
    self: Any, kernel_size: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes, ceil_mode: bool
) -> tuple[Any, Any]:
    geometry = Geometry(kernel_size, stride, padding, dilation)
    dims = len(kernel_size)
    refuse_bools(f"max_pool{dims}d", self)
    output = pooled_size(self.shape[-dims:], geometry, ceil_mode)
    x = with_margin(self, geometry, output, lowest(self.dtype))
    parts = [x[(..., *place)] for place in offsets(geometry, output)]
    best, choice = parts[0].copy(), np.zeros(parts[0].shape, np.int16)
    for number, part in enumerate(parts[1:], 1):
        better = part > best
        if self.dtype.kind == "f":
            better |= part != part
        # choice = where(better, number, choice), without a branch: 10 us for 20,000 windows instead of 100
        change = number - choice
        change *= better
        choice += change
        np.maximum(best, part, out=best)
    return best, _indices(choice, geometry, self.shape[-dims:], output)


def _indices(choice: Any, geometry: Geometry, spatial: Sizes, output: Sizes) -> Any:
    """Return the places in the plane that the chosen elements of the windows have."""
    inside = np.zeros(1, np.int64)
    corners = np.zeros((1,) * len(output), np.int64)
    for dim, (count, length, stride, pad, step) in enumerate(zip(output, *geometry, strict=True)):
        width = math.prod(spatial[dim + 1 :])
        inside = (inside[:, None] + np.arange(length) * step * width).reshape(-1)
        shape = (-1, *(1,) * (len(output) - 1 - dim))
        corners = corners + ((np.arange(count) * stride - pad) * width).reshape(shape)
    return inside[choice] + corners


# by the indices


def _planes(x: Any, dims: int) -> Any:
    return x.reshape(math.prod(x.shape[: x.ndim - dims]), math.prod(x.shape[x.ndim - dims :]))


def _picked(self: Any, indices: Any, dims: int) -> Any:
    return np.take_along_axis(_planes(self, dims), _planes(indices, dims), 1).reshape(indices.shape)


def _put_back(self: Any, indices: Any, shape: Sizes, dims: int) -> Any:
    """Add each element at its index in planes of zeros."""
    planes = math.prod(shape[: len(shape) - dims])
    size = math.prod(shape[len(shape) - dims :])
    places = _planes(indices, dims) + (np.arange(planes) * size)[:, None]
    total = np.bincount(places.reshape(-1), self.reshape(-1), minlength=planes * size)
    return total.astype(self.dtype).reshape(shape)


private(
    op(
        "Gather",
        _picked,
        name="picked",
        tensors=("indices",),
        self=(
            "put_back_at(grad, indices, self.shape, dims)",
            lambda xp, grad, indices, self_shape, dims: xp.put_back_at(grad, indices, self_shape, dims),
        ),
    )
)
private(
    op(
        "MaxPoolBackward",
        _put_back,
        name="put_back_at",
        tensors=("indices",),
        self=(
            "picked(grad, indices, dims)",
            lambda xp, grad, indices, dims: xp.picked(grad, indices, dims),
        ),
    )
)


def _backward_of(node: str, name: str, dims: int) -> None:
    """Make the backward operation of a max pooling."""
    private(
        op(
            f"{node}Backward",
            lambda grad_output, self, indices: _put_back(grad_output, indices, self.shape, dims),
            name=name,
            tensors=("indices",),
            grad_output=(
                f"picked(grad, indices, {dims})",
                lambda xp, grad, indices: xp.picked(grad, indices, dims),
            ),
            self=ZEROS_LIKE_SELF,
        )
    )


def _made(dims: int) -> Callable[..., Any]:
    backward = f"max_pool{dims}d_backward"
    _backward_of(f"MaxPool{dims}DWithIndices", backward, dims)
    return op(
        f"MaxPool{dims}DWithIndices",
        _max_pool,
        name=f"max_pool{dims}d",
        returns=("result", "result1"),
        visible=2,
        self=(
            "unpooled(grad, into=self.shape, at=result1)",
            lambda xp, grad, self, result1: getattr(xp, backward)(grad, self, result1),
        ),
    )


max_pool = {dims: _made(dims) for dims in (2, 3)}


# adaptive


def _adaptive(self: Any, output_size: Sizes) -> tuple[Any, Any]:
    floats_only("adaptive_max_pool2d", self)
    dims = len(output_size)
    spatial = self.shape[-dims:]
    found: Any = np.empty((*self.shape[:-dims], *output_size), self.dtype)
    indices: Any = np.empty(found.shape, np.int64)
    spans = [adaptive_spans(size, count) for size, count in zip(spatial, output_size, strict=True)]
    for place in itertools.product(*map(range, output_size)):
        window = tuple(slice(*spans[dim][at]) for dim, at in enumerate(place))
        part = self[(..., *window)]
        flat = part.reshape(*part.shape[:-dims], math.prod(part.shape[-dims:]))
        choice = flat.argmax(axis=-1)
        found[(..., *place)] = np.take_along_axis(flat, choice[..., None], -1)[..., 0]
        inside = np.unravel_index(choice, part.shape[-dims:])
        at = [one + cut.start for one, cut in zip(inside, window, strict=True)]
        indices[(..., *place)] = np.ravel_multi_index(at, spatial)
    return found, indices


def adaptive_spans(size: int, count: int) -> list[tuple[int, int]]:
    """Return where each of `count` windows over `size` elements begins and ends."""
    return [(i * size // count, -((-(i + 1) * size) // count)) for i in range(count)]


_backward_of("AdaptiveMaxPool2D", "adaptive_max_pool2d_backward", 2)
adaptive_max_pool2d = op(
    "AdaptiveMaxPool2D",
    _adaptive,
    name="adaptive_max_pool2d",
    returns=("result", "result1"),
    visible=2,
    self=(
        "unpooled(grad, into=self.shape, at=result1)",
        lambda xp, grad, self, result1: xp.adaptive_max_pool2d_backward(grad, self, result1),
    ),
)
register("adaptive_max_pool2d", adaptive_max_pool2d, method=False, public=False)
