"""Views in another order of dimensions: transpose, t, permute, movedim, `.T`, `.mT`."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from ..tensor import Tensor
from .arguments import say
from .dims import ints, wrap_dim
from .op import METHODS, arrays, op

__all__ = ["alias", "permute", "t", "transpose"]

_transpose_op = op(
    "Transpose",
    lambda self, dim0, dim1: self.swapaxes(dim0, dim1) if self.ndim else self[...],
    view=True,
    self=("transpose(grad, dim0, dim1)", lambda xp, grad, dim0, dim1: xp.transpose(grad, dim0, dim1)),
)
_t_op = op("T", lambda self: self.T, view=True, self=("t(grad)", lambda xp, grad: xp.t(grad)))


def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Exchange two dimensions. Mirrors `torch.transpose`."""
    ndim = input._array.ndim
    return _transpose_op(input, wrap_dim(dim0, ndim), wrap_dim(dim1, ndim))


def t(input: Tensor) -> Tensor:
    """Transpose a matrix; vectors and 0-dim tensors stay as they are. Mirrors `torch.t`.

    Raises
    ------
    RuntimeError
        When the tensor has more than two dimensions.
    """
    if input._array.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {input._array.ndim}D")
    return _t_op(input)


def _inverse_order(dims: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(range(len(dims)), key=dims.__getitem__))


_permute_op = op(
    "Permute",
    lambda self, dims: self.transpose(dims),
    view=True,
    self=("permute(grad, inverse_order(dims))", lambda xp, grad, dims: xp.permute(grad, _inverse_order(dims))),
)


def permute(input: Tensor, *dims: Any) -> Tensor:
    """Put the dimensions into the order `dims`. Mirrors `torch.permute`.

    Raises
    ------
    RuntimeError
        When `dims` does not name each dimension once.
    """
    order, ndim = ints("permute", dims, "dims"), input._array.ndim
    if len(order) != ndim:
        raise RuntimeError(
            "permute(): number of dimensions in the tensor input does not match the length of the desired ordering of "
            f"dimensions i.e. input.dim() = {ndim} is not equal to len(dims) = {len(order)}"
        )
    wrapped = tuple(wrap_dim(dim, ndim) for dim in order)
    if len(set(wrapped)) != ndim:
        raise RuntimeError("permute(): duplicate dims are not allowed.")
    return _permute_op(input, wrapped)


def movedim(input: Tensor, source: int | Sequence[int], destination: int | Sequence[int]) -> Tensor:
    """Move dimensions to other positions, the others keeping their order. Mirrors `torch.movedim`.

    Raises
    ------
    RuntimeError
        When the numbers of dimensions differ or one is given twice.
    """
    one = source if isinstance(source, (tuple, list)) else (source,)
    two = destination if isinstance(destination, (tuple, list)) else (destination,)
    if len(one) != len(two):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({list(one)} dims) should contain the same number "
            f"of dims as destination ({list(two)} dims)"
        )
    ndim = input._array.ndim
    starts, ends = [wrap_dim(dim, ndim) for dim in one], [wrap_dim(dim, ndim) for dim in two]
    for word, found in (("source", starts), ("destination", ends)):
        if len(set(found)) != len(found):
            raise RuntimeError(f"movedim: repeated dim in `{word}` ({list(one if word == 'source' else two)})")
    rest = iter([dim for dim in range(ndim) if dim not in starts])
    at = dict(zip(ends, starts, strict=True))
    order = tuple(at[place] if place in at else next(rest) for place in range(ndim))
    return permute(input, order) if ndim else alias(input)


_alias_op = op("Alias", lambda self: self[...], view=True, self=("grad", lambda grad: grad))


def alias(input: Tensor) -> Tensor:
    """Return a view that shows the same."""
    return _alias_op(input)


def _reversed(self: Tensor) -> Tensor:
    """The dimensions in reverse order. Mirrors `torch.Tensor.T`."""
    ndim = self._array.ndim
    if ndim not in (0, 2):
        warnings.warn(
            "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated and it will "
            "throw an error in a future release. Consider `x.mT` to transpose batches of matrices or "
            "`x.permute(*torch.arange(x.ndim - 1, -1, -1))` to reverse the dimensions of a tensor.",
            UserWarning,
            stacklevel=2,
        )
    return _permute_op(self, tuple(range(ndim - 1, -1, -1)))


def _matrix_transposed(name: str) -> Any:
    def transposed(self: Tensor) -> Tensor:
        ndim = self._array.ndim
        if ndim == 0:
            return self
        if ndim == 1:
            raise RuntimeError(
                f"tensor.{name} is only supported on matrices or batches of matrices. Got {ndim}-D tensor."
            )
        return _transpose_op(self, ndim - 2, ndim - 1)

    transposed.__doc__ = f"The last two dimensions exchanged. Mirrors `torch.Tensor.{name}`."
    return transposed


def _hermitian(self: Tensor) -> Tensor:
    """A matrix transposed; real numbers are their own conjugates. Mirrors `torch.Tensor.H`."""
    ndim = self._array.ndim
    if ndim not in (0, 2):
        raise RuntimeError(f"tensor.H is only supported on matrices (2-D tensors). Got {ndim}-D tensor.")
    return transpose(self, 0, 1) if ndim else self


def _adjoint(input: Tensor) -> Tensor:
    """Exchange the last two dimensions. Mirrors `torch.adjoint`."""
    ndim = input._array.ndim
    if ndim == 1:
        raise RuntimeError("tensor.adjoint() is only supported on matrices or batches of matrices. Got 1-D tensor.")
    return transpose(input, -2, -1) if ndim else input


say("transpose", transpose, forward=_transpose_op.op.forward)  # type: ignore[attr-defined]
say("t", t, forward=_t_op.op.forward)  # type: ignore[attr-defined]
say("permute", permute, forward=_permute_op.op.forward, sizes="dims")  # type: ignore[attr-defined]
arrays.inverse_order = _inverse_order
for _name, _function in (
    ("swapaxes", transpose),
    ("swapdims", transpose),
    ("movedim", movedim),
    ("moveaxis", movedim),
    ("adjoint", _adjoint),
):
    say(_name, _function)
for _name, _getter in (
    ("T", _reversed),
    ("mT", _matrix_transposed("mT")),
    ("mH", _matrix_transposed("mH")),
    ("H", _hermitian),
):
    METHODS[_name] = property(_getter)
