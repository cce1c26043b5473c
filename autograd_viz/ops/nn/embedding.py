"""Embedding: rows of a table by number."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import op, register
from ..type_words import type_word
from .activation import private

__all__ = ["embedding"]


def _embedding(
    weight: Any, indices: Any, padding_idx: int = -1, scale_grad_by_freq: bool = False, sparse: bool = False
) -> Any:
    if indices.dtype not in (np.int64, np.int32):
        raise RuntimeError(
            "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got "
            f"torch.{type_word(indices)}Tensor instead (while checking arguments for embedding)"
        )
    if weight.ndim != 2:
        raise RuntimeError("'weight' must be 2-D")
    if indices.size and (indices.min() < 0 or indices.max() >= len(weight)):
        raise IndexError("index out of range in self")
    return weight[indices]


def _embedding_backward(
    grad_output: Any, indices: Any, num_weights: int, padding_idx: int, scale_grad_by_freq: bool
) -> Any:
    """Add each row's gradient to the row of the table it came from, sorted so that one reduction does it."""
    rows, grads = indices.reshape(-1), grad_output.reshape(-1, grad_output.shape[-1])
    found = np.zeros((num_weights, grad_output.shape[-1]), grad_output.dtype)
    if padding_idx >= 0:
        counted = rows != padding_idx
        rows, grads = rows[counted], grads[counted]
    if not len(rows):
        return found
    order = np.argsort(rows, kind="stable")
    ordered = rows[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    sums = np.add.reduceat(grads[order], starts, axis=0)
    if scale_grad_by_freq:
        sums = sums / np.diff(np.append(starts, len(ordered)))[:, None].astype(sums.dtype)
    found[ordered[starts]] = sums
    return found


def _embedding_twice(grad: Any, indices: Any, padding_idx: int) -> Any:
    found = grad[indices]
    if padding_idx >= 0:
        found[indices == padding_idx] = 0
    return found


_ALL_ROWS, _WITH_EXCEPTIONS = (
    op(
        "Embedding",
        _embedding,
        tensors=("indices",),
        weight=(
            formula,
            lambda xp, grad, indices, weight_shape, padding_idx, scale_grad_by_freq: xp.embedding_backward(
                grad, indices, weight_shape[0], padding_idx, scale_grad_by_freq
            ),
        ),
    )
    for formula in (
        "put_back(grad, into=weight_shape, at=indices)",
        "embedding_backward(grad, indices, weight_shape[0], padding_idx, scale_grad_by_freq)",
    )
)
private(
    op(
        "EmbeddingDenseBackward",
        _embedding_backward,
        name="embedding_backward",
        tensors=("indices",),
        grad_output=(
            "embedding_twice(grad, indices, padding_idx)",
            lambda xp, grad, indices, padding_idx: xp.embedding_twice(grad, indices, padding_idx),
        ),
    )
)
private(
    op(
        "Embedding",
        _embedding_twice,
        name="embedding_twice",
        tensors=("indices",),
        grad=(
            "embedding_backward(grad, indices, grad_shape[0], padding_idx, False)",
            lambda xp, grad, indices, grad_shape, padding_idx: xp.embedding_backward(
                grad, indices, grad_shape[0], padding_idx, False
            ),
        ),
    )
)


def embedding(
    weight: Any, indices: Any, padding_idx: int = -1, scale_grad_by_freq: bool = False, sparse: bool = False
) -> Any:
    """Return the rows of `weight` at `indices`. Mirrors `torch.embedding`."""
    entry = _WITH_EXCEPTIONS if padding_idx >= 0 or scale_grad_by_freq else _ALL_ROWS
    return entry(weight, indices, padding_idx, scale_grad_by_freq, sparse)


register("embedding", embedding, forward=_embedding, method=False)
