"""What nodes keep for backward: only what a rule needs, freed, checked for changes, packed by hooks."""

import pytest

import autograd_viz as ag
from tests.autograd.side_by_side import function, leaf, on_both, same

pytestmark = pytest.mark.torch

TWICE = "Trying to backward through the graph a second time"
MODIFIED = "one of the variables needed for gradient computation has been modified by an inplace operation"


@pytest.mark.parametrize(
    ("save", "change_input", "change_result"),
    [
        (lambda x: x.exp(), True, False),
        (lambda x: x.pow(2), False, True),
        (lambda x: x.sigmoid(), True, False),
        (lambda x: x.sin(), False, True),
        (lambda x: x + 2, True, True),
        (lambda x: x.clone(), True, True),
        (lambda x: x * 2, True, True),
        (lambda x: x * x, False, True),
        (lambda x: x.tanh(), True, False),
        (lambda x: x.sqrt(), True, False),
        (lambda x: x.log(), False, True),
        (lambda x: x.sum(), True, True),
    ],
    ids=["exp", "pow", "sigmoid", "sin", "add", "clone", "mul by a number", "mul", "tanh", "sqrt", "log", "sum"],
)
def test_changing_what_was_not_saved_is_fine_and_what_was_is_an_error(save, change_input, change_result):
    def program(T, note):
        for changed, allowed in (("input", change_input), ("result", change_result)):
            x = leaf(T)
            before = x * 1
            after = save(before)
            (before if changed == "input" else after).mul_(2)
            if allowed:
                after.sum().backward()
                note(x.grad)
            else:
                note.error("is at version 1; expected version 0 instead", after.sum().backward)

    same(program)


@pytest.mark.parametrize("name", ["gather", "take", "take_along_dim", "masked_select", "cummax", "index_select", "max"])
def test_what_picks_elements_saves_what_it_picks_them_from_where_pytorch_does(name):
    def program(T, note):
        index = T.zeros(1, 3, dtype=T.int64)
        pick = {
            "gather": lambda x: x.gather(0, index),
            "take": lambda x: x.take(index),
            "take_along_dim": lambda x: T.take_along_dim(x, index, 0),
            "masked_select": lambda x: x.masked_select(x > 1),
            "cummax": lambda x: x.cummax(0)[0],
            "index_select": lambda x: x.index_select(0, index[0]),
            "max": lambda x: x.max(0)[0],
        }[name]
        x = T.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
        before = x * 1
        after = pick(before)
        before.mul_(2)
        if name in ("index_select", "max"):
            after.sum().backward()
            note(x.grad)
        else:
            note.error("is at version 1; expected version 0 instead", after.sum().backward)

    same(program)


def test_the_error_names_the_tensor_its_origin_and_the_versions():
    def program(T, note):
        x = leaf(T)
        b = x * 3
        c = b * b
        b.add_(1)
        b.add_(1)
        note.error(f"{MODIFIED}: [torch.FloatTensor [3]], which is output 0 of Add", c.sum().backward)
        note.error("is at version 2; expected version 0 instead", c.sum().backward)
        w = leaf(T, dtype="float64")
        y = w * leaf(T, dtype="float64")
        with T.no_grad():
            w.zero_()
        note.error(f"{MODIFIED}: [torch.DoubleTensor [3]] is at version 1; expected version 0", y.sum().backward)

    same(program)


def test_our_error_also_names_the_node_and_the_parameter():
    b = leaf(ag) * 3
    c = b * b
    b.add_(1)
    with pytest.raises(RuntimeError, match=r"MulBackward0's saved '(self|other)': clone it before changing it"):
        c.sum().backward()


def test_versions_are_shared_with_views_and_detached_tensors_but_not_with_data():
    def program(T, note):
        b = leaf(T) * 1
        view, detached, data = b[:2], b.detach(), b.data
        b.add_(1)
        note(b._version, view._version, detached._version, data._version)
        view.add_(1)
        note(b._version, view._version, detached._version)
        data.add_(1)
        note(b._version, data._version)
        detached.add_(1)
        note(b._version)
        b.data = T.ones(3)
        note(b._version)
        with T.no_grad():
            b.mul_(2)
        note(b._version)

    same(program)


