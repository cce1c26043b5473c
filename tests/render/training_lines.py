"""Recordings of training loops; golden files hold the lines of this file, so regenerate them if it changes."""

import autograd_viz as ag
from autograd_viz.trace import Trace


def training(turns: int = 5) -> Trace:
    """Record an ordinary training loop that looks at its result every other time."""
    ag.manual_seed(0)
    net = ag.nn.Sequential(ag.nn.Linear(2, 2), ag.nn.Tanh(), ag.nn.Linear(2, 1))
    optimizer = ag.optim.SGD(net.parameters(), lr=0.5)
    x, y = ag.ones(2, 2), ag.zeros(2, 1)
    with ag.record() as trace:
        for turn in range(turns):
            optimizer.zero_grad()
            loss = ag.nn.functional.mse_loss(net(x), y)
            loss.backward()
            optimizer.step()
            if turn % 2 == 0:
                loss.detach().sqrt()
    return trace


def failing() -> Trace:
    """Record a loop by hand whose fourth turn fails before its pass."""
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    with ag.record() as trace:
        try:
            for size in (2, 2, 2, 3):
                y = w.exp()
                loss = (y * ag.ones(size)).sum()
                loss.backward()
                with ag.no_grad():
                    step = w.grad * 0.5
                    w -= step
                w.grad = None
        except RuntimeError:
            pass
    return trace


def alternating() -> Trace:
    """Record a loop with two losses in each turn."""
    a, b = ag.tensor(1.0, requires_grad=True), ag.tensor(2.0, requires_grad=True)
    with ag.record() as trace:
        for _ in range(3):
            first = a.exp() * b.detach()
            first.backward()
            second = b.sin() * a.detach()
            second.backward()
    return trace


def carried() -> Trace:
    """Record a loop whose state is carried from turn to turn."""
    w = ag.tensor(0.5, requires_grad=True)
    with ag.record() as trace:
        h = ag.tensor(1.0)
        for _ in range(4):
            h = (h * w).tanh()
            h.backward(retain_graph=True)
    return trace


def penalty() -> Trace:
    """Record a loop that makes a leaf in every turn, and runs one pass within its forward: a gradient penalty."""
    w = ag.tensor([0.5, 2.0], requires_grad=True)
    with ag.record() as trace:
        for turn in range(3):
            x = (ag.ones(2) * turn).requires_grad_()
            (grad,) = ag.autograd.grad((w * x.exp()).sum(), x, create_graph=True)
            loss = (grad.norm() - 1) ** 2
            loss.backward()
    return trace
