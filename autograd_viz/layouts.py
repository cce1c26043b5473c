"""The words for how elements lie in memory: `contiguous_format`, `preserve_format`, `strided`.

Arrays here are always strided; the words are taken so that PyTorch programs run.
"""

from __future__ import annotations

__all__ = ["channels_last", "contiguous_format", "layout", "memory_format", "preserve_format", "strided"]


class memory_format:
    """An order of elements in memory. Mirrors `torch.memory_format`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"torch.{self.name}"


class layout(memory_format):
    """A way to store elements: always strided. Mirrors `torch.layout`."""

    __slots__ = ()


contiguous_format = memory_format("contiguous_format")
preserve_format = memory_format("preserve_format")
channels_last = memory_format("channels_last")
strided = layout("strided")
