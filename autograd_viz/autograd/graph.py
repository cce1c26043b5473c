"""The graph as users see it: nodes, edges, hooks over several tensors, hooks on saved tensors.

Mirrors `torch.autograd.graph`.
"""

from __future__ import annotations

import contextlib
import functools
import threading
import weakref
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any, Literal, NamedTuple

from ..absent import absent
from ..tensor import Tensor, make, resolve
from .hooks import RemovableHandle
from .node import Node
from .state import local, note_special
from .views import alias

__all__ = [
    "GradientEdge",
    "Node",
    "allow_mutation_on_saved_tensors",
    "disable_saved_tensors_hooks",
    "get_gradient_edge",
    "increment_version",
    "register_multi_grad_hook",
    "save_on_cpu",
    "saved_tensors_hooks",
]


class GradientEdge(NamedTuple):
    """Where a tensor's gradient arrives in the graph: a node, and which of its outputs the tensor is."""

    node: Node
    output_nr: int
    ownership_token: Node | None = None


def get_gradient_edge(tensor: Tensor) -> GradientEdge:
    """Return the edge along which the gradient of `tensor` arrives; `autograd.grad` takes it in place of the tensor.

    Mirrors `torch.autograd.graph.get_gradient_edge`.

    Raises
    ------
    RuntimeError
        When the tensor does not require grad.
    """
    if not tensor.requires_grad:
        raise RuntimeError(
            "It is not possible to get the gradient edge for a Tensor that does not require gradients"
        )
    return GradientEdge(_node_of(tensor), tensor._output_nr)


def _node_of(tensor: Tensor | GradientEdge) -> Node:
    if isinstance(tensor, GradientEdge):
        return tensor.node
    node = tensor._grad_fn or resolve(tensor)
    assert node is not None, "Expected gradient function to be set"
    return node


def increment_version(tensor: Tensor | Iterable[Tensor]) -> None:
    """Note that a tensor, or each of several, was changed in place in a way autograd does not know of.

    Mirrors `torch.autograd.graph.increment_version`.
    """
    if not isinstance(tensor, Iterable):
        raise RuntimeError(f"increment_version expect a Iterable[Tensor] as input, got {type(tensor).__name__}")
    for each in (tensor,) if isinstance(tensor, Tensor) else tensor:
        if not isinstance(each, Tensor):
            kind = type(each).__name__
            raise RuntimeError(f"increment_version expects each element of the iterable to be a tensor, got {kind}")
        if not each.is_inference():
            each.bump_version()


# hooks on the gradients of several tensors


class _MultiHandle:
    """Remove hooks of several tensors together."""

    def __init__(self, handles: tuple[RemovableHandle, ...]) -> None:
        self.handles = handles

    def remove(self) -> None:
        """Remove the hook."""
        for handle in self.handles:
            handle.remove()

    def __enter__(self) -> _MultiHandle:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.remove()


def register_multi_grad_hook(
    tensors: Sequence[Tensor],
    fn: Callable[..., None],
    *,
    mode: Literal["all", "any"] = "all",
) -> Any:
    """Call `fn` once a backward run when the gradients of several tensors are there.

    Mirrors `torch.autograd.graph.register_multi_grad_hook`.

    Parameters
    ----------
    tensors : sequence of Tensor
        Whose gradients are waited for.
    fn : callable
        With "all" it is called with a list, one gradient or None a tensor, when the last of those that this run
        computes has arrived; with "any" with the first that arrives.
    mode : {"all", "any"}
        When it is called.

    Returns
    -------
    handle
        Whose `remove()` takes the hook away.

    Raises
    ------
    ValueError
        For another mode.
    """
    if mode not in ("all", "any"):
        raise ValueError(f"Expects mode to be one of ('all', 'any') but got {mode}")
    if mode == "any":
        first = _First(fn)
        return _MultiHandle(tuple(each.register_hook(first) for each in tensors if each._requires_grad))
    waiting = _All(fn, [_awaited(each) for each in tensors])
    return _MultiHandle(tuple(each.register_hook(waiting.of(place)) for place, each in enumerate(tensors)))


def _awaited(tensor: Tensor) -> Callable[[], Node | None]:
    """Return a function that returns the node whose run brings the gradient of `tensor`, without keeping either alive.

    A leaf's AccumulateGrad comes and goes: it is looked up when it is needed.
    """
    node = _node_of(tensor)
    if tensor.grad_fn is not None:
        return weakref.ref(node)
    leaf = weakref.ref(tensor)

    def accumulator() -> Node | None:
        found = leaf()
        if found is None:
            return None
        known = found.meta().accumulator  # also that of a leaf which requires no gradient any more
        return resolve(found) if known is None else known() or resolve(found)

    return accumulator


class _First:
    """Hand on the first gradient of each run."""

    def __init__(self, fn: Callable[..., None]) -> None:
        self.fn = fn
        self.seen: weakref.WeakSet[Any] = weakref.WeakSet()
        self.lock = threading.Lock()

    def __call__(self, grad: Any) -> None:
        with self.lock:
            if local.task in self.seen:
                return
            self.seen.add(local.task)
        self.fn(grad)


class _All:
    """Gather the gradients of each run until all that it computes are there."""

    def __init__(self, fn: Callable[..., None], nodes: list[Callable[[], Node | None]]) -> None:
        self.fn, self.nodes = fn, nodes
        self.gathered: weakref.WeakKeyDictionary[Any, list[Any]] = weakref.WeakKeyDictionary()
        self.missing: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()
        self.lock = threading.Lock()

    def of(self, place: int) -> Callable[[Any], None]:
        """Return the hook of one of the tensors."""
        return lambda grad: self._arrived(place, grad)

    def _arrived(self, place: int, grad: Any) -> None:
        task = local.task
        with self.lock:
            if task not in self.gathered:
                self.gathered[task] = [None] * len(self.nodes)
                self.missing[task] = sum(task.executes(node()) for node in self.nodes)
            self.missing[task] -= 1
            complete = self.missing[task] == 0
        self.gathered[task][place] = grad
        if complete:
            grads = self.gathered.pop(task)
            del self.missing[task]
            self.fn(grads)


