"""Run backward: `GraphTask` and its generator of events.

This module owns the order in which nodes run and what happens at each; it must not know operations by name, nor who
listens. Mirrors PyTorch's `torch/csrc/autograd/engine.cpp`.

Note [Two arithmetics]
Without `create_graph` gradients are ndarrays (0-dim results may be NumPy scalars) and rules compute with the forward
functions. With it they are Tensors and rules compute with the public functions, leaving a graph of their own.

Note [Who owns a gradient array]
`.grad` must not share memory with anything else. An array fresh from a rule belongs to nobody, so it is stored as it
is; one that a rule handed on (`grad` itself, or a view) and one that hooks have seen is copied on its way to a leaf.

Note [What runs when inputs are given]
Only nodes on the way to an input run. `autograd.grad` takes an input's gradient out of the buffer of the node it
belongs to, which runs only if it is on the way to another input: then it is taken before the tensor's hooks, otherwise
after them. `backward(inputs=...)` runs the inputs' own nodes too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tensor import Tensor, make
from . import listeners
from .fitting import fitted
from .hook_calls import call_node_hooks, call_post_accumulate_hooks, call_pre_hooks, call_tensor_hooks
from .node import AccumulateGrad, Node
from .ready_queue import ReadyQueue
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
        self.may_checkpoint = inputs is None and (local.task is None or local.task.may_checkpoint)
        self.dependencies: dict[Node, int] = count_dependencies(roots)
        self.needed: set[Node] | None = None  # the nodes that run; None: all
        self.entered: set[Node] | None = None  # those and the nodes whose gradients are captured
        self._capture_at: dict[Node, list[int]] = {}
        if inputs is not None:
            self._need(inputs)
        from ..ops import op as tables

        self.xp = tables.tensors if create_graph else tables.arrays

    def _need(self, inputs: list[Edge]) -> None:
        targets = {node for node, _ in inputs if node is not None}
        above = nodes_above(self.roots, targets)
        self.needed = above | targets if self.accumulate_grad else above
        self.entered = above | targets
        if not self.accumulate_grad:
            for node, index in inputs:
                if node is not None:
                    self._capture_at.setdefault(node, []).append(index)

    def executes(self, node: Node) -> bool:
        """Return whether this run comes to a node: runs it, or captures what arrives there."""
        return node in self.dependencies if self.entered is None else node in self.entered

    def steps(self, watched: bool = True) -> Iterator[Event]:
        """Run, yielding each event when `watched`; otherwise yield nothing and run to the end.

        Yields
        ------
        (kind, node, index, value)
            "seed", "run", "hook", "unpack", "vjp", "sum_to", "release", "send", "accumulate", "capture": see
            trace/SCHEMA.md for what each carries. Values are by reference.
        """
        queue = ReadyQueue()
        buffers: dict[Node, Any] = {}
        waiting = dict(self.dependencies) if watched else self.dependencies
        entered = self.entered
        for (root, index), grad in zip(self.roots, self.grad_tensors, strict=True):
            value = grad if self.create_graph else grad._array
            self._add(buffers, root, index, value, True)
            if watched:
                yield "seed", root, index, value
        for root in _last_of_each(self.roots):
            if waiting[root] == 0 and (entered is None or root in entered or len(self.roots) == 1):
                queue.push(root)
        plainly = not (watched or self.create_graph or entered is not None or local.anomaly)
        while (node := queue.pop()) is not None:
            grads = buffers.pop(node, None)
            if plainly and node.extra is None:
                if node.__class__ is AccumulateGrad:
                    if grads is not None and self._accumulate_plainly(node, grads):
                        continue
                    sends = yield from self._run_node(node, grads, watched)
                else:
                    sends = self._run_plainly(node, grads)
            else:
                sends = yield from self._run_node(node, grads, watched)
            for position, next_node, grad in sends:
                left = waiting[next_node] - 1
                waiting[next_node] = left
                index = node.next_indices[position]
                if grad is not None:
                    if next_node in buffers or next_node.extra is not None:
                        self._add(buffers, next_node, index, grad, False)
                    else:
                        buffers[next_node] = grad
                if watched:
                    held, total = _held(buffers, next_node, index), self.dependencies[next_node]
                    yield "send", node, position, (next_node, index, grad, held, total - left, total)
                if left == 0:
                    queue.push(next_node)

    def _run_plainly(self, node: Node, grad: Any) -> list[tuple[int, Node, Any]]:
        """Run a node that has no hooks, with nobody watching: the inner loop of an ordinary backward."""
        if type(grad) is _Sum:
            grad = grad.value
        nodes = node.next_nodes
        sends = []
        if grad is None or node.joint is not None or node.custom:
            needs = tuple(next_node is not None for next_node in nodes)
            values = self.evaluate(node, grad, needs)
            for position, next_node in enumerate(nodes):
                if next_node is not None:
                    value = values[position]
                    if value is not None:
                        value = fitted(node, position, value, next_node, node.next_indices[position])
                        if next_node.__class__ is AccumulateGrad:
                            value = value.copy()
                    sends.append((position, next_node, value))
        else:
            saved: Any = node.saved
            if saved != ():
                saved = node.unpack()
            xp, constants = self.xp, node.constants
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
        if not self.keep_graph:
            node.release()
        return sends

    def evaluate(self, node: Node, grad: Any, needs: tuple[bool, ...]) -> list[Any]:
        """Return one gradient an edge of `node`, None where none is needed, before broadcasting is undone.

        Parameters
        ----------
        node : Node
            Whose rules are evaluated.
        grad : ndarray, Tensor, None, or a list of them
            What arrived: a list where the node has several outputs.
        needs : tuple of bool
            Which edges' gradients are wanted.
        """
        if node.custom:
            return list(node.run(grad, None, needs, self))
        if grad is None or (_several(node) and all(each is None for each in grad)):
            return [None] * len(node.next_nodes)
        saved: Any = node.saved
        if saved != ():
            saved = node.unpack_tensors() if self.create_graph else node.unpack()
        if node.joint is not None:
            values = list(node.joint(grad, saved, node.constants, self.xp, needs)) if any(needs) else []
            return [value if need else None for value, need in zip(values, needs, strict=True)] or [None] * len(needs)
        return [
            rule(grad, saved, node.constants, self.xp, None) if need else None
            for rule, need in zip(node.rules, needs, strict=True)
        ]

    def _run_node(self, node: Node, held: Any, watched: bool) -> Any:
        """Run one node with hooks, captures and events; return what to send. The stages are those of the design."""
        slots = [held] if not _several(node) else [None] * len(node.output_infos()) if held is None else held
        grads = [each.value if type(each) is _Sum else each for each in slots]
        if watched:
            yield "run", node, None, tuple(grads)
        runs = self.needed is None or node in self.needed
        if runs:
            yield from self._capture(node, grads, watched)
        seen = grads
        grads = yield from _heard(call_tensor_hooks(node, grads, self.create_graph), watched)
        if not runs:
            yield from self._capture(node, grads, watched)
            return []
        grads = yield from _heard(call_pre_hooks(node, grads, self.create_graph), watched)
        previous, local.running = local.running, node
        try:
            if node.__class__ is AccumulateGrad:
                yield from self._accumulate(node, grads[0], grads is not seen, watched)
                values: list[Any] = []
            else:
                values = yield from self._evaluate(node, grads, watched)
            values = yield from _heard(call_node_hooks(node, values, grads, self.create_graph), watched)
            freed = False if self.keep_graph else node.release()
            if watched:
                yield "release", node, None, freed
            if local.anomaly:
                _check_nan(node, values)
        except Exception:
            if local.anomaly:
                _explain(node)
            raise
        finally:
            local.running = previous
        return [
            (position, next_node, self._for_leaf(next_node, values[position]))
            for position, next_node in enumerate(node.next_nodes)
            if next_node is not None and (self.entered is None or next_node in self.entered)
        ]

    def _capture(self, node: Node, grads: list[Any], watched: bool) -> Iterator[Event]:
        for index in self._capture_at.get(node, ()):
            value = grads[index]
            self.captured[node, index] = value
            if watched and value is not None:
                yield "capture", node, index, value

    def _for_leaf(self, node: Node, value: Any) -> Any:
        if value is not None and node.__class__ is AccumulateGrad and not self.create_graph:
            return value.copy()
        return value

    def _evaluate(self, node: Node, grads: list[Any], watched: bool) -> Any:
        """Unpack the saved tensors, evaluate the rules and undo broadcasting; return one gradient an edge."""
        nodes = node.next_nodes
        needs = tuple(n is not None and (self.entered is None or n in self.entered) for n in nodes)
        grad = grads if _several(node) else grads[0]
        if not watched:
            values = self.evaluate(node, grad, needs)
        elif node.custom or node.joint is not None:
            yield from self._unpack_events(node, grads)
            values = self.evaluate(node, grad, needs)
            for position, value in enumerate(values):
                if needs[position]:
                    yield "vjp", node, position, value
        else:
            values = yield from self._evaluate_watched(node, grad, needs)
        for position, next_node in enumerate(nodes):
            value = values[position]
            if value is None or next_node is None:
                continue
            values[position] = fit = fitted(node, position, value, next_node, node.next_indices[position])
            if watched and tuple(value.shape) != tuple(fit.shape):
                yield "sum_to", node, position, (value, fit)
        return values

    def _evaluate_watched(self, node: Node, grad: Any, needs: tuple[bool, ...]) -> Any:
        """Do what `evaluate` does for a node with one rule an edge, one event a step."""
        values: list[Any] = [None] * len(needs)
        if grad is None:
            return values
        saved: list[Any] = []
        if node.saved is None:
            node.unpack()  # raises
        for position, item in enumerate(node.saved or ()):
            if item is not None:
                yield "unpack", node, position, _version(item)
            unpack = node.unpack_tensor if self.create_graph else node.unpack_one
            saved.append(None if item is None else unpack(position, item))
        for position, rule in enumerate(node.rules):
            if needs[position]:
                values[position] = value = rule(grad, saved, node.constants, self.xp, None)
                yield "vjp", node, position, value
        return values

    def _unpack_events(self, node: Node, grads: list[Any]) -> Iterator[Event]:
        """Say which saved tensors a node that unpacks them by itself is about to take, up to one that is refused."""
        if all(grad is None for grad in grads) and not node.custom:
            return
        holder = node.holder
        for position, item in enumerate(holder.saved or ()):
            if item is not None:
                yield "unpack", node, position, _version(item)
                if holder.is_modified(position, item):
                    return

    # accumulation

    def _accumulate(self, node: Any, grad: Any, shared: bool, watched: bool) -> Iterator[Event]:
        """Add a gradient into a leaf's `.grad`, in place where no graph is recorded."""
        leaf: Tensor = node.variable
        if grad is None or not leaf._requires_grad:
            return
        old = leaf._grad
        if self.create_graph:
            before: Any = old
            leaf._grad = new = self.recorded_copy(grad) if old is None else old + grad
            shown: Any = new
        else:
            before = None if old is None else old._array.copy() if watched else old._array
            if old is None:
                array = np.asarray(grad)
                leaf._grad = make(array.copy() if shared else array)
            else:
                np.add(old._array, grad, out=old._array, casting="unsafe")
                old.bump_version()
            shown = leaf._grad._array  # type: ignore[union-attr]
        if watched:
            yield "accumulate", node, None, (leaf, before, grad, shown)
        yield from _heard(call_post_accumulate_hooks(node, leaf), watched)

    def _accumulate_plainly(self, node: Any, grad: Any) -> bool:
        """Do what running a leaf's node does where it has no hooks; return False, with nothing done, where it has."""
        leaf: Tensor = node.variable
        meta = leaf._meta
        if meta is None or meta.hooks or meta.post_accumulate_hooks:
            return False
        if leaf._requires_grad:
            old = leaf._grad
            value = grad.value if type(grad) is _Sum else grad
            if old is None:
                leaf._grad = make(np.asarray(value))
            else:
                np.add(old._array, value, out=old._array, casting="unsafe")
                old.bump_version()
        return True

    @staticmethod
    def recorded_copy(grad: Any) -> Any:
        """Return a copy of a gradient as PyTorch makes it under `create_graph`: into an empty tensor."""
        return make(np.empty_like(grad._array)).copy_(grad)  # type: ignore[attr-defined]

    def _add(self, buffers: dict[Node, Any], node: Node, index: int, grad: Any, seed: bool) -> None:
        """Add a contribution to a node's input buffer."""
        if _several(node):
            held = buffers.setdefault(node, [None] * len(node.output_infos()))
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


