"""Tensors from Python numbers, sequences and NumPy arrays: `tensor`, `as_tensor`, `from_numpy`."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..absent import refused_complex
from ..autograd.state import local
from ..foreign import kind_of
from ..tensor import Tensor
from .creation import check_options, finished, numpy_dtype
from .op import FUNCTIONS, METHODS

__all__ = ["as_tensor", "from_numpy", "tensor"]


def tensor(data: Any, *, dtype: Any = None, requires_grad: bool = False, **options: Any) -> Tensor:
    """Return a new leaf with a copy of `data`.

    Mirrors `torch.tensor`. Tensors among the data give their values only: no gradient flows back to them.

    Parameters
    ----------
    data : number, nested sequence, ndarray or Tensor
        The elements.
    dtype : dtype, optional
        By default bool, int64 or the default floating dtype, as the data demand; an array's own for arrays.
    requires_grad : bool
        Whether autograd shall follow it.
    **options
        `device` (the CPU), `pin_memory`: accepted, without effect.

    Raises
    ------
    ValueError, TypeError, RuntimeError
        When the sequences are ragged or hold something that is not a number.

    Examples
    --------
    >>> import autograd_viz as ag
    >>> ag.tensor([[1, 2.5], [3, 4]])
    tensor([[1.0000, 2.5000],
            [3.0000, 4.0000]])
    """
    check_options("tensor", options)
    wanted = numpy_dtype("tensor", dtype, None)
    if isinstance(data, Tensor):
        warnings.warn(
            "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
            "sourceTensor.detach().clone().requires_grad_(True), rather than tensor(sourceTensor).",
            UserWarning,
            stacklevel=2,
        )
        data = data._array
    return finished(_copied(data, wanted), requires_grad)


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """Return `data` as a tensor, sharing its memory and history where possible. Mirrors `torch.as_tensor`."""
    check_options("as_tensor", {"device": device})
    wanted = numpy_dtype("as_tensor", dtype, None)
    if isinstance(data, Tensor):
        same = wanted is None or wanted == data._array.dtype
        return data if same else data.to(dtype)
    if isinstance(data, np.ndarray) and wanted in (None, data.dtype):
        return from_numpy(data)
    return finished(_copied(data, wanted))


def from_numpy(array: Any) -> Tensor:
    """Return a tensor on the memory of `array`: a change of one shows in the other. Mirrors `torch.from_numpy`."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {kind_of(array)})")
    return finished(_accepted(array))


def _accepted(array: Any) -> Any:
    """Return the array if tensors can hold it, with the dtype object that all tensors of its type have."""
    if not array.dtype.isnative:
        raise ValueError("given numpy array has byte order different from the native byte order.")
    if array.dtype not in dtypes.BY_NUMPY:
        raise TypeError(
            f"can't convert np.ndarray of type numpy.{array.dtype.type.__name__}. The only supported types are: "
            f"{', '.join(each.name for each in dtypes.ALL)}."
        )
    if any(step < 0 for step in array.strides):
        raise ValueError(
            "At least one stride in the given numpy array is negative, and tensors with negative strides are not "
            "currently supported. (You can probably work around this by making a copy of your array with array.copy().)"
        )
    return dtypes.with_usual_dtype(array)


def _copied(data: Any, wanted: Any) -> Any:
    """Return a new array with the data, of the dtype wanted or inferred."""
    if isinstance(data, (np.ndarray, np.generic)):
        return np.array(_accepted(np.asarray(data)), dtype=wanted)
    if isinstance(data, (bool, int, float)):
        return _cast([data], wanted or dtypes.result_type(data)).reshape(())
    shape = _shape(data)
    elements = list(_flat(data, shape, 0))
    if shape and elements and isinstance(elements[0], str):
        raise ValueError("too many dimensions 'str'")
    if wanted is None:
        found = [dtypes.result_type(*group) for group in _by_type(elements)]
        wanted = dtypes._promote(found) if found else dtypes.default_float()
    return _cast([each.item() if hasattr(each, "item") else each for each in elements], wanted).reshape(shape)


def _by_type(elements: list[Any]) -> Iterator[list[Any]]:
    """Yield one element for each type and dtype: the others of its kind infer the same."""
    seen = {(type(each), getattr(each, "dtype", None)): each for each in elements}
    for each in seen.values():
        if not isinstance(each, (bool, int, float, np.generic, Tensor)):
            raise _no_number(each)
        yield [each._array if isinstance(each, Tensor) else each]


