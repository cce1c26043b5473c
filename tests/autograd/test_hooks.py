"""Hooks on tensors and nodes: who sees what, when, and what becomes of what they return."""

import contextlib
import gc
import weakref

import pytest

import autograd_viz as ag
from tests.autograd.side_by_side import function, leaf, same

pytestmark = pytest.mark.torch


def test_hooks_of_a_tensor_run_in_the_order_they_were_registered():
    def program(T, note):
        x = leaf(T)
        y = x * 2
        y.register_hook(lambda grad: note("first", grad))
        y.register_hook(lambda grad: (note("second", grad), grad * 10)[1])
        y.register_hook(lambda grad: note("third", grad))
        x.register_hook(lambda grad: note("leaf", grad))
        (y * y).sum().backward()
        note(x.grad)

    same(program)


def test_a_removed_hook_does_not_run():
    def program(T, note):
        x = leaf(T)
        y = x * 2
        handle = y.register_hook(lambda grad: grad * 10)
        with y.register_hook(lambda grad: note("inside")):
            y.sum().backward(retain_graph=True)
        handle.remove()
        handle.remove()
        y.sum().backward()
        note(x.grad)

    same(program)


def test_a_hook_may_remove_itself_while_it_runs():
    def program(T, note):
        x = leaf(T)
        y = x * 2
        handle = y.register_hook(lambda grad: (note("once"), handle.remove())[1])
        y.register_hook(lambda grad: note("always"))
        y.sum().backward(retain_graph=True)
        y.sum().backward()

    same(program)


def test_a_hook_on_a_fan_in_sees_the_sum():
    def program(T, note):
        x = leaf(T)
        y = x * 2
        y.register_hook(lambda grad: note(grad))
        (y.sum() + (y * y).sum()).backward()

    same(program)


def test_retain_grad_keeps_what_all_hooks_left():
    def program(T, note):
        x = leaf(T)
        y = x * 3
        y.retain_grad()
        y.register_hook(lambda grad: grad * 10)
        y.grad_fn.register_prehook(lambda grads: (grads[0] * 2,))
        y.sum().backward(retain_graph=True)
        note(y.grad, x.grad)
        y.sum().backward()
        note(y.grad, x.grad)
        x.retain_grad()
        note(x.retains_grad, y.retains_grad)
        note.error("can't retain_grad on Tensor that has requires_grad=False", T.ones(2).retain_grad)

    same(program)


def test_retained_gradients_under_create_graph_have_history():
    def program(T, note):
        x = leaf(T)
        y = x * x
        y.retain_grad()
        z = (y * y).sum()
        T.autograd.grad(z, x, create_graph=True)
        note(y.grad)
        T.autograd.grad(z, x, create_graph=True)
        note(y.grad)

    same(program)


@pytest.mark.parametrize(
    ("phrase", "hook"),
    [
        ("expected Variable, but hook returned 'float'", lambda grad: 1.0),
        ("has changed the type of value (was torch.FloatTensor got torch.DoubleTensor)", lambda grad: grad.double()),
        ("has changed the size of value", lambda grad: grad[:1]),
        ("has changed the size of value", lambda grad: grad.reshape(3, 1)),
    ],
)
def test_what_a_tensors_hook_may_not_return(phrase, hook):
    def program(T, note):
        y = leaf(T) * 2
        y.register_hook(hook)
        note.error(phrase, (y * 2).sum().backward)

    same(program)


@pytest.mark.parametrize(
    ("phrase", "hook"),
    [
        ("has returned an incorrect number of values (got 1, but expected 2)", lambda gi, go: (1.0,)),
        ("has returned an incorrect number of values (got 4, but expected 2)", lambda gi, go: gi + gi),
        ("expected tuple, but hook returned 'Tensor'", lambda gi, go: gi[0]),
        ("expected Variable, but hook returned 'float'", lambda gi, go: (1.0, None)),
        ("can't replace a None gradient with a non-None value", lambda gi, go: (gi[0], gi[0])),
        ("has changed the size of value", lambda gi, go: (gi[0][:1], None)),
    ],
)
def test_what_a_nodes_hook_may_not_return(phrase, hook):
    def program(T, note):
        y = leaf(T) * T.ones(3)
        y.grad_fn.register_hook(hook)
        note.error(phrase, y.sum().backward)

    same(program)


