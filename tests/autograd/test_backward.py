"""`backward` and `autograd.grad`: what they take, what they give, what they refuse."""

import pytest

import autograd_viz as ag
from tests.autograd.side_by_side import edges, leaf, same

pytestmark = pytest.mark.torch


def test_gradients_accumulate_into_the_same_tensor():
    def program(T, note):
        x = leaf(T)
        (x * x).sum().backward()
        first, version = x.grad, x.grad._version
        note(first)
        (x * 3).sum().backward()
        note(x.grad, x.grad is first, first._version - version)

    same(program)


def test_under_create_graph_grad_is_a_new_tensor_with_history():
    def program(T, note):
        x = leaf(T)
        note.warning("create a reference cycle", lambda: (x**3).sum().backward(create_graph=True))
        first = x.grad
        note(first, edges(first.grad_fn))
        (x**3).sum().backward(create_graph=True)
        note(x.grad is first, x.grad, edges(x.grad.grad_fn))
        (x**3).sum().backward()
        note(x.grad, x.grad.grad_fn)

    same(program)


def test_grad_does_not_share_memory_with_what_the_rules_handed_on():
    for make in (lambda x: x + 0, lambda x: x.view(3, 1), lambda x: x.expand(2, 3), lambda x: x.t()):
        x = leaf(ag)
        seed = ag.ones_like(make(x))
        make(x).backward(seed)
        x.grad.mul_(5)
        assert seed.tolist() == ag.ones_like(seed).tolist()


def test_two_leaves_of_one_sum_do_not_share_their_gradient():
    a, b = leaf(ag), leaf(ag)
    (a + b).sum().backward()
    a.grad.zero_()
    assert b.grad.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("retain_graph", [None, False, True])
@pytest.mark.parametrize("create_graph", [False, True])
def test_the_graph_is_freed_unless_asked_for(retain_graph, create_graph):
    def program(T, note):
        x = leaf(T)
        y = (x * x).sum()
        T.autograd.grad(y, x, retain_graph=retain_graph, create_graph=create_graph)
        if retain_graph or (create_graph and retain_graph is None):
            note(T.autograd.grad(y, x))
        else:
            note.error("Trying to backward through the graph a second time", lambda: T.autograd.grad(y, x))

    same(program)


def test_nodes_that_save_nothing_may_run_again():
    def program(T, note):
        x = leaf(T)
        y = (x + 2).sum() - x.neg().sum()
        y.backward()
        y.backward()
        note(x.grad)

    same(program)


def test_arguments_that_are_refused_before_anything_runs():
    def program(T, note):
        x = leaf(T)
        y, ones = x * 2, T.ones(3)
        no_grad_fn = "element 0 of tensors does not require grad and does not have a grad_fn"
        note.error(no_grad_fn, lambda: T.tensor(1.0).backward())
        note.error("element 1 of tensors does not require grad", lambda: T.autograd.backward([y.sum(), ones.sum()]))
        note.error(no_grad_fn, lambda: T.autograd.backward([ones], [ones]))
        note.error("grad can be implicitly created only for scalar outputs", lambda: y.backward())
        note.error("Mismatch in shape: grad_output[0] has a shape of torch.Size([2])", lambda: y.backward(T.ones(2)))
        note.error(
            "gradients can be either Tensors or None, but got float", lambda: T.autograd.backward([y], [1.0])
        )
        note.error("`inputs` argument to `backward()` cannot be empty.", lambda: y.sum().backward(inputs=[]))
        note.error("`inputs` argument to `grad()` cannot be empty.", lambda: T.autograd.grad(y.sum(), []))
        note.error("does not require grad", lambda: T.autograd.grad(y.sum(), ones))
        note.error("can't retain_grad on Tensor", lambda: y.sum().backward(inputs=[ones]))
        note.error("appears to not have been used in the graph", lambda: T.autograd.grad(y.sum(), leaf(T)))
        note(x.grad)

    same(program)


