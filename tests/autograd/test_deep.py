"""Deep graphs and what stays behind: no recursion, nothing leaked, no reference cycles."""

import gc
import sys
import warnings
import weakref

import pytest

import autograd_viz as ag
from tests.autograd.side_by_side import function, leaf

DEEP = 150_000


def test_a_deep_graph_is_built_run_and_freed(no_collector):
    assert sys.getrecursionlimit() <= 1000
    x = leaf(ag, 1.0)
    y = x
    for step in range(DEEP):
        y = y + 0.5 if step % 2 else y * 1.0
    root = weakref.ref(y.grad_fn)
    y.backward()
    assert float(x.grad) == 1.0
    del y
    assert root() is None


def test_a_deep_graph_that_never_ran_is_freed(no_collector):
    y = leaf(ag, 1.0)
    for _ in range(DEEP):
        y = y.neg()
    root = weakref.ref(y.grad_fn)
    del y
    assert root() is None


def test_a_deep_graph_of_functions_and_changed_views():
    twice = function(ag, lambda ctx, a: a * 1, lambda ctx, grad: grad)
    x = leaf(ag, (1.0, 2.0))
    y = x * 1
    for _ in range(3000):
        y = twice.apply(y)
        y = y * 1
        y[:1].mul_(1)
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]


def test_a_deep_graph_made_by_backward():
    x = leaf(ag, 1.0)
    y = x
    for _ in range(20_000):
        y = y * x
    (first,) = ag.autograd.grad(y, x, create_graph=True)
    (second,) = ag.autograd.grad(first, x)
    assert float(first) == 20_001.0
    assert float(second) == 400_003_008.0  # torch's number too: 20,001 · 20,000, summed in float32


def test_a_watched_deep_graph():
    from autograd_viz.autograd import listeners

    listener = listeners.Listener()
    x = leaf(ag, 1.0)
    y = x
    for _ in range(5000):
        y = y * 1.0
    listeners.add(listener)
    try:
        y.backward()
    finally:
        listeners.remove(listener)
    assert float(x.grad) == 1.0


class Exp(ag.autograd.Function):
    """Saves input and result."""

    @staticmethod
    def forward(ctx, a):
        result = a.exp()
        ctx.save_for_backward(a, result)
        return result

    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.saved_tensors[1]


class Broken(ag.autograd.Function):
    """Raises in backward."""

    @staticmethod
    def forward(ctx, a):
        return a * 1

    @staticmethod
    def backward(ctx, grad):
        raise ValueError("broken")


def refused(run):
    """Run what must raise."""
    with pytest.raises((ValueError, RuntimeError)):
        run()


def hooks():
    x = leaf(ag)
    y = x * 2
    y.retain_grad()
    handle = y.register_hook(lambda grad: handle.remove())
    y.grad_fn.register_hook(lambda *grads: None)
    y.sum().backward()


def views():
    x = leaf(ag)
    y = x * 2
    first, second = y[:2], y[1:]
    first.mul_(2)
    (y.sum() + second.exp().sum()).backward()


def second_derivatives():
    x = leaf(ag)
    (gradient,) = ag.autograd.grad((x * x * x).exp().sum(), x, create_graph=True)
    gradient.sum().backward()


def packed():
    x = leaf(ag)
    with ag.autograd.graph.saved_tensors_hooks(lambda t: t, lambda t: t):
        y = (x * x).exp().sum()
    y.backward()


def failures():
    x = leaf(ag)
    y = x * x
    y.sum().backward()
    refused(y.sum().backward)
    refused(Broken.apply(x).sum().backward)
    refused(lambda: x.add_(1))
    with ag.autograd.detect_anomaly():
        refused(Broken.apply(x * 2).sum().backward)


def several_gradients():
    x = leaf(ag)
    y = x * 2
    ag.autograd.graph.register_multi_grad_hook((x, y), lambda grads: None)
    ag.autograd.graph.register_multi_grad_hook((x, y), lambda grad: None, mode="any")
    y.sum().backward()


def checkpointed():
    for use_reentrant in (False, True):
        x = leaf(ag)
        ag.utils.checkpoint.checkpoint(lambda a: (a * a).exp(), x, use_reentrant=use_reentrant).sum().backward()


def functional():
    x = ag.ones(2, dtype=ag.float64)
    ag.autograd.functional.hessian(lambda a: (a**3).sum(), x)
    ag.autograd.functional.jvp(lambda a: a**3, x, x)
    ag.func.grad(lambda a: (a**3).sum())(x)
    ag.autograd.gradcheck(lambda a: a**3, x.clone().requires_grad_())


@pytest.mark.parametrize(
    "run",
    [
        lambda: (leaf(ag) * 2).exp().sum().backward(),
        lambda: (leaf(ag) * 2).exp().sum(),
        lambda: (leaf(ag) * 2).exp().sum().backward(retain_graph=True),
        lambda: Exp.apply(leaf(ag)).sum().backward(),
        lambda: Exp.apply(leaf(ag)),
        hooks,
        views,
        second_derivatives,
        packed,
        failures,
        several_gradients,
        checkpointed,
        functional,
        ag.no_grad()(lambda: leaf(ag) * 2),
    ],
    ids=["run", "not run", "retained", "function", "function not run", "hooks", "views", "second derivatives", "packed",
         "failures", "several gradients", "checkpointed", "functional", "no_grad"],
)  # fmt: skip
def test_nothing_stays_behind(run, no_collector):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run()
        gc.collect()
        before = len(gc.get_objects())
        for _ in range(4):
            run()
        assert gc.collect() == 0
    assert len(gc.get_objects()) <= before + 20
