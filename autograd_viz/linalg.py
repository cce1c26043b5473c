"""Linear algebra under the names of `torch.linalg`."""

from __future__ import annotations

from .ops.contraction import multi_dot, vecdot
from .ops.matmul import matmul

__all__ = ["matmul", "multi_dot", "vecdot"]
