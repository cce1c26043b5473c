"""Windows of images as columns, and back: `unfold` and `fold`."""

from __future__ import annotations

import math
from typing import Any

from ..op import op, register
from ..type_words import floats_only
from .windows import Geometry, columns, from_columns

__all__ = ["col2im", "im2col"]

Sizes = tuple[int, ...]


def _im2col(self: Any, kernel_size: Sizes, dilation: Sizes, padding: Sizes, stride: Sizes) -> Any:
    if self.dtype.kind != "b":
        floats_only("im2col_out_cpu", self)
    x = self if self.ndim == 4 else self[None]
    geometry = Geometry(kernel_size, stride, padding, dilation)
    found = columns(x, geometry).reshape(x.shape[1] * math.prod(kernel_size), len(x), -1).swapaxes(0, 1)
    return found.copy() if self.ndim == 4 else found[0].copy()


def _col2im(self: Any, output_size: Sizes, kernel_size: Sizes, dilation: Sizes, padding: Sizes, stride: Sizes) -> Any:
    if self.dtype.kind != "b":
        floats_only("col2im_out_cpu", self)
    cols = self if self.ndim == 3 else self[None]
    channels = cols.shape[1] // math.prod(kernel_size)
    geometry = Geometry(kernel_size, stride, padding, dilation)
    rows = cols.swapaxes(0, 1).reshape(cols.shape[1], -1)
    found = from_columns(rows, (len(cols), channels, *output_size), geometry)
    return found if self.ndim == 3 else found[0]


im2col = op(
    "Im2Col",
    _im2col,
    name="im2col",
    self=(
        "col2im(grad, self_shape[-2:], kernel_size, dilation, padding, stride)",
        lambda xp, grad, self_shape, kernel_size, dilation, padding, stride: xp.col2im(
            grad, self_shape[-2:], kernel_size, dilation, padding, stride
        ),
    ),
)
col2im = op(
    "Col2Im",
    _col2im,
    name="col2im",
    self=(
        "im2col(grad, kernel_size, dilation, padding, stride)",
        lambda xp, grad, kernel_size, dilation, padding, stride: xp.im2col(
            grad, kernel_size, dilation, padding, stride
        ),
    ),
)
register("im2col", im2col, method=False, public=False)
register("col2im", col2im, method=False, public=False)
