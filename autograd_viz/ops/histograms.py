"""Counts of elements in bins: histc, histogram."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..return_types import named
from ..tensor import Tensor, make
from .op import FUNCTIONS, METHODS
from .type_words import floats_only
from .wrapping import check_tensor

__all__: list[str] = []

HISTOGRAM = named("histogram", "hist", "bin_edges")


def _floats(input: Any) -> Any:
    check_tensor("histc", input)
    floats_only("histogram_cpu", input._array)
    return input._array.reshape(-1)


def _edges(array: Any, bins: int, low: float, high: float) -> Any:
    """Return the ends of the bins: between two numbers, or what the elements span."""
    if bins <= 0:
        raise RuntimeError(f"torch.histogram(): bins must be > 0, but got {bins} for dimension 0")
    if low == high and array.size:
        low, high = array.min(), array.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        raise RuntimeError(f"torch.histogramdd: dimension 0's range [{low}, {high}] is not finite")
    if low > high:
        raise RuntimeError("torch.histc: max must be larger than min")
    if low == high:
        low, high = low - 1, high + 1
    with np.errstate(all="ignore"):
        return np.linspace(low, high, bins + 1).astype(array.dtype)


def histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """Return how many elements lie in each of `bins` bins from `min` to `max`. Mirrors `torch.histc`.

    With `min` and `max` equal, the bins span all elements; what lies outside is not counted.
    """
    array = _floats(input)
    edges = _edges(array, bins, min, max)
    return make(np.histogram(array[array == array], edges)[0].astype(array.dtype))


def histogram(
    input: Tensor, bins: Any, *, range: Any = None, weight: Tensor | None = None, density: bool = False
) -> Any:
    """Return the counts, or sums of weights, in bins and the bins' ends. Mirrors `torch.histogram`."""
    array = _floats(input)
    edges = bins._array if isinstance(bins, Tensor) else _edges(array, bins, *(range or (0, 0)))
    weights = None if weight is None else weight._array.reshape(-1)
    counts = np.histogram(array, edges, weights=weights, density=density)[0]
    return HISTOGRAM(make(counts.astype(array.dtype)), make(edges))


for _function in (histc, histogram):
    FUNCTIONS[_function.__name__] = METHODS[_function.__name__] = _function
