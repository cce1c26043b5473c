"""Neural-network building blocks. Mirrors `torch.nn`."""

from . import functional

__all__ = ["functional"]
