"""Functions of neural networks. Mirrors `torch.nn.functional`."""

from __future__ import annotations

from . import activation, entropy, loss
from .activation import *  # noqa: F403
from .entropy import *  # noqa: F403
from .loss import *  # noqa: F403

__all__ = sorted({*activation.__all__, *entropy.__all__, *loss.__all__})