def _no_number(value: Any) -> Exception:
    if isinstance(value, str):
        return TypeError("new(): invalid data type 'str'")
    if isinstance(value, complex):
        return refused_complex()
    return RuntimeError(f"Could not infer dtype of {kind_of(value)}")


def _shape(data: Any) -> tuple[int, ...]:
    """Return the shape that the first elements of nested sequences tell."""
    lengths: list[int] = []
    while _is_sequence(data):
        if isinstance(data, Tensor):
            return (*lengths, *data._array.shape)
        lengths.append(len(data))
        if not lengths[-1]:
            break
        data = data[0]
    return tuple(lengths)


def _is_sequence(value: Any) -> bool:
    if isinstance(value, Tensor):
        return value._array.ndim > 0 and value._array.size != 1
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _flat(data: Any, shape: tuple[int, ...], dim: int) -> Iterator[Any]:
    """Yield the elements in order, checking that every sequence has the length the shape says."""
    if dim == len(shape):
        if isinstance(data, Tensor):
            yield _warned(data)
        elif _is_sequence(data):
            raise TypeError(f"'{type(data).__name__}' object cannot be interpreted as a number")
        else:
            yield data
        return
    if isinstance(data, Tensor):
        raise ValueError("only one element tensors can be converted to Python scalars")
    if not _is_sequence(data):
        raise TypeError(f"not a sequence: {type(data).__name__} at dim {dim}, where others have {shape[dim]} elements")
    if len(data) != shape[dim]:
        raise ValueError(f"expected sequence of length {shape[dim]} at dim {dim} (got {len(data)})")
    if dim == len(shape) - 1 and isinstance(data, (list, tuple)) and not any(map(_nested, data)):
        yield from data
        return
    for each in data:
        yield from _flat(each, shape, dim + 1)


def _nested(value: Any) -> bool:
    return isinstance(value, Tensor) or _is_sequence(value)


def _warned(element: Tensor) -> Tensor:
    if element._requires_grad and local.grad_enabled:
        warnings.warn(
            "Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior. Consider using "
            "tensor.detach() first.",
            UserWarning,
            stacklevel=2,
        )
    return element


def _cast(elements: list[Any], dtype: Any) -> Any:
    """Return an array of Python numbers, floats cut to integers where `dtype` demands, overflow refused."""
    if None in elements:  # NumPy would make NaN of it
        raise TypeError("must be real number, not NoneType")
    try:
        if dtype.kind == "b":
            return np.array([bool(each) for each in elements], dtype=bool)
        if dtype.kind != "f":
            return _narrowed(np.array([int(each) for each in elements], dtype=np.int64), dtype)
        with np.errstate(all="ignore"):
            return np.array(elements, dtype=np.float64).astype(dtype)
    except OverflowError:
        raise ValueError("Overflow when unpacking long long") from None
    except (TypeError, ValueError):
        wrong = next((each for each in elements if not isinstance(each, (bool, int, float))), None)
        raise _no_number(wrong) from None


def _narrowed(whole: Any, dtype: Any) -> Any:
    cast = whole.astype(dtype)
    if dtype.kind in "iu" and (cast != whole).any() and not (dtype.kind == "u" and (whole < 0).any()):
        raise RuntimeError(f"value cannot be converted to type {dtype} without overflow")
    return cast


def scalar_tensor(s: Any, *, dtype: Any = None, **options: Any) -> Tensor:
    """Return a 0-dim tensor of the default dtype. Mirrors `torch.scalar_tensor`."""
    return tensor(s, dtype=dtypes.get_default_dtype() if dtype is None else dtype, **options)


def _new_tensor(self: Tensor, data: Any, *, dtype: Any = None, **options: Any) -> Tensor:
    """Return a new tensor of `data`, of this tensor's dtype. Mirrors `torch.Tensor.new_tensor`."""
    return tensor(data, dtype=self.dtype if dtype is None else dtype, **options)


for _function in (tensor, as_tensor, from_numpy, scalar_tensor):
    FUNCTIONS[_function.__name__] = _function
FUNCTIONS["asarray"] = as_tensor
METHODS["new_tensor"] = _new_tensor
