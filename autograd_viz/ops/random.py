"""Random tensors: `rand`, `randn`, `randint`, `bernoulli`, `normal_` and the like, and the default generator's state.

The numbers are PyTorch's own: see Note [The same random numbers as PyTorch] in generator.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import dtypes
from ..tensor import Tensor
from .allocation import allocating
from .creation import check_options, finished, numpy_dtype, sizes_of
from .generator import Generator, default_generator
from .op import FUNCTIONS, METHODS, op
from .type_words import floats_only, not_implemented

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
    if dtype.kind != "f":
        raise not_implemented("check_uniform_bounds", dtype)
    return generator.uniform(_count(shape), dtype).reshape(shape)


def _normal(generator: Generator, shape: tuple[int, ...], dtype: Any) -> Any:
    if dtype.kind != "f":
        raise not_implemented("normal_kernel_cpu", dtype)
    return generator.normal(_count(shape), dtype).reshape(shape)


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for length in shape:
        count *= length
    return count


def source_of(generator: Generator | None) -> Generator:
    return default_generator if generator is None else generator


# functions


def _factory(name: str, draw: Draw, summary: str) -> Callable[..., Tensor]:
    """Make `name(*size)` and `name_like(tensor)`."""
    draw = allocating(draw)

    def function(
        *size: Any, generator: Any = None, dtype: Any = None, requires_grad: bool = False, **options: Any
    ) -> Tensor:
        if "size" in options:
            size = (options.pop("size"),)
        check_options(name, options)
        if not size:
            raise TypeError(f'{name}() missing 1 required positional arguments: "size"')
        found = numpy_dtype(name, dtype, dtypes.default_float())
        return finished(draw(source_of(generator), sizes_of(name, size), found), requires_grad)

    def like(
        input: Tensor, *, generator: Any = None, dtype: Any = None, requires_grad: bool = False, **options: Any
    ) -> Tensor:
        check_options(f"{name}_like", options)
        found = numpy_dtype(name, dtype, input._array.dtype)
        return finished(draw(source_of(generator), input._array.shape, found), requires_grad)

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
    array = integers(source_of(generator), sizes_of("randint", (size,)), int(first), int(last))
    return finished(array.astype(numpy_dtype("randint", dtype, np.dtype(np.int64))), requires_grad)


@allocating
def integers(generator: Generator, shape: tuple[int, ...], low: int, high: int) -> Any:
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    return generator.integers(_count(shape), low, high).reshape(shape)


def randint_like(input: Tensor, *bounds: Any, dtype: Any = None, **options: Any) -> Tensor:
    """Return random integers of the shape and dtype of `input`. Mirrors `torch.randint_like`."""
    return randint(*bounds, size=tuple(input.shape), dtype=input.dtype if dtype is None else dtype, **options)


@allocating
def randperm(
    n: int, *, generator: Any = None, dtype: Any = None, requires_grad: bool = False, **options: Any
) -> Tensor:
    """Return the integers below `n` in random order. Mirrors `torch.randperm`."""
    check_options("randperm", options)
    if n < 0:
        raise RuntimeError(f"Trying to create tensor with negative dimension {n}: [{n}]")
    array = source_of(generator).permutation(n)
    return finished(array.astype(numpy_dtype("randperm", dtype, np.dtype(np.int64))), requires_grad)


# random values from tensors' probabilities, means, weights: no gradient reaches these


ZERO = ("0 · grad", lambda xp, grad: xp.zeros_like(grad))


def _bernoulli_draw(self: Any, generator: Any = None) -> Any:
    check_probabilities(self)
    source = source_of(generator)
    exact = self.dtype if self.dtype == np.float64 else np.dtype(np.float32)
    return (source.uniform(self.size, exact).reshape(self.shape) < self).astype(self.dtype)


def check_probabilities(p: Any) -> None:
    if not ((p >= 0) & (p <= 1)).all():
        raise RuntimeError("Expected p_in >= 0 && p_in <= 1 to be true, but got false.")


_bernoulli = op("Bernoulli", _bernoulli_draw, self=ZERO)


def bernoulli(input: Tensor, p: float | None = None, *, generator: Any = None) -> Tensor:
    """Return 1 with the probability each element of `input` gives (or with probability `p`), else 0.

    Mirrors `torch.bernoulli`.
    """
    if p is not None:
        return input.clone().detach().bernoulli_(p, generator=generator)
    floats_only("bernoulli_tensor_cpu_p_", input._array)
    return _bernoulli(input, generator)


def _mean_std(mean: Any, std: Any, generator: Any = None) -> Any:
    shape = np.broadcast_shapes(np.shape(mean), np.shape(std))
    dtype = getattr(mean, "dtype", None) or std.dtype
    if (np.asarray(std) < 0).any():
        found = f", but found std {std}" if isinstance(std, (int, float)) else ""
        raise RuntimeError(f"normal expects {'' if found else 'all elements of '}std >= 0.0{found}")
    return _normal(source_of(generator), shape, dtype) * np.asarray(std, dtype) + np.asarray(mean, dtype)


_normal_of_mean = op("Normal", _mean_std, variant=1, mean=ZERO)
_normal_of_std = op("Normal", _mean_std, variant=2, std=ZERO)
_normal_of_both = op("Normal", _mean_std, variant=3, mean=ZERO, std=ZERO)


def normal(mean: Any, std: Any = 1.0, size: Any = None, *, generator: Any = None, **options: Any) -> Tensor:
    """Return normal random numbers of the means and standard deviations given. Mirrors `torch.normal`."""
    if isinstance(mean, Tensor) or isinstance(std, Tensor):
        for surplus in options:
            raise TypeError(f"normal() got an unexpected keyword argument '{surplus}'")
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


@allocating
def multinomial(input: Tensor, num_samples: int, replacement: bool = False, *, generator: Any = None) -> Tensor:
    """Return indices drawn with the weights in each row of `input`, (n,) or (m, n). Mirrors `torch.multinomial`."""
    weights = input._array
    _check_weights(weights, num_samples, replacement)
    rows = np.atleast_2d(weights)
    source = source_of(generator)
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
    floats_only("multinomial", weights)
    if count <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    if not replacement and count > weights.shape[-1]:
        raise RuntimeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    if (weights.sum(-1) <= 0).any():
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")


for _function in (manual_seed, seed, initial_seed, get_rng_state, set_rng_state, randint, randint_like, randperm,
                  bernoulli, normal, multinomial):  # fmt: skip
    FUNCTIONS[_function.__name__] = _function
FUNCTIONS["Generator"], FUNCTIONS["default_generator"] = Generator, default_generator
METHODS.update({"bernoulli": bernoulli, "multinomial": multinomial})
