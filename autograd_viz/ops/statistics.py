"""Variance, standard deviation, and the logarithm of a sum of exponentials.

The standard deviation has gradient 0 where it is 0, as in PyTorch.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from ..tensor import Tensor
from .op import op
from .reduction import contiguous, count, reduced_dims, restored, total
from .wrapping import public

__all__: list[str] = []

DEGREES = (
    "{}(): degrees of freedom is <= 0. Correction should be strictly less than the reduction factor (input numel "
    "divided by output numel)."
)


def _variance(self: Any, dim: tuple[int, ...], correction: float = 1, keepdim: bool = False) -> Any:
    """Return the variance; like PyTorch, compute that of smaller floats in float64."""
    freedom = max(count(self.shape, dim) - correction, 0)
    wide = self.astype(np.float64, copy=False)
    centred = wide - total(wide, dim, True) / np.float64(count(self.shape, dim))
    squares = total(centred * centred, dim, keepdim)
    return np.asarray(squares / np.float64(freedom)).astype(self.dtype)


def _deviation(self: Any, dim: tuple[int, ...], correction: float = 1, keepdim: bool = False) -> Any:
    wide = self.astype(np.float64, copy=False)  # the variance may overflow where the deviation does not
    return np.sqrt(_variance(wide, dim, correction, keepdim)).astype(self.dtype, copy=False)


def _average(self: Any, dim: tuple[int, ...], keepdim: bool) -> Any:
    size = count(self.shape, dim)
    found = np.asarray(total(self, dim, keepdim, np.float64) / np.float64(size))
    if size > 1:  # PyTorch's running mean subtracts infinities
        found = np.where(np.isinf(found), np.nan, found)
    return found.astype(self.dtype)


class Everything(tuple[int, ...]):
    """All dims of a tensor, where none was named."""

    __slots__ = ()


def _var_self(xp: Any, grad: Any, self: Any, dim: tuple[int, ...], correction: float) -> Any:
    """Return the gradient of the variance: 2 / n · grad · (x - mean)."""
    freedom = count(self.shape, dim) - correction
    everything = isinstance(dim, Everything) or not self.shape
    if freedom <= 0 and everything:  # PyTorch's answer to 0 / 0 and x / 0
        return xp.spread(grad, self.shape, dim) * xp.where(self == xp.mean(self, dim, True), math.nan, math.inf)
    scale = 2 / freedom if freedom else math.inf
    if everything:
        return xp.scaled(grad, scale) * (self - xp.mean(self))
    return xp.scaled(restored(xp, grad, dim, self.shape), scale) * (self - xp.mean(self, dim, True))


def _std_self(xp: Any, grad: Any, self: Any, result: Any, dim: Any, correction: float) -> Any:
    return _var_self(xp, xp.blank(grad / xp.scaled(result, 2), result == 0), self, dim, correction)


VAR_FORMULA = (
    "spread(grad, self_shape, dim) · 2 · (self - mean(self, dim, True)) / (count(self_shape, dim) - correction)"
)
STD_FORMULA = (
    "spread(grad / result, self_shape, dim) · (self - mean(self, dim, True)) / (count(self_shape, dim) - correction)"
)


_VAR = op(
    "Var",
    _variance,
    self=(
        VAR_FORMULA,
        lambda xp, grad, self, dim, correction, keepdim, self_shape: _var_self(xp, grad, self, dim, correction),
    ),
)
_STD = op(
    "Std",
    _deviation,
    self=(
        STD_FORMULA,
        lambda xp, grad, self, result, dim, correction, keepdim, self_shape: _std_self(
            xp, grad, self, result, dim, correction
        ),
    ),
)


def _with_mean(xp: Any, grads: Any, self: Any, dim: Any, spread_part: Callable[[Any], Any]) -> tuple[Any]:
    """Return the gradient of a spread and a mean, of which one may have none."""
    parts = [] if grads[0] is None else [spread_part(grads[0])]
    if grads[1] is not None:
        parts.append(xp.spread(grads[1] / count(self.shape, dim), self.shape, dim))
    return (parts[0] if len(parts) == 1 else parts[0] + parts[1],)


MEAN_TERM = " + spread(grads[1], self_shape, dim) / count(self_shape, dim)"

_VAR_MEAN = op(
    "VarMean",
    lambda self, dim, correction=1, keepdim=False: (
        _variance(self, dim, correction, keepdim),
        _average(self, dim, keepdim),
    ),
    returns=("var", "mean"),
    visible=2,
    differentiable=2,
    backward=(
        {"self": VAR_FORMULA.replace("grad", "grads[0]") + MEAN_TERM},
        lambda xp, grads, self, dim, correction, keepdim, self_shape: _with_mean(
            xp, grads, self, dim, lambda grad: _var_self(xp, grad, self, dim, correction)
        ),
    ),
)
_STD_MEAN = op(
    "StdMean",
    lambda self, dim, correction=1, keepdim=False: (
        _deviation(self, dim, correction, keepdim),
        _average(self, dim, keepdim),
    ),
    returns=("result", "mean"),
    visible=2,
    differentiable=2,
    backward=(
        {"self": STD_FORMULA.replace("grad", "grads[0]") + MEAN_TERM},
        lambda xp, grads, self, result, dim, correction, keepdim, self_shape: _with_mean(
            xp, grads, self, dim, lambda grad: _std_self(xp, grad, self, result, dim, correction)
        ),
    ),
)


def _public(name: str, entry: Callable[..., Any], what: str) -> None:
    """Register a function with the arguments of `torch.var`: its dims, and `unbiased` or a correction."""

    def function(
        input: Tensor, dim: Any = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: Any = None
    ) -> Any:
        if isinstance(dim, bool):
            dim, unbiased = None, dim
        if unbiased is not None and not isinstance(unbiased, bool):
            raise TypeError(
                f"{name}() received an invalid combination of arguments - got ({type(unbiased).__name__}): 'unbiased' "
                "must be bool; any other number is a correction=, given by name"
            )
        if unbiased is not None and correction is not None:
            raise TypeError(f"{name}() received an invalid combination of arguments: unbiased and correction exclude")
        if input._array.dtype.kind != "f":
            spoken = name if name.endswith("_mean") else "std and var"
            raise RuntimeError(f"{spoken} only support floating point and complex dtypes")
        taken = correction if correction is not None else 1 if unbiased is None else int(unbiased)
        dims = reduced_dims(input, dim) if dim is not None else Everything(range(input._array.ndim))
        if count(input._array.shape, dims) - taken <= 0:
            warnings.warn(DEGREES.format(name), UserWarning, stacklevel=3)
        return entry(input, dims, taken, keepdim)

    function.__name__ = name
    function.__doc__ = (
        f"Return {what} of all elements, or along `dim`: squares are divided by n - correction, which is 1 unless "
        f"given. Mirrors `torch.{name}`."
    )
    public(name=name, method=not name.endswith("_mean"))(function)


_public("var", _VAR, "the variance")
_public("std", _STD, "the standard deviation")
_public("var_mean", _VAR_MEAN, "variance and mean")
_public("std_mean", _STD_MEAN, "standard deviation and mean")


# logarithm of a sum of exponentials


def _logsumexp(self: Any, dim: tuple[int, ...], keepdim: bool = False) -> Any:
    """Return the logarithm of a sum of exponentials, the largest taken out first unless it is infinite."""
    if count(self.shape, dim) == 0:
        return np.log(total(np.exp(self), dim, keepdim))
    top = np.asarray(self.max(dim, keepdims=True))
    top = np.where(np.isinf(top), 0, top).astype(self.dtype)
    found = np.log(total(np.exp(self - top), dim, True)) + top
    return contiguous(found if keepdim else found.squeeze(dim))


def _logsumexp_self(xp: Any, grad: Any, self: Any, result: Any, dim: Any, keepdim: bool) -> Any:
    share = xp.exp(self - restored(xp, result, dim, self.shape))
    return restored(xp, grad, dim, self.shape) * share


_LOGSUMEXP = op(
    "Logsumexp",
    _logsumexp,
    promote="float",
    operands=("self",),
    self=(
        "spread(grad, self_shape, dim) · exp(self - spread(result, self_shape, dim))",
        lambda xp, grad, self, result, dim, keepdim, self_shape: _logsumexp_self(xp, grad, self, result, dim, keepdim),
    ),
)


@public()
def logsumexp(input: Tensor, dim: Any, keepdim: bool = False) -> Any:
    """Return log(sum(exp(input))) along `dim`, without overflow. Mirrors `torch.logsumexp`."""
    if dim is None:
        raise TypeError("logsumexp(): argument 'dim' must be tuple of ints, not NoneType")
    return _LOGSUMEXP(input, reduced_dims(input, dim), keepdim)
