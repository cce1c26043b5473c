"""The change of a view in place as a node of its base."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from ..tensor import Tensor, _new, make, resolve
from .node import BACKWARD_TWICE, Node, SavedInfo, next_sequence_nr
from .overlap import check_repeats

__all__ = ["CopySlices", "copy_slices", "laid_out", "set_up"]


class CopySlices(Node):
    """The change of a view in place, seen from its base. Mirrors PyTorch's `CopySlices`.

    It holds the operation's node, which the engine does not meet here, and hands it the view's part of the gradient;
    what the operation answers takes that part's place. Freeing it lets go of the operation's node, without freeing
    what that node saved: second derivatives may reach it by another way.
    """

    __slots__ = ("operation", "param_names", "replay", "saved_names", "spoken", "strides")

    custom = True
    namespace = "torch::autograd::"
    operation: Node | None
    replay: Callable[[Any], Any]
    spoken: dict[str, str]
    strides: tuple[int, ...]  # of the base

    def run(self, grad: Any, saved: Any, needs: tuple[bool, ...], task: Any) -> list[Any]:
        """Return the gradients of the base as it was before, and of the operation's other inputs."""
        if grad is None:
            return [None] * len(self.next_nodes)
        if self.operation is None:
            raise RuntimeError(BACKWARD_TWICE)
        whole = self._whole(grad, task.create_graph)
        part = self._part(whole, task.create_graph)
        answers = task.evaluate(self.operation, part.clone() if task.create_graph else part.copy(), needs)
        if needs[0] and answers[0] is not None:
            if task.create_graph:
                part.copy_(answers[0])
            else:
                check_repeats(part)
                part[...] = answers[0]
            answers[0] = whole
        return answers

    def _whole(self, grad: Any, create_graph: bool) -> Any:
        """Return a copy of the gradient laid out as the base is, so that views of it can be replayed."""
        whole = laid_out(self.shape, grad._array.dtype if create_graph else grad.dtype, self.strides)
        if create_graph:
            return make(whole).copy_(grad)
        whole[...] = grad
        return whole

    def _part(self, whole: Any, create_graph: bool) -> Any:
        if not create_graph:
            return self.replay(whole)
        from ..ops.slices import as_view

        return as_view(whole, self.replay)

    @property
    def holder(self) -> Node:
        """The operation's node."""
        return self if self.operation is None else self.operation

    def saved_info(self) -> list[SavedInfo]:
        """Describe the saved tensors of the operation."""
        if self.operation is not None:
            return self.operation.saved_info()
        return [SavedInfo(name, None, 0, False) for name in self.saved_names]

    def release(self) -> bool:
        """Let go of the operation."""
        freed = self.operation is not None and bool(self.operation.saved)
        self.operation = self.saved = None
        return freed

    @property
    def formulas(self) -> dict[str, str]:
        """The operation's formulas, which hold in the view alone: elsewhere the gradient goes on as it is."""
        first, *others = self.spoken
        inside = re.sub(r"^0 · grad$", "0", self.spoken[first])
        return {
            first: f"where(in_view, {inside}, grad)",
            **{name: re.sub(r"\bgrad\b", "grad[view]", self.spoken[name]) for name in others},
        }


def copy_slices(base: Tensor, target: Tensor, function: Node) -> CopySlices:
    """Return the base's new node, after `function` changed its view `target`."""
    node = _new(CopySlices)
    parent = base._grad_fn or resolve(base)
    set_up(node, (parent, *function.next_nodes[1:]), (base._output_nr, *function.next_indices[1:]), base)
    assert target._meta is not None and target._meta.replay is not None
    node.operation, node.replay, node.strides = function, target._meta.replay, base._array.strides
    node.param_names, node.saved_names, node.spoken = function.param_names, function.saved_names, function.formulas
    return node


def set_up(node: Node, parents: tuple[Any, ...], indices: tuple[int, ...], output: Tensor) -> None:
    """Fill a node that saves nothing."""
    node.sequence_nr = next_sequence_nr()
    node.next_nodes, node.next_indices = parents, indices
    node.shape, node.dtype = output._array.shape, output._array.dtype
    node.saved, node.versions, node.constants, node.extra = (), None, (), None


def laid_out(shape: tuple[int, ...], dtype: Any, strides: tuple[int, ...]) -> Any:
    """Return a new array of zeros whose dimensions follow each other in memory as those of `strides` do."""
    order = sorted(range(len(shape)), key=lambda dim: -strides[dim])
    whole = np.zeros([shape[dim] for dim in order], dtype)
    return whole.transpose(sorted(range(len(order)), key=order.__getitem__))
