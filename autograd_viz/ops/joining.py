"""Joining tensors: cat, stack, the stacks by direction, block_diag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..foreign import kind_of
from ..tensor import Tensor
from .arguments import say
from .dims import wrap_dim
from .op import op, register
from .shape import reshape, unsqueeze

__all__ = ["cat", "stack"]


def _checked(name: str, tensors: Any) -> list[Tensor]:
    if isinstance(tensors, Tensor) or not isinstance(tensors, (list, tuple)):
        raise TypeError(
            f"{name}(): argument 'tensors' (position 1) must be tuple of Tensors, not {type(tensors).__name__}"
        )
    for position, each in enumerate(tensors):
        if not isinstance(each, Tensor):
            raise TypeError(f"expected Tensor as element {position} in argument 0, but got {kind_of(each)}")
    return list(tensors)


# cat and stack


def _cat(tensors: list[Any], dim: int) -> Any:
    parts = [each for each in tensors if each.shape != (0,)] or tensors
    return np.ascontiguousarray(np.concatenate(_of_one_dtype(parts, tensors), dim))


def _of_one_dtype(parts: list[Any], tensors: list[Any]) -> list[Any]:
    first = tensors[0].dtype
    for each in tensors:
        if each.dtype is not first:
            dtype = dtypes.result_type(*tensors)
            return [each.astype(dtype, copy=False) for each in parts]
    return parts


def _cat_back(
    xp: Any, grad: Any, dim: int, tensors_shape: list[tuple[int, ...]], needs: tuple[bool, ...]
) -> list[Any]:
    grads, start = [], 0
    for shape, need in zip(tensors_shape, needs, strict=True):
        skipped = shape == (0,) != tuple(grad.shape)
        length = 0 if skipped else shape[dim]
        if need:
            grads.append(xp.new_zeros(grad, shape) if skipped else xp.narrow(grad, dim, start, length))
        else:
            grads.append(None)
        start += length
    return grads


_cat_op = op("Cat", _cat, backward=({"tensors": "part(grad, number=i, of=tensors_shape, along=dim)"}, _cat_back))


def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Join tensors along a dimension they have. Mirrors `torch.cat`.

    Parameters
    ----------
    tensors : sequence of Tensor
        Of equal shapes but for `dim`; tensors of shape (0,) are left out.
    dim : int
        The dimension along which they are joined.

    Raises
    ------
    RuntimeError
        When the shapes do not fit together.
    """
    given = _checked("cat", tensors)
    if not given:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    if not isinstance(dim, int):
        raise TypeError(f"cat(): argument 'dim' must be int, not {type(dim).__name__}")
    shapes = [each._array.shape for each in given]
    first = shapes[0]
    if first and first != (0,) and shapes.count(first) == len(shapes):
        return _cat_op(given, wrap_dim(dim, len(first)))
    if () in shapes:
        raise RuntimeError(f"zero-dimensional tensor (at position {shapes.index(())}) cannot be concatenated")
    kept = [(position, shape) for position, shape in enumerate(shapes) if shape != (0,)]
    where = wrap_dim(dim, len(kept[0][1])) if kept else 0
    for position, shape in kept[1:]:
        _check_fit(kept[0][1], shape, where, position)
    return _cat_op(given, where)


def _check_fit(first: tuple[int, ...], shape: tuple[int, ...], dim: int, position: int) -> None:
    if len(first) != len(shape):
        raise RuntimeError(f"Tensors must have same number of dimensions: got {len(first)} and {len(shape)}")
    for place, (one, two) in enumerate(zip(first, shape, strict=True)):
        if one != two and place != dim:
            raise RuntimeError(
                f"Sizes of tensors must match except in dimension {dim}. Expected size {one} but got size {two} for "
                f"tensor number {position} in the list."
            )


def _stack(tensors: list[Any], dim: int) -> Any:
    shape, parts = tensors[0].shape, _of_one_dtype(tensors, tensors)
    if dim < 0:
        dim += len(shape) + 1
    if dim == len(shape):
        return np.ascontiguousarray(np.concatenate([each[..., None] for each in parts], dim))
    return np.ascontiguousarray(np.concatenate(parts, dim)).reshape(*shape[:dim], len(parts), *shape[dim:])


_stack_op = op(
    "Stack",
    _stack,
    backward=(
        {"tensors": "select(grad, dim, i)"},
        lambda xp, grad, dim, needs: [xp.select(grad, dim, i) if need else None for i, need in enumerate(needs)],
    ),
)


