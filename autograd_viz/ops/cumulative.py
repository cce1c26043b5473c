"""Running sums, products and extremes along a dim, and the product of all elements.

Note [Products with zeros]
The gradient of a product with respect to one factor is the product of the others: `result / self`, but for zeros.
Where there are any, running products are differentiated without a division: the gradient of factor k of a running
product is the product of the factors before k, times

    S[k] = grad[k] + self[k + 1] · S[k + 1],

a recurrence (`scan_back`) whose own derivatives are such recurrences again. Zeros are thus exact to every order.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import dtypes
from ..return_types import named
from ..tensor import Tensor
from .dims import wrap_dim
from .half import HALF
from .op import op, register, tensors
from .reduction import contiguous, restored
from .type_words import floats_only, not_implemented
from .wrapping import public

__all__: list[str] = []


def whole_dtype(array: Any, dtype: Any = None) -> Any:
    """Return the dtype that sums and products of an array have: int64 for bools and integers."""
    return dtype or (array.dtype if array.dtype.kind == "f" else dtypes.int64.numpy)


def _has_zero(self: Any) -> bool:
    return not np.all(self._array if isinstance(self, Tensor) else self)


def _private(name: str, made: Callable[..., Any]) -> None:
    register(name, made, method=False, public=False)


# sums


def _cumsum(self: Any, dim: int, dtype: Any = None) -> Any:
    _refuse_bool("cumsum", dtype)
    return _accumulated(np.add, self, dim, whole_dtype(self, dtype))


def _refuse_bool(name: str, dtype: Any) -> None:
    if dtype is not None and dtype.kind == "b":
        raise not_implemented(f"{name}_out_cpu", dtype)


def _accumulated(ufunc: Any, array: Any, dim: int, dtype: Any) -> Any:
    """Return running sums or products; those of float16 are computed in float32, each rounded."""
    if not array.ndim:
        return array.astype(dtype)
    if dtype == HALF:
        return contiguous(ufunc.accumulate(array, dim, np.float32).astype(HALF))
    return contiguous(ufunc.accumulate(array, dim, dtype))


def _cumsum_from_end(self: Any, dim: int) -> Any:
    array = np.asarray(self)
    return np.flip(_cumsum(np.flip(array, dim), dim), dim) if array.ndim else array


_CUMSUM = op(
    "Cumsum",
    _cumsum,
    self=("cumsum_from_end(grad, dim)", lambda xp, grad, dim: xp.cumsum_from_end(grad, dim)),
)


def _cumsum_of_flipped(self: Tensor, dim: int) -> Tensor:
    """Return the running sum from the end, by the three operations that PyTorch uses."""
    if not self.shape or self.shape[dim] == 1:
        return self
    return tensors.flip(tensors.cumsum(tensors.flip(self, (dim,)), dim), (dim,))


register("cumsum_from_end", _cumsum_of_flipped, forward=_cumsum_from_end, method=False, public=False)


@public(forward=_cumsum)
def cumsum(input: Tensor, dim: int, *, dtype: Any = None) -> Any:
    """Return the running sum along `dim`. Bools and integers add up in int64. Mirrors `torch.cumsum`."""
    wanted = None if dtype is None else dtypes.to_numpy(dtype)
    return _CUMSUM(input, wrap_dim(dim, input._array.ndim), wanted)


# products


def _scan(addend: Any, factor: Any, dim: int) -> Any:
    """Return S[k] = addend[k] + factor[k] · S[k - 1] along a dim."""
    addend, factor = np.moveaxis(np.atleast_1d(addend), dim, 0), np.moveaxis(np.atleast_1d(factor), dim, 0)
    out = addend.copy()
    for k in range(1, len(out)):
        out[k] += factor[k] * out[k - 1]
    return np.moveaxis(out, 0, dim)


def _shifted(array: Any, dim: int, fill: float) -> Any:
    """Return the array one place further along a dim, `fill` at its start."""
    out = np.full_like(array, fill)
    moved, source = np.moveaxis(out, dim, 0), np.moveaxis(array, dim, 0)
    moved[1:] = source[:-1]
    return out


def _scan_forward(self: Any, factor: Any, dim: int) -> Any:
    return _scan(self, factor, dim).reshape(np.shape(self))


def _scan_back(self: Any, factor: Any, dim: int) -> Any:
    """Return S[k] = self[k] + factor[k + 1] · S[k + 1] along a dim. See Note [Products with zeros]."""
    one, two = np.flip(np.atleast_1d(self), dim), np.flip(np.atleast_1d(factor), dim)
    return np.flip(_scan(one, _shifted(two, dim, 0), dim), dim).reshape(np.shape(self))


def _before(self: Any, dim: int, fill: float) -> Any:
    return _shifted(np.atleast_1d(self), dim, fill).reshape(np.shape(self))


def _after(self: Any, dim: int, fill: float) -> Any:
    flipped = np.flip(np.atleast_1d(self), dim)
    return np.flip(_shifted(flipped, dim, fill), dim).reshape(np.shape(self))


_private(
    "scan_forward",
    op(
        "ScanForward",
        _scan_forward,
        self=("scan_back(grad, factor, dim)", lambda xp, grad, factor, dim: xp.scan_back(grad, factor, dim)),
        factor=(
            "scan_back(grad, factor, dim) · before(result, dim, 0)",
            lambda xp, grad, factor, result, dim: xp.scan_back(grad, factor, dim) * xp.before(result, dim, 0),
        ),
    ),
)
_private(
    "scan_back",
    op(
        "ScanBack",
        _scan_back,
        self=("scan_forward(grad, factor, dim)", lambda xp, grad, factor, dim: xp.scan_forward(grad, factor, dim)),
        factor=(
            "before(scan_forward(grad, factor, dim), dim, 0) · result",
            lambda xp, grad, factor, result, dim: xp.before(xp.scan_forward(grad, factor, dim), dim, 0) * result,
        ),
    ),
)
_private(
    "before",
    op("Before", _before, self=("after(grad, dim, 0)", lambda xp, grad, dim, fill: xp.after(grad, dim, 0))),
)
_private(
    "after",
    op("After", _after, self=("before(grad, dim, 0)", lambda xp, grad, dim, fill: xp.before(grad, dim, 0))),
)


def _cumprod(self: Any, dim: int, dtype: Any = None) -> Any:
    _refuse_bool("cumprod", dtype)
    return _accumulated(np.multiply, self, dim, whole_dtype(self, dtype))


def _cumprod_self(xp: Any, grad: Any, self: Any, result: Any, dim: int) -> Any:
    if not self.shape or self.shape[dim] == 1 or 0 in self.shape:
        return grad
    if not _has_zero(self):
        return xp.cumsum_from_end(result * grad, dim) / self
    if self.__class__ is np.ndarray and self.ndim:
        return _cumprod_between_zeros(grad, self, result, dim)
    return xp.before(xp.cumprod(self, dim), dim, 1) * xp.scan_back(grad, self, dim)


def _cumprod_between_zeros(grad: Any, self: Any, result: Any, dim: int) -> Any:
    """Return the gradient of a running product with zeros: nothing reaches what follows the first, but itself.

    Mirrors PyTorch's `cumprod_backward`, where a NaN of `grad` goes no further either.
    """
    zeros_so_far = np.cumsum(self == 0, axis=dim)
    before = zeros_so_far == 0
    first = (zeros_so_far == 1) & (self == 0)
    after_first = (zeros_so_far == 1) & ~first
    to_before = _cumsum_from_end(np.where(before, grad * result, 0), dim) / np.where(before, self, 1)
    others = np.cumprod(np.where(after_first, self, 1), axis=dim) * np.where(zeros_so_far == 1, grad, 0)
    to_first = others.sum(dim, keepdims=True) * _before(np.cumprod(self, axis=dim), dim, 1)
    return np.where(before, to_before, np.where(first, to_first, 0)).astype(self.dtype, copy=False)


_CUMPROD = op(
    "Cumprod", _cumprod, self=("product_of_others_up_to(self, dim) @ grad", _cumprod_self)
)


@public(forward=_cumprod)
def cumprod(input: Tensor, dim: int, *, dtype: Any = None) -> Any:
    """Return the running product along `dim`. Mirrors `torch.cumprod`."""
    wanted = None if dtype is None else dtypes.to_numpy(dtype)
    return _CUMPROD(input, wrap_dim(dim, input._array.ndim), wanted)


def _others(xp: Any, self: Any, dim: int) -> Any:
    """Return for each element the product of the others along a dim. See Note [Products with zeros]."""
    if xp is tensors:  # the same, of the operations that PyTorch leaves behind
        length = self.shape[dim]
        ones = xp.ones_like(xp.narrow(self.detach(), dim, 0, 1))
        before = xp.cumprod(xp.cat([ones, xp.narrow(self, dim, 0, length - 1)], dim), dim)
        backwards = xp.flip(xp.narrow(self, dim, 1, length - 1), (dim,))
        return before * xp.flip(xp.cumprod(xp.cat([ones, backwards], dim), dim), (dim,))
    before = xp.before(xp.cumprod(self, dim), dim, 1)
    backwards = xp.flip(xp.cumprod(xp.flip(self, (dim,)), dim), (dim,))
    return before * xp.after(backwards, dim, 1)


def _prod_all_self(xp: Any, grad: Any, self: Any, result: Any, self_shape: tuple[int, ...]) -> Any:
    if not self.shape:
        return grad
    if not _has_zero(self):
        return grad * (result / self)
    if self.__class__ is np.ndarray and np.count_nonzero(self) < self.size - 1:
        return np.zeros_like(self)  # whatever the gradient, NaN too
    if math.prod(self.shape) == 1:
        return xp.reshape(grad, self.shape)
    return xp.reshape(grad * _others(xp, xp.reshape(self, (-1,)), 0), self.shape)


def _prod_along_self(
    xp: Any, grad: Any, self: Any, result: Any, dim: int, keepdim: bool, self_shape: tuple[int, ...]
) -> Any:
    if not self.shape:
        return grad
    if not _has_zero(self):
        return restored(xp, grad, dim, self.shape) * (restored(xp, result, dim, self.shape) / self)
    along = restored(xp, grad, dim, self.shape)
    return along if self.shape[dim] == 1 else along * _others(xp, self, dim)


multiply_reduce: Any = np.multiply.reduce

_PROD_ALL = op(
    "Prod",
    lambda self, dtype=None: multiply_reduce(self, None, whole_dtype(self, dtype)),
    name="prod",
    self=("grad · product_of_others(self)", _prod_all_self),
)
_PROD_ALONG = op(
    "Prod",
    lambda self, dim, keepdim=False, dtype=None: contiguous(
        np.asarray(multiply_reduce(self, dim if self.ndim else None, whole_dtype(self, dtype), None, keepdim))
    ),
    name="prod",
    variant=1,
    self=("spread(grad, self_shape, (dim,)) · product_of_others(self, dim)", _prod_along_self),
)


@public()
def prod(input: Tensor, dim: int | None = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Return the product of all elements, or along `dim`. Mirrors `torch.prod`."""
    wanted = None if dtype is None else dtypes.to_numpy(dtype)
    if dim is None:
        return _PROD_ALL(input, wanted)
    return _PROD_ALONG(input, wrap_dim(dim, input._array.ndim), keepdim, wanted)


