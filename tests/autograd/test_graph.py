"""The graph as users see it: nodes, their attributes, hooks over several tensors."""

import pytest

import autograd_viz as ag
from tests.autograd.side_by_side import edges, leaf, same

pytestmark = pytest.mark.torch


def test_attributes_of_a_node():
    def program(T, note):
        x = leaf(T, ((1.0, 2.0), (3.0, 4.0)))
        y = (x * 2).exp()
        node = y.grad_fn
        note(node.name(), edges(node), isinstance(node, T.autograd.graph.Node), type(node).__name__)
        note([(list(each.shape), str(each.dtype)) for each in node._input_metadata])
        node.metadata["mine"] = 1
        note(y.grad_fn.metadata["mine"], y.grad_fn is node)
        below = node.next_functions[0][0]
        note(node._sequence_nr() - below._sequence_nr())
        leaf_node = below.next_functions[0][0]
        note(leaf_node.name(), leaf_node.variable is x, leaf_node._sequence_nr() == 2**64 - 1, edges(leaf_node))
        note(leaf_node is (x + 1).grad_fn.next_functions[0][0])

    same(program)


def test_a_node_of_several_outputs_describes_each():
    def program(T, note):
        one, two = leaf(T, (1.0, 2.0, 3.0)).split([1, 2])
        note([list(each.shape) for each in one.grad_fn._input_metadata], one.output_nr, two.output_nr)
        note(one.grad_fn is two.grad_fn, edges((one.sum() * two).grad_fn))

    same(program)


def test_increment_version():
    def program(T, note):
        b = leaf(T) * 1
        c = b * b
        view = b[:2]
        T.autograd.graph.increment_version(b)
        note(b._version, view._version)
        T.autograd.graph.increment_version([b, view])
        note(b._version)
        note.error("is at version 3; expected version 0", c.sum().backward)
        with T.inference_mode():
            T.autograd.graph.increment_version(T.ones(1))

    same(program)


def test_a_hook_on_all_gradients_of_several_tensors():
    def program(T, note):
        a, b = leaf(T), leaf(T)
        c, d = a * b, a * b
        handle = T.autograd.graph.register_multi_grad_hook((a, b, c, d), lambda grads: note(grads))
        c.sum().backward(retain_graph=True)
        c.sum().backward(inputs=(a,), retain_graph=True)
        (c + d).sum().backward(retain_graph=True)
        handle.remove()
        c.sum().backward(retain_graph=True)
        with T.autograd.graph.register_multi_grad_hook((c, d), lambda grads: note(grads)):
            T.autograd.grad(d.sum(), d, retain_graph=True)
            T.autograd.grad((d * c).sum(), c, retain_graph=True)
        note("removed")

    same(program)


def test_a_hook_on_the_first_gradient_of_several_tensors():
    def program(T, note):
        a, b = leaf(T), leaf(T)
        c, d = a * b, a * b
        register = T.autograd.graph.register_multi_grad_hook
        note.error("Expects mode to be one of", lambda: register((a,), note, mode="some"))
        handle = register((a, b, c, d, T.ones(1)), lambda grad: note(grad), mode="any")
        c.sum().backward(retain_graph=True)
        (c + d).sum().backward(inputs=(a,), retain_graph=True)
        handle.remove()
        c.sum().backward()
        note("removed")

    same(program)


def test_a_leafs_node_lives_as_long_as_somebody_holds_it():
    x = leaf(ag)
    first = (x * 2).grad_fn.next_functions[0][0]
    assert (x + 1).grad_fn.next_functions[0][0] is first


def test_formulas_stand_beside_the_parameters_they_belong_to():
    x, w = leaf(ag), leaf(ag)
    node = (x * w).grad_fn
    assert node.formulas == {"self": "grad · other", "other": "grad · self"}
    assert node.param_names == ("self", "other")
    view = (x * 1)[:2]
    view.mul_(w[:2])
    in_view = {"self": "where(in_view, grad · other, grad)", "other": "grad[view] · self"}
    assert in_view == view._base.grad_fn.formulas


def test_saved_info_tells_versions_and_is_empty_once_freed():
    b = leaf(ag) * 1
    b.add_(1)
    node = (b * b).grad_fn
    assert [(each.name, each.version, each.tensor is b) for each in node.saved_info()] == [
        (name, 1, True) for name in node.saved_names
    ]
    node.release()
    assert [each.tensor for each in node.saved_info()] == [None, None]
