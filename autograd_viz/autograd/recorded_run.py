"""The engine's inner loop under `create_graph` for runs that nobody watches. See Note [Two loops] in engine.py.

Gradients are Tensors here, and every sum of them is a new one: nobody needs to know who else holds an array.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import input_buffers
from .fitting import fitted
from .input_buffers import Buffers
from .node import Node
from .quiet_run import run_otherwise
from .state import local

if TYPE_CHECKING:
    from .engine import GraphTask

__all__ = ["run_recorded"]


def run_recorded(task: GraphTask) -> None:
    """Run a task under `create_graph` to its end without events."""
    buffers: Buffers = {}
    for (root, index), seed in zip(task.roots, task.grad_tensors, strict=True):
        input_buffers.add(buffers, root, index, seed, False, True)
    waiting, entered, keep_graph = task.dependencies, task.entered, task.keep_graph
    node, queue = task.first(waiting)
    heap, leaves = queue.heap, queue.leaves
    unusual = task.dependencies if local.anomaly else task.special_nodes()
    while node is not None:
        nodes = node.next_nodes
        if node.ordinary and node.extra is None and node not in unusual and node in buffers:
            values: Any = _evaluated(task, node, buffers.pop(node), entered)
            if not keep_graph:
                node.release()
        else:
            values = run_otherwise(task, node, buffers)
            if values is None:
                nodes = ()
        following: Node | None = None  # the last that became ready; one alone need not pass through the queue
        position = -1
        for receiver in nodes:
            position += 1
            if receiver is None or not (entered is None or receiver in entered):
                continue
            value = values[position]
            if value is not None:
                if receiver.extra is not None:
                    input_buffers.add(buffers, receiver, node.next_indices[position], value, False, True)
                elif receiver in buffers:
                    buffers[receiver] = buffers[receiver] + value
                else:
                    buffers[receiver] = value
            left = waiting[receiver] - 1
            if left:
                waiting[receiver] = left
            else:
                if following is not None:
                    queue.push(following)
                following = receiver
        if following is None:
            node = queue.pop() if heap or leaves else None
        elif heap or leaves:
            node = queue.exchange(following)
        else:
            node = following


def _evaluated(task: GraphTask, node: Node, grad: Any, entered: set[Node] | None) -> list[Any]:
    """Run an ordinary node; return one gradient an edge."""
    saved: Any = node.saved
    if saved or saved is None:
        saved = node.unpack_tensors()
    xp, rules, constants, nodes = task.xp, node.ordinary, node.constants, node.next_nodes
    if len(nodes) == 1 and nodes[0] is not None:  # an only edge is taken, or the node would not run
        only = nodes[0]
        value = rules[0](grad, saved, constants, xp, None)
        if value is not None:
            array = value._array
            if array.shape != only.shape or array.dtype is not only.dtype or only.extra is not None:
                value = fitted(node, 0, value, only, node.next_indices[0])
        return [value]
    values: list[Any] = []
    unfit = False
    for rule, receiver in zip(rules, nodes, strict=True):
        if receiver is None or not (entered is None or receiver in entered):
            values.append(None)
            continue
        value = rule(grad, saved, constants, xp, None)
        values.append(value)
        if value is not None:
            array = value._array
            if array.shape != receiver.shape or array.dtype is not receiver.dtype or receiver.extra is not None:
                unfit = True
    if unfit:  # sums come after all rules, as in PyTorch
        for position, value in enumerate(values):
            receiver = nodes[position]
            if value is not None and receiver is not None:
                values[position] = fitted(node, position, value, receiver, node.next_indices[position])
    return values
