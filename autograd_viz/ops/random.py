"""Random tensors: `rand`, `randn`, `randint`, `bernoulli`, `normal_` and the like, and the default generator's state.

The numbers are PyTorch's own: see Note [The same random numbers as PyTorch] in generator.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import dtypes
from ..tensor import Tensor
from .creation import check_options, finished, numpy_dtype, sizes_of
from .generator import Generator, default_generator
from .inplace import call_inplace
from .op import FUNCTIONS, METHODS, op

__all__ = ["bernoulli", "manual_seed", "multinomial", "normal", "rand", "randint", "randn", "randperm"]


def manual_seed(seed: int) -> Generator:
    """Start the default generator's stream that belongs to `seed`. Mirrors `torch.manual_seed`."""
    return default_generator.manual_seed(seed)


def seed() -> int:
    """Start the default generator's stream from a seed nobody knows, and return the seed."""
    return default_generator.seed()


def initial_seed() -> int:
    """Return the seed the default generator started from."""
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """Return the default generator's state as a uint8 tensor. Mirrors `torch.get_rng_state`."""
    return default_generator.get_state()


def set_rng_state(new_state: Tensor) -> None:
    """Put the default generator into a state that `get_rng_state` returned."""
    default_generator.set_state(new_state)


# draws on arrays

Draw = Callable[[Generator, tuple[int, ...], Any], Any]


def _uniform(generator: Generator, shape: tuple[int, ...], dtype: Any) -> Any:
    _floats_only("check_uniform_bounds", dtype)
    return generator.uniform(_count(shape), dtype).reshape(shape)


def _normal(generator: Generator, shape: tuple[int, ...], dtype: Any) -> Any:
    _floats_only("normal_kernel_cpu", dtype)
    return generator.normal(_count(shape), dtype).reshape(shape)


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for length in shape:
        count *= length
    return count


def _floats_only(kernel: str, dtype: Any) -> None:
    if dtype.kind != "f":
        raise NotImplementedError(
            f"\"{kernel}\" not implemented for '{dtypes.word(dtype)}': random numbers of this kind are floats"
        )


def _source(generator: Generator | None) -> Generator:
    return default_generator if generator is None else generator


# functions


def _factory(name: str, draw: Draw, summary: str) -> Callable[..., Tensor]:
    """Make `name(*size)` and `name_like(tensor)`."""

    def function(
        *size: Any, generator: Any = None, dtype: Any = None, requires_grad: bool = False, **options: Any
    ) -> Tensor:
        if "size" in options:
            size = (options.pop("size"),)
        check_options(name, options)
        if not size:
            raise TypeError(f'{name}() missing 1 required positional arguments: "size"')
        found = numpy_dtype(name, dtype, dtypes.default_float())
        return finished(draw(_source(generator), sizes_of(name, size), found), requires_grad)

    def like(
        input: Tensor, *, generator: Any = None, dtype: Any = None, requires_grad: bool = False, **options: Any
    ) -> Tensor:
        check_options(f"{name}_like", options)
        found = numpy_dtype(name, dtype, input._array.dtype)
        return finished(draw(_source(generator), input._array.shape, found), requires_grad)

    function.__doc__ = f"Return a tensor of {summary}. Mirrors `torch.{name}`."
    like.__doc__ = f"Return a tensor of {summary}, of the shape and dtype of `input`. Mirrors `torch.{name}_like`."
    for made, called in ((function, name), (like, f"{name}_like")):
        made.__name__ = made.__qualname__ = called
        FUNCTIONS[called] = made
    return function


rand = _factory("rand", _uniform, "random numbers uniform in [0, 1)")
randn = _factory("randn", _normal, "normally distributed random numbers of mean 0 and variance 1")


def randint(*bounds: Any, size: Any = None, generator: Any = None, dtype: Any = None, requires_grad: bool = False,
            **options: Any) -> Tensor:  # fmt: skip
    """Return random integers of `size`, from `low` (0) up to but without `high`: `randint([low, ]high, size)`.

    Mirrors `torch.randint`.
    """
    given = [*bounds]
    if size is None and given and isinstance(given[-1], (list, tuple)):
        size = given.pop()
    low, high = options.pop("low", None), options.pop("high", None)
    given = [*([] if low is None else [low]), *given, *([] if high is None else [high])]
    check_options("randint", options)
    if size is None or len(given) not in (1, 2):
        raise TypeError(
            f"randint() received an invalid combination of arguments - got {bounds!r}, but expected ([low,] high, size)"
        )
    first, last = (0, given[0]) if len(given) == 1 else given
    array = _integers(_source(generator), sizes_of("randint", (size,)), int(first), int(last))
    return finished(array.astype(numpy_dtype("randint", dtype, np.dtype(np.int64))), requires_grad)


