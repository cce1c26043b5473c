"""Helpers for training. Mirrors `torch.nn.utils`."""

from __future__ import annotations

from . import clip_grad, rnn, vectors
from .clip_grad import *  # noqa: F403
from .vectors import *  # noqa: F403

__all__ = ["clip_grad", "rnn", *clip_grad.__all__, *vectors.__all__]