def test_hooks_of_a_node_see_what_goes_in_and_out_and_may_replace_it():
    def program(T, note):
        x, w = leaf(T), leaf(T)
        y = x * w
        y.grad_fn.register_prehook(lambda go: note("pre", go))
        y.grad_fn.register_prehook(lambda go: (go[0] * 2,))
        y.grad_fn.register_hook(lambda gi, go: note("post", gi, go))
        y.grad_fn.register_hook(lambda gi, go: (gi[0] * 10, None))
        handle = y.grad_fn.register_hook(lambda gi, go: note("never"))
        handle.remove()
        y.sum().backward()
        note(x.grad, w.grad)

    same(program)


def test_hooks_of_a_leafs_node():
    def program(T, note):
        x = leaf(T)
        y = x * 2
        node = y.grad_fn.next_functions[0][0]
        node.register_prehook(lambda grads: (note("pre", grads), (grads[0] * 3,))[1])
        node.register_hook(lambda grad_inputs, grads: note("post", grad_inputs, grads, x.grad))
        x.register_hook(lambda grad: note("tensor", grad))
        x.register_post_accumulate_grad_hook(lambda tensor: note("accumulated", tensor.grad, tensor is x))
        y.sum().backward()
        note(x.grad)

    same(program)


def test_post_accumulate_hooks_may_take_the_gradient_away():
    def program(T, note):
        x = leaf(T)

        def step(tensor):
            with T.no_grad():
                tensor.sub_(tensor.grad)
            tensor.grad = None

        handle = x.register_post_accumulate_grad_hook(step)
        (x * 2).sum().backward()
        note(x, x.grad)
        handle.remove()
        (x * 2).sum().backward()
        note(x.grad)
        with x.register_post_accumulate_grad_hook(lambda tensor: tensor):
            (x * 2).sum().backward()
        for phrase, returned in (("hooks should return None", T.ones(3)), ("expected Variable, but hook returned", 1)):
            with x.register_post_accumulate_grad_hook(lambda tensor, returned=returned: returned):
                note.error(phrase, (x * 2).sum().backward)
        note.error("post accumulate grad hooks cannot be registered on non-leaf tensors",
                   lambda: (x * 2).register_post_accumulate_grad_hook(lambda tensor: None))  # fmt: skip

    same(program)


def test_hooks_stay_with_the_version_before_an_in_place_change():
    def program(T, note):
        x = leaf(T)
        y = x * 1
        y.register_hook(lambda grad: note("old", grad))
        y.retain_grad()
        y.mul_(2)
        y.register_hook(lambda grad: note("new", grad))
        y.sum().backward()
        note(y.grad)

    same(program)


def test_hooks_of_a_base_and_of_a_view_when_the_view_is_changed():
    def program(T, note):
        x = leaf(T)
        base = x * 1
        base.register_hook(lambda grad: note("base, old", grad))
        base.retain_grad()
        view = base[:2]
        view.register_hook(lambda grad: note("view, old", grad))
        view.retain_grad()
        before = view.sum()
        view.mul_(2)
        base.register_hook(lambda grad: note("base, new", grad))
        view.register_hook(lambda grad: note("view, new", grad))
        (base.sum() + view.sum() + before).backward()
        note(base.grad, view.grad, x.grad)

    same(program)


def test_which_hooks_fire_under_grad():
    def program(T, note):
        x = leaf(T)
        y = x * 3
        y.register_hook(lambda grad: (note("y", grad), grad * 10)[1])
        y.retain_grad()
        y.grad_fn.register_prehook(lambda grads: note("y pre"))
        y.grad_fn.register_hook(lambda gi, go: note("y post", gi))
        x.register_hook(lambda grad: (note("x", grad), grad * 2)[1])
        x.register_post_accumulate_grad_hook(lambda tensor: note("x accumulated"))
        z = (y * y).sum()
        for inputs in ((y, x), (y,), (x,)):
            note(T.autograd.grad(z, inputs, retain_graph=True), y.grad)
        for inputs in ([y], [x], [x, y]):
            z.backward(inputs=inputs, retain_graph=True)
            note(x.grad, y.grad)

    same(program)


def test_hooks_of_a_root_that_leads_nowhere_still_see_its_gradient():
    def program(T, note):
        x, w = leaf(T), leaf(T)
        y = w * 3
        y.register_hook(lambda grad: note("hook", grad))
        y.grad_fn.register_prehook(lambda grads: note("pre"))
        note(T.autograd.grad(y, x, T.ones(3), allow_unused=True))
        note(T.autograd.grad(y, y, T.ones(3)))

    same(program)


