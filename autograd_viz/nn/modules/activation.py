"""Activations as modules. Mirrors `torch.nn.modules.activation`."""

from __future__ import annotations

import warnings
from typing import Any

from ...ops.creation import full
from ...tensor import Tensor
from .. import functional as F
from ..init import constant_
from ..parameter import Parameter
from .module import Module
from .optioned import REQUIRED, Optioned

__all__ = ["CELU", "ELU", "GELU", "GLU", "SELU", "Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh", "LeakyReLU",
           "LogSigmoid", "LogSoftmax", "Mish", "PReLU", "RReLU", "ReLU", "ReLU6", "SiLU", "Sigmoid", "Softmax",
           "Softmax2d", "Softmin", "Softplus", "Softshrink", "Softsign", "Tanh", "Tanhshrink",
           "Threshold"]  # fmt: skip


class ReLU(Optioned, function=F.relu, options={"inplace": False}):
    """max(0, x). Mirrors `torch.nn.ReLU`."""


class ReLU6(Optioned, function=F.relu6, options={"inplace": False}):
    """min(max(0, x), 6). Mirrors `torch.nn.ReLU6`."""


class Threshold(Optioned, function=F.threshold, options={"threshold": REQUIRED, "value": REQUIRED, "inplace": False}):
    """x above `threshold`, `value` elsewhere. Mirrors `torch.nn.Threshold`."""


class RReLU(Optioned, function=F.rrelu, options={"lower": 1.0 / 8, "upper": 1.0 / 3, "inplace": False}):
    """Leaky relu with random slopes in training. Mirrors `torch.nn.RReLU`."""

    def forward(self, input: Tensor) -> Tensor:
        """Return the activation."""
        return F.rrelu(input, self.lower, self.upper, self.training, self.inplace)


class Hardtanh(Optioned, function=F.hardtanh, options={"min_val": -1.0, "max_val": 1.0, "inplace": False}):
    """x cut off at `min_val` and `max_val`. Mirrors `torch.nn.Hardtanh`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        for old, new in (("min_value", "min_val"), ("max_value", "max_val")):
            if old in kwargs:
                message = f"keyword argument `{old}` is deprecated and renamed to `{new}`"
                warnings.warn(message, FutureWarning, stacklevel=2)
                kwargs[new] = kwargs.pop(old)
        super().__init__(*args, **kwargs)
        if self.max_val <= self.min_val:
            raise AssertionError(f"max_val ({self.max_val}) must be greater than min_val ({self.min_val})")


class LeakyReLU(Optioned, function=F.leaky_relu, options={"negative_slope": 0.01, "inplace": False}):
    """x where positive, `negative_slope` · x elsewhere. Mirrors `torch.nn.LeakyReLU`."""


class ELU(Optioned, function=F.elu, options={"alpha": 1.0, "inplace": False}):
    """x where positive, `alpha` · (exp(x) - 1) elsewhere. Mirrors `torch.nn.ELU`."""


class CELU(Optioned, function=F.celu, options={"alpha": 1.0, "inplace": False}):
    """max(0, x) + min(0, alpha · (exp(x / alpha) - 1)). Mirrors `torch.nn.CELU`."""


class SELU(Optioned, function=F.selu, options={"inplace": False}):
    """Elu scaled so that mean 0 and variance 1 are kept. Mirrors `torch.nn.SELU`."""


class SiLU(Optioned, function=F.silu, options={"inplace": False}):
    """x · sigmoid(x). Mirrors `torch.nn.SiLU`."""


class Mish(Optioned, function=F.mish, options={"inplace": False}):
    """x · tanh(softplus(x)). Mirrors `torch.nn.Mish`."""


class _Quiet(Optioned):
    """A module whose repr does not show its options."""

    def extra_repr(self) -> str:
        """Return nothing."""
        return ""


class Hardsigmoid(_Quiet, function=F.hardsigmoid, options={"inplace": False}):
    """relu6(x + 3) / 6. Mirrors `torch.nn.Hardsigmoid`."""


class Hardswish(_Quiet, function=F.hardswish, options={"inplace": False}):
    """x · relu6(x + 3) / 6. Mirrors `torch.nn.Hardswish`."""


class _Plain(Module):
    """A module without options; it takes whatever it is given, as PyTorch's do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()


