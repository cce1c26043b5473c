"""`scatter_reduce` and `index_reduce`: combine values that land on one place (sum, product, mean, largest, smallest).

Ties share the gradient equally; products are exact with zeros among their factors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..tensor import Tensor
from .gathering import check_dtypes, expect_dims, scatter_places
from .index_slices import check_slices
from .op import Op, arrays, op, register, tensors
from .wrapping import check_tensor, choosing

__all__: list[str] = []

UFUNCS = {"sum": np.add, "mean": np.add, "prod": np.multiply, "amax": np.maximum, "amin": np.minimum}


def _reduce(self: Any, dim: int, index: Any, src: Any, reduce: str, include_self: bool = True) -> Any:
    copy = np.array(self, order="C")
    if not index.size:
        return copy
    array, where, src = scatter_places(copy, dim, index, src)
    if not include_self:
        array[where] = _neutral(reduce, copy.dtype)
    UFUNCS[reduce].at(array, where, src)
    if reduce == "mean":
        count = np.full(array.shape, int(include_self), copy.dtype)
        np.add.at(count, where, 1)
        count = np.maximum(count, 1)
        array[...] = array // count if copy.dtype.kind in "iu" else array / count
    return copy


def _neutral(reduce: str, dtype: Any) -> Any:
    """Return the value that changes nothing when combined with."""
    if reduce in ("amax", "amin"):
        low, high = (-np.inf, np.inf) if dtype.kind == "f" else (np.iinfo(dtype).min, np.iinfo(dtype).max)
        return low if reduce == "amax" else high
    return 1 if reduce == "prod" else 0


# one rule for all: it is given what each reduction needs


def _backward(
    xp: Any, grad: Any, self: Any, dim: int, index: Any, src: Any, reduce: str, include_self: bool, result: Any
) -> list[Any]:
    to_self, to_src = RULES[reduce](xp, grad, self, dim, index, src, include_self, result)
    if not include_self:
        to_self = xp.scatter(to_self, dim, index, 0)
    return [to_self, to_src]


def _of_sum(xp: Any, grad: Any, self: Any, dim: int, index: Any, src: Any, include_self: bool, result: Any) -> Any:
    return grad, xp.gather(grad, dim, index)


def _of_mean(xp: Any, grad: Any, self: Any, dim: int, index: Any, src: Any, include_self: bool, result: Any) -> Any:
    start = xp.ones_like(grad) if include_self else xp.zeros_like(grad)
    count = xp.scatter_add(start, dim, index, xp.ones_like(src))
    share = grad / xp.masked_fill(count, count == 0, 1)
    return share, xp.gather(share, dim, index)


def _of_extreme(xp: Any, grad: Any, self: Any, dim: int, index: Any, src: Any, include_self: bool, result: Any) -> Any:
    mine = xp.where(self == result, xp.ones_like(grad), xp.zeros_like(grad))
    theirs = xp.where(src == xp.gather(result, dim, index), xp.ones_like(src), xp.zeros_like(src))
    share = grad / xp.scatter_add(mine, dim, index, theirs)
    return mine * share, theirs * xp.gather(share, dim, index)


def _of_product(xp: Any, grad: Any, self: Any, dim: int, index: Any, src: Any, include_self: bool, result: Any) -> Any:
    """Divide the product by each factor; where the factor is 0, multiply the others instead."""
    one = xp.masked_fill(self, self == 0, 1)
    to_self = grad * xp.scatter_reduce(one, dim, index, src, "prod", include_self=include_self) / one
    zero = src == 0
    ones = xp.where(zero, xp.ones_like(src), xp.zeros_like(src))
    only = zero & (xp.gather(xp.scatter_add(xp.zeros_like(self), dim, index, ones), dim, index) == 1)
    others = xp.scatter_reduce(self, dim, index, xp.masked_fill(src, only, 1), "prod", include_self=include_self)
    divided = xp.gather(grad * result, dim, index) / xp.masked_fill(src, zero, 1)
    return to_self, xp.where(only, xp.gather(grad * others, dim, index), divided)


RULES = {"sum": _of_sum, "mean": _of_mean, "prod": _of_product, "amax": _of_extreme, "amin": _of_extreme}

def _entry(node: str, forward: Callable[..., Any], source: str, rule: Callable[..., Any]) -> Op:
    """Return a table entry whose rule is known to formulas too, as `name_backward`."""
    function = op(node, forward, tensors=("index",), backward=({"self": "", source: ""}, rule))
    made: Op = function.op  # type: ignore[attr-defined]
    call = f"{made.name}_backward(grad, self, dim, index, {source}, reduce, include_self, result)"
    made.formulas.update({"self": f"{call}[0]", source: f"{call}[1]"})
    register(
        f"{made.name}_backward",
        lambda *values: rule(tensors, *values),
        forward=lambda *values: rule(arrays, *values),
        method=False,
        public=False,
    )
    return made


_reduce_op = _entry("ScatterReduce", _reduce, "src", _backward)


def _chosen(
    input: Tensor, dim: int, index: Tensor, src: Tensor, reduce: str, *, include_self: bool = True
) -> tuple[Op, list[Any]]:
    """Return a copy in which values that `index` sends to one place are combined. Mirrors `torch.scatter_reduce`.

    Parameters
    ----------
    input : Tensor
        What the values are combined with, or where they are put.
    dim : int
        The dimension along which `index` points.
    index, src : Tensor
        Where each value goes, and the values.
    reduce : {"sum", "prod", "mean", "amax", "amin"}
        How values of one place are combined.
    include_self : bool
        Whether the value that was there counts.
    """
    wrapped = expect_dims("scatter_reduce", input, dim, index)
    check_tensor("scatter_reduce", src, "src", 4)
    if reduce not in UFUNCS:
        raise RuntimeError(f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}")
    check_dtypes("scatter", input, src)
    return _reduce_op, [input, wrapped, index, src, reduce, include_self]


choosing("scatter_reduce", _chosen, forward=_reduce)


# index_reduce: the same with whole slices


def _spread_index(xp: Any, dim: int, index: Any, source: Any) -> Any:
    """Return a vector of indices as one index for each element of the source."""
    shape = [1] * len(source.shape)
    if shape:
        shape[dim] = -1
    return xp.expand(xp.reshape(index, tuple(shape)), source.shape)


def _index_reduce(self: Any, dim: int, index: Any, source: Any, reduce: str, include_self: bool = True) -> Any:
    return _reduce(self, dim, _spread_index(arrays, dim, index, source), source, reduce, include_self)


def _index_backward(
    xp: Any, grad: Any, self: Any, dim: int, index: Any, source: Any, reduce: str, include_self: bool, result: Any
) -> list[Any]:
    wide = _spread_index(xp, dim, index, source)
    return _backward(xp, grad, self, dim, wide, source, reduce, include_self, result)


_index_reduce_op = _entry("IndexReduce", _index_reduce, "source", _index_backward)


def _index_chosen(
    input: Tensor, dim: int, index: Tensor, source: Tensor, reduce: str, *, include_self: bool = True
) -> tuple[Op, list[Any]]:
    """Return a copy in which slices of `source` are combined where a vector names. Mirrors `torch.index_reduce`."""
    wrapped = check_slices("index_reduce", input, dim, index, source)
    if reduce not in ("prod", "mean", "amax", "amin"):
        raise RuntimeError(
            f"index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got {reduce}."
        )
    return _index_reduce_op, [input, wrapped, index, source, reduce, include_self]


choosing("index_reduce", _index_chosen, forward=_index_reduce)