def test_hooks_are_called_where_no_gradient_arrives():
    def program(T, note):
        cut = function(T, lambda ctx, a, b: a * b, lambda ctx, grad: (None, grad))
        x, w = leaf(T), leaf(T)
        y = x * 1
        for name, tensor in (("x", x), ("y", y)):
            tensor.register_hook(lambda grad, name=name: note(name, grad))
        y.grad_fn.register_prehook(lambda grads: note("pre", grads))
        y.grad_fn.register_hook(lambda gi, go: note("post", gi, go))
        cut.apply(y, w).sum().backward()
        note(x.grad, w.grad)

    same(program)


def test_hooks_of_several_outputs_run_output_by_output():
    def program(T, note):
        x = leaf(T, (1.0, 2.0, 3.0, 4.0))
        a, b = (x * 2).split(2)
        b.register_hook(lambda grad: note("b1", grad))
        a.register_hook(lambda grad: (note("a1", grad), grad * 2)[1])
        b.register_hook(lambda grad: note("b2", grad))
        a.retain_grad()
        (a.sum() + (b * b).sum()).backward()
        note(a.grad, x.grad)

    same(program)


def test_a_hook_may_change_the_gradient_in_place():
    def program(T, note):
        x = leaf(T)
        y = x * 2
        y.register_hook(lambda grad: (grad.mul_(5), None)[1])
        (y * y).sum().backward()
        note(x.grad)

    same(program)


def test_a_gradient_a_hook_kept_is_not_the_leafs():
    kept = []
    x = leaf(ag)
    x.register_hook(kept.append)
    (x * 2).sum().backward()
    x.grad.zero_()
    assert kept[0].tolist() == [2.0, 2.0, 2.0]


def test_hooks_on_tensors_that_do_not_require_grad_are_refused():
    def program(T, note):
        note.error("cannot register a hook on a tensor that doesn't require gradient",
                   lambda: T.ones(2).register_hook(lambda grad: None))  # fmt: skip

    same(program)


def test_backward_within_a_hook_is_a_run_of_its_own():
    def program(T, note):
        x, w = leaf(T), leaf(T)
        inner = (w * w).sum()
        y = x * 2

        def hook(grad):
            note("before", w.grad, T.is_grad_enabled())
            with T.enable_grad():
                (w.detach().requires_grad_() * 3).sum().backward()
            inner.backward()
            note("after", w.grad)
            return grad * 2

        y.register_hook(hook)
        (y + x).sum().backward()
        note(x.grad)

    same(program)


def test_callbacks_run_at_the_end_of_their_own_run():
    def program(T, note):
        engine = T.autograd.Variable._execution_engine
        note.error("Final callbacks can only be installed during backward pass", lambda: engine.queue_callback(note))
        x, w = leaf(T), leaf(T)
        y = x * 2

        def hook(grad):
            engine.queue_callback(lambda: note("outer", x.grad))
            with T.enable_grad():
                z = (w * 3).sum()
            z.register_hook(lambda grad: engine.queue_callback(lambda: note("inner", w.grad)))
            z.backward()
            note("hook done")

        y.register_hook(hook)
        y.sum().backward()
        note("done")

    same(program)


def test_hooks_that_refer_to_their_handle_leave_no_cycle():
    gc.disable()
    try:
        x = leaf(ag)
        y = x * 2
        handle = y.register_hook(lambda grad: handle.remove())
        gone = weakref.ref(y.grad_fn)
        del y
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("recorded", [False, True])
@pytest.mark.parametrize("where", ["tensor", "pre", "post", "accumulate", "backward"])
def test_a_stop_iteration_comes_out_as_it_was_raised(where, recorded):
    """Python makes a RuntimeError of one that leaves a generator, and the engine is made of generators."""

    def program(T, note):
        def stop(*_):
            raise StopIteration("enough")

        w = leaf(T)
        y = function(T, lambda ctx, x: x * 2, stop if where == "backward" else lambda ctx, grad: grad * 2).apply(w * 1)
        hooked = {"tensor": y.register_hook, "pre": y.grad_fn.register_prehook, "post": y.grad_fn.register_hook}
        hooked["accumulate"] = w.register_post_accumulate_grad_hook
        if where in hooked:
            hooked[where](stop)
        with ag.record() if recorded and T is ag else contextlib.nullcontext():
            try:
                y.sum().backward()
            except Exception as error:
                note(type(error).__name__, str(error), error.__context__, error.__cause__)

    same(program)
