"""Convolutions. Mirrors the convolution functions of `torch.nn.functional`."""

from __future__ import annotations

from typing import Any

from ...ops.nn.convolution import convolution
from ...ops.nn.windows import Geometry, per_dim
from ...ops.type_words import cpp_word, type_word
from ...ops.wrapping import check_tensor
from ...tensor import Tensor
from .padding import pad

__all__ = ["conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"]

Size = int | tuple[int, ...]


def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size | str = 0,
    dilation: Size = 1,
    groups: int = 1,
) -> Tensor:
    """Return the windows of `(N, C, L)` or `(C, L)` weighted by each kernel of `(O, C / groups, K)`.

    Mirrors `torch.nn.functional.conv1d`; the parameters are those of `conv2d`.
    """
    return _convolve("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size | str = 0,
    dilation: Size = 1,
    groups: int = 1,
) -> Tensor:
    """Return the windows of images weighted by each kernel.

    Mirrors `torch.nn.functional.conv2d`.

    Parameters
    ----------
    input : Tensor
        `(N, C, H, W)` or `(C, H, W)`.
    weight : Tensor
        `(O, C / groups, KH, KW)`.
    bias : Tensor, optional
        `(O,)`.
    stride, dilation : int or tuple of int
        The steps from window to window, and from element to element within one.
    padding : int, tuple of int, "valid" or "same"
        How many zeros are put around the input.
    groups : int
        Into how many groups of channels input and result are divided.

    Raises
    ------
    RuntimeError
        When shapes or dtypes do not fit.
    """
    return _convolve("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size | str = 0,
    dilation: Size = 1,
    groups: int = 1,
) -> Tensor:
    """Return the windows of `(N, C, D, H, W)` weighted by each kernel.

    Mirrors `torch.nn.functional.conv3d`; the parameters are those of `conv2d`.
    """
    return _convolve("conv3d", 3, input, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
) -> Tensor:
    """Spread each element of `(N, C, L)` by the kernels `(C, O / groups, K)`.

    Mirrors `torch.nn.functional.conv_transpose1d`; the parameters are those of `conv_transpose2d`.
    """
    return _spread("conv_transpose1d", 1, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
) -> Tensor:
    """Spread each element of images by the kernels: what the gradient of `conv2d` does.

    Mirrors `torch.nn.functional.conv_transpose2d`.

    Parameters
    ----------
    input : Tensor
        `(N, C, H, W)` or `(C, H, W)`.
    weight : Tensor
        `(C, O / groups, KH, KW)`.
    bias : Tensor, optional
        `(O,)`.
    stride, padding, dilation, groups : int or tuple of int
        Those of the convolution whose gradient this is.
    output_padding : int or tuple of int
        How much the result is longer at the end of each dim.

    Raises
    ------
    RuntimeError
        When shapes or dtypes do not fit.
    """
    return _spread("conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
) -> Tensor:
    """Spread each element of `(N, C, D, H, W)` by the kernels.

    Mirrors `torch.nn.functional.conv_transpose3d`; the parameters are those of `conv_transpose2d`.
    """
    return _spread("conv_transpose3d", 3, input, weight, bias, stride, padding, output_padding, groups, dilation)


# how


def _convolve(
    name: str, dims: int, input: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: int
) -> Tensor:
    check_tensor(name, input)
    check_tensor(name, weight, "weight", 2)
    input, batched = _batched(name, input, dims)
    strides, dilations = per_dim("stride", stride, dims), per_dim("dilation", dilation, dims)
    if isinstance(padding, str):
        input, padding = _named_padding(padding, input, weight, strides, dilations)
    geometry = Geometry(tuple(weight.shape[2:]), strides, per_dim("padding", padding, dims), dilations)
    _check(input, weight, bias, geometry, groups, False)
    result = convolution(input, weight, bias, *geometry[1:], False, (0,) * dims, groups)
    return result if batched else result.squeeze(0)


def _spread(
    name: str, dims: int, input: Any, weight: Any, bias: Any, stride: Any, padding: Any, output_padding: Any,
    groups: int, dilation: Any,
) -> Tensor:  # fmt: skip
    input, batched = _batched(name, input, dims)
    sizes = (per_dim(n, v, dims) for n, v in (("stride", stride), ("padding", padding), ("dilation", dilation)))
    geometry = Geometry(tuple(weight.shape[2:]), *sizes)
    extra = per_dim("output_padding", output_padding, dims)
    for longer, step, gap in zip(extra, geometry.stride, geometry.dilation, strict=True):
        if longer >= max(step, gap):
            raise RuntimeError(
                "output padding must be smaller than either stride or dilation, but got output_padding: "
                f"{list(extra)} stride: {list(geometry.stride)} dilation: {list(geometry.dilation)}"
            )
    _check(input, weight, bias, geometry, groups, True)
    result = convolution(input, weight, bias, *geometry[1:], True, extra, groups)
    return result if batched else result.squeeze(0)


