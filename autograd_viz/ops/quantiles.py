"""Sums and means that leave NaN out, quantiles, and integrals by the trapezoidal rule."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..tensor import Tensor, make
from .dims import wrap_dim
from .nn.scalar import div_number, mul_number
from .op import FUNCTIONS, op
from .reduction import reduced_dims, total
from .remainders import not_differentiable
from .wrapping import check_tensor, choosing, public

__all__: list[str] = []

_NANSUM = op(
    "Nansum",
    lambda self, dim, keepdim=False, dtype=None: total(
        np.where(self != self, self.dtype.type(0), self), dim, keepdim, dtype
    ),
    self=(
        "spread(grad, self_shape, dim) · (self == self)",
        lambda xp, grad, self, dim, keepdim, self_shape: xp.spread(grad, self_shape, dim) * (self == self),
    ),
)


@public()
def nansum(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Return the sum of the elements that are not NaN, of all or along `dim`. Mirrors `torch.nansum`."""
    return _NANSUM(input, reduced_dims(input, dim), keepdim, None if dtype is None else dtypes.to_numpy(dtype))


@public()
def nanmean(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Return the mean of the elements that are not NaN, of all or along `dim`. Mirrors `torch.nanmean`.

    Raises
    ------
    RuntimeError
        When the dtype is not a floating-point one.
    """
    if input._array.dtype.kind != "f":
        raise RuntimeError(
            "nanmean(): expected input to have floating point or complex dtype but got "
            f"{dtypes.word(input._array.dtype)}"
        )
    dims = reduced_dims(input, dim)
    counted = make(np.asarray((input._array == input._array).sum(dims, keepdims=keepdim)))
    return nansum(input, dims, keepdim, dtype=dtype) / counted


INTERPOLATIONS = ("linear", "lower", "higher", "midpoint", "nearest")


@public()
def quantile(
    input: Tensor, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Any:
    """Return the `q`-th quantiles of all elements, or along `dim`. Mirrors `torch.quantile`.

    Parameters
    ----------
    input : Tensor
        Of float32 or float64.
    q : float or Tensor
        In [0, 1]; a 1-dim tensor of them puts a dim in front of the result.
    dim : int, optional
        By default all elements are taken together.
    keepdim : bool
        Whether `dim` is kept, with length 1.
    interpolation : {"linear", "lower", "higher", "midpoint", "nearest"}
        What to give for a quantile between two elements.

    Raises
    ------
    RuntimeError
        When `q` is outside [0, 1], the dtype is another, or there are no elements.
    """
    return _quantile(input, q, dim, keepdim, interpolation, ignore_nan=False)


@public()
def nanquantile(
    input: Tensor, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Any:
    """Return the `q`-th quantiles of the elements that are not NaN. Mirrors `torch.nanquantile`; see `quantile`."""
    return _quantile(input, q, dim, keepdim, interpolation, ignore_nan=True)


def _quantile(
    input: Tensor, q: Any, dim: int | None, keepdim: bool, interpolation: str, *, ignore_nan: bool
) -> Any:
    ranks = np.asarray(q._array if isinstance(q, Tensor) else q, np.float64)
    _check_quantile(input, ranks, interpolation)
    flat = input if dim is not None else input.reshape(-1)
    wrapped = wrap_dim(-1 if dim is None else dim, flat._array.ndim)
    ordered = FUNCTIONS["sort"](flat, wrapped)[0].movedim(wrapped, -1)
    found = _between(ordered, ranks.reshape(-1), interpolation, ignore_nan)
    found = found.movedim(-1, 0)
    if keepdim:
        found = found.unsqueeze(wrapped + 1) if dim is not None else found.reshape(-1, *(1,) * input._array.ndim)
    return found if ranks.ndim else found[0]


def _check_quantile(input: Tensor, ranks: Any, interpolation: str) -> None:
    if input._array.dtype not in (np.float32, np.float64):
        raise RuntimeError("quantile() input tensor must be either float or double dtype")
    if interpolation not in INTERPOLATIONS:
        raise RuntimeError(
            "quantile() interpolation must be one of linear, lower, higher, midpoint or nearest, but got "
            f"{interpolation}"
        )
    if not input._array.size:
        raise RuntimeError("quantile() input tensor must be non-empty")
    if not ((ranks >= 0) & (ranks <= 1)).all():
        raise RuntimeError(f"quantile() q must be in the range [0, 1] but got {ranks}")


def _between(ordered: Any, ranks: Any, interpolation: str, ignore_nan: bool) -> Any:
    """Return the elements at fractional ranks of sorted ones, along the last dim.

    Where there is a NaN the result is one, unless they are left out.
    """
    array = ordered._array
    missing = np.isnan(array[..., -1:])
    last: Any = array.shape[-1] - 1
    if ignore_nan:
        last = np.maximum((array == array).sum(-1, keepdims=True) - 1, 0)
        missing = np.zeros_like(missing)
    places = ranks * last
    if interpolation in ("lower", "higher", "nearest"):
        places = {"lower": np.floor, "higher": np.ceil, "nearest": np.rint}[interpolation](places)
    low, high = np.floor(places).astype(np.int64), np.ceil(places).astype(np.int64)
    shape = (*array.shape[:-1], ranks.size)
    spots = [np.where(missing, array.shape[-1] - 1, np.broadcast_to(place, shape)) for place in (low, high)]
    below, above = (FUNCTIONS["gather"](ordered, -1, make(spot)) for spot in spots)
    weight = np.full(low.shape, 0.5) if interpolation == "midpoint" else places - low
    return FUNCTIONS["lerp"](below, above, make(weight.astype(array.dtype)))


def cumulative_trapezoid(y: Tensor, x: Tensor | None = None, *, dx: float = 1, dim: int = -1) -> Any:
    """Return the integrals of `y` along `dim` up to each place. Mirrors `torch.cumulative_trapezoid`."""
    wrapped = wrap_dim(dim, y._array.ndim)
    length = y._array.shape[wrapped] - 1
    if length < 0:
        return FUNCTIONS["zeros_like"](y)
    y = _fractional(y)
    heights: Any = y.narrow(wrapped, 1, length) + y.narrow(wrapped, 0, length)
    if x is None:
        return mul_number(heights, dx / 2).cumsum(wrapped)
    return div_number((heights * _widths(y, x, wrapped)).cumsum(wrapped), 2)


def _fractional(y: Tensor) -> Any:
    """Return integers as the default floats, for their halves."""
    return y if y._array.dtype.kind == "f" else y.to(dtypes.get_default_dtype())


def _widths(y: Tensor, x: Tensor, dim: int) -> Any:
    """Return the distances between the places where values were taken."""
    if x._array.ndim == 1:
        x = x.view([-1 if i == dim else 1 for i in range(y._array.ndim)])
    length = x._array.shape[dim] - 1
    left: Any = x.narrow(dim, 0, length)
    return x.narrow(dim, 1, length) - left


def trapezoid(y: Tensor, x: Tensor | None = None, *, dx: float = 1, dim: int = -1) -> Any:
    """Return the integral of `y` along `dim` by the trapezoidal rule. Mirrors `torch.trapezoid`.

    Parameters
    ----------
    y : Tensor
        The values.
    x : Tensor, optional
        Where they were taken; by default `dx` apart.
    dx : float
        The distance between them.
    dim : int
        The dim along which to integrate.
    """
    if x is not None:
        check_tensor("trapezoid", x, "x", 2)
    wrapped = wrap_dim(dim, y._array.ndim)
    shape = y._array.shape
    if not shape[wrapped]:
        return FUNCTIONS["zeros"](shape[:wrapped] + shape[wrapped + 1 :], dtype=y.dtype)
    y = _fractional(y)
    if x is None:
        total = y.sum(wrapped)
        return mul_number(total - mul_number(y.select(wrapped, 0) + y.select(wrapped, -1), 0.5), dx)
    length = shape[wrapped] - 1
    heights: Any = y.narrow(wrapped, 1, length) + y.narrow(wrapped, 0, length)
    return div_number((heights * _widths(y, x, wrapped)).sum(wrapped), 2)


heaviside = not_differentiable(
    "heaviside",
    lambda self, values: np.where(self == 0, values, (self > 0).astype(self.dtype)),
    promote="arithmetic",
    params=("self", "values"),
)


def _choose_heaviside(input: Tensor, values: Tensor) -> Any:
    """Return 0 for negative elements, 1 for positive ones, `values` for zeros. Mirrors `torch.heaviside`."""
    check_tensor("heaviside", input)
    check_tensor("heaviside", values, "values", 2)
    if input._array.dtype != values._array.dtype:
        raise RuntimeError("heaviside is not yet implemented for tensors with different dtypes.")
    return heaviside.op, [input, values]


choosing("heaviside", _choose_heaviside)
FUNCTIONS["cumulative_trapezoid"] = cumulative_trapezoid
FUNCTIONS["trapezoid"] = FUNCTIONS["trapz"] = trapezoid
