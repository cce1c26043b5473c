"""Run backward: `GraphTask` and its generator of events.

This module owns the order in which nodes run and what happens at each; it must not know operations by name, nor who
listens. Mirrors PyTorch's `torch/csrc/autograd/engine.cpp`.

Note [Order]
Dependencies are counted first. A node runs when all its contributions have arrived; among ready nodes the one made
last (largest `sequence_nr`) runs first, and AccumulateGrad before any other. The best ready node is held beside the
heap: in a chain the heap stays empty.

Note [Two arithmetics]
Without `create_graph` gradients are ndarrays (0-dim results may be NumPy scalars) and rules compute with the forward
functions. With it they are Tensors and rules compute with the public functions, leaving a graph of their own.

Note [Who owns a gradient array]
`.grad` must not share memory with anything else. An array fresh from a rule belongs to nobody, so it is stored as it
is; one that a rule handed on (`grad` itself, or a view) and one that hooks have seen is copied on its way to a leaf.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tensor import Tensor, make
from . import listeners
from .node import AccumulateGrad, Node
from .state import fast, local

if TYPE_CHECKING:
    from .listeners import Listener

__all__ = ["Event", "GraphTask", "run"]

Event = tuple[str, Node, Any, Any]
Edge = tuple[Node, int]


class GraphTask:
    """One backward run: from gradients at its roots to leaves, or to the inputs asked for.

    Parameters
    ----------
    roots : list of (Node, int)
        Where the run starts: a node and the output of it that the gradient belongs to.
    grad_tensors : list of Tensor
        One gradient a root, of the root's shape.
    keep_graph : bool
        Whether saved tensors are kept (`retain_graph`).
    create_graph : bool
        Whether the run's own operations are recorded.
    inputs : list of (Node, int) or None
        The edges whose gradients are wanted; None for every leaf.
    accumulate_grad : bool
        Whether gradients go into `.grad`; otherwise they are put into `captured`.
    """

    def __init__(
        self,
        roots: list[Edge],
        grad_tensors: list[Tensor],
        *,
        keep_graph: bool = False,
        create_graph: bool = False,
        inputs: list[Edge] | None = None,
        accumulate_grad: bool = True,
        root_tensors: Sequence[Any] = (),
        input_tensors: Sequence[Any] = (),
    ) -> None:
        self.roots, self.grad_tensors = roots, grad_tensors
        self.keep_graph, self.create_graph = keep_graph, create_graph
        self.inputs, self.accumulate_grad = inputs, accumulate_grad
        self.root_tensors, self.input_tensors = list(root_tensors), list(input_tensors)
        self.captured: dict[Edge, Any] = {}
        self.callbacks: list[Callable[[], None]] = []
        self.dependencies: dict[Node, int] = count_dependencies(roots)
        self.needed: set[Node] | None = None if inputs is None else needed_nodes(roots, inputs)
        self._capture_at: dict[Node, list[int]] = {}
        if inputs is not None and not accumulate_grad:
            for node, index in inputs:
                self._capture_at.setdefault(node, []).append(index)
        from ..ops import op as tables

        self.xp = tables.tensors if create_graph else tables.arrays

    def steps(self, watched: bool = True) -> Iterator[Event]:
        """Run, yielding each event when `watched`; otherwise yield nothing and run to the end.

        Yields
        ------
        (kind, node, index, value)
            "seed", "run", "hook", "unpack", "vjp", "sum_to", "release", "send", "accumulate", "capture": see
            trace/SCHEMA.md for what each carries. Values are by reference.
        """
        queue = _ReadyQueue()
        buffers: dict[Node, Any] = {}
        waiting = dict(self.dependencies)
        needed = self.needed
        for (root, index), grad in zip(self.roots, self.grad_tensors, strict=True):
            value = grad if self.create_graph else grad._array
            self._add(buffers, root, index, value, True)
            if watched:
                yield "seed", root, index, value
        for root in dict.fromkeys(root for root, _ in self.roots):
            if waiting[root] == 0:
                queue.push(root)
        while (node := queue.pop()) is not None:
            grads = buffers.pop(node, None)
            if needed is not None and node not in needed and node not in self._capture_at:
                continue
            if node.__class__ is AccumulateGrad or watched or self.create_graph or node.extra is not None or (
                needed is not None or local.anomaly
            ):
                sends = yield from self._run_node(node, grads, watched)
            else:
                sends = self._run_plainly(node, grads)
            for position, next_node, grad in sends:
                left = waiting[next_node] - 1
                waiting[next_node] = left
                if grad is not None:
                    index = node.next_indices[position]
                    if next_node in buffers or next_node.extra is not None:
                        self._add(buffers, next_node, index, grad, False)
                    else:
                        buffers[next_node] = grad
                    if watched:
                        total = self.dependencies[next_node]
                        held = buffers[next_node]
                        partial = held[index] if _several(next_node) else held
                        partial = partial.value if type(partial) is _Sum else partial
                        yield "send", node, position, (next_node, index, grad, partial, total - left, total)
                if left == 0:
                    queue.push(next_node)

    def _run_plainly(self, node: Node, grad: Any) -> list[tuple[int, Node, Any]]:
        """Run a node that has no hooks, with nobody watching: the inner loop of an ordinary backward."""
        if grad is None:
            return [(i, next_node, None) for i, next_node in enumerate(node.next_nodes) if next_node is not None]
        if type(grad) is _Sum:
            grad = grad.value
        saved: Any = node.saved
        if saved != ():
            saved = node.unpack()
        xp, constants, nodes = self.xp, node.constants, node.next_nodes
        sends = []
        if node.joint is None and not node.custom:
            for position, rule in enumerate(node.rules):
                next_node = nodes[position]
                if next_node is not None:
                    value = rule(grad, saved, constants, xp, None)
                    if value is not None:
                        if (
                            value.shape != next_node.shape
                            or value.dtype is not next_node.dtype
                            or next_node.extra is not None
                        ):
                            value = fitted(node, position, value, next_node, node.next_indices[position])
                        if next_node.__class__ is AccumulateGrad and (
                            value is grad or getattr(value, "base", None) is not None
                        ):
                            value = value.copy()
                    sends.append((position, next_node, value))
        else:
            values = self._joint(node, grad, saved)
            for position, next_node in enumerate(nodes):
                if next_node is not None:
                    value = values[position]
                    if value is not None:
                        value = fitted(node, position, value, next_node, node.next_indices[position])
                        if next_node.__class__ is AccumulateGrad:
                            value = value.copy()
                    sends.append((position, next_node, value))
        if not self.keep_graph:
            node.release()
        return sends

    def _joint(self, node: Node, grad: Any, saved: Any) -> Sequence[Any]:
        """Compute all inputs' gradients at once, for nodes whose rules share work or that users wrote."""
        needs = tuple(next_node is not None for next_node in node.next_nodes)
        if node.custom:
            return node.run(grad, saved, needs, self)
        assert node.joint is not None
        return node.joint(grad, saved, node.constants, self.xp, needs)

    def _run_node(self, node: Node, held: Any, watched: bool) -> Any:
        """Run one node with hooks, captures and events; return what to send. The stages are those of the design."""
        slots = [held] if not _several(node) else [None] * len(node._input_metadata) if held is None else held
        grads = [each.value if type(each) is _Sum else each for each in slots]
        if watched:
            yield "run", node, None, tuple(grads)
        events: list[Event] = []
        grads = self._before(node, grads, events)
        if watched:
            yield from events
        for index in self._capture_at.get(node, ()):
            value = grads[index]
            self.captured[node, index] = value
            if watched and value is not None:
                yield "capture", node, index, value
        if self.needed is not None and node not in self.needed:
            return []
        if node.__class__ is AccumulateGrad:
            if grads[0] is not None:
                yield from self._accumulate(node, grads[0], watched)
            if watched:
                yield "release", node, None, False
            return []
        previous, local.running = local.running, node
        try:
            values = yield from self._evaluate(node, grads, watched)
        finally:
            local.running = previous
        events = []
        values = self._after(node, values, grads, events)
        if watched:
            yield from events
        freed = False if self.keep_graph else node.release()
        if watched:
            yield "release", node, None, freed
        return [
            (position, next_node, self._for_leaf(next_node, values[position]))
            for position, next_node in enumerate(node.next_nodes)
            if next_node is not None and (self.needed is None or self._leads_on(next_node))
        ]

    def _leads_on(self, node: Node) -> bool:
        return node in self.needed or node in self._capture_at  # type: ignore[operator]

    def _for_leaf(self, node: Node, value: Any) -> Any:
        if value is not None and node.__class__ is AccumulateGrad and not self.create_graph:
            return value.copy()
        return value

    def _evaluate(self, node: Node, grads: list[Any], watched: bool) -> Any:
        """Unpack the saved tensors and evaluate the rules; return one gradient a next edge."""
        nodes = node.next_nodes
        if all(grad is None for grad in grads) and not node.custom:
            return [None] * len(nodes)
        saved: Any = node.saved
        if saved != ():
            if watched and saved is not None:
                for position, tensor in enumerate(saved):
                    if tensor is not None:
                        yield "unpack", node, position, getattr(tensor, "_version", 0)
                        node.unpack_one(position, tensor)
            saved = node.unpack_tensors() if self.create_graph else node.unpack()
        grad = grads if _several(node) else grads[0]
        wanted = [n is not None and (self.needed is None or self._leads_on(n)) for n in nodes]
        values: list[Any] = [None] * len(nodes)
        joint = node.joint is not None or node.custom
        if joint and any(wanted):
            values = list(self._joint(node, grad, saved))
        for position, next_node in enumerate(nodes):
            if next_node is None or not wanted[position]:
                values[position] = None
                continue
            value = values[position] if joint else node.rules[position](grad, saved, node.constants, self.xp, None)
            if watched:
                yield "vjp", node, position, value
            if value is None:
                continue
            self._check_nan(node, position, value)
            values[position] = fit = fitted(node, position, value, next_node, node.next_indices[position])
            if watched and fit is not value and value.shape != fit.shape:
                yield "sum_to", node, position, (value, fit)
        return values

    def _check_nan(self, node: Node, position: int, value: Any) -> None:
        if local.anomaly:
            from .anomaly_mode import check_nan

            check_nan(node, position, value)

    # hooks

    def _before(self, node: Node, grads: list[Any], events: list[Event]) -> list[Any]:
        """Call the hooks on the arriving gradients: tensors' hooks, then retain_grad, then the node's pre-hooks."""
        if node.__class__ is AccumulateGrad:
            hooks = _hooks_of_leaf(node.variable)  # type: ignore[attr-defined]
            return self._tensor_hooks(node, [(0, hook) for hook in hooks], grads, events) if hooks else grads
        extra = node.extra
        if extra is None:
            return grads
        if extra.tensor_hooks:
            grads = self._tensor_hooks(node, list(extra.tensor_hooks.values()), grads, events)
        if extra.retains_grad and self.inputs is None:
            self._retain(node, grads, events)
        if extra.pre_hooks:
            for hook in list(extra.pre_hooks.values()):
                before = tuple(self._as_tensor(grad) for grad in grads)
                after = hook(before)
                if after is not None:
                    after = after if isinstance(after, tuple) else (after,)
                    if len(after) != len(before):
                        raise RuntimeError(
                            f"hook '{_hook_name(hook)}' has returned an incorrect number of values "
                            f"(got {len(after)}, but expected {len(before)})"
                        )
                    grads = [self._from_tensor(value) for value in after]
                events.append(("hook", node, None, ("pre", hook, before[0], None if after is None else after[0])))
        return grads

    def _tensor_hooks(
        self, node: Node, hooks: list[tuple[int, Any]], grads: list[Any], events: list[Event]
    ) -> list[Any]:
        grads = list(grads)
        for index, hook in hooks:
            if grads[index] is None:
                continue
            before = self._as_tensor(grads[index])
            after = hook(before)
            if after is not None:
                _check_hook_result(hook, before, after)
                grads[index] = self._from_tensor(after)
            events.append(("hook", node, index, ("tensor_pre", hook, before, after)))
        return grads

    def _retain(self, node: Node, grads: list[Any], events: list[Event]) -> None:
        assert node.extra is not None and node.extra.retains_grad is not None
        for index, reference in node.extra.retains_grad.items():
            tensor, grad = reference(), grads[index]
            if tensor is None or grad is None:
                continue
            old = tensor._grad
            if old is None:
                kept = grad if self.create_graph else make(np.array(grad))
            else:
                kept = old + self._as_tensor(grad) if self.create_graph else make(old._array + grad)
            tensor._grad = kept
            events.append(("hook", node, index, ("retain_grad", tensor, old, kept)))

    def _after(self, node: Node, values: list[Any], grads: list[Any], events: list[Event]) -> list[Any]:
        extra = node.extra
        if extra is None or not extra.post_hooks:
            return values
        for hook in list(extra.post_hooks.values()):
            before = tuple(self._as_tensor(value) for value in values)
            after = hook(before, tuple(self._as_tensor(grad) for grad in grads))
            if after is not None:
                after = after if isinstance(after, tuple) else (after,)
                if len(after) != len(before):
                    raise RuntimeError(
                        f"hook '{_hook_name(hook)}' has returned an incorrect number of values "
                        f"(got {len(after)}, but expected {len(before)})"
                    )
                values = [self._from_tensor(value) for value in after]
            first = next((value for value in before if value is not None), None)
            changed = None if after is None else next((value for value in after if value is not None), None)
            events.append(("hook", node, None, ("post", hook, first, changed)))
        return values

    def _as_tensor(self, grad: Any) -> Any:
        if grad is None or self.create_graph:
            return grad
        return make(np.asarray(grad))

    def _from_tensor(self, grad: Any) -> Any:
        return grad if grad is None or self.create_graph else grad._array

    # accumulation

    def _accumulate(self, node: Any, grad: Any, watched: bool) -> Iterator[Event]:
        """Add a gradient into a leaf's `.grad`, in place where nothing else may notice."""
        leaf: Tensor = node.variable
        if not leaf._requires_grad:
            return
        old = leaf._grad
        if self.create_graph:
            new = grad if old is None else old + grad
            before = old
            leaf._grad = new
        else:
            array = np.asarray(grad)
            before = None if old is None else old._array.copy() if watched else old._array
            if old is None:
                leaf._grad = make(array)
            elif old._requires_grad:
                leaf._grad = make(old._array + array)
            else:
                np.add(old._array, array, out=old._array, casting="unsafe")
                old.bump_version()
        if watched:
            shown = leaf._grad
            assert shown is not None
            yield "accumulate", node, None, (leaf, before, grad, shown if self.create_graph else shown._array)
        meta = leaf._meta
        if meta is not None and meta.post_accumulate_hooks:
            for hook in list(meta.post_accumulate_hooks.values()):
                before_hook = leaf._grad
                if hook(leaf) is not None:
                    raise RuntimeError("Tensor post accumulate grad hooks should return None.")
                if watched:
                    yield "hook", node, 0, ("post_accumulate", hook, before_hook, leaf._grad)

    def _add(self, buffers: dict[Node, Any], node: Node, index: int, grad: Any, seed: bool) -> None:
        """Add a contribution to a node's input buffer."""
        if _several(node):
            held = buffers.setdefault(node, [None] * len(node._input_metadata))
            held[index] = self._sum(held[index], grad)
        elif node in buffers:
            buffers[node] = self._sum(buffers[node], grad)
        else:
            buffers[node] = grad.copy() if seed and node.__class__ is AccumulateGrad and not self.create_graph else grad

    def _sum(self, held: Any, grad: Any) -> Any:
        """Return held + grad: the first sum is a new array, which later contributions are added into."""
        if held is None:
            return grad
        if self.create_graph:
            return held + grad
        if type(held) is _Sum:
            if isinstance(held.value, np.ndarray) and held.value.dtype == grad.dtype:
                held.value += grad
                return held
            return _Sum(held.value + grad)
        return _Sum(held + grad)


