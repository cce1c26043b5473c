"""Views and in-place changes: histories that go on, and the changes that are refused."""

import pytest

import autograd_viz as ag
from tests.autograd.side_by_side import edges, leaf, on_both, same

pytestmark = pytest.mark.torch

FOUR = (1.0, 2.0, 3.0, 4.0)
LEAF = "a leaf Variable that requires grad is being used in an in-place operation."
VIEW_OF_LEAF = "a view of a leaf Variable that requires grad is being used in an in-place operation."
SEVERAL = "This view is the output of a function that returns multiple views."
NO_GRAD = "A view was created in no_grad mode and is being modified inplace with grad mode enabled."
NO_GRAD_BASE = "A view was created in no_grad mode and its base or another view of its base has been modified inplace"


def test_an_in_place_change_continues_the_history():
    def program(T, note):
        x, w = leaf(T), leaf(T)
        y = x * 1
        same_object = y.mul_(w)
        note(same_object is y, y, edges(y.grad_fn), y._version)
        y += x
        y.exp_()
        note(edges(y.grad_fn))
        y.sum().backward()
        note(x.grad, w.grad)

    same(program)


def test_a_constant_becomes_part_of_the_graph_by_an_in_place_change():
    def program(T, note):
        x = leaf(T)
        total = T.zeros(3)
        total.add_(x)
        note(total, edges(total.grad_fn), total.is_leaf)
        total[1:].mul_(x[1:])
        note(total, edges(total.grad_fn))
        total.sum().backward()
        note(x.grad)

    same(program)


def test_changing_a_view_rewrites_the_history_of_its_base_and_siblings():
    def program(T, note):
        x, w = leaf(T, FOUR), leaf(T, (5.0, 6.0))
        base = x * 1
        first, second, far = base[:2], base[1:3], base.view(2, 2)
        note(first._base is base, far._base is base, base._base)
        first.mul_(w)
        note(base.grad_fn, edges(base.grad_fn), first.grad_fn, edges(first.grad_fn), second.grad_fn, far.grad_fn)
        note(first._version, base._version, second._version)
        (base.sum() + second.exp().sum() + (far * far).sum()).backward()
        note(x.grad, w.grad)

    same(program)


def test_changing_the_base_rewrites_its_views():
    def program(T, note):
        x = leaf(T, FOUR)
        base = x * 1
        view = base[:2]
        before = view.grad_fn
        base.mul_(3)
        note(before, view.grad_fn, view)
        view.sum().backward()
        note(x.grad)

    same(program)


def test_views_of_views_share_the_first_base():
    def program(T, note):
        x = leaf(T, FOUR)
        base = x * 1
        square = base.view(2, 2)
        row = square.t()[0]
        last = row[1:]
        note(row._base is base, last._base is base)
        last.mul_(5)
        note(base.grad_fn, square.grad_fn, row.grad_fn, last.grad_fn)
        (square * T.tensor([[1.0, 2.0], [3.0, 4.0]])).sum().backward()
        note(x.grad)

    same(program)


def test_several_changes_through_different_views():
    def program(T, note):
        x, w = leaf(T, FOUR), leaf(T, (5.0, 6.0))
        base = x * 1
        for view in (base[:2], base[::2], base[2:], base.view(2, 2).t()[1]):
            view.mul_(w)
            view.add_(w.sum())
        base.exp().sum().backward()
        note(x.grad, w.grad)

    same(program)


@pytest.mark.parametrize(
    "change",
    [
        lambda T, b, x: b.__setitem__(1, 5.0),
        lambda T, b, x: b.__setitem__(slice(1, 3), x[:2]),
        lambda T, b, x: b.__setitem__(slice(None), 5.0),
        lambda T, b, x: b[:2].zero_(),
        lambda T, b, x: b[:2].fill_(3.0),
        lambda T, b, x: b.zero_(),
        lambda T, b, x: b.fill_(3.0),
        lambda T, b, x: b.copy_(x),
        lambda T, b, x: b[2:].copy_(x[:2]),
        lambda T, b, x: b.view(2, 2)[0].mul_(x[:2]),
        lambda T, b, x: b[1].pow_(2),
        lambda T, b, x: b[:2].sigmoid_(),
    ],
    ids=["element", "slice", "all", "zero_ of a view", "fill_ of a view", "zero_", "fill_", "copy_", "copy_ of a view",
         "row", "pow_", "sigmoid_"],
)  # fmt: skip
def test_writing_into_a_tensor(change):
    def program(T, note):
        x = leaf(T, FOUR, "float64")
        base = x * 1
        change(T, base, x)
        note(base, edges(base.grad_fn))
        (gradient,) = T.autograd.grad((base * base * x).sum(), x, create_graph=True)
        note(gradient.detach())
        note(T.autograd.grad(gradient.sum(), x))

    same(program)


