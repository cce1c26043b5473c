"""Views and in-place changes: who shares memory with whom, and how history follows a change.

Note [Views and history]
A view knows its base and how to be made from it again (`replay`, a function on arrays). Changing a view in place
changes the base, so the base's history continues through a `CopySlices` node, and the view, like all other views of
that base, gets a `grad_fn` of its own anew, from the base, when it is next asked for (its `_grad_fn` is STALE until
then). Mirrors PyTorch's `VariableTypeUtils.h` and `CopySlices`.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from ..tensor import STALE, Tensor, _new, make, resolve
from .node import Node, next_sequence_nr
from .state import local

__all__ = ["CopySlices", "check_inplace", "mark_view", "rebase", "regenerate"]

MULTI_OUTPUT, NO_GRAD, INFERENCE = "multi_output", "no_grad", "inference"

_REMEDY = (
    " This view is the output of a function that returns multiple views. Such functions do not allow the output views "
    "to be modified inplace. You should replace the inplace operation by an out-of-place one."
)


def mark_view(view: Tensor, source: Tensor, made: Any, values: list[Any], number: int | None) -> None:
    """Note that `view` shows memory of `source`: they share base and version from now on."""
    parent = source._meta
    base = source if parent is None or parent.base is None else parent.base
    view._counter = source.shared_counter()
    meta = view.meta()
    meta.base = base
    meta.replay = _replay(None if parent is None else parent.replay, made, values, number)
    meta.inference = meta.inference or source.is_inference()
    if number is not None:
        meta.creation = MULTI_OUTPUT
    elif not local.grad_enabled:
        meta.creation = INFERENCE if local.inference else NO_GRAD
    elif parent is not None:
        meta.creation = parent.creation
    _remember(base, view)


def _remember(base: Tensor, view: Tensor) -> None:
    views = base.meta().views
    if views is None:
        views = base.meta().views = []
    elif len(views) >= 8 and len(views) & (len(views) - 1) == 0:  # at each power of two: forget those that are gone
        views[:] = [reference for reference in views if reference() is not None]
    views.append(weakref.ref(view))


def _replay(before: Callable[[Any], Any] | None, made: Any, values: list[Any], number: int | None) -> Any:
    """Return the function base array -> view array; it holds no tensors."""
    rest = [value._array if isinstance(value, Tensor) else value for value in values[1:]]
    forward = made.forward

    def replay(array: Any) -> Any:
        view = forward(array if before is None else before(array), *rest)
        return view if number is None else view[number]

    return replay


def check_inplace(target: Tensor, tracked: bool) -> None:
    """Raise PyTorch's error where `target` may not be changed in place.

    Raises
    ------
    RuntimeError
        For inference tensors outside inference mode; and, when the change would be recorded, for leaves that require
        grad, views of such leaves, outputs of multi-view functions and views made without recording.
    """
    meta = target._meta
    if meta is not None and meta.inference and not local.inference:
        raise RuntimeError(
            "Inplace update to inference tensor outside InferenceMode is not allowed. You can make a clone to get a "
            "normal tensor before doing inplace update."
        )
    if not tracked:
        return
    if meta is not None and meta.base is not None:
        _check_view(target, meta)
    if target._requires_grad and target.grad_fn is None:
        raise RuntimeError(
            "a leaf Variable that requires grad is being used in an in-place operation. Change it inside "
            "torch.no_grad(), or compute a new tensor from it."
        )


def _check_view(target: Tensor, meta: Any) -> None:
    if meta.creation == MULTI_OUTPUT:
        word = target.grad_fn.name() if target.grad_fn is not None else "a function"
        raise RuntimeError(f"Output {target._output_nr} of {word} is a view and is being modified inplace.{_REMEDY}")
    if meta.creation is not None and meta.base._requires_grad:
        mode = "inference mode" if meta.creation == INFERENCE else "no_grad mode"
        raise RuntimeError(
            f"A view was created in {mode} and is being modified inplace with grad mode enabled. Given that this use "
            "case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view "
            "and the inplace either both inside the no_grad block (if you don't want the inplace to be tracked) or "
            "both outside (if you want the inplace to be tracked)."
        )
    if target._requires_grad and meta.base._requires_grad and meta.base.grad_fn is None:
        raise RuntimeError("a view of a leaf Variable that requires grad is being used in an in-place operation.")


def rebase(target: Tensor, node: Node) -> None:
    """Let the history of a tensor that `node` has just changed in place go on from there."""
    meta = target._meta
    if meta is not None and meta.base is not None:
        base = meta.base
        copy = _copy_slices(base, target, node)
        _continue_from(base, copy)
        mark_views_stale(base)
        target._requires_grad = True
    else:
        _continue_from(target, node)
        mark_views_stale(target)


def _continue_from(tensor: Tensor, node: Node) -> None:
    old = tensor._grad_fn
    retained = tensor.retains_grad and old and old.extra is not None and old.extra.retains_grad
    tensor._grad_fn, tensor._output_nr, tensor._requires_grad = node, 0, True
    if retained:
        reference = retained.pop(tensor._output_nr, None)
        if reference is not None:
            node.extras().retains_grad = {0: reference}


def mark_views_stale(base: Tensor) -> None:
    """Have every view of a base that requires grad make its grad_fn anew when it is next asked for."""
    meta = base._meta
    if meta is None or meta.views is None or not base._requires_grad:
        return
    for reference in meta.views:
        view = reference()
        if view is not None:
            view._grad_fn, view._requires_grad = STALE, True


def regenerate(view: Tensor) -> Node | None:
    """Make a stale view's grad_fn anew, from its base as it is now."""
    meta = view._meta
    assert meta is not None and meta.base is not None and meta.replay is not None
    base = meta.base
    view._grad_fn, view._output_nr = None, 0
    parent = base._grad_fn or resolve(base)
    if parent is None:
        view._requires_grad = False
        return None
    from ..ops.slices import AS_STRIDED

    node = _new(AS_STRIDED.node_class)
    _set_up(node, (parent,), (base._output_nr,), view)
    values = {"self_shape": base._array.shape, "replay": meta.replay}
    node.saved, node.constants = (), tuple(values[name] for name in AS_STRIDED.constants)
    view._grad_fn = node
    return node


