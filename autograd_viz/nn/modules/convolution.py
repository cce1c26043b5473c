"""Convolutions as modules. Mirrors `torch.nn.modules.conv`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

from ...tensor import Tensor
from .. import functional as F
from .. import init
from ..parameter import empty_parameter
from .module import Module

__all__ = ["Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"]

Size = int | tuple[int, ...]


class _Convolution(Module):
    """The parameters and options that all convolutions have."""

    dims: ClassVar[int]
    function: ClassVar[Callable[..., Any]]
    transposed: ClassVar[bool] = False

    def __init_subclass__(cls, dims: int = 0, function: Callable[..., Any] | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if function is not None:
            cls.dims, cls.function = dims, staticmethod(function)

    def _set_up(
        self, in_channels: int, out_channels: int, kernel_size: Any, stride: Any, padding: Any, dilation: Any,
        output_padding: Any, groups: int, bias: bool, padding_mode: str, dtype: Any,
    ) -> None:  # fmt: skip
        if groups <= 0:
            raise ValueError("groups must be a positive integer")
        if in_channels % groups:
            raise ValueError("in_channels must be divisible by groups")
        if out_channels % groups:
            raise ValueError("out_channels must be divisible by groups")
        modes = {"zeros", "reflect", "replicate", "circular"}
        if padding_mode not in modes:
            raise ValueError(f"padding_mode must be one of {modes}, but got padding_mode='{padding_mode}'")
        self.in_channels, self.out_channels, self.groups, self.padding_mode = (
            in_channels, out_channels, groups, padding_mode,
        )  # fmt: skip
        sizes = (kernel_size, stride, dilation, output_padding)
        self.kernel_size, self.stride, self.dilation, self.output_padding = (self._sizes(each) for each in sizes)
        self.padding = self._checked_padding(padding)
        outer, inner = (in_channels, out_channels) if self.transposed else (out_channels, in_channels)
        self.weight = empty_parameter(outer, inner // groups, *self.kernel_size, dtype=dtype)
        if bias:
            self.bias = empty_parameter(out_channels, dtype=dtype)
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def _sizes(self, value: Any) -> tuple[int, ...]:
        return tuple(value) if isinstance(value, (tuple, list)) else (value,) * self.dims

    def _checked_padding(self, padding: Any) -> Any:
        if not isinstance(padding, str):
            return self._sizes(padding)
        if padding not in ("same", "valid"):
            raise ValueError(f"Invalid padding string {padding!r}, should be one of {{'same', 'valid'}}")
        if padding == "same" and any(step != 1 for step in self.stride):
            raise ValueError("padding='same' is not supported for strided convolutions")
        return padding

    def _around(self) -> tuple[int, ...]:
        """Return the padding as `pad` takes it: the last dim first, both sides."""
        if self.padding == "same":
            totals = [gap * (length - 1) for gap, length in zip(self.dilation, self.kernel_size, strict=True)]
            return tuple(side for total in reversed(totals) for side in (total // 2, total - total // 2))
        sizes = (0,) * self.dims if self.padding == "valid" else self.padding
        return tuple(size for size in reversed(sizes) for _ in range(2))

    def reset_parameters(self) -> None:
        """Draw the parameters evenly from ±1/√(inputs of a result)."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            fan_in, _ = init._calculate_fan_in_and_fan_out(self.weight)
            if fan_in != 0:
                init.uniform_(self.bias, -1 / math.sqrt(fan_in), 1 / math.sqrt(fan_in))

    def extra_repr(self) -> str:
        """Return the sizes, and the options that are not the usual ones."""
        zeros = (0,) * self.dims
        shown = [
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}",
            f"padding={self.padding}" if self.padding != zeros else "",
            f"dilation={self.dilation}" if self.dilation != (1,) * self.dims else "",
            f"output_padding={self.output_padding}" if self.output_padding != zeros else "",
            f"groups={self.groups}" if self.groups != 1 else "",
            "bias=False" if self.bias is None else "",
            f"padding_mode={self.padding_mode}" if self.padding_mode != "zeros" else "",
        ]
        return ", ".join(part for part in shown if part)