def _batched(name: str, input: Any, dims: int) -> tuple[Any, bool]:
    """Return the input with a batch dim, and whether it had one."""
    if input.ndim not in (dims + 1, dims + 2):
        raise RuntimeError(
            f"Expected {dims + 1}D (unbatched) or {dims + 2}D (batched) input to {name}, but got input of size: "
            f"{list(input.shape)}"
        )
    batched = input.ndim == dims + 2
    return (input if batched else input.unsqueeze(0)), batched


def _named_padding(padding: str, input: Any, weight: Any, stride: Any, dilation: Any) -> tuple[Any, Any]:
    """Return the input and the padding that "valid" or "same" stand for; a side's surplus zero is put on at once."""
    if padding == "valid":
        return input, 0
    if padding != "same":
        raise RuntimeError(f"Invalid padding string: '{padding}'")
    if any(step != 1 for step in stride):
        raise RuntimeError("padding='same' is not supported for strided convolutions")
    totals = [gap * (length - 1) for gap, length in zip(dilation, weight.shape[2:], strict=True)]
    if any(total % 2 for total in totals):
        surplus = [side for total in reversed(totals) for side in (0, total % 2)]
        input = pad(input, tuple(surplus))
    return input, tuple(total // 2 for total in totals)


def _check(input: Any, weight: Any, bias: Any, geometry: Geometry, groups: int, transposed: bool) -> None:
    """Word what does not fit as PyTorch does."""
    if any(step <= 0 for step in geometry.stride):
        raise RuntimeError("non-positive stride is not supported")
    if any(size < 0 for size in geometry.padding):
        raise RuntimeError("negative padding is not supported")
    if any(step <= 0 for step in geometry.dilation):
        raise RuntimeError("non-positive dilation is not supported")
    if groups <= 0:
        raise RuntimeError("non-positive groups is not supported")
    _check_channels(input, weight, bias, groups, transposed)
    _check_dtypes(input, weight, bias)
    if not transposed:
        spans = [gap * (length - 1) + 1 for gap, length in zip(geometry.dilation, geometry.kernel, strict=True)]
        sizes = [size + 2 * extra for size, extra in zip(input.shape[2:], geometry.padding, strict=True)]
        if any(size < span for size, span in zip(sizes, spans, strict=True)):
            raise RuntimeError(
                f"Calculated padded input size per channel: ({' x '.join(map(str, sizes))}). Kernel size: "
                f"({' x '.join(map(str, spans))}). Kernel size can't be greater than actual input size"
            )


def _check_channels(input: Any, weight: Any, bias: Any, groups: int, transposed: bool) -> None:
    shape = list(weight.shape)
    if weight.ndim != input.ndim:
        raise RuntimeError(
            f"Expected {weight.ndim}-dimensional input for {weight.ndim}-dimensional weight {shape}, but got "
            f"{input.ndim}-dimensional input of size {list(input.shape)} instead"
        )
    if shape[0] % groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got weight of "
            f"size {shape} instead"
        )
    expected = shape[0] if transposed else shape[1] * groups
    if input.shape[1] != expected:
        word = "transposed=1, " if transposed else ""
        raise RuntimeError(
            f"Given {word or f'groups={groups}, '}weight of size {shape}, expected input{list(input.shape)} to have "
            f"{expected} channels, but got {input.shape[1]} channels instead"
        )
    results = shape[1] * groups if transposed else shape[0]
    if bias is not None and tuple(bias.shape) != (results,):
        word = "transposed=1, " if transposed else ""
        raise RuntimeError(
            f"Given {word}weight of size {shape}, expected bias to be 1-dimensional with {results} elements, but got "
            f"bias of size {list(bias.shape)} instead"
        )


def _check_dtypes(input: Any, weight: Any, bias: Any) -> None:
    if bias is not None and bias.dtype != input.dtype:
        one, two = cpp_word(input._array), cpp_word(bias._array)
        raise RuntimeError(f"Input type ({one}) and bias type ({two}) should be the same")
    if weight.dtype != input.dtype:
        expected, found = type_word(input._array), type_word(weight._array)
        raise RuntimeError(f"expected scalar type {expected} but found {found}")
