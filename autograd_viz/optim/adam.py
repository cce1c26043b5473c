"""Adam, and AdamW with its weight decay apart from the gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from .differentiable import adam_step
from .optimizer import Optimizer, Params, check, check_fused, check_one_element, counted, decayed, kept, number

__all__ = ["Adam", "AdamW"]


class Adam(Optimizer):
    """Step sizes by running means of gradients and of their squares. Mirrors `torch.optim.Adam`.

    Parameters
    ----------
    params : iterable of Tensor or of dict
        What is optimized.
    lr : float
        The learning rate.
    betas : (float, float)
        How slowly the means of gradients and of squares forget.
    eps : float
        Added to the root of the mean of squares.
    weight_decay : float
        The strength of a pull towards 0, as a gradient.
    amsgrad : bool
        Whether the largest mean of squares so far is used.
    maximize : bool
        Whether to go up instead of down.
    decoupled_weight_decay : bool
        Whether the pull towards 0 is a step of its own, as in AdamW.
    foreach, capturable, fused : optional
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
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        check_fused(fused, foreach, differentiable)
        check_one_element("lr", lr)
        check(number(lr) >= 0, f"Invalid learning rate: {lr}")
        check(eps >= 0, f"Invalid epsilon value: {eps}")
        for index, beta in enumerate(betas):
            check(0 <= number(beta) < 1, f"Invalid beta parameter at index {index}: {beta}")
        check(weight_decay >= 0, f"Invalid weight_decay value: {weight_decay}")
        super().__init__(params, {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad,
            "maximize": maximize, "foreach": foreach, "capturable": capturable, "differentiable": differentiable,
            "fused": fused, "decoupled_weight_decay": decoupled_weight_decay,
        })  # fmt: skip

    def _recorded_update(self, param: Any, grad: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
        adam_step(param, grad, group, state)

    def _update(self, param: Any, grad: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
        of, lr = param.dtype.type, number(group["lr"])
        beta1, beta2 = (number(beta) for beta in group["betas"])
        step = counted(state)
        if group["decoupled_weight_decay"]:
            if group["weight_decay"]:
                param *= of(1 - lr * group["weight_decay"])
        else:
            grad = decayed(param, grad, group["weight_decay"])
        mean, square = kept(state, "exp_avg", param), kept(state, "exp_avg_sq", param)
        mean += (grad - mean) * of(1 - beta1)
        square *= of(beta2)
        square += grad * grad * of(1 - beta2)
        if group["amsgrad"]:
            largest = kept(state, "max_exp_avg_sq", param)
            np.maximum(largest, square, out=largest)
            square = largest
        size = np.sqrt(square) / of((1 - beta2**step) ** 0.5)
        size += of(group["eps"])
        param -= mean / size * of(lr / (1 - beta1**step))


class AdamW(Adam):
    """Adam whose pull towards 0 is a step of its own. Mirrors `torch.optim.AdamW`.

    Parameters
    ----------
    params : iterable of Tensor or of dict
        What is optimized.
    lr : float
        The learning rate.
    betas : (float, float)
        How slowly the means of gradients and of squares forget.
    eps : float
        Added to the root of the mean of squares.
    weight_decay : float
        By how much, times lr, parameters shrink in a step.
    amsgrad : bool
        Whether the largest mean of squares so far is used.
    maximize : bool
        Whether to go up instead of down.
    foreach, capturable, fused : optional
        As in PyTorch, without effect.
    differentiable : bool
        Whether a step is recorded, so that what comes after it can be differentiated with respect to the options.
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params, lr, betas, eps, weight_decay, amsgrad, foreach=foreach, maximize=maximize, capturable=capturable,
            differentiable=differentiable, fused=fused, decoupled_weight_decay=True,
        )  # fmt: skip