# hooks on saved tensors


class saved_tensors_hooks:
    """Pack tensors when operations in the block save them for backward, and unpack them when they are needed.

    Mirrors `torch.autograd.graph.saved_tensors_hooks`. Of nested pairs only the innermost is used.

    Parameters
    ----------
    pack_hook : callable
        Tensor -> anything; must not change the tensor.
    unpack_hook : callable
        What `pack_hook` returned -> a tensor equal to the one packed.

    Raises
    ------
    TypeError
        When a hook cannot be called.
    RuntimeError
        On entry, inside `disable_saved_tensors_hooks`.
    """

    def __init__(self, pack_hook: Callable[[Tensor], Any], unpack_hook: Callable[[Any], Tensor]) -> None:
        for name, hook in (("pack_hook", pack_hook), ("unpack_hook", unpack_hook)):
            if not callable(hook):
                raise TypeError(f"saved_tensors_hooks(): {name} must be a function of one argument, got {hook!r}")
        self.pack_hook, self.unpack_hook = pack_hook, unpack_hook

    def __enter__(self) -> None:
        if local.saved_hooks_disabled is not None:
            raise RuntimeError(local.saved_hooks_disabled)
        local.saved_hooks.append((self.pack_hook, self.unpack_hook))
        note_special(1)

    def __exit__(self, *exc_info: object) -> None:
        local.saved_hooks.pop()
        note_special(-1)


class save_on_cpu(saved_tensors_hooks):
    """Keep saved tensors on the CPU, where all tensors are here. Mirrors `torch.autograd.graph.save_on_cpu`."""

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        super().__init__(lambda tensor: (tensor.device, tensor), lambda packed: packed[1])


@contextlib.contextmanager
def disable_saved_tensors_hooks(error_message: str) -> Generator[None, None, None]:
    """Refuse saved-tensor hooks in the block, with this message. Mirrors `graph.disable_saved_tensors_hooks`."""
    if not isinstance(error_message, str):
        kind = type(error_message).__name__
        raise TypeError(f"disable_saved_tensors_hooks(): argument 'error_message' must be str, not {kind}")
    if local.saved_hooks:
        raise RuntimeError(error_message)
    previous, local.saved_hooks_disabled = local.saved_hooks_disabled, error_message
    try:
        yield
    finally:
        local.saved_hooks_disabled = previous


class _Handle:
    """Stand for a saved tensor at one version."""

    __slots__ = ("__weakref__",)


class _Originals:
    """The tensors saved inside `allow_mutation_on_saved_tensors`, and copies of those about to be changed."""

    def __init__(self) -> None:
        self.open = True
        self.original: weakref.WeakKeyDictionary[_Handle, Any] = weakref.WeakKeyDictionary()
        self.cloned: weakref.WeakKeyDictionary[_Handle, Any] = weakref.WeakKeyDictionary()
        self.by_memory: dict[tuple[int, int], weakref.WeakSet[_Handle]] = {}
        self.known: weakref.WeakValueDictionary[Any, _Handle] = weakref.WeakValueDictionary()

    def pack(self, tensor: Tensor) -> _Handle:
        """Keep a tensor; the same view of the same memory at the same version is kept once."""
        where = _memory(tensor)
        key = (*where, tensor._array.ctypes.data, tensor._array.shape, tensor._array.strides)
        handle = self.known.get(key)
        if handle is None:
            handle = self.known[key] = _Handle()
            self.original[handle] = alias(tensor)
            self.by_memory.setdefault(where, weakref.WeakSet()).add(handle)
        return handle

    def unpack(self, handle: _Handle) -> Tensor:
        """Return the tensor as it was when it was saved."""
        if not self.open:
            raise AssertionError(
                "Trying to backward outside of the 'allow_mutation_on_saved_tensors' context in which the graph was "
                "originally recorded."
            )
        return self.cloned[handle] if handle in self.cloned else self.original[handle]

    def before_change(self, tensor: Tensor) -> None:
        """Copy what was saved of the memory of a tensor that is about to be changed."""
        for handle in self.by_memory.pop(_memory(tensor), ()):
            kept = self.original.pop(handle, None)
            if kept is not None:
                self.cloned[handle] = make(kept._array.copy())

    def clear(self) -> None:
        """Forget everything: graphs recorded here can no longer be run."""
        self.open = False
        for table in (self.original, self.cloned, self.by_memory, self.known):
            table.clear()


def _memory(tensor: Tensor) -> tuple[int, int]:
    """Identify the memory a tensor shows, at its version: tensors that share memory share the counter."""
    counter = tensor.shared_counter()
    return id(counter), counter[0]


@contextlib.contextmanager
def allow_mutation_on_saved_tensors() -> Generator[_Originals, None, None]:
    """Let saved tensors be changed in place in the block: each is copied before it is changed.

    Mirrors `torch.autograd.graph.allow_mutation_on_saved_tensors`. Forward and backward must both be in the block.

    Raises
    ------
    RuntimeError
        When nested.
    """
    if local.before_change is not None:
        raise RuntimeError("allow_mutation_on_saved_tensors contexts cannot be nested")
    originals = _Originals()
    local.before_change = originals.before_change
    try:
        with saved_tensors_hooks(originals.pack, originals.unpack):
            yield originals
    finally:
        originals.clear()
        local.before_change = None


__getattr__ = functools.partial(absent, __name__)
