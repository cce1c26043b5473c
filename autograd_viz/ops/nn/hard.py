"""Piecewise linear stand-ins: hardtanh, hardsigmoid, hardswish."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..masks import dropped, kept
from ..op import op
from ..type_words import floats_only, number_as
from .activation import ZEROS, inplace, private

__all__ = ["hardsigmoid", "hardsigmoid_", "hardswish", "hardswish_", "hardtanh", "hardtanh_"]

SIXTH = np.float32(1 / 6)  # PyTorch's factor, also for float64

private(
    op(
        "HardtanhBackward",
        lambda grad_output, self, min_val, max_val: dropped(grad_output, (self <= min_val) | (self >= max_val)),
        name="hardtanh_backward",
        grad_output=(
            "where((min_val < self) & (self < max_val), grad, 0)",
            lambda xp, grad, self, min_val, max_val: xp.hardtanh_backward(grad, self, min_val, max_val),
        ),
        self=ZEROS,
    )
)


def _hardtanh(self: Any, min_val: Any = -1.0, max_val: Any = 1.0) -> Any:
    if self.dtype.kind != "f":
        _check_whole(self.dtype, min_val)
    return np.clip(self, number_as(min_val, self.dtype), number_as(max_val, self.dtype))


def _check_whole(dtype: Any, min_val: Any) -> None:
    if dtype.kind == "b":
        raise RuntimeError("Bool inputs not supported for hardtanh")
    if dtype.kind == "u" and min_val < 0:
        raise RuntimeError("cannot do hardtanh on an unsigned type with negative limits")


hardtanh = op(
    "Hardtanh",
    _hardtanh,
    self=(
        "where((min_val < self) & (self < max_val), grad, 0)",
        lambda xp, grad, self, min_val, max_val: xp.hardtanh_backward(grad, self, min_val, max_val),
    ),
)
hardtanh_ = inplace(hardtanh, "hardtanh_")


private(
    op(
        "HardsigmoidBackward",
        lambda grad_output, self: kept(grad_output * grad_output.dtype.type(SIXTH), (self > -3) & (self < 3)),
        wide=True,
        name="hardsigmoid_backward",
        grad_output=(
            "where((-3 < self) & (self < 3), grad / 6, 0)",
            lambda xp, grad, self: xp.hardsigmoid_backward(grad, self),
        ),
        self=ZEROS,
    )
)


def _hardsigmoid(self: Any) -> Any:
    floats_only("hardsigmoid_cpu", self)
    return np.clip(self + 3, self.dtype.type(0), self.dtype.type(6)) / 6


hardsigmoid = op(
    "Hardsigmoid",
    _hardsigmoid,
    wide=True,
    self=(
        "where((-3 < self) & (self < 3), grad / 6, 0)",
        lambda xp, grad, self: xp.hardsigmoid_backward(grad, self),
    ),
)
hardsigmoid_ = inplace(hardsigmoid, "hardsigmoid_")


def _hardswish_backward(grad_output: Any, self: Any) -> Any:
    inner = np.where(self < 3, grad_output * (self / 3 + 0.5), grad_output)
    return dropped(inner, self <= -3)


private(
    op(
        "HardswishBackward",
        _hardswish_backward,
        wide=True,
        name="hardswish_backward",
        grad_output=(
            "grad · where(self <= -3, 0, where(self < 3, self / 3 + 0.5, 1))",
            lambda xp, grad, self: xp.hardswish_backward(grad, self),
        ),
        self=(
            "where((-3 < self) & (self < 3), grad · grad_output / 3, 0)",
            lambda xp, grad, grad_output, self: xp.hardtanh_backward(grad * grad_output / 3, self, -3.0, 3.0),
        ),
    )
)


def _hardswish(self: Any) -> Any:
    floats_only("hardswish_cpu", self)
    return self * np.clip(self + 3, self.dtype.type(0), self.dtype.type(6)) / 6


hardswish = op(
    "Hardswish",
    _hardswish,
    wide=True,
    self=(
        "grad · where(self <= -3, 0, where(self < 3, self / 3 + 0.5, 1))",
        lambda xp, grad, self: xp.hardswish_backward(grad, self),
    ),
)
hardswish_ = inplace(hardswish, "hardswish_")
