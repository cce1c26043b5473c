"""Recordings whose groups have golden files; these hold the lines of this file, so regenerate them if it changes."""

import autograd_viz as ag
from autograd_viz.trace import Trace


class Block(ag.nn.Module):
    """Two layers and a way around them, as in a transformer."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = ag.nn.Linear(1, 1), ag.nn.Linear(1, 1)

    def forward(self, x: ag.Tensor) -> ag.Tensor:
        return x + self.second(self.first(x).tanh())


class Stack(ag.nn.Module):
    """Blocks in a list, which is called by none."""

    def __init__(self, depth: int) -> None:
        super().__init__()
        self.layers = ag.nn.ModuleList([Block() for _ in range(depth)])

    def forward(self, x: ag.Tensor) -> ag.Tensor:
        for layer in self.layers:
            x = layer(x)
        return x


def blocks(depth: int = 6) -> Trace:
    """Record a stack of blocks."""
    ag.manual_seed(0)
    model, x = Stack(depth), ag.ones(1, 1)
    with ag.record() as trace:
        loss = model(x).exp().sum()
        loss.backward()
    return trace


def loop(turns: int = 12) -> Trace:
    """Record a recurrence without scopes."""
    w, u = ag.tensor(0.5, requires_grad=True), ag.tensor(0.25, requires_grad=True)
    with ag.record() as trace:
        h = ag.tensor(0.0)
        for _ in range(turns):
            h = ag.tanh(w * h + u)
            h = h.sin() * 2
        h.backward()
    return trace


def scopes() -> Trace:
    """Record nested scopes, one of them entered twice, and an update that is not tracked."""
    w = ag.tensor(2.0, requires_grad=True)
    with ag.record() as trace:
        with ag.scope("model"):
            with ag.scope("a"):
                x = w.exp() * 2
            y = x * w
            with ag.scope("a"):
                z = y.sin() + 1
        loss = z * z
        loss.backward()
        with ag.no_grad():
            w -= 0.1 * w.grad
    return trace


def straight() -> Trace:
    """Record many different operations in a row, none of which repeats."""
    with ag.record() as trace:
        h = ag.tensor(0.5, requires_grad=True)
        for number in range(6):
            for place, act in enumerate((ag.sin, ag.cos, ag.tanh, ag.exp, ag.sigmoid)):
                h = act(h * 0.5) if (number >> (place % 4)) & 1 else act(h) - 0.25
                h = h + 1 if (number * place) % 3 else h * 0.5
        h.backward()
    return trace


CASES = {"blocks": blocks, "loop": loop, "scopes": scopes, "straight": straight}
