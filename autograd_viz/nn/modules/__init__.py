"""The layers. Mirrors `torch.nn.modules`."""

from __future__ import annotations

import functools

from ...absent import absent
from . import (
    activation,
    attention,
    batchnorm,
    container,
    convolution,
    dropout,
    linear,
    loss,
    normalization,
    padding,
    parameter_container,
    pooling,
    reshaping,
    rnn,
    rnn_cell,
    sparse,
    transformer,
)
from .activation import *  # noqa: F403
from .attention import *  # noqa: F403
from .batchnorm import *  # noqa: F403
from .container import *  # noqa: F403
from .convolution import *  # noqa: F403
from .dropout import *  # noqa: F403
from .linear import *  # noqa: F403
from .loss import *  # noqa: F403
from .module import Module as Module
from .normalization import *  # noqa: F403
from .padding import *  # noqa: F403
from .parameter_container import *  # noqa: F403
from .pooling import *  # noqa: F403
from .reshaping import *  # noqa: F403
from .rnn import *  # noqa: F403
from .rnn_cell import *  # noqa: F403
from .sparse import *  # noqa: F403
from .transformer import *  # noqa: F403

_PARTS = (
    activation,
    attention,
    batchnorm,
    container,
    convolution,
    dropout,
    linear,
    loss,
    normalization,
    padding,
    parameter_container,
    pooling,
    reshaping,
    rnn,
    rnn_cell,
    sparse,
    transformer,
)
__all__ = ["Module", *(name for part in _PARTS for name in part.__all__)]


__getattr__ = functools.partial(absent, __name__)
