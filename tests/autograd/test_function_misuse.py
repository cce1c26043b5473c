"""Functions used wrongly, and what listeners hear of Functions."""

import pytest

import autograd_viz as ag
from autograd_viz.autograd import listeners
from tests.autograd.side_by_side import function, leaf, same

pytestmark = pytest.mark.torch


@pytest.mark.parametrize(
    ("phrase", "returned"),
    [
        ("returned an incorrect number of gradients (expected 2, got 1)", lambda grad: grad),
        ("returned an incorrect number of gradients (expected 2, got 3)", lambda grad: (grad, grad, grad)),
        ("returned an incorrect number of gradients (expected 2, got 1)", lambda grad: [grad, grad]),
        ("expected Variable or None (got float)", lambda grad: (grad, 1.0)),
        ("returned an invalid gradient at index 1 - got [2] but expected shape compatible with [3]",
         lambda grad: (grad, grad[:2])),
        ("returned an invalid gradient at index 0 - got [1] but expected", lambda grad: (grad[:1], grad)),
    ],
)  # fmt: skip
def test_what_backward_may_not_return(phrase, returned):
    def program(T, note):
        mine = function(T, lambda ctx, a, b: a * b, lambda ctx, grad: returned(grad))
        note.error(phrase, mine.apply(leaf(T), leaf(T)).sum().backward)

    same(program)


def test_wrong_use_of_the_context():
    def program(T, note):
        c = leaf(T) * 1

        def using(use):
            return function(T, lambda ctx, a: use(ctx, a), lambda ctx, grad: grad)

        note.error("Some elements marked as dirty during the forward method were not returned as output",
                   lambda: using(lambda ctx, a: (ctx.mark_dirty(a), a * 1)[1]).apply(c))  # fmt: skip
        note.error("mark_dirty can only accept variables",
                   lambda: using(lambda ctx, a: ctx.mark_dirty(1) or a).apply(c))  # fmt: skip
        note.error("mark_non_differentiable only accepts variable arguments",
                   lambda: using(lambda ctx, a: ctx.mark_non_differentiable(1) or a).apply(c))  # fmt: skip
        note.error("save_for_backward can only save variables, but argument 1 is of type int",
                   lambda: using(lambda ctx, a: ctx.save_for_backward(a, 1) or a * 1).apply(c))  # fmt: skip

        def dirty_output(ctx, a):
            result = a * 2
            ctx.mark_dirty(result)
            return result

        note(note.warning("received a tensor that was not an input", lambda: using(dirty_output).apply(c)))

    same(program)


def test_functions_that_are_incomplete_or_misused():
    def program(T, note):
        class NoBackward(T.autograd.Function):
            @staticmethod
            def forward(ctx, a):
                return a * 1

        class NoForward(T.autograd.Function):
            pass

        class Both(NoBackward):
            @staticmethod
            def backward(ctx, grad):
                return grad

            @staticmethod
            def vjp(ctx, grad):
                return grad

        x = leaf(T)
        note.error("You must implement either the backward or vjp method", NoBackward.apply(x).sum().backward)
        note.error("You must implement the forward function", lambda: NoForward.apply(x))
        note.error("Implementing both 'backward' and 'vjp'", Both.apply(x).sum().backward)
        instance = note.warning("should not be instantiated", NoBackward)
        note.error("Legacy autograd function with non-static forward method is deprecated", lambda: instance(x))

    same(program)


class Heard(listeners.Listener):
    """What a listener heard, as text."""

    def __init__(self):
        self.lines = []

    def operation(self, call):
        """Note an operation."""
        inputs = [name for name, _ in call.inputs]
        node = call.node and call.node.name()
        self.lines.append((call.name, inputs, call.options, len(call.outputs), node, call.mutated is not None))

    def operation_failed(self, name, inputs, error):
        """Note a failure."""
        self.lines.append((name, [param for param, _ in inputs], type(error).__name__))


def test_listeners_hear_of_the_function_and_not_of_what_it_does():
    def forward(ctx, first, factor, *others):
        return first * factor + sum(others)

    def refuse(ctx, a):
        raise ValueError("no")

    mine = function(ag, forward, lambda ctx, grad: (grad * 2, None, grad, grad), "Mine")
    x, seed = leaf(ag), ag.ones(3)
    heard = Heard()
    listeners.add(heard)
    try:
        mine.apply(x, 2.0, x, x).backward(seed)
        with pytest.raises(ValueError, match="no"):
            function(ag, refuse, lambda ctx, grad: grad, "Refuses").apply(x)
    finally:
        listeners.remove(heard)
    assert heard.lines == [
        ("Mine", ["first", "others[0]", "others[1]"], {"factor": 2.0}, 1, "MineBackward", False),
        ("Refuses", ["a"], "ValueError"),
    ]


def test_saved_tensors_are_described_by_the_names_of_the_parameters():
    def forward(ctx, a, b):
        result, between = a * b, a + b
        ctx.save_for_backward(b, result, None, between)
        return result

    y = function(ag, forward, lambda ctx, grad: (grad, grad)).apply(leaf(ag), leaf(ag))
    described = [(each.name, each.is_output) for each in y.grad_fn.saved_info()]
    assert described == [("b", False), ("result", True), ("saved2", False), ("saved3", False)]
