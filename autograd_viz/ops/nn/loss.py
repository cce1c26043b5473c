"""Losses that are one node in PyTorch: each computes an element's loss and reduces it.

An operation has one table entry a reduction, so that the formula shown is the one at work: / n for a mean, nothing
else for a sum. `reduction` is PyTorch's number: 0 none, 1 mean, 2 sum.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..op import op, register

__all__ = ["MEAN", "NONE", "SUM", "binary_cross_entropy_with_logits"]

NONE, MEAN, SUM = 0, 1, 2
SHARE = {NONE: "", MEAN: " / numel(self)", SUM: ""}


def reduced(losses: Any, reduction: int) -> Any:
    """Return the losses as they are, or their mean or sum."""
    if reduction == MEAN:
        return losses.mean(dtype=losses.dtype)
    return losses.sum(dtype=losses.dtype) if reduction == SUM else losses


def shared(xp: Any, grads: Any, self: Any, reduction: int) -> Any:
    """Return the elements' gradients divided by their number, for a mean."""
    return grads / xp.numel(self) if reduction == MEAN else grads


register("numel", lambda self: self.numel(), forward=lambda self: self.size, method=False, public=False)


# binary cross entropy of logits


def _log_sigmoid(x: Any) -> Any:
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


def _logits_loss(
    self: Any, target: Any, weight: Any = None, pos_weight: Any = None, reduction: int = MEAN
) -> Any:
    scale = 1 if pos_weight is None else (pos_weight - 1) * target + 1
    losses = (1 - target) * self - scale * _log_sigmoid(self)
    return reduced(losses if weight is None else losses * weight, reduction)


def _logits_self(
    xp: Any, grad: Any, self: Any, target: Any, weight: Any, pos_weight: Any, reduction: int
) -> Any:
    chance = 1 / (1 + xp.exp(-self))
    if pos_weight is None:
        slope = chance - target
    else:
        positive = pos_weight * target
        slope = (positive + 1 - target) * chance - positive
    slope = slope * grad
    return shared(xp, slope if weight is None else slope * weight, self, reduction)


def _logits_target(xp: Any, grad: Any, self: Any, weight: Any, pos_weight: Any, reduction: int) -> Any:
    scale = -self if pos_weight is None else xp.logsigmoid(-self) - pos_weight * xp.logsigmoid(self)
    slope = scale * grad
    return shared(xp, slope if weight is None else slope * weight, self, reduction)


@functools.cache
def _logits_entry(reduction: int, weighted: bool, pos_weighted: bool) -> Callable[..., Any]:
    self_formula = (
        "((pos_weight · target + 1 - target) · sigmoid(self) - pos_weight · target)"
        if pos_weighted
        else "(sigmoid(self) - target)"
    )
    target_formula = "(logsigmoid(-self) - pos_weight · logsigmoid(self))" if pos_weighted else "-self"
    after = (" · weight" if weighted else "") + SHARE[reduction]
    return op(
        "BinaryCrossEntropyWithLogits",
        _logits_loss,
        promote="float",
        operands=("self", "target", "weight", "pos_weight"),
        tensors=("weight", "pos_weight"),
        self=(f"grad · {self_formula}{after}", _logits_self),
        target=(f"grad · {target_formula}{after}", _logits_target),
    )


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, pos_weight: Any = None, reduction: int = MEAN
) -> Any:
    """Return the binary cross entropy between sigmoid(input) and target.

    Mirrors `torch.binary_cross_entropy_with_logits`; `reduction` is 0 (none), 1 (mean) or 2 (sum).
    """
    entry = _logits_entry(reduction, weight is not None, pos_weight is not None)
    return entry(input, target, weight, pos_weight, reduction)


register("binary_cross_entropy_with_logits", binary_cross_entropy_with_logits, method=False)
