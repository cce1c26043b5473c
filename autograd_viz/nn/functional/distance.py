"""Distances and similarities, and the losses made of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd.grad_mode import no_grad
from ...dtypes import BY_NUMPY, result_type
from ...ops.nn.norm import norm
from ...ops.nn.scalar import add_number, sub_number
from ...ops.op import tensors
from ...ops.type_words import type_word
from ...ops.wrapping import check_tensor
from ...tensor import Tensor, make
from .reduction import reduced, reduction_number

__all__ = ["cosine_embedding_loss", "cosine_similarity", "hinge_embedding_loss", "margin_ranking_loss",
           "multi_margin_loss", "normalize", "pairwise_distance", "pdist", "triplet_margin_loss",
           "triplet_margin_with_distance_loss"]  # fmt: skip


def pairwise_distance(x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """Return the p-norm of x1 - x2 + eps along the last dim. Mirrors `torch.nn.functional.pairwise_distance`."""
    difference = x1 - x2
    moved = add_number(difference, eps) if difference.is_floating_point() else difference + eps
    return norm(moved, p, (max(x1.ndim, x2.ndim) - 1,), keepdim)


def pdist(input: Tensor, p: float = 2.0) -> Tensor:
    """Return the p-norm distances between all pairs of rows. Mirrors `torch.nn.functional.pdist`."""
    if input.ndim != 2:
        raise RuntimeError(f"pdist only supports 2D tensors, got: {input.ndim}D")
    first, second = (make(places) for places in np.triu_indices(input.shape[0], 1))
    return norm(input[first] - input[second], p, (1,), False)


def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """Return the cosine of the angle between x1 and x2 along `dim`.

    Mirrors `torch.nn.functional.cosine_similarity`.
    """
    check_tensor("cosine_similarity", x1, "x1")
    check_tensor("cosine_similarity", x2, "x2", 2)
    common = result_type(x1._array, x2._array)
    if common.kind != "f":
        word = type_word(np.empty(0, common))
        raise RuntimeError(f"expected common dtype to be floating point, yet common dtype is {word}")
    x1, x2 = (x if x._array.dtype.kind == "f" else x.to(BY_NUMPY[common]) for x in (x1, x2))
    if x1.shape != x2.shape:  # both are expanded, also one that has the shape already
        shape = tensors.broadcast_tensors(x1, x2)[0].shape
        x1, x2 = x1.expand(shape), x2.expand(shape)
    return (_unit(x1, dim, eps) * _unit(x2, dim, eps)).sum(dim)


def _unit(x: Any, dim: int, eps: float) -> Any:
    """Return x by its length, which is kept above eps without a gradient."""
    length = tensors.vector_norm(x, 2, dim, True).clone()
    with no_grad():
        length.clamp_min_(eps)
    return x / length


def normalize(input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Tensor:
    """Return input by its p-norm along `dim`, or by eps where the norm is smaller.

    Mirrors `torch.nn.functional.normalize`.
    """
    check_tensor("normalize", input)
    length = tensors.vector_norm(input, p, dim, True).clamp_min(eps)
    return input / length.expand_as(input)


# losses


def _minus(number: float, x: Any) -> Any:
    """Return number - x as PyTorch's C++ code does it: with the number as a tensor (SubBackward0)."""
    return tensors.sub(make(np.asarray(number, x._array.dtype)), x)


