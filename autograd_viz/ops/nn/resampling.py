"""Resampling to other sizes: nearest neighbours, linear and cubic interpolation.

Each dim is a linear map of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..op import op, register
from ..type_words import floats_only
from .activation import private
from .average_pooling import mapped

__all__ = ["nearest", "nearest_exact", "smooth"]

Sizes = tuple[int, ...]
Scales = tuple[float | None, ...]


# nearest neighbours


def _sources(size: int, count: int, scale: float | None, exact: bool, image: bool) -> Any:
    """Return the place each element is taken from; computed in float32, as PyTorch does."""
    if image and not exact and count in (size, 2 * size):  # PyTorch decides so whatever the scale says
        return np.arange(count) // (count // size)
    step = np.float32(1 / scale if scale else size / count)
    places = np.arange(count, dtype=np.float32)
    found = np.floor((places + np.float32(0.5)) * step if exact else places * step)
    return np.minimum(found.astype(np.int64), size - 1)


def _taken(x: Any, output_size: Sizes, scales: Scales, exact: bool) -> Any:
    if x.dtype != np.uint8:
        floats_only("upsample_nearest2d_channels_last" if x.ndim == 4 else "compute_indices_weights_nearest", x)
    for dim, (count, scale) in enumerate(zip(output_size, scales, strict=True), 2):
        x = np.take(x, _sources(x.shape[dim], count, scale, exact, x.ndim == 4), axis=dim)
    return x


def _given_back(grad: Any, input_size: Sizes, scales: Scales, exact: bool) -> Any:
    """Sum the gradients of all that was taken from one place: sources rise, so that a reduction does it."""
    for dim, (size, scale) in enumerate(zip(input_size, scales, strict=True), 2):
        sources = _sources(size, grad.shape[dim], scale, exact, grad.ndim == 4)
        starts = np.flatnonzero(np.concatenate(([True], sources[1:] != sources[:-1])))
        found = np.zeros((*grad.shape[:dim], size, *grad.shape[dim + 1 :]), grad.dtype)
        found[(*(slice(None),) * dim, sources[starts])] = np.add.reduceat(grad, starts, axis=dim)
        grad = found
    return grad


def _nearest(dims: int, exact: bool) -> Callable[..., Any]:
    word = "Exact" if exact else ""
    name = f"upsample_nearest{'_exact' if exact else ''}{dims}d"
    backward = f"{name}_backward"

    def forward(self: Any, output_size: Sizes, scales: Scales) -> Any:
        return _taken(self, output_size, scales, exact)

    def adjoint(grad_output: Any, input_size: Sizes, scales: Scales) -> Any:
        return _given_back(grad_output, input_size, scales, exact)

    return _pair(f"UpsampleNearest{word}{dims}D", name, backward, dims, forward, adjoint)


def _pair(
    node: str, name: str, backward: str, dims: int, forward: Callable[..., Any], adjoint: Callable[..., Any]
) -> Callable[..., Any]:
    """Make a linear operation and its backward, each the other's gradient."""
    entry = op(
        node,
        forward,
        wide=True,
        name=name,
        self=(
            f"{backward}(grad, self_shape[2:], scales)",
            lambda xp, grad, self_shape, scales: getattr(xp, backward)(grad, self_shape[2:], scales),
        ),
    )
    register(name, entry, method=False, public=False)
    private(
        op(
            f"{node}Backward",
            adjoint,
            wide=True,
            name=backward,
            grad_output=(
                f"{name}(grad, grad_output_shape[2:], scales)",
                lambda xp, grad, grad_output_shape, scales: getattr(xp, name)(grad, grad_output_shape[2:], scales),
            ),
        )
    )
    return entry


nearest = {dims: _nearest(dims, False) for dims in (1, 2, 3)}
nearest_exact = {dims: _nearest(dims, True) for dims in (1, 2, 3)}


# linear and cubic: a matrix for each dim. `scales` is here (align_corners, *scales).


def _positions(size: int, count: int, scale: float | None, align_corners: bool) -> Any:
    """Return where, in the input, each element of the result lies."""
    if align_corners:
        return np.arange(count) * ((size - 1) / (count - 1) if count > 1 else 0.0)
    return (np.arange(count) + 0.5) * (1 / scale if scale else size / count) - 0.5


def _linear_matrix(size: int, count: int, scale: float | None, align_corners: bool, dtype: Any) -> Any:
    if count == size:  # whatever the scale says
        return np.eye(size, dtype=dtype)
    where = np.maximum(_positions(size, count, scale, align_corners), 0)
    low = np.minimum(np.floor(where).astype(np.int64), size - 1)
    share = np.clip(where - low, 0, 1)
    found = np.zeros((count, size))
    np.add.at(found, (np.arange(count), low), 1 - share)
    np.add.at(found, (np.arange(count), np.minimum(low + 1, size - 1)), share)
    return found.astype(dtype)


CUBIC = -0.75  # the free coefficient of cubic convolution


def _cubic_weight(distance: Any) -> Any:
    near = ((CUBIC + 2) * distance - (CUBIC + 3)) * distance * distance + 1
    far = ((CUBIC * distance - 5 * CUBIC) * distance + 8 * CUBIC) * distance - 4 * CUBIC
    return np.where(distance <= 1, near, far)


def _cubic_matrix(size: int, count: int, scale: float | None, align_corners: bool, dtype: Any) -> Any:
    where = _positions(size, count, scale, align_corners)
    low = np.floor(where).astype(np.int64)
    found = np.zeros((count, size))
    for offset in (-1, 0, 1, 2):
        weights = _cubic_weight(np.abs(where - (low + offset)))
        np.add.at(found, (np.arange(count), np.clip(low + offset, 0, size - 1)), weights)
    return found.astype(dtype)


Matrix = Callable[..., Any]


def _smooth(node: str, name: str, dims: int, matrix: Matrix) -> Callable[..., Any]:
    def forward(self: Any, output_size: Sizes, scales: Any) -> Any:
        floats_only(name, self)
        align_corners, *factors = scales
        sizes = zip(self.shape[2:], output_size, factors, strict=True)
        return mapped(self, [matrix(size, count, f, align_corners, self.dtype) for size, count, f in sizes], apart=True)

    def adjoint(grad_output: Any, input_size: Sizes, scales: Any) -> Any:
        align_corners, *factors = scales
        sizes = zip(input_size, grad_output.shape[2:], factors, strict=True)
        return mapped(grad_output, [matrix(size, n, f, align_corners, grad_output.dtype).T for size, n, f in sizes])

    return _pair(node, name, f"{name}_backward", dims, forward, adjoint)


smooth = {
    "linear": _smooth("UpsampleLinear1D", "upsample_linear1d", 1, _linear_matrix),
    "bilinear": _smooth("UpsampleBilinear2D", "upsample_bilinear2d", 2, _linear_matrix),
    "trilinear": _smooth("UpsampleTrilinear3D", "upsample_trilinear3d", 3, _linear_matrix),
    "bicubic": _smooth("UpsampleBicubic2D", "upsample_bicubic2d", 2, _cubic_matrix),
}
