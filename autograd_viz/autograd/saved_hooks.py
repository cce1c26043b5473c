"""Saved-tensor hooks: what a node keeps instead of a tensor while `graph.saved_tensors_hooks` is in force.

The pairs of hooks in force are a stack in `state.local.saved_hooks`; only the innermost pair is used.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any

from ..tensor import Tensor, make, resolve
from .grad_mode import no_grad
from .node import Node
from .state import local
from .views import alias

__all__ = ["Packed", "SavedTensor", "pack_all", "pack_one", "raw_saved"]

Pack = Callable[[Tensor], Any]
Unpack = Callable[[Any], Tensor]


class Packed:
    """What a pack hook made of a saved tensor, and what is needed to make the tensor of it again.

    It stands where a node otherwise holds the tensor itself; its version is not checked, as in PyTorch.
    """

    __slots__ = ("origin", "output_nr", "packed", "requires_grad", "unpack")

    _counter = None

    def __init__(self, tensor: Tensor, shown: Tensor, origin: Node | None, pack: Pack, unpack: Unpack) -> None:
        self.origin = origin  # the node a gradient of the tensor goes to; None for the node's own results
        self.output_nr, self.requires_grad = tensor._output_nr, tensor._requires_grad
        self.unpack = unpack
        counter = tensor.shared_counter()
        version = counter[0]
        local.hidden += 1
        try:
            with no_grad():
                self.packed = pack(shown)
        finally:
            local.hidden -= 1
        if counter[0] != version:
            raise RuntimeError(
                "A saved tensor pack hook is modifying its input in place. Tensors provided as input to pack hook can "
                "not be modified by in-place operations as this can lead to unexpected side-effects."
            )

    def unpacked_array(self) -> Any:
        """Return the array of the saved tensor."""
        return self._call()._array

    def unpacked(self) -> Tensor:
        """Return the saved input as a tensor with the history it had."""
        data = self._call()
        if not self.requires_grad:
            return data
        tensor = make(data._array)
        tensor._requires_grad = True
        if self.origin is None:
            return tensor
        if hasattr(self.origin, "variable"):  # an AccumulateGrad: the tensor is its leaf, under another name
            tensor.meta().accumulator = weakref.ref(self.origin)  # type: ignore[arg-type]
        else:
            tensor._grad_fn, tensor._output_nr = self.origin, self.output_nr
        return tensor

    def saved_alias(self, node: Node) -> Tensor:
        """Return the saved result as a tensor made by `node`."""
        return make(self._call()._array, node, self.output_nr)

    def _call(self) -> Tensor:
        data = self.unpack(self.packed)
        if not isinstance(data, Tensor):
            raise TypeError(
                "Output of saved tensor unpack_hook expected to be a Tensor but got result of type "
                f"{type(data).__name__}"
            )
        return data


def pack_all(node: Node, saved: Sequence[Any]) -> list[Any]:
    """Return what a node shall keep instead of its saved tensors: each as the innermost pack hook makes it."""
    if not local.saved_hooks:
        return list(saved)
    pack, unpack = local.saved_hooks[-1]
    return [
        pack_one(item, node if position in node.carrying_positions else None, pack, unpack)
        if isinstance(item, Tensor)
        else item
        for position, item in enumerate(saved)
    ]


def pack_one(tensor: Tensor, made_by: Node | None, pack: Pack, unpack: Unpack) -> Packed:
    """Pack one saved tensor: an input, or a result that `made_by` gave.

    A hook sees a result with its node, as in PyTorch: one that keeps the very tensor closes a cycle, which ends when
    the saved tensors are freed.
    """
    if made_by is None:
        return Packed(tensor, tensor, tensor._grad_fn or resolve(tensor), pack, unpack)
    return Packed(tensor, tensor.saved_alias(made_by), None, pack, unpack)


class SavedTensor:
    """One saved tensor of a node, to which hooks of its own may be given. Mirrors `torch._C._autograd.SavedTensor`."""

    def __init__(self, node: Node, position: int) -> None:
        self._node, self._position = node, position

    @property
    def data(self) -> Any:
        """The saved tensor."""
        node = self._node
        return node.unpack_tensor(self._position, node.saved[self._position])  # type: ignore[index]

    def register_hooks(self, pack_hook: Pack, unpack_hook: Unpack) -> None:
        """Pack the saved tensor now, and unpack it when it is needed.

        Raises
        ------
        RuntimeError
            When it has hooks already, is None, or has been freed.
        """
        node = self._node
        if node.saved is None:
            raise RuntimeError(
                "Calling register_hooks on a saved tensor after it has been freed. Saved intermediate values of the "
                "graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need "
                "to backward through the graph a second time or if you need to access saved variables after calling "
                "backward."
            )
        item = node.saved[self._position]
        if item is None:
            raise RuntimeError("Calling register_hooks on a saved tensor with value None is forbidden")
        if isinstance(item, Packed):
            raise RuntimeError(
                "Calling register_hooks on a saved tensor whose hooks have already been set. Hint: only one pair of "
                "hooks is allowed at a time."
            )
        origin = None if self._position in node.output_positions else item._grad_fn or resolve(item)
        packed = Packed(item, alias(item), origin, pack_hook, unpack_hook)
        node.saved = tuple(packed if place == self._position else each for place, each in enumerate(node.saved))


def raw_saved(node: Node, name: str) -> SavedTensor:
    """Return the saved tensor of this name, as `node._raw_saved_<name>` does.

    Raises
    ------
    AttributeError
        When the node saves none of this name.
    """
    if name not in node.saved_names:
        raise AttributeError(f"'{type(node).__name__}' object has no attribute '_raw_saved_{name}'")
    return SavedTensor(node, node.saved_names.index(name))