def _heard(hooks: Any, watched: bool) -> Any:
    """Run the hooks of a generator of hook events, handing the events on only to who watches."""
    if watched:
        return (yield from hooks)
    while True:
        try:
            next(hooks)
        except StopIteration as end:
            return end.value


def _held(buffers: dict[Node, Any], node: Node, index: int) -> Any:
    """Return what a node's input buffer holds so far."""
    held = buffers.get(node)
    if held is not None and _several(node):
        held = held[index]
    return held.value if type(held) is _Sum else held


def _last_of_each(roots: Sequence[Edge]) -> list[Node]:
    """Return the roots' nodes, each at its last place: where its last seed has arrived."""
    nodes = [node for node, _ in roots]
    return [node for place, node in enumerate(nodes) if node not in nodes[place + 1 :]] if len(nodes) > 1 else nodes


def _several(node: Node) -> bool:
    return node.extra is not None and node.extra.more is not None


def _version(saved: Any) -> int:
    counter = getattr(saved, "_counter", None)
    return 0 if counter is None else counter[0]


def _check_nan(node: Node, values: list[Any]) -> None:
    if local.anomaly_check_nan:
        from .anomaly_mode import check_nan

        for position, value in enumerate(values):
            if value is not None:
                check_nan(node, position, value)


def _explain(node: Node) -> None:
    from .anomaly_mode import explain

    explain(node)


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


