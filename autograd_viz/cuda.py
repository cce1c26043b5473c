"""There is no GPU here: `cuda.is_available()` is False, as on a machine without one. Mirrors `torch.cuda`."""

from __future__ import annotations

from typing import Any

from .absent import NotProvidedError

__all__ = [
    "device_count",
    "empty_cache",
    "is_available",
    "manual_seed",
    "manual_seed_all",
    "max_memory_allocated",
    "memory_allocated",
    "memory_reserved",
]


def is_available() -> bool:
    """Return False."""
    return False


def device_count() -> int:
    """Return 0."""
    return 0


def manual_seed(seed: int) -> None:
    """Do nothing: without a GPU there is no generator on it."""


manual_seed_all = manual_seed


def empty_cache() -> None:
    """Do nothing: there is no memory on a GPU to give back."""


def memory_allocated(device: Any = None) -> int:
    """Return 0."""
    return 0


max_memory_allocated = memory_reserved = memory_allocated


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    raise NotProvidedError(f"cuda.{name} is not provided: autograd_viz has no GPUs (every tensor is on the CPU)")
