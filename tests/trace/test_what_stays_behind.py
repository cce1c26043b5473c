"""A recording that is over keeps nothing of the user's alive, without the garbage collector."""

import contextlib
import gc
import weakref
from typing import Any

import pytest

import autograd_viz as ag


def plain() -> Any:
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = (x * 2).exp()
    y.sum().backward()
    return y.grad_fn


def failing() -> Any:
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = (x * x).sum()
    y.backward()
    with contextlib.suppress(RuntimeError):
        y.backward()
    with contextlib.suppress(RuntimeError):
        x.add_(1)
    return y.grad_fn


def ending_in_an_error() -> Any:
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    kept.append(weakref.ref((x * 2).grad_fn))
    y = (x * x).sum()
    y.backward()
    y.backward()


def hooked_and_changed() -> Any:
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    y.retain_grad()
    y.register_hook(lambda grad: grad * 2)
    y[:1].mul_(3)
    (first,) = ag.autograd.grad((y * y).sum(), x, create_graph=True)
    first.sum().backward()
    return y.grad_fn


kept: list[Any] = []


@pytest.mark.parametrize("run", [plain, failing, ending_in_an_error, hooked_and_changed], ids=lambda run: run.__name__)
def test_a_recording_leaves_no_cycle_and_frees_the_graph(run, no_collector):
    for _ in range(2):  # the first fills what is kept for good
        kept.clear()
        gc.collect()
        with contextlib.suppress(RuntimeError), ag.record() as trace:
            node = run()
            if node is not None:
                kept.append(weakref.ref(node))
                del node
    assert len(trace.events) > 0
    assert [None] == [reference() for reference in kept]
    assert gc.collect() == 0


def test_a_drawing_leaves_no_cycle(no_collector):
    with ag.record() as trace:
        plain()
    for _ in range(2):
        gc.collect()
        ag.draw(trace)
    assert gc.collect() == 0
