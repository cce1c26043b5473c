"""Views and in-place changes: who shares memory with whom, and how history follows a change.

Note [Views and history]
A view knows its base and how to be made from it again (`replay`, a function on arrays). Changing a view in place
changes the base, so the base's history continues through a `CopySlices` node, and every view of that base gets a
`grad_fn` of its own anew, from the base: the changed view at once, the others when they are next asked for (their
`_grad_fn` is STALE until then, the one they had waits in `former`). Mirrors PyTorch's `VariableTypeUtils.h`,
`variable.cpp` and `CopySlices`.

Note [Whose requires_grad]
A view of a tensor that requires grad says so too, even where recording was off when it was made; it then has no
`grad_fn`, and nothing flows through it. `Meta.inherits` marks such views.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from ..tensor import STALE, Tensor, _new, make, resolve
from .copy_slices import copy_slices, set_up
from .node import Node
from .overlap import check_repeats
from .state import local

__all__ = [
    "INFERENCE",
    "IN_FUNCTION",
    "MULTI_OUTPUT",
    "alias",
    "alias_view",
    "check_changed",
    "check_inplace",
    "mark_view",
    "note_change",
    "note_requires_grad",
    "rebase",
    "regenerate",
    "remember",
]

MULTI_OUTPUT, IN_FUNCTION, NO_GRAD, INFERENCE = "multi_output", "in_function", "no_grad", "inference"

# PyTorch lets these write to elements that share memory: most set them all alike, so that it does no harm; another
# shape writes nothing
MAY_OVERLAP = ("zero", "fill", "masked_fill", "index_fill", "index_put", "shape")

_REMEDIES = {
    MULTI_OUTPUT: (
        " This view is the output of a function that returns multiple views. Such functions do not allow the output "
        "views to be modified inplace. You should replace the inplace operation by an out-of-place one."
    ),
    IN_FUNCTION: (
        " This view was created inside a custom Function (or because an input was returned as-is) and the autograd "
        "logic to handle view+inplace would override the custom backward associated with the custom Function, leading "
        "to incorrect gradients. This behavior is forbidden. You can fix this by cloning the output of the custom "
        "Function."
    ),
}
_AMBIGUOUS = (
    " Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both "
    "the view and the inplace either both inside the {mode} block (if you don't want the inplace to be tracked) or "
    "both outside (if you want the inplace to be tracked)."
)


def mark_view(view: Tensor, source: Tensor, made: Any, values: list[Any], number: int | None) -> None:
    """Note that `view` shows memory of `source`: they share base and version from now on."""
    parent = source._meta
    before = parent.replay if parent is not None and parent.base is not None else None
    relate(view, source, _replay(before, made, values, number), MULTI_OUTPUT if number is not None else None)


def relate(view: Tensor, source: Tensor, replay: Callable[[Any], Any], creation: str | None) -> None:
    """Make `view` a view of the base of `source`; `creation` says why it may not be changed in place, if so."""
    parent = source._meta
    view._counter = source.shared_counter()
    if parent is not None and parent.inference:  # views of inference tensors are inference tensors and nothing more
        view.meta().inference = True
        return
    base = source if parent is None or parent.base is None else parent.base
    meta = view.meta()
    meta.base, meta.replay, meta.inference = base, replay, False
    meta.version = view._counter[0]
    if local.inference or (parent is not None and parent.creation == INFERENCE):
        creation = INFERENCE
    elif not local.grad_enabled:
        creation = NO_GRAD
    elif creation is None and parent is not None:
        creation = parent.creation
    meta.creation = creation
    if view._grad_fn is None and base._requires_grad:
        view._requires_grad = meta.inherits = True
    remember(base, view)


def remember(base: Tensor, view: Tensor) -> None:
    """Let a base know its view, weakly."""
    meta = base._meta or base.meta()
    views = meta.views
    if views is None:
        views = meta.views = []
        counter = base.shared_counter()
        if len(counter) > 1:
            counter[1:] = [other for other in counter[1:] if other() is not None]
        counter.insert(1, weakref.ref(base))
    elif (count := len(views)) >= 8 and count & (count - 1) == 0:  # at each power of two: forget those that are gone
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


def alias(tensor: Tensor) -> Tensor:
    """Return a tensor on the same memory, sharing the version, that autograd does not follow: `detach`."""
    made = make(tensor._array)
    made._counter = tensor.shared_counter()
    return made


def alias_view(tensor: Tensor, creation: str | None) -> Tensor:
    """Return a view of the whole tensor, that autograd does not follow yet."""
    made = make(tensor._array)
    parent = tensor._meta
    before = parent.replay if parent is not None and parent.base is not None else None
    relate(made, tensor, before or _same, creation)
    made._requires_grad = False
    made.meta().inherits = False
    return made


def _same(array: Any) -> Any:
    return array


# changes in place


def check_inplace(target: Tensor, tracked: bool, name: str = "") -> None:
    """Raise PyTorch's error where `target` may not be changed in place by the operation `name`.

    Raises
    ------
    RuntimeError
        For tensors whose elements share memory, when the operation writes to them; and, when the change would be
        recorded, for leaves that require grad, views of such leaves, outputs of multi-view functions and views made
        without recording.
    """
    if tracked:
        check_view(target)
        if target._requires_grad and target.grad_fn is None:
            raise RuntimeError(
                "a leaf Variable that requires grad is being used in an in-place operation. Change it inside "
                "torch.no_grad(), or compute a new tensor from it."
            )
    if name not in MAY_OVERLAP:
        check_repeats(target._array)
    if local.before_change is not None:
        local.before_change(target)


def check_changed(target: Tensor) -> None:
    """Raise PyTorch's error for an inference tensor that was changed outside inference mode.

    It comes, as in PyTorch, after the memory was written: what cannot be done is to count the version.
    """
    meta = target._meta
    if meta is not None and meta.inference and not local.inference:
        raise RuntimeError(
            "Inplace update to inference tensor outside InferenceMode is not allowed. You can make a clone to get a "
            "normal tensor before doing inplace update."
        )


def check_view(target: Tensor) -> None:
    """Raise PyTorch's error where a recorded change of `target` is forbidden because it is a view.

    Raises
    ------
    RuntimeError
        For views of leaves that require grad, outputs of multi-view functions and views made without recording.
    """
    meta = target._meta
    if meta is None or meta.base is None:
        return
    if meta.creation is not None:
        raise RuntimeError(_view_error(target, meta, "is being"))
    if target._requires_grad and meta.base.grad_fn is None:
        raise RuntimeError("a view of a leaf Variable that requires grad is being used in an in-place operation.")


def _view_error(view: Tensor, meta: Any, what: str) -> str:
    """Word PyTorch's error for a view that may not be changed, or whose base may not."""
    node, creation = view._grad_fn or meta.former, meta.creation
    output = "" if not node else f"Output {view._output_nr} of {node.function_name()} is a view"
    mode = "inference_mode" if creation == INFERENCE else "no_grad"
    if node and creation in (MULTI_OUTPUT, IN_FUNCTION):
        text = f"{output} and {what} modified inplace."
    else:
        start = f"{output} of a view which was created in" if node else "A view was created in"
        where = "in normal mode" if creation == INFERENCE else "with grad mode enabled"
        spoken = "inference mode" if creation == INFERENCE else "no_grad mode"
        text = f"{start} {spoken} and {what} modified inplace {where}."
    return text + _REMEDIES.get(creation, _AMBIGUOUS.format(mode=mode))


