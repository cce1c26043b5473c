"""Tensor methods that PyTorch has and this package has not: each says so when it is called."""

from __future__ import annotations

from .. import absent
from .tables import METHODS

__all__: list[str] = []

METHODS.update({name: absent.refusing(name) for name in absent.METHODS})
