"""Random programs of views and changes in place, the same on either library.

An instruction is four numbers: which operation, which two tensors of a growing pool, and a parameter. After each
program every tensor's numbers, gradient, history and version are noted, then all is differentiated. What raises is
noted by the type of its error and by which of PyTorch's rules it speaks.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from tests.autograd.side_by_side import Notes, function, public_type
from tests.oracle import name_of, walk

Instruction = tuple[int, int, int, int]
Operation = Callable[[Any, Notes, Any, Any, int], Any]
ERRORS = (RuntimeError, IndexError, ValueError, TypeError, AttributeError, AssertionError)

RULES = (
    "modified by an inplace operation", "second time", "leaf variable", "returns multiple views", "no_grad mode",
    "created in inference mode", "Inplace update to inference tensor", "Inference tensors cannot be saved",
    "detached in-place", "does not require grad", "detach views", "scalar outputs",
)  # fmt: skip
# errors that say nothing of history: where both are due, PyTorch looks at the history first, and we at the shape
SHAPES = ("broadcast", "must match the", "at least a 1-dim", "with <= 2", "more than one element of the written-to")

VIEWS: dict[str, Operation] = {
    "select": lambda T, note, a, b, p: a[p % 2],
    "column": lambda T, note, a, b, p: a[..., p % 3],
    "slice": lambda T, note, a, b, p: a[p % 2 :],
    "t": lambda T, note, a, b, p: a.t(),
    "view": lambda T, note, a, b, p: a.view(-1),
    "unsqueeze": lambda T, note, a, b, p: a.unsqueeze(0),
    "expand": lambda T, note, a, b, p: a.expand(2, *a.shape),
    "view_as": lambda T, note, a, b, p: a.view_as(a),
    "split": lambda T, note, a, b, p: a.split(1),
    "unbind": lambda T, note, a, b, p: a.unbind(),
    "narrow": lambda T, note, a, b, p: a.narrow(0, p % 2, 1),
    "movedim": lambda T, note, a, b, p: a.movedim(0, -1),
    "squeeze": lambda T, note, a, b, p: a.squeeze(),
    "detach": lambda T, note, a, b, p: a.detach(),
    "data": lambda T, note, a, b, p: a.data,
}
CHANGES: dict[str, Operation] = {
    "mul_": lambda T, note, a, b, p: a.mul_(1.5),
    "add_": lambda T, note, a, b, p: a.add_(b.clone() if p % 2 else 1),
    "sin_": lambda T, note, a, b, p: a.sin_(),
    "zero_": lambda T, note, a, b, p: a.zero_(),
    "exp_": lambda T, note, a, b, p: a.exp_(),
    "copy_": lambda T, note, a, b, p: a.copy_(b.clone()),
    "times_": lambda T, note, a, b, p: a.mul_(b.clone()),
    "set": lambda T, note, a, b, p: a.__setitem__(p % 2, b.sum() if p % 2 else 0.5),
    "set all": lambda T, note, a, b, p: a.__setitem__(Ellipsis, b.clone()),
    "detach_": lambda T, note, a, b, p: a.detach_(),
    "squeeze_": lambda T, note, a, b, p: a.squeeze_(),
    "unsqueeze_": lambda T, note, a, b, p: a.unsqueeze_(0),
    "function_": lambda T, note, a, b, p: changing(T).apply(a),
    "requires_grad_": lambda T, note, a, b, p: a.requires_grad_(bool(p % 2)),
}
OTHERS: dict[str, Operation] = {
    "mul": lambda T, note, a, b, p: a * b,
    "add": lambda T, note, a, b, p: a + b,
    "square": lambda T, note, a, b, p: a * a,
    "sin": lambda T, note, a, b, p: a.sin(),
    "exp": lambda T, note, a, b, p: (a * 0.1).exp(),
    "sum": lambda T, note, a, b, p: a.sum(),
    "saving": lambda T, note, a, b, p: saving(T).apply(a),
    "viewing": lambda T, note, a, b, p: viewing(T).apply(a),
    "leaf": lambda T, note, a, b, p: a.detach().clone().requires_grad_(),
    "backward": lambda T, note, a, b, p: a.sum().backward(retain_graph=bool(p % 2)),
    "backward to": lambda T, note, a, b, p: a.sum().backward(inputs=[b], retain_graph=bool(p % 2)),
    "grad": lambda T, note, a, b, p: cloned(T.autograd.grad(a.sum(), b, retain_graph=p % 2 == 0, allow_unused=True)),
    "retain_grad": lambda T, note, a, b, p: of_own_history(a) and a.retain_grad(),
    "hook": lambda T, note, a, b, p: of_own_history(a) and hooked(note, a, 1 + p % 2),
    "post hook": lambda T, note, a, b, p: post_hooked(note, a),
    "both": lambda T, note, a, b, p: both_hooked(T, note, a, b, ("all", "any")[p % 2]),
    "node hook": lambda T, note, a, b, p: of_own_history(a) and node_hooked(note, a, p),
}


def without(mode: str, operation: Operation) -> Operation:
    """Return an operation carried out under `no_grad` or `inference_mode`."""

    def run(T: Any, note: Notes, a: Any, b: Any, p: int) -> Any:
        with getattr(T, mode)():
            return operation(T, note, a, b, p)

    return run


QUIET = ("select", "column", "t", "view", "split", "detach", "view_as", "expand", "mul_", "add_", "zero_", "copy_",
         "detach_", "set", "mul", "sum")  # fmt: skip
BASIC = {**VIEWS, **CHANGES, **OTHERS}
OPERATIONS: dict[str, Operation] = {
    **BASIC,
    **{f"no_grad {name}": without("no_grad", BASIC[name]) for name in QUIET},
    **{f"inference_mode {name}": without("inference_mode", BASIC[name]) for name in QUIET},
}
NAMES = tuple(OPERATIONS)


def changing(T: Any) -> Any:
    """Return a Function that changes its input."""
    return function(T, lambda ctx, x: ctx.mark_dirty(x) or x.mul_(2), lambda ctx, grad: grad * 2)


def saving(T: Any) -> Any:
    """Return a Function that saves its input."""
    return function(
        T, lambda ctx, x: ctx.save_for_backward(x) or x * x, lambda ctx, grad: grad * 2 * ctx.saved_tensors[0]
    )


def viewing(T: Any) -> Any:
    """Return a Function that gives a view of its input."""
    return function(T, lambda ctx, x: x.view_as(x), lambda ctx, grad: grad * 3)


def cloned(gradients: Sequence[Any]) -> Any:
    return None if gradients[0] is None else gradients[0].clone()


def of_own_history(a: Any) -> bool:
    """Return whether hooks may be put: PyTorch crashes for a view that was made without recording."""
    return not (a._is_view() and a.is_leaf)


def hooked(note: Notes, a: Any, factor: int) -> None:
    a.register_hook(lambda grad: note("hook", grad.tolist()) or (None if factor == 1 else grad * factor))


def post_hooked(note: Notes, a: Any) -> None:
    a.register_post_accumulate_grad_hook(lambda leaf: note("post", value(leaf.grad)))


def both_hooked(T: Any, note: Notes, a: Any, b: Any, mode: str) -> None:
    def hook(grads: Any) -> None:
        note(mode, [value(each) for each in grads] if isinstance(grads, (list, tuple)) else value(grads))

    T.autograd.graph.register_multi_grad_hook([a, b], hook, mode=mode)


def node_hooked(note: Notes, a: Any, p: int) -> None:
    node = a.grad_fn
    if node is not None and p % 2:
        node.register_hook(lambda inputs, outputs: note("after", [value(each) for each in inputs]))
    elif node is not None:
        node.register_prehook(lambda grads: note("before", [value(each) for each in grads]))


def run(T: Any, note: Notes, code: Sequence[Instruction]) -> None:
    """Run a program and note everything."""
    pool, leaves = start(T)
    for which, first, second, parameter in code:
        a, b = pool[first % len(pool)], pool[second % len(pool)]
        name = NAMES[which % len(NAMES)]
        known = has_history(a) and has_history(b) and not (0 in a.stride() or a.is_inference() or b.is_inference())
        try:
            made = OPERATIONS[name](T, note, a, b, parameter)
        except ERRORS as error:
            note("refused", name, kind(error) if known else None)
            if kind(error) == "shape" or not known:  # history and shape are looked at in one order or the other
                return
            continue
        if isinstance(made, (list, tuple)):
            pool.extend(made)
        elif hasattr(type(made), "grad_fn") and made.numel() <= 60 and not any(made is each for each in pool):
            pool.append(made)
    note([state(each) for each in pool])
    differentiate(T, note, pool)
    note([value(each.grad) for each in leaves])


def has_history(tensor: Any) -> bool:
    """Ask for a view's history, which PyTorch renews then; return whether it could be renewed."""
    with contextlib.suppress(RuntimeError):
        return tensor.grad_fn is not tensor
    return False


