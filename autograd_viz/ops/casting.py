"""Copies, casts and refills: `clone`, `to`, `float`, `detach`, `contiguous`, `copy_`, `fill_`, `zero_`.

Casts back-propagate by casting back. `detach` leaves no node: it is where a graph is cut, and listeners hear of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import dtypes
from ..absent import no_device, refused_complex
from ..autograd.node import next_sequence_nr
from ..autograd.overlap import check_repeats
from ..autograd.state import local
from ..autograd.views import alias, note_requires_grad
from ..foreign import kind_of
from ..layouts import contiguous_format, strided
from ..layouts import memory_format as format_class
from ..tensor import Tensor, device, make
from .creation import check_options
from .dispatch import Scalar, tell
from .fast_inplace import is_plain
from .inplace import call_inplace
from .memory_order import dense_copy
from .op import FUNCTIONS, METHODS, op, register
from .type_words import refuse_fill
from .wrapping import check_number

__all__ = ["clone", "contiguous", "detach", "to"]


def _copied(self: Any, memory_format: Any = None) -> Any:
    if memory_format is not None:
        _check_format("clone", memory_format)
    return np.array(self, order="C") if memory_format is contiguous_format else dense_copy(self)


def _check_format(name: str, value: Any) -> None:
    if not isinstance(value, format_class):
        raise TypeError(f"{name}(): argument 'memory_format' must be torch.memory_format, not {type(value).__name__}")


def _cast(self: Any, dtype: Any) -> Any:
    array = np.asarray(self)
    return (dense_copy(array) if 0 in array.strides else array).astype(dtype)


def _alias(self: Any) -> Any:
    return self


def _overwritten(self: Any, src: Any) -> Any:
    return np.broadcast_to(src, self.shape).astype(self.dtype)


def _overwrite(self: Any, src: Any) -> None:
    if src.ndim > self.ndim:
        raise RuntimeError(
            f"output with shape {list(self.shape)} doesn't match the broadcast shape {list(src.shape)}"
        )
    np.copyto(self, src, casting="unsafe")


def _filled(self: Any, value: Any) -> Any:
    refuse_fill(value, self)
    return np.full_like(self, np.asarray(value).astype(self.dtype))


def _fill_up(self: Any, value: Any) -> None:
    refuse_fill(value, self)
    self[...] = np.asarray(value).astype(self.dtype)


def _emptied(self: Any) -> Any:
    return np.zeros_like(self)


def _empty(self: Any) -> None:
    self[...] = 0


def _zeros(xp: Any, grad: Any) -> Any:
    return xp.zeros_like(grad)


clone = op("Clone", _copied, self=("grad", lambda grad: grad))
to_dtype = op(
    "ToCopy",
    _cast,
    name="to",
    self=("to_dtype(grad, self_dtype)", lambda xp, grad, self_dtype: xp.to_dtype(grad, self_dtype)),
)
_detach = op("Detach", _alias)
# PyTorch's name for this node, which it writes by hand: "torch::autograd::CopyBackwards"
_copy = op(
    "Copy", _overwritten, variant="s", into=_overwrite, self=("0 · grad", _zeros), src=("grad", lambda grad: grad)
)
_zero = op("Zero", _emptied, into=_empty, self=("0 · grad", _zeros))
_fill = op("Fill", _filled, variant=2, into=_fill_up, self=("0 · grad", _zeros))
_fill_tensor = op(
    "Fill",
    _filled,
    variant=3,
    into=_fill_up,
    self=("0 · grad", _zeros),
    value=("grad.sum()", lambda grad: grad.sum()),
)

_filled_by = op("Fill", _filled, self=("0 · grad", _zeros))
_filled_with = op("Fill", _filled, variant=1, self=("0 · grad", _zeros), value=("grad.sum()", lambda grad: grad.sum()))


def detach(input: Tensor) -> Tensor:
    """Return a tensor on the same memory that autograd does not follow; it shares the version counter.

    Mirrors `torch.Tensor.detach`: no gradient flows through the result.
    """
    if not isinstance(input, Tensor):
        raise TypeError(f"detach(): argument 'input' (position 1) must be Tensor, not {kind_of(input)}")
    made = alias(input)
    if input.is_inference():
        made.meta().inference = True
    tell(_detach.op, [input], (made,), None, None)  # type: ignore[attr-defined]
    return made


def _detach_(self: Tensor) -> Tensor:
    """Cut this tensor from the graph that made it, and return it. Mirrors `torch.Tensor.detach_`."""
    if local.inference:  # where PyTorch leaves out the part that cuts
        return self
    if self._is_view():
        raise RuntimeError("Can't detach views in-place. Use detach() instead.")
    if self._grad_fn is not None:
        self.meta().detached = next_sequence_nr()
        self.shared_counter()  # what has a counter is looked at more closely when it is unpacked
    self._grad_fn, self._output_nr, self._requires_grad = None, 0, False
    if self._meta is not None and self._meta.views is not None:
        note_requires_grad(self)
    tell(_detach.op, [self], (self,), None, self)  # type: ignore[attr-defined]
    return self


def contiguous(input: Tensor, memory_format: Any = None) -> Tensor:
    """Return the tensor itself if its elements lie in row-major order, else a copy of which that is true."""
    if memory_format is not None:
        _check_format("contiguous", memory_format)
    return input if input._array.flags.c_contiguous else clone(input, memory_format=contiguous_format)


def to(self: Tensor, *args: Any, dtype: Any = None, copy: bool = False, **options: Any) -> Tensor:
    """Return the tensor with another dtype, itself if it has that already and no `copy` is asked for.

    Mirrors `torch.Tensor.to`: takes a dtype, a device, both, or a tensor that has them.
    """
    options.pop("non_blocking", None)
    other = options.pop("other", None)
    check_options("to", options)
    for arg in args if other is None else (*args, other):
        if isinstance(arg, (dtypes.dtype, type)):
            dtype = arg
        elif isinstance(arg, Tensor):
            dtype = arg._array.dtype
        elif isinstance(arg, np.dtype):
            dtype = arg
        elif not isinstance(arg, bool) and arg is not None:
            if not isinstance(arg, (str, device)):
                raise TypeError(f"to() received an invalid combination of arguments - got ({type(arg).__name__})")
            device(arg)
    wanted = self._array.dtype if dtype is None else dtypes.to_numpy(dtype)
    if copy or wanted != self._array.dtype:
        return to_dtype(self, wanted)
    return self


def _type(self: Tensor, dtype: Any = None, non_blocking: bool = False) -> Any:
    """Return the type's name ("torch.FloatTensor"), or with a dtype given the tensor cast to it."""
    if dtype is None:
        return self.dtype.tensor_type
    if isinstance(dtype, str):
        named = {each.tensor_type: each for each in dtypes.ALL}
        if dtype not in named:
            raise ValueError(f"invalid type: '{dtype}'; expected one of {', '.join(named)}")
        dtype = named[dtype]
    return to(self, dtype)


