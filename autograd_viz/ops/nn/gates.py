"""The equal parts into which recurrent cells cut their gates: not views, so that no in-place rule applies to them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import op

__all__ = ["unsafe_chunk"]


def _parts(self: Any, chunks: int, dim: int) -> list[Any]:
    return [np.ascontiguousarray(part) for part in np.split(self, chunks, axis=dim)]


def _joined(xp: Any, grads: list[Any], dim: int) -> list[Any]:
    some = next(grad for grad in grads if grad is not None)
    return [xp.cat([xp.zeros_like(some) if grad is None else grad for grad in grads], dim)]


unsafe_chunk = op(
    "UnsafeSplit",
    _parts,
    name="unsafe_chunk",
    variadic=True,
    backward=({"self": "cat(grads, dim)"}, _joined),
)
