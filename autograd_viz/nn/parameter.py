"""`Parameter` and `Buffer`: tensors that a `Module` keeps. Mirrors `torch.nn.parameter`."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from .. import dtypes
from ..absent import absent
from ..foreign import kind_of
from ..tensor import Tensor, fill, make

__all__ = ["Buffer", "Parameter", "empty_parameter"]


def _on_the_memory_of(made: Any, data: Any) -> None:
    """Make a tensor show `data`'s memory and share its version."""
    if data is None:
        fill(made, np.empty(0, dtypes.default_float()))
        return
    if not isinstance(data, Tensor):
        raise TypeError(f"Parameter data must be a Tensor, not {kind_of(data)}")
    fill(made, data._array)
    made._counter = data.shared_counter()


class Parameter(Tensor, parameter=True):
    """A tensor that a `Module` counts among its parameters when it is assigned as an attribute.

    Mirrors `torch.nn.Parameter`.

    Parameters
    ----------
    data : Tensor
        The values; memory is shared.
    requires_grad : bool
        Whether it is learned.

    Raises
    ------
    RuntimeError
        When integers shall require grad.
    """

    __slots__ = ()

    def __new__(cls, data: Tensor | None = None, requires_grad: bool = True) -> Parameter:
        made: Parameter = object.__new__(cls)
        _on_the_memory_of(made, data)
        if requires_grad and made._array.dtype.kind != "f":
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        if data is not None and data.is_inference():
            made.meta().inference = True
        made.requires_grad_(requires_grad)
        return made

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


def empty_parameter(*shape: int, dtype: Any = None) -> Parameter:
    """Return an uninitialised parameter of a dtype, by default the default floating one."""
    chosen = dtypes.default_float() if dtype is None else dtypes.to_numpy(dtype)
    return Parameter(make(np.empty(shape, chosen)))


class Buffer(Tensor, parameter=True):
    """A tensor that a `Module` counts among its buffers when it is assigned as an attribute.

    Mirrors `torch.nn.Buffer`.

    Parameters
    ----------
    data : Tensor
        The values; memory is shared.
    persistent : bool
        Whether it is part of the module's `state_dict`.
    """

    __slots__ = ("persistent",)

    persistent: bool

    def __new__(cls, data: Tensor | None = None, *, persistent: bool = True) -> Buffer:
        made: Buffer = object.__new__(cls)
        _on_the_memory_of(made, data)
        made.persistent = persistent
        return made


__getattr__ = functools.partial(absent, __name__)
