"""The tables of neural-network operations, by noun. Importing this package fills them."""

from __future__ import annotations

from . import (  # noqa: F401
    activation,
    bce,
    elu,
    gelu,
    glu,
    hard,
    likelihood,
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