def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Join tensors of one shape along a new dimension. Mirrors `torch.stack`.

    Raises
    ------
    RuntimeError
        When the shapes differ, or there are no tensors.
    """
    given = _checked("stack", tensors)
    if not given:
        raise RuntimeError("stack expects a non-empty TensorList")
    first = given[0]._array.shape
    for position, each in enumerate(given):
        if each._array.shape != first:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {list(first)} at entry 0 and "
                f"{list(each._array.shape)} at entry {position}"
            )
    return _stack_op(given, wrap_dim(dim, len(first) + 1))


# by name


def _each(name: str, tensors: Any, shaped: Any) -> list[Tensor]:
    return [shaped(each) for each in _checked(name, tensors)]


def hstack(tensors: Sequence[Tensor]) -> Tensor:
    """Join tensors side by side: along columns, vectors along their only dimension. Mirrors `torch.hstack`."""
    given = _each("hstack", tensors, atleast_1d)
    if not given:
        raise RuntimeError("hstack expects a non-empty TensorList")
    return cat(given, 0 if given[0]._array.ndim == 1 else 1)


def vstack(tensors: Sequence[Tensor]) -> Tensor:
    """Join tensors one below the other, vectors as rows. Mirrors `torch.vstack`."""
    given = _each("vstack", tensors, atleast_2d)
    if not given:
        raise RuntimeError("vstack expects a non-empty TensorList")
    return cat(given, 0)


def dstack(tensors: Sequence[Tensor]) -> Tensor:
    """Join tensors along the third dimension. Mirrors `torch.dstack`."""
    given = _each("dstack", tensors, atleast_3d)
    if not given:
        raise RuntimeError("dstack expects a non-empty TensorList")
    return cat(given, 2)


def column_stack(tensors: Sequence[Tensor]) -> Tensor:
    """Join tensors side by side, vectors as columns. Mirrors `torch.column_stack`."""
    given = _each(
        "column_stack", tensors, lambda x: reshape(x, (x._array.size, 1)) if x._array.ndim <= 1 else x
    )
    if not given:
        raise RuntimeError("column_stack expects a non-empty TensorList")
    return hstack(given)


def _at_least(ndim: int, widened: Any) -> Any:
    def function(*tensors: Any) -> Any:
        if len(tensors) == 1 and isinstance(tensors[0], Tensor):
            return widened(tensors[0])
        given = tensors[0] if len(tensors) == 1 else tensors
        return tuple(widened(each) for each in _checked(f"atleast_{ndim}d", list(given)))

    function.__name__ = function.__qualname__ = f"atleast_{ndim}d"
    function.__doc__ = f"Return tensors with at least {ndim} dimensions. Mirrors `torch.atleast_{ndim}d`."
    return function


def _two_at_least(x: Tensor) -> Tensor:
    ndim = x._array.ndim
    return reshape(x, (1, 1)) if ndim == 0 else unsqueeze(x, 0) if ndim == 1 else x


def _three_at_least(x: Tensor) -> Tensor:
    ndim = x._array.ndim
    if ndim == 0:
        return reshape(x, (1, 1, 1))
    if ndim == 1:
        return unsqueeze(unsqueeze(x, 0), -1)
    return unsqueeze(x, -1) if ndim == 2 else x


atleast_1d = _at_least(1, lambda x: reshape(x, 1) if x._array.ndim == 0 else x)
atleast_2d = _at_least(2, _two_at_least)
atleast_3d = _at_least(3, _three_at_least)


# block_diag


def _block_diag(tensors: list[Any]) -> Any:
    blocks = [np.atleast_2d(each) for each in tensors]
    rows, columns = sum(len(each) for each in blocks), sum(each.shape[1] for each in blocks)
    whole = np.zeros((rows, columns), dtypes.result_type(*tensors))
    for block, place in zip(blocks, _places([each.shape for each in tensors]), strict=True):
        whole[place] = block
    return whole


def _places(shapes: list[tuple[int, ...]]) -> list[tuple[slice, slice]]:
    row = column = 0
    places = []
    for shape in shapes:
        height, width = (1, 1, *shape)[-2:]
        places.append((slice(row, row + height), slice(column, column + width)))
        row, column = row + height, column + width
    return places


def _block(xp: Any, grad: Any, shape: tuple[int, ...], place: tuple[slice, slice]) -> Any:
    rows, columns = place
    band = xp.narrow(grad, 0, rows.start, rows.stop - rows.start)
    return xp.reshape(xp.narrow(band, 1, columns.start, columns.stop - columns.start), shape)


def _block_diag_back(xp: Any, grad: Any, tensors_shape: list[tuple[int, ...]]) -> list[Any]:
    return [_block(xp, grad, *each) for each in zip(tensors_shape, _places(tensors_shape), strict=True)]


_block_diag_op = op(
    "BlockDiag", _block_diag, backward=({"tensors": "block(grad, number=i, of=tensors_shape)"}, _block_diag_back)
)


def block_diag(*tensors: Tensor) -> Tensor:
    """Put matrices onto the diagonal of a matrix that is 0 elsewhere. Mirrors `torch.block_diag`.

    Raises
    ------
    RuntimeError
        When a tensor has more than two dimensions.
    """
    given = _checked("block_diag", list(tensors))
    for position, each in enumerate(given):
        if each._array.ndim > 2:
            raise RuntimeError(
                "torch.block_diag: Input tensors must have 2 or fewer dimensions. Input "
                f"{position} has {each._array.ndim} dimensions"
            )
    return _block_diag_op(given)


say("cat", cat, method=False, forward=_cat, first="tensors")
for _name in ("concat", "concatenate"):
    say(_name, cat, method=False, first="tensors")
say("stack", stack, method=False, forward=_stack, first="tensors")
for _name, _function in (
    ("hstack", hstack),
    ("vstack", vstack),
    ("row_stack", vstack),
    ("dstack", dstack),
    ("column_stack", column_stack),
    ("atleast_1d", atleast_1d),
    ("atleast_2d", atleast_2d),
    ("atleast_3d", atleast_3d),
    ("block_diag", block_diag),
):
    register(_name, _function, method=False)
