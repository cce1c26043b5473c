"""Order: sorting, the k largest or k-th smallest, the median and the most frequent.

Gradients go to the elements chosen; those of the whole-tensor `median()` are shared equally among equal elements. NaN
counts as larger than every number. Among equal elements `topk`, `kthvalue` and `mode` choose PyTorch's (see
selecting.py); `sort` keeps their order, where PyTorch's unstable one, of more than 16 elements, does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..return_types import named
from ..tensor import Tensor
from .dims import whole_number, wrap_dim
from .extremes import check_not_empty
from .op import op
from .selecting import first_of_order, kth_of_order, whole_order
from .type_words import refuse_bools
from .wrapping import public

__all__ = ["sorted_indices"]

PLACED = (
    "put_back(grad, into=self_shape, along=dim, at=indices)",
    lambda xp, grad, indices, dim, self_shape: xp.place(grad, indices, dim, self_shape),
)


def sorted_indices(self: Any, dim: int, descending: bool = False) -> Any:
    """Return the indices that sort an array along `dim`; equal elements keep their order, NaN is the largest."""
    if not descending:
        return np.argsort(self, axis=dim, kind="stable")
    backwards = np.argsort(np.flip(self, dim), axis=dim, kind="stable")
    return self.shape[dim] - 1 - np.flip(backwards, dim)


def _taken(self: Any, indices: Any, dim: int) -> tuple[Any, Any]:
    return np.take_along_axis(self, indices, dim), indices


def _scalar(self: Any) -> tuple[Any, Any]:
    """Return values and indices of a 0-dim array, which is its own order."""
    return self.copy(), np.zeros((), np.int64)


# sort


def _sorted(self: Any, dim: int = -1, descending: bool = False, stable: bool | None = None) -> tuple[Any, Any]:
    return _taken(self, sorted_indices(self, dim, descending), dim) if self.ndim else _scalar(self)


_SORT, _SORT_STABLE = (
    op("Sort", _sorted, variant=variant, returns=("values", "indices"), visible=2, self=PLACED) for variant in (0, 1)
)
SORT = named("sort", "values", "indices")


@public()
def sort(input: Tensor, dim: int = -1, descending: bool = False, *, stable: bool | None = None) -> Any:
    """Return the elements in order along `dim`, and where they were. Mirrors `torch.sort`."""
    entry = _SORT if stable is None else _SORT_STABLE
    return SORT(*entry(input, wrap_dim(dim, input._array.ndim), descending))


@public()
def msort(input: Tensor) -> Any:
    """Return the elements in order along dim 0. Mirrors `torch.msort`."""
    return _SORT(input, 0)[0]


_ARGSORT = op(
    "Argsort",
    lambda self, dim=-1, descending=False: (
        sorted_indices(self, dim, descending) if self.ndim else np.zeros((), np.int64)
    ),
)


@public()
def argsort(input: Tensor, dim: int = -1, descending: bool = False, *, stable: bool | None = None) -> Any:
    """Return the indices that sort along `dim`. Mirrors `torch.argsort`."""
    return _ARGSORT(input, wrap_dim(dim, input._array.ndim), descending)


# the first few


LONGEST = 4096  # elements of a row in which ties are looked into: they take 5 ms
MOST = 16_384  # elements of all such rows: more are too slow, and keep the order they have


def _row_by_row(
    self: Any, order: Any, dim: int, part: slice | None, choose: Callable[[list[int]], list[int]], found: Any
) -> Any:
    """Return `found`, indices along a dim, with what `choose(ranks)` gives in the rows that have ties.

    Ties are looked for in a part of a row's order; None is for all rows.
    """
    if not found.size or not 1 < self.shape[dim] <= LONGEST:
        return found
    rows, orders = np.moveaxis(self, dim, -1), np.moveaxis(order, dim, -1)
    chosen = np.moveaxis(found, dim, -1).copy()
    wanted = np.ones(chosen.shape[:-1], bool)
    if part is not None:
        values = np.take_along_axis(rows, orders[..., part], -1)
        one, two = values[..., 1:], values[..., :-1]
        wanted = ((one == two) | ((one != one) & (two != two))).any(-1)
    tied = np.argwhere(wanted)
    if len(tied) * self.shape[dim] > MOST:
        return found
    for row in map(tuple, tied):
        chosen[row] = choose(np.unique(rows[row], return_inverse=True)[1].tolist())
    return np.ascontiguousarray(np.moveaxis(chosen, -1, dim))


def _top(self: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> tuple[Any, Any]:
    if not self.ndim:
        return _scalar(self)  # whatever k, as in PyTorch
    order = sorted_indices(self, dim, largest)
    sign = -1 if largest else 1
    chosen = _row_by_row(
        self, order, dim, slice(k + 1) if sorted else None,
        lambda ranks: first_of_order([sign * rank for rank in ranks], k, sorted), np.take(order, range(k), dim),
    )  # fmt: skip
    return _taken(self, chosen, dim)


_TOPK = op("Topk", _top, returns=("values", "indices"), visible=2, self=PLACED)
TOPK = named("topk", "values", "indices")


@public()
def topk(input: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    """Return the `k` largest (or smallest) elements along `dim` and their indices, in order. Mirrors `torch.topk`.

    Raises
    ------
    RuntimeError
        When there are not so many.
    """
    wrapped = wrap_dim(dim, input._array.ndim)
    if input._array.dtype.kind == "b":
        raise RuntimeError("topk does not support bool dtypes on CPU")
    if not 0 <= whole_number("topk", k, "k", 2) <= (input._array.shape[wrapped] if input._array.ndim else 1):
        raise RuntimeError("selected index k out of range")
    return TOPK(*_TOPK(input, k, wrapped, largest, sorted))


# one of them


def _one_of_order(
    self: Any, find: Callable[[Any, Any], Any], dim: int, keepdim: bool
) -> tuple[Any, Any]:
    """Return one element along a dim: `find(sorted values, their order)` gives its index, with that dim."""
    if not self.ndim:
        return _scalar(self)
    order = sorted_indices(self, dim)
    indices = find(np.take_along_axis(self, order, dim), order)
    values = np.take_along_axis(self, indices, dim)
    return (values, indices) if keepdim else (values.squeeze(dim), indices.squeeze(dim))


def _kth(self: Any, k: int, dim: int = -1, keepdim: bool = False) -> tuple[Any, Any]:
    def find(values: Any, order: Any) -> Any:
        around = slice(max(k - 2, 0), k + 1)
        taken = np.take(order, [k - 1], dim)
        return _row_by_row(self, order, dim, around, lambda ranks: [kth_of_order(ranks, k - 1)], taken)

    return _one_of_order(self, find, dim, keepdim)


def _middle(self: Any, dim: int, keepdim: bool = False, ignore_nan: bool = False) -> tuple[Any, Any]:
    """Return the lower median; the first NaN, unless it is to be ignored."""

    def find(values: Any, order: Any) -> Any:
        missing = (values != values).sum(dim, keepdims=True)
        length = values.shape[dim]
        middle = (length - 1 - (missing if ignore_nan else 0)) // 2
        place = middle if ignore_nan else np.where(missing > 0, length - missing, middle)
        return np.take_along_axis(order, np.maximum(place, 0), dim)

    return _one_of_order(self, find, dim, keepdim)


def _commonest(self: Any, dim: int = -1, keepdim: bool = False) -> tuple[Any, Any]:
    """Return the most frequent element, the smallest of several, and the last index it is at."""

    def find(values: Any, order: Any) -> Any:
        order = _row_by_row(self, order, dim, slice(None), whole_order, order)
        moved = np.moveaxis(values, dim, 0)
        places = np.arange(len(moved)).reshape(-1, *(1,) * (values.ndim - 1))
        begins = np.concatenate([np.ones_like(moved[:1], bool), moved[1:] != moved[:-1]])
        run = places - np.maximum.accumulate(np.where(begins, places, 0), axis=0)
        return np.take_along_axis(order, np.moveaxis(run.argmax(0)[None], 0, dim), dim)

    return _one_of_order(self, find, dim, keepdim)


CHOSEN = (
    "put_back(grad, into=self_shape, along=dim, at=indices)",
    lambda xp, grad, indices, dim, keepdim, self_shape: xp.place(grad, indices, dim, self_shape),
)
_KTHVALUE = op("Kthvalue", _kth, returns=("values", "indices"), visible=2, self=CHOSEN)
_MODE = op("Mode", _commonest, returns=("values", "indices"), visible=2, self=CHOSEN)
KTHVALUE, MODE = named("kthvalue", "values", "indices"), named("mode", "values", "indices")


@public()
def kthvalue(input: Tensor, k: int, dim: int = -1, keepdim: bool = False) -> Any:
    """Return the `k`-th smallest element along `dim` and its index. Mirrors `torch.kthvalue`.

    Raises
    ------
    RuntimeError
        When there is no such element.
    """
    wrapped = wrap_dim(dim, input._array.ndim)
    check_not_empty("kthvalue", input, (wrapped,))
    refuse_bools("kthvalue_cpu", input._array)
    if not 1 <= whole_number("kthvalue", k, "k", 2) <= (input._array.shape[wrapped] if input._array.ndim else 1):
        raise RuntimeError(f"kthvalue(): selected number k out of range for dimension {wrapped}")
    return KTHVALUE(*_KTHVALUE(input, k, wrapped, keepdim))


@public()
def mode(input: Tensor, dim: int = -1, keepdim: bool = False) -> Any:
    """Return the most frequent element along `dim` and its index. Mirrors `torch.mode`."""
    wrapped = wrap_dim(dim, input._array.ndim)
    check_not_empty("mode", input, (wrapped,))
    return MODE(*_MODE(input, wrapped, keepdim))


def _shared_median(xp: Any, grad: Any, self: Any, result: Any) -> Any:
    reached = (self == result) | ((self != self) & (result != result))
    return xp.keep(xp.spread(grad / xp.sum(reached), self.shape), reached)


def _public_median(name: str, ignore_nan: bool) -> None:
    """Register `median` or `nanmedian`: of all elements, or along a dim with its index."""

    def whole(self: Any) -> Any:
        if not self.size:
            # PyTorch casts NaN, which makes 0 of it in narrow integers
            lowest = np.iinfo(self.dtype).min if self.dtype.kind in "iu" and self.dtype.itemsize > 2 else 0
            return np.full((), np.nan if self.dtype.kind == "f" else lowest, self.dtype)
        return _middle(self.reshape(-1), 0, False, ignore_nan)[0]

    def along(self: Any, dim: int, keepdim: bool = False) -> tuple[Any, Any]:
        return _middle(self, dim, keepdim, ignore_nan)

    node = name.capitalize()
    formula = "where(self == result, grad / sum(self == result), 0)"
    of_all = op(node, whole, name=name, self=(formula, _shared_median))
    of_dim = op(node, along, name=name, variant=1, returns=("values", "indices"), visible=2, self=CHOSEN)
    result_type = named(name, "values", "indices")

    def function(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
        refuse_bools("median_cpu", input._array)
        if dim is None:
            return of_all(input)
        wrapped = wrap_dim(dim, input._array.ndim)
        check_not_empty("median", input, (wrapped,))
        return result_type(*of_dim(input, wrapped, keepdim))

    function.__name__ = name
    function.__doc__ = (
        f"Return the lower median of all elements, or along `dim` with its index{', NaN left out' * ignore_nan}. "
        f"Mirrors `torch.{name}`."
    )
    public(name=name)(function)


_public_median("median", False)
_public_median("nanmedian", True)
