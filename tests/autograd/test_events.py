"""What listeners hear of a backward run: the events of `GraphTask.steps`, in their order."""

import numpy as np
import pytest

import autograd_viz as ag
from autograd_viz.autograd import listeners
from tests.autograd.side_by_side import function, leaf


class Heard(listeners.Listener):
    """The events of all runs, as (kind, node's name, index, what matters of the value)."""

    def __init__(self):
        self.events = []

    def backward_begin(self, task):
        """Note what the task expects."""
        self.events.append(("begin", {node.name().rsplit("::", 1)[-1]: n for node, n in task.dependencies.items()}))

    def backward_event(self, task, event):
        """Note an event; arrays are copied, as every listener must."""
        kind, node, index, value = event
        self.events.append((kind, node.name().rsplit("::", 1)[-1], index, told(kind, value)))

    def backward_end(self, task, error):
        """Note the end."""
        self.events.append(("end", error and type(error).__name__))

    def backward_refused(self, tensors, error):
        """Note a refusal."""
        self.events.append(("refused", len(tensors), type(error).__name__))

    def grad_assigned(self, tensor, old, new):
        """Note an assignment."""
        self.events.append(("assigned", number(old), number(new)))


def number(value):
    """Return an array or Tensor as nested lists of numbers, and other values as they are."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return np.array(getattr(value, "_array", value)).tolist()


def told(kind, value):
    """Return of an event's value what these tests compare."""
    if kind == "send":
        receiver, index, grad, buffer, arrived, expected = value
        return (receiver.name().rsplit("::", 1)[-1], index, number(grad), number(buffer), arrived, expected)
    if kind == "hook":
        where, _, before, after = value
        return (where, number(before), number(after))
    if kind == "accumulate":
        return tuple(number(each) for each in value[1:])
    if kind in ("run", "sum_to"):
        return tuple(number(each) for each in value)
    return number(value)


@pytest.fixture
def heard():
    """Listen for one test."""
    listener = Heard()
    listeners.add(listener)
    yield listener
    listeners.remove(listener)


def test_a_product_step_by_step(heard):
    x, w = leaf(ag, 2.0), leaf(ag, 5.0)
    (x * w + x).backward()
    assert heard.events == [
        ("begin", {"AddBackward0": 0, "MulBackward0": 1, "AccumulateGrad": 1}),
        ("seed", "AddBackward0", 0, 1.0),
        ("run", "AddBackward0", None, (1.0,)),
        ("vjp", "AddBackward0", 0, 1.0),
        ("vjp", "AddBackward0", 1, 1.0),
        ("release", "AddBackward0", None, False),
        ("send", "AddBackward0", 0, ("MulBackward0", 0, 1.0, 1.0, 1, 1)),
        ("send", "AddBackward0", 1, ("AccumulateGrad", 0, 1.0, 1.0, 1, 2)),
        ("run", "MulBackward0", None, (1.0,)),
        ("unpack", "MulBackward0", 0, 0),
        ("unpack", "MulBackward0", 1, 0),
        ("vjp", "MulBackward0", 0, 5.0),
        ("vjp", "MulBackward0", 1, 2.0),
        ("release", "MulBackward0", None, True),
        ("send", "MulBackward0", 0, ("AccumulateGrad", 0, 5.0, 6.0, 2, 2)),
        ("send", "MulBackward0", 1, ("AccumulateGrad", 0, 2.0, 2.0, 1, 1)),
        ("run", "AccumulateGrad", None, (6.0,)),
        ("accumulate", "AccumulateGrad", None, (None, 6.0, 6.0)),
        ("release", "AccumulateGrad", None, False),
        ("run", "AccumulateGrad", None, (2.0,)),
        ("accumulate", "AccumulateGrad", None, (None, 2.0, 2.0)),
        ("release", "AccumulateGrad", None, False),
        ("end", None),
    ]


def of_node(events, name):
    """Return the events of one node, without the sends."""
    return [(kind, value) for kind, node, _, value in events[1:-1] if node == name and kind != "send"]


def test_hooks_come_between_running_and_unpacking_and_after_the_rules(heard):
    x = leaf(ag, 2.0)
    y = x * x
    y.register_hook(lambda grad: grad * 10)
    y.retain_grad()
    y.grad_fn.register_prehook(lambda grads: None)
    y.grad_fn.register_hook(lambda grad_inputs, grads: None)
    x.register_hook(lambda grad: None)
    x.register_post_accumulate_grad_hook(lambda tensor: None)
    y.backward()
    assert of_node(heard.events, "MulBackward0") == [
        ("seed", 1.0),
        ("run", (1.0,)),
        ("hook", ("tensor_pre", 1.0, 10.0)),
        ("hook", ("retain_grad", None, 10.0)),
        ("hook", ("pre", 10.0, None)),
        ("unpack", 0),
        ("unpack", 0),
        ("vjp", 20.0),
        ("vjp", 20.0),
        ("hook", ("post", 20.0, None)),
        ("release", True),
    ]
    assert of_node(heard.events, "AccumulateGrad") == [
        ("run", (40.0,)),
        ("hook", ("tensor_pre", 40.0, None)),
        ("accumulate", (None, 40.0, 40.0)),
        ("hook", ("post_accumulate", 40.0, 40.0)),
        ("release", False),
    ]