def start(T: Any) -> tuple[list[Any], list[Any]]:
    """Return the pool that a program starts with, and its leaves."""
    numbers = ([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [0.5, 1.5, 2.5], 2.0)
    leaves = [T.tensor(each, dtype=T.float64, requires_grad=True) for each in numbers]
    constant = T.tensor([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], dtype=T.float64)
    return [*leaves, constant, leaves[0] * 1, leaves[1] * 2], leaves


def kind(error: Exception) -> Any:
    """Return the type of an error and the rules it speaks of; errors of shapes are all alike."""
    text = str(error)
    if any(phrase in text for phrase in SHAPES) or isinstance(error, IndexError):
        return "shape"
    if "INTERNAL ASSERT" in text:
        return "internal"
    return [public_type(error), [rule for rule in RULES if rule.lower() in text.lower()]]


def state(each: Any) -> Any:
    """Return a tensor's numbers, gradient, history and version."""
    try:
        node = None if each.grad_fn is None else name_of(each.grad_fn)
        grad = each.grad if each.is_leaf or each.retains_grad else None
        flags = [each.requires_grad, each.is_leaf, each._is_view(), each.output_nr]
    except RuntimeError as error:
        return [each.detach().tolist(), kind(error)]
    version = each._version if each._is_view() and each.requires_grad else None
    return [each.detach().tolist(), node, value(grad), flags, version]


def differentiate(T: Any, note: Notes, pool: Sequence[Any]) -> None:
    """Differentiate the sum of everything, and note in which order the nodes run."""
    usable = [each for each in pool if not each.is_inference() and grows_a_graph(each)]
    total = sum((each.sum() * (1 + place % 3) for place, each in enumerate(usable)), T.zeros((), dtype=T.float64))
    order: list[str] = []
    for node in walk(total):
        node.register_prehook(noting(order, name_of(node)))
    try:
        if total.requires_grad:
            total.backward(retain_graph=True)
    except ERRORS as error:
        note("failed", kind(error))
    note(order)


def noting(order: list[str], name: str) -> Callable[[Any], None]:
    return lambda grads: order.append(name)


def grows_a_graph(tensor: Any) -> bool:
    """Return whether a tensor can still be used: a view whose base was changed in a forbidden way can not."""
    with contextlib.suppress(RuntimeError):
        return bool((tensor * 1).sum().numel())
    return False


def value(tensor: Any) -> Any:
    """Return a tensor's numbers."""
    return None if tensor is None else tensor.detach().tolist()
