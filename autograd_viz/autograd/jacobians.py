"""Jacobians as arrays, computed twice: by small finite differences and by backward. What `gradcheck` compares.

A Jacobian has one row an element of the input and one column an element of the output, as in PyTorch's messages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..tensor import Tensor, make
from . import grad

__all__ = ["analytical_jacobians", "as_tuple", "difference", "numerical_jacobian"]

Array = Any
Tensors = Any  # a Tensor or a tuple of Tensors and other values


def numerical_jacobian(
    func: Callable[..., Tensors], inputs: tuple[Any, ...], which: int, eps: float
) -> list[Array]:
    """Return the Jacobian of each output with respect to one input, by central differences."""
    array = inputs[which]._array
    rows = []
    for place in np.ndindex(array.shape):
        step = np.zeros_like(array)
        step[place] = eps
        rows.append(difference(func, inputs, which, step, eps, f"on index {place} "))
    if not rows:
        return [np.zeros((0, each._array.size)) for each in as_tuple(func(*inputs))]
    return [np.stack(each) for each in zip(*rows, strict=True)]


def difference(
    func: Callable[..., Tensors], inputs: tuple[Any, ...], which: int, step: Any, eps: float, where: str = ""
) -> list[Any]:
    """Return how fast each output changes, flat, when one input is moved along `step`, in place."""
    array = inputs[which]._array
    origin = array.copy()
    try:
        array[...] = origin - step
        before = [each._array.copy() for each in as_tuple(func(*inputs))]
        array[...] = origin + step
        after = [each._array.copy() for each in as_tuple(func(*inputs))]
    finally:
        array[...] = origin
    for one, other in zip(before, after, strict=True):
        for what in ("shape", "dtype"):
            if getattr(one, what) != getattr(other, what):
                raise AssertionError(
                    f"Expected `func` to return outputs with the same {what} when inputs are perturbed {where}by "
                    f"{eps}, but got: {what}s {getattr(one, what)} and {getattr(other, what)}."
                )
    with np.errstate(all="ignore"):
        return [_slope(one, other, eps) for one, other in zip(before, after, strict=True)]


def _slope(one: Any, other: Any, eps: float) -> Any:
    if one.dtype.kind != "f":
        one, other = one.astype(np.float64), other.astype(np.float64)
    return ((other - one) / (2 * eps)).reshape(-1)


def analytical_jacobians(sources: Sequence[Tensor], output: Tensor, v: Any) -> tuple[list[Array], set[str]]:
    seeds = list(np.eye(output._array.size)) if v is None else [v]
    jacobians = [np.zeros((each._array.size, len(seeds)), each._array.dtype) for each in sources]
    problems: set[str] = set()
    for column, seed in enumerate(seeds):
        start = make(seed.reshape(output._array.shape).astype(output._array.dtype))
        found = grad(output, sources, start, retain_graph=True, allow_unused=True)
        for jacobian, source, value in zip(jacobians, sources, found, strict=True):
            if value is None:
                continue
            if value._array.shape != source._array.shape:
                problems.add("size")
                continue
            if value._array.dtype != source._array.dtype:
                problems.add("dtype")
            jacobian[:, column] = value._array.reshape(-1)
    return jacobians, problems


def as_tuple(given: Any) -> tuple[Any, ...]:
    """Return one value, or several, as a tuple."""
    return tuple(given) if isinstance(given, (tuple, list)) else (given,)
