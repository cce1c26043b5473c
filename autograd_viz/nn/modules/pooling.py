"""Pooling as modules. Mirrors `torch.nn.modules.pooling`."""

from __future__ import annotations

from typing import Any

from .. import functional as F
from .optioned import REQUIRED, Optioned

__all__ = ["AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d",
           "AvgPool1d", "AvgPool2d", "AvgPool3d", "LPPool1d", "LPPool2d", "MaxPool1d", "MaxPool2d",
           "MaxPool3d"]  # fmt: skip

MAX = {
    "kernel_size": REQUIRED, "stride": None, "padding": 0, "dilation": 1, "return_indices": False, "ceil_mode": False,
}  # fmt: skip
AVG = {"kernel_size": REQUIRED, "stride": None, "padding": 0, "ceil_mode": False, "count_include_pad": True}


class _WithStride(Optioned):
    """A pooling whose stride is by default its kernel's size; the repr shows some options only."""

    shown: tuple[str, ...] = ("kernel_size", "stride", "padding")
    kernel_size: Any
    stride: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.stride is None:
            self.stride = self.kernel_size

    def extra_repr(self) -> str:
        """Return how the windows lie."""
        return ", ".join(f"{name}={getattr(self, name)}" for name in self.shown)


class _MaxPool(_WithStride):
    shown = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")


class MaxPool1d(_MaxPool, function=F.max_pool1d, options=MAX):
    """The largest element of each window of `(N, C, L)`. Mirrors `torch.nn.MaxPool1d`."""


class MaxPool2d(_MaxPool, function=F.max_pool2d, options=MAX):
    """The largest element of each window of `(N, C, H, W)`. Mirrors `torch.nn.MaxPool2d`."""


class MaxPool3d(_MaxPool, function=F.max_pool3d, options=MAX):
    """The largest element of each window of `(N, C, D, H, W)`. Mirrors `torch.nn.MaxPool3d`."""


class AvgPool1d(_WithStride, function=F.avg_pool1d, options=AVG):
    """The mean of each window of `(N, C, L)`. Mirrors `torch.nn.AvgPool1d`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.shown:
            value = getattr(self, name)
            setattr(self, name, tuple(value) if isinstance(value, (tuple, list)) else (value,))


class AvgPool2d(_WithStride, function=F.avg_pool2d, options={**AVG, "divisor_override": None}):
    """The mean of each window of `(N, C, H, W)`. Mirrors `torch.nn.AvgPool2d`."""


class AvgPool3d(_WithStride, function=F.avg_pool3d, options={**AVG, "divisor_override": None}):
    """The mean of each window of `(N, C, D, H, W)`. Mirrors `torch.nn.AvgPool3d`."""


LP = {"norm_type": REQUIRED, "kernel_size": REQUIRED, "stride": None, "ceil_mode": False}


class LPPool1d(Optioned, function=F.lp_pool1d, options=LP):
    """The p-norm of each window of `(N, C, L)`. Mirrors `torch.nn.LPPool1d`."""


class LPPool2d(Optioned, function=F.lp_pool2d, options=LP):
    """The p-norm of each window of `(N, C, H, W)`. Mirrors `torch.nn.LPPool2d`."""


class _Adaptive(Optioned):
    def extra_repr(self) -> str:
        """Return the output's size."""
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_Adaptive, function=F.adaptive_avg_pool1d, options={"output_size": REQUIRED}):
    """The means of a given number of windows of `(N, C, L)`. Mirrors `torch.nn.AdaptiveAvgPool1d`."""


class AdaptiveAvgPool2d(_Adaptive, function=F.adaptive_avg_pool2d, options={"output_size": REQUIRED}):
    """The means of a given number of windows of `(N, C, H, W)`. Mirrors `torch.nn.AdaptiveAvgPool2d`."""


class AdaptiveAvgPool3d(_Adaptive, function=F.adaptive_avg_pool3d, options={"output_size": REQUIRED}):
    """The means of a given number of windows of `(N, C, D, H, W)`. Mirrors `torch.nn.AdaptiveAvgPool3d`."""


ADAPTIVE_MAX = {"output_size": REQUIRED, "return_indices": False}


class AdaptiveMaxPool1d(_Adaptive, function=F.adaptive_max_pool1d, options=ADAPTIVE_MAX):
    """The largest elements of a given number of windows of `(N, C, L)`. Mirrors `torch.nn.AdaptiveMaxPool1d`."""


class AdaptiveMaxPool2d(_Adaptive, function=F.adaptive_max_pool2d, options=ADAPTIVE_MAX):
    """The largest elements of a given number of windows of `(N, C, H, W)`. Mirrors `torch.nn.AdaptiveMaxPool2d`."""
