"""Losses of classification: cross entropy in its forms, and likelihoods."""

from __future__ import annotations

import math
from typing import Any

from ...autograd.grad_mode import no_grad
from ...ops.nn import bce, likelihood
from ...ops.nn.arrays import same_dtype
from ...ops.nn.reduction import MEAN, NONE
from ...ops.nn.scalar import add_number, div_number, mul_number
from ...ops.op import tensors
from ...ops.type_words import type_word
from ...ops.wrapping import check_tensor
from ...tensor import Tensor
from .reduction import reduced, reduction_number

__all__ = ["binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy", "gaussian_nll_loss",
           "nll_loss", "poisson_nll_loss"]  # fmt: skip


def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return the binary cross entropy between the probabilities `input` and `target`.

    Mirrors `torch.nn.functional.binary_cross_entropy`.

    Raises
    ------
    ValueError
        When the target is not of the input's shape.
    RuntimeError
        When the target is not of the input's dtype.
    """
    number = reduction_number(reduction, size_average, reduce)
    if target.shape != input.shape:
        raise ValueError(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}) is "
            "deprecated. Please ensure they have the same size."
        )
    if weight is not None:
        weight = weight.expand(target.shape)
    same_dtype(input._array, target._array)
    return bce.binary_cross_entropy(input, target, weight, number)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """Return the binary cross entropy between sigmoid(input) and target.

    Mirrors `torch.nn.functional.binary_cross_entropy_with_logits`.

    Raises
    ------
    ValueError
        When the target is not of the input's shape.
    """
    number = reduction_number(reduction, size_average, reduce)
    if target.shape != input.shape:
        raise ValueError(f"Target size ({target.shape}) must be the same as input size ({input.shape})")
    return bce.binary_cross_entropy_with_logits(input, target, weight, pos_weight, number)


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return minus the log probabilities `input` at the target classes.

    Mirrors `torch.nn.functional.nll_loss`.

    Parameters
    ----------
    input : Tensor
        Log probabilities, `(N, C)`, `(C,)` or `(N, C, d1, …)`.
    target : Tensor
        Class numbers, `(N,)`, `()` or `(N, d1, …)` int64.
    weight : Tensor, optional
        One weight a class, `(C,)`.
    ignore_index : int
        A target that does not count.
    size_average, reduce : bool, optional
        Deprecated forms of `reduction`.
    reduction : str
        "none", "mean" or "sum".

    Raises
    ------
    ValueError, RuntimeError, IndexError
        When shapes do not fit or a target is no class.
    """
    return _nll(input, target, weight, reduction_number(reduction, size_average, reduce), ignore_index)


def _nll(input: Any, target: Any, weight: Any, reduction: int, ignore_index: int) -> Any:
    shape, target_shape = _shapes("nll_loss_nd", input, target)
    ndim = len(shape)
    if ndim < 1:
        raise ValueError(f"Expected 1 or more dimensions (got {ndim})")
    if ndim != 1 and shape[:1] != target_shape[:1]:
        got = target_shape[0] if target_shape else 0
        raise ValueError(f"Expected input batch_size ({shape[0]}) to match target batch_size ({got}).")
    if ndim <= 2:
        return likelihood.nll_loss(input, target, weight, reduction, ignore_index)
    if ndim == 4:
        return likelihood.nll_loss2d(input, target, weight, reduction, ignore_index)
    out_size = (input.shape[0], *input.shape[2:])
    if target.shape[1:] != input.shape[2:]:
        raise RuntimeError(f"Expected target size {list(out_size)}, got {list(target.shape)}")
    count, classes = input.shape[:2]
    flat = input.contiguous().view(count, classes, 1, -1 if input.numel() else 0)
    picked = target.contiguous().view(count, 1, -1 if target.numel() else 0)
    loss = likelihood.nll_loss2d(flat, picked, weight, reduction, ignore_index)
    return loss.view(out_size) if reduction == NONE else loss


