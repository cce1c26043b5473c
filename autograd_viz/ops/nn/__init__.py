"""The tables of neural-network operations, by noun. Importing this package fills them."""

from __future__ import annotations

from . import (  # noqa: F401
    activation,
    average_pooling,
    bce,
    convolution,
    elu,
    gelu,
    glu,
    hard,
    likelihood,
    max_pooling,
    norm,
    padding,
    prelu,
    regression,
    scalar,
    silu,
    softmax,
    softplus,
    trilinear,
    xlogy,
)

__all__: list[str] = []
