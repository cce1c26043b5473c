"""Covariance and correlation of variables, each a row of observations; composed as PyTorch composes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import word
from ..tensor import Tensor, make
from .op import FUNCTIONS, METHODS
from .wrapping import check_tensor

__all__: list[str] = []


def cov(
    input: Tensor, *, correction: int = 1, fweights: Tensor | None = None, aweights: Tensor | None = None
) -> Tensor:
    """Return the covariance matrix of the rows. Mirrors `torch.cov`.

    Parameters
    ----------
    input : Tensor
        A variable in each row, or one variable; an observation in each column.
    correction : int
        What is taken from the number of observations.
    fweights, aweights : Tensor, optional
        How often each observation was made, and how much it counts.

    Raises
    ------
    RuntimeError
        When there are more than two dims, or the weights do not fit.
    """
    check_tensor("cov", input)
    if input._array.ndim > 2:
        raise RuntimeError(
            f"cov(): expected input to have two or fewer dimensions but got an input with {input._array.ndim} "
            "dimensions"
        )
    if input._array.dtype.kind == "b":
        raise RuntimeError("cov(): bool dtype is not supported for input")
    rows: Any = input.view(1, -1) if input._array.ndim < 2 else input
    weights = _weights(rows._array.shape[1], fweights, aweights)
    if weights is None:
        mean = rows.sum(1) / make(np.asarray(rows._array.shape[1]))
        norm = float(rows._array.shape[1] - correction)
    else:
        total = weights.sum()
        mean = (rows * weights).sum(1) / total
        norm = float(_degrees(weights._array, aweights, correction))
    centred = rows - mean.unsqueeze(1)
    other = centred if weights is None else centred * weights
    product = FUNCTIONS["mm"](centred, other.t())
    return (product / make(np.asarray(max(norm, 0.0)))).squeeze()


def _degrees(weights: Any, aweights: Tensor | None, correction: int) -> Any:
    total = weights.sum()
    if aweights is None or correction == 0:
        return total - correction
    return total - correction * (weights * aweights._array).sum() / total


def _weights(count: int, fweights: Tensor | None, aweights: Tensor | None) -> Any:
    """Return the product of both kinds of weights, checked; None where there are none."""
    for name, given, kinds, kind in (
        ("fweights", fweights, "iu", "integral"), ("aweights", aweights, "f", "floating point"),
    ):  # fmt: skip
        if given is None:
            continue
        if given._array.ndim > 1:
            raise RuntimeError(f"cov(): expected {name} to have one or fewer dimensions but got {name} with "
                               f"{given._array.ndim} dimensions")  # fmt: skip
        if given._array.dtype.kind not in kinds:
            raise RuntimeError(
                f"cov(): expected {name} to have {kind} dtype but got {name} with {word(given._array.dtype)} dtype"
            )
        if given._array.size != count:
            raise RuntimeError(f"cov(): expected {name} to have the same numel as there are observations in the "
                               f"input but got {given._array.size} != {count}")  # fmt: skip
        if (given._array < 0).any():
            raise RuntimeError(f"cov(): {name} cannot be negative")
    if fweights is None or aweights is None:
        return aweights if fweights is None else fweights
    return fweights * aweights


def corrcoef(input: Tensor) -> Tensor:
    """Return the correlation coefficients of the rows. Mirrors `torch.corrcoef`."""
    check_tensor("corrcoef", input)
    if input._array.ndim > 2:
        raise RuntimeError(
            f"corrcoef(): expected input to have two or fewer dimensions but got an input with {input._array.ndim} "
            "dimensions"
        )
    c: Any = cov(input)
    if c._array.ndim == 0:
        return c / c
    deviation = c.diagonal().sqrt()
    return (c / deviation.view(-1, 1) / deviation.view(1, -1)).clamp(-1, 1)


for _function in (cov, corrcoef):
    FUNCTIONS[_function.__name__] = METHODS[_function.__name__] = _function