def cosine_embedding_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return 1 - cosine where the target is 1, and the cosine above `margin` where it is -1.

    Mirrors `torch.nn.functional.cosine_embedding_loss`.

    Raises
    ------
    RuntimeError
        When the shapes are none of `(N, D), (N, D), (N,)` and `(D,), (D,), ()`.
    """
    number = reduction_number(reduction, size_average, reduce)
    _check_embeddings(input1, input2, target)
    dim = target.ndim
    product = (input1 * input2).sum(dim)
    square1 = add_number((input1 * input1).sum(dim), 1e-12)
    square2 = add_number((input2 * input2).sum(dim), 1e-12)
    cosine = product / (square1 * square2).sqrt()
    zeros = tensors.zeros_like(cosine)
    similar = tensors.where(target == 1, _minus(1, cosine), zeros)
    other = tensors.where(target == -1, sub_number(cosine, margin).clamp_min(0), zeros)
    return reduced(similar + other, number)


def _check_embeddings(input1: Any, input2: Any, target: Any) -> None:
    if target.ndim not in (0, 1):
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    if target.ndim == 1 and input1.ndim != 2:
        raise RuntimeError(
            f"1D target tensor expects 2D input tensors, but found inputs with sizes {list(input1.shape)} and "
            f"{list(input2.shape)}."
        )
    if target.ndim == 0 and input1.ndim != 1:
        raise RuntimeError(
            f"0D target tensor expects 1D input tensors, but found inputs with sizes {list(input1.shape)} and "
            f"{list(input2.shape)}."
        )


def hinge_embedding_loss(
    input: Tensor,
    target: Tensor,
    margin: float = 1.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return the input where the target is 1, and max(0, margin - input) where it is -1.

    Mirrors `torch.nn.functional.hinge_embedding_loss`.
    """
    number = reduction_number(reduction, size_average, reduce)
    zeros = tensors.zeros_like(input)
    lacking = tensors.where(target != 1, _minus(margin, input).clamp_min(0), zeros)
    return reduced(lacking + tensors.where(target != -1, input, zeros), number)


def margin_ranking_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return max(0, -target · (input1 - input2) + margin).

    Mirrors `torch.nn.functional.margin_ranking_loss`.

    Raises
    ------
    RuntimeError
        When the tensors have different numbers of dims.
    """
    number = reduction_number(reduction, size_average, reduce)
    if not input1.ndim == input2.ndim == target.ndim:
        raise RuntimeError(
            "margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: "
            f"{input1.shape}, input2: {input2.shape}, target: {target.shape} "
        )
    beyond = -target * (input1 - input2)
    beyond = add_number(beyond, margin) if beyond.is_floating_point() else beyond + float(margin)
    return reduced(beyond.clamp_min(0), number)


def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return by how much the other classes' scores exceed the target's less a margin, to the power p.

    Mirrors `torch.nn.functional.multi_margin_loss`.

    Raises
    ------
    ValueError
        When p is neither 1 nor 2, or the weight is no vector.
    """
    number = reduction_number(reduction, size_average, reduce)
    if p not in (1, 2):
        raise ValueError("only p == 1 and p == 2 supported")
    if weight is not None and weight.ndim != 1:
        raise ValueError("weight must be one-dimensional")
    rows, places = (input, target) if input.ndim == 2 else (input.unsqueeze(0), target.reshape(1))
    own = rows.gather(1, places.unsqueeze(1))
    lacking = margin - own + rows
    lacking = lacking.masked_fill(~(lacking > 0), 0) ** p  # NaN lacks nothing
    if weight is not None:
        lacking = lacking * weight[places].unsqueeze(1)
    others = tensors.ones_like(rows).scatter(1, places.unsqueeze(1), 0.0)
    losses = (lacking * others).sum(1) / rows.shape[1]
    return reduced(losses if input.ndim == 2 else losses[0], number)


def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return max(0, |anchor - positive| - |anchor - negative| + margin).

    Mirrors `torch.nn.functional.triplet_margin_loss`; with `swap`, the negative's distance is the smaller of those to
    the anchor and to the positive.

    Raises
    ------
    ValueError
        When the margin is not positive.
    """
    number = reduction_number(reduction, size_average, reduce)
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    to_positive = pairwise_distance(anchor, positive, p, eps)
    to_negative = pairwise_distance(anchor, negative, p, eps)
    if swap:
        to_negative = tensors.minimum(to_negative, pairwise_distance(positive, negative, p, eps))
    return reduced((add_number(to_positive, margin) - to_negative).clamp_min(0), number)


def triplet_margin_with_distance_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """Return the triplet loss with any distance. Mirrors `torch.nn.functional.triplet_margin_with_distance_loss`."""
    distance = pairwise_distance if distance_function is None else distance_function
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    to_positive, to_negative = distance(anchor, positive), distance(anchor, negative)
    if swap:
        to_negative = tensors.minimum(to_negative, distance(positive, negative))
    return reduced((margin + to_positive - to_negative).clamp_min(0), reduction_number(reduction))
