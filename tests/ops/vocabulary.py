"""What the words of formulas mean that no rule calls: written anew here, plainly, so that they check the rules.

A formula names them because a reader knows them (`onehot`), or guesses them (`product_of_others`).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = [
    "block", "by_channel", "channel_deviation", "channel_normalized", "channel_scale", "channel_sums", "conv",
    "conv_transpose", "correlate", "deviation", "group_deviation", "group_normalized", "normalized", "onehot", "part",
    "product_of_others", "product_of_others_up_to", "put_back", "residual", "shared", "sqrt", "sum_of_windows",
    "sum_to", "unpadded", "unpooled", "zeroed",
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
    """Return zeros of a shape to which `grad` is added at a place, a range or an index array along a dim, or a view."""
    if callable(at):
        places = at(np.arange(math.prod(into)).reshape(into))
        return put_back(grad.reshape(-1), (math.prod(into),), places.reshape(-1), 0).reshape(into)
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
    """An array that knows over which dims it was normalised, or in which number of groups of channels."""

    dims: tuple[int, ...] = (-1,)
    groups: int | None = None


def normalized(x: Any, shape: tuple[int, ...], eps: float) -> Any:
    """Return x with mean 0 and deviation 1 over the last dims."""
    found = ((x - x.mean(_last(shape), keepdims=True)) / deviation(x, shape, eps)).view(Normalized)
    found.dims = _last(shape)
    return found


def _residual_over(z: Any, h: Any, dims: tuple[int, ...]) -> Any:
    return z - z.mean(dims, keepdims=True) - h * (z * h).mean(dims, keepdims=True)


def residual(z: Any, h: Any) -> Any:
    """Return what is left of z when its mean and its share of a normalised h are taken out, where h was normalised."""
    if h.groups is not None:
        flat = [_groups(np.asarray(each), h.groups) for each in (z, h)]
        return _residual_over(*flat, (-1,)).reshape(z.shape)
    return _residual_over(z, np.asarray(h), h.dims)


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
    found = ((x - _channels(mean, x.ndim)) / np.sqrt(_channels(variance, x.ndim) + eps)).view(Normalized)
    found.dims = _but_channels(x)
    return found


class channel_factors:
    """One factor a channel; it multiplies `(N, C, …)`."""

    __array_ufunc__ = None

    def __init__(self, factors: Any) -> None:
        self.factors = factors

    def __rmul__(self, other: Any) -> Any:
        return other * _channels(self.factors, other.ndim)


def channel_scale(variance: Any, eps: float, weight: Any = 1.0) -> Any:
    """Return the factor of each channel in evaluation: weight / sqrt(variance + eps)."""
    return channel_factors(weight / np.sqrt(variance + eps))


def by_channel(weight: Any) -> Any:
    """Return one number a channel so that it multiplies `(N, C, …)`."""
    return channel_factors(weight)


def channel_deviation(x: Any, eps: float) -> Any:
    """Return the standard deviation of each channel, eps added to the variance."""
    return np.sqrt(x.var(_but_channels(x), keepdims=True) + eps)


def _groups(x: Any, group: int) -> Any:
    return x.reshape(x.shape[0], group, -1) if x.size else x.reshape(x.shape[0], group, 0)


def group_normalized(x: Any, group: int, eps: float) -> Any:
    """Return x normalised over groups of channels."""
    flat = _groups(x, group)
    found = normalized(flat, (math.prod(flat.shape[2:]),), eps).reshape(x.shape)
    found.groups = group
    return found


def group_deviation(x: Any, group: int, eps: float) -> Any:
    """Return the standard deviation of each group of channels, eps added to the variance."""
    found = deviation(_groups(x, group), (1,), eps)
    return np.repeat(found, x.shape[1] // group, 1).reshape(*x.shape[:2], *(1,) * (x.ndim - 2))


# windows


def _windows(output: tuple[int, ...], kernel: tuple[int, ...], stride: Any, padding: Any, dilation: Any) -> Any:
    """Yield (place in the output, place in the kernel, place in the padded input)."""
    for out in np.ndindex(*output):
        for inside in np.ndindex(*kernel):
            at = [o * s + k * d - p for o, s, k, d, p in zip(out, stride, inside, dilation, padding, strict=True)]
            yield out, inside, tuple(at)


def _is_in(place: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    return all(0 <= at < length for at, length in zip(place, shape, strict=True))


def _ones(dilation: Any, stride: Any) -> Any:
    return (1,) * len(stride) if dilation is None else dilation


def _channel_pairs(weight_shape: tuple[int, ...], groups: int) -> Any:
    """Yield (output channel, place in the kernel's channels, input channel) of a convolution."""
    for out in range(weight_shape[0]):
        for place in range(weight_shape[1]):
            yield out, place, out // (weight_shape[0] // groups) * weight_shape[1] + place


def conv_transpose(
    grad: Any, weight: Any, into: Any, step: Any, pad: Any, spacing: Any = None, in_groups: int = 1
) -> Any:
    """Return each output's gradient laid back over its window, weighted by the kernel."""
    found = np.zeros(into)
    for out, inside, at in _windows(grad.shape[2:], weight.shape[2:], step, pad, _ones(spacing, step)):
        if _is_in(at, found.shape[2:]):
            for o, place, c in _channel_pairs(weight.shape, in_groups):
                found[(slice(None), c, *at)] += grad[(slice(None), o, *out)] * weight[(o, place, *inside)]
    return found


def conv(x: Any, weight: Any, step: Any, pad: Any, spacing: Any = None, in_groups: int = 1) -> Any:
    """Return the windows of x weighted by the kernels."""
    spacing = _ones(spacing, step)
    sizes = zip(x.shape[2:], weight.shape[2:], step, pad, spacing, strict=True)
    output = [(n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in sizes]
    found = np.zeros((x.shape[0], weight.shape[0], *output))
    for out, inside, at in _windows(tuple(output), weight.shape[2:], step, pad, spacing):
        if _is_in(at, x.shape[2:]):
            for o, place, c in _channel_pairs(weight.shape, in_groups):
                found[(slice(None), o, *out)] += x[(slice(None), c, *at)] * weight[(o, place, *inside)]
    return found


def correlate(x: Any, grad: Any, into: Any, step: Any, pad: Any, spacing: Any = None, in_groups: int = 1) -> Any:
    """Return the windows of x weighted by the gradient and added up: what each place of the kernel has met."""
    found = np.zeros(into)
    for out, inside, at in _windows(grad.shape[2:], into[2:], step, pad, _ones(spacing, step)):
        if _is_in(at, x.shape[2:]):
            for o, place, c in _channel_pairs(into, in_groups):
                found[(o, place, *inside)] += (grad[(slice(None), o, *out)] * x[(slice(None), c, *at)]).sum()
    return found


def unpooled(grad: Any, into: tuple[int, ...], at: Any) -> Any:
    """Return zeros of a shape to which each gradient is added where its window's largest element was, in its plane."""
    dims = 0
    while grad.shape[: grad.ndim - dims] != into[: len(into) - dims]:
        dims += 1
    dims = max(dims, 2)
    found = np.zeros((math.prod(into[:-dims]), math.prod(into[-dims:])))
    for plane, (grads, places) in enumerate(zip(_flat(grad, dims), _flat(at, dims), strict=True)):
        np.add.at(found[plane], places, grads)
    return found.reshape(into)


def _flat(x: Any, dims: int) -> Any:
    return x.reshape(math.prod(x.shape[:-dims]), math.prod(x.shape[-dims:]))


def sum_of_windows(grad: Any, into: tuple[int, ...], along: int, length: int, every: int) -> Any:
    """Return zeros of a shape to which windows, whose elements are the last dim, are added at each step along a dim."""
    found = np.zeros(into)
    if not into:
        return found + grad.sum()
    lead = (slice(None),) * along
    for number in range(grad.shape[along]):
        window = np.moveaxis(grad[(*lead, number)], -1, along)
        found[(*lead, slice(number * every, number * every + length))] += window
    return found


# several


def part(grad: Any, number: int, of: Any, along: int) -> Any:
    """Return the part of a gradient of `cat` that belongs to one of its tensors, of these shapes."""
    if of[number] == (0,):  # passed over, whatever the others' shapes
        return np.zeros(0)
    lengths = [0 if shape == (0,) else shape[along] for shape in of]
    start = sum(lengths[:number])
    return grad[(slice(None),) * along + (slice(start, start + lengths[number]),)]


def block(grad: Any, number: int, of: Any) -> Any:
    """Return the block on the diagonal that belongs to one of several matrices, of these shapes."""
    sizes = [(1, 1) if not shape else (1, *shape) if len(shape) == 1 else shape for shape in of]
    row, column = (sum(size[dim] for size in sizes[:number]) for dim in (0, 1))
    return grad[row : row + sizes[number][0], column : column + sizes[number][1]].reshape(of[number])


def shared(grad: Any, among: Any, equal_to: Any, along: Any) -> Any:
    """Return a gradient shared equally among the elements that equal a result along some dims."""
    dims = tuple(along) if np.ndim(along) else (along,)
    if grad.ndim != among.ndim:
        grad, equal_to = np.expand_dims(grad, dims), np.expand_dims(equal_to, dims)
    reached = among == equal_to
    return grad * reached / reached.sum(dims, keepdims=True)


class product_of_others_up_to:
    """The matrix whose entry (j, i) is the product of the factors up to i without factor j, 0 where j > i."""

    __array_ufunc__ = None

    def __init__(self, x: Any, dim: int) -> None:
        self.x, self.dim = x, dim

    def __matmul__(self, grad: Any) -> Any:
        if not self.x.ndim or not self.x.size:
            return grad
        x, grad = np.moveaxis(self.x, self.dim, -1), np.moveaxis(grad, self.dim, -1)
        found = np.zeros(x.shape)
        for j in range(x.shape[-1]):
            for i in range(j, x.shape[-1]):
                found[..., j] += np.delete(x[..., : i + 1], j, -1).prod(-1) * grad[..., i]
        return np.moveaxis(found, -1, self.dim)
