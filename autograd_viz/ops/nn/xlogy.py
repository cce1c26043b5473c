"""x · log(y), 0 where x is 0: what entropies are made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import op, register

__all__ = ["xlogy"]


def _xlogy(self: Any, other: Any) -> Any:
    result = np.asarray(self * np.log(other))
    zero = np.broadcast_to((self == 0) & ~np.isnan(other), result.shape)
    return np.where(zero, result.dtype.type(0), result)


xlogy = op(
    "Xlogy",
    _xlogy,
    promote="float",
    self=(
        "where((self == 0) & (other <= 0), 0, xlogy(grad, other))",
        lambda xp, grad, self, other: xp.masked_fill(xp.xlogy(grad, other), (self == 0) & (other <= 0), 0.0),
    ),
    other=("grad · self / other", lambda grad, self, other: grad * self / other),
)
register("xlogy", xlogy)
