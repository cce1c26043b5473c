"""What tells or draws a whole trace goes through it once, not once for each pass, root or piece of memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import autograd_viz as ag
from autograd_viz.render.picture import picture
from autograd_viz.render.tie import ties
from autograd_viz.trace import Trace
from autograd_viz.trace.replay import Replay
from autograd_viz.trace.summary import summary

TURNS = 6


class _Counted(list[Any]):
    """A list that counts how often it is gone through."""

    times = 0

    def __iter__(self) -> Iterator[Any]:
        self.times += 1
        return super().__iter__()


def _loop() -> Trace:
    """Record turns that each write to new memory, start at a new root and clear a gradient."""
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    with ag.record() as trace:
        for turn in range(TURNS):
            y = w * 2
            y += 1
            y.sum().backward(ag.tensor(float(turn)))
            w.grad = None
    return trace


def test_a_summary_replays_a_trace_once(monkeypatch: pytest.MonkeyPatch) -> None:
    trace, taken, step = _loop(), [], Replay.step
    monkeypatch.setattr(Replay, "step", lambda self: (taken.append(self.k), step(self))[1])
    told = summary(trace)
    assert told.count("zero_grad") + told.count("set grad") == TURNS
    assert taken == list(range(len(trace.events)))


def test_tensors_are_gone_through_once_for_all_memory_that_is_written() -> None:
    trace = _loop()
    once = ties(trace)
    assert len({each.tensors for each in once}) == TURNS
    trace.tensors = counted = _Counted(trace.tensors)
    assert ties(trace) == once
    assert counted.times == 2  # which of them share memory, and which no operation made


def test_each_root_has_its_own_seed() -> None:
    roots = [each for each in picture(_loop()).marks if each.kind == "root"]
    assert [each.seed for each in roots] == [str(turn) for turn in range(TURNS)]
