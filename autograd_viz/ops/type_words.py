"""The words PyTorch's errors have for the dtype of an array: "Float" and "float" for float32."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import dtypes

__all__ = ["cpp_word", "floats_only", "not_implemented", "number_as", "refuse_bools", "refuse_fill", "refuse_overflow",
           "type_word"]  # fmt: skip

CPP_WORDS = {
    "float16": "c10::Half",
    "float32": "float",
    "float64": "double",
    "uint8": "unsigned char",
    "int8": "signed char",
    "int16": "short",
    "int32": "int",
    "int64": "long",
    "bool": "bool",
}
WIDTHS = {"int8": "int8_t", "uint8": "uint8_t", "int16": "int16_t", "int64": "int64_t"}  # what overflow calls them
LARGEST = {np.dtype(name): float(np.finfo(name).max) for name in ("float16", "float32")}


def type_word(array: Any) -> str:
    """Return the ScalarType's name of an array: "Float", "Long"."""
    return dtypes.BY_NUMPY[array.dtype].tensor_type.removeprefix("torch.").removesuffix("Tensor")


def refuse_overflow(value: Any, dtype: Any) -> None:
    """Raise PyTorch's error where a number is too large for a dtype. Unsigned ones take negative numbers round."""
    if not isinstance(value, (int, float)) or dtype.kind == "b":
        return
    if dtype.kind == "f":
        largest = LARGEST.get(dtype)
        fits = largest is None or not largest < abs(value) < math.inf
    else:
        largest = int(np.iinfo(dtype).max)
        fits = (-largest if dtype.kind == "u" else -largest - 1) <= value <= largest
    if not fits and isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise OverflowError("int too big to convert")
    if not fits:
        name = dtypes.BY_NUMPY[dtype].name
        word = WIDTHS.get(name, CPP_WORDS[name])
        raise RuntimeError(f"value cannot be converted to type {word} without overflow: {value}")


def refuse_fill(value: Any, array: Any) -> None:
    """Raise PyTorch's error where an array cannot be filled with a number; it looks at no single float16."""
    if array.size != 1 or array.dtype.itemsize != 2 or array.dtype.kind != "f":
        refuse_overflow(value, array.dtype)


def number_as(value: Any, dtype: Any) -> Any:
    """Return a number in a dtype as PyTorch casts it: refused if too large, without its fraction if for integers."""
    if dtype.kind == "f":
        if value.__class__ is not float or not -65504.0 <= value <= 65504.0:  # what fits needs no look: 1 µs
            refuse_overflow(value, dtype)
        return dtype.type(value)
    refuse_overflow(value, dtype)
    return np.asarray(value).astype(dtype)[()]


def refuse_bools(kernel: str, array: Any) -> None:
    """Raise the error of a kernel that PyTorch has for every dtype but bool."""
    if array.dtype == np.bool_:
        raise NotImplementedError(f"\"{kernel}\" not implemented for 'Bool': make a number of it, as by .int()")


def floats_only(kernel: str, array: Any) -> None:
    """Raise the error of a kernel that PyTorch has for floating-point dtypes alone."""
    if array.dtype.kind != "f":
        raise not_implemented(kernel, array.dtype)


def not_implemented(kernel: str, dtype: Any) -> NotImplementedError:
    """Return the error of a kernel that PyTorch does not have for this dtype of NumPy's."""
    return NotImplementedError(f"\"{kernel}\" not implemented for '{dtypes.word(dtype)}'")


def cpp_word(array: Any) -> str:
    """Return the C++ name of an array's element type: "float", "long"."""
    return CPP_WORDS[dtypes.BY_NUMPY[array.dtype].name]
