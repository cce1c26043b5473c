"""Square brackets: `x[...]` and `x[...] = y`, and `index`, `index_put`.

Note [Square brackets]
Integers, slices, None and Ellipsis are carried out one after another as views (select, slice, unsqueeze), index
tensors and masks then all at once by `index`. Where index tensors are separated by a whole dimension, the dimension
they make comes first. An assignment copies into the views, or into what index tensors choose by `index_put_`.
Mirrors PyTorch's `python_variable_indexing.cpp`.
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..foreign import kind_of
from ..tensor import Tensor, make
from .dispatch import Scalar
from .index_arrays import IndexArrays, unchanged
from .inplace import call_inplace
from .op import FUNCTIONS, METHODS, op, register
from .positions import add_at, looked_up, nothing_taken, out_of_bounds
from .shape import unsqueeze
from .slices import _select_op, _slice_op
from .transposition import alias
from .type_words import refuse_fill

__all__ = ["index", "index_put"]


# the operations on index tensors: their indices are plain arrays, None for a whole dimension


def _index(self: Any, indices: Any) -> Any:
    where = looked_up(self.shape, indices)
    try:
        return self[where]
    except IndexError:
        nothing = nothing_taken(self, where)
        if nothing is not None:
            return nothing
        out_of_bounds(self.shape, where)
        raise


def _index_put(self: Any, indices: Any, values: Any, accumulate: bool = False) -> Any:
    changed = np.array(self, order="C")
    _put_into(changed, indices, values, accumulate)
    return changed


def _put_into(self: Any, indices: Any, values: Any, accumulate: bool = False) -> None:
    where = looked_up(self.shape, indices)
    try:
        if accumulate:
            add_at(self, where, values)
        else:
            self[where] = values
    except IndexError:
        if nothing_taken(self, where) is not None:
            return
        out_of_bounds(self.shape, where)
        raise
    except ValueError:
        raise RuntimeError(
            f"shape mismatch: value tensor of shape {list(np.shape(values))} cannot be broadcast to indexing result of "
            f"shape {list(self[where].shape)}"
        ) from None


def _put_elsewhere(xp: Any, grad: Any, indices: Any, accumulate: bool) -> Any:
    return grad if accumulate else xp.index_put(grad, unchanged(indices), xp.new_zeros(grad, ()))


_index_op = op(
    "Index",
    _index,
    self=(
        "put_back(grad, into=self_shape, at=indices)",
        lambda xp, grad, self_shape, indices: xp.index_put(
            xp.new_zeros(grad, self_shape), unchanged(indices), grad, True
        ),
    ),
)
_index_put_op, _index_add_op = (
    op(
        "IndexPut",
        _index_put,
        into=_put_into,
        self=(elsewhere, _put_elsewhere),
        values=("index(grad, indices)", lambda xp, grad, indices: xp.index(grad, unchanged(indices))),
    )
    for elsewhere in ("zeroed(grad, at=indices)", "grad")  # without and with `accumulate`
)


def index(input: Tensor, indices: Any) -> Tensor:
    """Return what a list of index tensors chooses, None standing for a whole dimension."""
    return _index_op(input, _plain(indices))


def _plain(indices: Any) -> IndexArrays:
    """Return index tensors as arrays."""
    if isinstance(indices, IndexArrays):
        return indices
    return IndexArrays([index._array if isinstance(index, Tensor) else index for index in indices], indices)


def _checked_put(self: Tensor, indices: Any, values: Any, accumulate: bool) -> list[Any]:
    if not isinstance(indices, (list, tuple)):
        raise TypeError(
            f"index_put(): argument 'indices' (position 1) must be tuple of Tensors, not {type(indices).__name__}"
        )
    if values._array.dtype != self._array.dtype:
        one, two = dtypes.word(self._array.dtype), dtypes.word(values._array.dtype)
        raise RuntimeError(
            f"Index put requires the source and destination dtypes match, got {one} for the destination and {two} for "
            "the source."
        )
    return [self, _plain(indices), values, accumulate]


def index_put(input: Tensor, indices: Any, values: Tensor, accumulate: bool = False) -> Tensor:
    """Return a copy with `values` where index tensors point, added if `accumulate`. Mirrors `torch.index_put`.

    Parameters
    ----------
    input : Tensor
        What is copied.
    indices : tuple of Tensor
        One a dimension, broadcast together; masks stand for as many as they have dimensions.
    values : Tensor
        Broadcasts to what `input[indices]` is, and has the dtype of `input`.
    accumulate : bool
        Add to what is there: then a place named twice gets both values.
    """
    return (_index_add_op if accumulate else _index_put_op)(*_checked_put(input, indices, values, accumulate))


def index_put_(self: Tensor, indices: Any, values: Tensor, accumulate: bool = False) -> Tensor:
    """Put `values` where index tensors point, in place. Mirrors `torch.Tensor.index_put_`."""
    entry: Any = _index_add_op if accumulate else _index_put_op
    return call_inplace(entry.op, _checked_put(self, indices, values, accumulate))


# reading


INDEX = np.dtype(np.int64)


def getitem(self: Tensor, key: Any) -> Tensor:
    """Return what the key chooses: a view for integers and slices, a copy for index tensors and masks."""
    if key.__class__ is int:
        return _at(self, 0, key, 0)
    if key.__class__ is slice and self._array.ndim:
        return _sliced(self, 0, key)
    if key.__class__ is Tensor and key._array.dtype is INDEX and key._array.ndim and self._array.ndim:
        return _index_op(self, IndexArrays([key._array], (key,)))
    if key.__class__ is tuple and len(key) <= self._array.ndim and PLAIN.issuperset(map(type, key)):
        view, indices = _part(self, key), None
    else:
        view, indices = _apply(self, key)
    if indices is not None:
        return _index_op(view, indices)
    return alias(view) if view is self else view


PLAIN = frozenset((int, slice))


def _part(self: Tensor, keys: tuple[Any, ...]) -> Tensor:
    """Return what integers and slices choose, no more of them than there are dimensions: the views of `_apply`."""
    view, dim = self, 0
    for passed, each in enumerate(keys):
        if each.__class__ is int:
            view = _at(view, dim, each, passed)
        else:
            view = view if each == _WHOLE else _sliced(view, dim, each, skip_whole=True)
            dim += 1
    return view


def _apply(self: Tensor, key: Any) -> tuple[Tensor, list[Any] | None]:
    """Carry out the views that a key asks for; return what is left for index tensors, if any."""
    keys = [_read(each) for each in (key if _is_tuple(key) else (key,))]
    named = sum(map(_dims_named, keys))
    if named > self._array.ndim:
        if self._array.ndim == 0 and len(keys) == 1 and isinstance(keys[0], int):
            raise IndexError(_ZERO_DIM)
        if self._array.ndim == 0 and any(isinstance(each, slice) for each in keys):
            raise IndexError("slice() cannot be applied to a 0-dim tensor.")
        raise IndexError(f"too many indices for tensor of dimension {self._array.ndim}")
    view, dim, indices = self, 0, {}
    passed = 0  # dimensions of self that the keys so far have spoken of
    for each in keys:
        if each is Ellipsis:
            dim, passed = dim + self._array.ndim - named, passed + self._array.ndim - named
        elif each is None:
            view, dim = unsqueeze(view, dim), dim + 1
        elif isinstance(each, bool):
            view = unsqueeze(view, dim)
            indices[dim] = np.zeros(int(each), dtype=np.int64)
            dim += 1
        elif isinstance(each, slice):
            view = view if each == _WHOLE else _sliced(view, dim, each, skip_whole=True)
            dim, passed = dim + 1, passed + 1
        elif isinstance(each, int):
            view, passed = _at(view, dim, each, passed), passed + 1
        else:
            indices[dim] = each
            dim, passed = dim + _dims_named(each), passed + _dims_named(each)
    if not indices:
        return view, None
    return view, IndexArrays(_in_order(indices), key if isinstance(key, (list, tuple)) else (key,))


def _in_order(indices: dict[int, Any]) -> list[Any]:
    """Return the index arrays as a list with None for the dimensions between, a mask counting once."""
    ordered: list[Any] = []
    dim = 0
    for place in sorted(indices):
        ordered.extend([None] * (place - dim))
        ordered.append(indices[place])
        dim = place + _dims_named(indices[place])
    return ordered


_WHOLE = slice(None)
_ZERO_DIM = (
    "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim "
    "tensor to a number"
)


def _is_tuple(key: Any) -> bool:
    """Return whether a key is a tuple of keys, as a list that holds slices, None or sequences is, too."""
    if isinstance(key, tuple):
        return True
    if not isinstance(key, list) or len(key) >= 32:
        return False
    return any(each is None or each is Ellipsis or isinstance(each, (slice, Tensor, Sequence)) for each in key)


def _dims_named(key: Any) -> int:
    """Return how many dimensions of the tensor a key speaks of."""
    if key is None or key is Ellipsis or isinstance(key, bool):
        return 0
    return key.ndim if isinstance(key, np.ndarray) and key.dtype.kind == "b" else 1


def _read(key: Any) -> Any:
    """Return a key as an int, bool, slice, None, Ellipsis or index array."""
    if key is None or key is Ellipsis or isinstance(key, (int, slice)):
        return key
    if isinstance(key, np.integer):
        return int(key)
    if isinstance(key, (list, tuple, range)):
        from .data import tensor

        key = tensor(key)._array if len(key) else np.zeros(0, np.int64)
    if isinstance(key, str):
        raise TypeError("new(): invalid data type 'str': tensors have no named fields")
    array = key._array if isinstance(key, Tensor) else key
    if not isinstance(array, np.ndarray):
        raise IndexError(
            "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices (got "
            f"{kind_of(key)})"
        )
    return _checked(array)


def _checked(array: Any) -> Any:
    if array.dtype == np.uint8:
        warnings.warn(
            "indexing with dtype torch.uint8 is now deprecated, please use a dtype torch.bool instead.",
            UserWarning,
            stacklevel=2,
        )
        array = array.astype(bool)
    if array.dtype.kind != "b" and array.dtype not in (np.int64, np.int32):
        raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
    return array if array.ndim else array.item()


def _at(view: Tensor, dim: int, index: int, passed: int) -> Tensor:
    """Select along a dimension; `passed` is its number before any was taken away, for the error."""
    shape = view._array.shape
    if not shape:
        raise IndexError(_ZERO_DIM)
    size = shape[dim]
    if not -size <= index < size:
        if not -(2**63) <= index < 2**63:
            raise ValueError("Overflow when unpacking long long")
        raise IndexError(f"index {index} is out of bounds for dimension {passed} with size {size}")
    return _select_op(view, dim, index + size if index < 0 else index)


def _sliced(view: Tensor, dim: int, key: slice, skip_whole: bool = False) -> Tensor:
    shape = view._array.shape
    if not shape:
        raise IndexError("slice() cannot be applied to a 0-dim tensor.")
    if key.step is not None and operator.index(key.step) < 0:
        raise ValueError("step must be greater than zero")
    start, end, step = key.indices(shape[dim])
    if skip_whole and (start, end, step) == (0, shape[dim], 1) and key.start in (None, 0):
        return view  # PyTorch takes a slice that starts at -length for a part
    return _slice_op(view, dim, start, max(start, end), step)


# writing


def setitem(self: Tensor, key: Any, value: Any) -> None:
    """Write a number or a tensor, broadcast, into what the key chooses."""
    if isinstance(value, Scalar):
        number = np.asarray(value).astype(self._array.dtype)
        refuse_fill(value, number)
        value = make(number)
    elif not isinstance(value, Tensor):
        kind = "numpy.ndarray" if isinstance(value, np.ndarray) else kind_of(value)
        raise TypeError(f"can't assign a {kind} to a {self.dtype.tensor_type}")
    if isinstance(key, bool):
        view, indices = unsqueeze(self, 0), None
        if not key:
            return
    else:
        view, indices = _apply(self, key)
    if indices is None:
        _copy_into(view, value)
    else:
        index_put_(view, indices, _without_leading_ones(value))


def _copy_into(view: Tensor, value: Any) -> None:
    shape = view._array.shape
    if value._array.shape == shape:
        view.copy_(value)
    elif value._array.ndim == 0:
        view.fill_(value)
    else:
        value = value.view(_stripped(value._array.shape))
        view.copy_(value if value._array.shape == shape else value.expand(shape))


def _stripped(shape: tuple[int, ...]) -> tuple[int, ...]:
    leading = next((i for i, length in enumerate(shape) if length != 1), len(shape))
    return shape[leading:]


def _without_leading_ones(value: Any) -> Any:
    shape = value._array.shape
    return value.view(_stripped(shape)) if shape and shape[0] == 1 else value


def _delitem(self: Tensor, key: Any) -> None:
    raise TypeError("Tensor does not support deleting items")


register("index", index, forward=_index, method=False, public=False)
register("index_put", index_put, forward=_index_put)
METHODS["index_put_"] = FUNCTIONS["index_put_"] = index_put_
METHODS.update({"__getitem__": getitem, "__setitem__": setitem, "__delitem__": _delitem})
