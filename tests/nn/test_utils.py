"""Clipping gradients, parameters as one vector, sequences of different lengths: as in torch."""

import pytest

from tests.autograd.side_by_side import on_both, same

NORMS = (0.5, 1, 2.0, 3, float("inf"))


def net(T):
    """Return a network with gradients, and one parameter that has none."""
    T.manual_seed(0)
    made = T.nn.Sequential(T.nn.Linear(3, 4), T.nn.Tanh(), T.nn.Linear(4, 2))
    made.unused = T.nn.Parameter(T.ones(2))
    (made(T.arange(6.0).view(2, 3)) ** 2).sum().backward()
    return made


def grads(module):
    """Return the gradients of a module."""
    return [each.grad for each in module.parameters()]


@pytest.mark.torch
@pytest.mark.parametrize("norm_type", NORMS)
def test_gradients_are_scaled_to_a_norm(norm_type):
    def program(T, note):
        for limit in (0.01, 1.5, 1e6):
            module = net(T)
            before = module[0].weight.grad
            note(T.nn.utils.clip_grad_norm_(module.parameters(), limit, norm_type=norm_type), grads(module))
            note(module[0].weight.grad is before, before._version)

    same(program)


@on_both
def test_gradients_of_one_tensor_or_of_none_are_scaled(T, note):
    clip = T.nn.utils.clip_grad_norm_
    module = net(T)
    note(clip(module[0].weight, 0.1), grads(module))
    note(clip([module.unused], 1.0), clip([], 1.0), clip(module.parameters(), 0.0), grads(module))
    note.warning("`parameters` is an empty generator", lambda: clip((each for each in ()), 1.0))
    note(clip({module[0].bias}, 1.0))


@on_both
def test_norms_that_are_not_finite(T, note):
    clip = T.nn.utils.clip_grad_norm_
    for bad in (float("inf"), float("nan")):
        module = net(T)
        module[0].bias.grad[1] = bad
        note.text(lambda module=module: clip(module.parameters(), 1.0, error_if_nonfinite=True))
        note(grads(module), clip(module.parameters(), 1.0), grads(module))


@on_both
def test_norms_apart_from_clipping(T, note):
    module = net(T)
    found = [each for each in grads(module) if each is not None]
    total = T.nn.utils.get_total_norm(found)
    note(total, T.nn.utils.get_total_norm([]), T.nn.utils.get_total_norm(found, norm_type=1.0))
    T.nn.utils.clip_grads_with_norm_(module.parameters(), 0.5, total)
    note(grads(module))


@on_both
def test_gradients_are_cut_off(T, note):
    module = net(T)
    note(T.nn.utils.clip_grad_value_(module.parameters(), 0.3), grads(module))
    T.nn.utils.clip_grad_value_(module[0].weight, 0.1)
    note(grads(module))


@on_both
def test_parameters_become_one_vector_and_back(T, note):
    module, other = net(T), net(T)
    vector = T.nn.utils.parameters_to_vector(module.parameters())
    note(vector, vector.requires_grad)
    own = other[0].weight
    T.nn.utils.vector_to_parameters(vector * 2, other.parameters())
    note(list(other.parameters()), other[0].weight is own, other[0].weight.is_leaf, other[0].weight.requires_grad)
    vector.sum().backward()
    note(grads(module))
    note.error("expected torch.Tensor, but got: ", lambda: T.nn.utils.vector_to_parameters([1.0], own))
    note.error("", lambda: T.nn.utils.vector_to_parameters(vector[:5], other.parameters()))


@on_both
def test_sequences_are_padded(T, note):
    rnn = T.nn.utils.rnn
    parts = [T.arange(2.0 * n).view(n, 2).requires_grad_() for n in (3, 1, 2)]
    for options in ({}, {"batch_first": True}, {"padding_value": 9.0}, {"padding_side": "left", "batch_first": True}):
        padded = rnn.pad_sequence(parts, **options)
        note(padded)
    (padded * T.arange(18.0).view(3, 3, 2)).sum().backward()
    note([part.grad for part in parts])
    first = rnn.pad_sequence(parts, batch_first=True)
    note(rnn.unpad_sequence(first, T.tensor([3, 1, 2]), batch_first=True))
