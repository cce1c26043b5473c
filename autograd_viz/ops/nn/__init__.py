"""The tables of neural-network operations, by noun. Importing this package fills them."""

from __future__ import annotations

from . import loss  # noqa: F401  (importing fills the tables)

__all__: list[str] = []
