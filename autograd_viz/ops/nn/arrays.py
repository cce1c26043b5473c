"""The checks of dtypes that PyTorch's kernels make."""

from __future__ import annotations

from typing import Any

from ..type_words import type_word

__all__ = ["floats_only"]


def floats_only(kernel: str, array: Any) -> None:
    """Raise the error of PyTorch's kernel for dtypes that are not floating point.

    Raises
    ------
    NotImplementedError
        When the array holds integers or bools.
    """
    if array.dtype.kind != "f":
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{type_word(array)}'")
