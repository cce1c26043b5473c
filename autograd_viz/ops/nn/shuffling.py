"""Moving elements between channels and space, and between groups of channels."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import op, register

__all__ = ["channel_shuffle", "pixel_shuffle", "pixel_unshuffle"]


def _pixel_shuffle(self: Any, upscale_factor: int) -> Any:
    *lead, channels, height, width = self.shape
    r = upscale_factor
    parts = self.reshape(*lead, channels // r**2, r, r, height, width)
    d = len(lead)
    order = (*range(d), d, d + 3, d + 1, d + 4, d + 2)
    return parts.transpose(order).reshape(*lead, channels // r**2, height * r, width * r)


def _pixel_unshuffle(self: Any, downscale_factor: int) -> Any:
    *lead, channels, height, width = self.shape
    r = downscale_factor
    parts = self.reshape(*lead, channels, height // r, r, width // r, r)
    d = len(lead)
    order = (*range(d), d, d + 2, d + 4, d + 1, d + 3)
    return parts.transpose(order).reshape(*lead, channels * r**2, height // r, width // r)


def _channel_shuffle(self: Any, groups: int) -> Any:
    count, channels, *rest = self.shape
    return np.ascontiguousarray(self.reshape(count, groups, channels // groups, *rest).swapaxes(1, 2)).reshape(
        self.shape
    )


pixel_shuffle = op(
    "PixelShuffle",
    _pixel_shuffle,
    self=(
        "pixel_unshuffle(grad, upscale_factor)",
        lambda xp, grad, upscale_factor: xp.pixel_unshuffle(grad, upscale_factor),
    ),
)
pixel_unshuffle = op(
    "PixelUnshuffle",
    _pixel_unshuffle,
    self=(
        "pixel_shuffle(grad, downscale_factor)",
        lambda xp, grad, downscale_factor: xp.pixel_shuffle(grad, downscale_factor),
    ),
)
channel_shuffle = op(
    "ChannelShuffle",
    _channel_shuffle,
    self=(
        "channel_shuffle(grad, self_shape[1] // groups)",
        lambda xp, grad, self_shape, groups: xp.channel_shuffle(grad, self_shape[1] // groups),
    ),
)
for _function in (pixel_shuffle, pixel_unshuffle, channel_shuffle):
    register(_function.op.name, _function, method=False)  # type: ignore[attr-defined]
