"""Call the hooks that tensors and nodes carry, check what they return, and say so as events.

Each function is a generator of "hook" events that returns the gradients as the hooks leave them. Mirrors PyTorch's
`python_hook.cpp`.

Note [Order of hooks]
Hooks on a tensor run first, in the order they were registered; then `retain_grad` stores what they left; then the
node's pre-hooks, the node itself, its post-hooks. For a leaf, post-accumulate hooks run after the gradient was added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..tensor import Tensor, make
from .node import AccumulateGrad, Node

__all__ = ["call_node_hooks", "call_post_accumulate_hooks", "call_pre_hooks", "call_tensor_hooks"]

Event = tuple[str, Node, Any, Any]
Calls = Iterator[Event]  # generators here also return the gradients


def call_tensor_hooks(node: Node, grads: list[Any], create_graph: bool) -> Any:
    """Call the hooks of the tensors that `node` made (of its leaf, for AccumulateGrad), then retain their gradients."""
    hooks = _hooks_of_tensors(node)
    if hooks:
        grads = list(grads)
        for index, hook in hooks:
            before = as_tensor(grads[index], create_graph)
            after = hook(before)
            if after is not None and after is not before:
                _check_one(hook, before, after)
            else:
                after = None
            grads[index] = _from_tensor(before if after is None else after, create_graph)
            yield "hook", node, index, ("tensor_pre", hook, before, after)
    extra = node.extra
    if extra is not None and extra.retains_grad:
        yield from _retain(node, extra.retains_grad, grads, create_graph)
    return grads


def _hooks_of_tensors(node: Node) -> list[tuple[int, Any]]:
    """Return (output, hook) pairs: outputs in the order their first hooks were registered."""
    if node.__class__ is AccumulateGrad:
        meta = node.variable._meta
        return [(0, hook) for hook in meta.hooks.values()] if meta is not None and meta.hooks else []
    if node.extra is None or not node.extra.tensor_hooks:
        return []
    by_output: dict[int, list[Any]] = {}
    for index, hook in node.extra.tensor_hooks.values():
        by_output.setdefault(index, []).append(hook)
    return [(index, hook) for index, hooks in by_output.items() for hook in hooks]


def _retain(node: Node, retains: dict[int, Any], grads: list[Any], create_graph: bool) -> Calls:
    for index, reference in retains.items():
        tensor, grad = reference(), grads[index]
        if tensor is None or grad is None:
            continue
        old = tensor._grad
        if create_graph:
            kept = grad.clone() if old is None else old + grad
        else:
            kept = make(np.array(grad) if old is None else np.asarray(old._array + grad))
        tensor._grad = kept
        yield "hook", node, index, ("retain_grad", tensor, old, kept)


def call_pre_hooks(node: Node, grads: list[Any], create_graph: bool) -> Any:
    """Call the node's pre-hooks with all gradients that arrived."""
    extra = node.extra
    if extra is None or not extra.pre_hooks:
        return grads
    for hook in list(extra.pre_hooks.values()):
        before = tuple(as_tensor(grad, create_graph) for grad in grads)
        after = hook(before)
        if after is not None:
            _check_all(hook, before, after)
        grads = [_from_tensor(grad, create_graph) for grad in (before if after is None else after)]
        yield "hook", node, None, ("pre", hook, _first(before), _first(after))
    return grads


def call_node_hooks(node: Node, values: list[Any], grads: list[Any], create_graph: bool) -> Any:
    """Call the node's post-hooks with the gradients it computed and those that had arrived."""
    extra = node.extra
    if extra is None or not extra.post_hooks:
        return values
    arrived = tuple(as_tensor(grad, create_graph) for grad in grads)
    for hook in list(extra.post_hooks.values()):
        before = tuple(as_tensor(value, create_graph) for value in values)
        after = hook(before, arrived)
        if after is not None:
            _check_all(hook, before, after)
        values = [_from_tensor(value, create_graph) for value in (before if after is None else after)]
        yield "hook", node, None, ("post", hook, _first(before), _first(after))
    return values


def call_post_accumulate_hooks(node: Node, leaf: Tensor) -> Calls:
    """Call the hooks that a leaf has for after its gradient was accumulated."""
    meta = leaf._meta
    if meta is None or not meta.post_accumulate_hooks:
        return
    for hook in list(meta.post_accumulate_hooks.values()):
        before = leaf._grad
        returned = hook(leaf)
        if returned is not None and returned is not leaf:
            _check_one(hook, leaf, returned)
            raise RuntimeError("Tensor post accumulate grad hooks should return None.")
        yield "hook", node, 0, ("post_accumulate", hook, before, leaf._grad)


def as_tensor(grad: Any, create_graph: bool) -> Any:
    """Return a gradient as the Tensor a hook gets to see."""
    return grad if grad is None or create_graph else make(np.asarray(grad))


def _from_tensor(grad: Any, create_graph: bool) -> Any:
    return grad if grad is None or create_graph else grad._array


def _first(grads: Sequence[Any] | None) -> Any:
    return None if grads is None else next((grad for grad in grads if grad is not None), None)


def _name(hook: Callable[..., Any]) -> str:
    return getattr(hook, "__name__", "<unknown>")


def _check_all(hook: Any, before: tuple[Any, ...], after: Any) -> None:
    if not isinstance(after, tuple):
        raise TypeError(f"expected tuple, but hook returned '{type(after).__name__}'")
    if len(after) != len(before):
        raise RuntimeError(
            f"hook '{_name(hook)}' has returned an incorrect number of values (got {len(after)}, but expected "
            f"{len(before)})"
        )
    for one, other in zip(before, after, strict=True):
        if other is not None:
            _check_one(hook, one, other)


def _check_one(hook: Any, before: Any, after: Any) -> None:
    if before is None:
        raise RuntimeError("can't replace a None gradient with a non-None value")
    if not isinstance(after, Tensor):
        raise TypeError(f"expected Variable, but hook returned '{type(after).__name__}'")
    if after._array.dtype != before._array.dtype:
        raise RuntimeError(
            f"hook '{_name(hook)}' has changed the type of value (was {before.type()} got "
            f"{after.type()})"
        )
    if after._array.shape != before._array.shape:
        raise RuntimeError(
            f"hook '{_name(hook)}' has changed the size of value: it was {list(before.shape)}, got {list(after.shape)}"
        )
