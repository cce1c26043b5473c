"""`autograd.Function`: operations that users write."""

import gc
import weakref

import pytest

import autograd_viz as ag
from tests.autograd.side_by_side import edges, function, leaf, on_both, same

pytestmark = pytest.mark.torch

VIEW = "This view was created inside a custom Function (or because an input was returned as-is)"


def times(ctx, a, b, c=2):
    ctx.save_for_backward(a, b)
    return a * b


def times_backward(ctx, grad):
    a, b = ctx.saved_tensors
    return grad * b, grad * a


def test_forward_and_backward():
    def program(T, note):
        def forward(ctx, a, b):
            note("forward", ctx.needs_input_grad, T.is_grad_enabled(), a.requires_grad)
            return times(ctx, a, b)

        def backward(ctx, grad):
            note("backward", ctx.needs_input_grad, T.is_grad_enabled(), grad)
            return times_backward(ctx, grad)

        mine = function(T, forward, backward, "Times")
        x, w = leaf(T), leaf(T, (4.0, 5.0, 6.0))
        y = mine.apply(x, w)
        node = y.grad_fn
        note(y, node, edges(node), node.saved_tensors, node.needs_input_grad)
        note(mine.apply(x, T.ones(3)).grad_fn.needs_input_grad)
        y.sum().backward()
        note(x.grad, w.grad)
        note.error("Trying to backward through the graph a second time", y.sum().backward)
        note.error("Trying to backward through the graph a second time", lambda: node.saved_tensors)
        with T.no_grad():
            note(mine.apply(x, w))
        note(T.autograd.grad(mine.apply(x, w).sum(), w))

    same(program)


def test_arguments_that_are_no_tensors():
    def program(T, note):
        mine = function(T, lambda ctx, a, k, *rest: a * k + len(rest), lambda ctx, grad: (grad * 3, None, None, None))
        x = leaf(T)
        y = mine.apply(x, 3.0, "text", x)
        note(y, edges(y.grad_fn))
        y.sum().backward()
        note(x.grad)
        wrong = function(T, lambda ctx, a, k: a * k, lambda ctx, grad: (grad, grad))
        note.error("returned a gradient different than None at position 2", wrong.apply(x, 2.0).sum().backward)

    same(program)


def test_what_backward_may_return():
    def program(T, note):
        for returned in (lambda g: (g, None), lambda g: (g, g, None, None), lambda g: (None, None),
                         lambda g: (g.double(), g), lambda g: (g.expand(4, 3), g)):  # fmt: skip
            mine = function(T, lambda ctx, a, b: a * b, lambda ctx, grad, returned=returned: returned(grad))
            x, w = leaf(T), leaf(T)
            mine.apply(x, w).sum().backward()
            note(x.grad, w.grad)

    same(program)


def test_several_outputs():
    def program(T, note):
        def backward(ctx, *grads):
            note(grads)
            return grads[0] + 2 * grads[1]

        mine = function(T, lambda ctx, a: (a * 1, a * 2), backward)
        x = leaf(T)
        one, two = mine.apply(x)
        note(one, two, one.output_nr, two.output_nr, len(one.grad_fn._input_metadata))
        two.sum().backward()
        note(x.grad)

    same(program)


def test_outputs_without_a_gradient_give_none_where_zeros_are_not_wanted():
    def program(T, note):
        def forward(ctx, a):
            ctx.set_materialize_grads(False)
            return a * 1, a * 2

        mine = function(T, forward, lambda ctx, *grads: (note(grads), grads[1])[1])
        x = leaf(T)
        mine.apply(x)[1].sum().backward()
        note(x.grad)

    same(program)


def test_outputs_that_carry_no_gradient():
    def program(T, note):
        def forward(ctx, a):
            mask, double = a > 1, a * 2
            ctx.mark_non_differentiable(mask, double)
            return a * 1, mask, double, 3, "text", a.long()

        mine = function(T, forward, lambda ctx, *grads: (note(grads), grads[0])[1])
        x = leaf(T)
        outputs = mine.apply(x)
        note(outputs)
        outputs[0].sum().backward()
        note(x.grad)

    same(program)


