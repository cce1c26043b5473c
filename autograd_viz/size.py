"""`Size`: a tensor's shape. Mirrors `torch.Size`."""

from __future__ import annotations

from typing import Any

__all__ = ["Size"]


class Size(tuple):
    """A tensor's shape. Mirrors `torch.Size`."""

    __slots__ = ()

    def numel(self) -> int:
        """Return the number of elements of a tensor of this shape."""
        count = 1
        for length in self:
            count *= length
        return count

    def __repr__(self) -> str:
        return f"torch.Size([{', '.join(map(str, self))}])"

    def __getitem__(self, key: Any) -> Any:
        found = tuple.__getitem__(self, key)
        return Size(found) if isinstance(key, slice) else found

    def __add__(self, other: Any) -> Size:
        return Size(tuple.__add__(self, tuple(other)))
