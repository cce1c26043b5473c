"""The nodes that users' Functions leave behind, and how they run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..tensor import Tensor, _new, make, resolve
from .node import Node, next_sequence_nr
from .state import local

__all__ = ["Edge", "Error", "FunctionNode", "edges_to", "refusing", "set_up"]

Edge = tuple[Any, int]  # the node it leads to, or None, and that node's output
Info = tuple[tuple[int, ...], Any]  # shape and NumPy dtype


class FunctionNode(Node):
    """The node of a user's Function; each Function has a subclass named `<Function>Backward`.

    See Note [Context and node] in autograd/function.py.
    """

    __slots__ = ("ctx", "infos", "output_positions", "param_names", "places", "saved_names")

    custom = True
    function: Any = None  # the Function, set on subclasses
    ctx: Any
    places: tuple[bool, ...]  # of each argument of apply: whether it is a tensor, and so has an edge
    infos: tuple[Info | None, ...]  # of each output; None for what is not a tensor

    @property
    def carrying_positions(self) -> frozenset[int]:  # type: ignore[override]
        """Which of the saved tensors are results with a history: those that are results at all."""
        return self.output_positions

    def run(self, grad: Any, saved: Any, needs: tuple[bool, ...], task: Any) -> list[Any]:
        """Call the user's `backward`, under the grad mode of the run, and return one gradient an edge."""
        count = len(self.infos)
        arriving = grad if count > 1 and grad is not None else [grad] * count
        grads = [self._incoming(each, info) for each, info in zip(arriving, self.infos, strict=True)]
        hidden = not task.create_graph
        local.hidden += hidden
        try:
            returned = self._backward()(self.ctx, *grads)
        finally:
            local.hidden -= hidden
        answers = self._checked(returned if isinstance(returned, tuple) else (returned,))
        return answers if task.create_graph else [None if each is None else each._array for each in answers]

    def _backward(self) -> Callable[..., Any]:
        from .function import Function

        own_backward = self.function.backward is not Function.backward
        own_vjp = self.function.vjp is not Function.vjp
        if own_backward and own_vjp:
            raise RuntimeError(
                "Implementing both 'backward' and 'vjp' for a custom Function is not allowed. You should only "
                "implement one of them."
            )
        return self.function.vjp if own_vjp else self.function.backward

    def _incoming(self, grad: Any, info: Info | None) -> Any:
        if grad is None:
            return make(np.zeros(*info)) if self.ctx.materialize_grads and info is not None else None
        return grad if isinstance(grad, Tensor) else make(np.asarray(grad))

    def _checked(self, answers: tuple[Any, ...]) -> list[Any]:
        """Return the gradients of the tensor arguments, after the checks PyTorch makes."""
        expected = len(self.places)
        if len(answers) > expected and all(each is None for each in answers[expected:]):
            answers = answers[:expected]
        if len(answers) != expected:
            raise RuntimeError(
                f"function {self.name()} returned an incorrect number of gradients (expected {expected}, "
                f"got {len(answers)})"
            )
        for position, (answer, is_tensor) in enumerate(zip(answers, self.places, strict=True)):
            if answer is not None and not is_tensor:
                raise RuntimeError(
                    f"function {self.name()} returned a gradient different than None at position {position + 1}, "
                    "but the corresponding forward input was not a Variable"
                )
            if answer is not None and not isinstance(answer, Tensor):
                raise RuntimeError(f"expected Variable or None (got {type(answer).__name__})")
        return [answer for answer, is_tensor in zip(answers, self.places, strict=True) if is_tensor]

    @property
    def _raw_saved_tensors(self) -> tuple[Any, ...]:
        from .saved_hooks import raw_saved

        return tuple(raw_saved(self, name) for name in self.saved_names)

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """The tensors that `forward` saved."""
        return tuple(self.unpack_tensors())

    def __getattr__(self, name: str) -> Any:
        if name != "ctx" and not name.startswith("__"):
            ctx = self.ctx
            if name in vars(ctx) or hasattr(type(ctx), name):
                return getattr(ctx, name)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")


class Error(Node):
    """A node that refuses to run. Mirrors `torch::autograd::Error`."""

    __slots__ = ()

    custom = True
    namespace = "torch::autograd::"

    def run(self, grad: Any, saved: Any, needs: tuple[bool, ...], task: Any) -> list[Any]:
        """Raise."""
        raise RuntimeError("trying to differentiate twice a function that was marked with @once_differentiable")


def refusing(output: Tensor) -> Tensor:
    """Return a tensor on the memory of `output` through which no gradient may flow back."""
    source = make(output._array)
    source._requires_grad = True
    node = _new(Error)
    set_up(node, edges_to([source]), [(output._array.shape, output._array.dtype)])
    return make(output._array, node)


def edges_to(sources: Sequence[Tensor]) -> list[Edge]:
    """Return the edges that lead to where tensors came from.

    Raises
    ------
    RuntimeError
        When one is a view whose base was changed in a way that is not allowed.
    """
    return [(each._grad_fn or resolve(each), each._output_nr) for each in sources]


def set_up(node: Any, edges: Sequence[Edge], infos: Sequence[Info | None]) -> None:
    """Fill a new node's slots: its edges, and what its outputs look like."""
    node.sequence_nr = next_sequence_nr()
    node.next_nodes = tuple(source for source, _ in edges)
    node.next_indices = tuple(index for _, index in edges)
    node.saved, node.versions, node.constants, node.extra = (), None, (), None
    node.shape, node.dtype = next((info for info in infos if info is not None), ((), None))
    if len(infos) > 1:
        node.extras().more = [((), None) if info is None else info for info in infos]
