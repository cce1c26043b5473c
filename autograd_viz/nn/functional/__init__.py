"""Functions of neural networks. Mirrors `torch.nn.functional`."""

from __future__ import annotations

import functools

from ...absent import absent
from . import (
    activation,
    attention,
    convolution,
    distance,
    dropping,
    entropy,
    folding,
    loss,
    multi_head,
    normalization,
    padding,
    pooling,
    resampling,
    sparse,
)
from . import linear as _linear
from .activation import *  # noqa: F403
from .attention import *  # noqa: F403
from .convolution import *  # noqa: F403
from .distance import *  # noqa: F403
from .dropping import *  # noqa: F403
from .entropy import *  # noqa: F403
from .folding import *  # noqa: F403
from .linear import *  # noqa: F403
from .loss import *  # noqa: F403
from .multi_head import *  # noqa: F403
from .normalization import *  # noqa: F403
from .padding import *  # noqa: F403
from .pooling import *  # noqa: F403
from .resampling import *  # noqa: F403
from .sparse import *  # noqa: F403

_PARTS = (
    activation,
    attention,
    convolution,
    distance,
    dropping,
    entropy,
    folding,
    loss,
    multi_head,
    normalization,
    padding,
    pooling,
    resampling,
    sparse,
    _linear,
)
__all__ = sorted(name for part in _PARTS for name in part.__all__)


__getattr__ = functools.partial(absent, __name__)
