"""Reductions of losses, shared by their tables.

An operation has one table entry a reduction, so that the formula shown is the one at work: / n for a mean, nothing
else for a sum. `reduction` is PyTorch's number: 0 none, 1 mean, 2 sum.
"""

from __future__ import annotations

from typing import Any

from ...tensor import Tensor
from ..op import tensors
from ..reduction import averaged, total

__all__ = ["MEAN", "NONE", "SHARE", "SUM", "reduced", "shared"]

NONE, MEAN, SUM = 0, 1, 2
SHARE = {NONE: "", MEAN: " / self_size", SUM: ""}


def reduced(losses: Any, reduction: int) -> Any:
    """Return the losses as they are, or their mean or sum."""
    return losses if reduction == NONE else averaged(losses) if reduction == MEAN else total(losses)


def shared(grads: Any, count: int, reduction: int) -> Any:
    """Return the elements' gradients divided by their number, for a mean."""
    if reduction != MEAN:
        return grads
    return tensors.parted(grads, count) if grads.__class__ is Tensor else grads / count
