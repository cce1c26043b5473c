"""Random programs: thirty instructions on a growing pool of tensors, the same on either library.

An instruction is four numbers: which operation, which two operands, and a parameter. Whatever raises is noted by the
type of its error and passed over, so that programs also go through what is refused.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tests.autograd.side_by_side import Notes, public_type
from tests.oracle import name_of, walk

Instruction = tuple[int, int, int, int]
START = ((2, 3), (3,), (2, 1), ())
ERRORS = (RuntimeError, IndexError, ValueError, TypeError)


def _in_place(name: str, *operands: Any) -> Callable[..., Any]:
    """Return an in-place operation: with the second operand copied, as memory may overlap, or with a number."""

    def run(T: Any, a: Any, b: Any, p: int) -> None:
        given = operands or (b.clone(),)
        _touch(a)
        getattr(a, name)(*[each for each in given if each is not None])

    return run


def _laid_out(T: Any, a: Any) -> Any:
    """Return a copy in row-major order: NumPy lays results of operands in different orders out in its own way."""
    return a.clone(memory_format=T.contiguous_format)


def _split(T: Any, a: Any, b: Any, p: int) -> Any:
    return a.split(1 + p % 2, dim=p % max(a.dim(), 1)) if a.dim() else a.unbind()


def _write(T: Any, a: Any, b: Any, p: int) -> None:
    _touch(a)
    a[p % max(len(a), 1)] = b.sum() if p % 2 else 0.5


def _hooked(T: Any, a: Any, b: Any, p: int) -> None:
    if not (a._is_view() and a.is_leaf):  # PyTorch crashes for a view that was made without recording
        a.register_hook(lambda grad: grad * (1 + p % 3))


def _without_recording(T: Any, a: Any, b: Any, p: int) -> Any:
    with T.no_grad():
        return a * b if p % 2 else a[:1]


def _changed_without_recording(T: Any, a: Any, b: Any, p: int) -> None:
    with T.no_grad():
        a.mul_(0.5)


def _node_hooked(T: Any, a: Any, b: Any, p: int) -> None:
    """Double what goes into a node, or halve what comes out."""
    node = a.grad_fn
    if node is None:
        return
    if p % 2:
        node.register_prehook(lambda grads: tuple(None if grad is None else grad * 2 for grad in grads))
    else:
        node.register_hook(lambda inputs, outputs: tuple(None if grad is None else grad / 2 for grad in inputs))


def _function(T: Any, a: Any, b: Any, p: int) -> Any:
    """Apply a function of the user's own: of two outputs, one that changes its input, or one that returns it."""
    return FUNCTIONS[p % len(FUNCTIONS)](T).apply(a)


