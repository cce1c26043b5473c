"""PyTorch's names of storage types, which say what the bytes in a file are."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["DTYPES", "NAMES"]

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
