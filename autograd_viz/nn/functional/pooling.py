"""Pooling. Mirrors the pooling functions of `torch.nn.functional`."""

from __future__ import annotations

from typing import Any

from ...ops.nn import max_pooling
from ...ops.nn.average_pooling import adaptive_avg_pool, avg_pool
from ...ops.nn.max_pooling import max_pool, pooled_size
from ...ops.nn.windows import Geometry
from ...ops.op import tensors
from ...ops.type_words import floats_only
from ...ops.wrapping import check_tensor
from ...tensor import Tensor
from .activation import relu

__all__ = ["adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d", "adaptive_max_pool1d",
           "adaptive_max_pool2d", "avg_pool1d", "avg_pool2d", "avg_pool3d", "lp_pool1d", "lp_pool2d", "max_pool1d",
           "max_pool2d", "max_pool3d"]  # fmt: skip

Size = int | tuple[int, ...]
WORDS = {1: "one int", 2: "two ints", 3: "three ints"}


def _sizes(name: str, param: str, value: Any, dims: int) -> tuple[int, ...]:
    values = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    if len(values) not in (1, dims):
        raise RuntimeError(f"{name}: {param} must either be a single int, or a tuple of {WORDS[dims]}")
    return values * dims if len(values) == 1 else values


def _geometry(name: str, dims: int, kernel_size: Any, stride: Any, padding: Any, dilation: Any = 1) -> Geometry:
    kernel = _sizes(name, "kernel_size", kernel_size, dims)
    empty = stride is None or stride in ((), [])
    steps = kernel if empty else _sizes(name, "stride", stride, dims)
    geometry = Geometry(kernel, steps, _sizes(name, "padding", padding, dims), _sizes(name, "dilation", dilation, dims))
    if 0 in steps:
        raise RuntimeError("stride should not be zero")
    for length, pad, step in zip(geometry.kernel, geometry.padding, geometry.dilation, strict=True):
        if pad > ((length - 1) * step + 1) // 2:
            raise RuntimeError(
                f"pad should be at most half of effective kernel size, but got pad={pad}, kernel_size={length} and "
                f"dilation={step}"
            )
    return geometry


def _check_input(input: Any, dims: int) -> None:
    check_tensor("pooling", input)
    if input.ndim not in (dims + 1, dims + 2):
        raise RuntimeError(f"non-empty {dims + 1}D or {dims + 2}D (batch mode) tensor expected for input")
    if 0 in input.shape[-dims - 1 :]:
        raise RuntimeError(
            f"Expected {dims + 1}D or {dims + 2}D (batch mode) tensor with optional 0 dim batch size for input, but "
            f"got:{list(input.shape)}"
        )


def _check_output(input: Any, geometry: Geometry, ceil_mode: bool) -> None:
    dims = len(geometry.kernel)
    output = pooled_size(tuple(input.shape[-dims:]), geometry, ceil_mode)
    if any(size < 1 for size in output):
        sizes = ["x".join(map(str, shape)) for shape in (input.shape[-dims - 1 :], (input.shape[-dims - 1], *output))]
        raise RuntimeError(
            f"Given input size: ({sizes[0]}). Calculated output size: ({sizes[1]}). Output size is too small"
        )


# max


