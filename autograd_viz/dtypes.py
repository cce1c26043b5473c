"""Data types under PyTorch's names, each standing for one NumPy dtype, and the rules by which they combine.

Note [Type promotion]
Tensors fall into three kinds: bool, integer, floating point. Among operands of the highest kind present, those with
dimensions decide over 0-dim tensors, and those over Python scalars; a Python scalar of a higher kind than every
tensor brings the default dtype of its kind (int64, or the default floating dtype). Mirrors `torch.result_type`.
"""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from .absent import refused_complex

__all__ = ["dtype", "finfo", "get_default_dtype", "iinfo", "set_default_dtype"]


class dtype:
    """A tensor's element type, e.g. `float32`; prints as PyTorch's does."""

    __slots__ = ("_names", "itemsize", "name", "numpy", "tensor_type")

    def __init__(self, name: str, numpy: Any, tensor_type: str) -> None:
        self.name = name
        self.numpy = np.dtype(numpy)
        self.itemsize = self.numpy.itemsize
        self.tensor_type = tensor_type

    @property
    def is_floating_point(self) -> builtins.bool:
        """Whether this is a floating-point type."""
        return builtins.bool(self.numpy.kind == "f")

    @property
    def is_complex(self) -> builtins.bool:
        """Always False: complex types are not provided."""
        return False

    @property
    def is_signed(self) -> builtins.bool:
        """Whether this type holds negative numbers."""
        return self.numpy.kind in "if"

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> str:
        return self.name


float16 = half = dtype("float16", np.float16, "torch.HalfTensor")
float32 = float = dtype("float32", np.float32, "torch.FloatTensor")
float64 = double = dtype("float64", np.float64, "torch.DoubleTensor")
uint8 = dtype("uint8", np.uint8, "torch.ByteTensor")
int8 = dtype("int8", np.int8, "torch.CharTensor")
int16 = short = dtype("int16", np.int16, "torch.ShortTensor")
int32 = int = dtype("int32", np.int32, "torch.IntTensor")
int64 = long = dtype("int64", np.int64, "torch.LongTensor")
bool = dtype("bool", np.bool_, "torch.BoolTensor")

ALL = (float16, float32, float64, uint8, int8, int16, int32, int64, bool)
BY_NUMPY: dict[Any, dtype] = {each.numpy: each for each in ALL}
KIND_RANK = {"b": 0, "u": 1, "i": 1, "f": 2}

_default = [float32.numpy]


def get_default_dtype() -> dtype:
    """Return the dtype of new floating-point tensors: float32 unless set otherwise."""
    return BY_NUMPY[_default[0]]


def set_default_dtype(d: dtype) -> None:
    """Set the dtype of new floating-point tensors.

    Raises
    ------
    TypeError
        When `d` is not a floating-point dtype.
    """
    if not isinstance(d, dtype) or not d.is_floating_point:
        raise TypeError(f"only floating-point types are supported as the default type, got {d!r}")
    _default[0] = d.numpy


def default_float() -> Any:
    """Return the default floating dtype as a NumPy dtype."""
    return _default[0]


def to_numpy(d: Any) -> Any:
    """Return the NumPy dtype meant by a dtype of ours, a Python type or a NumPy dtype.

    Raises
    ------
    TypeError
        When nothing here corresponds to it.
    """
    if isinstance(d, dtype):
        return d.numpy
    if d in _PYTHON_TYPES:
        return _PYTHON_TYPES[d]
    try:
        found = np.dtype(d)
    except TypeError:
        found = None
    if found in BY_NUMPY:
        return found
    raise TypeError(
        f"argument 'dtype' must be torch.dtype, not {type(d).__name__}: dtype {d!r} is not supported: "
        f"expected one of {', '.join(each.name for each in ALL)} (complex, bfloat16 "
        "and quantized types are not provided)"
    )


def with_usual_dtype(array: Any) -> Any:
    """Return an array whose dtype is the very object that `BY_NUMPY` has: rules compare dtypes by identity.

    Unpickled arrays have a dtype of their own, which is only equal to it.
    """
    usual = BY_NUMPY[array.dtype].numpy
    return array if array.dtype is usual else array.view(usual)


def word(d: Any) -> str:
    """Return what PyTorch's messages call a NumPy dtype: "Float", "Long"."""
    return BY_NUMPY[d].tensor_type.removeprefix("torch.").removesuffix("Tensor")


_PYTHON_FLOAT = builtins.float
_PYTHON_TYPES: dict[Any, Any] = {_PYTHON_FLOAT: float64.numpy, builtins.int: int64.numpy, builtins.bool: bool.numpy}


def result_type(*operands: Any) -> Any:
    """Return the NumPy dtype in which arrays and Python scalars combine. See Note [Type promotion]."""
    dims: list[Any] = []
    zero_dims: list[Any] = []
    scalars: list[Any] = []
    for operand in operands:
        found = getattr(operand, "dtype", None)
        if found is None:
            scalars.append(_scalar_dtype(operand))
        else:
            (dims if operand.ndim else zero_dims).append(found)
    chosen = _promote(dims)
    for group in (zero_dims, scalars):
        other = _promote(group)
        if other is not None and (chosen is None or KIND_RANK[other.kind] > KIND_RANK[chosen.kind]):
            chosen = other
    return chosen


def _promote(group: list[Any]) -> Any:
    if not group:
        return None
    chosen = group[0]
    for other in group[1:]:
        if other is not chosen:
            chosen = _promote_two(chosen, other)
    return chosen


def _promote_two(one: Any, two: Any) -> Any:
    """Promote two dtypes: an integer never widens a float (NumPy would make float32 and int64 a float64)."""
    ranks = KIND_RANK[one.kind], KIND_RANK[two.kind]
    if ranks[0] != ranks[1]:
        return one if ranks[0] > ranks[1] else two
    return np.promote_types(one, two)


def _scalar_dtype(value: Any) -> Any:
    if isinstance(value, (_PYTHON_FLOAT, np.floating)):
        return _default[0]
    if isinstance(value, (builtins.bool, np.bool_)):
        return bool.numpy
    if isinstance(value, builtins.complex):
        raise refused_complex()
    return int64.numpy


class finfo:
    """Numerical limits of a floating-point dtype. Mirrors `torch.finfo`."""

    def __init__(self, type: dtype | None = None) -> None:
        chosen = get_default_dtype() if type is None else type
        if to_numpy(chosen).kind != "f":
            raise TypeError(f"torch.finfo() requires a floating point input type. Use torch.iinfo to handle '{chosen}'")
        info = np.finfo(to_numpy(chosen))
        self.dtype = chosen.name
        self.bits = info.bits
        self.eps, self.max, self.min = _PYTHON_FLOAT(info.eps), _PYTHON_FLOAT(info.max), _PYTHON_FLOAT(info.min)
        self.tiny = self.smallest_normal = _PYTHON_FLOAT(info.tiny)
        self.resolution = _PYTHON_FLOAT(info.resolution)


class iinfo:
    """Numerical limits of an integer dtype. Mirrors `torch.iinfo`."""

    def __init__(self, type: dtype) -> None:
        if to_numpy(type).kind not in "iu":
            raise TypeError(f"torch.iinfo() requires an integer input type. Use torch.finfo to handle '{type}'")
        info = np.iinfo(to_numpy(type))
        self.dtype = type.name
        self.bits, self.max, self.min = info.bits, info.max, info.min
