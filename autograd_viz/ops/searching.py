"""Find and repeat: nonzero, searchsorted, bucketize, bincount, repeat_interleave, take_along_dim."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import word
from ..layouts import contiguous_format
from ..tensor import Tensor, make
from .allocation import allocating
from .dims import whole_number, wrap_dim
from .dispatch import broadcast_error
from .op import FUNCTIONS, METHODS
from .type_words import refuse_bools
from .wrapping import check_tensor, public

__all__: list[str] = []


@public()
def nonzero(input: Tensor, *, as_tuple: bool = False) -> Any:
    """Return the indices of the elements that are not zero: (count, ndim), or one vector a dimension.

    Mirrors `torch.nonzero`.
    """
    array = input._array
    if as_tuple:
        return tuple(make(places) for places in np.atleast_1d(array).nonzero())
    return argwhere(input)


@public()
def argwhere(input: Tensor) -> Tensor:
    """Return the indices of the elements that are not zero, (count, ndim). Mirrors `torch.argwhere`."""
    return make(np.argwhere(input._array).astype(np.int64))


@public()
@allocating
def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """Return how often each integer occurs, or the sum of its weights. Mirrors `torch.bincount`."""
    array = input._array
    if array.dtype.kind in "fb":
        raise NotImplementedError(f"\"bincount_cpu\" not implemented for '{word(array.dtype)}'")
    if array.ndim != 1 or array.dtype.kind not in "iu" or (array.size and array.min() < 0):
        raise RuntimeError(
            f"bincount only supports 1-d non-negative integral inputs, got {input.dtype} {list(array.shape)}"
        )
    counts = np.bincount(array, None if weights is None else weights._array, minlength)
    return make(counts.astype(np.float32) if weights is not None and weights._array.dtype == np.float32 else counts)


# search


def searchsorted(
    sorted_sequence: Tensor,
    input: Any,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Tensor | None = None,
) -> Tensor:
    """Return where values would be inserted into a sorted last dimension to keep it sorted.

    Mirrors `torch.searchsorted`.

    Parameters
    ----------
    sorted_sequence : Tensor
        (..., n), or one row for all values.
    input : Tensor or number
        (..., k), its leading dimensions those of `sorted_sequence`.
    out_int32 : bool
        Give int32 instead of int64.
    right : bool
        Insert after equal elements instead of before; the same as side="right".
    side : {"left", "right"}, optional
        See `right`.
    sorter : Tensor, optional
        The order that sorts `sorted_sequence`.
    """
    check_tensor("searchsorted", sorted_sequence, "sorted_sequence")
    if side not in (None, "left", "right"):
        raise RuntimeError(f"torch.searchsorted(): side can only be 'left' or 'right' but got {side}")
    if right and side == "left":
        raise RuntimeError(
            "torch.searchsorted(): side and right can't be set to opposites, got side of left while right was True"
        )
    rows = sorted_sequence._array
    if sorter is not None:
        rows = np.take_along_axis(rows, sorter._array, -1)
    values = np.asarray(input._array if isinstance(input, Tensor) else input)
    if values.dtype.kind == "b":
        refuse_bools("searchsorted_out_cpu", rows)
    if not values.ndim and rows.ndim != 1:
        raise RuntimeError(
            "torch.searchsorted(): input value can be a scalar only when boundaries tensor dimension is 1, but we got "
            f"boundaries tensor dim({rows.ndim}) and input value's dim(0) numel(1)"
        )
    if rows.ndim != 1 and rows.shape[:-1] != values.shape[:-1]:
        raise RuntimeError(
            "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries "
            f"tensor and input value tensor must match, but we got boundaries tensor {list(rows.shape)} and input "
            f"value tensor {list(values.shape)}"
        )
    found = _search(rows, values, "right" if right or side == "right" else "left")
    return make(found.astype(np.int32 if out_int32 else np.int64))


def _search(rows: Any, values: Any, side: Any) -> Any:
    if rows.ndim == 1:
        return np.asarray(np.searchsorted(rows, values, side))
    found = np.empty(values.shape, np.int64)
    for place in np.ndindex(*rows.shape[:-1]):
        found[place] = np.searchsorted(rows[place], values[place], side)
    return found


def bucketize(input: Any, boundaries: Tensor, *, out_int32: bool = False, right: bool = False) -> Tensor:
    """Return the bucket each value falls into, between sorted boundaries. Mirrors `torch.bucketize`."""
    check_tensor("bucketize", boundaries, "boundaries", 2)
    if boundaries._array.ndim != 1:
        raise RuntimeError(f"boundaries tensor must be 1 dimension, but got dim({boundaries._array.ndim})")
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)


FUNCTIONS["searchsorted"], FUNCTIONS["bucketize"], METHODS["bucketize"] = searchsorted, bucketize, bucketize


# repeat and take along


def repeat_interleave(input: Tensor, repeats: Any = None, dim: int | None = None, *, output_size: Any = None) -> Tensor:
    """Return each element repeated, one after the other. Mirrors `torch.repeat_interleave`.

    Parameters
    ----------
    input : Tensor
        What is repeated; given alone, the repeats of 0, 1, 2, ….
    repeats : int or Tensor
        How often, for all or one by one.
    dim : int, optional
        Along which dimension; by default the tensor is flattened.
    output_size : int, optional
        Taken for granted by PyTorch; not needed here.
    """
    check_tensor("repeat_interleave", input)
    if repeats is None:
        return make(_repeated_places(input._array))
    if dim is None:
        flat = input.reshape(-1) if input._array.ndim != 1 else input
        return repeat_interleave(flat, repeats, 0)
    wrapped = wrap_dim(dim, input._array.ndim)
    if isinstance(repeats, (list, tuple)):
        repeats = make(np.array(repeats))
    if isinstance(repeats, Tensor) and repeats._array.size != 1:
        return _repeat_each(input, repeats, wrapped)
    count = whole_number("repeat_interleave", repeats, "repeats", 2)
    if count < 0:
        raise RuntimeError(f"Repeats must be non-negative, got {count}")
    if isinstance(repeats, Tensor):
        return input.index_select(wrapped, make(np.arange(input.shape[wrapped]).repeat(count)))
    shape = input._array.shape
    wide = input.unsqueeze(wrapped + 1).expand(*shape[: wrapped + 1], count, *shape[wrapped + 1 :])
    return wide.clone(memory_format=contiguous_format).flatten(wrapped, wrapped + 1)


def _repeat_each(input: Tensor, repeats: Tensor, dim: int) -> Tensor:
    if repeats._array.size != input._array.shape[dim]:
        raise RuntimeError(
            "repeats must have the same size as input along dim, but got repeats.size(0) = "
            f"{repeats._array.size} and input.size({dim}) = {input._array.shape[dim]}"
        )
    return input.index_select(dim, make(_repeated_places(repeats._array)))


def _repeated_places(repeats: Any) -> Any:
    if repeats.ndim != 1:
        raise RuntimeError("repeat_interleave only accept 1D vector as repeat")
    if repeats.dtype not in (np.int64, np.int32):
        raise NotImplementedError(f"\"repeat_interleave_cpu\" not implemented for '{word(repeats.dtype)}'")
    if repeats.size and repeats.min() < 0:
        raise RuntimeError("repeats can not be negative")
    return np.arange(repeats.size).repeat(repeats)


@public()
def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None) -> Tensor:
    """Return elements at indices along a dimension, the other dimensions broadcast. Mirrors `torch.take_along_dim`."""
    check_tensor("take_along_dim", indices, "indices", 2)
    if indices._array.dtype != np.int64:
        found = word(indices._array.dtype)
        raise RuntimeError(f"torch.take_along_dim(): dtype of indices should be Long but got {found}")
    if dim is None:
        return input.view(-1).gather(0, indices.view(-1))
    ndim = input._array.ndim
    if ndim != indices._array.ndim:
        raise RuntimeError(
            "torch.take_along_dim(): input and indices should have the same number of dimensions, but got "
            f"{ndim} dimensions for input, and {indices._array.ndim} dimensions for indices"
        )
    if not ndim:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    wrapped = wrap_dim(dim, ndim)
    have, want = list(input.shape), list(indices.shape)
    one, two = ((*shape[:wrapped], 1, *shape[wrapped + 1 :]) for shape in (have, want))
    try:
        shape = list(np.broadcast_shapes(one, two))
    except ValueError:
        raise broadcast_error(one, two) from None
    shape[wrapped] = have[wrapped]
    wide = input.expand(shape)
    shape[wrapped] = want[wrapped]
    places = np.broadcast_to(indices._array, shape)
    if have[wrapped]:  # like PyTorch, which counts beyond either end from the other
        places = places % have[wrapped]
    return wide.gather(wrapped, make(places))


FUNCTIONS["repeat_interleave"] = METHODS["repeat_interleave"] = repeat_interleave
