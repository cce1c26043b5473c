"""Keep what a mask chooses: the rule of everything with a kink. Elsewhere is exactly 0, whatever the gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from .op import op, register

__all__ = ["dropped", "kept"]

INTEGERS = {2: np.int16, 4: np.int32, 8: np.int64}


def kept(values: Any, mask: Any) -> Any:
    """Return `values` where `mask`, and 0 elsewhere, also in place of NaN and infinity.

    Multiplies the bits by 0 or 1: 41 µs for 32,768 float32 and a random mask, where `np.where` takes 230.
    """
    values = np.asarray(values)
    if mask.shape != values.shape:
        mask, values = np.broadcast_arrays(mask, values)
    integer = INTEGERS[values.dtype.itemsize]
    bits = np.asarray(mask).astype(integer)
    bits *= values.view(integer)
    return bits.view(values.dtype)


def dropped(values: Any, mask: Any) -> Any:
    """Return 0 where `mask`, also in place of NaN and infinity, and `values` elsewhere. See `kept`."""
    return kept(values, np.logical_not(mask))


_keep = op(
    "Where",
    lambda values, mask, other=0: kept(values, mask),
    name="keep",
    tensors=("mask",),
    values=("where(mask, grad, 0)", lambda xp, grad, mask: xp.keep(grad, mask)),
    other=("0", lambda xp, grad: xp.zeros_like(grad)),  # always 0
)
_drop = op(
    "Where",
    lambda other, values, mask: dropped(values, mask),
    name="drop",
    tensors=("mask",),
    other=("0", lambda xp, grad: xp.zeros_like(grad)),  # always 0
    values=("where(mask, 0, grad)", lambda xp, grad, mask: xp.drop(0, grad, mask)),
)
_blank = op(
    "MaskedFill",
    dropped,
    name="blank",
    tensors=("mask",),
    values=("where(mask, 0, grad)", lambda xp, grad, mask: xp.blank(grad, mask)),
)
register("keep", _keep, forward=kept, method=False, public=False)
register("drop", _drop, method=False, public=False)
register("blank", _blank, method=False, public=False)