def test_an_output_that_is_a_list_is_handed_on_as_it_is():
    def program(T, note):
        mine = function(T, lambda ctx, a: [a * 2], lambda ctx, grad: grad)
        note(mine.apply(leaf(T)))

    same(program)


def test_an_input_returned_as_it_is_becomes_a_view_of_itself():
    def program(T, note):
        mine = function(T, lambda ctx, a: a, lambda ctx, grad: grad * 2)
        x = leaf(T)
        c = x * 1
        y = mine.apply(c)
        note(y is c, y, y._is_view(), y._base is c)
        note.error(VIEW, lambda: y.add_(1))
        z = mine.apply(x)
        note(z is x, z.is_leaf)
        note.error(VIEW, lambda: z.add_(1))
        (y.sum() + z.sum()).backward()
        note(x.grad)

    same(program)


def test_an_input_returned_as_not_differentiable():
    def program(T, note):
        def forward(ctx, a):
            ctx.mark_non_differentiable(a)
            return a

        mine = function(T, forward, lambda ctx, grad: grad)
        c = leaf(T) * 1
        y = mine.apply(c)
        note(y is c, y, c.requires_grad)

    same(program)


def test_a_view_of_an_input_may_not_be_changed():
    def program(T, note):
        mine = function(T, lambda ctx, a: a[:2], lambda ctx, grad: T.cat([grad, grad[:1]]))
        x = leaf(T)
        y = mine.apply(x * 1)
        note(y, y._is_view())
        note.error(VIEW, lambda: y.add_(1))
        y.sum().backward()
        note(x.grad)

    same(program)


def test_inputs_changed_in_place():
    def program(T, note):
        def forward(ctx, a, b):
            a.mul_(b)
            ctx.mark_dirty(a)
            ctx.save_for_backward(b)
            return a

        mine = function(T, forward, lambda ctx, grad: (grad * ctx.saved_tensors[0], None))
        x = leaf(T)
        c = x * 1
        y = mine.apply(c, T.tensor(2.0))
        note(y is c, c, c._version)
        c.sum().backward()
        note(x.grad)
        note.error("a leaf Variable that requires grad has been used in an in-place operation",
                   lambda: mine.apply(leaf(T), T.tensor(2.0)))  # fmt: skip

    same(program)


def test_a_changed_input_spoils_what_others_saved_of_it():
    def program(T, note):
        def forward(ctx, a):
            a.add_(1)
            ctx.mark_dirty(a)
            return a

        mine = function(T, forward, lambda ctx, grad: grad)
        c = leaf(T) * 1
        squared = c * c
        mine.apply(c)
        note.error("modified by an inplace operation", squared.sum().backward)

    same(program)


def test_vjp_instead_of_backward():
    def program(T, note):
        class Mine(T.autograd.Function):
            @staticmethod
            def forward(ctx, a):
                return a * 3

            @staticmethod
            def vjp(ctx, grad):
                return grad * 3

        x = leaf(T)
        Mine.apply(x).sum().backward()
        note(x.grad)

    same(program)


def test_forward_without_a_context():
    def program(T, note):
        class Scale(T.autograd.Function):
            @staticmethod
            def forward(a, factor=2.0):
                return a * factor

            @staticmethod
            def setup_context(ctx, inputs, output):
                note(inputs, output, T.is_grad_enabled())
                ctx.factor = inputs[1]
                ctx.save_for_backward(inputs[0], output)

            @staticmethod
            def backward(ctx, grad):
                note(ctx.saved_tensors)
                return grad * ctx.factor, None

        x = leaf(T)
        y = Scale.apply(x)
        note(y, y.grad_fn.factor)
        y.sum().backward()
        note(x.grad, Scale.apply(x, factor=3.0), Scale.apply(x, 4.0))

    same(program)


