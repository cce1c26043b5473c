"""Named results of operations with several outputs: `x.max(dim)` gives `values` and `indices`.

Mirrors `torch.return_types`: tuples with names, printed as PyTorch prints them.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any

__all__ = ["named"]


def named(name: str, *fields: str) -> Any:
    """Return the tuple class of an operation's results, and keep it here under its name."""
    base: Any = namedtuple(name, fields)  # type: ignore[misc]

    def text(self: Any) -> str:
        shown = ",\n".join(f"{field}={value!r}" for field, value in zip(fields, self, strict=True))
        return f"torch.return_types.{name}(\n{shown})"

    made = type(name, (base,), {"__slots__": (), "__module__": __name__, "__repr__": text})
    globals()[name] = made
    return made
