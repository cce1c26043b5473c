"""Grad modes and inference mode: as blocks, functions and decorators, also of generators."""

import threading

import pytest

import autograd_viz as ag
from tests.autograd.side_by_side import leaf, on_both, same

pytestmark = pytest.mark.torch


def test_modes_nest_and_are_left_as_they_were():
    def program(T, note):
        x = leaf(T)
        with T.no_grad():
            note(x * 2, T.is_grad_enabled())
            with T.enable_grad():
                note(x * 2, T.is_grad_enabled())
                with T.set_grad_enabled(False):
                    note(x * 2)
            note(T.is_grad_enabled())
            note(leaf(T), T.zeros(1, requires_grad=True))
        try:
            with T.no_grad():
                raise KeyError
        except KeyError:
            note(T.is_grad_enabled())

    same(program)


def test_set_grad_enabled_as_a_function():
    def program(T, note):
        x = leaf(T)
        T.set_grad_enabled(False)
        note(x * 2)
        T.set_grad_enabled(True)
        note(x * 2)

    same(program)


@pytest.mark.parametrize("brackets", [True, False])
def test_modes_decorate_functions(brackets):
    def program(T, note):
        x = leaf(T)

        def double(a):
            """Double."""
            return a * 2

        for mode in (T.no_grad, T.inference_mode, T.enable_grad):
            decorated = (mode() if brackets else mode)(double)
            note(decorated(x).requires_grad, decorated.__name__, decorated.__doc__, T.is_grad_enabled())
        note(T.set_grad_enabled(False)(double)(x), T.is_grad_enabled())
        note(T.inference_mode(False)(double)(x).is_inference())

    same(program)


def test_modes_of_generators_hold_only_while_their_own_code_runs():
    def program(T, note):
        x = leaf(T)

        @T.no_grad()
        def steps():
            try:
                got = yield (x * 1).requires_grad
                note("inside", T.is_grad_enabled(), got)
                yield (x * 2).requires_grad
            except KeyError:
                note("thrown in", T.is_grad_enabled())
                yield "caught"
            finally:
                note("finally", T.is_grad_enabled())

        running = steps()
        note(next(running), T.is_grad_enabled())
        note(running.send("sent"), T.is_grad_enabled())
        note(running.throw(KeyError()), T.is_grad_enabled())
        running.close()
        note(list(steps()), T.is_grad_enabled())

        @T.no_grad()
        def returning():
            yield 1
            return 2

        def outer():
            note((yield from returning()))

        note(list(outer()))

    same(program)


def test_modes_belong_to_their_thread():
    seen = []
    with ag.no_grad():
        thread = threading.Thread(target=lambda: seen.append(ag.is_grad_enabled()))
        thread.start()
        thread.join()
    assert seen == [True]


def test_inference_tensors():
    def program(T, note):
        a = leaf(T)
        with T.inference_mode():
            i = T.ones(3)
            j = i * 2 + a
            note(T.is_inference_mode_enabled(), T.is_grad_enabled(), j, j.is_inference(), leaf(T).requires_grad)
            i.add_(1)
            note(i)
            note.error("Inference tensors do not track version counter", lambda: i._version)
        note(T.is_inference_mode_enabled(), i.is_inference(), i.view(3, 1).is_inference(), i[:2]._base)
        note(i.detach().is_inference(), i.clone().is_inference(), (i + 1).is_inference())
        note.error("Inference tensors cannot be saved for backward", lambda: i * a)
        note.error("Setting requires_grad=True on inference tensor outside InferenceMode", i.requires_grad_)
        note(i.clone().requires_grad_(), (a + i).requires_grad, T.ones(3).mul_(i).is_inference())

    same(program)


def test_normal_tensors_in_inference_mode():
    def program(T, note):
        n, a = T.ones(4), leaf(T)
        with T.inference_mode():
            n.add_(1)
            note(n._version, (a * 2).requires_grad)
            note.error("does not require grad and does not have a grad_fn", (a * 2).sum().backward)
            with T.inference_mode(False):
                note((a * 2).requires_grad, T.is_inference_mode_enabled())

    same(program)


def test_in_place_operations_of_inference_tensors_are_refused_outside():
    i = None
    with ag.inference_mode():
        i = ag.ones(3)
    with pytest.raises(RuntimeError, match="Inplace update to inference tensor outside InferenceMode"):
        i.add_(1)
    assert i.tolist() == [2.0, 2.0, 2.0]  # as in PyTorch, which looks after the work is done


def test_requires_grad_can_be_set_on_float_leaves_only():
    def program(T, note):
        a = T.ones(2)
        note(a.requires_grad_(), a.requires_grad_(False))
        a.requires_grad = True
        note(a)
        y = a * 2
        y.requires_grad_()
        note.error("you can only change requires_grad flags of leaf variables", lambda: y.requires_grad_(False))
        note.error("only Tensors of floating point", T.ones(2, dtype=T.int64).requires_grad_)
        note.error("nly Tensors of floating point", lambda: T.tensor([1, 2], requires_grad=True))

    same(program)


def test_detach_cuts_one_edge():
    def program(T, note):
        x = leaf(T, 2.0)
        note(T.autograd.grad(x * x.detach(), x), T.autograd.grad(x * x.data, x))
        with T.no_grad():
            y = x * x
        note(y, T.autograd.grad(x * y, x))

    same(program)


@on_both
def test_nothing_is_recorded_in_inference_mode_even_where_grad_is_enabled(T, note):
    x = leaf(T)
    with T.inference_mode():
        with T.enable_grad():
            y = x * 2
            note(y, T.is_grad_enabled(), y.is_inference(), T.ones(2, requires_grad=True) * 3)
        with T.inference_mode(False):
            note(x * 2, T.is_grad_enabled(), T.is_inference_mode_enabled())


@on_both
def test_what_belongs_to_an_inference_tensor_is_one_too(T, note):
    with T.inference_mode():
        made = T.ones(3)
        note(T.nn.Parameter(made), T.nn.Parameter(made).is_inference())
    note(made.data.is_inference(), made.detach().is_inference(), (made * 2).is_inference(), made.clone().is_inference())
    note.text(lambda: T.nn.Parameter(made))
    note(T.nn.Parameter(made, requires_grad=False).is_inference())


@on_both
def test_decorating_a_class_warns(T, note):
    class Made:
        def __init__(self):
            self.recorded = (leaf(T) * 2).requires_grad

    decorated = note.warning("Decorating classes is deprecated", lambda: T.no_grad()(Made))
    note(decorated().recorded, Made().recorded, T.is_grad_enabled())


@on_both
def test_modes_print_as_in_torch(T, note):
    note(repr(T.set_grad_enabled(False)), repr(T.set_grad_enabled(True)))
