"""Resampling to other sizes. Mirrors `torch.nn.functional.interpolate`."""

from __future__ import annotations

import math
from typing import Any

from ...ops.nn.resampling import nearest, nearest_exact, smooth
from ...tensor import Tensor
from .pooling import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d

__all__ = ["interpolate", "upsample"]

DIMS = {"linear": 3, "bilinear": 4, "bicubic": 4, "trilinear": 5}
AREA = {3: adaptive_avg_pool1d, 4: adaptive_avg_pool2d, 5: adaptive_avg_pool3d}


def interpolate(
    input: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """Return the input resampled to another size.

    Mirrors `torch.nn.functional.interpolate`.

    Parameters
    ----------
    input : Tensor
        `(N, C, *)` with one to three spatial dims.
    size : int or tuple of int, optional
        The spatial size wanted.
    scale_factor : float or tuple of float, optional
        Or by what it is multiplied.
    mode : {"nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear", "area"}
        How values between elements are found.
    align_corners : bool, optional
        Whether the corners' centres, not their edges, stay in place.
    recompute_scale_factor : bool, optional
        Whether positions go by the sizes' ratio rather than by `scale_factor`.
    antialias : bool
        Not provided.

    Raises
    ------
    ValueError, NotImplementedError
        When arguments contradict each other, or the mode does not fit the input.
    """
    if antialias:
        raise NotImplementedError("antialias=True is not provided")
    align_corners = _checked_corners(mode, align_corners)
    size, scales = _sizes(input, size, scale_factor)
    if recompute_scale_factor:
        if scale_factor is None:
            raise ValueError("recompute_scale_factor is not meaningful with an explicit size.")
        scales = (None,) * len(size)
    dims = input.ndim - 2
    if dims in (1, 2, 3):
        if mode in ("nearest", "nearest-exact"):
            return (nearest if mode == "nearest" else nearest_exact)[dims](input, size, scales)
        if mode == "area":
            return AREA[input.ndim](input, size)
        if DIMS.get(mode) == input.ndim:
            return smooth[mode](input, size, (align_corners, *scales))
        if mode in DIMS and mode != "bicubic":
            raise NotImplementedError(f"Got {input.ndim}D input, but {mode} mode needs {DIMS[mode]}D input")
    raise NotImplementedError(
        f"Input Error: Only 3D, 4D and 5D input Tensors supported (got {input.ndim}D) for the modes: nearest | linear "
        f"| bilinear | bicubic | trilinear | lanczos | area | nearest-exact (got {mode})"
    )


upsample = interpolate


def _checked_corners(mode: str, align_corners: bool | None) -> bool:
    if mode in DIMS:
        return bool(align_corners)
    if align_corners is not None:
        raise ValueError(
            "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear"
        )
    return False


def _sizes(input: Any, size: Any, scale_factor: Any) -> tuple[tuple[int, ...], tuple[float | None, ...]]:
    """Return the wanted spatial size and the factors, None where only the size was given."""
    dims = input.ndim - 2
    if size is None and scale_factor is None:
        raise ValueError("either size or scale_factor should be defined")
    if size is not None and scale_factor is not None:
        raise ValueError("only one of size or scale_factor should be defined")
    given = size if size is not None else scale_factor
    values = tuple(given) if isinstance(given, (tuple, list)) else (given,) * dims
    if len(values) != dims:
        word = "output shape" if size is not None else "scale_factor"
        raise ValueError(
            f"Input and {word} must have the same number of spatial dimensions, but got input with spatial dimensions "
            f"of {list(input.shape[2:])} and {word} of {list(values)}. Please provide input tensor in (N, C, d1, d2, "
            f"...,dK) format and {word} in (o1, o2, ...,oK) format."
        )
    if size is not None:
        return tuple(int(value) for value in values), (None,) * dims
    lengths = tuple(math.floor(float(length) * value) for length, value in zip(input.shape[2:], values, strict=True))
    return lengths, tuple(float(value) for value in values)
