"""Normalisation. Mirrors the normalisation functions of `torch.nn.functional`."""

from __future__ import annotations

import math
from typing import Any

from ...dtypes import finfo
from ...ops.half import HALF
from ...ops.nn import batch_norm as batch
from ...ops.nn import group_norm as group_norm_op
from ...ops.nn import normalization
from ...ops.nn.arrays import one_dtype
from ...ops.nn.scalar import add_number
from ...ops.wrapping import check_tensor
from ...tensor import Tensor
from .padding import pad
from .pooling import avg_pool2d, avg_pool3d

__all__ = ["batch_norm", "group_norm", "instance_norm", "layer_norm", "local_response_norm", "rms_norm"]


def layer_norm(
    input: Tensor,
    normalized_shape: Any,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Return the input normalised over its last dims.

    Mirrors `torch.nn.functional.layer_norm`.

    Parameters
    ----------
    input : Tensor
        `(*, *normalized_shape)`.
    normalized_shape : sequence of int
        The lengths of the dims that are normalised.
    weight, bias : Tensor, optional
        Scale and shift, of `normalized_shape`.
    eps : float
        Added to the variance.

    Raises
    ------
    RuntimeError
        When shapes do not fit.
    """
    check_tensor("layer_norm", input)
    shape = _checked_shape("layer_norm", input, normalized_shape, weight, bias)
    one_dtype(input, weight, bias)
    return normalization.layer_norm(input, shape, weight, bias, eps)


def _checked_shape(function: str, input: Any, normalized_shape: Any, weight: Any, bias: Any) -> tuple[int, ...]:
    if not isinstance(normalized_shape, (tuple, list)):
        raise TypeError(
            f"{function}(): argument 'normalized_shape' (position 2) must be tuple of ints, not "
            f"{type(normalized_shape).__name__}"
        )
    shape = tuple(normalized_shape)
    if not shape:
        raise RuntimeError(
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got "
            "normalized_shape = []"
        )
    for name, given in (("weight", weight), ("bias", bias)):
        if given is not None and tuple(given.shape) != shape:
            raise RuntimeError(
                f"Expected {name} to be of same shape as normalized_shape, but got {name} of shape "
                f"{list(given.shape)} and normalized_shape = {list(shape)}"
            )
    if tuple(input.shape[-len(shape) :]) != shape:
        before = ", " if function == "layer_norm" else ""
        raise RuntimeError(
            f"Given normalized_shape={list(shape)}, expected input with shape [*{before}{', '.join(map(str, shape))}], "
            f"but got input of size{list(input.shape)}"
        )
    return shape


def rms_norm(input: Tensor, normalized_shape: Any, weight: Tensor | None = None, eps: float | None = None) -> Tensor:
    """Return the input divided by the root of its mean square over its last dims.

    Mirrors `torch.nn.functional.rms_norm`; `eps` is by default the machine epsilon of the dtype it is computed in.
    """
    shape = _checked_shape("rms_norm", input, normalized_shape, weight, None)
    dims = tuple(range(input.ndim - len(shape), input.ndim))
    x = input.float() if input._array.dtype == HALF else input
    eps = finfo(x.dtype).eps if eps is None else eps
    square = add_number(x.pow(2).mean(dims, keepdim=True), eps)
    found = x * square.rsqrt()
    found = found if weight is None else found * weight
    return found.to(input.dtype) if x is not input else found


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float | None = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Return the input with each channel normalised.

    Mirrors `torch.nn.functional.batch_norm`.

    Parameters
    ----------
    input : Tensor
        `(N, C, *)`.
    running_mean, running_var : Tensor or None
        `(C,)`; in training moved towards the batch's, otherwise used.
    weight, bias : Tensor, optional
        Scale and shift, `(C,)`.
    training : bool
        Whether the batch's own mean and variance are used.
    momentum : float
        How far the running statistics move.
    eps : float
        Added to the variance.

    Raises
    ------
    ValueError, RuntimeError
        When there is only one value a channel in training, or shapes do not fit.
    """
    check_tensor("batch_norm", input)
    if training:
        _check_batch(tuple(input.shape), input.shape)
        if eps <= 0.0:
            raise ValueError(f"batch_norm eps must be positive during training, but got {eps}")
    elif eps < 0.0:
        raise ValueError(f"batch_norm eps must be non-negative, but got {eps}")
    given = {"running_mean": running_mean, "running_var": running_var, "weight": weight, "bias": bias}
    for name, tensor in given.items():
        if tensor is None and name.startswith("running") and not training:
            raise RuntimeError(f"{name} must be defined in evaluation mode")
        if tensor is not None and tensor.numel() != input.shape[1]:
            raise RuntimeError(f"{name} should contain {input.shape[1]} elements not {tensor.numel()}")
    if input.is_floating_point():
        one_dtype(input, weight, bias, running_mean, running_var)
    return batch.batch_norm(
        input, weight, bias, running_mean, running_var, training, 0.0 if momentum is None else momentum, eps
    )


def _check_batch(shape: tuple[int, ...], said: Any) -> None:
    if shape[0] * math.prod(shape[2:]) == 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {said}")


def group_norm(
    input: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Return the input with each group of channels of each sample normalised.

    Mirrors `torch.nn.functional.group_norm`.

    Parameters
    ----------
    input : Tensor
        `(N, C, *)`.
    num_groups : int
        Into how many groups the channels are divided.
    weight, bias : Tensor, optional
        Scale and shift, `(C,)`.
    eps : float
        Added to the variance.

    Raises
    ------
    RuntimeError, ValueError
        When shapes do not fit.
    """
    check_tensor("group_norm", input)
    if input.ndim < 2:
        raise RuntimeError(f"Expected at least 2 dimensions for input tensor but received {input.ndim}")
    count, channels = input.shape[:2]
    if channels % num_groups:
        raise RuntimeError(
            "Expected number of channels in input to be divisible by num_groups, but got input of shape "
            f"{list(input.shape)} and num_groups={num_groups}"
        )
    said = [count * channels // num_groups, num_groups, *input.shape[2:]]
    _check_batch(tuple(said), said)
    for name, given in (("weight", weight), ("bias", bias)):
        if given is not None and tuple(given.shape) != (channels,):
            raise RuntimeError(
                f"Expected {name} to be a vector of size equal to the number of channels in input, but got {name} of "
                f"shape {list(given.shape)} and input of shape {list(input.shape)}"
            )
    size = math.prod(input.shape[2:])
    one_dtype(input, weight, bias)
    return group_norm_op.group_norm(input, weight, bias, count, channels, size, num_groups, eps)


def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Return the input with each channel of each sample normalised.

    Mirrors `torch.nn.functional.instance_norm`: batch norm with every sample's channels as channels of their own.

    Parameters
    ----------
    input : Tensor
        `(N, C, *)`.
    running_mean, running_var : Tensor, optional
        `(C,)`; moved towards the samples' mean statistics, or used.
    weight, bias : Tensor, optional
        Scale and shift, `(C,)`.
    use_input_stats : bool
        Whether the sample's own mean and variance are used.
    momentum : float
        How far the running statistics move.
    eps : float
        Added to the variance.

    Raises
    ------
    ValueError
        When there is only one element a channel.
    """
    check_tensor("instance_norm", input)
    if use_input_stats and math.prod(input.shape[2:]) == 1:
        raise ValueError(f"Expected more than 1 spatial element when training, got input size {input.shape}")
    count, channels = input.shape[:2]
    shape = tuple(input.shape)
    repeated = [None if each is None else each.repeat(count) for each in (running_mean, running_var, weight, bias)]
    flat = input.contiguous().view((1, count * channels, *shape[2:]))
    mean, variance = repeated[:2]
    one_dtype(input, weight, bias, running_mean, running_var)
    scale, shift = repeated[2:]
    found = batch.batch_norm(flat, scale, shift, mean, variance, use_input_stats, momentum, eps)
    for running, now in ((running_mean, mean), (running_var, variance)):
        if running is not None and now is not None and use_input_stats:
            running._array[...] = now._array.reshape(count, channels).mean(axis=0)
    return found.view(shape)


def local_response_norm(input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Tensor:
    """Return the input divided by a power of the squares of neighbouring channels.

    Mirrors `torch.nn.functional.local_response_norm`.
    """
    if input.ndim < 3:
        raise ValueError(f"Expected 3D or higher dimensionality input (got {input.ndim} dimensions)")
    if input.numel() == 0:
        return input
    squares, around = input.mul(input), (size // 2, (size - 1) // 2)
    if input.ndim == 3:
        means = avg_pool2d(pad(squares.unsqueeze(1), (0, 0, *around)), (size, 1), stride=1).squeeze(1)
    else:
        shape = tuple(input.shape)
        wide = pad(squares.view(shape[0], 1, shape[1], shape[2], -1), (0, 0, 0, 0, *around))
        means = avg_pool3d(wide, (size, 1, 1), stride=1).squeeze(1).view(shape)
    return input / means.mul(alpha).add(k).pow(beta)
