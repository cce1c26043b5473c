"""RMSprop: step sizes by a running mean of squared gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from .differentiable import rmsprop_step
from .optimizer import Optimizer, Params, check, check_one_element, counted, decayed, kept, number

__all__ = ["RMSprop"]


class RMSprop(Optimizer):
    """param -= lr · grad / (√(mean of grad²) + eps). Mirrors `torch.optim.RMSprop`.

    Parameters
    ----------
    params : iterable of Tensor or of dict
        What is optimized.
    lr : float
        The learning rate.
    alpha : float
        How slowly the mean forgets.
    eps : float
        Added to the root.
    weight_decay : float
        The strength of a pull towards 0, as a gradient.
    momentum : float
        How much of the last step is kept.
    centered : bool
        Whether the gradients' variance takes the place of the mean of their squares.
    maximize : bool
        Whether to go up instead of down.
    capturable, foreach : optional
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
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_one_element("lr", lr)
        check(number(lr) >= 0, f"Invalid learning rate: {lr}")
        check(eps >= 0, f"Invalid epsilon value: {eps}")
        check(momentum >= 0, f"Invalid momentum value: {momentum}")
        check(weight_decay >= 0, f"Invalid weight_decay value: {weight_decay}")
        check(alpha >= 0, f"Invalid alpha value: {alpha}")
        super().__init__(params, {
            "lr": lr, "momentum": momentum, "alpha": alpha, "eps": eps, "centered": centered,
            "weight_decay": weight_decay, "capturable": capturable, "foreach": foreach, "maximize": maximize,
            "differentiable": differentiable,
        })  # fmt: skip

    def _recorded_update(self, param: Any, grad: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
        rmsprop_step(param, grad, group, state)

    def _update(self, param: Any, grad: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
        of, lr, alpha = param.dtype.type, number(group["lr"]), group["alpha"]
        counted(state)
        grad = decayed(param, grad, group["weight_decay"])
        square = kept(state, "square_avg", param)
        square *= of(alpha)
        square += grad * grad * of(1 - alpha)
        buffer = kept(state, "momentum_buffer", param) if group["momentum"] > 0 else None
        if group["centered"]:
            mean = kept(state, "grad_avg", param)
            mean += (grad - mean) * of(1 - alpha)
            size = np.sqrt(square - mean * mean)
        else:
            size = np.sqrt(square)
        size += of(group["eps"])
        direction = grad / size
        if buffer is not None:
            buffer *= of(group["momentum"])
            buffer += direction
            direction = buffer
        param -= direction * of(lr)