def nodes_above(roots: Sequence[Edge], targets: set[Node]) -> set[Node]:
    """Return the nodes from which gradients flow on to a target; the targets only if above another."""
    above: set[Node] = set()
    parents: dict[Node, list[Node]] = {}
    seen = {node for node, _ in roots}
    stack = list(seen)
    while stack:
        node = stack.pop()
        for next_node in node.next_nodes:
            if next_node is None:
                continue
            if next_node in seen:
                parents[next_node].append(node) if next_node in parents else parents.setdefault(next_node, [node])
            else:
                parents[next_node] = [node]
                seen.add(next_node)
                stack.append(next_node)
    stack = list(targets)
    while stack:
        for parent in parents.get(stack.pop(), ()):
            if parent not in above:
                above.add(parent)
                stack.append(parent)
    return above


def run(task: GraphTask) -> None:
    """Run a task to its end, letting this thread's listeners hear it."""
    heard = listeners.active() if fast.special else ()
    outer, local.task = local.task, task
    try:
        if heard:
            _run_watched(task, heard)
            return
        with _grad_mode(task.create_graph), np.errstate(all="ignore"):
            for _ in task.steps(watched=False):
                pass
            _call_back(task)
    finally:
        local.task = outer


def _call_back(task: GraphTask) -> None:
    """Call what `queue_callback` put at the end of the run, and what these calls put there."""
    for callback in task.callbacks:
        callback()


def _run_watched(task: GraphTask, heard: tuple[Listener, ...]) -> None:
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
            with _grad_mode(task.create_graph):
                _call_back(task)
    except BaseException as error:
        for listener in heard:
            listener.backward_end(task, error)
        raise
    for listener in heard:
        listener.backward_end(task, None)


def _grad_mode(create_graph: bool) -> Any:
    from .grad_mode import set_grad_enabled

    return set_grad_enabled(create_graph)
