"""What a node shows of what it keeps: `_saved_self`, `_raw_saved_self`, `_saved_self_sym_sizes`.

They are properties of each operation's own class. A `__getattr__` would make every other look at a node dearer: 42 and
30 ns an attribute in the engine's loop, where the classes alternate.
"""

from __future__ import annotations

import functools
import re
from typing import Any

import numpy as np

from ..tensor import make
from .node import BACKWARD_TWICE, Node
from .saved_hooks import raw_saved

__all__ = ["saved_attributes"]


def saved_attributes(saved: tuple[str, ...], constants: tuple[str, ...]) -> dict[str, property]:
    """Return the properties of a class of nodes that keep these tensors and these plain values."""
    made = {f"_saved_{name}": _saved(name) for name in saved}
    made.update((f"_raw_saved_{name}", _raw_saved(name)) for name in saved)
    made.update((f"_saved_{re.sub('_shape$', '_sym_sizes', name)}", _constant(name)) for name in constants)
    return made


@functools.cache
def _saved(name: str) -> property:
    def read(node: Node) -> Any:
        if node.saved is None:
            raise RuntimeError(BACKWARD_TWICE)
        place = node.saved_names.index(name)
        item = node.saved[place] if node.saved else None
        if isinstance(item, (bool, int, float)):
            return make(np.asarray(item))  # PyTorch makes a tensor of a number where either may stand
        return None if item is None else node.unpack_tensor(place, item)

    return property(read)


@functools.cache
def _raw_saved(name: str) -> property:
    return property(lambda node: raw_saved(node, name))


@functools.cache
def _constant(name: str) -> property:
    return property(lambda node: node.constants[node.constant_names.index(name)])
