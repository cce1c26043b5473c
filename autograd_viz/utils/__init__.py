"""Helpers around training: checkpointing and data loading. Mirrors `torch.utils`."""

from __future__ import annotations

import importlib
from typing import Any

SUBMODULES = ("checkpoint", "data")


def __getattr__(name: str) -> Any:
    if name in SUBMODULES:
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
