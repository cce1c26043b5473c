"""Exponential linear units: elu, selu, celu."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import op, register
from ..type_words import floats_only
from .activation import inplace, private

__all__ = ["celu", "celu_", "elu", "elu_", "selu", "selu_"]

SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805


def _elu(self: Any, alpha: float = 1.0, scale: float = 1.0, input_scale: float = 1.0) -> Any:
    floats_only("elu_cpu", self)
    of = self.dtype.type
    return np.where(self <= 0, np.expm1(self * of(input_scale)) * of(alpha * scale), self * of(scale))


def _elu_backward(
    grad_output: Any, alpha: float, scale: float, input_scale: float, is_result: bool, self_or_result: Any
) -> Any:
    if is_result and alpha < 0:
        raise RuntimeError(
            "In-place elu backward calculation is triggered with a negative slope which is not supported. This is "
            "caused by calling in-place forward function with a negative slope, please call out-of-place version "
            "instead."
        )
    of = grad_output.dtype.type
    if is_result:
        slope = (self_or_result + of(alpha * scale)) * of(input_scale)
    else:
        slope = np.exp(self_or_result * of(input_scale)) * of(alpha * scale * input_scale)
    return np.where(self_or_result <= 0, grad_output * slope, grad_output * of(scale))


def _elu_twice(
    xp: Any, grad: Any, grad_output: Any, alpha: float, scale: float, input_scale: float, is_result: bool,
    self_or_result: Any,
) -> Any:  # fmt: skip
    curved = grad * grad_output * input_scale
    if not is_result:
        curved = xp.elu_backward(curved, alpha, scale, input_scale, False, self_or_result)
    return curved * (self_or_result < 0)


private(
    op(
        "EluBackward",
        _elu_backward,
        wide=True,
        name="elu_backward",
        grad_output=(
            "elu_backward(grad, alpha, scale, input_scale, is_result, self_or_result)",
            lambda xp, grad, alpha, scale, input_scale, is_result, self_or_result: xp.elu_backward(
                grad, alpha, scale, input_scale, is_result, self_or_result
            ),
        ),
        self_or_result=(
            "where(self_or_result < 0, elu_backward(grad · grad_output · input_scale, alpha, scale, input_scale, "
            "is_result, self_or_result), 0)",
            _elu_twice,
        ),
    )
)
elu = op(
    "Elu",
    _elu,
    wide=True,
    self=(
        "grad · where(self > 0, scale, alpha · scale · input_scale · exp(self · input_scale))",
        lambda xp, grad, alpha, scale, input_scale, self: xp.elu_backward(grad, alpha, scale, input_scale, False, self),
    ),
)
_elu_inplace = inplace(
    op(
        "Elu",
        _elu,
        wide=True,
        variant=1,
        self=(
            "grad · where(result > 0, scale, (result + alpha · scale) · input_scale)",
            lambda xp, grad, alpha, scale, input_scale, result: xp.elu_backward(
                grad, alpha, scale, input_scale, True, result
            ),
        ),
    ),
    "elu_",
)
_celu = op(
    "Celu",
    lambda self, alpha=1.0: _elu(self, alpha, 1.0, 1 / alpha),
    wide=True,
    self=(
        "grad · where(self > 0, 1, exp(self / alpha))",
        lambda xp, grad, alpha, self: xp.elu_backward(grad, alpha, 1.0, 1 / alpha, False, self),
    ),
)
_celu_inplace = inplace(
    op(
        "Celu",
        lambda self, alpha=1.0: _elu(self, alpha, 1.0, 1 / alpha),
        wide=True,
        variant=1,
        self=(
            "grad · where(result > 0, 1, (result + alpha) / alpha)",
            lambda xp, grad, alpha, result: xp.elu_backward(grad, alpha, 1.0, 1 / alpha, True, result),
        ),
    ),
    "celu_",
)


def elu_(input: Any, alpha: float = 1.0) -> Any:
    """Do `elu` in place. Mirrors `torch.nn.functional.elu_`."""
    return _elu_inplace(input, alpha)


def selu(input: Any) -> Any:
    """Return scale · elu(input, alpha) with the constants that keep mean and variance. Mirrors `torch.selu`."""
    return elu(input, SELU_ALPHA, SELU_SCALE, 1)


def selu_(input: Any) -> Any:
    """Do `selu` in place. Mirrors `torch.selu_`."""
    return _elu_inplace(input, SELU_ALPHA, SELU_SCALE, 1)


def celu(input: Any, alpha: float = 1.0) -> Any:
    """Return max(0, x) + min(0, alpha · (exp(x / alpha) - 1)). Mirrors `torch.celu`."""
    _check_celu(alpha)
    return _celu(input, alpha)


def celu_(input: Any, alpha: float = 1.0) -> Any:
    """Do `celu` in place. Mirrors `torch.celu_`."""
    _check_celu(alpha)
    return _celu_inplace(input, alpha)


def _check_celu(alpha: float) -> None:
    if alpha == 0:
        raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")


for _name, _function in {"selu": selu, "selu_": selu_, "celu": celu, "celu_": celu_}.items():
    register(_name, _function, method=False)
