"""Making tensors that are not computed from others: `zeros`, `arange`, `eye`, `*_like`, `new_*` and the like.

Making one from Python data (`tensor`, `as_tensor`, `from_numpy`) is in data.py, from random numbers in random.py.
What is made here is a leaf: no node is left behind.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import dtypes
from ..absent import refused_out
from ..autograd.silence import keep_quiet
from ..autograd.state import fast, local
from ..foreign import kind_of
from ..tensor import Tensor, device, make
from .allocation import allocating
from .memory_order import laid_out_like
from .op import FUNCTIONS, METHODS, arrays, register
from .type_words import not_implemented, refuse_fill
from .wrapping import check_number

__all__ = ["finished", "sizes_of"]

IGNORED = ("pin_memory", "layout", "memory_format", "names")


def finished(array: Any, requires_grad: bool = False) -> Tensor:
    """Return a new leaf on `array`, marked as made in inference mode where that is on.

    Raises
    ------
    RuntimeError
        When `requires_grad` is asked of a dtype that is not floating point.
    """
    keep_quiet()
    made = make(array)
    if fast.special and local.inference:
        made.meta().inference = True
    if requires_grad:
        if not isinstance(requires_grad, (bool, np.bool_)):
            raise TypeError(f"argument 'requires_grad' must be bool, not {type(requires_grad).__name__}")
        if array.dtype.kind != "f":
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        made._requires_grad = True
    return made


def check_options(name: str, options: dict[str, Any]) -> None:
    """Accept the options that mean nothing here (`pin_memory`, `layout`, ...), check `device`, refuse the others."""
    for key, value in options.items():
        if key == "device":
            if value is not None:
                device(value)
        elif key == "out":
            if value is not None:
                raise refused_out(name)
        elif key not in IGNORED:
            raise TypeError(f"{name}() got an unexpected keyword argument '{key}'")


def numpy_dtype(name: str, dtype: Any, default: Any) -> Any:
    """Return the NumPy dtype that a `dtype=` argument means, `default` for None."""
    if dtype is None:
        return default
    if isinstance(dtype, (dtypes.dtype, type)):
        return dtypes.to_numpy(dtype)
    raise TypeError(f"{name}(): argument 'dtype' must be torch.dtype, not {type(dtype).__name__}")


def sizes_of(name: str, size: tuple[Any, ...]) -> tuple[int, ...]:
    """Return the shape meant by `f(2, 3)` or `f((2, 3))`.

    Raises
    ------
    TypeError, RuntimeError
        When a length is not an integer, or negative.
    """
    given: Any = size[0] if len(size) == 1 and isinstance(size[0], (list, tuple)) else size
    lengths = []
    for position, length in enumerate(given):
        try:
            if isinstance(length, bool):
                raise TypeError
            lengths.append(operator.index(length))
        except TypeError:
            raise TypeError(
                f"{name}(): argument 'size' (position {position + 1}) must be tuple of ints, not "
                f"{type(length).__name__}"
            ) from None
    if any(length < 0 for length in lengths):
        negative = next(length for length in lengths if length < 0)
        if name == "zeros":
            raise RuntimeError(f"zeros: Dimension size must be non-negative, got {lengths}.")
        raise RuntimeError(f"Trying to create tensor with negative dimension {negative}: {lengths}")
    return tuple(lengths)


def _factory(name: str, fill: Callable[..., Any], summary: str) -> Callable[..., Tensor]:
    """Make `name(*size)` and its relatives `name_like(tensor)` and `tensor.new_name(*size)`."""
    fill = allocating(fill)

    def function(*size: Any, dtype: Any = None, requires_grad: bool = False, **options: Any) -> Tensor:
        if "size" in options:
            size = (options.pop("size"),)
        check_options(name, options)
        if not size:
            raise TypeError(f'{name}() missing 1 required positional arguments: "size"')
        found = numpy_dtype(name, dtype, dtypes.default_float())
        return finished(fill(sizes_of(name, size), found), requires_grad)

    def like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False, **options: Any) -> Tensor:
        check_options(f"{name}_like", options)
        _check_tensor(f"{name}_like", input)
        found = numpy_dtype(name, dtype, input._array.dtype)
        memory_format = options.get("memory_format")
        return finished(laid_out_like(input._array, memory_format, lambda shape: fill(shape, found)), requires_grad)

    def new(self: Tensor, *size: Any, dtype: Any = None, **options: Any) -> Tensor:
        return function(*size, dtype=self.dtype if dtype is None else dtype, **options)

    function.__doc__ = f"Return a tensor {summary}. Mirrors `torch.{name}`."
    like.__doc__ = f"Return a tensor {summary}, of the shape and dtype of `input`. Mirrors `torch.{name}_like`."
    new.__doc__ = f"Return a tensor {summary}, of this tensor's dtype. Mirrors `torch.Tensor.new_{name}`."
    for made, called in ((function, name), (like, f"{name}_like"), (new, f"new_{name}")):
        made.__name__ = made.__qualname__ = called
    FUNCTIONS[name] = function
    register(f"{name}_like", like, forward=lambda input: fill(input.shape, input.dtype), method=False)
    register(f"new_{name}", new, forward=lambda self, size: fill(size, self.dtype), public=False)
    return function


def _check_tensor(name: str, value: Any) -> None:
    if not isinstance(value, Tensor):
        raise TypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {kind_of(value)}")


zeros = _factory("zeros", np.zeros, "of zeros")
ones = _factory("ones", np.ones, "of ones")
empty = _factory("empty", np.empty, "of arbitrary values")


def full(size: Any, fill_value: Any, *, dtype: Any = None, requires_grad: bool = False, **options: Any) -> Tensor:
    """Return a tensor of `size` filled with `fill_value`, whose type decides the dtype. Mirrors `torch.full`."""
    check_options("full", options)
    if not isinstance(size, (list, tuple)):
        raise TypeError(f"full(): argument 'size' (position 1) must be tuple of ints, not {type(size).__name__}")
    if isinstance(fill_value, Tensor):
        if fill_value._requires_grad or fill_value._array.ndim:
            raise TypeError("full(): argument 'fill_value' (position 2) must be Number, not Tensor")
        fill_value = fill_value.item()
    if not isinstance(fill_value, complex):
        check_number("full", fill_value, "fill_value", 2)
    found = numpy_dtype("full", dtype, dtypes.result_type(fill_value))
    return finished(filled(sizes_of("full", (size,)), fill_value, found), requires_grad)


@allocating
def filled(shape: tuple[int, ...], value: Any, dtype: Any) -> Any:
    """Return an array of one value, cast as PyTorch casts: floats to integers by dropping the fraction."""
    found = np.empty(shape, dtype)
    refuse_fill(value, found)
    with np.errstate(all="ignore"):
        found.fill(np.asarray(value).astype(dtype)[()])
    return found


def full_like(
    input: Tensor, fill_value: Any, *, dtype: Any = None, requires_grad: bool = False, **options: Any
) -> Tensor:
    """Return a tensor like `input` filled with `fill_value`. Mirrors `torch.full_like`."""
    check_options("full_like", options)
    _check_tensor("full_like", input)
    value = fill_value.item() if isinstance(fill_value, Tensor) else fill_value
    check_number("full_like", value, "fill_value", 2)
    found = numpy_dtype("full_like", dtype, input._array.dtype)
    array = laid_out_like(input._array, options.get("memory_format"), lambda shape: filled(shape, value, found))
    return finished(array, requires_grad)


def _new_full(self: Tensor, size: Any, fill_value: Any, *, dtype: Any = None, **options: Any) -> Tensor:
    """Return a tensor of `size` filled with `fill_value`, of this tensor's dtype. Mirrors `torch.Tensor.new_full`."""
    return full(size, fill_value, dtype=self.dtype if dtype is None else dtype, **options)


