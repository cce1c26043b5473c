"""What Python and NumPy ask of a tensor: numbers, truth, length, items, text, copies, pickles, attributes."""

import copy
import pickle
import warnings

import numpy as np

import autograd_viz as ag
from autograd_viz.values import Values
from tests.autograd.side_by_side import leaf, on_both


@on_both
def test_a_tensor_as_a_number(T, note):
    x = leaf(T)
    note(
        float(T.tensor([[2.0]])), int(T.tensor(2.7)), bool(T.tensor([0.0])), T.tensor(2).__index__(), T.tensor(3).item()
    )
    note([1, 2, 3][T.tensor(1)], list(range(T.tensor(2))), T.tensor([[1, 2]]).tolist(), T.tensor(1.5).tolist())
    note(x[0].item(), (x * 2).tolist())
    for refused in (x.item, lambda: bool(x), lambda: float(x), lambda: int(x), lambda: bool(T.ones(0)), T.ones(0).item):
        note.text(refused)
    for refused in (T.tensor(2.5).__index__, T.tensor([1, 2]).__index__):
        note.text(refused)


@on_both
def test_a_tensor_as_an_array(T, note):
    x = leaf(T)
    for refused in (x.numpy, (x * 2).numpy, lambda: np.asarray(x), x.__array__):
        note.error("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.", refused)
    with T.no_grad():
        note(x.numpy().tolist(), np.asarray(x * 2).tolist())
    array = x.detach().numpy()
    array[0] = 7
    note(
        x,
        x.numpy(force=True).tolist(),
        np.asarray(x.detach()).tolist(),
        str(np.asarray(x.detach(), dtype=np.float64).dtype),
    )
    note(x.detach() * np.ones(3, np.float32), x + np.float64(1), np.float32(2) * x, np.sin(x.detach()))


@on_both
def test_an_array_that_was_pickled(T, note):
    array = pickle.loads(pickle.dumps(np.ones((2, 3), np.float32)))
    for made in (T.from_numpy(array), T.tensor(array), T.as_tensor(array), T.Tensor(array)):
        note(T.addmm(T.ones(2, 2), made, T.ones(3, 2)), made @ T.ones(3), T.cat([made, T.ones(1, 3)]))
    note(T.ones(2, 3) * array, T.ones(2, 3, requires_grad=True) @ T.from_numpy(array).t())


@on_both
def test_a_tensor_as_a_sequence(T, note):
    x = leaf(T)
    note(len(x), list(x * 1), [*T.zeros(0)], 1.0 in x, 5.0 in x, reversed(x.detach()))
    note.text(lambda: len(T.tensor(1.0)))
    note.text(lambda: list(T.tensor(1.0)))
    (first, second, third) = x * 1
    (first * third).backward()
    note(x.grad, second.grad_fn, second.output_nr)


@on_both
def test_sizes_and_steps_of_one_dimension(T, note):
    x = T.ones(2, 3)
    note(x.size(-1), x.stride(0), x.size(), x.stride())
    for refused in (lambda: x.size(2), lambda: x.stride(-3), lambda: T.tensor(1.0).size(0)):
        note.text(refused)


@on_both
def test_a_tensor_as_text(T, note):
    x = leaf(T)
    note(f"{T.tensor(2.5):.3f}", f"{T.tensor(3)}", f"{x}", f"{x * 2}", repr(x[0]), str(T.nn.Parameter(T.ones(1))))
    note.error("unsupported format string passed to Tensor.__format__", lambda: f"{x:.2f}")


@on_both
def test_comparing_with_something_else(T, note):
    x = leaf(T)
    note(x == None, x != None, x == "a", len({x, x}), hash(x) == id(x))  # noqa: E711
    note.error("not supported between", lambda: x < "a")


@on_both
def test_attributes_of_ones_own(T, note):
    x = leaf(T)
    x.label = "input"
    note(x.label, hasattr(x * 1, "label"), hasattr(x.detach(), "label"), copy.deepcopy(x).label)
    note.error("has no attribute 'other'", lambda: x.other)
    for name in ("grad_fn", "is_leaf", "shape"):
        note.error(name, lambda name=name: setattr(x, name, None))


# copies


@on_both
def test_a_deep_copy_is_a_leaf_of_its_own(T, note):
    x = leaf(T)
    (x * x).sum().backward()
    made = copy.deepcopy(x)
    x.grad.zero_()
    note(made, made.grad, made is x, x.detach().data_ptr() == made.data_ptr())
    note.error("Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol",
               lambda: copy.deepcopy(x * 1))  # fmt: skip


@on_both
def test_what_shares_memory_shares_it_in_a_deep_copy(T, note):
    whole = T.arange(6.0).view(2, 3)
    made = copy.deepcopy({"whole": whole, "part": whole[1], "turned": whole.t(), "again": whole})
    made["part"].fill_(9)
    note(made, whole, made["again"] is made["whole"], made["turned"].stride(), made["part"]._is_view())
    note(copy.deepcopy(T.ones(2, 1).expand(2, 3)).stride(), copy.deepcopy(T.zeros(2, 0)))


@on_both
def test_a_copy_shares_memory_and_forgets_history(T, note):
    y = leaf(T) * 2
    made = copy.copy(y)
    with T.no_grad():
        made.zero_()
    note(made, y, made.is_leaf, type(copy.copy(T.nn.Parameter(T.ones(1)))).__name__)


