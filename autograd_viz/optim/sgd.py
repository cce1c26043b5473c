"""Stochastic gradient descent."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tensor import make
from .differentiable import sgd_step
from .optimizer import Optimizer, Params, check, check_fused, check_one_element, decayed, number

__all__ = ["SGD"]


class SGD(Optimizer):
    """param -= lr · grad, optionally with momentum. Mirrors `torch.optim.SGD`.

    Parameters
    ----------
    params : iterable of Tensor or of dict
        What is optimized.
    lr : float
        The learning rate.
    momentum : float
        How much of the last step is kept.
    dampening : float
        How much of the gradient the momentum does not take up.
    weight_decay : float
        The strength of a pull towards 0, as a gradient.
    nesterov : bool
        Whether the gradient is taken as if after the momentum's part of the step.
    maximize : bool
        Whether to go up instead of down.
    foreach, fused : optional
        As in PyTorch, without effect.
    differentiable : bool
        Whether a step is recorded, so that what comes after it can be differentiated with respect to the options.

    Raises
    ------
    ValueError
        When an option is out of range.
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check_fused(fused, foreach, differentiable)
        check_one_element("lr", lr)
        check(not number(lr) < 0, f"Invalid learning rate: {lr}")
        check(not momentum < 0, f"Invalid momentum value: {momentum}")
        check(not weight_decay < 0, f"Invalid weight_decay value: {weight_decay}")
        check(
            not nesterov or (momentum > 0 and dampening == 0),
            "Nesterov momentum requires a momentum and zero dampening",
        )
        super().__init__(params, {
            "lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay,
            "nesterov": nesterov, "maximize": maximize, "foreach": foreach, "differentiable": differentiable,
            "fused": fused,
        })  # fmt: skip

    def _remembered(self, param: Any, group: dict[str, Any]) -> dict[str, Any]:
        return self.state[param] if group["momentum"] else {}

    def _recorded_update(self, param: Any, grad: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
        sgd_step(param, grad, group, state)

    def _update(self, param: Any, grad: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
        of = param.dtype.type
        grad = decayed(param, grad, group["weight_decay"])
        momentum = group["momentum"]
        if momentum:
            grad = _with_momentum(grad, group, state)
        param -= np.multiply(grad, of(number(group["lr"])))


def _with_momentum(grad: Any, group: dict[str, Any], state: dict[str, Any]) -> Any:
    """Return the step's direction, and remember it."""
    of = grad.dtype.type
    held = state.get("momentum_buffer")
    if held is None:
        state["momentum_buffer"] = make(np.array(grad))
        buffer = state["momentum_buffer"]._array
    else:
        buffer = held._array
        buffer *= of(group["momentum"])
        buffer += grad if group["dampening"] == 0 else grad * of(1 - group["dampening"])
    return grad + buffer * of(group["momentum"]) if group["nesterov"] else buffer
