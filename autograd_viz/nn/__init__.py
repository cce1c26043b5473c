"""Neural-network building blocks. Mirrors `torch.nn`."""

from __future__ import annotations

from typing import Any

from ..absent import absent
from . import functional, init, modules, parameter, utils
from .modules import *  # noqa: F403
from .parameter import Buffer, Parameter

__all__ = ["Buffer", "Parameter", "functional", "init", "modules", "parameter", "utils", *modules.__all__]


def __getattr__(name: str) -> Any:
    return absent(__name__, name)