# extremes


def _running(name: str, accumulate: Any) -> None:
    """Register `cummax` or `cummin`: the extreme so far and where the last element that reaches it is."""

    def forward(self: Any, dim: int) -> tuple[Any, Any]:
        array = np.atleast_1d(self)
        values = accumulate(array, axis=dim)
        reached = (array == values) | (array != array)
        places = np.arange(array.shape[dim]).reshape([-1 if i == dim else 1 for i in range(array.ndim)])
        indices = np.maximum.accumulate(np.where(reached, places, 0), axis=dim)
        return contiguous(values).reshape(self.shape), contiguous(indices).reshape(self.shape)

    entry = op(
        name.capitalize(),
        forward,
        name=name,
        returns=("values", "indices"),
        visible=2,
        self=(
            "gathered(grad, indices, dim)",
            lambda xp, grad, self, indices, dim: xp.gathered(grad, indices, dim),  # PyTorch saves `self` as well
        ),
    )
    result_type = named(name, "values", "indices")

    def function(input: Tensor, dim: int) -> Any:
        return result_type(*entry(input, wrap_dim(dim, input._array.ndim)))

    function.__name__ = name
    function.__doc__ = f"Return the extreme so far along `dim`, and its index. Mirrors `torch.{name}`."
    public(name=name)(function)