def test_leaves_and_their_views_may_not_be_changed():
    def program(T, note):
        a = leaf(T, FOUR)
        view = a[:2]
        note.error(LEAF, lambda: a.add_(1))
        note.error(VIEW_OF_LEAF, lambda: view.add_(1))
        note.error(VIEW_OF_LEAF, lambda: a[:2].zero_())
        note.error(VIEW_OF_LEAF, lambda: a.__setitem__(0, 1.0))
        note(a._version, a)
        with T.no_grad():
            a.add_(1)
            a[0] = 9
            a[:2].mul_(2)
        note(a._version, a, a.is_leaf)

    same(program)


def test_outputs_of_functions_with_several_views_may_not_be_changed():
    def program(T, note):
        for several in (lambda b: b.split(2), lambda b: b.unbind(), lambda b: b.chunk(2), list):
            base = leaf(T, FOUR) * 1
            one, two = several(base)[:2]
            note.error(f"is a view and is being modified inplace. {SEVERAL}", lambda one=one: one.mul_(2))
            note.error(SEVERAL, lambda one=one: one.view(-1).mul_(2))
            base.mul_(2)
            changed = f"is a view and its base or another view of its base has been modified inplace. {SEVERAL}"
            note.error(changed, lambda two=two: two.grad_fn)
            note.error(changed, lambda two=two: two * 2)

    same(program)


def test_outputs_of_functions_with_several_views_under_no_grad():
    def program(T, note):
        base = leaf(T, FOUR) * 1
        one, two = base.split(2)
        with T.no_grad():
            one.mul_(2)
        note(two.requires_grad)
        note.error(SEVERAL, lambda: two * 2)
        plain = T.ones(4)
        one, two = plain.split(2)
        one.mul_(2)
        note(plain)
        note.error(SEVERAL, lambda: one.mul_(leaf(T, (1.0, 2.0))))

    same(program)


def test_views_made_without_recording_may_not_be_changed_with_it():
    def program(T, note):
        base = leaf(T, FOUR) * 1
        with T.no_grad():
            view = base[:2]
        note(view.requires_grad, view.grad_fn, view._base is base, view.is_leaf)
        note.error(NO_GRAD, lambda: view.mul_(2))
        with T.no_grad():
            other = base[:2]
        base.mul_(2)
        note.error(NO_GRAD_BASE, lambda: other.grad_fn)
        note.error(NO_GRAD_BASE, lambda: other * 2)
        plain = T.ones(4)
        with T.no_grad():
            view = plain[:2]
        note(view.mul_(2))
        note.error(NO_GRAD, lambda: view.mul_(leaf(T, (1.0, 2.0))))
        a = leaf(T, FOUR)
        with T.no_grad():
            view = a[:2]
        note.error(NO_GRAD, lambda: view.mul_(2))
        with T.no_grad():
            view.mul_(2)
        note(a)

    same(program)


def test_nothing_flows_through_a_view_made_without_recording():
    def program(T, note):
        a = leaf(T, FOUR)
        with T.no_grad():
            view = a[:2]
        y = view * 2
        note(y.requires_grad, edges(y.grad_fn))
        y.sum().backward()
        note(a.grad, view.grad)

    same(program)


def test_views_made_in_inference_mode():
    def program(T, note):
        message = "A view was created in inference mode and is being modified inplace in normal mode."
        base, plain = leaf(T, FOUR) * 1, T.ones(4)
        with T.inference_mode():
            view, other = base[:2], plain[:2]
        note(view.is_inference(), view.requires_grad, other._base is plain)
        note.error(message, lambda: view.mul_(2))
        note(other.mul_(2))
        note.error(message, lambda: other.mul_(leaf(T, (1.0, 2.0))))

    same(program)