def test_a_tensor_of_one_element_needs_no_gradient_to_start_with():
    def program(T, note):
        x = leaf(T, [[2.0]])
        (x * x).backward()
        note(x.grad)

    same(program)


def test_a_gradient_of_another_dtype_is_cast():
    def program(T, note):
        x = leaf(T)
        (x * 2).backward(T.ones(3, dtype=T.float64))
        note(x.grad)

    same(program)


def test_gradients_take_the_dtype_of_what_they_belong_to():
    def program(T, note):
        x, y = leaf(T, dtype="float16"), leaf(T, dtype="float64")
        (x * y).sum().backward()
        note(x.grad, y.grad)

    same(program)


def test_several_roots_with_their_gradients():
    def program(T, note):
        x, w = leaf(T), leaf(T, (4.0, 5.0, 6.0))
        y, z = x * w, (x + w).sum()
        T.autograd.backward([y, z], [T.tensor([1.0, 2.0, 3.0]), None], retain_graph=True)
        note(x.grad, w.grad)
        T.autograd.backward((y, y, z), (T.ones(3), T.ones(3), T.tensor(2.0)), retain_graph=True)
        note(x.grad, w.grad)
        note(T.autograd.grad([y, z], [w, x], [T.ones(3), T.tensor(-1.0)]))

    same(program)


def test_a_root_below_another_root_gets_both_gradients():
    def program(T, note):
        x = leaf(T)
        y = x * 2
        z = y * y
        T.autograd.backward([y, z], [T.ones(3), T.ones(3)])
        note(x.grad)

    same(program)


def test_a_leaf_as_root():
    def program(T, note):
        x = leaf(T)
        seed = T.tensor([1.0, 2.0, 3.0])
        x.backward(seed)
        note(x.grad, x.grad is seed)
        T.autograd.backward([x, x, x * 2], [seed, seed, seed])
        note(x.grad, seed, T.autograd.grad(x, x, seed))

    same(program)


def test_unused_inputs_give_none_or_zeros():
    def program(T, note):
        x, w = leaf(T), leaf(T, [[1.0, 2.0]])
        y = (x * x).sum()
        note(T.autograd.grad(y, (x, w), allow_unused=True, retain_graph=True))
        note(T.autograd.grad(y, (x, w), materialize_grads=True, retain_graph=True))
        note(T.autograd.grad(y, (x, w), materialize_grads=True, create_graph=True)[1])
        note.error(
            "Expected allow_unused to be True or not passed when materialize_grads=True",
            lambda: T.autograd.grad(y, (x, w), allow_unused=False, materialize_grads=True),
        )

    same(program)


def test_inputs_may_be_a_dict():
    def program(T, note):
        x, w = leaf(T), leaf(T)
        found = T.autograd.grad((x * w).sum(), {"x": x, "w": w}, retain_graph=True)
        note(found)
        (x * w).sum().backward(inputs={"x": x})
        note(x.grad, w.grad)

    same(program)


def test_a_weights_gradient_is_the_array_that_its_product_made():
    """One that only the leaf holds is not copied, though it is a view of what BLAS wrote."""
    x, w = ag.ones(2, 3), ag.ones(4, 3, requires_grad=True)
    ag.nn.functional.linear(x, w).sum().backward()
    assert w.grad._array.base is not None
    assert w.grad._array.flags.c_contiguous


def test_a_gradient_that_others_hold_too_is_copied():
    a, b = ag.ones(3, requires_grad=True), ag.ones(3, requires_grad=True)
    (a + b).backward(ag.ones(3))
    a.grad.add_(1)
    assert [1.0, 1.0, 1.0] == b.grad.tolist()


