"""The engine's inner loop for runs that nobody watches. See Note [Two loops] in engine.py.

The first branch, for a node with one rule an edge and no hooks, is what nearly all nodes of an ordinary backward take;
everything it needs is written out in place, to save the function calls.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from ..tensor import make
from . import input_buffers
from .fitting import fitted
from .input_buffers import Buffers, Shared, Sum, accumulate, several, total
from .node import AccumulateGrad, Node
from .state import local

if TYPE_CHECKING:
    from .engine import GraphTask

__all__ = ["run_quietly"]


def run_quietly(task: GraphTask) -> None:
    """Run a task to its end without events."""
    buffers: Buffers = {}
    for root, index, grad in task.seeds():
        input_buffers.add(buffers, root, index, grad, True, task.create_graph)
    waiting = task.dependencies
    queue = task.first(waiting)
    heap, leaves = queue.heap, queue.leaves
    xp, keep_graph, create_graph = task.xp, task.keep_graph, task.create_graph
    entered, special, anomaly = task.entered, task.special_nodes(), local.anomaly
    node = queue.pop()
    while node is not None:
        values: Any = None  # one gradient an edge; None: the rules are still to be evaluated, each at its edge
        saved: Any = ()
        nodes = node.next_nodes
        usual = node.extra is None and not anomaly and node not in special and node in buffers
        if usual and node.ordinary:
            grad = buffers.pop(node)
            if create_graph:
                values = _run_recorded(task, node, grad)
            else:
                if grad.__class__ is Sum:
                    grad = grad.value
                saved = node.saved
                if saved != ():
                    saved = node.unpack()
                rules, constants = node.rules, node.constants
        elif usual and node.__class__ is AccumulateGrad:
            grad = value = None  # a leaf asks who else holds its array
            _run_leaf(task, node, buffers)
        else:
            values = _run_otherwise(task, node, buffers, special)
            if values is None:
                nodes = ()
        following: Node | None = None  # the last that became ready; one alone need not pass through the queue
        leaf: Node | None = None  # the only one that became ready: it runs before all others
        for position, receiver in enumerate(nodes):
            if receiver is None or not (entered is None or receiver in entered):
                continue
            value = values[position] if values is not None else rules[position](grad, saved, constants, xp, None)
            if value is not None:
                extra = receiver.extra
                if values is None and (
                    value.shape != receiver.shape or value.dtype is not receiver.dtype or extra is not None
                ):
                    value = fitted(node, position, value, receiver, node.next_indices[position])
                if extra is not None and extra.more is not None:
                    input_buffers.add(buffers, receiver, node.next_indices[position], value, True, create_graph)
                elif receiver in buffers:
                    buffers[receiver] = total(buffers[receiver], value, create_graph)
                elif receiver.__class__ is AccumulateGrad and (
                    values is not None or value is grad or value.base is not None
                ):
                    buffers[receiver] = Shared(value)
                else:
                    buffers[receiver] = value
            left = waiting[receiver] - 1
            if left:
                waiting[receiver] = left
            elif receiver.__class__ is AccumulateGrad and leaf is None and not leaves:
                leaf = receiver
            else:
                if leaf is not None and receiver.__class__ is AccumulateGrad:
                    queue.push(leaf)
                    leaf = None
                if following is not None:
                    queue.push(following)
                following = receiver
        if saved != () and not keep_graph:
            node.saved = None
        if leaf is not None:
            if leaf.extra is None and not anomaly and leaf not in special and leaf in buffers:
                grad = value = values = saved = None
                _run_leaf(task, leaf, buffers)
            else:
                queue.push(leaf)
        if following is None:
            node = queue.pop()
        elif heap or leaves:
            node = queue.exchange(following)
        else:
            node = following


def _run_recorded(task: GraphTask, node: Node, grad: Any) -> list[Any]:
    """Run an ordinary node under `create_graph`, where values are Tensors; return one gradient an edge."""
    saved: Any = node.saved
    if saved != ():
        saved = node.unpack_tensors()
    entered, xp, constants, nodes = task.entered, task.xp, node.constants, node.next_nodes
    values: list[Any] = []
    unfit = False
    for rule, receiver in zip(node.rules, nodes, strict=True):
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
        for place, value in enumerate(values):
            if value is not None:
                values[place] = fitted(node, place, value, cast(Node, nodes[place]), node.next_indices[place])
    if not task.keep_graph:
        node.release()
    return values


def _run_leaf(task: GraphTask, node: Any, buffers: Buffers) -> None:
    """Accumulate at a leaf."""
    leaf = node.variable
    meta = leaf._meta
    if task.create_graph or meta is None or meta.hooks or meta.post_accumulate_hooks or leaf._grad_fn is not None:
        _drain(task.run_node(node, buffers, False))
        return
    held = buffers.pop(node)
    if leaf._requires_grad:
        kind = held.__class__
        if kind is np.ndarray and leaf._grad is None and held.strides == leaf._array.strides:
            leaf._grad = make(held)  # what `accumulate` comes to for an array that nobody else holds
            return
        array = held.value if kind is Sum or kind is Shared else held
        held = None
        shared = kind is Shared and not _only_holder(array)  # asked before the array is an argument too
        accumulate(leaf, array, shared)


def _only_holder(array: Any) -> bool:
    """Return whether nobody else can hold the memory of this view: a weight's gradient, say, transposed twice.

    Views refer to the array that owns the memory, so that one reference to it means one view. Without this, the leaf
    would copy: 0.4 ms of the 784-512-512-10 network's 3 ms.
    """
    owner = array.base
    return (
        owner.__class__ is np.ndarray
        and owner.base is None
        and owner.size == array.size
        and array.flags.c_contiguous
        and _references(array) == ONE_HOLDER
    )


def _references(array: Any) -> tuple[int, int]:
    return sys.getrefcount(array), sys.getrefcount(array.base)


def _counted_alone() -> tuple[int, int]:
    """Count the references to a view that only a local name holds: what that is differs among Pythons."""

    def as_only_holder_does(array: Any) -> tuple[int, int]:
        owner = array.base
        assert owner is not None
        return _references(array)

    array = np.zeros((1, 2)).reshape(2, 1)
    return as_only_holder_does(array)


ONE_HOLDER = _counted_alone()


def _run_otherwise(task: GraphTask, node: Node, buffers: Buffers, special: set[Node]) -> list[Any] | None:
    """Run a node that is no ordinary one, the whole way with hooks and captures only where there may be any.

    Returns one gradient an edge, None where only what arrived was wanted.
    """
    extra = node.extra
    if extra is None and node in special and node not in (task.needed or ()) and not _hooked_leaf(node):
        grads, _ = input_buffers.take(buffers, node)
        task.capture(node, grads)
        return None
    hooked = extra is not None and bool(
        extra.tensor_hooks or extra.retains_grad or extra.pre_hooks or extra.post_hooks
    )
    if hooked or local.anomaly or node.__class__ is AccumulateGrad or node in special:
        return _drain(task.run_node(node, buffers, False))
    grads, _ = input_buffers.take(buffers, node)
    entered, nodes = task.entered, node.next_nodes
    needs = tuple([n is not None and (entered is None or n in entered) for n in nodes])
    values = task.evaluate(node, grads if several(node) else grads[0], needs)
    for position, value in enumerate(values):
        if needs[position] and value is not None:
            values[position] = fitted(node, position, value, cast(Node, nodes[position]), node.next_indices[position])
    if not task.keep_graph:
        node.release()
    return values


def _hooked_leaf(node: Any) -> bool:
    return node.__class__ is AccumulateGrad and bool(node.variable.meta().hooks)


def _drain(steps: Any) -> Any:
    """Run a generator of events to its end and return what it returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