def _gathered(self: Any, indices: Any, dim: int) -> Any:
    """Return an array in which each element of `self` is added to the place its index names."""
    array = np.atleast_1d(self)
    whole = np.zeros_like(array)
    places: list[Any] = list(np.indices(array.shape, sparse=True))
    places[dim] = np.atleast_1d(indices)
    np.add.at(whole, tuple(places), array)
    return whole.reshape(np.shape(self))


_private(
    "gathered",
    op(
        "ScatterAdd",
        _gathered,
        tensors=("indices",),
        self=("pick(grad, indices, dim, True)", lambda xp, grad, indices, dim: xp.pick(grad, indices, dim, True)),
    ),
)
_running("cummax", np.maximum.accumulate)
_running("cummin", np.minimum.accumulate)


# logarithms of running sums of exponentials


def _logcumsumexp(self: Any, dim: int) -> Any:
    floats_only("logcumsumexp_out_cpu", self)
    return contiguous(np.logaddexp.accumulate(np.atleast_1d(self), axis=dim)).reshape(self.shape)


def _logcumsumexp_self(xp: Any, grad: Any, self: Any, result: Any, dim: int) -> Any:
    """Return the gradient by logarithms, those of its positive and negative parts apart, so that none overflows."""
    if not self.shape:
        return grad
    parts = []
    ones = xp.zeros_like(grad) + 1
    least = float(np.finfo(dtypes.to_numpy(grad.dtype)).min)  # for the logarithm of 0; infinities would make NaNs
    for sign in (1, -1):
        there = sign * grad > 0
        size = xp.keep(sign * grad, there) + xp.keep(ones, ~there)
        logarithm = xp.log(size) + xp.keep(least * ones, ~there) - result
        backwards = xp.flip(xp.logcumsumexp(xp.flip(logarithm, (dim,)), dim), (dim,))
        parts.append(xp.exp(backwards + self))
    return parts[0] - parts[1]


_LOGCUMSUMEXP = op(
    "Logcumsumexp",
    _logcumsumexp,
    wide=True,
    self=("exp(self) · cumsum_from_end(grad · exp(-result), dim)", _logcumsumexp_self),
)


@public(forward=_logcumsumexp)
def logcumsumexp(input: Tensor, dim: int) -> Any:
    """Return the logarithm of the running sum of exponentials along `dim`. Mirrors `torch.logcumsumexp`."""
    return _LOGCUMSUMEXP(input, wrap_dim(dim, input._array.ndim))
