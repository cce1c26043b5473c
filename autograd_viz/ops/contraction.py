"""Products composed of others: inner, tensordot, kron, multi_dot. The nodes are those of PyTorch's compositions."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from ..foreign import kind_of
from ..tensor import Tensor
from .arguments import say
from .dims import wrap_dims
from .matmul import dot, mm
from .op import register
from .shape import flatten, reshape, squeeze, unsafe_view, unsqueeze, view
from .transposition import permute
from .type_words import cpp_word
from .wrapping import check_tensor

__all__ = ["multi_dot", "tensordot"]


# tensordot


def tensordot(a: Tensor, b: Tensor, dims: Any = 2) -> Tensor:
    """Sum the products of two tensors over pairs of dimensions. Mirrors `torch.tensordot`.

    Parameters
    ----------
    a, b : Tensor
        The factors.
    dims : int, or pair of sequences of int
        How many dimensions, the last of `a` with the first of `b`; or which of `a` with which of `b`.

    Raises
    ------
    RuntimeError
        When the lengths of paired dimensions differ.
    """
    dims_a, dims_b = _paired_dims(a, b, dims)
    if a._array.dtype != b._array.dtype:
        raise RuntimeError("both inputs should have same dtype")
    shape_a, shape_b = a._array.shape, b._array.shape
    for one, two in zip(dims_a, dims_b, strict=True):
        if shape_b[two] == 1:
            a = a.sum(one, True, dtype=a.dtype)
        elif shape_a[one] == 1:
            b = b.sum(two, True, dtype=b.dtype)
        elif shape_a[one] != shape_b[two]:
            raise RuntimeError(
                f"contracted dimensions need to match, but first has size {shape_a[one]} in dim {one} and second has "
                f"size {shape_b[two]} in dim {two}"
            )
    return _contracted(a, b, dims_a, dims_b)


def _paired_dims(a: Tensor, b: Tensor, dims: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    ndims = a._array.ndim, b._array.ndim
    if isinstance(dims, Tensor):
        dims = dims.tolist() if dims._array.ndim else int(dims.item())
    if not isinstance(dims, int):
        one, two = (tuple(each) if isinstance(each, (tuple, list)) else (each,) for each in dims)
        if len(one) != len(two):
            raise RuntimeError("both dimension lists should have same length")
        return wrap_dims(one, ndims[0]), wrap_dims(two, ndims[1])
    if dims < 0:
        raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
    if dims > min(ndims):
        raise RuntimeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}")
    count = ndims[0]
    dims_a, dims_b = tuple(range(count - dims, count)), tuple(range(dims))
    for dim_a, dim_b in zip(dims_a, dims_b, strict=True):
        lengths = a._array.shape[dim_a], b._array.shape[dim_b]
        if lengths[0] != lengths[1] and 1 not in lengths:
            raise RuntimeError(
                f"contracted dimensions need to match, but first has size {lengths[0]} in dim {dim_a - count} and "
                f"second has size {lengths[1]} in dim {dim_b}"
            )
    return dims_a, dims_b


def _contracted(a: Tensor, b: Tensor, dims_a: tuple[int, ...], dims_b: tuple[int, ...]) -> Tensor:
    """Multiply as matrices: the dimensions summed over are the columns of one and the rows of the other."""
    free_a = tuple(dim for dim in range(a._array.ndim) if dim not in dims_a)
    free_b = tuple(dim for dim in range(b._array.ndim) if dim not in dims_b)
    lengths_a = [a._array.shape[dim] for dim in free_a]
    lengths_b = [b._array.shape[dim] for dim in free_b]
    rows, inner, columns = _product(lengths_a), _product(a._array.shape[dim] for dim in dims_a), _product(lengths_b)
    result = tuple(lengths_a + lengths_b)
    left = permute(a, (*free_a, *dims_a))
    if rows == columns == 1:
        right = permute(b, (*dims_b, *free_b))
        if left._array.flags.c_contiguous and right._array.flags.c_contiguous:
            return view(dot(flatten(left), flatten(right)), result)
        return view((squeeze(left) * squeeze(right)).sum(), result)
    left = reshape(left, (rows, inner))
    right = reshape(permute(b, (*dims_b, *free_b)), (inner, columns))
    return reshape(mm(left, right), result)


def _product(lengths: Any) -> int:
    product = 1
    for length in lengths:
        product *= length
    return product


def inner(input: Tensor, other: Tensor) -> Tensor:
    """Sum the products over the last dimension of both. Mirrors `torch.inner`.

    Raises
    ------
    RuntimeError
        When the last dimensions differ in length.
    """
    check_tensor("inner", input)
    check_tensor("inner", other, "other", 2)
    one, two = input._array.shape, other._array.shape
    if not one or not two:
        return input * other
    if one[-1] != two[-1]:
        raise RuntimeError(
            f"inner() the last dimension must match on both input tensors but got shapes {list(one)} and {list(two)}"
        )
    return tensordot(input, other, ([-1], [-1]))


def vecdot(x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
    """Sum the products over one dimension. Mirrors `torch.linalg.vecdot`."""
    return (x * y).sum(dim)


# kron


def kron(input: Tensor, other: Tensor) -> Tensor:
    """Return the Kronecker product: `other` times each element of `input`, laid side by side. Mirrors `torch.kron`."""
    if not isinstance(other, Tensor):
        raise TypeError(f"kron(): argument 'other' (position 2) must be Tensor, not {kind_of(other)}")
    one, two = input._array.shape, other._array.shape
    ndim = max(len(one), len(two))
    one, two = (1,) * (ndim - len(one)) + one, (1,) * (ndim - len(two)) + two
    left = unsafe_view(input, tuple(length for each in one for length in (each, 1)))
    right = unsafe_view(other, tuple(length for each in two for length in (1, each)))
    sizes = tuple(a * b for a, b in zip(one, two, strict=True))
    return unsafe_view(left * right, sizes)


# chains


def multi_dot(tensors: Sequence[Tensor]) -> Tensor:
    """Multiply two or more matrices in the order that takes the fewest multiplications.

    Mirrors `torch.linalg.multi_dot`. The first and the last may be vectors.

    Raises
    ------
    RuntimeError
        When there are fewer than two, or neighbours do not fit together.
    """
    given = list(tensors)
    if len(given) < 2:
        raise RuntimeError(f"multi_dot(): expected at least 2 tensors but got {len(given)}")
    shapes = [list(each._array.shape) for each in given]
    _check_chain(given, shapes)
    result: tuple[int, ...] = ()
    if len(shapes[0]) == 1:
        given[0] = unsqueeze(given[0], 0)
    else:
        result = (shapes[0][0],)
    if len(shapes[-1]) == 1:
        given[-1] = unsqueeze(given[-1], -1)
    else:
        result = (*result, shapes[-1][1])
    return view(_in_best_order(given), result)


def _check_chain(given: list[Tensor], shapes: list[list[int]]) -> None:
    for word, shape in (("first", shapes[0]), ("last", shapes[-1])):
        if len(shape) not in (1, 2):
            raise RuntimeError(f"multi_dot(): the {word} tensor must be 1D or 2D but got {len(shape)}D")
    for place, shape in enumerate(shapes[1:-1], 1):
        if len(shape) != 2:
            raise RuntimeError(f"multi_dot(): tensor {place} must be 2D but got {len(shape)}D")
    for place, each in enumerate(given):
        if each._array.dtype != given[0]._array.dtype:
            raise RuntimeError(
                "multi_dot(): all tensors must have be the same dtype but tensor 0 is "
                f"{cpp_word(given[0]._array)} and tensor {place} {cpp_word(each._array)}"
            )
    for place in range(len(given) - 1):
        if shapes[place][-1] != shapes[place + 1][0]:
            raise RuntimeError(
                f"multi_dot(): tensors {place} and {place + 1} with shapes {shapes[place]} and {shapes[place + 1]} "
                "cannot be multiplied"
            )


def _in_best_order(given: list[Tensor]) -> Tensor:
    """Multiply a chain by the order that dynamic programming finds (Cormen et al., section 15.2)."""
    sizes = [each._array.shape[0] for each in given] + [given[-1]._array.shape[1]]
    count = len(given)
    cost = [[0] * count for _ in range(count)]
    cut = [[0] * count for _ in range(count)]
    for span in range(1, count):
        for first in range(count - span):
            last = first + span
            found = [
                cost[first][at] + cost[at + 1][last] + sizes[first] * sizes[at + 1] * sizes[last + 1]
                for at in range(first, last)
            ]
            cost[first][last] = min(found)
            cut[first][last] = first + found.index(cost[first][last])

    def multiplied(first: int, last: int) -> Tensor:
        if first == last:
            return given[first]
        at = cut[first][last]
        return mm(multiplied(first, at), multiplied(at + 1, last))

    return multiplied(0, count - 1)


def chain_matmul(*matrices: Any) -> Tensor:
    """Multiply matrices in the best order; `linalg.multi_dot` is its successor. Mirrors `torch.chain_matmul`."""
    warnings.warn(
        "torch.chain_matmul is deprecated and will be removed in a future PyTorch release. Use torch.linalg.multi_dot "
        "instead, which accepts a list of two or more tensors rather than multiple parameters.",
        UserWarning,
        stacklevel=2,
    )
    given = matrices[0] if len(matrices) == 1 and isinstance(matrices[0], (tuple, list)) else matrices
    if not given:
        raise RuntimeError("chain_matmul(): Expected one or more matrices")
    for each in given:
        if each._array.ndim != 2:
            raise RuntimeError(f"Tensor dimension is {each._array.ndim}, expected 2 instead.")
    return given[0] if len(given) == 1 else multi_dot(given)


say("tensordot", tensordot, method=False, first="a")
say("inner", inner)
say("kron", kron)
register("chain_matmul", chain_matmul, method=False)
