"""Functions and views: which may be changed, what is refused, and in whose name."""

import pytest

from tests.autograd.side_by_side import edges, function, leaf, on_both, same

pytestmark = pytest.mark.torch

FOUR = (1.0, 2.0, 3.0, 4.0)


def test_functions_that_change_a_view_in_place():
    def program(T, note):
        def forward(ctx, a, b):
            a.mul_(b)
            ctx.mark_dirty(a)
            ctx.save_for_backward(b)
            return a

        mine = function(T, forward, lambda ctx, grad: (grad * ctx.saved_tensors[0], None))
        x = leaf(T, FOUR)
        base = x * 1
        view = base[:2]
        result = mine.apply(view, T.tensor(2.0))
        note(result is view, view.grad_fn, base.grad_fn, edges(base.grad_fn))
        base.exp().sum().backward()
        note(x.grad)

    same(program)


def test_a_function_that_gives_no_gradient_for_a_view_it_changed():
    def program(T, note):
        def forward(ctx, a):
            a.mul_(2)
            ctx.mark_dirty(a)
            return a

        mine = function(T, forward, lambda ctx, grad: None)
        x = leaf(T, FOUR)
        base = x * 1
        mine.apply(base[:2])
        base.sum().backward()
        note(x.grad)

    same(program)


@on_both
def test_errors_name_the_function_of_a_view(T, note):
    class First(T.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.view(-1)

        @staticmethod
        def backward(ctx, grad):
            return grad

    y = leaf(T) * 1
    note.text(lambda: y.unbind()[0].add_(1))
    note.text(lambda: y.split(1)[1].add_(1))
    note.text(lambda: First.apply(y).add_(1))
    parts, changed = y.unbind(), First.apply(y)
    y.add_(1)
    note.text(lambda: parts[1] * 2)
    note.text(lambda: changed * 2)
    product = y * y
    y.add_(1)
    note.error("which is output 0 of Add, is at version 2; expected version 1", product.sum().backward)


@on_both
def test_functions_may_change_only_views_that_may_be_changed(T, note):
    class Double(T.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.mark_dirty(x)
            return x.mul_(2)

        @staticmethod
        def backward(ctx, grad):
            return grad * 2

    x = leaf(T)
    note.error("a view of a leaf Variable that requires grad is being used", lambda: Double.apply(x.view(3)))
    note.error("a leaf Variable that requires grad has been used", lambda: Double.apply(x))
    note.error("returns multiple views", lambda: Double.apply((x * 1).unbind()[0]))
    with T.no_grad():
        unrecorded = (x * 1).view(3)
    note(Double.apply(unrecorded), Double.apply((x * 1).view(3)))
