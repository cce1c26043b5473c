"""What the words of formulas mean that no rule calls: written anew here, plainly, so that they check the rules.

A formula names them because a reader knows them (`onehot`), or guesses them (`product_of_others`).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = [
    "batch_norm_gradient", "channel_normalized", "channel_scale", "channel_sums", "deviation", "group_norm_gradient",
    "group_normalized", "normalized", "onehot", "product_of_others", "put_back", "residual", "sqrt", "sum_to",
    "unpadded", "zeroed",
]  # fmt: skip

sqrt = np.sqrt


# places


def onehot(target: Any, shape: tuple[int, ...], weight: Any = None, ignore: int = -100) -> Any:
    """Return zeros of `shape` with a 1, or the class's weight, at each target class; dim 1 holds the classes."""
    dim = 1 if len(shape) > 1 else 0
    classes = np.arange(shape[dim]).reshape([-1 if place == dim else 1 for place in range(len(shape))])
    found = ((np.expand_dims(target, dim) == classes) & (classes != ignore)) * 1.0
    return found if weight is None else found * np.reshape(weight, classes.shape)


def put_back(grad: Any, into: tuple[int, ...], at: Any, along: int | None = None) -> Any:
    """Return zeros of a shape to which `grad` is added at a place, a range or an index array along a dim."""
    found, grad = np.zeros(into, np.asarray(grad).dtype), np.asarray(grad)
    if not into:
        return found + grad.sum()
    if along is None:
        where = [slice(None) if each is None else each for each in at] if isinstance(at, (list, tuple)) else [at]
        np.add.at(found, tuple(where), grad)
        return found
    lead = (slice(None),) * along
    at = np.reshape(at, 1) if np.ndim(at) == 0 and isinstance(at, np.ndarray) and grad.ndim == found.ndim else at
    if isinstance(at, (int, range)):
        found[(*lead, at if isinstance(at, int) else slice(at.start, at.stop, at.step))] += grad
    elif np.ndim(at) == grad.ndim == found.ndim:
        places: list[Any] = list(np.indices(at.shape))
        places[along] = at
        np.add.at(found, tuple(places), grad)
    elif np.ndim(at) == 1 and grad.ndim == found.ndim:
        np.add.at(found, (*lead, at), grad)
    else:  # of a reduction: the dim is gone
        return put_back(np.expand_dims(grad, along), into, np.expand_dims(at, along), along)
    return found


def zeroed(grad: Any, at: Any) -> Any:
    """Return a gradient with zeros at index arrays."""
    found = np.array(grad)
    found[tuple(slice(None) if each is None else each for each in at)] = 0
    return found


def unpadded(grad: Any, pad: tuple[int, ...]) -> Any:
    """Return a gradient without what was padded, the last dim's pair first; zeros where padding cut something off."""
    found = np.asarray(grad)
    for place in range(len(pad) // 2):
        dim, (before, after) = found.ndim - 1 - place, pad[2 * place : 2 * place + 2]
        widths = [(0, 0)] * found.ndim
        widths[dim] = (max(-before, 0), max(-after, 0))
        found = np.pad(found, widths)
        found = np.take(found, np.arange(max(before, 0), found.shape[dim] - max(after, 0)), dim)
    return found


def product_of_others(x: Any, dim: int | None = None) -> Any:
    """Return, at each element, the product of the other ones, all or those along a dim."""
    if dim is None or not x.ndim:
        flat = x.reshape(-1)
        return np.array([np.delete(flat, place).prod() for place in range(flat.size)]).reshape(x.shape)
    return np.apply_along_axis(product_of_others, dim, x) if x.size else x


# normalisation


def _last(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(range(-len(shape), 0))


def deviation(x: Any, shape: tuple[int, ...], eps: float) -> Any:
    """Return the standard deviation over the last dims, eps added to the variance."""
    return np.sqrt(x.var(_last(shape), keepdims=True) + eps)


class Normalized(np.ndarray):  # type: ignore[type-arg]
    """An array that knows over which dims it was normalised."""

    dims: tuple[int, ...] = (-1,)


def normalized(x: Any, shape: tuple[int, ...], eps: float) -> Any:
    """Return x with mean 0 and deviation 1 over the last dims."""
    found = ((x - x.mean(_last(shape), keepdims=True)) / deviation(x, shape, eps)).view(Normalized)
    found.dims = _last(shape)
    return found


def _residual_over(z: Any, h: Any, dims: tuple[int, ...]) -> Any:
    return z - z.mean(dims, keepdims=True) - h * (z * h).mean(dims, keepdims=True)


def residual(z: Any, h: Any) -> Any:
    """Return what is left of z when its mean and its share of a normalised h are taken out, row by row."""
    return _residual_over(z, np.asarray(h), getattr(h, "dims", (-1,)))


def sum_to(grad: Any, shape: tuple[int, ...]) -> Any:
    """Return a gradient summed over the dims before those of a shape."""
    return grad.sum(tuple(range(grad.ndim - len(shape))))


def _channels(values: Any, ndim: int) -> Any:
    return np.reshape(values, (1, -1, *(1,) * (ndim - 2)))


def _but_channels(x: Any) -> tuple[int, ...]:
    return (0, *range(2, x.ndim))


def channel_sums(x: Any) -> Any:
    """Return the sum of each channel: over all dims but 1."""
    return x.sum(_but_channels(x))


def channel_normalized(x: Any, eps: float, mean: Any = None, variance: Any = None) -> Any:
    """Return x normalised channel by channel, by its own mean and variance or by given ones."""
    mean, variance = (x.mean(_but_channels(x)), x.var(_but_channels(x))) if mean is None else (mean, variance)
    return (x - _channels(mean, x.ndim)) / np.sqrt(_channels(variance, x.ndim) + eps)


class channel_scale:
    """The factor of each channel in evaluation: weight / sqrt(variance + eps); it multiplies `(N, C, …)`."""

    __array_ufunc__ = None

    def __init__(self, variance: Any, eps: float, weight: Any = 1.0) -> None:
        self.factors = weight / np.sqrt(variance + eps)

    def __rmul__(self, other: Any) -> Any:
        return other * _channels(self.factors, other.ndim)


def batch_norm_gradient(grad: Any, x: Any, eps: float, weight: Any = 1.0) -> Any:
    """Return the residual of grad · weight over each channel, divided by the channel's deviation."""
    dims = _but_channels(x)
    deviations = np.sqrt(x.var(dims, keepdims=True) + eps)
    scaled = grad * (weight if np.ndim(weight) == 0 else _channels(weight, x.ndim))
    return _residual_over(scaled, channel_normalized(x, eps), dims) / deviations


def _groups(x: Any, group: int) -> Any:
    return x.reshape(x.shape[0], group, -1) if x.size else x.reshape(x.shape[0], group, 0)


def group_normalized(x: Any, group: int, eps: float) -> Any:
    """Return x normalised over groups of channels."""
    flat = _groups(x, group)
    return normalized(flat, (math.prod(flat.shape[2:]),), eps).reshape(x.shape)


def group_norm_gradient(grad: Any, x: Any, group: int, eps: float, weight: Any = 1.0) -> Any:
    """Return the residual of grad · weight over each group, divided by the group's deviation."""
    scaled = grad * (weight if np.ndim(weight) == 0 else _channels(weight, x.ndim))
    h = _groups(group_normalized(x, group, eps), group)
    found = residual(_groups(scaled, group), h) / deviation(_groups(x, group), (1,), eps)
    return found.reshape(x.shape)