@on_both
def test_a_pickle_is_a_leaf(T, note):
    x = leaf(T)
    whole = T.arange(6.0).view(2, 3)
    for each in (x, x * 2, T.tensor(1), T.nn.Parameter(T.ones(2), requires_grad=False), whole.t()):
        made = pickle.loads(pickle.dumps(each))
        note(made, type(made).__name__, made.stride(), made.is_leaf)


@on_both
def test_pickling_a_tensor_with_hooks_warns(T, note):
    x = leaf(T)
    x.register_hook(print)
    note(note.warning("on tensor will not be serialized", lambda: pickle.loads(pickle.dumps(x))))


@on_both
def test_modules_and_optimizers_are_pickled(T, note):
    T.manual_seed(0)
    net = T.nn.Sequential(T.nn.Linear(2, 3), T.nn.Tanh(), T.nn.Linear(3, 1))
    net[2].weight = T.nn.Parameter(net[0].weight.detach()[:, :1].t().contiguous())
    made = pickle.loads(pickle.dumps(net))
    note(made(T.ones(1, 2)), str(made), [name for name, _ in made.named_parameters()])


@on_both
def test_nodes_are_neither_copied_nor_pickled(T, note):
    node = (leaf(T) * leaf(T)).grad_fn
    note.text(lambda: pickle.dumps(node))
    note.text(lambda: copy.deepcopy(node))


# nodes, called and looked at


@on_both
def test_a_node_can_be_called(T, note):
    x, w = leaf(T), leaf(T)
    y = x * w
    parts = T.unbind(y)[0].grad_fn
    note(y.grad_fn(T.ones(3)), y.sum().grad_fn(T.tensor(2.0)), (x.detach() * w).grad_fn(T.ones(3)))
    note(y.exp().grad_fn(T.ones(3)))
    with T.no_grad():
        note(y.grad_fn(T.ones(3)), parts(T.ones(()), None, T.ones(())))
    note.text(lambda: y.grad_fn())
    note.text(lambda: y.grad_fn(T.ones(3), T.ones(3)))
    y.sum().backward()
    note(x.grad, w.grad)
    note.error("Trying to backward through the graph a second time", lambda: y.grad_fn(T.ones(3)))


@on_both
def test_a_leafs_node_accumulates_when_it_is_called(T, note):
    x = leaf(T)
    node = (x * 1).grad_fn.next_functions[0][0]
    note(node(T.ones(3)), x.grad)
    node(T.ones(3))
    note(x.grad)


@on_both
def test_dir_lists_what_a_node_saved(T, note):
    x = leaf(T)
    for node in (x.pow(2).grad_fn, (x * x).grad_fn, x.exp().grad_fn):
        note([name for name in sorted(dir(node)) if name.startswith(("_saved", "_raw_saved"))])


# where gradients lie


@on_both
def test_a_leafs_gradient_lies_as_the_leaf_does(T, note):
    def gradient(x, loss):
        x.requires_grad_()
        loss(x).backward()
        return x.grad, x.grad.stride()

    weights = T.arange(6.0).view(3, 2)
    note(gradient(T.ones(2, 3), lambda x: (x.t() * weights).sum()), gradient(T.ones(2, 3), lambda x: (x * 2).sum()))
    note(gradient(T.ones(2, 3).t(), lambda x: (x * weights).sum()), gradient(T.ones(2, 3), lambda x: x.sum(0).sum()))
    note(
        gradient(T.ones(3).expand(2, 3), lambda x: (x * 2).sum()),
        gradient(T.ones(2, 3)[:, 1:], lambda x: x.exp().sum()),
    )
    note(gradient(T.ones(2, 3, 4).permute(2, 0, 1), lambda x: (x * 2).sum()))
    note(gradient(T.ones(2, 1), lambda x: (x.t() @ weights[:2]).sum()))


@on_both
def test_a_gradient_given_by_hand_is_laid_out_too(T, note):
    x = T.ones(2, 3, requires_grad=True)
    given = T.arange(6.0).view(3, 2).t()
    (x * 1).backward(given)
    note(x.grad, x.grad.stride(), x.grad is given)
    x.grad = given
    (x * 1).backward(given)
    note(x.grad, x.grad.stride(), x.grad is given, given)


@on_both
def test_a_recorded_gradient_lies_as_the_leaf_does(T, note):
    x = T.ones(2, 3, requires_grad=True)
    (x.t() ** 2 * T.arange(6.0).view(3, 2)).sum().backward(create_graph=True)
    note(x.grad, x.grad.stride())
    x.grad = None


def test_a_buffer_keeps_whether_it_is_persistent():
    buffer = ag.nn.Buffer(ag.ones(1), persistent=False)
    assert not copy.deepcopy(buffer).persistent
    assert not pickle.loads(pickle.dumps(buffer)).persistent


@on_both
def test_making_a_number_of_what_requires_grad_warns_once(T, note):
    if T is ag:
        Values._warned_of_numbers = False
        note.warning("Converting a tensor with requires_grad=True to a scalar", lambda: float(leaf(T, (2.0,))))
    else:  # which may have warned in another test
        note.found.append(("warning", "UserWarning"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        note(float(leaf(T, (2.0,))), leaf(T, (2.0,)).item(), int(leaf(T, (2.0,))), bool(leaf(T, (2.0,))))
