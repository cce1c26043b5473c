"""Group normalisation: each group of channels of each sample normalised by itself.

The gradient with respect to the input is composed of ordinary operations where a graph of it is wanted, as in PyTorch,
which goes through the mean and the deviation: the node's second and third output.
"""

from __future__ import annotations

from typing import Any

from ..op import arrays, op
from ..type_words import floats_only
from .normalization import moments, normalized, normalized_backward, reciprocal_deviation

__all__ = ["group_norm"]


def _grouped(x: Any, group: int) -> Any:
    """Return `(N, C, …)` as `(N, groups, channels a group, elements)`."""
    count, channels = x.shape[:2]
    return x.reshape(count, group, channels // group, -1) if x.size else x.reshape(count, group, channels // group, 0)


def _per_channel(values: Any, group: int) -> Any:
    """Return `(C,)` so that it broadcasts against `_grouped`."""
    return None if values is None else values.reshape(1, group, -1, 1)


def _group_norm(
    input: Any,
    weight: Any,
    bias: Any,
    N: int,  # noqa: N803
    C: int,  # noqa: N803
    HxW: int,  # noqa: N803
    group: int,
    eps: float,
) -> Any:
    floats_only("GroupNormKernelImpl", input)
    x = _grouped(input, group)
    centered, mean, variance = moments(x, (2, 3))
    rstd = reciprocal_deviation(variance, eps)
    found = normalized(centered, rstd, _per_channel(weight, group), _per_channel(bias, group))
    return found.reshape(input.shape), mean.reshape(N, group), rstd.reshape(N, group)


def _at_once(grad: Any, x: Any, mean: Any, rstd: Any, weight: Any, group: int, needs: tuple[bool, ...]) -> list[Any]:
    """Return the three gradients as arrays."""
    shape = (*mean.shape, 1, 1)
    found = normalized_backward(
        _grouped(grad, group), _grouped(x, group), mean.reshape(shape), rstd.reshape(shape),
        _per_channel(weight, group), (2, 3), (0, 3), needs,
    )  # fmt: skip
    shapes = (x.shape, (x.shape[1],), (x.shape[1],))
    return [None if each is None else each.reshape(size) for each, size in zip(found, shapes, strict=True)]


def _composed(
    xp: Any, grads: Any, x: Any, mean: Any, rstd: Any, weight: Any, sizes: tuple[int, ...], needs: tuple[bool, ...]
) -> list[Any]:
    """Do what PyTorch's `infinitely_differentiable_native_group_norm_backward` does, operation by operation."""
    grad, to_mean, to_rstd = grads
    count, group, depth, length = sizes
    whole, aside, channels = (count, group, depth, length), (count, group, 1, 1), (group * depth,)
    shape, scale = tuple(x.shape), 1 / max(depth * length, 1)
    x, mean, rstd = xp.reshape(x, whole), xp.reshape(mean, aside), xp.reshape(rstd, aside)
    found: list[Any] = [None, None, None]
    if grad is not None:
        grad = xp.reshape(grad, whole)
        products, sums = (xp.unsqueeze_(xp.sum(each, 3), -1) for each in (grad * x, grad))
    if needs[0]:
        cube = rstd * rstd * rstd
        terms = []
        if grad is not None:
            factor, one, two = rstd, products, sums
            if weight is not None:
                weight = xp.reshape(weight, (1, group, depth, 1))
                factor, one, two = rstd * weight, products * weight, sums * weight
            one, two = (xp.unsqueeze_(xp.sum(each, 2), -2) for each in (one, two))
            one = xp.scaled((two * mean - one) * cube, scale)
            two = -one * mean - xp.scaled(two * rstd, scale)
            terms.append(factor * grad + one * x + two)
        if to_rstd is not None:  # of the variance, whose reciprocal root rstd is
            terms.append(xp.scaled(-cube * xp.reshape(to_rstd, aside), scale) * (x - xp.mean(x, (2, 3), True)))
        if to_mean is not None:
            terms.append(xp.scaled(xp.expand(xp.reshape(to_mean, aside), whole), scale))
        found[0] = xp.reshape(sum(terms[1:], terms[0]), shape)
    if needs[1] and grad is not None:
        found[1] = xp.reshape(xp.sum((products - sums * mean) * rstd, 0), channels)
    if needs[2] and grad is not None:
        found[2] = xp.reshape(xp.sum(sums, 0), channels)
    return found


def _group_norm_back(
    xp: Any, grads: Any, input: Any, result1: Any, result2: Any, weight: Any, N: int, C: int, HxW: int,  # noqa: N803
    group: int, eps: float, needs: tuple[bool, ...],
) -> list[Any]:  # fmt: skip
    if xp is arrays and grads[1] is None and grads[2] is None:
        return _at_once(grads[0], input, result1, result2, weight, group, needs)
    return _composed(xp, grads, input, result1, result2, weight, (N, group, C // group, HxW), needs)


group_norm = op(
    "NativeGroupNorm",
    _group_norm,
    wide=True,
    name="group_norm",
    returns=("result", "result1", "result2"),
    differentiable=3,
    backward=(
        {
            "input": "residual(grad · by_channel(weight), group_normalized(input, group, eps)) / "
            "group_deviation(input, group, eps)",
            "weight": "channel_sums(grad · group_normalized(input, group, eps))",
            "bias": "channel_sums(grad)",
        },
        _group_norm_back,
    ),
)