class _Sum:
    """A sum made in an input buffer: nobody else holds its array, so it may be added into."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    @property
    def shape(self) -> Any:
        return self.value.shape


class _ReadyQueue:
    """Ready nodes, best first. See Note [Order]."""

    __slots__ = ("best", "heap", "leaves")

    def __init__(self) -> None:
        self.leaves: deque[Node] = deque()
        self.best: Node | None = None
        self.heap: list[tuple[int, Node]] = []

    def push(self, node: Node) -> None:
        best = self.best
        if node.__class__ is AccumulateGrad:
            self.leaves.append(node)
        elif best is None:
            self.best = node
        elif node.sequence_nr > best.sequence_nr:
            heapq.heappush(self.heap, (-best.sequence_nr, best))
            self.best = node
        else:
            heapq.heappush(self.heap, (-node.sequence_nr, node))

    def pop(self) -> Node | None:
        if self.leaves:
            return self.leaves.popleft()
        node = self.best
        self.best = heapq.heappop(self.heap)[1] if self.heap else None
        return node


def _several(node: Node) -> bool:
    return node.extra is not None and node.extra.more is not None


def _hooks_of_leaf(leaf: Tensor) -> list[Any]:
    meta = leaf._meta
    return list(meta.hooks.values()) if meta is not None and meta.hooks else []


def _hook_name(hook: Any) -> str:
    return getattr(hook, "__name__", type(hook).__name__)


def _check_hook_result(hook: Any, before: Tensor, after: Any) -> None:
    if not isinstance(after, Tensor):
        raise TypeError(f"hook '{_hook_name(hook)}' has returned a {type(after).__name__}; expected a Tensor or None")
    if after._array.shape != before._array.shape:
        raise RuntimeError(
            f"hook '{_hook_name(hook)}' has changed the size of value: expected shape {list(before.shape)}, got "
            f"{list(after.shape)}"
        )
    if after._array.dtype != before._array.dtype:
        raise RuntimeError(
            f"hook '{_hook_name(hook)}' has changed the type of value (was {before.dtype} got {after.dtype})"
        )


def count_dependencies(roots: Sequence[Edge]) -> dict[Node, int]:
    """Return for each node reachable from the roots how many contributions it will receive, seeds not counted."""
    dependencies: dict[Node, int] = dict.fromkeys((node for node, _ in roots), 0)
    stack = list(dependencies)
    while stack:
        for next_node in stack.pop().next_nodes:
            if next_node is None:
                continue
            if next_node in dependencies:
                dependencies[next_node] += 1
            else:
                dependencies[next_node] = 1
                stack.append(next_node)
    return dependencies


def needed_nodes(roots: Sequence[Edge], inputs: Sequence[Edge]) -> set[Node]:
    """Return the nodes that must run for gradients to reach the inputs; the inputs' own nodes only if on the way."""
    targets = {node for node, _ in inputs}
    needed: set[Node] = {node for node in targets if node.__class__ is AccumulateGrad}
    parents: dict[Node, list[Node]] = {}
    seen = {node for node, _ in roots}
    stack = list(seen)
    while stack:
        node = stack.pop()
        for next_node in node.next_nodes:
            if next_node is None:
                continue
            parents.setdefault(next_node, []).append(node)
            if next_node not in seen:
                seen.add(next_node)
                stack.append(next_node)
    stack = list(targets)
    while stack:
        for parent in parents.get(stack.pop(), ()):
            if parent not in needed:
                needed.add(parent)
                stack.append(parent)
    return needed


