"""The checks that operands have one dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..half import HALF
from ..type_words import type_word

__all__ = ["one_dtype", "same_dtype"]


def one_dtype(input: Any, *parameters: Any) -> None:
    """Check that a normalization's parameters, of which some may be None, have its input's dtype.

    Parameters of float32 serve an input of float16 too.

    Raises
    ------
    RuntimeError
        As PyTorch's kernels do.
    """
    given = input._array.dtype
    arrays = [each._array for each in parameters if each is not None]
    others = [each for each in arrays if each.dtype is not given]
    if not others:
        return
    if arrays[0].dtype is given:
        raise RuntimeError(f"expected scalar type {type_word(input._array)} but found {type_word(others[0])}")
    wrong = next((each for each in arrays if each.dtype != np.float32), None)
    if wrong is not None:
        raise RuntimeError(
            f"mixed dtype (CPU): expect parameter to have scalar type of Float, got {type_word(wrong)} "
            f"with an input of {type_word(input._array)}"
        )
    if given is not HALF:
        raise RuntimeError(
            "mixed dtype (CPU): all inputs must share same datatype. Got an input of "
            f"{type_word(input._array)} with parameters of Float: convert one of them, as by input.float()"
        )


def same_dtype(array: Any, other: Any) -> None:
    """Check that a second array, such as a target, has the first one's dtype.

    Raises
    ------
    RuntimeError
        As PyTorch's iterator does.
    """
    if other.dtype != array.dtype:
        raise RuntimeError(f"Found dtype {type_word(other)} but expected {type_word(array)}")
