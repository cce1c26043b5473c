"""Tensor methods that PyTorch has and this package has not: each says so when it is called."""

from __future__ import annotations

from ..absent import refusing
from ..missing import METHODS as ABSENT
from ..missing import PROPERTIES
from .tables import METHODS

__all__: list[str] = []

METHODS.update({name: refusing(name) for name in ABSENT})
METHODS.update({name: property(refusing(name)) for name in PROPERTIES})
