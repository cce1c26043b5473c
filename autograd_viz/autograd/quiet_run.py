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

__all__ = ["run_otherwise", "run_quietly"]


def run_quietly(task: GraphTask) -> None:
    """Run a task that records nothing to its end without events."""
    buffers: Buffers = {}
    for (root, index), seed in zip(task.roots, task.grad_tensors, strict=True):
        input_buffers.add(buffers, root, index, seed._array, True, False)
    waiting = task.dependencies
    node, queue = task.first(waiting)
    heap, leaves = queue.heap, queue.leaves
    xp, keep_graph, entered = task.xp, task.keep_graph, task.entered
    unusual = task.dependencies if local.anomaly else task.special_nodes()
    while node is not None:
        values: Any = None  # one gradient an edge; None: the rules are still to be evaluated, each at its edge
        saved: Any = ()
        nodes = node.next_nodes
        rules = node.ordinary
        if rules and node.extra is None and node not in unusual and node in buffers:
            grad = buffers.pop(node)
            if grad.__class__ is Sum:
                grad = grad.value
            saved = node.saved
            if saved or saved is None:
                saved = node.unpack()
            constants = node.constants
        elif node.__class__ is AccumulateGrad and node.extra is None and node not in unusual and node in buffers:
            grad = value = None  # a leaf asks who else holds its array
            _run_leaf(task, node, buffers)
        else:
            values = run_otherwise(task, node, buffers)
            if values is None:
                nodes = ()
        following: Node | None = None  # the last that became ready; one alone need not pass through the queue
        leaf: Node | None = None  # the only one that became ready: it runs before all others
        position = -1
        for receiver in nodes:
            position += 1
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
                    input_buffers.add(buffers, receiver, node.next_indices[position], value, True, False)
                elif receiver in buffers:
                    buffers[receiver] = total(buffers[receiver], value, False)
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
        if saved and not keep_graph:
            node.saved = None
        if leaf is not None:
            grad = value = values = saved = None
            if leaf.extra is None and leaf not in unusual and leaf in buffers:
                _run_leaf(task, leaf, buffers)
            else:
                run_otherwise(task, leaf, buffers)
        if following is None:
            node = queue.pop() if heap or leaves else None
        elif heap or leaves:
            node = queue.exchange(following)
        else:
            node = following


def _run_leaf(task: GraphTask, node: Any, buffers: Buffers) -> None:
    """Accumulate at a leaf."""
    leaf = node.variable
    meta = leaf._meta
    if meta is None or meta.hooks or meta.post_accumulate_hooks or leaf._grad_fn is not None:
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


def run_otherwise(task: GraphTask, node: Node, buffers: Buffers) -> list[Any] | None:
    """Run a node that is no ordinary one, the whole way with hooks and captures only where there may be any.

    Returns one gradient an edge, None where only what arrived was wanted.
    """
    extra, passive = node.extra, node in task.passive
    if passive and extra is None and not _hooked_leaf(node):
        held = buffers.pop(node, None)
        task.capture(node, (held.value if held.__class__ in (Sum, Shared) else held,))
        return None
    hooked = extra is not None and bool(
        extra.tensor_hooks or extra.retains_grad or extra.pre_hooks or extra.post_hooks
    )
    if hooked or passive or local.anomaly or node.__class__ is AccumulateGrad or task.captures(node):
        return _drain(task.run_node(node, buffers, False))
    grads, _ = input_buffers.take(buffers, node)
    nodes = node.next_nodes
    needs = tuple([n is not None and task.enters(n) for n in nodes])
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
