"""Storages: PyTorch's names of their types, which say what the bytes in a file are, and their elements."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["DTYPES", "NAMES", "StorageType", "elements"]

DTYPES: dict[str, Any] = {
    "FloatStorage": np.dtype("<f4"),
    "DoubleStorage": np.dtype("<f8"),
    "HalfStorage": np.dtype("<f2"),
    "LongStorage": np.dtype("<i8"),
    "IntStorage": np.dtype("<i4"),
    "ShortStorage": np.dtype("<i2"),
    "CharStorage": np.dtype("i1"),
    "ByteStorage": np.dtype("u1"),
    "BoolStorage": np.dtype("?"),
}
NAMES: dict[Any, str] = {dtype: name for name, dtype in DTYPES.items()}


class StorageType:
    """A marker for one of PyTorch's storage types."""

    def __init__(self, name: str) -> None:
        self.name = name


def elements(data: bytearray, name: str, big_endian: bool) -> Any:
    """Return a storage's bytes as an array of its type; bfloat16, which is not provided, becomes float32."""
    if name == "BFloat16Storage":
        halves = np.frombuffer(data, ">u2" if big_endian else "<u2").astype(np.uint32)
        return (halves << 16).view(np.float32)
    dtype = DTYPES[name].newbyteorder(">" if big_endian else "<")
    found = np.frombuffer(data, dtype)
    native = found.dtype.newbyteorder("=")
    return found if found.dtype == native else found.astype(native)