@pytest.mark.parametrize("how", ["view", "detach", "no_grad", "slice of the result"])
def test_a_change_through_another_tensor_on_the_same_memory_is_noticed(how):
    def program(T, note):
        x = leaf(T)
        b = x * 1
        c = b.sigmoid()
        if how == "view":
            c[:1].zero_()
        elif how == "detach":
            c.detach().zero_()
        elif how == "no_grad":
            with T.no_grad():
                c.zero_()
        else:
            c.view(3, 1)[0, 0] = 5
        note.error(MODIFIED, c.sum().backward)

    same(program)


def test_a_change_through_data_is_not_noticed():
    def program(T, note):
        x = leaf(T)
        c = x.sigmoid()
        c.data.zero_()
        c.sum().backward()
        note(x.grad)

    same(program)


def test_saved_tensors_can_be_looked_at_until_they_are_freed():
    def program(T, note):
        x, w = leaf(T), leaf(T)
        y = x * w
        e = y.exp()
        node, exp = y.grad_fn, e.grad_fn
        note(node._saved_self, node._saved_other, exp._saved_result, node._saved_self is x)
        note((x * 2).grad_fn._saved_self, (x * T.ones(3)).grad_fn._saved_self)
        e.sum().backward()
        note.error(TWICE, lambda: node._saved_self)
        note.error(TWICE, lambda: exp._saved_result)
        assert not hasattr(node, "_saved_nothing")

    same(program)


def test_a_saved_result_remembers_its_node_for_second_derivatives():
    def program(T, note):
        x = leaf(T, dtype="float64")
        y = x.exp().sigmoid()
        (gradient,) = T.autograd.grad(y.sum(), x, create_graph=True)
        (second,) = T.autograd.grad(gradient.sum(), x, create_graph=True)
        (third,) = T.autograd.grad(second.sum(), x)
        note(gradient.detach(), second.detach(), third)

    same(program)


def test_in_place_operations_keep_the_value_from_before():
    def program(T, note):
        x = leaf(T)
        for change in (lambda y: y.pow_(2), lambda y: y.mul_(x), lambda y: y.div_(x), lambda y: y.sin_(),
                       lambda y: y.exp_(), lambda y: y.sigmoid_()):  # fmt: skip
            y = x * 2
            change(y)
            note(y, T.autograd.grad(y.sum(), x))

    same(program)


# hooks


def test_hooks_pack_every_saved_tensor_and_unpack_what_is_needed():
    def program(T, note):
        def pack(tensor):
            note("pack", tensor, T.is_grad_enabled())
            return tensor.tolist()

        def unpack(packed):
            note("unpack", packed)
            return T.tensor(packed)

        x, w = leaf(T), leaf(T, (4.0, 5.0, 6.0))
        with T.autograd.graph.saved_tensors_hooks(pack, unpack):
            y = x * w
            z = (y.exp() + 1).sum()
        z.backward(retain_graph=True)
        note(x.grad, w.grad)
        note(y.grad_fn._saved_self)

    same(program)


def test_hooks_see_the_tensors_of_functions_too():
    def program(T, note):
        def forward(ctx, a):
            result = a.exp()
            ctx.save_for_backward(a, result, None)
            return result

        mine = function(T, forward, lambda ctx, grad: grad * ctx.saved_tensors[1])
        x = leaf(T)
        with T.autograd.graph.saved_tensors_hooks(lambda t: (note("pack", t), t)[1], lambda t: (note("unpack"), t)[1]):
            y = mine.apply(x)
        y.sum().backward()
        note(x.grad)

    same(program)


def test_what_is_unpacked_carries_the_history_it_was_packed_with():
    def program(T, note):
        x = leaf(T, dtype="float64")
        with T.autograd.graph.saved_tensors_hooks(lambda t: t.tolist(), lambda p: T.tensor(p, dtype=T.float64)):
            y = (x * 2).exp() * x
            (gradient,) = T.autograd.grad(y.sum(), x, create_graph=True)
            note(gradient.detach(), T.autograd.grad(gradient.sum(), x))

    same(program)


def test_only_the_innermost_hooks_are_used():
    def program(T, note):
        hooks = T.autograd.graph.saved_tensors_hooks
        x = leaf(T)
        with hooks(lambda t: (note("outer"), t)[1], lambda t: t):
            with hooks(lambda t: (note("inner"), t)[1], lambda t: t):
                y = x * x
            z = y * y
        z.sum().backward()
        note(x.grad)

    same(program)


