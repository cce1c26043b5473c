"""Linear maps. Mirrors `linear` and `bilinear` of `torch.nn.functional`."""

from __future__ import annotations

import math
from typing import Any

from ...foreign import kind_of
from ...ops.nn.trilinear import trilinear
from ...ops.op import tensors
from ...ops.shape import reshaped
from ...tensor import Tensor

__all__ = ["bilinear", "linear"]


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return input @ weightᵀ + bias.

    Mirrors `torch.nn.functional.linear`.

    Parameters
    ----------
    input : Tensor
        `(*, in_features)`.
    weight : Tensor
        `(out_features, in_features)`.
    bias : Tensor, optional
        `(out_features,)`, or what broadcasts to it.

    Raises
    ------
    RuntimeError
        When shapes or dtypes do not fit.
    """
    _check_tensors(input, weight)
    if not (input._array.ndim and weight._array.ndim):
        raise RuntimeError(
            f"both arguments to linear need to be at least 1D, but they are {input.ndim}D and {weight.ndim}D"
        )
    if bias is None:
        return tensors.matmul(input, tensors.t(weight))
    if input._array.ndim == 2:
        return tensors.addmm(bias, input, tensors.t(weight))
    if not input._array.flags.c_contiguous or (bias._array.ndim != 1 and _lengths(bias) != 1):
        return tensors.matmul(input, tensors.t(weight)).add_(bias)
    shape = input._array.shape
    rows = reshaped(input, (math.prod(shape[:-1]), shape[-1]))
    result = tensors.addmm(bias, rows, tensors.t(weight))
    return reshaped(result, (*shape[:-1], result._array.shape[1]))


def _lengths(bias: Any) -> int:
    """Return how many dims of a bias have another length than 1: PyTorch adds the bias afterwards unless one has."""
    return sum(length != 1 for length in bias._array.shape)


def _check_tensors(input: Any, weight: Any) -> None:
    for position, (name, value) in enumerate((("input", input), ("weight", weight)), 1):
        if not isinstance(value, Tensor):
            raise TypeError(
                f"linear(): argument '{name}' (position {position}) must be Tensor, not {kind_of(value)}"
            )


def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return the form input1ᵀ · weight · input2 + bias of each row.

    Mirrors `torch.nn.functional.bilinear`.

    Parameters
    ----------
    input1, input2 : Tensor
        `(*, in1)` and `(*, in2)`.
    weight : Tensor
        `(out, in1, in2)`.
    bias : Tensor, optional
        `(out,)`.

    Raises
    ------
    RuntimeError
        When shapes do not fit.
    """
    if input1.ndim != input2.ndim:
        raise RuntimeError(f"bilinear(): input dimensions do not match: got {input1.ndim} and {input2.ndim}")
    for dim, (one, two) in enumerate(zip(input1.shape[:-1], input2.shape[:-1], strict=True)):
        if one != two:
            raise RuntimeError(f"bilinear(): input batch dimensions do not match at dim {dim}: got {one} and {two}")
    for name, given, dim in (("input1", input1, 1), ("input2", input2, 2)):
        if given.shape[-1] != weight.shape[dim]:
            raise RuntimeError(
                f"bilinear(): {name} size does not match weight size: got {given.shape[-1]} but expected "
                f"{weight.shape[dim]}"
            )
    flat1, flat2 = input1.view(-1, input1.shape[-1]), input2.view(-1, input2.shape[-1])
    result = trilinear(flat1, weight, flat2).view((*input1.shape[:-1], weight.shape[0]))
    return result if bias is None else result + bias
