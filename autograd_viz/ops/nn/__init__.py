"""The tables of neural-network operations, by noun. Importing this package fills them."""

from __future__ import annotations

from . import (  # noqa: F401
    activation,
    attention,
    average_pooling,
    batch_norm,
    bce,
    convolution,
    elu,
    embedding,
    gates,
    gelu,
    glu,
    hard,
    likelihood,
    max_pooling,
    norm,
    normalization,
    padding,
    prelu,
    regression,
    resampling,
    scalar,
    shuffling,
    silu,
    softmax,
    softplus,
    trilinear,
    unfolding,
    xlogy,
)

__all__: list[str] = []
