"""The twenty lessons: what each cell teaches is true on PyTorch, and happens here in the same way."""

import pytest

from tests.autograd.side_by_side import leaf, same

pytestmark = pytest.mark.torch

TWICE = "Trying to backward through the graph a second time"
MODIFIED = "one of the variables needed for gradient computation has been modified by an inplace operation"


def test_01_backward_twice():
    def program(T, note):
        x = leaf(T, 3.0)
        y = x * x
        y.backward()
        note.error(TWICE, y.backward)
        y = x + 2
        y.backward()
        y.backward()
        note(float(x.grad))

    assert same(program)[-1] == 6 + 1 + 1


def test_02_a_failed_backward_is_not_undone():
    def program(T, note):
        a, b = leaf(T, 1.0), leaf(T, 3.0)
        y = a + b * b
        y.backward()
        note.error(TWICE, y.backward)
        note(float(a.grad), float(b.grad))

    assert same(program)[-2:] == [2.0, 6.0]


def test_03_zero_grad_forgotten():
    def program(T, note):
        x = leaf(T, 2.0)
        y = x * 3
        y.backward(retain_graph=True)
        y.backward()
        note(float(x.grad))

    assert same(program) == [6.0]


def test_04_grad_of_a_non_leaf_is_none():
    def program(T, note):
        a = leaf(T, 2.0)
        b = a * 2
        c = b * 3
        c.backward()
        note(note.warning("of a Tensor that is not a leaf Tensor is being accessed", lambda: b.grad))
        b = a * 2
        b.retain_grad()
        (b * 3).backward()
        note(float(b.grad))
        w = leaf(T, (1.0, 2.0)).view(2, 1)
        note(w.is_leaf, leaf(T).to(T.float64).is_leaf)

    assert same(program)[1:] == [None, 3.0, False, False]


def test_05_nothing_to_differentiate():
    def program(T, note):
        message = "element 0 of tensors does not require grad and does not have a grad_fn"
        note.error(message, lambda: T.tensor(1.0).backward())
        x = leaf(T)
        note.error(message, lambda: x.argmax().backward())
        note.warning("requires_grad=True to a scalar", lambda: T.tensor([x.sum(), x.prod()]))
        note.error(message, lambda: T.tensor([float(x.sum().detach()), float(x.prod().detach())]).sum().backward())

    same(program)


def test_06_a_saved_tensor_changed_in_place():
    def program(T, note):
        a = leaf(T, 2.0)
        b = a * 3
        c = b * b
        b.add_(1)
        note.error(MODIFIED, c.backward)
        note.error("is at version 1; expected version 0", c.backward)

    same(program)


def test_07_which_operation_saves_what():
    def program(T, note):
        x = leaf(T)
        for save, change_input in ((lambda b: b.exp(), False), (lambda b: b.pow(2), True)):
            for spoil in (True, False):
                b = x * 1
                c = save(b)
                (b if change_input == spoil else c).mul_(1)
                if spoil:
                    note.error(MODIFIED, c.sum().backward)
                else:
                    c.sum().backward()
        note(x.grad)

    same(program)


def test_08_in_place_on_a_leaf():
    def program(T, note):
        a = leaf(T)
        note.error("a leaf Variable that requires grad is being used in an in-place operation", lambda: a.add_(1))
        with T.no_grad():
            a.add_(1)
        note(a._version, a)

    assert same(program)[1] == 1


def test_09_data_or_detach():
    def program(T, note):
        x = leaf(T, 0.5)
        s = x.sigmoid()
        s.data.zero_()
        s.backward()
        note(float(x.grad), s._version)
        s = x.sigmoid()
        s.detach().zero_()
        note.error(MODIFIED, s.backward)
        note(s._version)

    assert same(program)[:2] == [0.0, 0]


def test_10_detach_or_no_grad():
    def program(T, note):
        x = leaf(T, 2.0)
        note(float(T.autograd.grad(x * x.detach(), x)[0]), float(T.autograd.grad(x * x, x)[0]))
        with T.no_grad():
            note((x * x).requires_grad)

    assert same(program) == [2.0, 4.0, False]


