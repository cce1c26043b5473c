"""`utils.checkpoint`: regions computed again instead of kept."""

import pytest

import autograd_viz as ag
from autograd_viz.autograd import listeners
from tests.autograd.side_by_side import function, leaf, on_both, same

pytestmark = [
    pytest.mark.torch,
    pytest.mark.filterwarnings("ignore:None of the inputs have requires_grad"),
    pytest.mark.filterwarnings("ignore:.*use_reentrant parameter should be passed"),
]


def imported(T):
    """Return the module of either library."""
    import importlib

    return importlib.import_module(f"{T.__name__}.utils.checkpoint")


class Counted:
    """A function that counts its calls."""

    def __init__(self, call):
        self.call, self.count = call, 0

    def __call__(self, *args):
        """Call the function."""
        self.count += 1
        return self.call(*args)


def region(a, b):
    """Return something for which several tensors are saved."""
    return (a * b).exp().sin() * a


@pytest.mark.parametrize("use_reentrant", [False, True])
def test_gradients_are_those_without(use_reentrant):
    def program(T, note):
        checkpoint = imported(T).checkpoint
        x, w = leaf(T, (0.1, 0.2, 0.3), "float64"), leaf(T, (0.4, 0.5, 0.6), "float64")
        counted = Counted(region)
        checkpoint(counted, x, w, use_reentrant=use_reentrant).sum().backward()
        note(x.grad, w.grad, counted.count)
        region(x, w).sum().backward()
        note(x.grad, w.grad)

    same(program)


def test_regions_nest():
    def program(T, note):
        checkpoint = imported(T).checkpoint
        inner = Counted(region)

        def middle(a, b):
            return checkpoint(inner, a, b, use_reentrant=False).cos()

        def outer(a, b):
            return checkpoint(middle, a, b, use_reentrant=False).tanh() + checkpoint(middle, b, a, use_reentrant=False)

        x, w = leaf(T, (0.1, 0.2, 0.3), "float64"), leaf(T, (0.4, 0.5, 0.6), "float64")
        checkpoint(outer, x, w, use_reentrant=False).sum().backward()
        note(x.grad, w.grad, inner.count)

    same(program)


def test_the_recomputation_stops_when_everything_is_there():
    def program(T, note):
        module = imported(T)
        reached = []

        def call(a):
            result = a.sin().exp()
            reached.append("end")
            return result

        x = leaf(T)
        module.checkpoint(call, x, use_reentrant=False).sum().backward()
        note(list(reached))
        module.checkpoint(call, x, use_reentrant=False, early_stop=False).sum().backward()
        note(list(reached))
        with module.set_checkpoint_early_stop(False):
            y = module.checkpoint(call, x, use_reentrant=False)
        y.sum().backward()
        note(list(reached), x.grad)

    same(program)


def test_a_retained_graph_is_recomputed_for_each_run():
    def program(T, note):
        counted = Counted(region)
        x, w = leaf(T), leaf(T)
        y = imported(T).checkpoint(counted, x, w, use_reentrant=False).sum()
        y.backward(retain_graph=True)
        note(T.autograd.grad(y, w), x.grad, counted.count)

    same(program)


def test_second_derivatives():
    def program(T, note):
        x, w = leaf(T, (0.1, 0.2), "float64"), leaf(T, (0.4, 0.5), "float64")
        y = imported(T).checkpoint(region, x, w, use_reentrant=False).sum()
        (gradient,) = T.autograd.grad(y, x, create_graph=True)
        note(gradient.detach(), T.autograd.grad(gradient.sum(), w))

    same(program)


def test_parameters_that_the_function_only_refers_to():
    def program(T, note):
        for use_reentrant in (False, True):
            w, x = leaf(T), leaf(T)
            imported(T).checkpoint(lambda a, w=w: (a * w).exp(), x, use_reentrant=use_reentrant).sum().backward()
            note(x.grad, w.grad)

    same(program)


def test_random_numbers_are_drawn_again():
    def program(T, note):
        for use_reentrant in (False, True):
            T.manual_seed(0)
            x, drawn = leaf(T), []

            def noisy(a, drawn=drawn):
                drawn.append(T.rand(3))
                return a * drawn[-1]

            imported(T).checkpoint(noisy, x, use_reentrant=use_reentrant).sum().backward()
            note(drawn, x.grad, T.rand(2))

    same(program)


@pytest.mark.parametrize(
    ("phrase", "first", "again"),
    [
        ("A different number of tensors was saved during the original forward and recomputation.",
         lambda a: a.sin().exp(), lambda a: a.sin()),
        ("Recomputed values for the following tensors have different metadata than during the forward pass.",
         lambda a: a.exp(), lambda a: a[:2].exp()),
        ("trying to save more tensors during recomputation than during the original forward pass.",
         lambda a: a.sin(), lambda a: a.sin().exp()),
    ],
)  # fmt: skip
def test_a_function_that_does_something_else_again_is_found_out(phrase, first, again):
    def program(T, note):
        module = imported(T)

        def changing():
            calls = []

            def call(a):
                calls.append(1)
                return (first if len(calls) == 1 else again)(a)

            return module.checkpoint(call, leaf(T), use_reentrant=False, early_stop=False)

        note.error(phrase, changing().sum().backward)
        note(issubclass(module.CheckpointError, RuntimeError))

    same(program)


