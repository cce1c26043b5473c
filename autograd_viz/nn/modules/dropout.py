"""Dropout as modules. Mirrors `torch.nn.modules.dropout`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from ...tensor import Tensor
from .. import functional as F
from .module import Module

__all__ = ["AlphaDropout", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout"]


class _Dropout(Module):
    """Dropout with chance `p`, in training only."""

    function: ClassVar[Callable[..., Any]]

    def __init_subclass__(cls, function: Callable[..., Any], **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.function = staticmethod(function)

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p, self.inplace = p, inplace

    def forward(self, input: Tensor) -> Tensor:
        """Return the input, in training with some of it zeroed."""
        return type(self).function(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        """Return the options."""
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout, function=F.dropout):
    """Zero elements at random. Mirrors `torch.nn.Dropout`."""


class Dropout1d(_Dropout, function=F.dropout1d):
    """Zero channels of `(N, C, L)` at random. Mirrors `torch.nn.Dropout1d`."""


class Dropout2d(_Dropout, function=F.dropout2d):
    """Zero channels of `(N, C, H, W)` at random. Mirrors `torch.nn.Dropout2d`."""


class Dropout3d(_Dropout, function=F.dropout3d):
    """Zero channels of `(N, C, D, H, W)` at random. Mirrors `torch.nn.Dropout3d`."""


class AlphaDropout(_Dropout, function=F.alpha_dropout):
    """Dropout for selu networks. Mirrors `torch.nn.AlphaDropout`."""


class FeatureAlphaDropout(_Dropout, function=F.feature_alpha_dropout):
    """Dropout of channels for selu networks. Mirrors `torch.nn.FeatureAlphaDropout`."""
