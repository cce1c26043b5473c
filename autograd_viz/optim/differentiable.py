"""Steps that are recorded as operations, for `differentiable=True`: how an optimizer's options change its result.

Each function is PyTorch's `_single_tensor_...` for one parameter: the same operations in the same order, so that the
graph is the same. Owns nothing but this; what is remembered between steps is in the optimizers' `state`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..tensor import Tensor, make
from .optimizer import number

__all__ = ["adagrad_step", "adam_step", "rmsprop_step", "sgd_step"]


def sgd_step(param: Any, grad: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
    """Change `param` in place as `SGD` does."""
    lr, momentum = _scalar(group["lr"]), group["momentum"]
    grad = _decayed(param, grad, group["weight_decay"])
    if momentum != 0:
        buffer = state.get("momentum_buffer")
        if buffer is None:
            buffer = state["momentum_buffer"] = grad.detach().clone()
        else:
            buffer.mul_(momentum).add_(grad, alpha=1 - group["dampening"])
        grad = grad.add(buffer, alpha=momentum) if group["nesterov"] else buffer
    if _is_tracked(lr):
        param.addcmul_(grad, lr, value=-1)
    else:
        param.add_(grad, alpha=-number(lr))


def adam_step(param: Any, grad: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
    """Change `param` in place as `Adam` and `AdamW` do.

    Raises
    ------
    RuntimeError
        When the counter of the steps itself requires grad.
    """
    lr, weight_decay = _scalar(group["lr"]), group["weight_decay"]
    beta1, beta2 = (_scalar(beta) for beta in group["betas"])
    step = _counted(state)
    mean, square = _kept(state, "exp_avg", param), _kept(state, "exp_avg_sq", param)
    largest = _kept(state, "max_exp_avg_sq", param) if group["amsgrad"] else None
    if weight_decay != 0 and group["decoupled_weight_decay"]:
        param.mul_(1 - lr * weight_decay)
    else:
        grad = _decayed(param, grad, weight_decay)
    mean.lerp_(grad, 1 - beta1)
    if _is_tracked(beta2):
        square.lerp_(grad.square(), 1 - beta2)
    else:
        square.mul_(beta2).addcmul_(grad, grad, value=1 - number(beta2))
    down = (lr / _correction(beta1, step)).neg()
    size = _correction(beta2, step).sqrt()
    if largest is not None:
        largest.copy_(largest.clone().maximum(square))
        square = largest
    param.addcdiv_(mean.clone(), (square.sqrt() / (size * down)).add_(group["eps"] / down))


def rmsprop_step(param: Any, grad: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
    """Change `param` in place as `RMSprop` does."""
    alpha, momentum, lr = group["alpha"], group["momentum"], _scalar(group["lr"])
    _counted(state)
    square = _kept(state, "square_avg", param)
    buffer = _kept(state, "momentum_buffer", param) if momentum > 0 else None
    mean = _kept(state, "grad_avg", param) if group["centered"] else None
    grad = _decayed(param, grad, group["weight_decay"])
    square.mul_(alpha).addcmul_(grad, grad, value=1 - alpha)
    if mean is None:
        size = square.sqrt()
    else:
        mean.lerp_(grad, 1 - alpha)
        size = square.addcmul(mean, mean, value=-1).sqrt_()
    size = size.add(group["eps"])
    if buffer is None:
        param.addcdiv_(grad, size, value=-number(lr))
    else:
        param.add_(buffer.mul_(momentum).addcdiv_(grad, size), alpha=-number(lr))


def adagrad_step(param: Any, grad: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
    """Change `param` in place as `Adagrad` does."""
    rate = _scalar(group["lr"]) / (1 + (_counted(state).item() - 1) * group["lr_decay"])
    total = _kept(state, "sum", param, group["initial_accumulator_value"])
    grad = _decayed(param, grad, group["weight_decay"])
    total.addcmul_(grad, grad, value=1)
    param.addcdiv_(grad, total.sqrt() + group["eps"], value=-number(rate))


def _is_tracked(option: Any) -> bool:
    return isinstance(option, Tensor) and option.requires_grad


def _scalar(option: Any) -> Any:
    """Return an option to compute with: a number, or a tensor without dims."""
    return option.squeeze() if isinstance(option, Tensor) and option.dim() else option


def _decayed(param: Any, grad: Any, weight_decay: Any) -> Any:
    if _is_tracked(weight_decay):
        return grad.addcmul_(param.clone(), weight_decay)
    return grad if weight_decay == 0 else grad.add(param, alpha=number(weight_decay))


def _correction(beta: Any, step: Any) -> Any:
    """Return 1 - beta^step; the power keeps the number of steps, which the next step changes in place."""
    return 1 - beta ** (step.clone() if _is_tracked(beta) else step)


def _kept(state: dict[str, Any], name: str, param: Any, value: float = 0.0) -> Any:
    """Return what is remembered under `name`, of the parameter's shape and filled with `value` at first."""
    if name not in state:
        state[name] = make(np.full_like(param.detach().numpy(), value))
    return state[name]


def _counted(state: dict[str, Any]) -> Any:
    """Count a step, and return the number of steps as a tensor."""
    step = state.setdefault("step", make(np.zeros((), dtypes.default_float())))
    if step.requires_grad:
        raise RuntimeError("`requires_grad` is not supported for `step` in differentiable mode")
    return step.add_(1)
