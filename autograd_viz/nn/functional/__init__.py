"""Functions of neural networks. Mirrors `torch.nn.functional`."""

from __future__ import annotations

from . import activation, convolution, distance, entropy, loss, padding, pooling
from . import linear as _linear
from .activation import *  # noqa: F403
from .convolution import *  # noqa: F403
from .distance import *  # noqa: F403
from .entropy import *  # noqa: F403
from .linear import *  # noqa: F403
from .loss import *  # noqa: F403
from .padding import *  # noqa: F403
from .pooling import *  # noqa: F403

_PARTS = (activation, convolution, distance, entropy, _linear, loss, padding, pooling)
__all__ = sorted(name for part in _PARTS for name in part.__all__)
