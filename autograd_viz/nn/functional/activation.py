"""Activations. Mirrors the activation functions of `torch.nn.functional`."""

from __future__ import annotations

import warnings
from typing import Any

from ... import dtypes
from ...ops.nn import activation, hard
from ...ops.nn import elu as elus
from ...ops.nn import silu as silus
from ...ops.nn.activation import hardshrink, softshrink
from ...ops.nn.gelu import gelu
from ...ops.nn.glu import glu
from ...ops.nn.prelu import prelu
from ...ops.nn.softplus import logsigmoid, softplus
from ...ops.op import tensors
from ...tensor import Tensor

__all__ = ["celu", "celu_", "elu", "elu_", "gelu", "glu", "gumbel_softmax", "hardshrink", "hardsigmoid", "hardswish",
           "hardtanh", "hardtanh_", "leaky_relu", "leaky_relu_", "log_softmax", "logsigmoid", "mish", "prelu", "relu",
           "relu6", "relu_", "rrelu", "selu", "selu_", "sigmoid", "silu", "softmax", "softmin", "softplus",
           "softshrink", "softsign", "tanh", "tanhshrink", "threshold", "threshold_"]  # fmt: skip

celu_, elu_, selu_ = elus.celu_, elus.elu_, elus.selu_
hardtanh_, leaky_relu_ = hard.hardtanh_, activation.leaky_relu_
relu_, threshold_ = activation.relu_, activation.threshold_


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return max(0, input). Mirrors `torch.nn.functional.relu`."""
    return activation.relu_(input) if inplace else activation.relu(input)


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """Return min(max(0, input), 6). Mirrors `torch.nn.functional.relu6`."""
    return hard.hardtanh_(input, 0, 6) if inplace else hard.hardtanh(input, 0, 6)


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """Return the input cut off at `min_val` and `max_val`. Mirrors `torch.nn.functional.hardtanh`.

    Raises
    ------
    ValueError
        When `min_val` is larger than `max_val`.
    """
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    return (hard.hardtanh_ if inplace else hard.hardtanh)(input, min_val, max_val)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """Return the input where positive, `negative_slope` · input elsewhere."""
    return (activation.leaky_relu_ if inplace else activation.leaky_relu)(input, negative_slope)


def rrelu(
    input: Tensor, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False, inplace: bool = False
) -> Tensor:
    """Return leaky relu with slopes drawn from [lower, upper) in training, their middle otherwise."""
    noise = tensors.ones_like(input)
    if training:
        negative = input._array <= 0
        drawn = input.new_empty((int(negative.sum()),), dtype=dtypes.float64).uniform_(lower, upper)
        noise._array[negative] = drawn._array
    result = activation.rrelu(input, noise, lower, upper, training)
    return input.copy_(result) if inplace else result


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """Return the input where it is above `threshold`, `value` elsewhere."""
    return (activation.threshold_ if inplace else activation.threshold)(input, threshold, value)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """Return the input where positive, alpha · (exp(input) - 1) elsewhere."""
    return elus.elu_(input, alpha) if inplace else elus.elu(input, alpha)


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return elu scaled so that mean 0 and variance 1 are kept from layer to layer."""
    return elus.selu_(input) if inplace else elus.selu(input)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """Return max(0, x) + min(0, alpha · (exp(x / alpha) - 1))."""
    return elus.celu_(input, alpha) if inplace else elus.celu(input, alpha)


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return input · sigmoid(input)."""
    return silus.silu_(input) if inplace else silus.silu(input)


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """Return input · tanh(softplus(input))."""
    return silus.mish_(input) if inplace else silus.mish(input)


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """Return relu6(input + 3) / 6."""
    return hard.hardsigmoid_(input) if inplace else hard.hardsigmoid(input)


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """Return input · relu6(input + 3) / 6."""
    return hard.hardswish_(input) if inplace else hard.hardswish(input)


def sigmoid(input: Tensor) -> Tensor:
    """Return 1 / (1 + exp(-input))."""
    return tensors.sigmoid(input)


def tanh(input: Tensor) -> Tensor:
    """Return the hyperbolic tangent."""
    return tensors.tanh(input)


def tanhshrink(input: Tensor) -> Tensor:
    """Return input - tanh(input)."""
    return input - tensors.tanh(input)


def softsign(input: Tensor) -> Tensor:
    """Return input / (|input| + 1)."""
    return input / (input.abs() + 1)


def softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """Return exp(input) scaled so that it sums to 1 along `dim`. Mirrors `torch.nn.functional.softmax`."""
    return tensors.softmax(input, _softmax_dim("softmax", input, dim, _stacklevel), dtype)


def softmin(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """Return softmax(-input)."""
    return tensors.softmax(-input, _softmax_dim("softmin", input, dim, _stacklevel), dtype)


def log_softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """Return the logarithm of softmax, computed without underflow."""
    return tensors.log_softmax(input, _softmax_dim("log_softmax", input, dim, _stacklevel), dtype)


def _softmax_dim(name: str, input: Tensor, dim: int | None, stacklevel: int) -> int:
    if dim is not None:
        return dim
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.",
        UserWarning,
        stacklevel=stacklevel,
    )
    return 0 if input.ndim in (0, 1, 3) else 1


def gumbel_softmax(logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1) -> Tensor:
    """Return a random sample near a one-hot vector, differentiable with respect to the logits.

    Mirrors `torch.nn.functional.gumbel_softmax`.

    Parameters
    ----------
    logits : Tensor
        Unnormalised log probabilities, along `dim`.
    tau : float
        The temperature: the smaller, the nearer to one-hot.
    hard : bool
        Whether the value is exactly one-hot; its gradient is that of the soft sample all the same.
    eps : float
        Has no effect.
    dim : int
        Along which the result sums to 1.
    """
    gumbels = -tensors.empty_like(logits).exponential_().log()
    soft = tensors.softmax((logits + gumbels) / tau, dim)
    if not hard:
        return soft
    index = soft.max(dim, keepdim=True)[1]
    chosen = tensors.zeros_like(logits).scatter_(dim, index, 1.0)
    return chosen - soft.detach() + soft
