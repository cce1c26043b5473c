"""The rows of the op tests: one `Case` a line of behaviour, gathered from this folder's modules.

A module here has a list `CASES`. Values are drawn from a seeded generator, so that a case is the same every time.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Case", "Fixed", "Input", "ints", "normal", "uniform", "values"]

Input = Callable[[np.random.Generator], Any]  # draws an array


@dataclass(frozen=True)
class Case:
    """One use of an operation, run on torch and on autograd_viz.

    Parameters
    ----------
    name : str
        The test's id, e.g. "mul/broadcast".
    call : callable
        `call(T, *tensors)`, where `T` is torch or autograd_viz; returns a tensor or (nested) tuples and lists of
        tensors and numbers.
    inputs : tuple
        What makes the tensors: `normal(2, 3)`, `uniform(0.1, 2, 5)`, `ints(0, 4, 3)`, `values([1.0, 2.0])`, wrapped
        in `Fixed` when they shall not require grad. Arrays of float64 are drawn, cast to each of `dtypes`, and
        require grad; all others stay as they are.
    dtypes : tuple of str
        The floating dtypes whose values are compared with torch; gradients are compared in float64.
    grad : bool
        Whether anything is differentiable here; False for comparisons, rounding to ints and the like.
    numeric : bool
        Whether first gradients agree with finite differences: False at kinks and ties, where torch's convention
        counts.
    second : bool
        Whether second gradients exist, and are compared with torch and finite differences.
    graph : bool
        Whether the graph is torch's, node for node.
    second_numeric : bool
        Whether second gradients are compared with finite differences too.
    formula : bool
        Whether each formula's text is evaluated against its rule.
    nan : bool
        Whether a gradient of NaN reaches the elements that it reaches in torch.
    error : str or None
        A phrase that both libraries' error has; the case is then that the call raises.
    rtol, atol : float or None
        Wider tolerances than the dtype's own.
    """

    name: str
    call: Callable[..., Any]
    inputs: tuple[Any, ...] = ()
    dtypes: tuple[str, ...] = ("float64", "float32")
    grad: bool = True
    numeric: bool = True
    second: bool = True
    second_numeric: bool = True
    graph: bool = True
    formula: bool = True
    nan: bool = True
    error: str | None = None
    rtol: float | None = None
    atol: float | None = None

    @property
    def differentiable(self) -> bool:
        """Whether the case has an input that requires grad."""
        return self.error is None and any(wants for _, wants in self.arrays())

    def arrays(self, dtype: str = "float64") -> list[tuple[Any, bool]]:
        """Draw the inputs; return each array with whether it requires grad."""
        generator = np.random.default_rng(zlib.crc32(self.name.encode()))
        drawn = []
        for source in self.inputs:
            fixed = isinstance(source, Fixed)
            array = (source.source if isinstance(source, Fixed) else source)(generator)
            wants = array.dtype == np.float64 and not fixed and self.grad
            drawn.append((array.astype(dtype) if array.dtype == np.float64 else array, wants))
        return drawn


@dataclass(frozen=True)
class Fixed:
    """An input that does not require grad."""

    source: Input


def normal(*shape: int) -> Input:
    """Draw from a standard normal distribution."""
    return lambda generator: np.asarray(generator.standard_normal(shape))


def uniform(low: float, high: float, *shape: int) -> Input:
    """Draw evenly from low to high."""
    return lambda generator: np.asarray(generator.uniform(low, high, shape))


def ints(low: int, high: int, *shape: int, dtype: str = "int64") -> Input:
    """Draw integers, high excluded."""
    return lambda generator: np.asarray(generator.integers(low, high, shape)).astype(dtype)


def values(data: Any, dtype: str | None = None) -> Input:
    """Use these very numbers: floats become float64, ints int64, bools bool."""
    return lambda generator: np.array(data, dtype=dtype)
