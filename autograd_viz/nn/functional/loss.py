"""Losses of regression and of distances."""

from __future__ import annotations

import warnings
from typing import Any

from ...ops.nn import regression
from ...ops.nn.reduction import MEAN
from ...ops.op import tensors
from ...tensor import Tensor
from .reduction import reduced, reduction_number

__all__ = ["huber_loss", "kl_div", "l1_loss", "mse_loss", "smooth_l1_loss", "soft_margin_loss"]


def _broadcast(input: Any, target: Any) -> Any:
    """Return input and target expanded to one shape, with PyTorch's warning where they differ."""
    if target.shape != input.shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}). This will "
            "likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
            UserWarning,
            stacklevel=3,
        )
        return tensors.broadcast_tensors(input, target)
    return input, target


def _weighted(losses: Any, weight: Any, reduction: int) -> Any:
    """Return the weighted losses, their sum, or their sum by that of the weights."""
    weighted = losses * weight
    return weighted.sum() / weight.sum() if reduction == MEAN else reduced(weighted, reduction)


def _check_weight(weight: Any, input: Any) -> None:
    if weight.shape != input.shape:
        raise ValueError("Weights and input must have the same size.")


def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """Return the mean of the squared differences. Mirrors `torch.nn.functional.mse_loss`."""
    number = reduction_number(reduction, size_average, reduce)
    x, y = _broadcast(input, target)
    if weight is None:
        return regression.mse_loss(x, y, number)
    _check_weight(weight, input)
    return _weighted((x - y) ** 2, weight, number)


def l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """Return the mean of the absolute differences. Mirrors `torch.nn.functional.l1_loss`."""
    number = reduction_number(reduction, size_average, reduce)
    x, y = _broadcast(input, target)
    losses = (x - y).abs()
    if weight is None:
        return reduced(losses, number)
    _check_weight(weight, input)
    return _weighted(losses, weight, number)


def smooth_l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """Return the loss that is quadratic within `beta` of the target and linear beyond.

    Mirrors `torch.nn.functional.smooth_l1_loss`; with `beta` 0 it is `l1_loss`.
    """
    number = reduction_number(reduction, size_average, reduce)
    x, y = _broadcast(input, target)
    if beta == 0:
        return reduced((x - y).abs(), number)
    if beta < 0:
        raise RuntimeError("smooth_l1_loss does not support negative values for beta.")
    return regression.smooth_l1_loss(x, y, number, beta)


def huber_loss(
    input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0, weight: Tensor | None = None
) -> Tensor:
    """Return half the squared difference within `delta` of the target, and a line of slope `delta` beyond.

    Mirrors `torch.nn.functional.huber_loss`.
    """
    number = reduction_number(reduction)
    x, y = _broadcast(input, target)
    if weight is None:
        return regression.huber_loss(x, y, number, delta)
    _check_weight(weight, input)
    return reduced(regression.huber_loss(x, y, 0, delta) * weight, number)


def soft_margin_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return the mean of log(1 + exp(-target · input)); targets are 1 and -1."""
    return regression.soft_margin_loss(input, target, reduction_number(reduction, size_average, reduce))


def kl_div(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """Return the Kullback-Leibler divergence of the log probabilities `input` from `target`.

    Mirrors `torch.nn.functional.kl_div`; `reduction="batchmean"` divides the sum by the number of rows.
    """
    batch = reduction == "batchmean" and size_average is None and reduce is None
    if reduction == "mean" and size_average is None and reduce is None:
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size."
            "'batchmean' divides only by the batch size, and aligns with the KL div math definition."
            "'mean' will be changed to behave the same as 'batchmean' in the next major release.",
            UserWarning,
            stacklevel=2,
        )
    number = reduction_number("sum" if batch else reduction, size_average, reduce)
    x, y = input, target
    if x._array.dtype.kind != "f" or y._array.dtype.kind != "f":
        raise RuntimeError("kl_div: Integral inputs not supported.")
    second: Any = y - x if log_target else y * x  # before the first, as in C++: gradients add up in reverse order
    losses: Any = y.exp() * second if log_target else tensors.xlogy(y, y) - second
    loss = reduced(losses, number)
    return loss / input.shape[0] if batch and input.ndim else loss
