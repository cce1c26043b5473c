"""Call a node of the graph by hand: `loss.grad_fn(grad)`."""

from __future__ import annotations

from typing import Any

from ..tensor import Tensor, make
from .engine import GraphTask
from .fitting import fitted
from .input_buffers import accumulate
from .node import AccumulateGrad, Node
from .state import local

__all__ = ["call"]


def call(node: Node, grads: tuple[Any, ...]) -> Any:
    """Evaluate a node's rules, without hooks; the saved tensors are kept.

    Returns
    -------
    Tensor, None, or tuple of them
        One gradient an input, None where the input needs none.

    Raises
    ------
    TypeError
        When there are not as many gradients as the node has outputs, or they are no tensors.
    RuntimeError
        When the saved tensors have been freed, or one was modified in place.
    """
    expected = len(node.output_infos())
    if len(grads) != expected:
        raise TypeError(f"expected {expected} arguments, got {len(grads)} instead")
    for place, grad in enumerate(grads):
        if grad is not None and not isinstance(grad, Tensor):
            raise TypeError(f"expected a Tensor or None as argument {place}, got {type(grad).__name__}")
    if isinstance(node, AccumulateGrad):
        if grads[0] is not None:
            accumulate(node.variable, grads[0]._array, True)
        return ()
    task = GraphTask([], [], keep_graph=True, create_graph=local.grad_enabled)
    given = [None if g is None else g if task.create_graph else g._array for g in grads]
    needs = tuple(each is not None for each in node.next_nodes)
    values = task.evaluate(node, given if expected > 1 else given[0], needs)
    found = tuple(_result(node, place, value) for place, value in enumerate(values))
    return found[0] if len(found) == 1 else found


def _result(node: Node, place: int, value: Any) -> Any:
    receiver = node.next_nodes[place]
    if value is None or receiver is None:
        return None
    value = fitted(node, place, value, receiver, node.next_indices[place])
    return value if isinstance(value, Tensor) else make(value)
