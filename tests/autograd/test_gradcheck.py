"""`gradcheck` and `gradgradcheck` find what is wrong and pass what is right."""

import pytest

import autograd_viz as ag
from tests.autograd.side_by_side import function, leaf, same

pytestmark = pytest.mark.torch


def wrong(T, factor=3.0):
    """Return a function that doubles and claims to triple."""
    return function(T, lambda ctx, a: a * 2, lambda ctx, grad: grad * factor, "Wrong")


@pytest.mark.parametrize("fast_mode", [False, True])
def test_what_is_right_passes(fast_mode):
    def program(T, note):
        check, again = T.autograd.gradcheck, T.autograd.gradgradcheck
        x, y = leaf(T, (0.5, 1.5, -0.5), "float64"), leaf(T, (0.2, 0.3, 0.4), "float64")
        for func, inputs in (
            (lambda x: x.exp() * x, x),
            (lambda x, y: (x * y, x.sin().sum()), (x, y)),
            (lambda x, k: x**k, (y, 3)),
            (lambda x, y: (x * y, T.ones(2)), (x, y)),
            (lambda x: x.split(1), x),
        ):
            note(check(func, inputs, fast_mode=fast_mode))
            note(again(func, inputs, fast_mode=fast_mode))
        note(again(lambda x: x * x, x, gen_non_contig_grad_outputs=True, fast_mode=fast_mode))
        note(again(lambda x: x * x, x, T.ones(3, dtype=T.float64, requires_grad=True), fast_mode=fast_mode))

    same(program)


@pytest.mark.parametrize("fast_mode", [False, True])
def test_a_wrong_gradient_is_shown_beside_the_right_one(fast_mode):
    def program(T, note):
        x = leaf(T, (0.5, 1.5), "float64")
        note.error("Jacobian mismatch for output 0 with respect to input 0,\nnumerical:",
                   lambda: T.autograd.gradcheck(wrong(T).apply, x, fast_mode=fast_mode))  # fmt: skip
        note(T.autograd.gradcheck(wrong(T).apply, x, raise_exception=False, fast_mode=fast_mode))
        note(T.autograd.gradcheck(wrong(T, 2.0 + 1e-4).apply, x, fast_mode=fast_mode))
        pair = (x, x.detach().clone().requires_grad_())
        note.error("Jacobian mismatch for output 1 with respect to input 1",
                   lambda: T.autograd.gradcheck(lambda a, b: (a * b, wrong(T).apply(b)), pair,
                                                fast_mode=fast_mode))  # fmt: skip

    same(program)


def test_messages_of_fast_mode_repeat_the_check_slowly():
    def program(T, note):
        x = leaf(T, (0.5, 1.5), "float64")
        for phrase in ("computed", "in slow mode:\n\nNumerical:", "The max per-element difference (slow mode) is: "):
            note.error(phrase, lambda: T.autograd.gradcheck(wrong(T).apply, x, fast_mode=True))

    same(program)


def test_a_wrong_second_gradient_is_found():
    def program(T, note):
        def backward(ctx, grad):
            (a,) = ctx.saved_tensors
            return grad * 2 * a.detach()

        def forward(ctx, a):
            ctx.save_for_backward(a)
            return a * a

        mine = function(T, forward, backward)
        x = leaf(T, (0.5, 1.5), "float64")
        note(T.autograd.gradcheck(mine.apply, x))
        note.error("Jacobian mismatch", lambda: T.autograd.gradgradcheck(mine.apply, x))

    same(program)


def test_other_things_that_are_refused():
    def program(T, note):
        check = T.autograd.gradcheck
        x = leaf(T, (0.5, 1.5), "float64")
        note.error("gradcheck expects at least one input tensor to require gradient", lambda: check(T.sin, x.detach()))
        note.warning("is not a double precision floating point",
                     lambda: check(lambda x: x * 2, leaf(T), atol=1, raise_exception=False))  # fmt: skip
        note.error("has a dimension with stride 0",
                   lambda: check(T.sin, T.ones(1, dtype=T.float64).expand(3).requires_grad_()))  # fmt: skip
        note.error("Numerical gradient for function expected to be zero", lambda: check(lambda x: x.detach() * 2, x))
        note(check(lambda x: T.ones(2), x))
        calls = [0]

        def random_backward(ctx, grad):
            calls[0] += 1
            return grad * 2 + calls[0] * 1e-7

        unsteady = function(T, lambda ctx, a: a * 2, random_backward)
        note.error("Backward is not reentrant", lambda: check(unsteady.apply, x))
        note(check(unsteady.apply, x, nondet_tol=1e-3, check_undefined_grad=False, raise_exception=False))
        constant = function(T, lambda ctx, a: a * 0, lambda ctx, grad: grad * 0 + 1e-9)
        note.error("backward not multiplied by grad_output", lambda: check(constant.apply, x))

        def undefined(ctx, a):
            ctx.set_materialize_grads(False)
            return a * 2

        def careless(ctx, grad):
            if grad is None:
                raise RuntimeError("nothing arrived")
            return grad * 2

        note.error("Expected backward function to handle undefined output grads",
                   lambda: check(function(T, undefined, careless).apply, x))  # fmt: skip

    same(program)


def test_what_needs_forward_mode_or_vmap_is_refused():
    x = leaf(ag, (0.5,), "float64")
    for option in ("check_forward_ad", "check_batched_grad", "check_batched_forward_grad"):
        with pytest.raises(NotImplementedError, match="no forward mode and no vmap"):
            ag.autograd.gradcheck(ag.sin, x, **{option: True})
