"""Refill a tensor with random numbers in place: `uniform_`, `normal_`, `bernoulli_` and the like.

Each leaves a node behind that sends zeros back: nothing depends on what was there before.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tensor import Tensor
from .creation import check_options
from .inplace import call_inplace
from .op import METHODS, op
from .random import ZERO, check_probabilities, integers, source_of
from .type_words import floats_only

__all__: list[str] = []


def _laid_out(flat: Any, like: Any) -> Any:
    """Return numbers in the shape of an array, in the order in which its elements lie in memory."""
    if like.flags.c_contiguous:
        return flat.reshape(like.shape)
    order = sorted(range(like.ndim), key=lambda dim: -like.strides[dim])
    laid = flat.reshape([like.shape[dim] for dim in order])
    return laid.transpose(sorted(range(like.ndim), key=order.__getitem__))


def _uniform_fill(self: Any, from_: float, to: float, generator: Any) -> Any:
    floats_only("check_uniform_bounds", self)
    low, high = self.dtype.type(from_), self.dtype.type(to)
    return _laid_out(_scaled(generator.uniform(self.size, self.dtype), high - low, low), self)


def _scaled(values: Any, by: Any, plus: Any) -> Any:
    """Return values * by + plus, rounded once: PyTorch's kernels fuse the two."""
    if values.dtype != np.float64:
        return (values.astype(np.float64) * np.float64(by) + np.float64(plus)).astype(values.dtype)
    # Dekker's exact product and Knuth's exact sum: what each rounds away is added at the end
    high, low = _halves(values)
    high_by, low_by = _halves(by)
    product = values * by
    lost = ((high * high_by - product) + high * low_by + low * high_by) + low * low_by
    total = product + plus
    back = total - product
    return total + ((product - (total - back)) + (plus - back) + lost)


def _halves(values: Any) -> tuple[Any, Any]:
    scaled = values * 134217729.0  # 2²⁷ + 1
    high = scaled - (scaled - values)
    return high, values - high


def _normal_fill(self: Any, mean: float, std: float, generator: Any) -> Any:
    floats_only("normal_kernel_cpu", self)
    if self.size >= 16 and not self.flags.c_contiguous:
        return _laid_out((generator.normal_pairs(self.size) * std + mean).astype(self.dtype), self)
    return _laid_out(generator.normal(self.size, self.dtype, mean, std), self)


def _exponential_fill(self: Any, lambd: float, generator: Any) -> Any:
    floats_only("exponential", self)
    return _laid_out(generator.exponential(self.size, lambd).astype(self.dtype), self)


def _log_normal_fill(self: Any, mean: float, std: float, generator: Any) -> Any:
    floats_only("log_normal", self)
    return _laid_out(np.exp(generator.normal_pairs(self.size) * std + mean).astype(self.dtype), self)


def _cauchy_fill(self: Any, median: float, sigma: float, generator: Any) -> Any:
    floats_only("cauchy", self)
    places = generator.uniform(self.size, np.dtype(np.float64))
    return _laid_out((median + sigma * np.tan(np.pi * (places - 0.5))).astype(self.dtype), self)


def _geometric_fill(self: Any, p: float, generator: Any) -> Any:
    places = generator.uniform(self.size, np.dtype(np.float64))
    return _laid_out(np.ceil(np.log(places) / np.log1p(-p)).astype(self.dtype), self)


def _integer_fill(self: Any, from_: int, to: int, generator: Any) -> Any:
    return _laid_out(integers(generator, (self.size,), from_, to).astype(self.dtype), self)


def _random_fill(self: Any, generator: Any) -> Any:
    wide = self.dtype in (np.float64, np.int64)
    words = generator.long_words(self.size) if wide else generator.words(self.size)
    return _laid_out((words % np.uint64(_count_of_values(self.dtype))).astype(self.dtype), self)


def _count_of_values(dtype: Any) -> int:
    """Return how many integers from 0 up a dtype holds exactly."""
    if dtype.kind == "f":
        return int(2 ** (np.finfo(dtype).nmant + 1)) + 1
    return 2 if dtype.kind == "b" else int(np.iinfo(dtype).max) + 1


def _bernoulli_fill(self: Any, p: float, generator: Any) -> Any:
    return _laid_out((generator.uniform(self.size, np.dtype(np.float64)) < p).astype(self.dtype), self)


def _bernoulli_fill_from(self: Any, p: Any, generator: Any) -> Any:
    check_probabilities(p)
    p = np.broadcast_to(p, self.shape)
    exact = np.dtype(np.float64) if p.dtype == np.float64 else np.dtype(np.float32)
    return (_laid_out(generator.uniform(self.size, exact), self) < p).astype(self.dtype)