def note_change(tensor: Tensor) -> None:
    """Note that a tensor's memory was changed: views of it must look at their base anew.

    The change may have come through a detached tensor: all that share memory share the counter, which knows the bases.
    """
    for reference in () if tensor._counter is None else tensor._counter[1:]:
        base = reference()
        if base is not None:
            _outdate_views(base)


def note_requires_grad(tensor: Tensor) -> None:
    """Let a leaf's views follow its `requires_grad`, which was just set. See Note [Whose requires_grad]."""
    own = tensor._meta
    assert own is not None
    if own.base is not None:
        own.inherits = not tensor._requires_grad and own.base._requires_grad
        tensor._requires_grad = tensor._requires_grad or own.inherits
    for view in _living(tensor):
        meta = view._meta
        if tensor._requires_grad:
            if not view._requires_grad:
                view._requires_grad = meta.inherits = True
            if meta.version != view._counter[0]:
                _outdate(view)
        elif meta.inherits or (view._grad_fn is STALE and meta.former is None):
            view._requires_grad = meta.inherits = False
            view._grad_fn = None


def _living(base: Tensor) -> list[Any]:
    if base._meta is None or base._meta.views is None:
        return []
    return [view for view in (reference() for reference in base._meta.views) if view is not None]


def _outdate_views(base: Tensor) -> None:
    """Let a base's views find their history anew, where they have one."""
    for view in _living(base):
        if base._requires_grad or view._grad_fn:
            _outdate(view)


