"""A node through which no gradient flows back: what an output is whose gradient is missing."""

from __future__ import annotations

from typing import Any

from ..tensor import Tensor, _new, make, resolve
from .node import Node, next_sequence_nr

__all__ = ["UndefinedGradBackward", "without_grad"]


class UndefinedGradBackward(Node):
    """Hand no gradient on. Mirrors `torch::autograd::UndefinedGradBackward`."""

    __slots__ = ()

    custom = True
    namespace = "torch::autograd::"

    def run(self, grad: Any, saved: Any, needs: tuple[bool, ...], task: Any) -> list[Any]:
        """Return no gradient."""
        return [None]


def without_grad(tensor: Tensor) -> Tensor:
    """Return the tensor again, through which no gradient flows back."""
    node = _new(UndefinedGradBackward)
    node.sequence_nr = next_sequence_nr()
    node.next_nodes, node.next_indices = (tensor._grad_fn or resolve(tensor),), (tensor._output_nr,)
    node.shape, node.dtype = tensor._array.shape, tensor._array.dtype
    node.saved, node.versions, node.constants, node.extra = (), None, (), None
    return make(tensor._array, node)