_uniform_op = op("Uniform", _uniform_fill, self=ZERO)
_normal_op = op("Normal", _normal_fill, self=ZERO)
_exponential_op = op("Exponential", _exponential_fill, self=ZERO)
_log_normal_op = op("LogNormal", _log_normal_fill, self=ZERO)
_cauchy_op = op("Cauchy", _cauchy_fill, self=ZERO)
_geometric_op = op("Geometric", _geometric_fill, self=ZERO)
_random_ops = (
    op("Random", _random_fill, variant=2, self=ZERO),
    op("Random", _integer_fill, variant=1, self=ZERO),
    op("Random", _integer_fill, variant=0, self=ZERO),
)
_bernoulli_op = op("Bernoulli", _bernoulli_fill, variant=2, self=ZERO)
_bernoulli_from_op = op("Bernoulli", _bernoulli_fill_from, variant=1, self=ZERO, p=ZERO)


def _fill(function: Any, *values: Any) -> Tensor:
    return call_inplace(function.op, list(values))


def _uniform_(self: Tensor, from_: float = 0.0, to: float = 1.0, *, generator: Any = None, **bounds: float) -> Tensor:
    """Refill with random numbers uniform in [from, to). Mirrors `torch.Tensor.uniform_`."""
    low = bounds.pop("from", from_)
    check_options("uniform_", bounds)
    if low > to:
        raise RuntimeError(f"uniform_ expects to return a [from, to) range, but found from={low} > to={to}")
    return _fill(_uniform_op, self, low, to, source_of(generator))


def _normal_(self: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: Any = None) -> Tensor:
    """Refill with normally distributed random numbers. Mirrors `torch.Tensor.normal_`."""
    if std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std}")
    return _fill(_normal_op, self, mean, std, source_of(generator))


def _exponential_(self: Tensor, lambd: float = 1.0, *, generator: Any = None) -> Tensor:
    """Refill with exponentially distributed random numbers of rate `lambd`. Mirrors `torch.Tensor.exponential_`."""
    if lambd <= 0:
        raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={lambd}")
    return _fill(_exponential_op, self, lambd, source_of(generator))


def _log_normal_(self: Tensor, mean: float = 1.0, std: float = 2.0, *, generator: Any = None) -> Tensor:
    """Refill with numbers whose logarithms are normally distributed. Mirrors `torch.Tensor.log_normal_`."""
    if std <= 0:
        raise RuntimeError(f"log_normal_ expects std > 0.0, but found std={std}")
    return _fill(_log_normal_op, self, mean, std, source_of(generator))


def _cauchy_(self: Tensor, median: float = 0.0, sigma: float = 1.0, *, generator: Any = None) -> Tensor:
    """Refill with numbers of a Cauchy distribution. Mirrors `torch.Tensor.cauchy_`."""
    if sigma <= 0:
        raise RuntimeError(f"cauchy_ expects sigma > 0.0, but found sigma={sigma}")
    return _fill(_cauchy_op, self, median, sigma, source_of(generator))


def _geometric_(self: Tensor, p: float, *, generator: Any = None) -> Tensor:
    """Refill with the number of trials until the first success of probability `p`. Mirrors `torch.geometric_`."""
    if not 0 < p < 1:
        raise RuntimeError(f"geometric_ expects p to be in (0, 1), but got p={p}")
    return _fill(_geometric_op, self, p, source_of(generator))


def _random_(self: Tensor, *bounds: int, generator: Any = None) -> Tensor:
    """Refill with random integers: `random_([from, ]to)`. Mirrors `torch.Tensor.random_`."""
    limits = (0, *bounds) if len(bounds) == 1 else bounds
    return _fill(_random_ops[len(bounds)], self, *limits, source_of(generator))


def _bernoulli_(self: Tensor, p: Any = 0.5, *, generator: Any = None) -> Tensor:
    """Refill with 1 with probability `p` (a number or a tensor), else 0. Mirrors `torch.Tensor.bernoulli_`."""
    if isinstance(p, Tensor):
        return _fill(_bernoulli_from_op, self, p, source_of(generator))
    if not 0 <= p <= 1:
        raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p}")
    return _fill(_bernoulli_op, self, p, source_of(generator))


for _function in (_uniform_, _normal_, _exponential_, _log_normal_, _cauchy_, _geometric_, _random_, _bernoulli_):
    METHODS[_function.__name__.removeprefix("_")] = _function
