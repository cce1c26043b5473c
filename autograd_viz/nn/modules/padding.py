"""Padding as modules. Mirrors `torch.nn.modules.padding`."""

from __future__ import annotations

from typing import Any, ClassVar

from ...tensor import Tensor
from .. import functional as F
from .module import Module

__all__ = ["CircularPad1d", "CircularPad2d", "CircularPad3d", "ConstantPad1d", "ConstantPad2d", "ConstantPad3d",
           "ReflectionPad1d", "ReflectionPad2d", "ReflectionPad3d", "ReplicationPad1d", "ReplicationPad2d",
           "ReplicationPad3d", "ZeroPad1d", "ZeroPad2d", "ZeroPad3d"]  # fmt: skip


class _Pad(Module):
    """Put elements around the last dims: as many on each side, or a number a side, the last dim first."""

    dims: ClassVar[int]
    mode: ClassVar[str]

    def __init_subclass__(cls, dims: int = 0, mode: str = "constant", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.dims, cls.mode = dims, mode

    def __init__(self, padding: Any) -> None:
        super().__init__()
        self.padding = tuple(padding) if isinstance(padding, (tuple, list)) else (padding,) * (2 * self.dims)

    def forward(self, input: Tensor) -> Tensor:
        """Return the padded input."""
        return F.pad(input, self.padding, self.mode)

    def extra_repr(self) -> str:
        """Return the sizes."""
        return f"{self.padding}"


class _ConstantPad(_Pad):
    def __init__(self, padding: Any, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, input: Tensor) -> Tensor:
        """Return the padded input."""
        return F.pad(input, self.padding, "constant", self.value)

    def extra_repr(self) -> str:
        """Return the sizes and the value."""
        return f"padding={self.padding}, value={self.value}"


class ConstantPad1d(_ConstantPad, dims=1):
    """Put a value around the last dim. Mirrors `torch.nn.ConstantPad1d`."""


class ConstantPad2d(_ConstantPad, dims=2):
    """Put a value around the last two dims. Mirrors `torch.nn.ConstantPad2d`."""


class ConstantPad3d(_ConstantPad, dims=3):
    """Put a value around the last three dims. Mirrors `torch.nn.ConstantPad3d`."""


class ZeroPad1d(_Pad, dims=1):
    """Put zeros around the last dim. Mirrors `torch.nn.ZeroPad1d`."""


class ZeroPad2d(_Pad, dims=2):
    """Put zeros around the last two dims. Mirrors `torch.nn.ZeroPad2d`."""


class ZeroPad3d(_Pad, dims=3):
    """Put zeros around the last three dims. Mirrors `torch.nn.ZeroPad3d`."""


class ReflectionPad1d(_Pad, dims=1, mode="reflect"):
    """Mirror the last dim at its ends. Mirrors `torch.nn.ReflectionPad1d`."""


class ReflectionPad2d(_Pad, dims=2, mode="reflect"):
    """Mirror the last two dims at their ends. Mirrors `torch.nn.ReflectionPad2d`."""


class ReflectionPad3d(_Pad, dims=3, mode="reflect"):
    """Mirror the last three dims at their ends. Mirrors `torch.nn.ReflectionPad3d`."""


class ReplicationPad1d(_Pad, dims=1, mode="replicate"):
    """Repeat the last dim's ends. Mirrors `torch.nn.ReplicationPad1d`."""


class ReplicationPad2d(_Pad, dims=2, mode="replicate"):
    """Repeat the last two dims' ends. Mirrors `torch.nn.ReplicationPad2d`."""


class ReplicationPad3d(_Pad, dims=3, mode="replicate"):
    """Repeat the last three dims' ends. Mirrors `torch.nn.ReplicationPad3d`."""


class CircularPad1d(_Pad, dims=1, mode="circular"):
    """Put each end of the last dim before the other. Mirrors `torch.nn.CircularPad1d`."""


class CircularPad2d(_Pad, dims=2, mode="circular"):
    """Put each end of the last two dims before the other. Mirrors `torch.nn.CircularPad2d`."""


class CircularPad3d(_Pad, dims=3, mode="circular"):
    """Put each end of the last three dims before the other. Mirrors `torch.nn.CircularPad3d`."""
