"""The order in which nodes run is PyTorch's, to the last tie, whether somebody watches or not."""

import contextlib

import pytest

import autograd_viz as ag
from autograd_viz.autograd import listeners
from tests.autograd.side_by_side import leaf, same
from tests.oracle import run_order

pytestmark = pytest.mark.torch


@pytest.fixture(params=["quiet", "watched"])
def loop(request):
    """Run what follows in the quiet loop, or in the one that yields events."""
    listener = listeners.Listener()
    if request.param == "watched":
        listeners.add(listener)
    yield request.param
    listeners.remove(listener)


def note_order(note, *roots):
    """Fill a list with the names of the nodes as they run."""
    order = run_order(*roots)
    with contextlib.suppress(StopIteration):
        T = note.T
        T.autograd.backward(roots, [T.ones_like(root) for root in roots])
    note(order)


def test_later_nodes_run_first(loop):
    def program(T, note):
        x, w = leaf(T), leaf(T)
        a = x.exp()
        b = w.sin()
        c = a * b
        d = x.cos() + c
        e = a.tanh() * d.sum()
        note_order(note, (e + b).sum())

    same(program)


@pytest.mark.parametrize("others", range(6))
@pytest.mark.parametrize("leaves", [2, 3, 4, 5, 7, 9, 12])
def test_leaves_that_are_ready_together_run_in_the_order_of_pytorchs_heap(leaves, others, loop):
    def program(T, note):
        order = []
        found = [leaf(T) for _ in range(leaves)]
        for number, each in enumerate(found):
            each.register_hook(lambda grad, number=number: order.append(number))
        waiting = [leaf(T) * 2 for _ in range(others)]
        joined = T.cat([*waiting, T.stack(found).sum(0)])
        joined.sum().backward()
        note(order)

    same(program)


@pytest.mark.parametrize("count", range(2, 9))
def test_leaves_of_several_roots_run_in_the_order_of_pytorchs_heap(count, loop):
    def program(T, note):
        order = []
        found = [leaf(T) for _ in range(count)]
        for number, each in enumerate(found):
            each.register_hook(lambda grad, number=number: order.append(number))
        T.autograd.backward([*found, found[0] * 2, found[-1]], [T.ones(3)] * (count + 2))
        note(order)

    same(program)


def test_roots_that_lie_below_each_other(loop):
    def program(T, note):
        x = leaf(T)
        a = x * 2
        b = a.exp()
        c = b + x
        note_order(note, a, c, b, a)

    same(program)


def test_views_and_in_place_changes(loop):
    def program(T, note):
        x, w = leaf(T, (1.0, 2.0, 3.0, 4.0)), leaf(T, (1.0, 2.0))
        a = x * 1
        first, second = a[:2], a[1:3]
        first.mul_(w)
        second.add_(first.sum())
        b = a.exp() + second.sum()
        a.mul_(2)
        note_order(note, (b * a).sum() + first.sum())

    same(program)


def test_the_graph_made_by_backward_itself(loop):
    def program(T, note):
        x, w = leaf(T), leaf(T)
        (gradient,) = T.autograd.grad((x.exp() * w * x.sin()).sum(), x, create_graph=True)
        note_order(note, (gradient * w).sum())

    same(program)


def test_only_what_leads_to_the_inputs_runs(loop):
    def program(T, note):
        x, w = leaf(T), leaf(T)
        a, b = x.exp(), w.sin()
        c = (a * b).cos()
        order = run_order(c)
        T.autograd.grad(c.sum(), a, retain_graph=True)
        note(list(order))
        order.clear()
        T.autograd.grad(c.sum(), (a, w), retain_graph=True)
        note(list(order))
        order.clear()
        c.sum().backward(inputs=[b, x])
        note(list(order))

    same(program)


def test_nodes_run_although_nothing_arrived(loop):
    def program(T, note):
        class Cut(T.autograd.Function):
            @staticmethod
            def forward(ctx, a, b):
                return a * b

            @staticmethod
            def backward(ctx, grad):
                return None, grad

        x, w = leaf(T), leaf(T)
        y = x.exp() * 2
        note_order(note, Cut.apply(y, w.sin()).sum())
        note(x.grad, w.grad)

    same(program)


def test_a_node_with_several_outputs_waits_for_all_of_them(loop):
    def program(T, note):
        x = leaf(T, (1.0, 2.0, 3.0, 4.0))
        a, b = (x * 2).split(2)
        c = a.exp()
        d = b.sin() * c
        note_order(note, (d + a).sum())
        note(x.grad)

    same(program)


def test_what_a_run_is_watched_by_does_not_change_its_result():
    def gradients():
        x, w = leaf(ag), leaf(ag)
        a = x * w
        a.register_hook(lambda grad: grad * 2)
        b = a.exp() + a[1:].sum()
        b.sum().backward()
        return x.grad.tolist(), w.grad.tolist()

    quietly = gradients()
    listener = listeners.Listener()
    listeners.add(listener)
    try:
        assert gradients() == quietly
    finally:
        listeners.remove(listener)
