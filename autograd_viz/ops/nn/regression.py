"""Losses of a difference: mean squared error, smooth L1, Huber; and the soft margin."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ... import dtypes
from ...autograd.grad_mode import is_grad_enabled
from ..half import widened
from ..op import op
from ..type_words import floats_only, type_word
from .activation import private
from .arrays import same_dtype
from .reduction import MEAN, SHARE, reduced, shared

__all__ = ["huber_loss", "mse_loss", "smooth_l1_loss", "soft_margin_loss"]


# mean squared error


def _mse(self: Any, target: Any, reduction: int = MEAN) -> Any:
    floats_only("mse_cpu", self)
    difference = self - target
    return reduced(difference * difference, reduction)


def _mse_backward(grad_output: Any, self: Any, target: Any, reduction: int) -> Any:
    difference = self - target
    factor = shared(grad_output * 2, self.size, reduction)
    return np.multiply(difference, factor, out=difference if difference.ndim else None)


private(
    op(
        "MseLossBackward",
        _mse_backward,
        name="mse_loss_backward",
        grad_output=(
            "mse_loss_backward(grad, self, target, reduction)",
            lambda xp, grad, self, target, reduction: xp.mse_loss_backward(grad, self, target, reduction),
        ),
        self=(
            "mse_loss_backward(grad · grad_output, 1 + 0 · self, 0 · target, reduction)",
            lambda grad, grad_output, self_size, reduction: shared(2 * grad * grad_output, self_size, reduction),
        ),
        target=(
            "-mse_loss_backward(grad · grad_output, 1 + 0 · self, 0 · target, reduction)",
            lambda grad, grad_output, self_size, reduction: shared(-2 * grad * grad_output, self_size, reduction),
        ),
    )
)


@functools.cache
def _mse_entry(reduction: int) -> Callable[..., Any]:
    return op(
        "MseLoss",
        _mse,
        promote="arithmetic",
        self=(
            f"grad · 2 · (self - target){SHARE[reduction]}",
            lambda xp, grad, self, target, self_size, reduction: xp.mse_loss_backward(grad, self, target, reduction),
        ),
        target=(
            f"-grad · 2 · (self - target){SHARE[reduction]}",
            lambda xp, grad, self, target, self_size, reduction: xp.mse_loss_backward(grad, target, self, reduction),
        ),
    )


def mse_loss(input: Any, target: Any, reduction: int = MEAN) -> Any:
    """Return the squared difference of input and target, reduced."""
    return _mse_entry(reduction)(input, target, reduction)


# smooth L1


def _smooth_l1(self: Any, target: Any, reduction: int = MEAN, beta: float = 1.0) -> Any:
    floats_only("smooth_l1_cpu", self)
    of = self.dtype.type
    size = np.abs(self - target)
    return reduced(np.where(size < beta, of(0.5) * size * size / of(beta), size - of(0.5 * beta)), reduction)


def _smooth_l1_backward(grad_output: Any, self: Any, target: Any, reduction: int, beta: float) -> Any:
    one = self.dtype.type(1)
    slope = np.clip((self - target) / self.dtype.type(beta), -one, one)
    return shared(grad_output * slope, self.size, reduction)


def _smooth_l1_twice(
    xp: Any, grad: Any, grad_output: Any, self: Any, target: Any, self_size: int, reduction: int, beta: float
) -> Any:
    near = xp.abs(self - target) < beta
    return shared(grad * grad_output * near / beta, self_size, reduction)


private(
    op(
        "SmoothL1LossBackward",
        _smooth_l1_backward,
        name="smooth_l1_loss_backward",
        grad_output=(
            "smooth_l1_loss_backward(grad, self, target, reduction, beta)",
            lambda xp, grad, self, target, reduction, beta: xp.smooth_l1_loss_backward(
                grad, self, target, reduction, beta
            ),
        ),
        self=(
            "where(abs(self - target) < beta, grad · grad_output / beta, 0) / (self_size if reduction == 1 else 1)",
            _smooth_l1_twice,
        ),
        target=(
            "-where(abs(self - target) < beta, grad · grad_output / beta, 0) / (self_size if reduction == 1 else 1)",
            lambda xp, grad, grad_output, self, target, self_size, reduction, beta: (
                -_smooth_l1_twice(xp, grad, grad_output, self, target, self_size, reduction, beta)
            ),
        ),
    )
)


@functools.cache
def _smooth_l1_entry(reduction: int) -> Callable[..., Any]:
    slope = "where(abs(self - target) < beta, (self - target) / beta, sign(self - target))"
    return op(
        "SmoothL1Loss",
        _smooth_l1,
        promote="arithmetic",
        self=(
            f"grad · {slope}{SHARE[reduction]}",
            lambda xp, grad, self, target, self_size, reduction, beta: xp.smooth_l1_loss_backward(
                grad, self, target, reduction, beta
            ),
        ),
        target=(
            f"-grad · {slope}{SHARE[reduction]}",
            lambda xp, grad, self, target, self_size, reduction, beta: xp.smooth_l1_loss_backward(
                grad, target, self, reduction, beta
            ),
        ),
    )


def smooth_l1_loss(input: Any, target: Any, reduction: int = MEAN, beta: float = 1.0) -> Any:
    """Return the loss that is quadratic within `beta` of the target and linear beyond, reduced."""
    return _smooth_l1_entry(reduction)(input, target, reduction, beta)


# Huber


def _huber(self: Any, target: Any, reduction: int = MEAN, delta: float = 1.0) -> Any:
    floats_only("huber_cpu", self)
    size = np.abs(widened(self) - widened(target))
    of = size.dtype.type
    losses = np.where(size <= delta, of(0.5) * size * size, of(delta) * (size - of(0.5 * delta)))
    return reduced(losses.astype(self.dtype, copy=False), reduction)


def _huber_backward(grad_output: Any, self: Any, target: Any, reduction: int, delta: float) -> Any:
    same_dtype(self, target)
    limit = self.dtype.type(delta)
    return shared(grad_output * np.clip(self - target, -limit, limit), self.size, reduction)


def _huber_twice(
    xp: Any, grad: Any, grad_output: Any, self: Any, target: Any, self_size: int, reduction: int, delta: float
) -> Any:
    near = xp.abs(self - target) < delta
    return shared(grad * grad_output * near, self_size, reduction)


private(
    op(
        "HuberLossBackward",
        _huber_backward,
        name="huber_loss_backward",
        grad_output=(
            "huber_loss_backward(grad, self, target, reduction, delta)",
            lambda xp, grad, self, target, reduction, delta: xp.huber_loss_backward(
                grad, self, target, reduction, delta
            ),
        ),
        self=(
            "where(abs(self - target) < delta, grad · grad_output, 0) / (self_size if reduction == 1 else 1)",
            _huber_twice,
        ),
        target=(
            "-where(abs(self - target) < delta, grad · grad_output, 0) / (self_size if reduction == 1 else 1)",
            lambda xp, grad, grad_output, self, target, self_size, reduction, delta: (
                -_huber_twice(xp, grad, grad_output, self, target, self_size, reduction, delta)
            ),
        ),
    )
)


@functools.cache
def _huber_entry(reduction: int) -> Callable[..., Any]:
    slope = "where(abs(self - target) < delta, self - target, delta · sign(self - target))"
    return op(
        "HuberLoss",
        _huber,
        self=(
            f"grad · {slope}{SHARE[reduction]}",
            lambda xp, grad, self, target, self_size, reduction, delta: xp.huber_loss_backward(
                grad, self, target, reduction, delta
            ),
        ),
        target=(
            f"-grad · {slope}{SHARE[reduction]}",
            lambda xp, grad, self, target, self_size, reduction, delta: xp.huber_loss_backward(
                grad, target, self, reduction, delta
            ),
        ),
    )


def huber_loss(input: Any, target: Any, reduction: int = MEAN, delta: float = 1.0) -> Any:
    """Return half the squared difference within `delta`, and a line of slope `delta` beyond, reduced."""
    if delta <= 0:
        raise RuntimeError("huber_loss does not support non-positive values for delta.")
    return _huber_entry(reduction)(input, target, reduction, delta)


# soft margin


def _soft_margin(self: Any, target: Any, reduction: int = MEAN) -> Any:
    losses = np.log1p(np.exp(-(target * self)))
    if losses.shape != self.shape:
        raise RuntimeError(
            f"output with shape {list(self.shape)} doesn't match the broadcast shape {list(losses.shape)}"
        )
    if self.dtype.kind != "f":
        raise RuntimeError(
            f"result type {dtypes.word(dtypes.default_float())} can't be cast to the desired output type "
            f"{type_word(self)}: use input.float()"
        )
    return reduced(losses.astype(self.dtype, copy=False), reduction)


def _soft_margin_slope(xp: Any, self: Any, target: Any) -> Any:
    power = xp.exp(-target * self)
    return target * -(power / (power + 1))


def _soft_margin_twice(
    xp: Any, grad: Any, grad_output: Any, self: Any, target: Any, self_size: int, reduction: int
) -> Any:
    power = xp.exp(self * target)
    bend = target * target * power / ((power + 1) * (power + 1))
    return shared(grad * grad_output * bend, self_size, reduction)


def _soft_margin_backward(grad_output: Any, self: Any, target: Any, reduction: int) -> Any:
    if target.dtype == np.bool_:
        raise RuntimeError(
            "Negation, the `-` operator, on a bool tensor is not supported. The targets must be 1 and -1."
        )
    slope = _soft_margin_slope(np, self, target).astype(self.dtype, copy=False)
    return shared(grad_output * slope, self.size, reduction)


private(
    op(
        "SoftMarginLossBackward",
        _soft_margin_backward,
        name="soft_margin_loss_backward",
        tensors=("target",),
        grad_output=(
            "soft_margin_loss_backward(grad, self, target, reduction)",
            lambda xp, grad, self, target, reduction: xp.soft_margin_loss_backward(grad, self, target, reduction),
        ),
        self=(
            "grad · grad_output · target² · sigmoid(self · target) · sigmoid(-self · target) / "
            "(self_size if reduction == 1 else 1)",
            _soft_margin_twice,
        ),
    )
)


@functools.cache
def _soft_margin_entry(reduction: int) -> Callable[..., Any]:
    return op(
        "SoftMarginLoss",
        _soft_margin,
        tensors=("target",),
        self=(
            f"-grad · target · sigmoid(-target · self){SHARE[reduction]}",
            lambda xp, grad, self, target, self_size, reduction: xp.soft_margin_loss_backward(
                grad, self, target, reduction
            ),
        ),
    )


def soft_margin_loss(input: Any, target: Any, reduction: int = MEAN) -> Any:
    """Return log(1 + exp(-target · input)), reduced; targets are 1 and -1."""
    if target.requires_grad and is_grad_enabled():
        raise RuntimeError(
            "The function 'soft_margin_loss' is not differentiable with respect to argument 'target'. This input "
            "cannot have requires_grad True: use target.detach()."
        )
    return _soft_margin_entry(reduction)(input, target, reduction)
