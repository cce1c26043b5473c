"""Run backward: `GraphTask` and its generator of events.

This module owns the order in which nodes run and what happens at each; it must not know operations by name, nor who
listens: running.py sets a task going. Mirrors PyTorch's `torch/csrc/autograd/engine.cpp`.

Note [Two arithmetics]
Without `create_graph` gradients are ndarrays (0-dim results may be NumPy scalars) and rules compute with the forward
functions. With it they are Tensors and rules compute with the public functions, leaving a graph of their own.

Note [Two loops]
`GraphTask.steps` does everything at a node as a stage of its own, and says so; `quiet_run.py` is the same loop without
events for runs that nobody watches, `recorded_run.py` under `create_graph`, and both hand nodes that carry hooks to
`steps`' own methods. Tests run programs through them all and compare.

Note [What runs when inputs are given]
Only nodes on the way to an input run. `autograd.grad` takes an input's gradient out of the buffer of the node it
belongs to, which runs only if it is on the way to another input: then it is taken before the tensor's hooks, otherwise
after them. `backward(inputs=...)` runs the inputs' own nodes too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from ..ops import tables
from ..tensor import Tensor
from . import input_buffers
from .fitting import fitted
from .hook_calls import call_node_hooks, call_post_accumulate_hooks, call_pre_hooks, call_tensor_hooks
from .input_buffers import Buffers, accumulate, several
from .layout import recorded_copy
from .node import AccumulateGrad, Node
from .reach import count_dependencies, find_parents, nodes_above
from .ready_queue import ReadyQueue
from .state import local

__all__ = ["Event", "GraphTask"]

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
        self.root_tensors, self.input_tensors = root_tensors, input_tensors
        self.captured: dict[Edge, Any] = {}
        self.callbacks: list[Callable[[], None]] = []
        self.may_checkpoint = inputs is None and (local.task is None or local.task.may_checkpoint)
        self.entered: set[Node] | None = None  # the nodes that gradients are sent to; None: all
        self.passive: Collection[Node] = ()  # those of them, and of the roots, that do not run
        self._capture_at: dict[Node, list[int]] = {}
        # `dependencies`: how many contributions each node that can be reached waits for
        self.dependencies, ends = count_dependencies([node for node, _ in roots])
        if inputs is not None:
            self._need(inputs, set(ends))
        self.xp = tables.tensors if create_graph else tables.arrays

    def _need(self, inputs: list[Edge], ends: set[Node]) -> None:
        targets: dict[Node, list[int]] = {}
        for node, index in inputs:
            if node is not None:
                targets.setdefault(node, []).append(index)
        if not self.accumulate_grad:
            self._capture_at = targets
        if ends <= targets.keys():  # every way leads to an input: nothing is left out
            self.passive = () if self.accumulate_grad else ends
            return
        roots = [node for node, _ in self.roots]
        above = nodes_above(find_parents(roots), targets)
        self.entered = above | targets.keys()
        self.passive = {*targets, *roots} - (self.entered if self.accumulate_grad else above)

    def special_nodes(self) -> set[Node]:
        """Return the nodes that do not simply run: where gradients are captured, and a root that leads nowhere."""
        return {*self._capture_at, *self.passive}

    def executes(self, node: Node) -> bool:
        """Return whether this run comes to a node: runs it, or captures what arrives there.

        Raises
        ------
        RuntimeError
            For a leaf whose gradient this run captures, as in PyTorch.
        """
        if not self.accumulate_grad and node is not None and not node.next_nodes and (node, 0) in (self.inputs or ()):
            raise RuntimeError(
                "A leaf node was passed to _will_engine_execute_node but we are currently running autograd.grad(). "
                "This is currently not supported: a hook waits for a leaf that is among the inputs of grad()."
            )
        return node in self.dependencies and self.enters(node)

    def enters(self, node: Node) -> bool:
        """Return whether gradients are sent to a node, which the roots lead to."""
        return self.entered is None or node in self.entered

    def steps(self) -> Iterator[Event]:
        """Run, yielding each event.

        Yields
        ------
        (kind, node, index, value)
            "seed", "run", "hook", "unpack", "vjp", "sum_to", "release", "send", "accumulate", "capture": see
            trace/SCHEMA.md for what each carries. Values are by reference.
        """
        buffers: Buffers = {}
        waiting = dict(self.dependencies)
        for root, index, grad in self.seeds():
            input_buffers.add(buffers, root, index, grad, True, self.create_graph)
            yield "seed", root, index, grad
        node, queue = self.first(waiting)
        while node is not None:
            values = yield from self.run_node(node, buffers, True)
            for position, next_node in enumerate(node.next_nodes if values is not None else ()):
                if next_node is None or not self.enters(next_node):
                    continue
                grad = values[position]
                left = waiting[next_node] - 1
                waiting[next_node] = left
                index = node.next_indices[position]
                if grad is not None:
                    input_buffers.add(buffers, next_node, index, grad, True, self.create_graph)
                held, total = input_buffers.held(buffers, next_node, index), self.dependencies[next_node]
                yield "send", node, position, (next_node, index, grad, held, total - left, total)
                if left == 0:
                    queue.push(next_node)
            node = queue.pop()

    def seeds(self) -> list[tuple[Node, int, Any]]:
        """Return the gradients that the run starts with, and the output of the root each belongs to."""
        grads = self.grad_tensors if self.create_graph else [grad._array for grad in self.grad_tensors]
        return [(root, index, grad) for (root, index), grad in zip(self.roots, grads, strict=True)]

    def first(self, waiting: dict[Node, int]) -> tuple[Node | None, ReadyQueue]:
        """Return the node that runs first, and the queue with the others that do not wait for another node.

        These are roots, each in the place where its last seed arrived.
        """
        queue = ReadyQueue()
        if len(self.roots) == 1:
            return self.roots[0][0], queue
        nodes = [node for node, _ in self.roots]
        for place, root in enumerate(nodes):
            entered = self.entered is None or root in self.entered
            if entered and waiting[root] == 0 and root not in nodes[place + 1 :]:
                queue.push(root)
        return queue.pop(), queue

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
        if grad is None or (several(node) and all(each is None for each in grad)):
            return [None] * len(node.next_nodes)
        saved: Any = node.saved
        if saved != ():
            saved = node.unpack_tensors() if self.create_graph else node.unpack()
        if node.joint is not None:
            if not any(needs):
                return [None] * len(needs)
            values = node.joint(grad, saved, node.constants, self.xp, needs)
            return [value if need else None for value, need in zip(values, needs, strict=True)]
        return [
            rule(grad, saved, node.constants, self.xp, None) if need else None
            for rule, need in zip(node.rules, needs, strict=True)
        ]

    def run_node(self, node: Node, buffers: Buffers, watched: bool) -> Any:
        """Run one node with hooks, captures and events. The stages are those of the design.

        Returns one gradient an edge, None where only what arrived was wanted.
        """
        grads, shared = input_buffers.take(buffers, node)
        if watched:
            yield "run", node, None, tuple(grads)
        runs = node not in self.passive
        if runs:
            yield from self._capture(node, grads, watched)
        seen = grads
        grads = yield from _heard(call_tensor_hooks(node, grads, self.create_graph), watched)
        if not runs:
            yield from self._capture(node, grads, watched)
            return None
        grads = yield from _heard(call_pre_hooks(node, grads, self.create_graph), watched)
        previous, local.running = local.running, node
        try:
            if node.__class__ is AccumulateGrad:
                yield from self._accumulate(node, grads[0], shared or grads is not seen, watched)
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
        return values

    def captures(self, node: Node) -> bool:
        """Return whether `autograd.grad` wants what arrives at a node."""
        return node in self._capture_at

    def capture(self, node: Node, grads: Sequence[Any]) -> None:
        """Keep what arrived at a node for `autograd.grad` to return."""
        for index in self._capture_at.get(node, ()):
            self.captured[node, index] = grads[index]

    def _capture(self, node: Node, grads: list[Any], watched: bool) -> Iterator[Event]:
        self.capture(node, grads)
        for index in self._capture_at.get(node, ()):
            if watched and grads[index] is not None:
                yield "capture", node, index, grads[index]

    def _evaluate(self, node: Node, grads: list[Any], watched: bool) -> Any:
        """Unpack the saved tensors, evaluate the rules and undo broadcasting; return one gradient an edge."""
        nodes = node.next_nodes
        needs = tuple(n is not None and self.enters(n) for n in nodes)
        grad = grads if several(node) else grads[0]
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

    def _accumulate(self, node: Any, grad: Any, shared: bool, watched: bool) -> Iterator[Event]:
        """Add a gradient into a leaf's `.grad`, in place where no graph is recorded."""
        leaf: Tensor = node.variable
        if grad is None:
            return
        if leaf.grad_fn is not None:  # it was changed in place since, while it did not require grad
            raise RuntimeError(
                "leaf variable has been moved into the graph interior: it was changed in place after it was used. "
                "Change a clone instead."
            )
        if not leaf._requires_grad:
            yield from _heard(call_post_accumulate_hooks(node, leaf), watched)
            return
        old = leaf._grad
        if self.create_graph:
            before: Any = old
            leaf._grad = new = recorded_copy(leaf._array, grad) if old is None else old + grad
            shown: Any = new
        else:
            before = None if old is None else old._array.copy() if watched else old._array
            accumulate(leaf, grad, shared)
            shown = leaf._grad._array  # type: ignore[union-attr]
        if watched:
            yield "accumulate", node, None, (leaf, before, grad, shown)
        yield from _heard(call_post_accumulate_hooks(node, leaf), watched)


def _heard(hooks: Any, watched: bool) -> Any:
    """Run the hooks of a generator of hook events, handing the events on only to who watches."""
    if watched:
        return (yield from hooks)
    while True:
        try:
            next(hooks)
        except StopIteration as end:
            return end.value


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
