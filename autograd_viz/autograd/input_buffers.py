"""Input buffers: what has arrived at a node before it runs.

A buffer is kept in a dict under its node: for a node with one output what arrived there, for a node with several a
list. Values are ndarrays (or NumPy scalars), under `create_graph` Tensors; `Sum` and `Shared` say whose they are.

Note [Who owns a gradient array]
`.grad` must not share memory with anything else. An array fresh from a rule belongs to nobody, so a leaf keeps it as
it is; one that a rule handed on (`grad` itself, or a view) is `Shared`, and copied by the leaf unless something is
added to it first. The first sum is a new array, `Sum`, into which later contributions are added in place.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tensor import Tensor, make
from .layout import laid_out_for
from .node import AccumulateGrad, Node

__all__ = ["Buffers", "Shared", "Sum", "accumulate", "add", "held", "several", "take", "total"]

Buffers = dict[Node, Any]
ndarray = np.ndarray


class Sum:
    """A sum made in a buffer: nobody else holds its array."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class Shared:
    """A leaf's only contribution so far, in an array that others hold too."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def several(node: Node) -> bool:
    """Return whether a node has several outputs, and so its buffer is a list."""
    return node.extra is not None and node.extra.more is not None


def add(buffers: Buffers, node: Node, index: int, grad: Any, shared: bool, create_graph: bool) -> None:
    """Add a contribution to output `index` of a node."""
    if several(node):
        slots = buffers.get(node)
        if slots is None:
            slots = buffers[node] = [None] * len(node.output_infos())
        slots[index] = grad if slots[index] is None else total(slots[index], grad, create_graph)
        return
    before = buffers.get(node)
    if before is not None:
        buffers[node] = total(before, grad, create_graph)
    else:
        buffers[node] = Shared(grad) if shared and node.__class__ is AccumulateGrad else grad


def total(before: Any, grad: Any, create_graph: bool) -> Any:
    """Return the sum of what a buffer holds and a contribution."""
    if create_graph:
        return (before.value if before.__class__ is Shared else before) + grad
    kind = before.__class__
    if kind is Sum:
        value = before.value
        if value.__class__ is ndarray and value.dtype is grad.dtype:
            value += grad
            return before
        return Sum(value + grad)
    return Sum((before.value if kind is Shared else before) + grad)


def held(buffers: Buffers, node: Node, index: int) -> Any:
    """Return what has arrived so far at output `index` of a node, None for nothing."""
    found = buffers.get(node)
    if found is not None and several(node):
        found = found[index]
    return found.value if found.__class__ in (Sum, Shared) else found


def take(buffers: Buffers, node: Node) -> tuple[list[Any], bool]:
    """Take a node's buffer: one value an output, and whether a leaf must copy it."""
    found = buffers.pop(node, None)
    slots = ([None] * len(node.output_infos()) if found is None else found) if several(node) else [found]
    return [each.value if each.__class__ in (Sum, Shared) else each for each in slots], found.__class__ is Shared


def accumulate(leaf: Tensor, grad: Any, shared: bool) -> None:
    """Add an array into `.grad` in place, or make it the first one; one that others hold is copied."""
    old = leaf._grad
    if old is None:
        array = np.array(grad, order="C") if shared else np.asarray(grad)
        if array.ndim > 1 and array.strides != leaf._array.strides:
            array = laid_out_for(leaf._array, array)
        leaf._grad = make(array)
    else:
        np.add(old._array, grad, out=old._array, casting="unsafe")
        old.bump_version()
