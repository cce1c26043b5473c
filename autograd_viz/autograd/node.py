"""Nodes of the backward graph: what an operation leaves behind so that its gradient can be computed.

This module owns `Node`, `AccumulateGrad`, saved tensors with their version check, and the hooks a node carries.
It must not know the engine that runs nodes, nor who records them.

Note [Saved tensors]
A node keeps what its rules name, and nothing else. An input is kept as the very `Tensor`, whose version is compared
when it is used; a result is kept as an alias without `grad_fn`, since keeping the result itself would close a
reference cycle (result -> grad_fn -> saved result). Version counters are made lazily: a tensor that was never
changed, viewed or detached has none and is at version 0.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from .hooks import Hooks, RemovableHandle

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["AccumulateGrad", "Extra", "Node", "SavedInfo", "next_sequence_nr", "upcoming_sequence_nr"]

_numbers = itertools.count()
next_sequence_nr = _numbers.__next__
ACCUMULATE_SEQUENCE_NR = 2**64 - 1

BACKWARD_TWICE = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already "
    "been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). "
    "Specify retain_graph=True if you need to backward through the graph a second time or if you need to access "
    "saved tensors after calling backward."
)


def upcoming_sequence_nr() -> int:
    """Return the number that the next node will have, without taking it, which would be quicker."""
    return int(repr(_numbers)[len("count(") : -1])


@dataclass(frozen=True)
class SavedInfo:
    """Describe one saved tensor: its parameter name, the tensor (None once freed) and the version it was saved at."""

    name: str
    tensor: Any
    version: int
    is_output: bool


class InputMetadata(NamedTuple):
    """Describe one gradient a node expects."""

    shape: Any
    dtype: Any
    device: Any
    is_nested_tensor: bool = False
    is_cpp_nested_tensor: bool = False


class Extra:
    """Hold what few nodes have: hooks, metadata, several outputs."""

    __slots__ = ("metadata", "more", "post_hooks", "pre_hooks", "retains_grad", "tensor_hooks")

    def __init__(self) -> None:
        self.metadata: dict[Any, Any] | None = None
        self.more: list[tuple[tuple[int, ...], Any]] | None = None  # (shape, dtype) of every output, if several
        self.tensor_hooks: Hooks | None = None  # key -> (output_nr, hook)
        self.retains_grad: dict[int, Any] | None = None  # output_nr -> weak reference to the tensor
        self.pre_hooks: Hooks | None = None
        self.post_hooks: Hooks | None = None


class Node:
    """One step of the backward graph. Mirrors `torch.autograd.graph.Node`.

    Subclasses are made by the op tables, one an operation, under PyTorch's names ("MulBackward0").
    """

    __slots__ = (
        "__weakref__",
        "constants",
        "dtype",
        "extra",
        "next_indices",
        "next_nodes",
        "saved",
        "sequence_nr",
        "shape",
        "versions",
    )

    sequence_nr: int
    next_nodes: tuple[Node | None, ...]
    next_indices: tuple[int, ...]
    saved: tuple[Any, ...] | None  # tensors; None once freed
    versions: tuple[int, ...] | None  # None: every saved tensor was at version 0
    constants: tuple[Any, ...]  # shapes, dims and other plain values the rules name
    shape: tuple[int, ...]  # of the forward output 0
    dtype: Any
    extra: Extra | None

    namespace: str = ""  # what PyTorch's name has before that of the class
    op: Any = None  # the table entry (ops.op.Op)
    saved_names: tuple[str, ...] = ()
    constant_names: tuple[str, ...] = ()
    output_positions: frozenset[int] = frozenset()  # which of saved_names are results
    carrying_positions: frozenset[int] = frozenset()  # which of these carry gradients
    rules: tuple[Callable[..., Any], ...] = ()  # one per differentiable input: rule(grad, saved, constants)
    joint: Callable[..., Any] | None = None  # instead of rules: all inputs' gradients at once
    custom: bool = False  # whether the class has a `run` of its own (Function, CopySlices)
    run: Callable[..., Any]
    ordinary: tuple[Callable[..., Any], ...] = ()  # the rules, where a node of this class, without hooks, has but these
    requires_grad = True  # as in PyTorch, where only what requires grad has a node
    param_names: tuple[str, ...] = ()  # the differentiable parameters, aligned with the edges

    def __init_subclass__(cls) -> None:
        cls.ordinary = cls.rules if cls.joint is None and not cls.custom else ()

    def name(self) -> str:
        """Return the node's name, as PyTorch spells it."""
        return self.namespace + type(self).__name__

    def function_name(self) -> str:
        """Return the name of the forward function, as PyTorch has it in messages: "Mul"."""
        return re.sub(r"Backward(0?$|(?=\d+$))", "", self.name())

    @property
    def next_functions(self) -> tuple[tuple[Node | None, int], ...]:
        """The nodes that receive this node's gradients, with the output each belongs to; one pair an input."""
        return tuple(zip(self.next_nodes, self.next_indices, strict=True))

    @property
    def metadata(self) -> dict[Any, Any]:
        """A dict for whatever a user or a recorder wants to keep with the node."""
        extra = self.extras()
        if extra.metadata is None:
            extra.metadata = {}
        return extra.metadata

    @property
    def formulas(self) -> dict[str, str]:
        """The rule of each differentiable parameter as text, e.g. {"self": "grad · other"}."""
        return {} if self.op is None else self.op.formulas

    @property
    def _input_metadata(self) -> tuple[InputMetadata, ...]:
        """Shape and dtype of each gradient the node expects: those of its forward outputs."""
        from ..device import CPU
        from ..dtypes import BY_NUMPY
        from ..size import Size

        return tuple(
            InputMetadata(Size(shape), BY_NUMPY.get(dtype), CPU)
            for shape, dtype in self.output_infos()
        )

    def output_infos(self) -> list[tuple[tuple[int, ...], Any]]:
        """Return the shape and NumPy dtype of each of the node's forward outputs."""
        if self.extra is not None and self.extra.more is not None:
            return list(self.extra.more)
        return [(self.shape, self.dtype)]

    def extras(self) -> Extra:
        """Return the node's `Extra`, made at the first call."""
        if self.extra is None:
            self.extra = Extra()
        return self.extra

    def _sequence_nr(self) -> int:
        return self.sequence_nr

    def register_hook(self, fn: Callable[..., Any]) -> RemovableHandle:
        """Call `fn(grad_inputs, grad_outputs)` after the node ran; a returned tuple replaces `grad_inputs`."""
        extra = self.extras()
        if extra.post_hooks is None:
            extra.post_hooks = Hooks()
        return RemovableHandle(extra.post_hooks, fn)

    def register_prehook(self, fn: Callable[..., Any]) -> RemovableHandle:
        """Call `fn(grad_outputs)` before the node runs; a returned tuple replaces `grad_outputs`."""
        extra = self.extras()
        if extra.pre_hooks is None:
            extra.pre_hooks = Hooks()
        return RemovableHandle(extra.pre_hooks, fn)

    # saved tensors

    def saved_info(self) -> list[SavedInfo]:
        """Describe the saved tensors; their `tensor` is None where nothing was needed, or once freed."""
        tensors = self.saved if self.saved is not None else (None,) * len(self.saved_names)
        return [
            SavedInfo(name, tensor, self.saved_version(position), position in self.output_positions)
            for position, (name, tensor) in enumerate(zip(self.saved_names, tensors, strict=False))
        ]

    def saved_version(self, position: int) -> int:
        """Return the version at which a saved tensor was saved."""
        return 0 if self.versions is None else self.versions[position]

    @property
    def holder(self) -> Node:
        """The node that holds the saved tensors: itself, except for CopySlices."""
        return self

    def unpack(self) -> list[Any]:
        """Return the saved arrays, in order, after checking that none was changed since.

        Raises
        ------
        RuntimeError
            When the saved tensors have been freed, or one was modified in place.
        """
        saved, versions = self.saved, self.versions
        if saved is None:
            raise RuntimeError(BACKWARD_TWICE)
        values: list[Any] = []
        try:
            for tensor in saved:
                if tensor is None:
                    values.append(None)
                    continue
                counter = tensor._counter  # unchanged: `unpack_one` would find the same, by a longer way
                if counter is None or (
                    counter[0] == (0 if versions is None else versions[len(values)])
                    and (tensor._meta is None or tensor._meta.detached < 0)
                ):
                    values.append(tensor._array)
                else:
                    values.append(self.unpack_one(len(values), tensor))
        except AttributeError:  # a plain value among the tensors, or what a hook made of one
            values.clear()
        if len(values) != len(saved):  # not in the handler: a hook's own error has nothing to do with it
            return [None if item is None else self.unpack_one(place, item) for place, item in enumerate(saved)]
        if not self.shape:  # the operands of a 0-dim result as NumPy scalars, whose arithmetic is ten times as fast
            return [None if value is None else value[()] for value in values]
        return values

    def unpack_one(self, position: int, tensor: Any) -> Any:
        """Return the array of one saved tensor, checked."""
        self._refuse_detached(position, tensor)
        self._refuse_modified(position, tensor)
        return tensor.unpacked_array() if hasattr(tensor, "packed") else getattr(tensor, "_array", tensor)

    def unpack_tensors(self) -> list[Any]:
        """Return the saved tensors, checked, as Tensors that remember how they were made."""
        saved, versions, outputs = self.saved, self.versions, self.carrying_positions
        if saved is None:
            raise RuntimeError(BACKWARD_TWICE)
        values: list[Any] = []
        try:
            for item in saved:
                if item is None:
                    values.append(None)
                elif (item._meta is None or item._meta.detached < 0) and (  # `unpack_tensor` would find the same
                    item._counter is None or item._counter[0] == (0 if versions is None else versions[len(values)])
                ):
                    values.append(item.saved_alias(self) if len(values) in outputs else item)
                else:
                    values.append(self._unpack_checked(len(values), item))
        except AttributeError:
            values.clear()
        if len(values) == len(saved):
            return values
        return [None if item is None else self._unpack_checked(place, item) for place, item in enumerate(saved)]

    def _unpack_checked(self, position: int, item: Any) -> Any:
        self._refuse_detached(position, item)
        return self.unpack_tensor(position, item)

    def unpack_tensor(self, position: int, item: Any) -> Any:
        """Return one saved tensor, checked, or the plain value saved in its place."""
        self._refuse_modified(position, item)
        if position in self.carrying_positions:
            return item.saved_alias(self)
        return item.unpacked() if hasattr(item, "unpacked") else item

    def _refuse_detached(self, position: int, item: Any) -> None:
        """Raise where an operand was detached in place since it was saved; users may still read it, as in PyTorch."""
        meta = getattr(item, "_meta", None)
        if meta is None or self.custom or position in self.output_positions:
            return
        if meta.detached > self.sequence_nr:
            raise RuntimeError(
                "Trying to use a saved tensor that has been detached in-place, i.e. with .detach_(). This is not "
                f"supported, please use out-of-place `.detach()` instead. It is {self._whose(position)}."
            )

    def _refuse_modified(self, position: int, item: Any) -> None:
        """Raise where a saved tensor was changed in place since it was saved."""
        if self.is_modified(position, item):
            raise RuntimeError(self._modified_message(position, item))

    def _whose(self, position: int) -> str:
        return f"{self.name()}'s saved '{self.saved_names[position]}'"

    def is_modified(self, position: int, item: Any) -> bool:
        """Return whether a saved tensor that a rule will use was changed in place since it was saved."""
        counter = getattr(item, "_counter", None)
        return counter is not None and counter[0] != self.saved_version(position) and self._uses(position)

    def _uses(self, position: int) -> bool:
        """Return False for a tensor that PyTorch would not have saved: the only edge that needs it leads nowhere.

        It looks at the edges only where there are several, and for operands; a result is saved in any case.
        """
        op, nodes = self.op, self.next_nodes
        if op is None or op.backward is not None or len(nodes) != len(op.diff_params) or len(nodes) == 1:
            return True
        name = self.saved_names[position]
        users = [node for param, node in zip(op.diff_params, nodes, strict=True) if name in op.rule_needs[param]]
        return len(users) != 1 or users[0] is not None or position in self.output_positions

    def release(self) -> bool:
        """Free the saved tensors; return whether there were any."""
        if self.saved == ():
            return False
        freed = self.saved is not None
        self.saved = None
        return freed

    def _modified_message(self, position: int, tensor: Any) -> str:
        """Word the error of a saved tensor that was changed in place, as PyTorch does, with its name added."""
        maker = self if position in self.output_positions else tensor.grad_fn
        if tensor._array.dtype.kind != "f":  # an index among the results comes from no node
            maker = None
        return modified_message(tensor, maker, self.saved_version(position), self._whose(position))

    def __call__(self, *grads: Any) -> Any:
        """Return the gradients the node answers to `grads`: one tensor, or a tuple of as many as it has inputs."""
        from .node_call import call

        return call(self, grads)

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError(f"cannot pickle {type(self).__name__!r} object")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} object at {id(self):#x}>"


class AccumulateGrad(Node):
    """Add the arriving gradient into a leaf's `.grad`. Mirrors `torch::autograd::AccumulateGrad`."""

    __slots__ = ("variable",)

    variable: Tensor
    namespace = "torch::autograd::"
    # of every one, in place of the slots: they are made anew for each graph
    sequence_nr = ACCUMULATE_SEQUENCE_NR
    next_nodes = ()
    next_indices = ()
    saved = ()
    versions = None
    constants = ()

    def __init__(self, variable: Tensor) -> None:
        self.shape = variable._array.shape
        self.dtype = variable._array.dtype
        self.extra = None
        self.variable = variable


def modified_message(tensor: Tensor, maker: Node | None, expected: int, whose: str) -> str:
    """Word PyTorch's error of a tensor that was changed in place; `whose` says what needs it."""
    origin = "" if maker is None else f", which is output {tensor._output_nr} of {maker.function_name()},"
    return (
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        f"[{tensor.type()} {list(tensor._array.shape)}]{origin} is at version {tensor._version}; expected version "
        f"{expected} instead. It is {whose}: clone it before changing it. Hint: enable anomaly detection to find the "
        "operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False)."
    )


ZERO_INDICES: tuple[tuple[int, ...], ...] = tuple((0,) * length for length in range(8))
