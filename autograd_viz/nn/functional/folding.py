"""Windows as columns, and moving elements between channels and space."""

from __future__ import annotations

import math
from typing import Any

from ...ops.nn import shuffling
from ...ops.nn.unfolding import col2im, im2col
from ...ops.nn.windows import Geometry
from ...tensor import Tensor

__all__ = ["channel_shuffle", "fold", "pixel_shuffle", "pixel_unshuffle", "unfold"]

Size = int | tuple[int, ...]


def _pair(value: Any) -> tuple[int, int]:
    values = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    return values * 2 if len(values) == 1 else values


def unfold(input: Tensor, kernel_size: Size, dilation: Size = 1, padding: Size = 0, stride: Size = 1) -> Tensor:
    """Return the windows of images as columns: `(N, C · KH · KW, windows)`.

    Mirrors `torch.nn.functional.unfold`.

    Parameters
    ----------
    input : Tensor
        `(N, C, H, W)` or `(C, H, W)`.
    kernel_size, dilation, padding, stride : int or tuple of int
        How the windows lie.

    Raises
    ------
    RuntimeError
        When there is no window.
    """
    geometry = Geometry(_pair(kernel_size), _pair(stride), _pair(padding), _pair(dilation))
    if input.ndim not in (3, 4) or 0 in input.shape[-3:]:
        raise RuntimeError(
            "Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for "
            f"input, but got: {list(input.shape)}"
        )
    count = geometry.output(tuple(input.shape[-2:]))
    if any(size < 1 for size in count):
        raise RuntimeError(
            f"Given input with spatial size {tuple(input.shape[-2:])}, kernel_size={geometry.kernel}, "
            f"dilation={geometry.dilation}, padding={geometry.padding}, calculated shape of the array of sliding "
            f"blocks as {count}, but its components must be at least one."
        )
    return im2col(input, geometry.kernel, geometry.dilation, geometry.padding, geometry.stride)


def fold(
    input: Tensor,
    output_size: Size,
    kernel_size: Size,
    dilation: Size = 1,
    padding: Size = 0,
    stride: Size = 1,
) -> Tensor:
    """Add columns back to where their windows lie in an image.

    Mirrors `torch.nn.functional.fold`.

    Parameters
    ----------
    input : Tensor
        `(N, C · KH · KW, windows)` or without N.
    output_size : int or tuple of int
        (H, W) of the image.
    kernel_size, dilation, padding, stride : int or tuple of int
        How the windows lie.

    Raises
    ------
    RuntimeError
        When sizes do not fit.
    """
    size = _pair(output_size)
    geometry = Geometry(_pair(kernel_size), _pair(stride), _pair(padding), _pair(dilation))
    if input.ndim not in (2, 3) or 0 in input.shape[-2:]:
        raise RuntimeError(
            "Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for "
            f"input, but got: {list(input.shape)}"
        )
    rows, columns = input.shape[-2:]
    if rows % math.prod(geometry.kernel):
        raise RuntimeError(
            "Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got "
            f"input.size(1)={rows} and kernel_size={geometry.kernel}."
        )
    count = geometry.output(size)
    if columns != math.prod(count):
        raise RuntimeError(
            f"Given output_size={size}, kernel_size={geometry.kernel}, dilation={geometry.dilation}, "
            f"padding={geometry.padding}, stride={geometry.stride}, expected size of input's dimension 2 to match the "
            f"calculated number of sliding blocks {count[0]} * {count[1]} = {math.prod(count)}, but got "
            f"input.size(2)={columns}."
        )
    return col2im(input, size, geometry.kernel, geometry.dilation, geometry.padding, geometry.stride)


def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """Return `(*, C · r², H, W)` as `(*, C, H · r, W · r)`. Mirrors `torch.nn.functional.pixel_shuffle`."""
    if input.ndim < 3:
        raise RuntimeError(
            f"pixel_shuffle expects input to have at least 3 dimensions, but got input with {input.ndim} dimension(s)"
        )
    if upscale_factor <= 0:
        raise RuntimeError(f"pixel_shuffle expects a positive upscale_factor, but got {upscale_factor}")
    if input.shape[-3] % upscale_factor**2:
        raise RuntimeError(
            "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, "
            f"but input.size(-3)={input.shape[-3]} is not divisible by {upscale_factor**2}"
        )
    return shuffling.pixel_shuffle(input, upscale_factor)


def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """Return `(*, C, H · r, W · r)` as `(*, C · r², H, W)`. Mirrors `torch.nn.functional.pixel_unshuffle`."""
    if input.ndim < 3:
        raise RuntimeError(
            f"pixel_unshuffle expects input to have at least 3 dimensions, but got input with {input.ndim} dimension(s)"
        )
    if downscale_factor <= 0:
        raise RuntimeError(f"pixel_unshuffle expects a positive downscale_factor, but got {downscale_factor}")
    for word, dim in (("height", -2), ("width", -1)):
        if input.shape[dim] % downscale_factor:
            raise RuntimeError(
                f"pixel_unshuffle expects {word} to be divisible by downscale_factor, but input.size({dim})="
                f"{input.shape[dim]} is not divisible by {downscale_factor}"
            )
    return shuffling.pixel_unshuffle(input, downscale_factor)


def channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """Return the channels with those of all groups in turn. Mirrors `torch.nn.functional.channel_shuffle`."""
    if input.ndim < 3:
        raise RuntimeError(f"channel_shuffle expects input with > 2 dims, but got input with sizes {list(input.shape)}")
    if groups <= 0:
        raise RuntimeError(f"Number of groups to divide channels in must be positive. Value of groups:{groups}")
    if input.shape[1] % groups:
        raise RuntimeError("Number of channels must be divisible by groups. Got "
                           f"{input.shape[1]} channels and {groups} groups.")  # fmt: skip
    return shuffling.channel_shuffle(input, groups)
