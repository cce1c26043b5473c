"""The index arrays that a node keeps, with the versions of the tensors they came from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..tensor import Tensor

__all__ = ["IndexArrays", "unchanged"]


class IndexArrays(list[Any]):
    """Index arrays, None for a whole dimension. Masks are kept as copies, integers with their tensor's version."""

    __slots__ = ("sources",)

    def __init__(self, arrays: list[Any], sources: Iterable[Any]) -> None:
        super().__init__([each.copy() if _is_mask(each) else each for each in arrays])
        self.sources = [(each, each._version) for each in sources if isinstance(each, Tensor) and not _is_mask(each)]


def _is_mask(index: Any) -> bool:
    array = getattr(index, "_array", index)
    return isinstance(array, np.ndarray) and array.dtype.kind == "b"


def unchanged(indices: Any) -> Any:
    """Return index arrays after checking that no tensor they came from was changed since.

    Raises
    ------
    RuntimeError
        When one was modified in place.
    """
    for tensor, version in indices.sources if isinstance(indices, IndexArrays) else ():
        if tensor._version != version:
            raise RuntimeError(
                "one of the variables needed for gradient computation has been modified by an inplace operation: "
                f"[{tensor.type()} {list(tensor._array.shape)}] is at version {tensor._version}; expected version "
                f"{version} instead. It was an index: clone it before changing it. Hint: enable anomaly detection to "
                "find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, "
                "check_nan=False)."
            )
    return indices