def _integers(generator: Generator, shape: tuple[int, ...], low: int, high: int) -> Any:
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    return generator.integers(_count(shape), low, high).reshape(shape)


def randint_like(input: Tensor, *bounds: Any, dtype: Any = None, **options: Any) -> Tensor:
    """Return random integers of the shape and dtype of `input`. Mirrors `torch.randint_like`."""
    return randint(*bounds, size=tuple(input.shape), dtype=input.dtype if dtype is None else dtype, **options)


def randperm(
    n: int, *, generator: Any = None, dtype: Any = None, requires_grad: bool = False, **options: Any
) -> Tensor:
    """Return the integers below `n` in random order. Mirrors `torch.randperm`."""
    check_options("randperm", options)
    if n < 0:
        raise RuntimeError(f"Trying to create tensor with negative dimension {n}: [{n}]")
    array = _source(generator).permutation(n)
    return finished(array.astype(numpy_dtype("randperm", dtype, np.dtype(np.int64))), requires_grad)


# random values from tensors' probabilities, means, weights: no gradient reaches these


ZERO = ("0 · grad", lambda xp, grad: xp.zeros_like(grad))


def _bernoulli_draw(self: Any, generator: Any = None) -> Any:
    _check_probabilities(self)
    source = _source(generator)
    exact = self.dtype if self.dtype == np.float64 else np.dtype(np.float32)
    return (source.uniform(self.size, exact).reshape(self.shape) < self).astype(self.dtype)


def _check_probabilities(p: Any) -> None:
    if not ((p >= 0) & (p <= 1)).all():
        raise RuntimeError("Expected p_in >= 0 && p_in <= 1 to be true, but got false.")


_bernoulli = op("Bernoulli", _bernoulli_draw, self=ZERO)


def bernoulli(input: Tensor, p: float | None = None, *, generator: Any = None) -> Tensor:
    """Return 1 with the probability each element of `input` gives (or with probability `p`), else 0.

    Mirrors `torch.bernoulli`.
    """
    if p is not None:
        return input.clone().detach().bernoulli_(p, generator=generator)  # type: ignore[attr-defined]
    _floats_only("bernoulli_tensor_cpu_p_", input._array.dtype)
    return _bernoulli(input, generator)


def _mean_std(mean: Any, std: Any, generator: Any = None) -> Any:
    shape = np.broadcast_shapes(np.shape(mean), np.shape(std))
    dtype = getattr(mean, "dtype", None) or std.dtype
    if (np.asarray(std) < 0).any():
        raise RuntimeError("normal expects all elements of std >= 0.0")
    return _normal(_source(generator), shape, dtype) * np.asarray(std, dtype) + np.asarray(mean, dtype)


_normal_of_mean = op("Normal", _mean_std, variant=1, mean=ZERO)
_normal_of_std = op("Normal", _mean_std, variant=2, std=ZERO)
_normal_of_both = op("Normal", _mean_std, variant=3, mean=ZERO, std=ZERO)


def normal(mean: Any, std: Any = 1.0, size: Any = None, *, generator: Any = None, **options: Any) -> Tensor:
    """Return normal random numbers of the means and standard deviations given. Mirrors `torch.normal`."""
    if isinstance(mean, Tensor):
        if isinstance(std, Tensor):
            return _normal_of_both(mean, std, generator)
        return _normal_of_mean(mean, std, generator)
    if isinstance(std, Tensor):
        return _normal_of_std(mean, std, generator)
    if size is None:
        raise TypeError(
            f"normal() received an invalid combination of arguments - got ({type(mean).__name__}, "
            f"{type(std).__name__}): for two numbers give size="
        )
    requires_grad = options.pop("requires_grad", False)
    made = FUNCTIONS["empty"](size, **options).normal_(mean, std, generator=generator)
    return made.requires_grad_(requires_grad)


def multinomial(input: Tensor, num_samples: int, replacement: bool = False, *, generator: Any = None) -> Tensor:
    """Return indices drawn with the weights in each row of `input`, (n,) or (m, n). Mirrors `torch.multinomial`."""
    weights = input._array
    _check_weights(weights, num_samples, replacement)
    rows = np.atleast_2d(weights)
    source = _source(generator)
    if replacement:
        sums = np.cumsum(rows / rows.sum(-1, keepdims=True), axis=-1)
        draws = source.uniform(len(rows) * num_samples, np.dtype(np.float64)).reshape(len(rows), num_samples)
        picked = np.stack([np.searchsorted(row, draw) for row, draw in zip(sums, draws, strict=True)])
        picked = np.minimum(picked, rows.shape[-1] - 1)
    else:
        with np.errstate(divide="ignore"):
            waits = source.exponential(rows.size).reshape(rows.shape) / rows
        picked = np.argsort(waits, axis=-1, kind="stable")[:, :num_samples]
    return finished(picked.reshape(*weights.shape[:-1], num_samples).astype(np.int64))


