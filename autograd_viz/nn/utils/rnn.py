"""Sequences of different lengths in one tensor. Mirrors the padding part of `torch.nn.utils.rnn`."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...absent import absent
from ...ops.creation import arange
from ...ops.slices import slice_
from ...tensor import Tensor, make

__all__ = ["pad_sequence", "unpad_sequence"]


def pad_sequence(
    sequences: Sequence[Tensor], batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Tensor:
    """Return sequences `(L_i, *)` as one tensor `(L, N, *)`, the shorter ones padded.

    Mirrors `torch.nn.utils.rnn.pad_sequence`.

    Parameters
    ----------
    sequences : sequence of Tensor
        Of equal shape but for the first dim.
    batch_first : bool
        Whether the result is `(N, L, *)`.
    padding_value : float
        What they are padded with.
    padding_side : {"right", "left"}
        Where.
    """
    longest = max(len(each) for each in sequences)
    leading = (len(sequences), longest) if batch_first else (longest, len(sequences))
    shape = (*leading, *sequences[0].shape[1:])
    whole = make(np.full(shape, padding_value, sequences[0]._array.dtype))
    for number, each in enumerate(sequences):
        start = 0 if padding_side == "right" else longest - len(each)
        row: Any = whole.select(0 if batch_first else 1, number)
        slice_(row, 0, start, start + len(each)).copy_(each)
    return whole


def unpad_sequence(padded_sequences: Tensor, lengths: Any, batch_first: bool = False) -> list[Tensor]:
    """Return the sequences that were padded, given their lengths. Mirrors `torch.nn.utils.rnn.unpad_sequence`."""
    rows: Any = padded_sequences if batch_first else padded_sequences.transpose(0, 1)
    places = arange(rows.shape[1])
    return [row[places < length] for row, length in zip(rows.unbind(0), lengths, strict=True)]


__getattr__ = functools.partial(absent, __name__)