def eye(n: int, m: int | None = None, *, dtype: Any = None, requires_grad: bool = False, **options: Any) -> Tensor:
    """Return a matrix (n, m) with ones on its diagonal and zeros elsewhere. Mirrors `torch.eye`."""
    check_options("eye", options)
    for letter, length in (("n", n), ("m", m)):
        if length is not None and length < 0:
            raise RuntimeError(f"{letter} must be greater or equal to 0, got {length}")
    found = numpy_dtype("eye", dtype, dtypes.default_float())
    return finished(allocating(np.eye)(n, m, 0, found), requires_grad)


def arange(*bounds: Any, dtype: Any = None, requires_grad: bool = False, **options: Any) -> Tensor:
    """Return the values from `start` up to but without `end`, `step` apart: `arange([start, ]end[, step])`.

    Mirrors `torch.arange`: integers give int64, a float among the arguments the default dtype.
    """
    alone = len(bounds) == 1 and not {"start", "end"} & options.keys()
    names = ("end",) if alone else ("start", "end", "step")
    given = dict(zip(names, bounds, strict=False))
    given.update({name: options.pop(name) for name in ("start", "end", "step") if name in options})
    check_options("arange", options)
    if "end" not in given or len(bounds) > 3:
        raise TypeError(
            f"arange() received an invalid combination of arguments - got {bounds!r}; it takes start, end, step"
        )
    start, end, step = (_number("arange", given.get(k, v)) for k, v in (("start", 0), ("end", None), ("step", 1)))
    whole = all(isinstance(value, int) for value in (start, end, step))
    found = numpy_dtype("arange", dtype, np.dtype(np.int64) if whole else dtypes.default_float())
    if found.kind == "b":
        raise not_implemented("arange_cpu", found)
    if found.kind != "f" and not whole and all(map(math.isfinite, (start, end, step))):
        # torch takes its steps in the result's dtype, but counts those of the numbers given unless it is int64
        if found == np.int64:
            start, end, step = int(start), int(end), int(step)
            if step == 0:
                raise ValueError("step must be nonzero")
        count = len(_steps(start, end, step))
        return finished((int(start) + np.arange(count) * int(step)).astype(found), requires_grad)
    return finished(_steps(start, end, step).astype(found), requires_grad)


