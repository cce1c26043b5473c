"""x · log(y), x · log(1 + y) and -x · log(x), 0 where x is 0: what entropies are made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...absent import refused_out
from ...tensor import Tensor
from ..op import Op, op, register

__all__ = ["entr", "xlog1py", "xlogy"]


def _times(log: Any, self: Any, other: Any) -> Any:
    """Return self · log(other), zero where `self` is."""
    result = np.asarray(self * log(other))
    zero = np.broadcast_to((self == 0) & ~np.isnan(other), result.shape)
    return np.where(zero, result.dtype.type(0), result)


def _xlogy(self: Any, other: Any) -> Any:
    return _times(np.log, self, other)


_TO_SELF = (
    "where((self == 0) & (other <= 0), 0, xlogy(grad, other))",
    lambda xp, grad, self, other: xp.masked_fill(xp.xlogy(grad, other), (self == 0) & (other <= 0), 0.0),
)
_TO_OTHER = ("grad · self / other", lambda grad, self, other: grad * self / other)
_BOTH = ("self", "other")
_OF_NUMBER = op("Xlogy", _xlogy, variant=1, promote="float", operands=_BOTH, other=_TO_OTHER)
_BY_NUMBER = op("Xlogy", _xlogy, variant=2, promote="float", operands=_BOTH, self=_TO_SELF)


def _choose_xlogy(input: Any, other: Any, *, out: None = None) -> tuple[Op, list[Any]]:
    if out is not None:
        raise refused_out("xlogy")
    entry: Any = _BY_NUMBER if not isinstance(other, Tensor) else _OF_NUMBER if not isinstance(input, Tensor) else xlogy
    return entry.op, [input, other]


xlogy = op("Xlogy", _xlogy, promote="float", choose=_choose_xlogy, self=_TO_SELF, other=_TO_OTHER)
register("xlogy", xlogy)


def _xlog1py(self: Any, other: Any) -> Any:
    return _times(np.log1p, self, other)


xlog1py = op(
    "SpecialXlog1Py",
    _xlog1py,
    name="special_xlog1py",
    promote="float",
    self=(
        "where((self == 0) & (other <= -1), 0, xlog1py(grad, other))",
        lambda xp, grad, self, other: xp.masked_fill(xp.special_xlog1py(grad, other), (self == 0) & (other <= -1), 0.0),
    ),
    other=("grad · self / (1 + other)", lambda grad, self, other: grad * self / (1 + other)),
)
register("special_xlog1py", xlog1py, method=False, public=False)


def _entr(self: Any) -> Any:
    result = np.asarray(-self * np.log(self))
    return np.where(self > 0, result, np.where(self == 0, result.dtype.type(0), result.dtype.type(-np.inf)) + 0 * self)


entr = op(
    "SpecialEntr",
    _entr,
    name="special_entr",
    promote="float",
    self=("grad · (-(1 + log(self)))", lambda xp, grad, self: grad * -(1 + xp.log(self))),
)
