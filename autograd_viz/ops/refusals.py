"""Tensor methods that PyTorch has and this package has not: each says so when it is called."""

from __future__ import annotations

from ..absent import METHODS as ABSENT
from ..absent import refusing
from .tables import METHODS

__all__: list[str] = []

METHODS.update({name: refusing(name) for name in ABSENT})
