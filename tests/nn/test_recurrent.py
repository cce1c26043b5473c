"""Recurrent cells and networks with every option: results, gradients and errors are those of torch."""

from contextlib import nullcontext

import pytest

import autograd_viz as ag
from tests.autograd.side_by_side import on_both, same
from tests.nn.test_attention import filled, values

CELLS = [("RNNCell", {}), ("RNNCell", {"nonlinearity": "relu"}), ("RNNCell", {"bias": False}), ("LSTMCell", {}),
         ("LSTMCell", {"bias": False}), ("GRUCell", {}), ("GRUCell", {"bias": False})]  # fmt: skip
NETWORKS = {
    "usual": {},
    "two layers": {"num_layers": 2},
    "both directions": {"bidirectional": True},
    "batch first": {"batch_first": True},
    "several": {"num_layers": 2, "bidirectional": True, "batch_first": True, "bias": False},
}


def tensors(answer):
    """Return the tensors of a nested answer."""
    return [one for each in answer for one in tensors(each)] if isinstance(answer, tuple) else [answer]


def trained(note, module, *inputs):
    """Note what a module answers, and the gradients of everything it learns and was given."""
    module.zero_grad()
    answer = module(*inputs)
    note(answer)
    sum((each * each).sum() for each in tensors(answer)).backward()
    note([parameter.grad for parameter in module.parameters()], [each.grad for each in tensors(inputs)])


@pytest.mark.torch
@pytest.mark.parametrize(("kind", "options"), CELLS)
def test_a_cell_is_that_of_torch(kind, options):
    def program(T, note):
        cell = filled(T, getattr(T.nn, kind)(3, 4, **options))
        note(str(cell), list(cell.state_dict()))
        trained(note, cell, values(T, 2, 3))
        trained(note, cell, values(T, 3))
        states = values(T, 2, 4, seed=2), values(T, 2, 4, seed=3)
        trained(note, cell, values(T, 2, 3), states if kind == "LSTMCell" else states[0])

    same(program)


@pytest.mark.torch
@pytest.mark.parametrize("kind", ["RNNCell", "LSTMCell", "GRUCell"])
def test_what_a_cell_refuses(kind):
    def program(T, note):
        cell, x = filled(T, getattr(T.nn, kind)(3, 4)), values(T, 2, 3)
        note.text(lambda: cell(values(T, 2, 5)))
        note.text(lambda: cell(values(T, 1, 2, 3)))
        for shape in ((2, 5), (3, 4)):
            state = values(T, *shape)
            note.text(lambda state=state: cell(x, (state, state) if kind == "LSTMCell" else state))

    same(program)


@on_both
def test_a_state_of_two_parts_must_be_two_tensors(T, note):
    cell = filled(T, T.nn.LSTMCell(3, 4))
    note.error("argument 'hx' (position 2) must be tuple of Tensors, not Tensor",
               lambda: cell(values(T, 2, 3), values(T, 2, 4)))  # fmt: skip


@pytest.mark.torch
@pytest.mark.parametrize("options", NETWORKS.values(), ids=list(NETWORKS))
@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_a_network_is_that_of_torch(kind, options):
    def program(T, note):
        network = filled(T, getattr(T.nn, kind)(3, 4, **options))
        note(str(network), list(network.state_dict()))
        trained(note, network, values(T, 5, 2, 3))
        trained(note, network, values(T, 5, 3))
        count = options.get("num_layers", 1) * (2 if options.get("bidirectional") else 1)
        state = [values(T, count, 5 if options.get("batch_first") else 2, 4, seed=seed) for seed in (4, 5)]
        trained(note, network, values(T, 5, 2, 3), tuple(state) if kind == "LSTM" else state[0])

    same(program)


@on_both
def test_other_options_of_networks(T, note):
    trained(note, filled(T, T.nn.RNN(3, 4, nonlinearity="relu")), values(T, 5, 2, 3))
    trained(note, filled(T, T.nn.LSTM(3, 4, 2, proj_size=2, bidirectional=True)), values(T, 5, 2, 3))
    for kind in ("RNN", "LSTM", "GRU"):
        network = filled(T, getattr(T.nn, kind)(3, 4, 2, dropout=0.5))
        T.manual_seed(0)
        trained(note, network, values(T, 5, 2, 3))
        trained(note, network.eval(), values(T, 5, 2, 3))
        note(network.flatten_parameters(), len(network.all_weights))


@pytest.mark.torch
@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_what_a_network_refuses(kind):
    def program(T, note):
        made = getattr(T.nn, kind)
        note.warning("dropout option adds dropout after all but last", lambda: str(made(3, 4, dropout=0.5)))
        note.text(lambda: made(3, 4, num_layers=0))
        note.text(lambda: made(3, 0))
        note.text(lambda: made(3, 4.0))
        note.text(lambda: made(3, 4)(T.ones(2, 2, 2)))

    same(program)


@pytest.mark.torch
@pytest.mark.parametrize("heard", [False, True], ids=["", "recorded"])
@pytest.mark.parametrize(
    "wanted", [(True, True, True), (False, False, True), (True, False, False), (False, True, False)]
)
def test_second_graph_of_a_step_of_a_gru(wanted, heard):
    """Its products are made in place in torch, of which second graphs have clones: whether recorded or not."""

    def program(T, note):
        x, state, *weights = [
            (values(T, *shape) / 3).detach().requires_grad_(wanted[min(place, 2)])
            for place, shape in enumerate([(2, 3), (2, 4), (12, 3), (12, 4), (12,), (12,)])
        ]
        given = [each for each in (x, state, *weights) if each.requires_grad]
        with ag.record() if heard and T is ag else nullcontext():
            grads = T.autograd.grad(T.gru_cell(x, state, *weights).sum(), given, create_graph=True)
        note([names(each.grad_fn) for each in grads])
        note(T.autograd.grad(sum((each * each).sum() for each in grads), given))

    same(program)


def names(node):
    """Return the names of the nodes that a node leads to, as a tree."""
    return None if node is None else (node.name(), [names(each) for each, _ in node.next_functions])
