"""Taking tensors apart: unbind, split, chunk, tensor_split; and grids spanned by vectors."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from ..tensor import Tensor
from .arguments import say
from .dims import whole_number, wrap_dim
from .expansion import expand
from .joining import stack
from .op import op, register
from .shape import reshape, view
from .slices import slice_
from .wrapping import check_tensors

__all__ = ["split", "unbind"]


# unbind


def _unbind(self: Any, dim: int = 0) -> list[Any]:
    before = (slice(None),) * (dim % self.ndim)
    places: list[Any] = [(*before, i, ...) for i in range(self.shape[dim])]
    return [self[place] for place in places]


def _unbind_back(xp: Any, grads: list[Any], dim: int) -> list[Any]:
    some = next(grad for grad in grads if grad is not None)
    return [xp.stack([xp.zeros_like(some) if grad is None else grad for grad in grads], dim)]


_unbind_op = op("Unbind", _unbind, view=True, variadic=True, backward=({"self": "stack(grads, dim)"}, _unbind_back))


def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """Return the slices along a dimension, as views. Mirrors `torch.unbind`.

    Raises
    ------
    IndexError
        When the tensor has no dimensions.
    """
    if input._array.ndim == 0:
        raise IndexError("Dimension specified as 0 but tensor has no dimensions")
    return _unbind_op(input, wrap_dim(dim, input._array.ndim))


# split and chunk


def _split(self: Any, split_size: int, dim: int) -> list[Any]:
    return _split_with_sizes(self, _even_sizes(self.shape[dim], split_size), dim)


def _even_sizes(length: int, size: int) -> tuple[int, ...]:
    """Return the lengths of parts of `size` elements, the last one shorter where they do not come out even."""
    if length == 0:
        return (0,)
    return tuple(min(size, length - start) for start in range(0, length, size))


def _split_with_sizes(self: Any, split_sizes: tuple[int, ...], dim: int) -> list[Any]:
    parts, start, before = [], 0, (slice(None),) * dim
    for size in split_sizes:
        place = (*before, slice(start, start + size))
        parts.append(self[place])
        start += size
    return parts


def _joined(xp: Any, grads: list[Any], sizes: tuple[int, ...], dim: int, self_shape: tuple[int, ...]) -> list[Any]:
    """Join the gradients of the parts, those that never came being zeros."""
    some = next(grad for grad in grads if grad is not None)
    single = xp.zeros_like(xp.sum(some, (dim,), True))
    parts = []
    for grad, size in zip(grads, sizes, strict=True):
        rest = (*self_shape[:dim], size, *self_shape[dim + 1 :])
        parts.append(xp.expand(single, rest) if grad is None else grad)
    return [xp.cat(parts, dim)]


_split_op = op(
    "Split",
    _split,
    view=True,
    variadic=True,
    backward=(
        {"self": "cat(grads, dim)"},
        lambda xp, grads, split_size, dim, self_shape: _joined(
            xp, grads, _even_sizes(self_shape[dim], split_size), dim, self_shape
        ),
    ),
)
_split_with_sizes_op = op(
    "SplitWithSizes",
    _split_with_sizes,
    view=True,
    variadic=True,
    backward=(
        {"self": "cat(grads, dim)"},
        lambda xp, grads, split_sizes, dim, self_shape: _joined(xp, grads, split_sizes, dim, self_shape),
    ),
)


def split(tensor: Tensor, split_size_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Return the parts of a tensor along a dimension, as views. Mirrors `torch.split`.

    Parameters
    ----------
    tensor : Tensor
        What is taken apart.
    split_size_or_sections : int or sequence of int
        The length of every part (the last may be shorter), or of each.
    dim : int
        Along which dimension.

    Raises
    ------
    RuntimeError
        When the lengths are negative or do not add up.
    """
    if isinstance(split_size_or_sections, (tuple, list)):
        return split_with_sizes(tensor, split_size_or_sections, dim)
    shape, size = tensor._array.shape, whole_number("split", split_size_or_sections, "split_size", 2)
    if not shape:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    if size < 0:
        raise RuntimeError(f"split expects split_size be non-negative, but got split_size={size}")
    where = wrap_dim(dim, len(shape))
    if size == 0 and shape[where] != 0:
        raise RuntimeError(
            f"split_size can only be 0 if dimension size is 0, but got dimension size of {shape[where]}"
        )
    return _split_op(tensor, size, where)


