"""Hooks of all modules at once do what they do in PyTorch."""

import pytest

from tests.autograd.side_by_side import leaf, on_both, same


def registering(T, which):
    return getattr(T.nn.modules.module, f"register_module_{which}")


def net(T):
    class Double(T.nn.Module):
        def forward(self, x, *, times=2):
            return x * times

    class Net(T.nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second = Double(), Double()

        def forward(self, x):
            return self.second(self.first(x), times=3)

    return Net()


@on_both
def test_forward_hooks_come_before_the_modules_own_and_replace_what_they_return(T, note):
    model = net(T)
    handles = [
        registering(T, "forward_pre_hook")(lambda m, args: note("pre", type(m).__name__) or (args[0] + 1,)),
        registering(T, "forward_hook")(lambda m, args, out: note("post", type(m).__name__, args, out)),
        registering(T, "forward_hook")(lambda m, args, kw, out: note("kw", kw) or out * 10, with_kwargs=True),
    ]
    model.first.register_forward_pre_hook(lambda m, args: note("own pre"))
    model.first.register_forward_hook(lambda m, args, out: note("own post", out))
    try:
        note(model(T.ones(2)))
    finally:
        for handle in handles:
            handle.remove()
    note(model(T.ones(2)))


@on_both
def test_backward_hooks_see_every_module(T, note):
    model, x = net(T), leaf(T)
    handles = [
        registering(T, "full_backward_hook")(lambda m, gi, go: note("back", type(m).__name__, gi, go)),
        registering(T, "full_backward_pre_hook")(lambda m, go: note("pre", type(m).__name__, go) or (go[0] * 2,)),
    ]
    model.first.register_full_backward_hook(lambda m, gi, go: note("own", gi, go))
    try:
        model(x).sum().backward()
        note(x.grad)
    finally:
        for handle in handles:
            handle.remove()


@on_both
def test_hooks_that_are_always_called_are_called_when_a_module_raises(T, note):
    class Raises(T.nn.Module):
        def forward(self, x):
            raise ValueError("no")

    def fails(*args):
        raise KeyError("neither")

    model = Raises()
    handles = [
        registering(T, "forward_hook")(lambda m, args, out: note("always", out), always_call=True),
        registering(T, "forward_hook")(lambda m, args, out: note("never"), always_call=False),
        registering(T, "forward_hook")(fails, always_call=True),
    ]
    model.register_forward_hook(fails, always_call=True)
    try:
        for whose in ("global module forward hook", "module forward hook"):
            note.warning(f"{whose} with ``always_call=True`` raised", lambda: note.error("no", lambda: model(1)))
    finally:
        for handle in handles:
            handle.remove()


@on_both
def test_registration_hooks_may_replace_what_is_registered(T, note):
    def parameter(module, name, param):
        note(type(module).__name__, name)
        return T.nn.Parameter(T.zeros(3)) if name == "bias" else None

    handles = [
        registering(T, "parameter_registration_hook")(parameter),
        registering(T, "module_registration_hook")(lambda m, name, sub: note("module", name, type(sub).__name__)),
        registering(T, "buffer_registration_hook")(lambda m, name, buf: note("buffer", name, list(buf.shape))),
    ]
    try:
        model = T.nn.Sequential(T.nn.Linear(2, 3), T.nn.BatchNorm1d(3))
        model[1].running_mean = T.ones(3)
        model.extra = T.nn.ReLU()
        model.extra = None
        note(model[1].bias, model[0].bias.shape)
    finally:
        for handle in handles:
            handle.remove()


@pytest.mark.torch
@pytest.mark.parametrize("device", ["cpu", None])
def test_to_empty_gives_new_memory_of_the_same_shapes(device):
    def program(T, note):
        model = T.nn.BatchNorm1d(3)
        before = model.weight
        note(model.to_empty(device=device) is model, model.weight is before, list(model.weight.shape))
        note(model.running_mean.shape == (3,), model.num_batches_tracked.dtype == T.int64, model.weight.requires_grad)

    same(program)
