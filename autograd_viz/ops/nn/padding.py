"""Padding: with a constant, by reflection, by repeating the edge.

The numbers of elements go from the last dim backward, as in PyTorch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..op import op, register
from ..type_words import not_implemented, number_as
from .activation import ZEROS_LIKE_SELF, private

__all__ = ["constant_pad_nd", "reflection_pad", "replication_pad"]

Pads = tuple[int, ...]


def sides(pad: Pads, ndim: int) -> list[tuple[int, int, int]]:
    """Return (dim, before, after) for each padded dim."""
    return [(ndim - 1 - i, pad[2 * i], pad[2 * i + 1]) for i in range(len(pad) // 2)]


def along(dim: int, index: Any) -> tuple[Any, ...]:
    """Return the index that takes `index` along a dim and everything along the others."""
    return (*(slice(None),) * dim, index)


# with a constant


def _constant(self: Any, pad: Pads, value: float = 0.0) -> Any:
    shape, inner, outer = list(self.shape), [slice(None)] * self.ndim, [slice(None)] * self.ndim
    for dim, before, after in sides(pad, self.ndim):
        length = self.shape[dim]
        shape[dim] = length + before + after
        if shape[dim] < 0 or min(before, 0) + min(after, 0) < -length:
            raise RuntimeError("narrow(): length must be non-negative.")
        inner[dim] = slice(max(-before, 0), length - max(-after, 0))
        outer[dim] = slice(max(before, 0), shape[dim] - max(after, 0))
    found = np.full(shape, number_as(value, self.dtype), self.dtype)
    found[tuple(outer)] = self[tuple(inner)]
    return found


constant_pad_nd = op(
    "ConstantPadNd",
    _constant,
    name="constant_pad_nd",
    self=(
        "unpadded(grad, pad)",
        lambda xp, grad, pad: xp.constant_pad_nd(grad, tuple(-size for size in pad)),
    ),
)
register("constant_pad_nd", constant_pad_nd, method=False)


# with the array's own elements


def _reflected(length: int, before: int, after: int) -> Any:
    """Return the places from which a reflected dim is taken."""
    places = np.arange(-before, length + after)
    period = 2 * (length - 1)
    places = np.abs(places) % period if period else np.zeros_like(places)
    return np.minimum(places, period - places)


def _repeated(length: int, before: int, after: int) -> Any:
    """Return the places from which a dim with repeated edges is taken."""
    return np.clip(np.arange(-before, length + after), 0, length - 1)


Places = Callable[[int, int, int], Any]


def _taken(x: Any, pad: Pads, places: Places) -> Any:
    for dim, before, after in sides(pad, x.ndim):
        x = np.take(x, places(x.shape[dim], before, after), axis=dim)
    return x


def _given_back(grad: Any, shape: tuple[int, ...], pad: Pads, places: Places) -> Any:
    """Add each element back to where it was taken from: the adjoint of `_taken`."""
    for dim, before, after in reversed(sides(pad, grad.ndim)):
        length = shape[dim]
        sources = places(length, before, after)
        found = np.zeros((*grad.shape[:dim], length, *grad.shape[dim + 1 :]), grad.dtype)
        kept = slice(max(-before, 0), length - max(-after, 0))
        found[along(dim, kept)] = grad[along(dim, slice(max(before, 0), grad.shape[dim] - max(after, 0)))]
        outside = [*range(max(before, 0)), *range(grad.shape[dim] - max(after, 0), grad.shape[dim])]
        for place in outside:
            found[along(dim, sources[place])] += grad[along(dim, place)]
        grad = found
    return grad


def _made(name: str, node: str, places: Places) -> Callable[..., Any]:
    """Make a padding of a number of dims: an operation of its own, with its backward."""
    backward = f"{name}_backward"

    def forward(self: Any, padding: Pads) -> Any:
        if self.dtype.kind == "b":
            raise not_implemented(name, self.dtype)
        return _taken(self, padding, places)

    entry = op(
        node,
        forward,
        name=name,
        self=(
            f"{backward}(grad, self, padding)",
            lambda xp, grad, self, padding: getattr(xp, backward)(grad, self, padding),
        ),
    )
    register(name, entry, method=False, public=False)
    private(
        op(
            f"{node}Backward",
            lambda grad_output, self, padding: _given_back(grad_output, self.shape, padding, places),
            name=backward,
            grad_output=(f"{name}(grad, padding)", lambda xp, grad, padding: getattr(xp, name)(grad, padding)),
            self=ZEROS_LIKE_SELF,
        )
    )
    return entry


reflection_pad = {n: _made(f"reflection_pad{n}d", f"ReflectionPad{n}D", _reflected) for n in (1, 2, 3)}
replication_pad = {n: _made(f"replication_pad{n}d", f"ReplicationPad{n}D", _repeated) for n in (1, 2, 3)}
