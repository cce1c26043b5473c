"""What linear algebra asks of its operands, in PyTorch's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .type_words import type_word

__all__ = ["LinAlgError", "check_dims", "check_float", "check_square", "column_major", "failing", "flipped"]


class LinAlgError(RuntimeError):
    """A matrix has not what an operation needs of it: it is singular, or not positive-definite, say."""


def flipped(xp: Any, matrix: Any) -> Any:
    """Return the last two dims exchanged, of an array or a Tensor."""
    return xp.transpose(matrix, -2, -1)


def column_major(matrices: Any) -> Any:
    """Return matrices laid out column by column, as LAPACK leaves them: PyTorch's results have these strides."""
    if matrices.ndim < 2:
        return matrices
    return np.ascontiguousarray(matrices.swapaxes(-1, -2)).swapaxes(-1, -2)


def check_dims(name: str, array: Any, param: str = "A") -> None:
    """Refuse what is no matrix or batch of matrices."""
    if array.ndim < 2:
        raise RuntimeError(
            f"{name}: The input tensor {param} must have at least 2 dimensions, got shape {list(array.shape)}"
        )


def check_square(name: str, array: Any) -> None:
    """Refuse what is no square matrix or batch of such."""
    check_dims(name, array)
    rows, columns = array.shape[-2:]
    if rows != columns:
        raise RuntimeError(f"{name}: A must be batches of square matrices, but they are {rows} by {columns} matrices")


def check_float(name: str, array: Any, kernel: str | None = None) -> None:
    """Refuse integers, and halves, which LAPACK does not know."""
    if array.dtype.kind != "f":
        raise RuntimeError(f"{name}: Expected a floating point or complex tensor as input. Got {type_word(array)}")
    if array.dtype.itemsize == 2:
        if kernel is None:
            raise RuntimeError(f"{name}: Low precision dtypes not supported. Got {type_word(array)}")
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{type_word(array)}'")


def failing(batch: Any, run: Callable[[Any], Any]) -> tuple[str, Any]:
    """Return which matrix of a batch makes `run` fail, in PyTorch's words, and that matrix."""
    matrices = batch.reshape(-1, *batch.shape[-2:])
    for number, matrix in enumerate(matrices):
        try:
            run(matrix)
        except np.linalg.LinAlgError:
            return (f"(Batch element {number}): " if batch.ndim > 2 else ""), matrix
    return "", matrices[0]