def test_a_view_follows_the_requires_grad_of_its_base():
    def program(T, note):
        base = T.ones(4)
        view = base[:2]
        base.requires_grad_()
        note(view.requires_grad, view.grad_fn, view.is_leaf)
        base.requires_grad_(False)
        note(view.requires_grad)
        base.mul_(2)
        base.requires_grad_()
        note(view.requires_grad, view.grad_fn, view.is_leaf)
        view.sum().backward()
        note(base.grad)

    same(program)


def test_a_view_that_requires_grad_of_a_base_that_does_not():
    def program(T, note):
        base = T.ones(4)
        view = base[:2]
        view.requires_grad_()
        other = base[1:]
        note(base.requires_grad, view.is_leaf)
        base.mul_(2)
        note(view.grad_fn, view.is_leaf)
        other.mul_(leaf(T))
        note(base.grad_fn, view.grad_fn, view.is_leaf)

    same(program)


def test_views_of_computed_tensors_cannot_stop_requiring_grad():
    def program(T, note):
        base = leaf(T, FOUR) * 1
        view = base[:2]
        note.error("you can only change requires_grad flags of leaf variables", lambda: view.requires_grad_(False))
        with T.no_grad():
            view = base[:2]
        note(view.requires_grad_(False).requires_grad)

    same(program)


def test_elements_that_share_memory_may_not_be_changed():
    def program(T, note):
        message = "more than one element of the written-to tensor refers to a single memory location"
        note.error(message, lambda: T.ones(1).expand(3).add_(1))
        note.error(message, lambda: (leaf(T) * 1).expand(2, 3).mul_(2))

    same(program)


def test_detach_in_place():
    def program(T, note):
        b = leaf(T, FOUR) * 1
        note(b.detach_() is b, b.grad_fn, b.requires_grad, b.is_leaf)
        b.requires_grad_()
        note(b.is_leaf)
        b = leaf(T, FOUR) * 1
        view, (one, _) = b[:2], b.split(2)
        note.error("Can't detach views in-place. Use detach() instead.", view.detach_)
        note.error("Can't detach views in-place. Use detach() instead.", one.detach_)
        b.detach_()
        note(view.grad_fn, view.requires_grad)
        a = leaf(T)
        note(a.detach_())

    same(program)


def test_detached_tensors_share_memory_and_version_but_are_no_views():
    def program(T, note):
        x = leaf(T, FOUR) * 1
        detached = x.detach()
        note(detached._is_view(), detached._base, detached._version, x[:2].detach()._is_view())
        view = detached[:2]
        note(view._base is detached)
        view.mul_(2)
        note(x, x._version, detached._version)

    same(program)


def test_what_is_a_view_and_what_is_not():
    def program(T, note):
        b = leaf(T, FOUR) * 1
        for made in (b.view(2, 2), b.reshape(2, 2), b[1:], b[0], b.t(), b.unsqueeze(0), b.expand(2, 4), b.view_as(b),
                     b.detach(), b.clone(), b * 1, b[[0, 1]], b.view(2, 2).t().reshape(4), b.narrow(0, 1, 2),
                     b.unfold(0, 2, 1)):  # fmt: skip
            note(made._is_view(), made._base is b)
        note(b.contiguous() is b)

    same(program)


def test_a_view_outlives_its_base():
    x = leaf(ag, FOUR)
    view = (x * 1)[1:3]
    view.mul_(3)
    view.sum().backward()
    assert x.grad.tolist() == [0.0, 3.0, 3.0, 0.0]


def test_a_long_loop_that_fills_rows_of_one_tensor():
    def program(T, note):
        x = leaf(T, (0.5, 0.6), "float64")
        states = T.zeros(6, 2, dtype=T.float64)
        state = x
        for step in range(6):
            state = (state * x).tanh()
            states[step] = state
        (states * states).sum().backward()
        note(x.grad, states)

    same(program)


@on_both
def test_nothing_flows_into_whole_numbers(T, note):
    x = leaf(T)
    whole = T.ones(3, dtype=T.int64)
    note(whole.copy_(x), T.ones(3, dtype=T.bool).copy_(x))
    whole[0] = x[2]
    note(whole)
