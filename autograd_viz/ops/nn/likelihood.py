"""Negative log likelihood: picking, at each place, the target class's log probability."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..op import op, register
from ..reduction import total
from ..rows import counted
from ..type_words import floats_only, type_word
from .activation import ZEROS, private
from .reduction import MEAN, NONE

__all__ = ["nll_loss", "nll_loss2d"]

IGNORE = -100


def _checked_targets(self: Any, target: Any, ignore_index: int) -> tuple[Any, Any]:
    """Return the targets with 0 in place of the ignored ones, and the mask of those that count (None: all do)."""
    if target.dtype not in (np.int64, np.uint8):
        raise RuntimeError(f"expected target dtype to be Long or Byte, but got {type_word(target)}")
    classes = self.shape[1 if self.ndim > 1 else 0]
    if not 0 <= ignore_index < classes and _all_below(target, classes):
        return target, None
    counts = target != ignore_index
    mask = None if counts.all() else counts
    target = target if mask is None else np.where(mask, target, 0)
    if target.size and not (target.min() >= 0 and target.max() < classes):
        bad = target[(target < 0) | (target >= classes)].flat[0] if target.ndim else target
        raise IndexError(f"Target {bad} is out of bounds.")
    return target, mask


def _all_below(target: Any, classes: int) -> bool:
    """Return whether all targets are classes: one comparison, in which a negative number counts as a huge one."""
    return bool((target.view(np.uint64 if target.dtype.kind == "i" else np.uint8) < classes).all())


def _check_shapes(self: Any, target: Any, weight: Any) -> None:
    if self.ndim < 3:
        if target.ndim > 1:
            raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
        if target.shape != self.shape[:-1]:
            raise RuntimeError(f"size mismatch (got input: {list(self.shape)}, target: {list(target.shape)})")
    elif target.shape != (self.shape[0], *self.shape[2:]):
        raise RuntimeError(f"size mismatch (got input: {list(self.shape)} , target: {list(target.shape)}")
    classes = self.shape[1 if self.ndim > 1 else 0]
    if weight is not None and weight.shape != (classes,):
        raise RuntimeError(
            f"weight tensor should be defined either for all {classes} classes or no classes but got weight tensor of "
            f"shape: {list(weight.shape)}"
        )
    if weight is not None and weight.dtype != self.dtype:
        raise RuntimeError(f"expected scalar type {type_word(self)} but found {type_word(weight)}")


def _picked(self: Any, target: Any) -> Any:
    """Return the elements of `self` at the targets, along the class dim."""
    if self.ndim == 1:
        return self[target]
    if self.ndim == 2:
        return self[counted(len(target)), target]
    return np.take_along_axis(self, target[:, None], 1)[:, 0]


def _nll(
    self: Any, target: Any, weight: Any = None, reduction: int = MEAN, ignore_index: int = IGNORE
) -> tuple[Any, Any]:
    _check_shapes(self, target, weight)
    floats_only("nll_loss_out_frame" if self.ndim < 3 else "nll_loss2d_forward_out_frame", self)
    target, mask = _checked_targets(self, target, ignore_index)
    losses = -_picked(self, target)
    counts = None if weight is None else weight[target]
    if mask is not None:
        counts = mask.astype(self.dtype) if counts is None else np.where(mask, counts, counts.dtype.type(0))
        losses = np.where(mask, losses, losses.dtype.type(0))
    if counts is not None:
        losses = losses * counts
    if reduction == NONE:
        return losses, np.zeros((), self.dtype)
    total_weight = self.dtype.type(target.size) if counts is None else total(counts)
    loss = total(losses)
    return (loss / total_weight if reduction == MEAN else loss), total_weight


def _at_targets(grad: Any, target: Any, self_shape: tuple[int, ...], weight: Any, ignore_index: int) -> Any:
    """Return zeros of `self_shape` with grad · weight at each target that is not ignored."""
    mask = target != ignore_index
    everywhere = mask.all()
    if not everywhere:
        target = np.where(mask, target, 0)
    shares = grad if weight is None else grad * weight[target]
    if not everywhere:
        shares = np.where(mask, shares, grad.dtype.type(0))
    found = np.zeros(self_shape, grad.dtype)
    if found.ndim == 1:
        found[target] = shares
    elif found.ndim == 2:
        found[counted(len(target)), target] = shares
    else:
        np.put_along_axis(found, target[:, None], np.broadcast_to(shares, target.shape)[:, None], 1)
    return found


def _nll_backward(
    grad_output: Any, self: Any, target: Any, weight: Any, reduction: int, ignore_index: int, total_weight: Any
) -> Any:
    share = grad_output / total_weight if reduction == MEAN else grad_output
    return _at_targets(-share, target, self.shape, weight, ignore_index)


def _family(name: str, node: str) -> Callable[..., Any]:
    """Make the backward operation of `nll_loss` or `nll_loss2d`, and return the public function."""
    backward = f"{name}_backward"

    def rule(
        xp: Any, grad: Any, self: Any, self_shape: Any, target: Any, weight: Any, reduction: int, ignore_index: int,
        total_weight: Any,
    ) -> Any:  # fmt: skip
        return getattr(xp, backward)(grad, self, target, weight, reduction, ignore_index, total_weight)

    @functools.cache
    def entry(reduction: int, one_row: bool, ignoring: bool) -> Callable[..., Any]:
        grad = "unsqueeze(grad, 1)" if reduction == NONE and not one_row else "grad"
        onehot = f"onehot(target, self_shape, weight{', ignore=ignore_index' if ignoring else ''})"
        share = " / total_weight" if reduction == MEAN else ""
        return op(
            node,
            _nll,
            name=name,
            returns=("result", "total_weight"),
            tensors=("target", "weight"),
            self=(f"-{grad} · {onehot}{share}", rule),
        )

    def public(input: Any, target: Any, weight: Any = None, reduction: int = MEAN, ignore_index: int = IGNORE) -> Any:
        if weight is not None and weight._requires_grad:
            raise RuntimeError(
                f"The function '{name}_forward' is not differentiable with respect to argument 'weight'. This input "
                "cannot have requires_grad True."
            )
        made = entry(reduction, input._array.ndim == 1, ignore_index >= 0)
        return made(input, target, weight, reduction, ignore_index)

    register(name, public, forward=lambda *args: _nll(*args)[0], method=False, public=False)
    private(
        op(
            f"{node}Backward",
            _nll_backward,
            name=backward,
            tensors=("target", "weight", "total_weight"),
            grad_output=(
                f"{name}(grad, target, weight, reduction, ignore_index)",
                lambda xp, grad, target, weight, reduction, ignore_index: getattr(xp, name)(
                    grad, target, weight, reduction, ignore_index
                ),
            ),
            self=ZEROS,
        )
    )
    public.__name__ = public.__qualname__ = name
    public.__doc__ = "Return minus the log probabilities at the targets, weighted and reduced."
    return public


nll_loss = _family("nll_loss", "NllLoss")
nll_loss2d = _family("nll_loss2d", "NllLoss2D")
