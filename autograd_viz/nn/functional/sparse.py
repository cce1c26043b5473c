"""Embedding and one-hot vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.grad_mode import no_grad
from ...ops.allocation import allocating
from ...ops.nn.embedding import embedding as embedding_entry
from ...ops.type_words import type_word
from ...ops.wrapping import check_tensor
from ...tensor import Tensor, make

__all__ = ["embedding", "one_hot"]


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """Return the rows of `weight` at the indices `input`.

    Mirrors `torch.nn.functional.embedding`.

    Parameters
    ----------
    input : Tensor
        Indices of any shape, int64 or int32.
    weight : Tensor
        `(num_embeddings, embedding_dim)`.
    padding_idx : int, optional
        A row that receives no gradient.
    max_norm, norm_type : float, optional
        Rows that are used are first scaled down, in place, to at most this norm.
    scale_grad_by_freq : bool
        Whether a row's gradient is divided by how often it was used.
    sparse : bool
        Sparse gradients are not provided.

    Raises
    ------
    IndexError, RuntimeError, AssertionError
        When an index is no row, or not an integer.
    """
    if sparse:
        raise NotImplementedError("sparse=True is not provided: autograd_viz has no sparse tensors")
    check_tensor("embedding", input, "indices", 2)
    rows = weight.shape[0]
    if padding_idx is not None and not -rows <= padding_idx < rows:
        raise AssertionError("Padding_idx must be within num_embeddings")
    place = -1 if padding_idx is None else padding_idx % rows
    if max_norm is not None:
        _scale_down(weight, input, max_norm, norm_type)
    return embedding_entry(weight, input, place, scale_grad_by_freq, False)


def _scale_down(weight: Any, indices: Any, max_norm: float, norm_type: float) -> None:
    if indices._array.dtype not in (np.int64, np.int32):
        raise RuntimeError(
            "Expected tensor for argument #2 'indices' to have one of the following scalar types: Long, Int; but got "
            f"torch.{type_word(indices._array)}Tensor instead (while checking arguments for embedding_renorm_)"
        )
    used = np.unique(indices._array)
    beyond = used[(used >= len(weight)) | (used < -len(weight))]
    if beyond.size:
        raise IndexError(
            f"select(): index {beyond[0]} out of range for tensor of size {list(weight.shape)} at dimension 0"
        )
    rows = weight._array[used]
    norms = np.linalg.norm(rows, norm_type, axis=1, keepdims=True)
    scaled = np.where(norms > max_norm, rows * (max_norm / (norms + 1e-7)).astype(rows.dtype), rows)
    with no_grad():
        weight[make(used)] = make(scaled)


@allocating
def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """Return vectors of zeros with a 1 at each class number, int64.

    Mirrors `torch.nn.functional.one_hot`; `num_classes` is by default one more than the largest.

    Raises
    ------
    RuntimeError
        When a class number is negative, too large, or no int64.
    """
    check_tensor("one_hot", tensor)
    classes = tensor._array
    if classes.dtype != np.int64:
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    if classes.size == 0:
        if num_classes <= 0:
            raise RuntimeError("Can not infer total number of classes from empty tensor.")
    elif classes.min() < 0:
        raise RuntimeError("Class values must be non-negative.")
    if num_classes == -1:
        num_classes = int(classes.max()) + 1
    elif num_classes < 1:
        raise RuntimeError("num_classes should be positive")
    elif classes.size and classes.max() >= num_classes:
        raise RuntimeError("Class values must be smaller than num_classes.")
    return make((classes[..., None] == np.arange(num_classes)).astype(np.int64))