@pytest.mark.parametrize("everywhere", [False, True])
def test_our_report_lists_the_operations_of_both_runs(everywhere):
    calls = []

    def call(a):
        calls.append(1)
        return a.sin().exp() if len(calls) == 1 else a.cos()

    module = imported(ag)
    if everywhere:
        with module.set_checkpoint_debug_enabled(True):
            y = module.checkpoint(call, leaf(ag), use_reentrant=False)
    else:
        y = module.checkpoint(call, leaf(ag), use_reentrant=False, debug=True)
    with pytest.raises(RuntimeError, match="Detected non-determinism while running activation checkpointing") as caught:
        y.sum().backward()
    assert "sin(self[3]) -> [3]\nexp(self[3]) -> [3]" in str(caught.value)
    assert "cos(self[3]) -> [3]" in str(caught.value)


def test_saved_tensors_are_unpacked_once_a_run():
    def program(T, note):
        def twice(ctx, grad):
            assert len(ctx.saved_tensors) == 1
            return grad * ctx.saved_tensors[0]

        def forward(ctx, a):
            ctx.save_for_backward(a)
            return a * 1

        mine = function(T, forward, twice)
        y = imported(T).checkpoint(mine.apply, leaf(T), use_reentrant=False)
        note.error("Unpack is being triggered for a tensor that was already unpacked once", y.sum().backward)

    same(program)


def test_options_that_do_not_go_together():
    def program(T, note):
        module = imported(T)
        x = leaf(T)
        call = module.checkpoint
        note.error("Unexpected keyword arguments: extra", lambda: call(T.sin, x, use_reentrant=True, extra=1))
        note.error("is only supported when use_reentrant=False", lambda: call(T.sin, x, use_reentrant=True, debug=True))
        note.error("determinism_check should be one of",
                   lambda: call(T.sin, x, use_reentrant=False, determinism_check="some"))  # fmt: skip
        note.error("incompatible with .grad() or passing an `inputs` parameter",
                   lambda: T.autograd.grad(call(T.sin, x, use_reentrant=True).sum(), x))  # fmt: skip
        note.error("none of output has requires_grad=True",
                   call(lambda a: a.sin().detach(), x, use_reentrant=True).sum().backward)  # fmt: skip
        note.warning("the use_reentrant parameter should be passed explicitly", lambda: call(T.sin, x))
        note.warning("None of the inputs have requires_grad=True", lambda: call(T.sin, T.ones(2), use_reentrant=True))
        with T.no_grad():
            note(call(T.sin, x, use_reentrant=False), call(T.sin, x, use_reentrant=True))

    same(program)


def test_contexts_for_both_runs():
    def program(T, note):
        import contextlib

        @contextlib.contextmanager
        def said(word):
            note(word)
            yield
            note(f"{word} left")

        x = leaf(T)
        y = imported(T).checkpoint(T.exp, x, use_reentrant=False, context_fn=lambda: (said("first"), said("again")))
        y.sum().backward()
        note(x.grad)

    same(program)


def test_a_chain_of_layers_in_segments():
    def program(T, note):
        layers = [T.sin, T.exp, T.cos, T.tanh, T.sin]
        for use_reentrant in (False, True):
            x = leaf(T)
            imported(T).checkpoint_sequential(layers, 2, x, use_reentrant=use_reentrant).sum().backward()
            note(x.grad)

    same(program)


class Heard(listeners.Listener):
    """The names of the operations heard."""

    def __init__(self):
        self.names = []

    def operation(self, call):
        """Note an operation."""
        self.names.append(call.name)


@pytest.mark.parametrize("use_reentrant", [False, True])
def test_listeners_hear_the_recomputation(use_reentrant):
    x = leaf(ag)
    heard = Heard()
    y = imported(ag).checkpoint(lambda a: (a * a).exp(), x, use_reentrant=use_reentrant).sum()
    listeners.add(heard)
    try:
        y.backward()
    finally:
        listeners.remove(heard)
    assert [name for name in heard.names if name in ("mul", "exp")][:1] == ["mul"]


@pytest.mark.parametrize("reentrant", [False, True])
def test_arguments_that_were_changed_since_are_found_out(reentrant):
    def program(T, note):
        def run(*args):
            return imported(T).checkpoint(lambda a, b: (a * b).sin(), *args, use_reentrant=reentrant).sum()

        changed = "has been modified by an inplace operation"
        x, constant, given = leaf(T), T.ones(3), leaf(T) * 1
        total = run(given, constant)
        given.add_(1)
        note.error(f"{changed}: [torch.FloatTensor [3]], which is output 0 of Add, is at version 1", total.backward)
        total = run(x, constant)
        constant.add_(1)
        note.error(changed, total.backward)
        total = run(x, constant)
        with T.no_grad():
            x.mul_(2)
        note.error(f"{changed}: [torch.FloatTensor [3]] is at version 1; expected version 0", total.backward)
        run(x, constant).backward()
        note(x.grad)

    same(program)


@on_both
def test_the_node_of_a_reentrant_region_is_named_as_in_torch(T, note):
    note(imported(T).checkpoint(lambda a: a * 2, leaf(T), use_reentrant=True).grad_fn)