def _shapes(name: str, input: Any, target: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the shapes of a loss's operands, which must be tensors."""
    try:
        return input._array.shape, target._array.shape
    except AttributeError:
        check_tensor(name, input)
        check_tensor(name, target, "target", 2)
        raise


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Return the cross entropy between the logits `input` and the target.

    Mirrors `torch.nn.functional.cross_entropy`.

    Parameters
    ----------
    input : Tensor
        Logits, `(N, C)`, `(C,)` or `(N, C, d1, …)`.
    target : Tensor
        Class numbers, `(N,)`, `()` or `(N, d1, …)` int64; or class probabilities of the input's shape.
    weight : Tensor, optional
        One weight a class, `(C,)`.
    ignore_index : int
        A class number that does not count.
    label_smoothing : float
        How much of the target is spread evenly over all classes, in [0, 1].
    size_average, reduce : bool, optional
        Deprecated forms of `reduction`.
    reduction : str
        "none", "mean" or "sum".

    Raises
    ------
    ValueError, RuntimeError, IndexError
        When shapes or dtypes do not fit, or a target is no class.
    """
    number = reduction_number(reduction, size_average, reduce)
    if not 0.0 <= label_smoothing <= 1.0:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}")
    shape, target_shape = _shapes("cross_entropy_loss", input, target)
    class_dim = 0 if len(shape) == 1 else 1
    if shape == target_shape:
        return _cross_entropy_probabilities(input, target, weight, number, ignore_index, label_smoothing)
    logs = tensors.log_softmax(input, class_dim)
    loss = _nll(logs, target, weight, number, ignore_index)
    if label_smoothing == 0:
        return loss
    spread = _smooth_loss(logs, target, weight, number, ignore_index, class_dim)
    return mul_number(loss, 1 - label_smoothing) + mul_number(spread, label_smoothing / shape[class_dim])


def _smooth_loss(logs: Any, target: Any, weight: Any, reduction: int, ignore_index: int, class_dim: int) -> Any:
    """Return the loss of targets spread evenly over all classes."""
    if weight is not None:
        logs = logs * _along_classes(weight, logs.ndim, class_dim)
    ignored = target == ignore_index
    losses = (-logs.sum(class_dim)).masked_fill(ignored, 0.0)
    if reduction == MEAN:
        if weight is None:
            return losses.sum() / (~ignored).sum()
        return losses.sum() / weight.gather(0, target.masked_select(~ignored).flatten()).sum()
    return reduced(losses, reduction)


def _along_classes(weight: Any, ndim: int, class_dim: int) -> Any:
    return weight.view([-1 if dim == class_dim else 1 for dim in range(ndim)])


def _cross_entropy_probabilities(
    input: Any, target: Any, weight: Any, reduction: int, ignore_index: int, label_smoothing: float
) -> Any:
    class_dim = 0 if input.ndim == 1 else 1
    classes = input.shape[class_dim] if input.ndim else 1
    if not target.is_floating_point():
        word = type_word(target._array)
        raise RuntimeError(f"Expected floating point type for target with class probabilities, got {word}")
    if ignore_index >= 0:
        raise RuntimeError("ignore_index is not supported for floating point target")
    if weight is not None and tuple(weight.shape) != (classes,):
        raise RuntimeError(
            f"cross_entropy: weight tensor should be defined either for all {classes} classes or no classes but got "
            f"weight tensor of shape: {list(weight.shape)}"
        )
    logs = tensors.log_softmax(input, class_dim)
    if label_smoothing > 0:
        target = add_number(mul_number(target, 1 - label_smoothing), label_smoothing / classes)
    losses = logs * target
    if weight is not None:
        losses = losses * _along_classes(weight, input.ndim, class_dim)
    if reduction == NONE:
        return -losses.sum(class_dim)
    total = -losses.sum()
    return div_number(total, input.numel() / classes if input.numel() else math.nan) if reduction == MEAN else total


def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    size_average: bool | None = None,
    eps: float = 1e-8,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return minus the log likelihood of Poisson-distributed counts. Mirrors `torch.nn.functional.poisson_nll_loss`.

    Parameters
    ----------
    input : Tensor
        The expected counts, or their logarithms.
    target : Tensor
        The counts.
    log_input : bool
        Whether the input holds logarithms.
    full : bool
        Whether Stirling's approximation of log(target!) is added.
    eps : float
        Added to the input before its logarithm is taken.
    size_average, reduce : bool, optional
        Deprecated forms of `reduction`.
    reduction : str
        "none", "mean" or "sum".
    """
    number = reduction_number(reduction, size_average, reduce)
    x: Any = input
    product = target * (x if log_input else add_number(x, eps).log())  # first, as in C++: gradients add up in reverse
    loss = (x.exp() if log_input else x) - product
    if full:
        counts: Any = target
        stirling = counts * counts.log() - counts + 0.5 * (2 * math.pi * counts).log()
        loss = loss + stirling.masked_fill(counts <= 1, 0)
    return reduced(loss, number)


def gaussian_nll_loss(
    input: Tensor, target: Tensor, var: Any, full: bool = False, eps: float = 1e-6, reduction: str = "mean"
) -> Tensor:
    """Return minus the log likelihood of normally distributed values. Mirrors `torch.nn.functional.gaussian_nll_loss`.

    Parameters
    ----------
    input, target : Tensor
        The expected values and the observed ones.
    var : Tensor or float
        The variances, of the input's shape, or without its last dim, or with length 1 there.
    full : bool
        Whether the constant log(2π) / 2 is added.
    eps : float
        The smallest variance used.
    reduction : str
        "none", "mean" or "sum".

    Raises
    ------
    ValueError
        When a variance is negative or their shape does not fit.
    """
    if isinstance(var, float):
        if var < 0:
            raise ValueError("var has negative entry/entries")
        var = var * tensors.ones_like(input)
    elif (var < 0).any():
        raise ValueError("var has negative entry/entries")
    if var.shape != input.shape:
        if input.shape[:-1] == var.shape:
            var = var.unsqueeze(-1)
        elif input.ndim != var.ndim or sum(v for x, v in zip(input.shape, var.shape, strict=True) if x != v) != 1:
            raise ValueError("var is of incorrect size")
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(reduction + " is not valid")
    var = var.clone()
    with no_grad():
        var.clamp_(min=eps)
    loss: Any = 0.5 * (var.log() + (input - target) ** 2 / var)
    if full:
        loss = loss + 0.5 * math.log(2 * math.pi)
    return reduced(loss, reduction_number(reduction))