def test_undoing_broadcasting_is_a_step_of_its_own(heard):
    x = leaf(ag, (1.0, 2.0))
    (ag.ones(3, 2) * x).backward(ag.ones(3, 2))
    assert ("sum_to", "MulBackward0", 1, ([[1.0, 1.0]] * 3, [3.0, 3.0])) in heard.events


def test_accumulating_tells_old_incoming_and_new(heard):
    x = leaf(ag, 2.0)
    (x * 3).backward()
    (x * 4).backward()
    found = [event for event in heard.events if event[0] == "accumulate"]
    assert found == [
        ("accumulate", "AccumulateGrad", None, (None, 3.0, 3.0)),
        ("accumulate", "AccumulateGrad", None, (3.0, 4.0, 7.0)),
    ]


def test_grad_captures_instead_of_accumulating(heard):
    x = leaf(ag, 2.0)
    y = x * x
    ag.autograd.grad(y * y, (y, x))
    kinds = [event[:2] for event in heard.events if event[0] in ("capture", "accumulate", "run")]
    assert kinds == [
        ("run", "MulBackward0"),
        ("run", "MulBackward0"),
        ("capture", "MulBackward0"),
        ("run", "AccumulateGrad"),
        ("capture", "AccumulateGrad"),
    ]


def test_only_needed_rules_are_evaluated(heard):
    x, w = leaf(ag, 2.0), leaf(ag, 5.0)
    ag.autograd.grad(x * w, x)
    assert [event for event in heard.events if event[0] in ("vjp", "send")] == [
        ("vjp", "MulBackward0", 0, 5.0),
        ("send", "MulBackward0", 0, ("AccumulateGrad", 0, 5.0, 5.0, 1, 1)),
    ]


def test_a_failing_unpack_is_the_last_event_before_the_error(heard):
    x = leaf(ag, 2.0)
    b = x * 3
    c = b.sin()
    b.add_(1)
    with pytest.raises(RuntimeError):
        c.backward()
    assert heard.events[-2:] == [("unpack", "SinBackward0", 0, 1), ("end", "RuntimeError")]


def test_a_freed_node_fails_where_it_would_unpack(heard):
    x = leaf(ag, 2.0)
    y = x.exp()
    y.backward()
    heard.events.clear()
    with pytest.raises(RuntimeError):
        y.backward()
    assert [event[0] for event in heard.events] == ["begin", "seed", "run", "end"]


def test_calls_refused_before_a_run_begins(heard):
    with pytest.raises(RuntimeError):
        ag.tensor(1.0).backward()
    with pytest.raises(RuntimeError):
        (leaf(ag) * 2).backward()
    assert heard.events == [("refused", 1, "RuntimeError"), ("refused", 1, "RuntimeError")]


def test_assignments_of_grad(heard):
    x = leaf(ag, 2.0)
    x.grad = ag.tensor(1.0)
    x.grad = None
    del x.grad
    assert heard.events == [("assigned", None, 1.0), ("assigned", 1.0, None), ("assigned", None, None)]


def test_under_create_graph_values_are_tensors():
    seen = []

    class Types(listeners.Listener):
        def backward_event(self, task, event):
            if event[0] in ("seed", "vjp"):
                seen.append(type(event[3]).__name__)

    listener = Types()
    listeners.add(listener)
    try:
        x = leaf(ag, 2.0)
        ag.autograd.grad(x * x, x, create_graph=True)
    finally:
        listeners.remove(listener)
    assert seen == ["Tensor"] * 3


def test_a_run_within_a_run_is_told_between_its_events(heard):
    x, w = leaf(ag, 2.0), leaf(ag, 3.0)
    inner = w * 5
    y = x * 2
    y.register_hook(lambda grad: inner.backward())
    y.backward()
    kinds = [event[0] for event in heard.events]
    assert kinds.count("begin") == kinds.count("end") == 2
    first, second = (place for place, kind in enumerate(kinds) if kind == "begin")
    assert kinds[second - 1] == "run"
    assert kinds[kinds.index("end") + 1] == "hook"
    assert first == 0


def test_a_function_says_what_it_is_about_to_unpack(heard):
    def forward(ctx, a):
        result = a.exp()
        ctx.save_for_backward(a, result)
        return result

    mine = function(ag, forward, lambda ctx, grad: grad * ctx.saved_tensors[1], "Mine")
    mine.apply(leaf(ag, 0.0)).backward()
    assert of_node(heard.events, "MineBackward") == [
        ("seed", 1.0), ("run", (1.0,)), ("unpack", 0), ("unpack", 0), ("vjp", 1.0), ("release", True),
    ]  # fmt: skip


def test_listeners_hear_only_their_thread_and_only_while_they_are_added():
    import threading

    listener = Heard()
    listeners.add(listener)
    thread = threading.Thread(target=lambda: (leaf(ag, 2.0) * 2).backward())
    thread.start()
    thread.join()
    listeners.remove(listener)
    (leaf(ag, 2.0) * 2).backward()
    assert listener.events == []


def test_steps_may_be_left_midway():
    x = leaf(ag, 2.0)
    y = x * x
    from autograd_viz.autograd.task import make_task

    task = make_task((y,), None, None, False, None, accumulate_grad=True)
    steps = task.steps()
    assert [next(steps)[0] for _ in range(2)] == ["seed", "run"]
    steps.close()
    assert x.grad is None
    assert ag.is_grad_enabled()
    y.backward()
    assert float(x.grad) == 4.0
