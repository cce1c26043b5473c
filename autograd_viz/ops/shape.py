"""Shape operations and views."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..tensor import Tensor
from .op import op, register

__all__ = ["AS_STRIDED", "as_view"]


def _replayed(self: Any, replay: Callable[[Any], Any]) -> Any:
    return replay(self)


def _put_back(self: Any, shape: tuple[int, ...], replay: Callable[[Any], Any]) -> Any:
    """Return zeros of `shape` with `self` added where the view `replay` makes shows them."""
    whole = np.zeros(shape, dtype=self.dtype)
    if any(step == 0 and length > 1 for step, length in zip(replay(whole).strides, self.shape, strict=True)):
        positions = replay(np.arange(whole.size).reshape(shape))
        np.add.at(whole.reshape(-1), positions, self)
    else:
        replay(whole)[...] += self
    return whole


_as_strided = op(
    "AsStrided",
    _replayed,
    name="as_strided",
    view=True,
    self=(
        "put_back(grad, self_shape, replay)",
        lambda xp, grad, self_shape, replay: xp.put_back(grad, self_shape, replay),
    ),
)
_put = op(
    "PutBack",
    _put_back,
    self=("as_view(grad, replay)", lambda xp, grad, replay: xp.as_view(grad, replay)),
)
register("put_back", _put, method=False, public=False)
register("as_view", _as_strided, method=False, public=False)
AS_STRIDED = _as_strided.op  # type: ignore[attr-defined]


def as_view(tensor: Tensor, replay: Callable[[Any], Any]) -> Tensor:
    """Return the view of `tensor` that `replay` makes of its array."""
    return _as_strided(tensor, replay)
