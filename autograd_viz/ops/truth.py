"""Whether any or all elements are true, and how many are not 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tensor import Tensor
from .op import op
from .reduction import contiguous, reduced_dims
from .wrapping import public

__all__: list[str] = []


def _dims(input: Tensor, dim: Any) -> tuple[int, ...]:
    """Return the dims to reduce: of these two alone, () is none of them and not all."""
    return () if dim == () or dim == [] else reduced_dims(input, dim)


def _kept_byte(array: Any, result: Any) -> Any:
    """Return the result as bool, or as uint8 if that is what was asked about."""
    return contiguous(np.asarray(result, np.uint8 if array.dtype == np.uint8 else np.bool_))


_ANY = op(
    "Any",
    lambda self, dim, keepdim=False: _kept_byte(self, np.any(self, axis=dim, keepdims=keepdim)),
)
_ALL = op(
    "All",
    lambda self, dim, keepdim=False: _kept_byte(self, np.all(self, axis=dim, keepdims=keepdim)),
)
_COUNT_NONZERO = op(
    "CountNonzero",
    lambda self, dim: contiguous(np.asarray((self != 0).sum(axis=dim), np.int64)),
)


@public(name="any")
def any_(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """Return whether any element is not 0, of all or along `dim`. Mirrors `torch.any`."""
    return _ANY(input, _dims(input, dim), keepdim)


@public(name="all")
def all_(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """Return whether no element is 0, of all or along `dim`. Mirrors `torch.all`."""
    return _ALL(input, _dims(input, dim), keepdim)


@public()
def count_nonzero(input: Tensor, dim: Any = None) -> Any:
    """Return how many elements are not 0, of all or along `dim`. Mirrors `torch.count_nonzero`."""
    return _COUNT_NONZERO(input, reduced_dims(input, dim))