def _split_method(input: Tensor, split_size: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Return the parts of a tensor along a dimension, as views. Mirrors `torch.Tensor.split`."""
    return split(input, split_size, dim)


def split_with_sizes(input: Tensor, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Return parts of given lengths, as views. Mirrors `torch.split_with_sizes`."""
    shape = input._array.shape
    sizes = tuple([whole_number("split_with_sizes", each, "split_sizes", 2) for each in split_sizes])
    if not shape:
        raise RuntimeError("split_with_sizes expects at least a 1-dimensional tensor")
    where = wrap_dim(dim, len(shape))
    if any(size < 0 for size in sizes):
        raise RuntimeError(
            f"split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes={list(sizes)}"
        )
    if sum(sizes) != shape[where]:
        raise RuntimeError(
            f"split_with_sizes expects split_sizes to sum exactly to {shape[where]} (input tensor's size at dimension "
            f"{where}), but got split_sizes={list(sizes)}"
        )
    return _split_with_sizes_op(input, sizes, where)


def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """Return at most `chunks` parts of equal length (the last may be shorter), as views. Mirrors `torch.chunk`."""
    shape = input._array.shape
    if not shape:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor")
    if (chunks := whole_number("chunk", chunks, "chunks", 2)) <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    where = wrap_dim(dim, len(shape))
    size = -(-shape[where] // chunks)
    if size == 0:
        return split_with_sizes(input, (0,) * chunks, where)
    return split(input, size, where)


# tensor_split


def tensor_split(input: Tensor, indices_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Return parts as nearly equal as can be, or the parts between given indices, as views.

    Mirrors `torch.tensor_split`.
    """
    shape = input._array.shape
    if not shape:
        raise RuntimeError("tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims")
    where = wrap_dim(dim, len(shape))
    length = shape[where]
    if isinstance(indices_or_sections, Tensor):
        indices_or_sections = indices_or_sections._array.tolist()
    if isinstance(indices_or_sections, (tuple, list)):
        starts, ends = (0, *indices_or_sections), (*indices_or_sections, length)
    else:
        count = whole_number("tensor_split", indices_or_sections, "sections", 2)
        if count <= 0:
            raise RuntimeError(f"number of sections must be larger than 0, got {count}")
        bounds = [i * (length // count) + min(i, length % count) for i in range(count + 1)]
        starts, ends = tuple(bounds[:-1]), tuple(bounds[1:])
    found = [slice(start, end).indices(length) for start, end in zip(starts, ends, strict=True)]
    return tuple(slice_(input, where, start, max(start, end), 1) for start, end, _ in found)


def _directed(name: str, ndim: int, dim: int) -> Any:
    def function(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
        shape = input._array.shape
        if len(shape) < ndim:
            raise RuntimeError(
                f"torch.{name} requires a tensor with at least {ndim} dimension, but got a tensor with {len(shape)} "
                "dimensions!"
            )
        where = 0 if len(shape) == 1 else dim
        if isinstance(indices_or_sections, int) and (
            indices_or_sections == 0 or shape[where] % indices_or_sections
        ):
            raise RuntimeError(
                f"torch.{name} attempted to split along dimension {where}, but the size of the dimension "
                f"{shape[where]} is not divisible by the split_size {indices_or_sections}!"
            )
        return tensor_split(input, indices_or_sections, where)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Return the parts of a tensor along dimension {dim}, as views. Mirrors `torch.{name}`."
    return function


# grids


def meshgrid(*tensors: Any, indexing: str | None = None) -> tuple[Tensor, ...]:
    """Return the coordinates of every point of the grid that vectors span. Mirrors `torch.meshgrid`.

    Parameters
    ----------
    *tensors : Tensor
        Vectors, or 0-dim tensors, of one dtype.
    indexing : {"ij", "xy"}, optional
        Whether the first two vectors run along rows and columns, or the other way round.
    """
    given = list(tensors[0]) if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else list(tensors)
    check_tensors(given)
    if not given:
        raise RuntimeError("meshgrid expects a non-empty TensorList")
    if indexing is None:
        warnings.warn(
            "torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument.",
            UserWarning,
            stacklevel=2,
        )
    elif indexing not in ("ij", "xy"):
        raise RuntimeError(f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    for each in given:
        if each._array.ndim > 1:
            raise RuntimeError(
                f"torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got shape {list(each._array.shape)}"
            )
        if each._array.dtype != given[0]._array.dtype:
            raise RuntimeError("torch.meshgrid expects all tensors to have the same dtype")
    order = list(range(len(given)))
    if indexing == "xy" and len(given) >= 2:
        order[:2] = [1, 0]
    lengths = [given[place]._array.size for place in order]
    return tuple(_spanned(each, order.index(place), lengths) for place, each in enumerate(given))


def _spanned(vector: Tensor, place: int, lengths: list[int]) -> Tensor:
    along = [1] * len(lengths)
    along[place] = lengths[place]
    return expand(view(vector, tuple(along)), tuple(lengths))


def cartesian_prod(*tensors: Tensor) -> Tensor:
    """Return every combination of one element of each vector, one a row. Mirrors `torch.cartesian_prod`."""
    check_tensors(tensors)
    for each in tensors:
        if each._array.ndim != 1:
            raise RuntimeError(f"Expect a 1D vector, but got shape {list(each._array.shape)}")
    if len(tensors) == 1:
        return tensors[0]
    return stack([reshape(each, -1) for each in meshgrid(*tensors, indexing="ij")], 1)


say("unbind", unbind, forward=_unbind)
for _name, _function in (
    ("split_with_sizes", split_with_sizes),
    ("chunk", chunk),
    ("tensor_split", tensor_split),
    ("hsplit", _directed("hsplit", 1, 1)),
    ("vsplit", _directed("vsplit", 2, 0)),
    ("dsplit", _directed("dsplit", 3, 2)),
):
    say(_name, _function)
say("split", split, method=False, first="tensor")
say("split", _split_method, public=False)
register("meshgrid", meshgrid, method=False)
register("cartesian_prod", cartesian_prod, method=False)