def test_what_pack_and_unpack_hooks_may_not_do():
    def program(T, note):
        hooks = T.autograd.graph.saved_tensors_hooks
        x = leaf(T)
        with hooks(lambda t: t, lambda t: 1.0):
            y = x * x
        note.error("Output of saved tensor unpack_hook expected to be a Tensor", y.sum().backward)
        with hooks(lambda t: t.add_(1), lambda t: t):
            note.error("A saved tensor pack hook is modifying its input in place", lambda: x.clone() * x.clone())

    same(program)


def test_versions_are_not_checked_where_hooks_pack():
    def program(T, note):
        x = leaf(T)
        with T.autograd.graph.saved_tensors_hooks(lambda t: t.clone(), lambda t: t):
            b = x * 1
            c = b * b
        b.zero_()
        c.sum().backward()
        note(x.grad)

    same(program)


def test_hooks_of_a_single_saved_tensor():
    def program(T, note):
        x, w = leaf(T), leaf(T)
        y = x * w
        raw = y.grad_fn._raw_saved_self
        raw.register_hooks(lambda t: (note("pack", t), t.tolist())[1], lambda p: (note("unpack"), T.tensor(p))[1])
        note.error("Calling register_hooks on a saved tensor whose hooks have already been set",
                   lambda: raw.register_hooks(lambda t: t, lambda t: t))  # fmt: skip
        y.sum().backward()
        note(w.grad)
        note.error("after it has been freed", lambda: raw.register_hooks(lambda t: t, lambda t: t))

    same(program)


def test_save_on_cpu_changes_nothing():
    def program(T, note):
        x = leaf(T)
        with T.autograd.graph.save_on_cpu():
            y = x.exp() * x
        y.sum().backward()
        note(x.grad)

    same(program)


def test_hooks_can_be_forbidden():
    def program(T, note):
        graph = T.autograd.graph
        with graph.disable_saved_tensors_hooks("not here"):
            note.error("not here", graph.save_on_cpu().__enter__)
            with graph.disable_saved_tensors_hooks("nor here"):
                note.error("nor here", graph.save_on_cpu().__enter__)
            x = leaf(T)
            (x * x).sum().backward()
            note(x.grad)
        with graph.save_on_cpu():
            note("allowed again")

    same(program)


def test_saved_tensors_may_be_changed_where_that_is_allowed():
    def program(T, note):
        graph = T.autograd.graph
        x = leaf(T)
        with graph.allow_mutation_on_saved_tensors():
            b = x * 1
            c = (b**2).sum()
            e = b.exp()
            b.sin_()
            b[:1].zero_()
            e.mul_(2)
            (c + e.sum() + b.sum()).backward()
            note(x.grad, b)
            note.error("allow_mutation_on_saved_tensors contexts cannot be nested",
                       graph.allow_mutation_on_saved_tensors().__enter__)  # fmt: skip
            d = x * x
        note.error("Trying to backward outside of the 'allow_mutation_on_saved_tensors' context", d.sum().backward)

    same(program)


@on_both
def test_what_no_gradient_needs_may_be_changed(T, note):
    x = leaf(T)
    y = x * 1
    with T.no_grad():
        view = y[:2]  # requires grad as its base does, but nothing flows through it
    z = (view * view + 1).log().sum() + x.sum()
    y.zero_()
    z.backward()
    note(x.grad)


@on_both
def test_saved_tensors_that_were_detached_in_place(T, note):
    phrase = "Trying to use a saved tensor that has been detached in-place, i.e. with .detach_()."
    x, w = leaf(T), leaf(T)
    y = x * 1
    total = (y * w).sum()
    y.detach_()
    note.error(phrase, total.backward)
    (y * w).sum().backward()
    note(x.grad, w.grad)
    result = (x * 1).exp()
    total = (result * 2).sum()
    result.detach_()  # the node of exp keeps its own alias of the result
    total.backward()
    note(x.grad)
    with T.autograd.graph.saved_tensors_hooks(lambda saved: saved, lambda saved: saved):
        y = x * 1
        total = y.sin().sum()
    y.detach_()
    total.backward()
    note(x.grad)
