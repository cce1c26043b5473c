"""Datasets and batches of them. Mirrors `torch.utils.data`."""

from __future__ import annotations

import functools

from ...absent import absent
from . import dataloader, dataset, sampler
from .collate import default_collate, default_convert
from .dataloader import *  # noqa: F403
from .dataset import *  # noqa: F403
from .sampler import *  # noqa: F403

__all__ = ["default_collate", "default_convert", *dataloader.__all__, *dataset.__all__, *sampler.__all__]


__getattr__ = functools.partial(absent, __name__)