def _two_outputs(T: Any) -> Any:
    class TwoOutputs(T.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x * 2, x * x

        @staticmethod
        def backward(ctx: Any, first: Any, second: Any) -> Any:
            (x,) = ctx.saved_tensors
            return first * 2 + second * 2 * x

    return TwoOutputs


def _changes_its_input(T: Any) -> Any:
    class ChangesItsInput(T.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.mark_dirty(x)
            return x.mul_(0.5)

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return grad * 0.5

    return ChangesItsInput


def _returns_its_input(T: Any) -> Any:
    class ReturnsItsInput(T.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return grad * 3

    return ReturnsItsInput


FUNCTIONS = (_two_outputs, _changes_its_input, _returns_its_input)


def _changed(T: Any, a: Any, b: Any, p: int) -> None:
    """Apply a function that changes its input; `a` may be a view whose history must be up to date."""
    _touch(a)
    _changes_its_input(T).apply(a)


def _recomputed(T: Any, a: Any, b: Any, p: int) -> Any:
    return T.utils.checkpoint.checkpoint(lambda x: (x * x).sin(), a, use_reentrant=False)


def _packed(T: Any, a: Any, b: Any, p: int) -> Any:
    """Save tensors packed."""
    with T.autograd.graph.saved_tensors_hooks(lambda x: x.detach().clone(), lambda x: x * 1):
        return a * b if p % 2 else a.exp().clamp(max=3)


def _ran_already(T: Any, a: Any, b: Any, p: int) -> Any:
    """Differentiate within the program, and go on with the gradient."""
    (grad,) = T.autograd.grad((a * a).sum(), a, create_graph=bool(p % 2))
    return grad


def _let_go(T: Any, a: Any, b: Any, p: int) -> Any:
    """Detach a tensor in place that nothing else has used yet."""
    made = a * 2
    made.detach_()
    return made


OPERATIONS: tuple[Callable[..., Any], ...] = (
    lambda T, a, b, p: a + b,
    lambda T, a, b, p: a * b,
    lambda T, a, b, p: a - b,
    lambda T, a, b, p: a * (p % 5 - 2),
    lambda T, a, b, p: a + 0.25,
    lambda T, a, b, p: a / (2 + b.sin()),
    lambda T, a, b, p: a.sin(),
    lambda T, a, b, p: a.tanh(),
    lambda T, a, b, p: a.sigmoid(),
    lambda T, a, b, p: (-a.abs()).exp(),
    lambda T, a, b, p: a.relu(),
    lambda T, a, b, p: a.clamp(-1, 1),
    lambda T, a, b, p: a.pow(2),
    lambda T, a, b, p: a.sum(p % max(a.dim(), 1), keepdim=bool(p % 2)),
    lambda T, a, b, p: a.mean(),
    lambda T, a, b, p: T.where(a > b, a, b),
    lambda T, a, b, p: T.maximum(a, b),
    lambda T, a, b, p: T.cat([a, b]),
    lambda T, a, b, p: T.stack([a, b, a]),
    lambda T, a, b, p: a @ b,
    lambda T, a, b, p: _laid_out(T, a.t()),
    lambda T, a, b, p: a.reshape(-1),
    lambda T, a, b, p: a.view(-1, 1),
    lambda T, a, b, p: a[p % 3 :],
    lambda T, a, b, p: a[..., p % 2],
    lambda T, a, b, p: a.unsqueeze(p % 2),
    lambda T, a, b, p: _laid_out(T, a.expand(2, *a.shape)),
    lambda T, a, b, p: a.clone(),
    lambda T, a, b, p: a.detach(),
    lambda T, a, b, p: a.cos() * b,
    lambda T, a, b, p: a * a + b * b,
    lambda T, a, b, p: a.logsumexp(-1) if a.dim() else a,
    lambda T, a, b, p: a[..., None] * b,
    lambda T, a, b, p: _laid_out(T, a.transpose(0, -1)),
    lambda T, a, b, p: a.log1p().sqrt() if p % 7 == 0 else (a * a + 1).log().sqrt(),
    _split,
    _write,
    _hooked,
    _without_recording,
    _changed_without_recording,
    lambda T, a, b, p: a.retain_grad(),
    _in_place("mul_", 1.5),
    _in_place("sin_", None),
    _in_place("zero_", None),
    _in_place("add_"),
    _in_place("mul_"),
    _in_place("copy_"),
    _node_hooked,
    lambda T, a, b, p: _function(T, a, b, 2 * p),
    _changed,
    _recomputed,
    _packed,
    _ran_already,
    _let_go,
    lambda T, a, b, p: a.float().double(),
    lambda T, a, b, p: a.narrow(0, p % 2, 1),
    lambda T, a, b, p: a.cumsum(-1),
    lambda T, a, b, p: a.softmax(-1),
    lambda T, a, b, p: a.var(-1, correction=0, keepdim=True) if p % 2 else a.max(-1).values,
    lambda T, a, b, p: a[[0, 0]],
    lambda T, a, b, p: a.prod(-1) if a.dim() else a,
)


def run(T: Any, note: Notes, code: Sequence[Instruction]) -> None:
    """Run a program and note its values, the gradients of everything, and the order in which nodes ran."""
    pool, leaves = _leaves(T)
    for which, first, second, parameter in code:
        a, b = pool[first % len(pool)], pool[second % len(pool)]
        try:
            made = OPERATIONS[which % len(OPERATIONS)](T, a, b, parameter)
        except ERRORS as error:
            note("refused", which % len(OPERATIONS), public_type(error))
            _touch(a, b)
            continue
        pool.extend(made if isinstance(made, (list, tuple)) else [] if made is None else [made])
    usable = [each for each in pool if _grows_a_graph(each)]
    note([_value(each) for each in usable], len(pool))
    total = sum((each.sum() * (1 + place % 3) for place, each in enumerate(usable)), T.zeros((), dtype=T.float64))
    if not total.requires_grad:
        return
    order: list[str] = []
    for node in walk(total):
        node.register_prehook(_noting(order, name_of(node)))
    try:
        gradients = T.autograd.grad(total, leaves, create_graph=True, allow_unused=True)
        note(list(order), [_value(each) for each in gradients])
        order.clear()
        total.backward(retain_graph=True)
        note(list(order), [_value(each.grad) for each in leaves], [_value(_kept(each)) for each in pool])
        second = sum((each.sum() ** 2 for each in gradients if each is not None), T.zeros((), dtype=T.float64))
        if second.requires_grad:
            note([_value(each) for each in T.autograd.grad(second, leaves, materialize_grads=True)])
    except ERRORS as error:
        note(list(order), "failed", public_type(error), "modified by an inplace operation" in str(error))


def _noting(order: list[str], name: str) -> Callable[[Any], None]:
    return lambda grads: order.append(name)


def _leaves(T: Any) -> tuple[list[Any], list[Any]]:
    random = np.random.default_rng(0)
    leaves = [T.tensor(random.normal(size=shape).tolist(), dtype=T.float64, requires_grad=True) for shape in START]
    constant = T.tensor(random.normal(size=(2, 3)).tolist(), dtype=T.float64)
    return [*leaves, constant, *(each * 1 for each in leaves)], leaves


def _touch(*tensors: Any) -> None:
    """Ask for histories, which views of a changed base then renew.

    PyTorch does so before an operation that fails, and takes a view that has not renewed its own yet for a leaf.
    """
    for each in tensors:
        with contextlib.suppress(RuntimeError):
            assert each.grad_fn is not each


def _grows_a_graph(tensor: Any) -> bool:
    """Return whether a tensor can still be used: a view whose base was changed in a forbidden way can not."""
    with contextlib.suppress(RuntimeError):
        return bool((tensor * 1).sum().numel())
    return False


def _kept(tensor: Any) -> Any:
    try:
        return tensor.grad if tensor.is_leaf or tensor.retains_grad else None
    except RuntimeError:
        return None


def _value(tensor: Any) -> Any:
    return None if tensor is None else tensor.detach().tolist()