def test_backward_accumulates_only_into_the_inputs_asked_for():
    def program(T, note):
        x, w = leaf(T), leaf(T)
        y = x * w
        z = (y * y).sum()
        z.backward(inputs=x, retain_graph=True)
        note(x.grad, w.grad)
        z.backward(inputs=[y, w], retain_graph=True)
        note(x.grad, w.grad, y.grad, y.retains_grad)
        z.backward(inputs=[leaf(T)])
        note(x.grad, w.grad)

    same(program)


def test_grad_with_respect_to_a_tensor_on_the_way_to_another():
    def program(T, note):
        x = leaf(T)
        y = x * 2
        z = (y * y).sum()
        note(T.autograd.grad(z, (y, x, y), retain_graph=True), T.autograd.grad(z, y, retain_graph=True))
        note(T.autograd.grad(z, z), x.grad, T.autograd.grad(x * 2, x, T.ones(3)))

    same(program)


def test_edges_stand_for_tensors():
    def program(T, note):
        graph = T.autograd.graph
        x = leaf(T)
        y = x * 2
        z = (y * y).sum()
        edge = graph.get_gradient_edge(y)
        note(edge.node, edge.output_nr, graph.get_gradient_edge(x).node)
        note(T.autograd.grad(z, [edge, graph.get_gradient_edge(x)], retain_graph=True))
        note(T.autograd.grad(graph.get_gradient_edge(z), x, retain_graph=True))
        note(T.autograd.grad(edge, x, T.ones(3), retain_graph=True))
        T.autograd.backward(graph.get_gradient_edge(z), inputs=graph.get_gradient_edge(x), retain_graph=True)
        note(x.grad)
        note.error("does not require gradients", lambda: graph.get_gradient_edge(T.ones(2)))
        note.error("grad can be implicitly created only for scalar outputs", lambda: T.autograd.grad(edge, x))
        note.error(
            "materialize_grads cannot be used when the given input is a GradientEdge",
            lambda: T.autograd.grad(z, graph.get_gradient_edge(leaf(T) * 2), materialize_grads=True),
        )

    same(program)


def test_assigning_grad_is_checked():
    def program(T, note):
        x = leaf(T)
        x.grad = T.ones(3)
        (x * 2).sum().backward()
        note(x.grad)
        x.grad = None
        note(x.grad)
        note.error("attempting to assign a gradient of size '[2]' to a", lambda: setattr(x, "grad", T.ones(2)))
        wrong = T.ones(3, dtype=T.float64)
        note.error("attempting to assign a gradient with dtype", lambda: setattr(x, "grad", wrong))
        note.error("can't assign Variable as its own grad", lambda: setattr(x, "grad", x))
        note.error("assigned grad expected to be a Tensor or None", lambda: setattr(x, "grad", 1.0))

    same(program)


def test_the_former_names_of_arguments_still_work():
    def program(T, note):
        x = leaf(T)
        note.warning("`grad_variables` is deprecated", lambda: T.autograd.backward(x * 2, grad_variables=T.ones(3)))
        note.warning("only_inputs argument is deprecated", lambda: T.autograd.grad((x * 2).sum(), x, only_inputs=False))
        note(x.grad)

    same(program)


def test_a_failed_backward_is_not_undone():
    def program(T, note):
        a, b = leaf(T, 1.0), leaf(T, 3.0)
        y = a + b * b
        y.backward()
        note(a.grad, b.grad)
        note.error("Trying to backward through the graph a second time", y.backward)
        note(a.grad, b.grad)

    same(program)


def test_a_leaf_that_stopped_requiring_grad_gets_none():
    def program(T, note):
        x, w = leaf(T), leaf(T)
        y = (x * w).sum()
        w.requires_grad_(False)
        y.backward()
        note(x.grad, w.grad)

    same(program)


def test_asking_for_a_non_leaf_gradient_warns():
    def program(T, note):
        x = leaf(T)
        y = x * 2
        note.warning("The .grad attribute of a Tensor that is not a leaf Tensor is being accessed", lambda: y.grad)
        y.retain_grad()
        y.sum().backward()
        note(y.grad)

    same(program)
