"""Limit gradients. Mirrors `torch.nn.utils.clip_grad`."""

from __future__ import annotations

import math
import types
import warnings
from typing import Any

from ...autograd.grad_mode import no_grad
from ...autograd.scopes import heard_scope
from ...ops.data import tensor
from ...ops.joining import stack
from ...ops.norms import vector_norm
from ...tensor import Tensor

__all__ = ["clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_", "get_total_norm"]


@no_grad()
def get_total_norm(
    tensors: Any, norm_type: float = 2.0, error_if_nonfinite: bool = False, foreach: bool | None = None
) -> Tensor:
    """Return the norm of tensors as if they were one vector. Mirrors `torch.nn.utils.get_total_norm`.

    Raises
    ------
    RuntimeError
        When the norm is not finite and `error_if_nonfinite` is given.
    """
    grads = [tensors] if isinstance(tensors, Tensor) else list(tensors)
    if not grads:
        return tensor(0.0)
    norm_type = float(norm_type)
    total = vector_norm(stack([vector_norm(grad, norm_type) for grad in grads], 0), norm_type)
    if error_if_nonfinite and not math.isfinite(total.item()):
        raise RuntimeError(
            f"The total norm of order {norm_type} for gradients from `parameters` is non-finite, so it cannot be "
            "clipped. To disable this error and scale the gradients by the non-finite norm anyway, set "
            "`error_if_nonfinite=False`"
        )
    return total


@no_grad()
def clip_grads_with_norm_(parameters: Any, max_norm: float, total_norm: Tensor, foreach: bool | None = None) -> None:
    """Scale gradients, in place, so that a norm already known becomes at most `max_norm`."""
    factor = (float(max_norm) / (total_norm + 1e-6)).clamp(max=1.0)
    for grad in _grads(parameters):
        grad.mul_(factor)


@no_grad()
def clip_grad_norm_(
    parameters: Any,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scale the gradients of parameters, in place, so that the norm of all together is at most `max_norm`.

    Mirrors `torch.nn.utils.clip_grad_norm_`.

    Parameters
    ----------
    parameters : Tensor or iterable of Tensor
        Whose `.grad` is scaled.
    max_norm : float
        The largest norm.
    norm_type : float
        Which norm: 2, inf, …
    error_if_nonfinite : bool
        Whether a norm that is not finite is an error.
    foreach : optional
        As in PyTorch, without effect.

    Returns
    -------
    Tensor
        The norm before.

    Raises
    ------
    RuntimeError
        When the norm is not finite and `error_if_nonfinite` is given.
    """
    generator = isinstance(parameters, types.GeneratorType)
    parameters = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    if generator and not parameters:
        warnings.warn("`parameters` is an empty generator, no gradient clipping will occur.", UserWarning, stacklevel=3)
    with heard_scope("clip_grad_norm_"):
        total = get_total_norm(_grads(parameters), norm_type, error_if_nonfinite)
        clip_grads_with_norm_(parameters, max_norm, total)
    return total


@no_grad()
def clip_grad_value_(parameters: Any, clip_value: float, foreach: bool | None = None) -> None:
    """Cut every element of the gradients off at ±clip_value, in place. Mirrors `torch.nn.utils.clip_grad_value_`."""
    with heard_scope("clip_grad_value_"):
        for grad in _grads(parameters):
            grad.clamp_(min=-float(clip_value), max=float(clip_value))


def _grads(parameters: Any) -> list[Any]:
    given = [parameters] if isinstance(parameters, Tensor) else parameters
    return [parameter.grad for parameter in given if parameter.grad is not None]