class Sigmoid(_Plain):
    """1 / (1 + exp(-x)). Mirrors `torch.nn.Sigmoid`."""

    def forward(self, input: Tensor) -> Tensor:
        """Return the activation."""
        return F.sigmoid(input)


class Tanh(_Plain):
    """The hyperbolic tangent. Mirrors `torch.nn.Tanh`."""

    def forward(self, input: Tensor) -> Tensor:
        """Return the activation."""
        return F.tanh(input)


class LogSigmoid(_Plain):
    """log(sigmoid(x)). Mirrors `torch.nn.LogSigmoid`."""

    def forward(self, input: Tensor) -> Tensor:
        """Return the activation."""
        return F.logsigmoid(input)


class Softsign(_Plain):
    """x / (|x| + 1). Mirrors `torch.nn.Softsign`."""

    def forward(self, input: Tensor) -> Tensor:
        """Return the activation."""
        return F.softsign(input)


class Tanhshrink(_Plain):
    """x - tanh(x). Mirrors `torch.nn.Tanhshrink`."""

    def forward(self, input: Tensor) -> Tensor:
        """Return the activation."""
        return F.tanhshrink(input)


class GLU(Optioned, function=F.glu, options={"dim": -1}):
    """One half of x times the sigmoid of the other. Mirrors `torch.nn.GLU`."""


class GELU(Optioned, function=F.gelu, options={"approximate": "none"}):
    """x times the chance that a standard normal variable is smaller. Mirrors `torch.nn.GELU`."""


class _Shrink(Optioned):
    def extra_repr(self) -> str:
        """Return the bound alone."""
        return f"{self.lambd}"


class Hardshrink(_Shrink, function=F.hardshrink, options={"lambd": 0.5}):
    """0 between -lambd and lambd, x elsewhere. Mirrors `torch.nn.Hardshrink`."""


class Softshrink(_Shrink, function=F.softshrink, options={"lambd": 0.5}):
    """x moved towards 0 by lambd. Mirrors `torch.nn.Softshrink`."""


class Softplus(Optioned, function=F.softplus, options={"beta": 1.0, "threshold": 20.0}):
    """log(1 + exp(beta · x)) / beta. Mirrors `torch.nn.Softplus`."""


class _AlongDim(Optioned):
    def forward(self, input: Tensor) -> Tensor:
        """Return the activation along `dim`."""
        return type(self).function(input, self.dim, _stacklevel=5)


class Softmin(_AlongDim, function=F.softmin, options={"dim": None}):
    """softmax(-x). Mirrors `torch.nn.Softmin`."""


class Softmax(_AlongDim, function=F.softmax, options={"dim": None}):
    """exp(x) scaled to sum 1 along `dim`. Mirrors `torch.nn.Softmax`."""


class LogSoftmax(_AlongDim, function=F.log_softmax, options={"dim": None}):
    """log(softmax(x)). Mirrors `torch.nn.LogSoftmax`."""


class Softmax2d(_Plain):
    """Softmax over the channels of images. Mirrors `torch.nn.Softmax2d`."""

    def forward(self, input: Tensor) -> Tensor:
        """Return the activation of `(N, C, H, W)` or `(C, H, W)`."""
        if input.ndim not in (3, 4):
            raise ValueError(f"Softmax2d: expected input to be 3D or 4D, got {input.ndim}D instead")
        return F.softmax(input, -3, _stacklevel=5)


class PReLU(Module):
    """x where positive, weight · x elsewhere, with a learned weight. Mirrors `torch.nn.PReLU`.

    Parameters
    ----------
    num_parameters : int
        1, or one a channel.
    init : float
        The weights' value at first.
    device : optional
        The CPU.
    dtype : dtype, optional
        Of the weight.
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        self.num_parameters, self.init = num_parameters, init
        self.weight = Parameter(full((num_parameters,), init, dtype=dtype))

    def reset_parameters(self) -> None:
        """Set the weights to `init`."""
        constant_(self.weight, self.init)

    def forward(self, input: Tensor) -> Tensor:
        """Return the activation."""
        return F.prelu(input, self.weight)

    def extra_repr(self) -> str:
        """Return the number of weights."""
        return f"num_parameters={self.num_parameters}"
