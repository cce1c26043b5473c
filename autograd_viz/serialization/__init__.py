"""Save tensors and plain containers of them to files, and load them. Mirrors `torch.save` and `torch.load`.

Files are PyTorch's own zip archives, so that either library reads what the other wrote. Nothing in a file is ever run:
reading knows tensors, dtypes, containers and numbers, and refuses everything else.
"""

from __future__ import annotations

from .reader import load
from .writer import save

__all__ = ["load", "save"]
