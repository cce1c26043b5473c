"""Memory that an operation in place would write twice, or both read and write: PyTorch refuses what it can tell.

Mirrors `MemoryOverlap.cpp`: whether elements repeat is read off the strides, and two tensors are compared only where
each fills the memory it spans.
"""

from __future__ import annotations

from typing import Any

__all__ = ["check_partial", "check_repeats"]

_REFUSED = (
    "unsupported operation: {} to a single memory location. Please clone() the tensor before performing the operation."
)


def check_repeats(array: Any) -> None:
    """Raise PyTorch's error where elements of an array share memory, as those of an expanded tensor do."""
    strides = array.strides
    if 0 in strides and array.size and any(map(_repeats, strides, array.shape)):
        raise RuntimeError(_REFUSED.format("more than one element of the written-to tensor refers"))


def _repeats(step: int, length: int) -> bool:
    return step == 0 and length > 1


def check_partial(written: Any, read: Any) -> None:
    """Raise PyTorch's error where the array that is read is part of the one written, or the same in another order."""
    if not (written.size and read.size and _is_dense(written) and _is_dense(read)):
        return
    start, other = (array.__array_interface__["data"][0] for array in (written, read))
    end, other_end = start + written.nbytes, other + read.nbytes
    same = start == other and end == other_end and written.strides == read.strides
    if not same and start < other_end and other < end:
        raise RuntimeError(_REFUSED.format("some elements of the input tensor and the written-to tensor refer"))


def _is_dense(array: Any) -> bool:
    """Return whether the elements fill the memory they span, in whatever order of dimensions."""
    if array.flags.c_contiguous or array.flags.f_contiguous:
        return True
    expected = array.itemsize
    for step, length in sorted(zip(array.strides, array.shape, strict=True)):
        if length != 1:
            if step != expected:
                return False
            expected *= length
    return True
