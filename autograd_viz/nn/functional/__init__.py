"""Functions of neural networks. Mirrors `torch.nn.functional`."""

from __future__ import annotations

from . import activation, distance, entropy, loss
from . import linear as _linear
from .activation import *  # noqa: F403
from .distance import *  # noqa: F403
from .entropy import *  # noqa: F403
from .linear import *  # noqa: F403
from .loss import *  # noqa: F403

__all__ = sorted({*activation.__all__, *distance.__all__, *entropy.__all__, *_linear.__all__, *loss.__all__})
