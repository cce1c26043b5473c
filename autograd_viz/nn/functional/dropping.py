"""Dropout: zero elements at random in training, and scale the others up."""

from __future__ import annotations

import math
from typing import Any

from ...ops.wrapping import check_tensor
from ...tensor import Tensor

__all__ = ["alpha_dropout", "dropout", "dropout1d", "dropout2d", "dropout3d", "feature_alpha_dropout"]

ALPHA = 1.7580993408473766  # what selu saturates at


def _drop(input: Any, p: float, training: bool, inplace: bool, whole_channels: bool = False) -> Any:
    check_tensor("dropout", input)
    _check(p)
    if p == 0 or not training or input.numel() == 0:
        return input
    if p == 1:
        noise = input.new_zeros(())
    else:
        noise = _noise(input, p, whole_channels)
        noise.div_(1 - p)
    return input.mul_(noise) if inplace else input * noise


def _check(p: float) -> None:
    if p < 0.0 or p > 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")


def _noise(input: Any, p: float, whole_channels: bool) -> Any:
    """Draw zeros and ones in the order of the input's memory, as PyTorch does."""
    if whole_channels:
        return input.new_empty((*input.shape[:2], *(1,) * (input.ndim - 2))).bernoulli_(1 - p)
    strides = input._array.strides
    order = sorted(range(input.ndim), key=lambda dim: -abs(strides[dim]))
    drawn = input.new_empty([input.shape[dim] for dim in order]).bernoulli_(1 - p)
    return drawn if order == list(range(input.ndim)) else drawn.permute([order.index(d) for d in range(input.ndim)])


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Return the input with elements zeroed with chance p and the others divided by 1 - p.

    Mirrors `torch.nn.functional.dropout`.

    Raises
    ------
    ValueError
        When p is no probability.
    """
    return _drop(input, p, training, inplace)


def dropout1d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Return `(N, C, L)` or `(C, L)` with whole channels zeroed. Mirrors `torch.nn.functional.dropout1d`."""
    _check(p)
    if input.ndim not in (2, 3):
        raise RuntimeError(
            f"dropout1d: Expected 2D or 3D input, but received a {input.ndim}D input. Note that dropout1d exists to "
            "provide channel-wise dropout on inputs with 1 spatial dimension, a channel dimension, and an optional "
            "batch dimension (i.e. 2D or 3D inputs)."
        )
    return _whole_channels(input, p, training, inplace, input.ndim == 3)


def dropout2d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Return `(N, C, H, W)` with whole channels zeroed. Mirrors `torch.nn.functional.dropout2d`."""
    return _drop(input, p, training, inplace, True)


def dropout3d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Return `(N, C, D, H, W)` with whole channels zeroed. Mirrors `torch.nn.functional.dropout3d`."""
    _check(p)
    return _whole_channels(input, p, training, inplace, input.ndim != 4)


def _whole_channels(input: Any, p: float, training: bool, inplace: bool, batched: bool) -> Any:
    if batched:
        return _drop(input, p, training, inplace, True)
    result = _drop(input.unsqueeze_(0) if inplace else input.unsqueeze(0), p, training, inplace, True)
    return result.squeeze_(0) if inplace else result.squeeze(0)


def alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """Return the input with elements set to what selu saturates at, mean and variance kept.

    Mirrors `torch.nn.functional.alpha_dropout`.
    """
    return _alpha_drop(input, p, training, inplace, False)


def feature_alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """Return the input with whole channels set to what selu saturates at, mean and variance kept."""
    return _alpha_drop(input, p, training, inplace, True)


def _alpha_drop(input: Any, p: float, training: bool, inplace: bool, whole_channels: bool) -> Any:
    _check(p)
    if p == 0 or not training or input.numel() == 0:
        return input
    if p == 1:
        return input * input.new_zeros(())
    noise = _noise(input, p, whole_channels)
    scale = 1.0 / math.sqrt((ALPHA * ALPHA * p + 1) * (1 - p))
    shift = noise.add(-1).mul_(ALPHA * scale).add_(ALPHA * scale * p)
    noise.mul_(scale)
    return input.mul_(noise).add_(shift) if inplace else (input * noise).add_(shift)
