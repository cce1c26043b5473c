"""Adagrad: step sizes by the sum of squared gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..tensor import make
from .differentiable import adagrad_step
from .optimizer import Optimizer, Params, check, check_fused, check_one_element, counted, decayed, kept, number

__all__ = ["Adagrad"]


class Adagrad(Optimizer):
    """param -= lr · grad / (√(sum of grad²) + eps). Mirrors `torch.optim.Adagrad`.

    Parameters
    ----------
    params : iterable of Tensor or of dict
        What is optimized.
    lr : float
        The learning rate.
    lr_decay : float
        By how much the rate falls with each step: lr / (1 + steps · lr_decay).
    weight_decay : float
        The strength of a pull towards 0, as a gradient.
    initial_accumulator_value : float
        The sum at first.
    eps : float
        Added to the root.
    foreach, fused : optional
        As in PyTorch, without effect.
    differentiable : bool
        Whether a step is recorded, so that what comes after it can be differentiated with respect to the options.
    maximize : bool
        Whether to go up instead of down.

    Raises
    ------
    ValueError
        When an option is out of range.
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check_fused(fused, foreach, differentiable)
        check_one_element("lr", lr)
        check(number(lr) >= 0, f"Invalid learning rate: {lr}")
        check(lr_decay >= 0, f"Invalid lr_decay value: {lr_decay}")
        check(weight_decay >= 0, f"Invalid weight_decay value: {weight_decay}")
        check(initial_accumulator_value >= 0, f"Invalid initial_accumulator_value value: {initial_accumulator_value}")
        check(eps >= 0, f"Invalid epsilon value: {eps}")
        super().__init__(params, {
            "lr": lr, "lr_decay": lr_decay, "eps": eps, "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value, "foreach": foreach, "maximize": maximize,
            "differentiable": differentiable, "fused": fused,
        })  # fmt: skip
        for group in self.param_groups:
            for param in group["params"]:
                self.state[param]["step"] = make(np.zeros((), dtypes.default_float()))
                kept(self.state[param], "sum", param._array, initial_accumulator_value)

    def _recorded_update(self, param: Any, grad: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
        adagrad_step(param, grad, group, state)

    def _update(self, param: Any, grad: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
        of = param.dtype.type
        step = counted(state)
        grad = decayed(param, grad, group["weight_decay"])
        rate = number(group["lr"]) / (1 + (step - 1) * group["lr_decay"])
        total = kept(state, "sum", param, group["initial_accumulator_value"])
        total += grad * grad
        size = np.sqrt(total)
        size += of(group["eps"])
        param -= grad / size * of(rate)
