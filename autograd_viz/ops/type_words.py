"""The words PyTorch's errors have for the dtype of an array: "Float" and "float" for float32."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import dtypes

__all__ = ["cpp_word", "floats_only", "not_implemented", "refuse_bools", "refuse_overflow", "type_word"]

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
LARGEST = {np.dtype(name): float(np.finfo(name).max) for name in ("float16", "float32")}


def type_word(array: Any) -> str:
    """Return the ScalarType's name of an array: "Float", "Long"."""
    return dtypes.BY_NUMPY[array.dtype].tensor_type.removeprefix("torch.").removesuffix("Tensor")


def refuse_overflow(value: Any, dtype: Any) -> None:
    """Raise PyTorch's error where a number is too large for a floating-point dtype."""
    largest = LARGEST.get(dtype)
    if largest is not None and isinstance(value, (int, float)) and largest < abs(value) < math.inf:
        word = CPP_WORDS[dtypes.BY_NUMPY[dtype].name]
        raise RuntimeError(f"value cannot be converted to type {word} without overflow: {value}")


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
