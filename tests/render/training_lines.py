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


def sweep() -> Trace:
    """Record two trainings of models of one name: the second's graphs are others."""
    ag.manual_seed(0)
    with ag.record() as trace:
        for rate in (0.1, 0.01):
            net = ag.nn.Linear(2, 1)
            optimizer = ag.optim.SGD(net.parameters(), lr=rate)
            for _ in range(3):
                optimizer.zero_grad()
                loss = net(ag.ones(1, 2)).sum()
                loss.backward()
                optimizer.step()
    return trace


def warm() -> Trace:
    """Record a loop whose first turn is another than the rest."""
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    optimizer = ag.optim.SGD([w], lr=0.1)
    with ag.record() as trace:
        for turn in range(4):
            optimizer.zero_grad()
            loss = w.exp().sum()
            if turn == 0:
                loss = loss * 2
            loss.backward()
            optimizer.step()
    return trace


def last_root() -> Trace:
    """Record a loop whose last pass starts elsewhere."""
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    with ag.record() as trace:
        for turn in range(4):
            y = w * w
            loss = y.sum()
            if turn < 3:
                loss.backward()
            else:
                y.backward(ag.ones(2))
    return trace


def delayed() -> Trace:
    """Record a loop in which each pass runs one turn after its forward."""
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    with ag.record() as trace:
        before = None
        for _ in range(4):
            loss = (w * w).sum()
            if before is not None:
                before.backward()
            before = loss
    return trace
