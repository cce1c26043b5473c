"""Samples as one batch. Mirrors `torch.utils.data._utils.collate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ... import dtypes
from ...ops.data import as_tensor, tensor
from ...ops.joining import stack
from ...tensor import Tensor

__all__ = ["default_collate", "default_convert"]


def default_collate(batch: Sequence[Any]) -> Any:
    """Return samples as one batch: tensors stacked, numbers as a tensor, dicts and sequences part by part.

    Mirrors `torch.utils.data.default_collate`.

    Raises
    ------
    TypeError, RuntimeError
        When samples are of another type, or of different lengths.
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return stack(list(batch), 0)
    if isinstance(first, np.ndarray):
        if first.dtype.kind in "SUO":
            raise _unknown(first.dtype)
        return stack([as_tensor(each) for each in batch], 0)
    if isinstance(first, (np.number, np.bool_)):
        return as_tensor(np.array(batch))
    if isinstance(first, float):
        return tensor(batch, dtype=dtypes.float64)
    if isinstance(first, int):
        return tensor(batch)
    if isinstance(first, (str, bytes)):
        return batch
    if isinstance(first, Mapping):
        parts = {key: default_collate([each[key] for each in batch]) for key in first}
        return _like(first, parts)
    if isinstance(first, tuple) and hasattr(first, "_fields"):
        return type(first)(*(default_collate(part) for part in zip(*batch, strict=True)))
    if isinstance(first, Sequence):
        if any(len(each) != len(first) for each in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        return [default_collate(list(part)) for part in zip(*batch, strict=True)]
    raise _unknown(type(first))


def _unknown(kind: Any) -> TypeError:
    return TypeError(
        f"default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {kind}"
    )


def default_convert(data: Any) -> Any:
    """Return arrays as tensors, also inside dicts and sequences; anything else as it is.

    Mirrors `torch.utils.data.default_convert`.
    """
    if isinstance(data, np.ndarray):
        return data if data.dtype.kind in "SUO" else as_tensor(data)
    if isinstance(data, (np.number, np.bool_)):
        return as_tensor(np.asarray(data))
    if isinstance(data, Mapping):
        return _like(data, {key: default_convert(value) for key, value in data.items()})
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return type(data)(*(default_convert(each) for each in data))
    if isinstance(data, (list, tuple)):
        return [default_convert(each) for each in data]
    return data


def _like(mapping: Any, values: dict[Any, Any]) -> Any:
    """Return values in a mapping of the same type, or a dict where that can not be made so."""
    try:
        return type(mapping)(values)
    except TypeError:
        return values
