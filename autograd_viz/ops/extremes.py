"""The largest and the smallest elements, and where they are.

Ties are shared as in PyTorch: `amax`, `amin`, `aminmax` and the whole-tensor `max()`, `min()` divide the gradient
equally among equal extremes; `max(dim)` and `min(dim)` give it to the one whose index they return.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..return_types import named
from ..tensor import Tensor
from .dims import wrap_dim
from .op import FUNCTIONS, op, register
from .positions import along
from .reduction import contiguous, reduced_dims, restored
from .rows import SHORT, at_index
from .wrapping import check_tensor, public

__all__ = ["check_not_empty", "selected"]


def check_not_empty(name: str, tensor: Tensor, dims: tuple[int, ...] | None) -> None:
    """Raise PyTorch's error when an extreme would be taken of no elements.

    Raises
    ------
    RuntimeError, IndexError
        When no element is there at all, or along one of the dims.
    """
    shape = tensor._array.shape
    if dims is None:
        if tensor._array.size == 0:
            if name == "aminmax":
                raise RuntimeError(
                    "aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity."
                )
            error = IndexError if name.startswith("arg") else RuntimeError
            remedy = "" if name.startswith("arg") else " Specify the reduction dim with the 'dim' argument."
            raise error(f"{name}(): Expected reduction dim to be specified for input.numel() == 0.{remedy}")
        return
    for dim in dims:
        if shape and shape[dim] == 0:
            raise IndexError(f"{name}(): Expected reduction dim {dim} to have non-zero size.")


# one element along a dim: chosen by its index, and put back


def _along(array: Any, dim: int, like: int) -> Any:
    """Return an array reduced along `dim` with that dim, unless it has it: `like` dims in all."""
    array = np.asarray(array)
    return np.expand_dims(array, dim) if array.ndim < like else array


def selected(self: Any, indices: Any, dim: int, keepdim: bool = False) -> Any:
    """Return the elements at `indices` along `dim`; `indices` may have lost that dim."""
    self = np.asarray(self)
    if not self.ndim:
        return self.copy()
    chosen = self[along(_along(indices, dim, self.ndim), dim)]
    return chosen if keepdim else chosen.squeeze(dim)


def _placed(self: Any, indices: Any, dim: int, shape: tuple[int, ...]) -> Any:
    """Return zeros of `shape` with `self` at `indices` along `dim`."""
    if not shape:
        return np.array(self)
    whole = np.zeros(shape, self.dtype)
    where = _along(indices, dim, len(shape))
    whole[along(where, dim)] = _along(self, dim, len(shape))
    return whole


_place = op(
    "Scatter",
    _placed,
    name="place",
    tensors=("indices",),
    self=(
        "pick(grad, indices, dim, len(self_shape) == len(shape))",
        lambda xp, grad, indices, dim, shape, self_shape: xp.pick(
            grad, indices, dim, len(self_shape) == len(shape)
        ),
    ),
)
_pick = op(
    "Gather",
    selected,
    name="pick",
    tensors=("indices",),
    self=(
        "put_back(grad, into=self_shape, along=dim, at=indices)",
        lambda xp, grad, indices, dim, keepdim, self_shape: xp.place(grad, indices, dim, self_shape),
    ),
)
register("place", _place, method=False, public=False)
register("pick", _pick, method=False, public=False)


# along one dim, with indices


def _with_index(name: str, reduce: Callable[..., Any], find: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that gives the extreme along a dim and its index; ties go to the first, NaN wins."""
    node = name.capitalize()

    def forward(self: Any, dim: int, keepdim: bool = False) -> tuple[Any, Any]:
        if not self.ndim:
            return self.copy(), np.zeros((), np.int64)
        indices = find(self, dim, keepdims=keepdim)
        if dim == self.ndim - 1 and self.shape[dim] <= SHORT:
            return at_index(self, indices), indices
        return contiguous(reduce(self, axis=dim, keepdims=keepdim)), contiguous(indices)

    return op(
        node,
        forward,
        name=name,
        returns=("values", "indices"),
        visible=2,
        self=(
            "put_back(grad, into=self_shape, along=dim, at=indices)",
            lambda xp, grad, indices, dim, keepdim, self_shape: xp.place(grad, indices, dim, self_shape),
        ),
    )


# of the whole tensor


def _equal(self: Any, extreme: Any) -> Any:
    """Return where the extreme is reached; where it is NaN, where the elements are."""
    return (self == extreme) | ((self != self) & (extreme != extreme))


def _of_all(name: str, reduce: Callable[..., Any]) -> Callable[..., Any]:
    def rule(xp: Any, grad: Any, self: Any, result: Any) -> Any:
        reached = _equal(self, result)
        return xp.keep(xp.spread(grad / xp.sum(reached), self.shape), reached)

    return op(
        name.capitalize(),
        lambda self: reduce(self, axis=None),
        name=name,
        variant=1,
        self=("where(self == result, grad / sum(self == result), 0)", rule),
    )


# along any dims


def _divided(xp: Any, grad: Any, self: Any, result: Any, dim: tuple[int, ...]) -> Any:
    """Return the gradient in equal parts to the elements that reach the extreme."""
    reached = self == restored(xp, result, dim, self.shape)
    return restored(xp, grad, dim, self.shape) * reached / xp.sum(reached, dim, True)


