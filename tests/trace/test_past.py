"""Scopes and modules of a graph that was there before anybody recorded."""

import gc
import threading
import weakref

import pytest

import autograd_viz as ag
from autograd_viz import nn
from autograd_viz.autograd import scopes
from autograd_viz.trace import Trace
from autograd_viz.trace.recording.snapshot import snapshot


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(3, 3)
        self.norm = nn.LayerNorm(3)

    def forward(self, x):
        return self.norm(x + self.lin(x).tanh())


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Block(), Block()])
        self.head = nn.Linear(3, 1)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        with ag.scope("last"):
            return self.head(x) * 2


def made(trace):
    """Return the name and scope of each node, in order."""
    return [(node.name, node.scope) for node in trace.nodes if node.kind == "op"]


def classes(trace):
    return {(each.scope, each.name) for each in trace.modules}


@pytest.fixture(autouse=True)
def _forget():
    scopes._past.clear()


def test_nodes_know_their_modules_and_scopes_as_if_they_had_been_recorded():
    net, x = Net(), ag.ones(2, 3)
    loss = net(x).sum()
    with ag.record() as heard:
        net(x).sum()
    assert made(heard) == made(snapshot(loss))
    assert classes(heard) == classes(snapshot(loss))
    assert {-1} == {each.op for each in snapshot(loss).modules}


def test_draw_after_a_recording_knows_the_same():
    net, x = Net(), ag.ones(2, 3)
    with ag.record() as heard:
        loss = net(x).sum()
    assert (made(heard), classes(heard)) == (made(snapshot(loss)), classes(snapshot(loss)))


def test_a_recorded_backward_of_an_unrecorded_forward_has_the_groups():
    net, x = Net(), ag.ones(2, 3)
    groups = ag.play(net(x).sum())._groups().grouping.groups
    assert "Net/blocks.1/norm" in groups
    assert "Block" == groups["Net/blocks.1"].module


def test_a_module_within_another_of_the_same_nodes_is_the_inner_one():
    model = nn.Sequential(nn.Sequential(nn.Tanh()))
    x = ag.ones(2, requires_grad=True)
    with ag.record():
        heard = model(x)
    for loss in (model(x), heard):
        assert [("TanhBackward0", "Sequential/0/0")] == made(snapshot(loss))


def test_siblings_that_follow_each_other_are_not_within_each_other():
    x = ag.ones(2, requires_grad=True)
    with ag.scope("a"):
        y = x * 2
    with ag.scope("b"):
        z = y * 3
    assert [("MulBackward0", "a"), ("MulBackward0", "b")] == made(snapshot(z))


def test_a_call_that_fails_or_makes_no_nodes_is_forgotten():
    net = Net()
    with pytest.raises(RuntimeError):
        net.head(ag.ones(2, 4))
    with ag.no_grad():
        net.head(ag.ones(2, 3))
    assert not scopes._past


def test_no_module_is_kept_alive_and_the_nodes_of_one_that_is_gone_are_where_it_was_called():
    net = Net()
    loss = net(ag.ones(2, 3)).sum()
    gone = weakref.ref(net.head)
    net.head = None
    gc.collect()
    assert gone() is None
    assert ("AddmmBackward0", "Net/last") in made(snapshot(loss))


def test_calls_of_another_thread_are_none_of_ours():
    x = ag.ones(2, requires_grad=True)
    begun, over = threading.Event(), threading.Event()

    def elsewhere():
        with ag.scope("elsewhere"):
            begun.set()
            over.wait(10)
            x.exp()

    worker = threading.Thread(target=elsewhere)
    worker.start()
    begun.wait(10)
    y = x * 2
    over.set()
    worker.join()
    assert [("MulBackward0", "")] == made(snapshot(y))


def test_only_the_last_calls_are_remembered():
    layer, x = nn.Tanh(), ag.ones(1, requires_grad=True)
    for _ in range(scopes.MOST_CALLS + 10):
        layer(x)
    assert scopes.MOST_CALLS == len(scopes._past)


def test_a_trace_with_modules_from_before_is_saved_and_read():
    net = Net()
    trace = snapshot(net(ag.ones(2, 3)).sum())
    assert trace.modules
    assert trace.modules == Trace.from_json(trace.to_json()).modules


def test_found_nodes_stand_in_the_order_of_the_code():
    x, w = ag.ones(2, requires_grad=True), ag.ones(2, requires_grad=True)
    loss = ((x * 2).exp() + w.tanh()).sum()
    names = [node.name for node in snapshot(loss).nodes]
    made = ["MulBackward0", "ExpBackward0", "TanhBackward0", "AddBackward0", "SumBackward0"]
    assert ["AccumulateGrad", *made[:2], "AccumulateGrad", *made[2:]] == names
