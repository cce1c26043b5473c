"""The distinct elements of a tensor, and the differences of neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tensor import Tensor
from .dims import whole_number, wrap_dim
from .op import FUNCTIONS, op
from .wrapping import public

__all__: list[str] = []


def _no_derivative(function: str) -> Any:
    def rule(grad: Any) -> Any:
        raise NotImplementedError(f"the derivative for '{function}' is not implemented.")

    return ("nan · grad", rule)


def _unique(self: Any, dim: int | None = None) -> tuple[Any, Any, Any]:
    """Return the distinct elements in order, the place of each element among them, and how often each occurs."""
    if dim is None:
        found, inverse, counts = np.unique(self, return_inverse=True, return_counts=True, equal_nan=False)
        return found, inverse.reshape(self.shape), counts
    found, inverse, counts = np.unique(self, axis=dim, return_inverse=True, return_counts=True)
    return found, inverse.reshape(-1), counts


def _runs(self: Any, dim: int | None = None) -> tuple[Any, Any, Any]:
    """Return the first of each run of equal elements, the run each element is in, and the lengths of the runs."""
    moved = self.reshape(-1) if dim is None else np.moveaxis(self, dim, 0)
    differs = (moved[1:] != moved[:-1]).any(axis=tuple(range(1, moved.ndim)))
    begins = np.flatnonzero(np.concatenate([np.ones(min(len(moved), 1), bool), differs]))
    lengths = np.diff(np.append(begins, len(moved)))
    inverse = np.repeat(np.arange(len(begins)), lengths)
    if dim is None:
        return moved[begins], inverse.reshape(self.shape), lengths
    return np.moveaxis(moved[begins], 0, dim), inverse, lengths


RETURNS = ("result", "inverse", "counts")
_UNIQUE, _UNIQUE_DIM, _RUNS = (
    op(node, forward, name=name, returns=RETURNS, visible=3, self=_no_derivative(spoken))
    for node, name, spoken, forward in (
        ("Unique2", "unique", "_unique2", _unique),
        ("UniqueDim", "unique", "unique_dim", _unique),
        ("UniqueConsecutive", "unique_consecutive", "unique_consecutive", _runs),
    )
)


def _wanted(outputs: Any, return_inverse: bool, return_counts: bool) -> Any:
    found, inverse, counts = outputs
    chosen = (found, *((inverse,) if return_inverse else ()), *((counts,) if return_counts else ()))
    return chosen if len(chosen) > 1 else found


@public()
def unique(
    input: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """Return the distinct elements, or slices along `dim`, in order. Mirrors `torch.unique`.

    Parameters
    ----------
    input : Tensor
        Any tensor.
    sorted : bool
        Has no effect: they are always in order.
    return_inverse, return_counts : bool
        Whether to return, too, the place of each element among the distinct ones, and how often each occurs.
    dim : int, optional
        Compare the slices along this dim, not the elements.
    """
    entry = _UNIQUE if dim is None else _UNIQUE_DIM
    wrapped = None if dim is None else wrap_dim(dim, input._array.ndim)
    return _wanted(entry(input, wrapped), return_inverse, return_counts)


@public()
def unique_consecutive(
    input: Tensor, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """Return the elements, repetitions in a row left out. Mirrors `torch.unique_consecutive`."""
    wrapped = None if dim is None else wrap_dim(dim, input._array.ndim)
    return _wanted(_RUNS(input, wrapped), return_inverse, return_counts)


@public()
def diff(input: Tensor, n: int = 1, dim: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """Return the `n`-th differences of neighbours along `dim`. Mirrors `torch.diff`.

    Raises
    ------
    RuntimeError
        When `input` has no dims, or `n` is negative.
    """
    if not input._array.ndim:
        raise RuntimeError("diff expects input to be at least one-dimensional")
    if whole_number("diff", n, "n", 2) < 0:
        raise RuntimeError(f"order must be non-negative but got {n}")
    wrapped = wrap_dim(dim, input._array.ndim)
    ends = [each for each in (prepend, input, append) if each is not None]
    whole: Any = FUNCTIONS["cat"](ends, wrapped) if len(ends) > 1 else input
    if n == 0:
        return whole.clone()
    for _ in range(min(n, whole._array.shape[wrapped])):
        whole = _differences(whole, wrapped)
    return whole


def _differences(tensor: Tensor, dim: int) -> Any:
    narrow, length = FUNCTIONS["narrow"], tensor._array.shape[dim] - 1
    later, earlier = narrow(tensor, dim, 1, length), narrow(tensor, dim, 0, length)
    if tensor._array.dtype.kind == "b":
        return FUNCTIONS["logical_xor"](later, earlier)
    return later - earlier