def _set_up(node: Node, parents: tuple[Any, ...], indices: tuple[int, ...], output: Tensor) -> None:
    node.sequence_nr = next_sequence_nr()
    node.next_nodes, node.next_indices = parents, indices
    node.shape, node.dtype = output._array.shape, output._array.dtype
    node.saved, node.versions, node.constants, node.extra = (), None, (), None


class CopySlices(Node):
    """The change of a view in place, seen from its base. Mirrors PyTorch's `CopySlices`."""

    __slots__ = ("function", "replay")

    custom = True
    function: Node
    replay: Callable[[Any], Any]

    def run(self, grad: Any, saved: Any, needs: tuple[bool, ...], task: Any) -> list[Any]:
        """Hand the changed part's gradient to the operation, and the rest, with its answer put in, to the base."""
        whole = grad.clone() if task.create_graph else np.array(grad)
        part = self._part(whole, task.create_graph)
        arrived = part.clone() if task.create_graph else part.copy()
        function = self.function
        kept: Any = function.saved
        if kept != ():
            kept = function.unpack_tensors() if task.create_graph else function.unpack()
        if function.joint is not None or function.custom:
            answers = list(task._joint(function, arrived, kept))
        else:
            answers = [
                rule(arrived, kept, function.constants, task.xp, None) if need else None
                for rule, need in zip(function.rules, needs, strict=False)
            ]
        self._put(whole, part, answers[0], task.create_graph)
        return [whole, *answers[1:]]

    def _part(self, whole: Any, create_graph: bool) -> Any:
        if not create_graph:
            return self.replay(whole)
        from ..ops.slices import as_view

        return as_view(whole, self.replay)

    def _put(self, whole: Any, part: Any, answer: Any, create_graph: bool) -> None:
        if create_graph:
            part.zero_() if answer is None else part.copy_(answer)
        else:
            part[...] = 0 if answer is None else answer

    def release(self) -> bool:
        """Free the saved tensors of the operation that changed the view."""
        return self.function.release()


def _copy_slices(base: Tensor, target: Tensor, function: Node) -> CopySlices:
    node = _new(CopySlices)
    parent = base._grad_fn or resolve(base)
    _set_up(node, (parent, *function.next_nodes[1:]), (base._output_nr, *function.next_indices[1:]), base)
    assert target._meta is not None and target._meta.replay is not None
    node.function, node.replay = function, target._meta.replay
    return node


def alias(tensor: Tensor) -> Tensor:
    """Return a tensor on the same memory, sharing the version, that autograd does not follow: `detach`."""
    made = make(tensor._array)
    made._counter = tensor.shared_counter()
    return made
