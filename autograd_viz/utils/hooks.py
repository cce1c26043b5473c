"""What takes hooks away again, under the name of `torch.utils.hooks`."""

from __future__ import annotations

import functools

from ..absent import absent
from ..autograd.hooks import RemovableHandle

__all__ = ["RemovableHandle"]

__getattr__ = functools.partial(absent, __name__)
