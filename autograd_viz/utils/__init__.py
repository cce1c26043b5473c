"""Helpers around training: checkpointing and data loading. Mirrors `torch.utils`."""

from __future__ import annotations

import importlib
from typing import Any

from ..absent import absent

SUBMODULES = ("checkpoint", "data", "hooks")


def __getattr__(name: str) -> Any:
    if name in SUBMODULES:
        return importlib.import_module(f".{name}", __name__)
    return absent(__name__, name)
