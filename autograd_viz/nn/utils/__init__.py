"""Helpers for training. Mirrors `torch.nn.utils`."""

from __future__ import annotations

import functools

from ...absent import absent
from . import clip_grad, rnn, vectors
from .clip_grad import *  # noqa: F403
from .vectors import *  # noqa: F403

__all__ = ["clip_grad", "rnn", *clip_grad.__all__, *vectors.__all__]


__getattr__ = functools.partial(absent, __name__)
