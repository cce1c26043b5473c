"""Binary cross entropy, of probabilities and of logits."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..half import widened
from ..op import op, register
from ..type_words import floats_only, type_word
from .activation import private
from .reduction import MEAN, NONE, SHARE, reduced, shared

__all__ = ["binary_cross_entropy", "binary_cross_entropy_with_logits"]

# of logits


def _log_sigmoid(x: Any) -> Any:
    wide = widened(x)
    return (np.minimum(wide, 0) - np.log1p(np.exp(-np.abs(wide)))).astype(x.dtype, copy=False)


def _logits_loss(self: Any, target: Any, weight: Any = None, pos_weight: Any = None, reduction: int = MEAN) -> Any:
    scale = 1 if pos_weight is None else (pos_weight - 1) * target + 1
    losses = (1 - target) * self - scale * _log_sigmoid(self)
    losses = losses if weight is None else losses * weight
    return reduced(losses.astype(target.dtype, copy=False), reduction)  # PyTorch changes 1 - target in place


def _logits_self(
    xp: Any, grad: Any, self: Any, target: Any, self_size: int, weight: Any, pos_weight: Any, reduction: int
) -> Any:
    chance = xp.sigmoid(self)
    if pos_weight is None:
        slope = chance - target
    else:
        positive = pos_weight * target
        slope = (xp.raised(positive, 1) - target) * chance - positive
    slope = slope * grad
    return shared(slope if weight is None else slope * weight, self_size, reduction)


def _logits_target(xp: Any, grad: Any, self: Any, self_size: int, weight: Any, pos_weight: Any, reduction: int) -> Any:
    scale = -self if pos_weight is None else xp.logsigmoid(-self) - xp.logsigmoid(self) * pos_weight
    slope = scale * grad
    return shared(slope if weight is None else slope * weight, self_size, reduction)


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
        tensors=("weight", "pos_weight"),
        self=(f"grad · {self_formula}{after}", _logits_self),
        target=(f"grad · {target_formula}{after}", _logits_target),
    )


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, pos_weight: Any = None, reduction: int = NONE
) -> Any:
    """Return the binary cross entropy between sigmoid(input) and target.

    Mirrors `torch.binary_cross_entropy_with_logits`; `reduction` is 0 (none), 1 (mean) or 2 (sum). The result has the
    target's dtype.
    """
    floats_only("log_sigmoid_cpu", input._array)
    _check_target(input._array, target._array)
    entry = _logits_entry(reduction, weight is not None, pos_weight is not None)
    return entry(input, target, weight, pos_weight, reduction)


def _check_target(input: Any, target: Any) -> None:
    """Refuse a target that 1 - target, which becomes the loss, can not be made of."""
    if target.dtype == np.bool_:
        raise RuntimeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` "
            "operator instead: the target must be floating point, as target.float() is."
        )
    if target.dtype.kind != "f":
        raise RuntimeError(
            f"result type {type_word(input)} can't be cast to the desired output type {type_word(target)}: use a "
            "floating-point target, as by target.float()"
        )


register("binary_cross_entropy_with_logits", binary_cross_entropy_with_logits, method=False)


# of probabilities

SMALL = float(np.float32(1e-12))  # what PyTorch adds, a float32, to keep divisions finite


def _bce(self: Any, target: Any, weight: Any = None, reduction: int = MEAN) -> Any:
    floats_only("binary_cross_entropy", self)
    if self.size and not (self.min() >= 0 and self.max() <= 1):
        raise RuntimeError("all elements of input should be between 0 and 1")
    if target.size and not (target.min() >= 0 and target.max() <= 1):
        raise RuntimeError("all elements of target should be between 0 and 1")
    given, self, target = self.dtype, widened(self), widened(target)
    least = self.dtype.type(-100)
    losses = (target - 1) * np.maximum(np.log1p(-self), least) - target * np.maximum(np.log(self), least)
    return reduced(losses if weight is None else losses * weight, reduction).astype(given, copy=False)


def _bce_backward(grad_output: Any, self: Any, target: Any, weight: Any, reduction: int) -> Any:
    slope = grad_output * (self - target) / np.maximum((1 - self) * self, grad_output.dtype.type(SMALL))
    return shared(slope if weight is None else slope * weight, self.size, reduction)


def _bce_target(xp: Any, grad: Any, self: Any, self_size: int, weight: Any, reduction: int) -> Any:
    slope = -xp.logit(self) * grad
    return shared(slope if weight is None else slope * weight, self_size, reduction)


def _bce_twice_grad(xp: Any, grad: Any, self: Any, self_size: int, target: Any, weight: Any, reduction: int) -> Any:
    slope = grad * (self - target) / ((1 - self + SMALL) * (self + SMALL))
    return shared(slope if weight is None else slope * weight, self_size, reduction)


def _bce_twice_self(
    grad: Any, grad_output: Any, self: Any, self_size: int, target: Any, weight: Any, reduction: int
) -> Any:
    below, above = self + SMALL, 1 - self + SMALL
    slope = (self * self - 2 * self * target + target) / (below * below * above * above) * grad * grad_output
    return shared(slope if weight is None else slope * weight, self_size, reduction)


def _bce_twice_target(grad: Any, grad_output: Any, self: Any, self_size: int, weight: Any, reduction: int) -> Any:
    slope = -grad * grad_output / ((1 - self + SMALL) * (self + SMALL))
    return shared(slope if weight is None else slope * weight, self_size, reduction)


private(
    op(
        "BinaryCrossEntropyBackward",
        _bce_backward,
        name="binary_cross_entropy_backward",
        tensors=("weight",),
        grad_output=("binary_cross_entropy_backward(grad, self, target, weight, reduction)", _bce_twice_grad),
        self=(
            "binary_cross_entropy_bend(grad · grad_output, self, target, weight, reduction)",
            _bce_twice_self,
        ),
        target=(
            "-binary_cross_entropy_backward(grad · grad_output, self, self - 1, weight, reduction)",
            _bce_twice_target,
        ),
    )
)


@functools.cache
def _bce_entry(reduction: int, weighted: bool) -> Callable[..., Any]:
    after = (" · weight" if weighted else "") + SHARE[reduction]
    return op(
        "BinaryCrossEntropy",
        _bce,
        tensors=("weight",),
        self=(
            f"grad · (self - target) / (self · (1 - self)){after}",
            lambda xp, grad, self, target, self_size, weight, reduction: xp.binary_cross_entropy_backward(
                grad, self, target, weight, reduction
            ),
        ),
        target=(f"-grad · logit(self){after}", _bce_target),
    )


def binary_cross_entropy(input: Any, target: Any, weight: Any = None, reduction: int = MEAN) -> Any:
    """Return the binary cross entropy between probabilities; logarithms are cut off at -100, as in PyTorch."""
    return _bce_entry(reduction, weight is not None)(input, target, weight, reduction)
