"""Activations with kinks: relu and its relatives, and the shrinking ones. At a kink PyTorch's side is taken.

A rule that only lets gradients through or not is an operation of its own (`threshold_backward` …), as in PyTorch: its
second derivative with respect to the input is 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ... import dtypes
from ..half import HALF, widened
from ..inplace import call_inplace
from ..masks import dropped
from ..op import op, register
from ..type_words import floats_only, not_implemented, number_as
from ..wrapping import check_tensor

__all__ = ["hardshrink", "leaky_relu", "leaky_relu_", "relu", "relu_", "rrelu", "softshrink",
           "threshold", "threshold_"]  # fmt: skip

ZEROS = ("0 · grad", lambda xp, grad: xp.zeros_like(grad))
ZEROS_LIKE_SELF = ("0 · self", lambda xp, self: xp.zeros_like(self))


def inplace(entry: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return the in-place form of a table entry's function."""
    made = entry.op  # type: ignore[attr-defined]

    def function(input: Any, *args: Any, **kwargs: Any) -> Any:
        check_tensor(name, input)
        return call_inplace(made, made.bind((input, *args), kwargs))

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Do `{name[:-1]}` in place."
    return function


def private(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function known to rules only."""
    register(function.op.name, function, method=False, public=False)  # type: ignore[attr-defined]
    return function


# relu and threshold


def _relu(self: Any) -> Any:
    if self.dtype.kind == "b":
        raise RuntimeError("Boolean inputs not supported for relu")
    return np.maximum(self, self.dtype.type(0))


def _threshold(self: Any, threshold: float, value: float) -> Any:
    if self.dtype.kind == "b":
        raise not_implemented("threshold_cpu", self.dtype)
    if self.dtype.kind != "f":
        threshold = number_as(threshold, self.dtype)
    return np.where(self <= threshold, number_as(value, self.dtype), self)


private(
    op(
        "ThresholdBackward",
        lambda grad_output, self, threshold: dropped(grad_output, self <= threshold),
        name="threshold_backward",
        grad_output=(
            "where(self <= threshold, 0, grad)",
            lambda xp, grad, self, threshold: xp.threshold_backward(grad, self, threshold),
        ),
        self=ZEROS,
    )
)
relu = op(
    "Relu",
    _relu,
    self=("where(result > 0, grad, 0)", lambda xp, grad, result: xp.threshold_backward(grad, result, 0)),
)
relu_ = inplace(relu, "relu_")
_THRESHOLD = (
    "where(self <= threshold, 0, grad)",
    lambda xp, grad, self, threshold: xp.threshold_backward(grad, self, threshold),
)
threshold = op("Threshold", _threshold, self=_THRESHOLD)
threshold_ = inplace(op("Threshold", _threshold, variant=1, self=_THRESHOLD), "threshold_")


# leaky relu


def _leaky(self: Any, negative_slope: float = 0.01) -> Any:
    floats_only("leaky_relu_cpu", self)
    if self.dtype is HALF:
        return _leaky(widened(self), negative_slope).astype(HALF)
    if 0 < negative_slope <= 1:
        return np.maximum(self, self * self.dtype.type(negative_slope))
    return np.where(self > 0, self, self * self.dtype.type(negative_slope))


def _leaky_backward(grad_output: Any, self: Any, negative_slope: float, self_is_result: bool) -> Any:
    if self_is_result and negative_slope < 0:
        raise RuntimeError(
            "In-place leakyReLu backward calculation is triggered with a negative slope which is not supported. This "
            "is caused by calling in-place forward function with a negative slope, please call out-of-place version "
            "instead."
        )
    if self.dtype is HALF:
        return np.where(self > 0, grad_output, grad_output.astype(np.float32) * np.float32(negative_slope)).astype(HALF)
    return np.where(self > 0, grad_output, grad_output * grad_output.dtype.type(negative_slope))


private(
    op(
        "LeakyReluBackward",
        _leaky_backward,
        name="leaky_relu_backward",
        grad_output=(
            "where(self > 0, grad, negative_slope · grad)",
            lambda xp, grad, self, negative_slope, self_is_result: xp.leaky_relu_backward(
                grad, self, negative_slope, self_is_result
            ),
        ),
        self=ZEROS,
    )
)
leaky_relu = op(
    "LeakyRelu",
    _leaky,
    self=(
        "where(self > 0, grad, negative_slope · grad)",
        lambda xp, grad, self, negative_slope: xp.leaky_relu_backward(grad, self, negative_slope, False),
    ),
)
leaky_relu_ = inplace(
    op(
        "LeakyRelu",
        _leaky,
        variant=1,
        self=(
            "where(result > 0, grad, negative_slope · grad)",
            lambda xp, grad, result, negative_slope: xp.leaky_relu_backward(grad, result, negative_slope, True),
        ),
    ),
    "leaky_relu_",
)


# randomized leaky relu


def _rrelu(self: Any, noise: Any, lower: float, upper: float, training: bool) -> Any:
    slope = noise if training else self.dtype.type((lower + upper) / 2)
    return np.where(self > 0, self, self * slope)


private(
    op(
        "RreluWithNoiseBackward",
        lambda grad_output, self, noise, lower, upper, training: np.where(
            self > 0, grad_output, grad_output * (noise if training else grad_output.dtype.type((lower + upper) / 2))
        ),
        name="rrelu_backward",
        tensors=("noise",),
        grad_output=(
            "rrelu_backward(grad, self, noise, lower, upper, training)",
            lambda xp, grad, self, noise, lower, upper, training: xp.rrelu_backward(
                grad, self, noise, lower, upper, training
            ),
        ),
        self=ZEROS,
    )
)
rrelu = op(
    "RreluWithNoise",
    _rrelu,
    name="rrelu",
    tensors=("noise",),
    self=(
        "where(self > 0, grad, grad · (noise if training else (lower + upper) / 2))",
        lambda xp, grad, self, noise, lower, upper, training: xp.rrelu_backward(
            grad, self, noise, lower, upper, training
        ),
    ),
)


# hardshrink and softshrink


def _shrunk(name: str, node: str, forward: Callable[..., Any]) -> Callable[..., Any]:
    """Make a shrinking activation: 0 between -lambd and lambd, with gradient 0 there and 1 elsewhere."""
    backward = f"{name}_backward"
    private(
        op(
            f"{node}Backward",
            lambda grad_output, self, lambd: dropped(grad_output, (self >= -lambd) & (self <= lambd)),
            name=backward,
            grad_output=(
                "where((self >= -lambd) & (self <= lambd), 0, grad)",
                lambda xp, grad, self, lambd: getattr(xp, backward)(grad, self, lambd),
            ),
            self=ZEROS,
        )
    )
    return op(
        node,
        forward,
        self=(
            "where((self >= -lambd) & (self <= lambd), 0, grad)",
            lambda xp, grad, self, lambd: getattr(xp, backward)(grad, self, lambd),
        ),
    )


def _hardshrink(self: Any, lambd: float = 0.5) -> Any:
    floats_only("hardshrink_cpu", self)
    size = number_as(lambd, self.dtype)
    return dropped(self, (self >= -size) & (self <= size))


def _softshrink(self: Any, lambd: float = 0.5) -> Any:
    floats_only("softshrink_check", self)
    limit = float(np.finfo(self.dtype).max)
    if not 0 <= lambd <= limit:
        word = dtypes.word(self.dtype)
        raise RuntimeError(f"lambda must be in range [0, {limit:g}] for input dtype {word}, but found {lambd:g}")
    size = self.dtype.type(lambd)
    return np.where(self > size, self - size, np.where(self < -size, self + size, self * self.dtype.type(0)))


hardshrink = _shrunk(
    "hardshrink", "Hardshrink", _hardshrink
)
softshrink = _shrunk("softshrink", "Softshrink", _softshrink)

register("relu", relu)
register("relu_", relu_)
register("threshold", threshold, method=False)
register("threshold_", threshold_, method=False)
register("hardshrink", hardshrink)