def _type_as(self: Tensor, other: Tensor) -> Tensor:
    """Return the tensor cast to the dtype of `other`. Mirrors `torch.Tensor.type_as`."""
    return to(self, other.dtype)


def _caster(name: str, dtype: dtypes.dtype) -> Callable[[Tensor], Tensor]:
    def method(self: Tensor, memory_format: Any = None) -> Tensor:
        return to(self, dtype)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"Return the tensor as {dtype.name}. Mirrors `torch.Tensor.{name}`."
    return method


def _copy_(self: Tensor, src: Any, non_blocking: bool = False) -> Tensor:
    """Copy the elements of `src`, broadcast and cast, into this tensor. Mirrors `torch.Tensor.copy_`."""
    if isinstance(src, Scalar):
        src = make(np.asarray(src))
    if not isinstance(src, Tensor):
        raise TypeError(f"copy_(): argument 'other' (position 1) must be Tensor, not {kind_of(src)}")
    return call_inplace(_copy.op, [self, src])  # type: ignore[attr-defined]


def _zero_(self: Tensor) -> Tensor:
    """Set every element to zero. Mirrors `torch.Tensor.zero_`."""
    if is_plain(self, self._requires_grad):
        self._array.fill(0)
        self.bump_version()
        return self
    return call_inplace(_zero.op, [self])  # type: ignore[attr-defined]


def _fill_(self: Tensor, value: Any) -> Tensor:
    """Set every element to a number or a 0-dim tensor. Mirrors `torch.Tensor.fill_`."""
    if isinstance(value, Tensor):
        if value._array.ndim:
            raise RuntimeError(
                f"fill_ only supports 0-dimension value tensor but got tensor with {value._array.ndim} dimensions."
            )
        check_repeats(self._array)
        return call_inplace(_fill_tensor.op, [self, value])  # type: ignore[attr-defined]
    if isinstance(value, complex):
        raise refused_complex()
    check_number("fill_", value, "value", 1)
    return call_inplace(_fill.op, [self, value])  # type: ignore[attr-defined]


def fill(input: Tensor, value: Any) -> Tensor:
    """Return a tensor like `input` filled with a number or a 0-dim tensor. Mirrors `torch.fill`."""
    if isinstance(value, Tensor) and value._array.ndim:
        raise RuntimeError(
            f"fill_ only supports 0-dimension value tensor but got tensor with {value._array.ndim} dimensions."
        )
    return _filled_with(input, value) if isinstance(value, Tensor) else _filled_by(input, value)


def _elsewhere(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    """Refuse: there is only the CPU."""
    raise no_device("cuda", "cuda")


CASTS = {
    "float": dtypes.float32, "double": dtypes.float64, "half": dtypes.float16, "int": dtypes.int32,
    "long": dtypes.int64, "short": dtypes.int16, "char": dtypes.int8, "byte": dtypes.uint8, "bool": dtypes.bool,
}  # fmt: skip
METHODS.update({name: _caster(name, dtype) for name, dtype in CASTS.items()})
METHODS.update({"to": to, "type": _type, "type_as": _type_as, "contiguous": contiguous, "cuda": _elsewhere})
METHODS["layout"] = property(lambda self: strided, doc="How the elements are stored: always strided.")
METHODS.update({"copy_": _copy_, "zero_": _zero_, "fill_": _fill_, "detach_": _detach_})
FUNCTIONS.update({"detach_": _detach_, "zero_": _zero_, "fill_": _fill_, "fill": fill})
register("clone", clone)
register("detach", detach, forward=_alias)
register("to_dtype", to_dtype, method=False, public=False)