def fitted(node: Node, position: int, value: Any, receiver: Node, index: int) -> Any:
    """Return a gradient in the shape and dtype its receiver expects, undoing broadcasting by a sum.

    Raises
    ------
    RuntimeError
        When the shape can not be reduced to the expected one.
    """
    shape, dtype = receiver._input_metadata[index] if _several(receiver) else (receiver.shape, receiver.dtype)
    if tuple(value.shape) != shape:
        value = sum_to(value, shape, f"Function {node.name()} returned an invalid gradient at index {position}")
    if isinstance(value, Tensor):
        return value if value._array.dtype == dtype else value.to(dtype)  # type: ignore[attr-defined]
    return value if value.dtype is dtype else value.astype(dtype)


def sum_to(value: Any, shape: tuple[int, ...], what: str = "The gradient") -> Any:
    """Sum an array or Tensor over the dimensions that broadcasting added or stretched.

    Raises
    ------
    RuntimeError
        When `shape` does not broadcast to the value's shape.
    """
    have = tuple(value.shape)
    lead = len(have) - len(shape)
    stretched = tuple(lead + i for i, length in enumerate(shape) if lead + i >= 0 and length == 1 != have[lead + i])
    axes = (*range(max(lead, 0)), *stretched)
    fits = lead >= 0 and all(have[lead + i] == n or n == 1 for i, n in enumerate(shape))
    if not fits:
        raise RuntimeError(f"{what} - got {list(have)} but expected shape compatible with {list(shape)}")
    if isinstance(value, Tensor):
        return value.sum(axes).reshape(shape)  # type: ignore[attr-defined]
    return np.asarray(value).sum(axis=axes).reshape(shape)


def run(task: GraphTask) -> None:
    """Run a task to its end, letting this thread's listeners hear it."""
    heard = listeners.active() if fast.special else ()
    if heard:
        _run_watched(task, heard)
        return
    with _grad_mode(task.create_graph), np.errstate(all="ignore"):
        for _ in task.steps(watched=False):
            pass
        for callback in task.callbacks:
            callback()


def _run_watched(task: GraphTask, heard: tuple[Listener, ...]) -> None:
    error: BaseException | None = None
    for listener in heard:
        listener.backward_begin(task)
    try:
        with np.errstate(all="ignore"):
            steps = task.steps()
            while True:
                with _grad_mode(task.create_graph):
                    event = next(steps, None)
                if event is None:
                    break
                for listener in heard:
                    listener.backward_event(task, event)
            for callback in task.callbacks:
                callback()
    except BaseException as raised:
        error = raised
        raise
    finally:
        for listener in heard:
            listener.backward_end(task, error)


def _grad_mode(create_graph: bool) -> Any:
    from .grad_mode import set_grad_enabled

    return set_grad_enabled(create_graph)
