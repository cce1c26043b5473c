"""Softmax and its logarithm, each one node, with the gradient from the result alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import dtypes
from ..dims import wrap_dim
from ..op import op, register
from ..rows import in_range, largest, row_sums
from ..type_words import floats_only
from ..wrapping import check_tensor

__all__ = ["log_softmax", "safe_softmax", "softmax"]


def _floats_only(name: str, self: Any, dim: int) -> None:
    """Refuse other dtypes as the kernel for this dim does, which runs where there is something to compute."""
    if self.size:
        floats_only(f"{name}_lastdim_kernel_impl" if dim >= self.ndim - 1 else f"{name}_kernel_impl", self)


def _exponentials(self: Any, dim: int) -> Any:
    """Return exp(self), laid out as PyTorch's results, all of a row scaled where they must be to stay in range."""
    if in_range(self):
        return np.exp(self, order="C")
    shifted = np.subtract(self, largest(self, dim), order="C")
    return np.exp(shifted, out=shifted)


def _softmax(self: Any, dim: int) -> Any:
    if self.dtype.kind != "f":
        _floats_only("softmax", self, dim)
    if not self.size:
        return np.empty(self.shape, self.dtype)
    if not self.ndim:
        return np.exp(self - self)
    powers = _exponentials(self, dim)
    powers /= row_sums(powers, dim)
    return powers


def _safe_softmax(self: Any, dim: int) -> Any:
    """Return the softmax, with zeros where every element is -inf."""
    result = _softmax(self, dim)
    hidden = (self == -np.inf).all(axis=dim, keepdims=True)
    return np.where(hidden, self.dtype.type(0), result) if hidden.any() else result


def _log_softmax(self: Any, dim: int) -> Any:
    if self.dtype.kind != "f":
        _floats_only("log_softmax", self, dim)
    if not self.size:
        return np.empty(self.shape, self.dtype)
    if not self.ndim:
        return self - self
    shifted = np.subtract(self, largest(self, dim), order="C")
    shifted -= np.log(row_sums(np.exp(shifted), dim))
    return shifted


def _softmax_backward(grad_output: Any, output: Any, dim: int) -> Any:
    weighted = grad_output * output
    if not weighted.ndim:
        return weighted - output * weighted
    return weighted - output * row_sums(weighted, dim)


def _log_softmax_backward(grad_output: Any, output: Any, dim: int) -> Any:
    total = row_sums(grad_output, dim) if grad_output.ndim else grad_output
    return grad_output - np.exp(output) * total


def _softmax_twice(xp: Any, grad: Any, grad_output: Any, output: Any, dim: int) -> Any:
    drift = xp.sum(output * grad_output, dim, True) * grad + grad_output * xp.sum(output * grad, dim, True)
    return grad_output * grad - drift


softmax_entry = op(
    "Softmax",
    _softmax,
    wide=True,
    self=(
        "result · (grad - sum(grad · result, dim, True))",
        lambda xp, grad, result, dim: xp.softmax_backward(grad, result, dim),
    ),
)
safe_softmax = op(
    "SafeSoftmax",
    _safe_softmax,
    wide=True,
    self=(
        "result · (grad - sum(grad · result, dim, True))",
        lambda xp, grad, result, dim: xp.softmax_backward(grad, result, dim),
    ),
)
log_softmax_entry = op(
    "LogSoftmax",
    _log_softmax,
    wide=True,
    self=(
        "grad - exp(result) · sum(grad, dim, True)",
        lambda xp, grad, result, dim: xp.log_softmax_backward(grad, result, dim),
    ),
)
softmax_backward = op(
    "SoftmaxBackwardData",
    _softmax_backward,
    wide=True,
    name="softmax_backward",
    grad_output=(
        "output · (grad - sum(grad · output, dim, True))",
        lambda xp, grad, output, dim: xp.softmax_backward(grad, output, dim),
    ),
    output=(
        "grad_output · (grad - sum(output · grad, dim, True)) - grad · sum(output · grad_output, dim, True)",
        _softmax_twice,
    ),
)
log_softmax_backward = op(
    "LogSoftmaxBackwardData",
    _log_softmax_backward,
    wide=True,
    name="log_softmax_backward",
    grad_output=(
        "grad - sum(grad · exp(output), dim, True)",
        lambda xp, grad, output, dim: grad - xp.sum(grad * xp.exp(output), dim, True),
    ),
    output=(
        "-grad · exp(output) · sum(grad_output, dim, True)",
        lambda xp, grad, grad_output, output, dim: -xp.sum(grad_output, dim, True) * xp.exp(output) * grad,
    ),
)
register("softmax_backward", softmax_backward, method=False, public=False)
register("log_softmax_backward", log_softmax_backward, method=False, public=False)


def softmax(input: Any, dim: Any = None, dtype: Any = None, *, axis: Any = None) -> Any:
    """Return exp(input) scaled so that it sums to 1 along `dim`.

    Mirrors `torch.softmax`.

    Parameters
    ----------
    input : Tensor
        Of any shape, floating point unless `dtype` is given.
    dim, axis : int
        The dimension along which the result sums to 1, under either name.
    dtype : dtype, optional
        What the input is converted to first.
    """
    check_tensor("softmax", input)
    input = input if dtype is None else _converted(input, dtype)
    return softmax_entry(input, wrap_dim(_given("softmax", dim, axis), input._array.ndim))


def log_softmax(input: Any, dim: Any = None, dtype: Any = None, *, axis: Any = None) -> Any:
    """Return the logarithm of the softmax along `dim`.

    Mirrors `torch.log_softmax`; for the parameters see `softmax`.
    """
    check_tensor("log_softmax", input)
    input = input if dtype is None else _converted(input, dtype)
    return log_softmax_entry(input, wrap_dim(_given("log_softmax", dim, axis), input._array.ndim))


def _given(name: str, dim: Any, axis: Any) -> Any:
    """Return the dim, whichever name it has."""
    if dim is None and axis is None:
        raise TypeError(f'{name}() missing 1 required positional arguments: "dim"')
    if dim is not None and axis is not None:
        raise TypeError(f"{name}() got an unexpected keyword argument 'axis': its dim is given already")
    return axis if dim is None else dim


def _converted(input: Any, dtype: Any) -> Any:
    return input if input._array.dtype == dtypes.to_numpy(dtype) else input.to(dtype)


register("softmax", softmax, forward=_softmax)
register("log_softmax", log_softmax, forward=_log_softmax)
