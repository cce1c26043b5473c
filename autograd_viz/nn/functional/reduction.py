"""How losses are reduced, by name."""

from __future__ import annotations

import warnings
from typing import Any

from ...ops.nn.reduction import MEAN, NONE, SUM

__all__ = ["legacy_reduction", "reduced", "reduction_number"]


NUMBERS = {"none": NONE, "mean": MEAN, "sum": SUM}


def reduction_number(reduction: str, size_average: bool | None = None, reduce: bool | None = None) -> int:
    """Return PyTorch's number of a reduction's name, or of the two flags that came before it.

    Raises
    ------
    ValueError
        When the name is none of "none", "mean", "sum".
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    if reduction == "elementwise_mean":
        warnings.warn("reduction='elementwise_mean' is deprecated. Please use reduction='mean' instead.", stacklevel=3)
        reduction = "mean"
    try:
        return NUMBERS[reduction]
    except KeyError:
        raise ValueError(f"{reduction} is not a valid value for reduction") from None


def legacy_reduction(size_average: bool | None, reduce: bool | None) -> str:
    """Return the name of the reduction that two flags used to stand for."""
    averaged, summed = size_average is None or size_average, reduce is None or reduce
    reduction = ("mean" if averaged else "sum") if summed else "none"
    warnings.warn(
        f"size_average and reduce args will be deprecated, please use reduction='{reduction}' instead.",
        UserWarning,
        stacklevel=4,
    )
    return reduction


def reduced(losses: Any, reduction: int) -> Any:
    """Return the losses as they are, or their mean or sum, as operations of their own."""
    if reduction == NONE:
        return losses
    return losses.mean() if reduction == MEAN else losses.sum()