def _along_dims(name: str, reduce: Callable[..., Any]) -> Callable[..., Any]:
    return op(
        name.capitalize(),
        lambda self, dim, keepdim=False: contiguous(reduce(self, axis=dim, keepdims=keepdim)),
        name=name,
        self=(
            "shared(grad, among=self, equal_to=result, along=dim)",
            lambda xp, grad, self, result, dim, keepdim: _divided(xp, grad, self, result, dim),
        ),
    )


# the public functions


def _public_extreme(name: str, reduce: Any, find: Any, pairwise: str) -> None:
    """Register `max` or `min`: of all elements, along a dim, or of two tensors."""
    whole, at_index = _of_all(name, reduce), _with_index(name, reduce, find)
    result_type = named(name, "values", "indices")

    def function(input: Tensor, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
        if isinstance(dim, Tensor) or other is not None:
            return FUNCTIONS[pairwise](input, dim if other is None else other)
        if dim is None:
            check_not_empty(name, input, None)
            return whole(input)
        if not isinstance(dim, (int, np.integer)):
            raise TypeError(
                f"{name}() received an invalid combination of arguments - got ({type(dim).__name__}), but expected "
                "nothing, a Tensor other, or an int dim and a bool keepdim"
            )
        wrapped = wrap_dim(int(dim), input._array.ndim)
        check_not_empty(name, input, (wrapped,))
        return result_type(*at_index(input, wrapped, keepdim))

    function.__name__ = name
    function.__doc__ = (
        f"Return the {name} of all elements; with a dim, `values` and `indices` along it; with a tensor, the "
        f"elementwise {pairwise}. Mirrors `torch.{name}`."
    )
    public(name=name, forward=lambda self, dim=None, keepdim=False: reduce(self, axis=dim, keepdims=keepdim))(function)


def _public_amax(name: str, reduce: Any) -> None:
    entry = _along_dims(name, reduce)

    def function(input: Tensor, dim: Any = (), keepdim: bool = False) -> Any:
        dims = reduced_dims(input, dim)
        check_not_empty(name, input, None if dim in ((), None) else dims)
        return entry(input, dims, keepdim)

    function.__name__ = name
    function.__doc__ = f"Return the extreme along `dim`, by default of all elements. Mirrors `torch.{name}`."
    public(name=name)(function)


def _public_index(name: str, find: Any) -> None:
    def forward(self: Any, dim: int | None = None, keepdim: bool = False) -> Any:
        if self.dtype.kind == "b":
            raise RuntimeError(f"{name}(): does not support bool input")
        if dim is None or not self.ndim:
            found = np.asarray(find(self))
            return found.reshape((1,) * self.ndim) if keepdim else found
        found = find(self, dim)
        return np.expand_dims(found, dim) if keepdim else found

    entry = op(name.capitalize(), forward, name=name)

    def function(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
        wrapped = None if dim is None else wrap_dim(dim, input._array.ndim)
        check_not_empty(name, input, None if wrapped is None else (wrapped,))
        return entry(input, wrapped, keepdim)

    function.__name__ = name
    function.__doc__ = f"Return the index of the extreme, among all elements or along `dim`. Mirrors `torch.{name}`."
    public(name=name)(function)


_public_extreme("max", np.maximum.reduce, np.argmax, "maximum")
_public_extreme("min", np.minimum.reduce, np.argmin, "minimum")
_public_amax("amax", np.maximum.reduce)
_public_amax("amin", np.minimum.reduce)
_public_index("argmax", np.argmax)
_public_index("argmin", np.argmin)

# both at once


def _both(self: Any, dim: tuple[int, ...], keepdim: bool = False) -> tuple[Any, Any]:
    return contiguous(self.min(axis=dim, keepdims=keepdim)), contiguous(self.max(axis=dim, keepdims=keepdim))


def _both_backward(
    xp: Any, grads: Any, self: Any, min: Any, max: Any, dim: tuple[int, ...], keepdim: bool
) -> tuple[Any]:
    parts = [
        _divided(xp, grad, self, extreme, dim)
        for grad, extreme in zip(grads, (min, max), strict=True)
        if grad is not None
    ]
    return (parts[0] if len(parts) == 1 else parts[0] + parts[1],)


_aminmax = op(
    "Aminmax",
    _both,
    returns=("min", "max"),
    visible=2,
    differentiable=2,
    backward=(
        {
            "self": "shared(grads[0], among=self, equal_to=min, along=dim) + "
            "shared(grads[1], among=self, equal_to=max, along=dim)"
        },
        _both_backward,
    ),
)
AMINMAX = named("aminmax", "min", "max")


@public()
def aminmax(input: Tensor, *, dim: int | None = None, keepdim: bool = False) -> Any:
    """Return the smallest and the largest elements, of all or along `dim`. Mirrors `torch.aminmax`."""
    check_tensor("aminmax", input)
    dims = reduced_dims(input, None if dim is None else wrap_dim(dim, input._array.ndim))
    check_not_empty("aminmax", input, None if dim is None else dims)
    return AMINMAX(*_aminmax(input, dims, keepdim))
