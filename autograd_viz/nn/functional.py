"""Functions of neural networks. Mirrors `torch.nn.functional`."""

from __future__ import annotations

from typing import Any

from ..ops.nn import loss

__all__ = ["binary_cross_entropy_with_logits"]


def reduction_number(reduction: str) -> int:
    """Return PyTorch's number of a reduction's name.

    Raises
    ------
    ValueError
        When the name is none of "none", "mean", "sum".
    """
    try:
        return {"none": loss.NONE, "mean": loss.MEAN, "sum": loss.SUM}[reduction]
    except KeyError:
        raise ValueError(f"{reduction} is not a valid value for reduction") from None


def binary_cross_entropy_with_logits(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    pos_weight: Any = None,
) -> Any:
    """Return the binary cross entropy between sigmoid(input) and target.

    Mirrors `torch.nn.functional.binary_cross_entropy_with_logits`.

    Raises
    ------
    ValueError
        When the target is not of the input's shape.
    """
    if target.shape != input.shape:
        raise ValueError(f"Target size ({target.shape}) must be the same as input size ({input.shape})")
    return loss.binary_cross_entropy_with_logits(input, target, weight, pos_weight, reduction_number(reduction))
