"""The p-norm along dims, as PyTorch's own distances use it (NormBackward1)."""

from __future__ import annotations

from typing import Any

from ..norms import _vector_norm, _vector_norm_back
from ..op import op

__all__ = ["norm"]


def _norm(self: Any, p: float, dim: tuple[int, ...], keepdim: bool = False) -> Any:
    return _vector_norm(self, p, dim, keepdim)


norm = op(
    "Norm",
    _norm,
    variant=1,
    self=(
        "vector_norm_back(grad, self, result, p, dim, keepdim)",
        lambda xp, grad, self, result, p, dim, keepdim: _vector_norm_back(xp, grad, self, result, p, dim, keepdim),
    ),
)