def _outdate(view: Any) -> None:
    if view._grad_fn is not STALE:
        view._meta.former = view._grad_fn
        view._grad_fn = STALE
    view._requires_grad = True


def rebase(target: Tensor, node: Node, number: int = 0) -> None:
    """Let the history of a tensor that `node` has just changed in place go on from there."""
    meta = target._meta
    if meta is None or meta.base is None:
        _continue_from(target, node, number)
        if meta is not None and meta.views is not None:
            _outdate_views(target)
        return
    if len(node.output_infos()) != 1:
        raise RuntimeError("Functions which modify views in-place must return a single Variable")
    base = meta.base
    _continue_from(base, copy_slices(base, target, node), 0)
    _outdate_views(base)
    regenerate(target)
    for position in node.output_positions if node.saved else ():
        result = node.saved[position]  # type: ignore[index]
        if isinstance(result, Tensor):  # its history goes through the base, not through the operation alone
            result.meta().maker = weakref.ref(target._grad_fn)


def _continue_from(tensor: Tensor, node: Node, number: int) -> None:
    """Give a tensor a new grad_fn. Hooks stay with the old one; `retain_grad` moves on."""
    old, old_number = tensor._grad_fn, tensor._output_nr
    tensor._grad_fn, tensor._output_nr, tensor._requires_grad = node, number, True
    _move_retained(old, old_number, node, number)


def _move_retained(old: Any, old_number: int, node: Node, number: int) -> None:
    if old and old.extra is not None and old.extra.retains_grad:
        reference = old.extra.retains_grad.pop(old_number, None)
        if reference is not None:
            extra = node.extras()
            extra.retains_grad = {number: reference}


def regenerate(view: Tensor) -> Node | None:
    """Make a stale view's grad_fn anew, from its base as it is now.

    Raises
    ------
    RuntimeError
        When the view is of a kind whose base may not be changed: one of several outputs, or made without recording.
    """
    meta = view._meta
    assert meta is not None and meta.base is not None and meta.replay is not None and view._counter is not None
    base, former, former_number = meta.base, meta.former, view._output_nr
    if meta.creation is not None:
        raise RuntimeError(_view_error(view, meta, "its base or another view of its base has been"))
    from ..ops.slices import AS_STRIDED

    node = _new(AS_STRIDED.node_class)
    set_up(node, (base._grad_fn or resolve(base),), (base._output_nr,), view)
    values = {"self_shape": base._array.shape, "self_strides": base._array.strides, "replay": meta.replay}
    node.saved, node.constants = (), tuple(values[name] for name in AS_STRIDED.constants)
    view._grad_fn, view._output_nr, view._requires_grad = node, 0, True
    meta.version, meta.former, meta.inherits = view._counter[0], None, False
    _move_retained(former, former_number, node, 0)
    return node