def test_saving_results_gives_second_derivatives():
    def program(T, note):
        def forward(ctx, a):
            result = a.exp()
            ctx.save_for_backward(result)
            return result

        def backward(ctx, grad):
            (result,) = ctx.saved_tensors
            note(result.grad_fn)
            return grad * result

        mine = function(T, forward, backward, "Exp")
        x = leaf(T, dtype="float64")
        (gradient,) = T.autograd.grad(mine.apply(x).sum(), x, create_graph=True)
        note(gradient, T.autograd.grad(gradient.sum(), x))

    same(program)


def test_a_backward_that_may_be_differentiated_only_once():
    def program(T, note):
        class Square(T.autograd.Function):
            @staticmethod
            def forward(ctx, a):
                ctx.save_for_backward(a)
                return a * a

            @staticmethod
            @T.autograd.function.once_differentiable
            def backward(ctx, grad):
                note(T.is_grad_enabled())
                return 2 * grad * ctx.saved_tensors[0]

        x = leaf(T)
        y = (Square.apply(x) ** 2).sum()
        note(T.autograd.grad(y, x, retain_graph=True))
        (gradient,) = T.autograd.grad(y, x, create_graph=True)
        note(gradient, edges(gradient.grad_fn))
        note.error("trying to differentiate twice a function that was marked with @once_differentiable",
                   gradient.sum().backward)  # fmt: skip

    same(program)


def test_backward_within_backward():
    def program(T, note):
        def backward(ctx, grad):
            with T.enable_grad():
                inner = leaf(T, (2.0, 3.0, 4.0))
                (inner**3).sum().backward()
            return grad * inner.grad

        mine = function(T, lambda ctx, a: a * 1, backward)
        x = leaf(T)
        y = mine.apply(mine.apply(x))
        y.sum().backward()
        note(x.grad)

    same(program)


def test_functions_nest_and_what_they_do_inside_is_not_recorded():
    def program(T, note):
        inner = function(T, times, times_backward, "Inner")
        outer = function(T, lambda ctx, a: inner.apply(a, a), lambda ctx, grad: grad * 7, "Outer")
        x = leaf(T)
        y = outer.apply(x)
        note(y, edges(y.grad_fn))
        y.sum().backward()
        note(x.grad)

    same(program)


def test_attributes_of_the_context_are_the_users_own():
    def forward(ctx, a):
        ctx.shape, ctx.saved, ctx.dtype, ctx.rules, ctx.extra = a.shape, "mine", "kind", 5, None
        return a * 1

    mine = function(ag, forward, lambda ctx, grad: grad * (ctx.rules if ctx.saved == "mine" else 0))
    x = leaf(ag)
    y = mine.apply(x)
    y.sum().backward()
    assert x.grad.tolist() == [5.0, 5.0, 5.0]
    assert y.grad_fn.rules == ()
    assert y.grad_fn.ctx.shape == (3,)


def test_a_context_is_freed_with_its_node():
    gc.disable()
    try:
        contexts = []

        def forward(ctx, a):
            result = a.exp()
            contexts.append(weakref.ref(ctx))
            ctx.save_for_backward(a, result)
            return result

        mine = function(ag, forward, lambda ctx, grad: grad * ctx.saved_tensors[1])
        y = mine.apply(leaf(ag))
        assert contexts[0]() is not None
        del y
        assert contexts[0]() is None
    finally:
        gc.enable()


@on_both
def test_a_constant_returned_as_it_is_becomes_a_view_too(T, note):
    Same = function(T, lambda ctx, x: x, lambda ctx, grad: grad)
    constant = T.ones(3)
    made = Same.apply(constant)
    note(made, made is constant, made._is_view())
    note.error("A view was created in no_grad mode and is being modified inplace", lambda: made.add_(leaf(T)))
    made.add_(1)
    note(constant)


@on_both
def test_a_stale_view_is_refused_before_forward_changes_it(T, note):
    Halved = function(T, lambda ctx, x: (ctx.mark_dirty(x), x.mul_(0.5))[1], lambda ctx, grad: grad / 2)
    y = leaf(T) * 1
    first = y.unbind()[0]
    y.mul_(4)
    note.error("its base or another view of its base has been modified inplace", lambda: Halved.apply(first))
    note(y, y._version)