def test_11_inference_mode():
    def program(T, note):
        w = leaf(T)
        with T.inference_mode():
            features = T.ones(3)
        note.error("Inference tensors cannot be saved for backward", lambda: features * w)
        note((features.clone() * w).requires_grad)

    same(program)


def test_12_retain_graph_or_create_graph():
    def program(T, note):
        x = leaf(T, 3.0)
        (first,) = T.autograd.grad(x**3, x, create_graph=True)
        (second,) = T.autograd.grad(first, x)
        note(float(first), float(second))
        (first,) = T.autograd.grad(x**3, x, retain_graph=True)
        note.error("does not require grad and does not have a grad_fn", lambda: T.autograd.grad(first, x))

    assert same(program)[:2] == [27.0, 18.0]


def test_13_backward_of_a_vector():
    def program(T, note):
        x = leaf(T, (1.0, 2.0))
        (x * x).backward(T.tensor([1.0, 10.0]))
        note(x.grad.tolist())
        note.error("grad can be implicitly created only for scalar outputs", (x * x).backward)

    assert same(program)[0] == [2.0, 40.0]


def test_14_broadcasting():
    def program(T, note):
        rows, bias = leaf(T, [[1.0] * 3] * 4), leaf(T)
        scale = T.arange(12.0).reshape(4, 3)
        ((rows + bias) * scale).sum().backward()
        note(bias.grad.tolist(), scale.sum(0).tolist(), list(rows.grad.shape))

    bias_grad, sum_over_rows, _ = same(program)
    assert bias_grad == sum_over_rows


def test_15_fan_in():
    def program(T, note):
        x = leaf(T, 2.0)
        y = x * 3
        y.register_hook(lambda grad: note("hook", float(grad)))
        y.grad_fn.register_prehook(lambda grads: note("node"))
        (y * 2 + y * 5).backward()
        note(float(x.grad))

    assert same(program) == ["hook", 7.0, "node", 21.0]


def test_16_hooks():
    def program(T, note):
        x = leaf(T, 1.0)
        y = x * 2
        y.register_hook(lambda grad: grad * 10)
        y.retain_grad()
        (y * 3).backward()
        note(float(y.grad), float(x.grad))

    assert same(program) == [30.0, 60.0]


def test_17_state_of_a_recurrent_network_carried_over():
    def program(T, note):
        w, h = leaf(T, 0.5), T.tensor(1.0)
        h = (w * h).tanh()
        h.backward()
        h = (w * h).tanh()
        note.error(TWICE, h.backward)
        h = T.tensor(1.0)
        for _ in range(2):
            h = (w * h.detach()).tanh()
            h.backward()
        note(float(w.grad))

    same(program)


def test_18_a_step_of_the_optimizer_between_two_backwards():
    def program(T, note):
        w, x = leaf(T, 2.0), leaf(T, 3.0)
        optimizer = T.optim.SGD([w], lr=0.1)
        loss = (w * x) ** 2
        loss.backward(retain_graph=True)
        optimizer.step()
        note.error(MODIFIED, loss.backward)
        note(w._version)

    same(program)


def test_19_ties_and_kinks():
    def program(T, note):
        x = leaf(T, (1.0, 3.0, 3.0))
        note(T.autograd.grad(x.max(), x)[0].tolist(), T.autograd.grad(x.max(0).values, x)[0].tolist())
        zero, other = leaf(T, 0.0), T.tensor(0.0)
        for kink in (lambda z: z.relu(), lambda z: T.maximum(z, other), lambda z: z.clamp(min=0), lambda z: z.abs()):
            note(float(T.autograd.grad(kink(zero), zero)[0]))

    shared, picked, *kinks = same(program)
    assert shared == [0.0, 0.5, 0.5]
    assert sorted(picked) == [0.0, 0.0, 1.0]
    assert kinks == [0.0, 0.5, 1.0, 0.0]


def test_20_the_where_trap():
    def program(T, note):
        x = leaf(T, (0.0, 4.0))
        T.where(x > 0, x.sqrt(), T.zeros(2)).sum().backward()
        note(x.grad.tolist())

    (found,) = same(program)
    assert found[0] != found[0]
    assert found[1] == 0.25