def max_pool1d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Return the largest element of each window of `(N, C, L)` or `(C, L)`.

    Mirrors `torch.nn.functional.max_pool1d`; the parameters are those of `max_pool2d`.
    """
    if input.ndim not in (2, 3):
        raise RuntimeError(
            "max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but "
            f"got:{list(input.shape)}"
        )
    one = _geometry("max_pool1d", 1, kernel_size, stride, padding, dilation)
    if pooled_size((input.shape[-1],), one, ceil_mode)[0] < 1:
        size = pooled_size((input.shape[-1],), one, ceil_mode)[0]
        raise RuntimeError(f"max_pool1d() Invalid computed output size: {size}")
    geometry = _flat(one)
    if not return_indices:
        floats_only("max_pool1d_impl", input._array)
    result, indices = max_pool[2](input.unsqueeze(-2), *geometry, ceil_mode)
    return (result.squeeze(-2), indices.squeeze(-2)) if return_indices else result.squeeze(-2)


def _flat(geometry: Geometry) -> Geometry:
    """Return a geometry of one dim as one of two, the first of length 1."""
    before = (1, 1, 0, 1)
    return Geometry(*((first, *sizes) for first, sizes in zip(before, geometry, strict=True)))


def max_pool2d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Return the largest element of each window.

    Mirrors `torch.nn.functional.max_pool2d`.

    Parameters
    ----------
    input : Tensor
        `(N, C, H, W)` or `(C, H, W)`.
    kernel_size, stride, padding, dilation : int or tuple of int
        How the windows lie; `stride` is by default `kernel_size`.
    ceil_mode : bool
        Whether a last window may reach beyond the end.
    return_indices : bool
        Whether the places of the largest elements are returned too, counted within each plane.

    Raises
    ------
    RuntimeError
        When sizes do not fit.
    """
    return _max_pool(2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool3d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Return the largest element of each window of `(N, C, D, H, W)`.

    Mirrors `torch.nn.functional.max_pool3d`; the parameters are those of `max_pool2d`.
    """
    return _max_pool(3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def _max_pool(
    dims: int, input: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool, indices: bool
) -> Any:
    geometry = _geometry(f"max_pool{dims}d", dims, kernel_size, stride, padding, dilation)
    _check_input(input, dims)
    _check_output(input, geometry, ceil_mode)
    result, places = max_pool[dims](input, *geometry, ceil_mode)
    return (result, places) if indices else result


# average


def avg_pool1d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """Return the mean of each window of `(N, C, L)` or `(C, L)`.

    Mirrors `torch.nn.functional.avg_pool1d`; the parameters are those of `avg_pool2d`.
    """
    if input.ndim not in (2, 3):
        raise RuntimeError(
            f"Expected 2 to 3 dimensions, but got {input.ndim}-dimensional tensor for argument #1 'self' (while "
            "checking arguments for avg_pool1d)"
        )
    geometry = _flat(_geometry("avg_pool1d", 1, kernel_size, stride, padding))
    wide = input.unsqueeze(-2)
    _check_output(wide, geometry, ceil_mode)
    return avg_pool[2](wide, *geometry[:3], ceil_mode, count_include_pad, None).squeeze(-2)


def avg_pool2d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """Return the mean of each window.

    Mirrors `torch.nn.functional.avg_pool2d`.

    Parameters
    ----------
    input : Tensor
        `(N, C, H, W)` or `(C, H, W)`.
    kernel_size, stride, padding : int or tuple of int
        How the windows lie; `stride` is by default `kernel_size`.
    ceil_mode : bool
        Whether a last window may reach beyond the end.
    count_include_pad : bool
        Whether the zeros around the input count.
    divisor_override : int, optional
        By what the sums are divided instead of the number of elements.

    Raises
    ------
    RuntimeError
        When sizes do not fit.
    """
    return _avg_pool(2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def avg_pool3d(
    input: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """Return the mean of each window of `(N, C, D, H, W)`.

    Mirrors `torch.nn.functional.avg_pool3d`; the parameters are those of `avg_pool2d`.
    """
    return _avg_pool(3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def _avg_pool(
    dims: int, input: Any, kernel_size: Any, stride: Any, padding: Any, ceil_mode: bool, count_include_pad: bool,
    divisor_override: int | None,
) -> Tensor:  # fmt: skip
    if divisor_override == 0:
        raise RuntimeError("divisor must be not zero")
    geometry = _geometry(f"avg_pool{dims}d", dims, kernel_size, stride, padding)
    _check_input(input, dims)
    _check_output(input, geometry, ceil_mode)
    return avg_pool[dims](input, *geometry[:3], ceil_mode, count_include_pad, divisor_override)


def lp_pool1d(
    input: Tensor, norm_type: float, kernel_size: int, stride: Size | None = None, ceil_mode: bool = False
) -> Tensor:
    """Return the p-norm of each window of `(N, C, L)`. Mirrors `torch.nn.functional.lp_pool1d`."""
    out = avg_pool1d(input**norm_type, kernel_size, stride, 0, ceil_mode)
    return (tensors.sign(out) * relu(out.abs())).mul(kernel_size).pow(1.0 / norm_type)


def lp_pool2d(
    input: Tensor, norm_type: float, kernel_size: Size, stride: Size | None = None, ceil_mode: bool = False
) -> Tensor:
    """Return the p-norm of each window of `(N, C, H, W)`. Mirrors `torch.nn.functional.lp_pool2d`."""
    height, width = _sizes("lp_pool2d", "kernel_size", kernel_size, 2)
    out = avg_pool2d(input**norm_type, kernel_size, stride, 0, ceil_mode)
    return (tensors.sign(out) * relu(out.abs())).mul(height * width).pow(1.0 / norm_type)


# adaptive


def _output_size(name: str, input: Any, output_size: Any, dims: int) -> tuple[int, ...]:
    if input.ndim not in (dims + 1, dims + 2):
        raise RuntimeError(f"{name}(): Expected {dims + 1}D or {dims + 2}D tensor, but got {list(input.shape)}")
    given = tuple(output_size) if isinstance(output_size, (tuple, list)) else (output_size,) * dims
    if len(given) != dims:
        raise RuntimeError(f"{name}: output_size must be {dims}")
    return tuple(int(length) if size is None else size for size, length in zip(given, input.shape[-dims:], strict=True))


def adaptive_avg_pool1d(input: Tensor, output_size: Any) -> Tensor:
    """Return the means of a given number of windows of `(N, C, L)`.

    Mirrors `torch.nn.functional.adaptive_avg_pool1d`.
    """
    size = _output_size("adaptive_avg_pool1d", input, output_size, 1)
    return adaptive_avg_pool[2](input.unsqueeze(-2), (1, *size)).squeeze(-2)


def adaptive_avg_pool2d(input: Tensor, output_size: Any) -> Tensor:
    """Return the means of a given number of windows.

    Mirrors `torch.nn.functional.adaptive_avg_pool2d`.

    Parameters
    ----------
    input : Tensor
        `(N, C, H, W)` or `(C, H, W)`.
    output_size : int or tuple of int or None
        How many windows there are along each dim; None keeps its length.

    Raises
    ------
    RuntimeError
        When sizes do not fit.
    """
    size = _output_size("adaptive_avg_pool2d", input, output_size, 2)
    if size == (1, 1):
        return input.mean((-1, -2), keepdim=True)
    return adaptive_avg_pool[2](input, size)


def adaptive_avg_pool3d(input: Tensor, output_size: Any) -> Tensor:
    """Return the means of a given number of windows of `(N, C, D, H, W)`.

    Mirrors `torch.nn.functional.adaptive_avg_pool3d`.
    """
    size = _output_size("adaptive_avg_pool3d", input, output_size, 3)
    if size == (1, 1, 1):
        return input.mean((-1, -2, -3), keepdim=True)
    return adaptive_avg_pool[3](input, size)


def adaptive_max_pool1d(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
    """Return the largest elements of a given number of windows of `(N, C, L)`.

    Mirrors `torch.nn.functional.adaptive_max_pool1d`.
    """
    size = _output_size("adaptive_max_pool1d", input, output_size, 1)
    result, places = max_pooling.adaptive_max_pool2d(input.unsqueeze(-2), (1, *size))
    return (result.squeeze(-2), places.squeeze(-2)) if return_indices else result.squeeze(-2)


def adaptive_max_pool2d(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
    """Return the largest elements of a given number of windows of `(N, C, H, W)`.

    Mirrors `torch.nn.functional.adaptive_max_pool2d`.
    """
    result, places = max_pooling.adaptive_max_pool2d(input, _output_size("adaptive_max_pool2d", input, output_size, 2))
    return (result, places) if return_indices else result
