"""`Values`: what of a tensor needs no autograd: its numbers, its sizes, and what Python makes of them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from . import dtypes
from .autograd.state import local
from .device import CPU, device
from .size import Size

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["Values"]


def _empty_steps(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the strides of a tensor without elements, for which NumPy has none."""
    steps, step = [], 1
    for length in reversed(shape):
        steps.append(step)
        step *= max(length, 1)
    return tuple(reversed(steps))


class Values:
    """The part of `Tensor` that reads its array."""

    __slots__ = ()

    _array: Any
    _requires_grad: bool
    _warned_of_numbers = False  # once in a process, as in PyTorch

    if TYPE_CHECKING:

        def unbind(self, dim: int = 0) -> tuple[Tensor, ...]: ...

    @property
    def shape(self) -> Size:
        """The lengths of its dimensions."""
        return Size(self._array.shape)

    @property
    def dtype(self) -> dtypes.dtype:
        """The element type."""
        return dtypes.BY_NUMPY[self._array.dtype]

    @property
    def device(self) -> device:
        """Always the CPU."""
        return CPU

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return int(self._array.ndim)

    def item(self) -> Any:
        """Return the only element as a Python number.

        Raises
        ------
        RuntimeError
            When the tensor has not exactly one element.
        """
        if self._array.size != 1:
            raise RuntimeError(f"a Tensor with {self._array.size} elements cannot be converted to Scalar")
        return self._array.item()

    def tolist(self) -> Any:
        """Return the elements as nested Python lists."""
        return self._array.tolist()

    def numpy(self, *, force: bool = False) -> Any:
        """Return the array itself: memory is shared, and a change to it is not seen by autograd.

        Raises
        ------
        RuntimeError
            When the tensor requires grad, gradients are recorded, and `force` is not given.
        """
        if self._requires_grad and not force and local.grad_enabled:
            raise RuntimeError(
                "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
            )
        return self._array

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = self.numpy()
        if dtype is not None and array.dtype != dtype:
            return array.astype(dtype)
        return array.copy() if copy else array

    def __float__(self) -> float:
        if self._requires_grad and not Values._warned_of_numbers:
            Values._warned_of_numbers = True
            warnings.warn(
                "Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.\nConsider "
                "using tensor.detach() first.",
                UserWarning,
                stacklevel=2,
            )
        return float(self._only_element())

    def __int__(self) -> int:
        return int(self._only_element())

    def _only_element(self) -> Any:
        if self._array.size != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
        return self._array.item()

    def __index__(self) -> int:
        if self._array.size != 1 or self._array.dtype.kind not in "iub":
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self._array.item())

    def __bool__(self) -> bool:
        if self._array.size != 1:
            word = "no values" if self._array.size == 0 else "more than one value"
            raise RuntimeError(f"Boolean value of Tensor with {word} is ambiguous")
        return bool(self._array.item())

    def __len__(self) -> int:
        if self._array.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return len(self._array)

    def __iter__(self) -> Iterator[Tensor]:
        if self._array.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return iter(self.unbind(0))

    def __hash__(self) -> int:
        return id(self)

    def size(self, dim: int | None = None) -> Any:
        """Return the shape, or the length of one dimension."""
        return self.shape if dim is None else self._array.shape[self._wrapped(dim)]

    def dim(self) -> int:
        """Return the number of dimensions."""
        return int(self._array.ndim)

    def numel(self) -> int:
        """Return the number of elements."""
        return int(self._array.size)

    nelement = numel
    ndimension = dim

    def element_size(self) -> int:
        """Return the bytes of one element."""
        return int(self._array.itemsize)

    def data_ptr(self) -> int:
        """Return the address of the first element."""
        return int(self._array.ctypes.data)

    def stride(self, dim: int | None = None) -> Any:
        """Return the steps, in elements, along each dimension, or along one."""
        array = self._array
        steps = tuple(step // array.itemsize for step in array.strides) if array.size else _empty_steps(array.shape)
        return steps if dim is None else steps[self._wrapped(dim)]

    def _wrapped(self, dim: int) -> int:
        from .ops.dims import wrap_dim

        if self._array.ndim == 0:
            raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
        return wrap_dim(dim, self._array.ndim)

    def is_contiguous(self) -> bool:
        """Return whether the elements lie in row-major order without gaps."""
        return bool(self._array.flags.c_contiguous)

    def is_floating_point(self) -> bool:
        """Return whether the element type is a floating-point one."""
        return bool(self._array.dtype.kind == "f")

    def is_complex(self) -> bool:
        """Return False: complex tensors are not provided."""
        return False

    def cpu(self: Any) -> Tensor:
        """Return self: every tensor is on the CPU."""
        return self

    def __repr__(self: Any) -> str:
        from .printing import tensor_text

        return tensor_text(self)

    def __format__(self, spec: str) -> str:
        if self._array.ndim == 0:
            return format(self.item(), spec)
        return object.__format__(self, spec)

    def __deepcopy__(self: Any, memo: dict[Any, Any]) -> Tensor:
        from .copying import deep_copy

        return deep_copy(self, memo)

    def __reduce_ex__(self: Any, protocol: Any) -> tuple[Any, ...]:
        from .copying import reduced

        return reduced(self)