class _Forward(_Convolution):
    """A convolution.

    Parameters
    ----------
    in_channels, out_channels : int
        Of input and result.
    kernel_size, stride, dilation : int or tuple of int
        How the windows lie.
    padding : int, tuple of int, "same" or "valid"
        How much is put around the input.
    groups : int
        Into how many groups the channels are divided.
    bias : bool
        Whether there is a bias.
    padding_mode : {"zeros", "reflect", "replicate", "circular"}
        What is put around the input.
    device : optional
        The CPU.
    dtype : dtype, optional
        Of the parameters.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size | str = 0,
        dilation: Size = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self._set_up(
            in_channels, out_channels, kernel_size, stride, padding, dilation, 0, groups, bias, padding_mode, dtype
        )

    def forward(self, input: Tensor) -> Tensor:
        """Return the convolution of the input."""
        function = type(self).function
        if self.padding_mode == "zeros":
            return function(input, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)
        around = F.pad(input, self._around(), mode=self.padding_mode)
        return function(around, self.weight, self.bias, self.stride, 0, self.dilation, self.groups)


class Conv1d(_Forward, dims=1, function=F.conv1d):
    """Windows of `(N, C, L)` weighted by learned kernels. Mirrors `torch.nn.Conv1d`."""


class Conv2d(_Forward, dims=2, function=F.conv2d):
    """Windows of `(N, C, H, W)` weighted by learned kernels. Mirrors `torch.nn.Conv2d`."""


class Conv3d(_Forward, dims=3, function=F.conv3d):
    """Windows of `(N, C, D, H, W)` weighted by learned kernels. Mirrors `torch.nn.Conv3d`."""


class _Transposed(_Convolution):
    """A transposed convolution.

    Parameters
    ----------
    in_channels, out_channels : int
        Of input and result.
    kernel_size, stride, padding, dilation : int or tuple of int
        Those of the convolution whose gradient this is.
    output_padding : int or tuple of int
        How much the result is longer at the end of each dim.
    groups : int
        Into how many groups the channels are divided.
    bias : bool
        Whether there is a bias.
    padding_mode : str
        "zeros".
    device : optional
        The CPU.
    dtype : dtype, optional
        Of the parameters.
    """

    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size = 0,
        output_padding: Size = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Size = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if padding_mode != "zeros":
            raise ValueError(f'Only "zeros" padding mode is supported for {type(self).__name__}')
        self._set_up(
            in_channels, out_channels, kernel_size, stride, padding, dilation, output_padding, groups, bias,
            padding_mode, dtype,
        )  # fmt: skip

    def forward(self, input: Tensor, output_size: Any = None) -> Tensor:
        """Return the transposed convolution of the input; `output_size` chooses among the possible sizes."""
        extra = self.output_padding if output_size is None else self._output_padding(input, output_size)
        return type(self).function(
            input, self.weight, self.bias, self.stride, self.padding, extra, self.groups, self.dilation
        )

    def _output_padding(self, input: Any, output_size: Any) -> tuple[int, ...]:
        wanted = tuple(output_size)[-self.dims :]
        lengths = zip(
            input.shape[-self.dims :], self.stride, self.padding, self.dilation, self.kernel_size, strict=True
        )
        least = [(n - 1) * step - 2 * pad + gap * (size - 1) + 1 for n, step, pad, gap, size in lengths]
        most = [low + step - 1 for low, step in zip(least, self.stride, strict=True)]
        if len(wanted) != self.dims:
            raise ValueError(
                f"{type(self).__name__}: for {input.ndim}D input, output_size must have {self.dims} or {input.ndim} "
                f"elements (got {len(wanted)})"
            )
        if any(not low <= size <= high for low, size, high in zip(least, wanted, most, strict=True)):
            raise ValueError(
                f"requested an output size of {list(wanted)}, but valid sizes range from {least} to {most} (for an "
                f"input of {list(input.shape[2:])})"
            )
        return tuple(size - low for size, low in zip(wanted, least, strict=True))


class ConvTranspose1d(_Transposed, dims=1, function=F.conv_transpose1d):
    """Elements of `(N, C, L)` spread by learned kernels. Mirrors `torch.nn.ConvTranspose1d`."""


class ConvTranspose2d(_Transposed, dims=2, function=F.conv_transpose2d):
    """Elements of `(N, C, H, W)` spread by learned kernels. Mirrors `torch.nn.ConvTranspose2d`."""


class ConvTranspose3d(_Transposed, dims=3, function=F.conv_transpose3d):
    """Elements of `(N, C, D, H, W)` spread by learned kernels. Mirrors `torch.nn.ConvTranspose3d`."""
