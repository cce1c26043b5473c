"""Functions of neural networks. Mirrors `torch.nn.functional`."""

from __future__ import annotations

__all__: list[str] = []
