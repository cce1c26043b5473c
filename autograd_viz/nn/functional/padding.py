"""Padding. Mirrors `torch.nn.functional.pad`."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...ops.nn.padding import constant_pad_nd, reflection_pad, replication_pad
from ...ops.slices import slice_
from ...tensor import Tensor, make

__all__ = ["pad"]

SUPPORTED = (
    "Supported combinations for non-constant padding:\n"
    "  - 2D or 3D input: padding size = 2 (pads last dimension)\n"
    "  - 3D or 4D input: padding size = 4 (pads last 2 dimensions)\n"
    "  - 4D or 5D input: padding size = 6 (pads last 3 dimensions)"
)


def pad(input: Tensor, pad: Any, mode: str = "constant", value: float | None = None) -> Tensor:
    """Return the input with elements put around it.

    Mirrors `torch.nn.functional.pad`.

    Parameters
    ----------
    input : Tensor
        Of any shape; in the modes other than "constant" with one or two dims before the padded ones.
    pad : sequence of int
        How many elements go before and after the last dim, then the one before it, and so on; negative ones crop.
    mode : {"constant", "reflect", "replicate", "circular"}
        What the elements are: `value`, the array mirrored at its edge, its edge, or its other end.
    value : float, optional
        Of mode "constant", by default 0.

    Raises
    ------
    RuntimeError, NotImplementedError
        When sizes and mode do not fit.
    """
    pads = tuple(int(size) for size in pad)
    if len(pads) % 2:
        raise RuntimeError("Padding length must be divisible by 2")
    if len(pads) > 2 * input.ndim:
        raise RuntimeError(
            "Padding length should be less than or equal to two times the input dimension but got padding length "
            f"{len(pads)} and input of dimension {input.ndim}"
        )
    if mode == "constant":
        return constant_pad_nd(input, pads, 0.0 if value is None else value)
    if value is not None and value != 0:
        raise RuntimeError(f'Padding mode "{mode}" doesn\'t take in value argument')
    dims = len(pads) // 2
    if dims not in (1, 2, 3) or input.ndim - dims not in (1, 2):
        raise NotImplementedError(
            f"Padding size {len(pads)} is not supported for {input.ndim}D input tensor.\n{SUPPORTED}"
        )
    if mode == "reflect":
        _check_reflection(input, pads)
        return reflection_pad[dims](input, pads)
    if mode == "replicate":
        return replication_pad[dims](input, pads)
    if mode == "circular":
        return _circular(input, pads)
    raise NotImplementedError(f"Unrecognised padding mode {mode}")


def _check_reflection(input: Any, pads: tuple[int, ...]) -> None:
    for i in range(len(pads) // 2):
        dim = input.ndim - 1 - i
        if max(pads[2 * i : 2 * i + 2]) >= input.shape[dim]:
            raise RuntimeError(
                "Argument #4: Padding size should be less than the corresponding input dimension, but got: padding "
                f"({pads[2 * i]}, {pads[2 * i + 1]}) at dimension {dim} of input {list(input.shape)}"
            )


def _circular(input: Any, pads: tuple[int, ...]) -> Any:
    """Copy the input into a larger tensor, and each end beside the other, as PyTorch does."""
    sides = [(input.ndim - 1 - i, pads[2 * i], pads[2 * i + 1]) for i in range(len(pads) // 2)]
    shape = list(input.shape)
    for dim, before, after in sides:
        if max(before, after) > shape[dim]:
            raise RuntimeError("Padding value causes wrapping around more than once.")
        if shape[dim] + before + after < 0:
            raise RuntimeError("Negative padding value is resulting in an empty dimension")
        shape[dim] += before + after
    out = make(np.empty(shape, input._array.dtype))
    target, source = out, input
    for dim, before, after in sides:
        target = slice_(target, dim, max(before, 0), shape[dim] - max(after, 0))
        source = slice_(source, dim, max(-before, 0), input.shape[dim] - max(-after, 0))
    target.copy_(source)
    for dim, before, after in sides:
        first, last = max(before, 0), shape[dim] - max(after, 0)
        if before > 0:
            slice_(out, dim, 0, before).copy_(slice_(out, dim, last - before, last))
        if after > 0:
            slice_(out, dim, last, shape[dim]).copy_(slice_(out, dim, first, first + after))
    return out