def _check_weights(weights: Any, count: int, replacement: bool) -> None:
    if weights.ndim not in (1, 2):
        raise RuntimeError("prob_dist must be 1 or 2 dim")
    _floats_only("multinomial", weights.dtype)
    if count <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    if not replacement and count > weights.shape[-1]:
        raise RuntimeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    if (weights.sum(-1) <= 0).any():
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")


# refilling in place


def _laid_out(flat: Any, like: Any) -> Any:
    """Return numbers in the shape of an array, in the order in which its elements lie in memory."""
    if like.flags.c_contiguous:
        return flat.reshape(like.shape)
    order = sorted(range(like.ndim), key=lambda dim: -like.strides[dim])
    laid = flat.reshape([like.shape[dim] for dim in order])
    return laid.transpose(sorted(range(like.ndim), key=order.__getitem__))


def _uniform_fill(self: Any, from_: float, to: float, generator: Any) -> Any:
    _floats_only("check_uniform_bounds", self.dtype)
    low, high = self.dtype.type(from_), self.dtype.type(to)
    return _laid_out(generator.uniform(self.size, self.dtype) * (high - low) + low, self)


def _normal_fill(self: Any, mean: float, std: float, generator: Any) -> Any:
    _floats_only("normal_kernel_cpu", self.dtype)
    if self.size >= 16 and not self.flags.c_contiguous:
        return _laid_out((generator.normal_pairs(self.size) * std + mean).astype(self.dtype), self)
    return _laid_out(generator.normal(self.size, self.dtype, mean, std), self)


def _exponential_fill(self: Any, lambd: float, generator: Any) -> Any:
    _floats_only("exponential", self.dtype)
    return _laid_out(generator.exponential(self.size, lambd).astype(self.dtype), self)


def _integer_fill(self: Any, from_: int, to: int, generator: Any) -> Any:
    return _laid_out(_integers(generator, (self.size,), from_, to).astype(self.dtype), self)


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
    _check_probabilities(p)
    p = np.broadcast_to(p, self.shape)
    exact = np.dtype(np.float64) if p.dtype == np.float64 else np.dtype(np.float32)
    return (_laid_out(generator.uniform(self.size, exact), self) < p).astype(self.dtype)


_uniform_op = op("Uniform", _uniform_fill, self=ZERO)
_normal_op = op("Normal", _normal_fill, self=ZERO)
_exponential_op = op("Exponential", _exponential_fill, self=ZERO)
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
    return _fill(_uniform_op, self, low, to, _source(generator))


def _normal_(self: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: Any = None) -> Tensor:
    """Refill with normally distributed random numbers. Mirrors `torch.Tensor.normal_`."""
    if std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std}")
    return _fill(_normal_op, self, mean, std, _source(generator))


def _exponential_(self: Tensor, lambd: float = 1.0, *, generator: Any = None) -> Tensor:
    """Refill with exponentially distributed random numbers of rate `lambd`. Mirrors `torch.Tensor.exponential_`."""
    if lambd <= 0:
        raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={lambd}")
    return _fill(_exponential_op, self, lambd, _source(generator))


def _random_(self: Tensor, *bounds: int, generator: Any = None) -> Tensor:
    """Refill with random integers: `random_([from, ]to)`. Mirrors `torch.Tensor.random_`."""
    limits = (0, *bounds) if len(bounds) == 1 else bounds
    return _fill(_random_ops[len(bounds)], self, *limits, _source(generator))


def _bernoulli_(self: Tensor, p: Any = 0.5, *, generator: Any = None) -> Tensor:
    """Refill with 1 with probability `p` (a number or a tensor), else 0. Mirrors `torch.Tensor.bernoulli_`."""
    if isinstance(p, Tensor):
        return _fill(_bernoulli_from_op, self, p, _source(generator))
    if not 0 <= p <= 1:
        raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p}")
    return _fill(_bernoulli_op, self, p, _source(generator))


for _function in (manual_seed, seed, initial_seed, get_rng_state, set_rng_state, randint, randint_like, randperm,
                  bernoulli, normal, multinomial):  # fmt: skip
    FUNCTIONS[_function.__name__] = _function
FUNCTIONS["Generator"], FUNCTIONS["default_generator"] = Generator, default_generator
METHODS.update({"bernoulli": bernoulli, "multinomial": multinomial, "uniform_": _uniform_, "normal_": _normal_,
                "exponential_": _exponential_, "random_": _random_, "bernoulli_": _bernoulli_})  # fmt: skip
