"""`device`: where a tensor lives. Mirrors `torch.device`."""

from __future__ import annotations

from typing import Any

from .absent import no_device

__all__ = ["CPU", "device"]


class device:
    """Where a tensor lives: always the CPU. Mirrors `torch.device`."""

    __slots__ = ("index", "type")

    type: str
    index: int | None

    def __init__(self, type: Any = "cpu", index: int | None = None) -> None:
        name = type.type if isinstance(type, device) else str(type)
        kind = name.split(":")[0]
        if kind != "cpu":
            raise no_device(kind, name)
        self.type, self.index = "cpu", index

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device)

    def __hash__(self) -> int:
        return hash(self.type)

    def __repr__(self) -> str:
        return "device(type='cpu')"

    def __str__(self) -> str:
        return "cpu"


CPU = device()
