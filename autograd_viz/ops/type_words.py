"""The words PyTorch's errors have for the dtype of an array: "Float" and "float" for float32."""

from __future__ import annotations

from typing import Any

from .. import dtypes

__all__ = ["cpp_word", "type_word"]

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


def type_word(array: Any) -> str:
    """Return the ScalarType's name of an array: "Float", "Long"."""
    return dtypes.BY_NUMPY[array.dtype].tensor_type.removeprefix("torch.").removesuffix("Tensor")


def cpp_word(array: Any) -> str:
    """Return the C++ name of an array's element type: "float", "long"."""
    return CPP_WORDS[dtypes.BY_NUMPY[array.dtype].name]
