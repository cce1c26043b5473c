"""Random programs of views and changes in place end as on PyTorch; what they once found stays mended."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import autograd_viz as ag
from tests.autograd.side_by_side import assert_same_notes, function, leaf, notes_of, on_both
from tests.autograd.view_programs import NAMES, run
from tests.oracle import get_torch

number = st.integers(0, 59)
programs = st.lists(st.tuples(st.integers(0, len(NAMES) - 1), number, number, number), min_size=2, max_size=12)
usual = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


@pytest.mark.torch
@settings(usual, max_examples=400)
@given(programs)
def test_programs_of_views_end_as_on_pytorch(code):
    expected = notes_of(run, get_torch(), code)
    if "internal" not in str(expected):
        assert_same_notes(notes_of(run, ag, code), expected)


@on_both
def test_detach_in_place_does_nothing_in_inference_mode(T, note):
    x = leaf(T)
    y, view = x * 2, x[1:]
    with T.inference_mode():
        note(x.detach_() is x, y.detach_() is y, view.detach_() is view)
    note(x, y, view)


@on_both
def test_views_of_a_leaf_that_is_detached_in_place_stop_requiring_grad(T, note):
    x = leaf(T)
    with T.no_grad():
        view = x[1:]
    recorded = x[:1]
    note(view.requires_grad)
    x.detach_()
    note(view.requires_grad, recorded)
    x.mul_(2)
    note(view, recorded)


@on_both
def test_a_leaf_that_got_a_history_after_it_was_used_is_refused_at_backward(T, note):
    x = leaf(T)
    y = x * 3
    x.detach_()
    x.mul_(leaf(T))
    note.error("leaf variable has been moved into the graph interior", lambda: y.sum().backward())
    note(x.grad_fn)


@on_both
def test_an_inference_tensor_changed_outside_is_refused_after_the_change(T, note):
    with T.inference_mode():
        x = T.ones(3)
    for change in (lambda: x.mul_(2), lambda: x.fill_(3.0), lambda: x.__setitem__(0, 9.0), lambda: x.unsqueeze_(0)):
        note.error("Inplace update to inference tensor outside InferenceMode is not allowed", change)
        note(x)


@on_both
def test_a_view_made_in_inference_mode_passes_that_on_to_its_views(T, note):
    x = leaf(T) * 2
    with T.inference_mode():
        view = x.view(1, 3)
    with T.no_grad():
        quiet = view.view(3)
    for each in (view, view[0], quiet, view.unbind()[0], view.t().unbind()[1]):
        note.error("created in inference mode", lambda each=each: each.mul_(2))


@on_both
def test_an_expanded_view_with_a_change_cannot_be_differentiated(T, note):
    x = leaf(T) * 2
    view = x.expand(2, 3)
    view.fill_(1.0)
    note.error("more than one element of the written-to tensor", lambda: x.sum().backward())


@on_both
def test_what_was_detached_in_place_can_be_read_by_who_saved_it_but_not_used_by_an_operation(T, note):
    x = leaf(T) * 2
    mine = function(
        T, lambda ctx, x: ctx.save_for_backward(x) or x * x, lambda ctx, grad: grad * ctx.saved_tensors[0]
    )
    y, z = mine.apply(x), x * x
    x.detach_()
    note(z.grad_fn._saved_self)
    note.error("has been detached in-place", lambda: z.sum().backward())
    y.sum().backward()


@on_both
def test_hooks_after_accumulation_run_for_a_leaf_that_requires_no_grad_any_more(T, note):
    x = leaf(T)
    x.register_post_accumulate_grad_hook(lambda leaf: note("post", leaf.grad))
    T.autograd.graph.register_multi_grad_hook([x], lambda grads: note(grads))
    y = x * 2
    x.requires_grad_(False)
    y.sum().backward()
    note(x.grad)


@on_both
def test_a_hook_of_several_gradients_refuses_a_leaf_among_the_inputs_of_grad(T, note):
    x = leaf(T)
    z = x * 3
    T.autograd.graph.register_multi_grad_hook([x, z], lambda grads: note(grads))
    y = (x * 2 + z).sum()
    note.error(
        "A leaf node was passed to _will_engine_execute_node", lambda: T.autograd.grad(y, x, retain_graph=True)
    )
    note(T.autograd.grad(y, z, retain_graph=True))
    y.backward(inputs=[x])


@on_both
def test_a_function_that_changes_its_input_makes_it_forget_its_gradient(T, note):
    x = leaf(T) * 1
    x.sum().backward(inputs=[x])
    note(x.grad)
    function(T, lambda ctx, x: ctx.mark_dirty(x) or x.mul_(2), lambda ctx, grad: grad * 2).apply(x)
    note(x.grad)


@on_both
def test_a_function_says_first_that_a_leaf_may_not_be_changed(T, note):
    x = leaf(T)
    with T.inference_mode():
        view = x[1:]
    mine = function(T, lambda ctx, x: ctx.mark_dirty(x) or x.mul_(2), lambda ctx, grad: grad)
    note.error("a leaf Variable that requires grad", lambda: mine.apply(view))


@on_both
def test_another_shape_writes_nothing(T, note):
    view = T.ones(3).expand(2, 3)
    note(view.unsqueeze_(0).shape == (1, 2, 3))