@allocating
def _steps(start: Any, end: Any, step: Any) -> Any:
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if not (math.isfinite(start) and math.isfinite(end)):
        raise RuntimeError(f"unsupported range: {start} -> {end}")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    return start + np.arange(math.ceil((end - start) / step)) * step


def _number(name: str, value: Any) -> Any:
    """Return a Python number given as one, as a NumPy scalar or as a tensor of one element."""
    if isinstance(value, (Tensor, np.generic)):
        return value.item()
    if not isinstance(value, (int, float)):
        raise TypeError(
            f"{name}() received an invalid combination of arguments: expected Number, got {type(value).__name__}"
        )
    return value


def linspace(
    start: Any, end: Any, steps: int, *, dtype: Any = None, requires_grad: bool = False, **options: Any
) -> Tensor:
    """Return `steps` values evenly spaced from `start` to `end`, both included. Mirrors `torch.linspace`."""
    check_options("linspace", options)
    found = numpy_dtype("linspace", dtype, dtypes.default_float())
    return finished(_evenly(_number("linspace", start), _number("linspace", end), steps, found), requires_grad)


@allocating
def _evenly(start: float, end: float, steps: int, dtype: Any) -> Any:
    """Space values from both ends towards the middle, in the result's precision, as PyTorch does."""
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    if dtype.kind == "b":
        raise not_implemented("linspace_cpu", dtype)
    exact = dtype if dtype.kind == "f" else np.dtype(np.float64)
    first, last = np.array(start).astype(dtype), np.array(end).astype(dtype)
    if steps <= 1:
        return np.full(steps, first)
    step = (last.astype(exact) - first.astype(exact)) / exact.type(steps - 1)
    index = np.arange(steps)
    rising = first.astype(exact) + step * index.astype(exact)
    falling = last.astype(exact) - step * (steps - 1 - index).astype(exact)
    return np.where(index < steps // 2, rising, falling).astype(dtype)


def logspace(
    start: Any, end: Any, steps: int, base: float = 10.0, *, dtype: Any = None, requires_grad: bool = False,
    **options: Any,
) -> Tensor:
    """Return `steps` values from base**start to base**end, evenly spaced in their logarithms."""
    check_options("logspace", options)
    found = numpy_dtype("logspace", dtype, dtypes.default_float())
    powers = _evenly(_number("logspace", start), _number("logspace", end), steps, np.dtype(np.float64))
    return finished((base**powers).astype(found), requires_grad)


for _function in (full, eye, arange, linspace, logspace):
    FUNCTIONS[_function.__name__] = _function
register("full_like", full_like, forward=lambda input, value: filled(input.shape, value, input.dtype), method=False)
METHODS["new_full"] = _new_full
arrays.zeros, arrays.ones = np.zeros, np.ones
