"""Modules that move elements: upsampling, folding, shuffling; and distances."""

from __future__ import annotations

from typing import Any

from ...tensor import Tensor
from .. import functional as F
from .module import Module
from .optioned import REQUIRED, Optioned

__all__ = ["ChannelShuffle", "CosineSimilarity", "Fold", "PairwiseDistance", "PixelShuffle", "PixelUnshuffle",
           "Unfold", "Upsample", "UpsamplingBilinear2d", "UpsamplingNearest2d"]  # fmt: skip

WINDOWS = {"kernel_size": REQUIRED, "dilation": 1, "padding": 0, "stride": 1}


class Unfold(Optioned, function=F.unfold, options=WINDOWS):
    """Windows of images as columns. Mirrors `torch.nn.Unfold`."""


class Fold(Optioned, function=F.fold, options={"output_size": REQUIRED, **WINDOWS}):
    """Columns added back to where their windows lie. Mirrors `torch.nn.Fold`."""


class PixelShuffle(Optioned, function=F.pixel_shuffle, options={"upscale_factor": REQUIRED}):
    """Channels as space. Mirrors `torch.nn.PixelShuffle`."""


class PixelUnshuffle(Optioned, function=F.pixel_unshuffle, options={"downscale_factor": REQUIRED}):
    """Space as channels. Mirrors `torch.nn.PixelUnshuffle`."""


class ChannelShuffle(Optioned, function=F.channel_shuffle, options={"groups": REQUIRED}):
    """Channels of all groups in turn. Mirrors `torch.nn.ChannelShuffle`."""


class _Quiet(Optioned):
    def extra_repr(self) -> str:
        """Return nothing, as PyTorch."""
        return ""


class CosineSimilarity(_Quiet, function=F.cosine_similarity, options={"dim": 1, "eps": 1e-8}):
    """The cosine of the angle between rows. Mirrors `torch.nn.CosineSimilarity`."""

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Return the cosines."""
        return F.cosine_similarity(x1, x2, self.dim, self.eps)


class PairwiseDistance(_Quiet, function=F.pairwise_distance, options={"p": 2.0, "eps": 1e-6, "keepdim": False}):
    """The p-norm of the difference of rows. Mirrors `torch.nn.PairwiseDistance`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.norm = self.p

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Return the distances."""
        return F.pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)


class Upsample(Module):
    """Resample to another size. Mirrors `torch.nn.Upsample`; its parameters are those of `interpolate`."""

    def __init__(
        self,
        size: Any = None,
        scale_factor: Any = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        super().__init__()
        self.size = size
        if isinstance(scale_factor, tuple):
            self.scale_factor: Any = tuple(float(factor) for factor in scale_factor)
        else:
            self.scale_factor = float(scale_factor) if scale_factor else None
        self.mode, self.align_corners, self.recompute_scale_factor = mode, align_corners, recompute_scale_factor

    def forward(self, input: Tensor) -> Tensor:
        """Return the input resampled."""
        return F.interpolate(
            input, self.size, self.scale_factor, self.mode, self.align_corners, self.recompute_scale_factor
        )

    def extra_repr(self) -> str:
        """Return the size or the factor, and the mode."""
        what = f"scale_factor={self.scale_factor!r}" if self.scale_factor is not None else f"size={self.size!r}"
        return f"{what}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """Resample images by nearest neighbours. Mirrors `torch.nn.UpsamplingNearest2d`."""

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, "nearest")


class UpsamplingBilinear2d(Upsample):
    """Resample images bilinearly, corners aligned. Mirrors `torch.nn.UpsamplingBilinear2d`."""

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, "bilinear", True)
