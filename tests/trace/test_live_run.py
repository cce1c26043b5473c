"""A backward that is paused between its events: what the engine does then, and what the trace takes in."""

import gc
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

import autograd_viz as ag
from autograd_viz.autograd import backward_task, listeners
from autograd_viz.autograd.anomaly_mode import detect_anomaly
from autograd_viz.autograd.state import local
from autograd_viz.trace import Trace
from autograd_viz.trace.recording import LiveRun


@pytest.fixture(autouse=True)
def _nobody_is_left_listening() -> Iterator[None]:
    yield
    for each in listeners.active():
        listeners.remove(each)


def leaves() -> tuple[ag.Tensor, ag.Tensor]:
    return ag.tensor(2.0, requires_grad=True), ag.tensor(3.0, requires_grad=True)


def begun(loss: ag.Tensor, gradient: Any = None, retain: bool | None = None, create: bool = False) -> LiveRun:
    return LiveRun(backward_task(loss, gradient, retain, create, None))


def kinds(run: LiveRun) -> list[str]:
    return [each.kind for each in run.trace.events]


def to_the_first(run: LiveRun, kind: str) -> None:
    """Advance until an event of a kind has just happened."""
    while run.advance():
        if kinds(run)[-1] == kind:
            return
    raise AssertionError(f"no {kind}")


def test_nothing_runs_before_it_is_asked_for() -> None:
    a, b = leaves()
    run = begun((a * b).sin())
    assert ["begin"] == kinds(run)
    assert "paused" == run.state
    assert (None, None) == (a.grad, b.grad)


def test_one_event_at_a_time_leads_to_the_gradients_and_the_trace_of_backward() -> None:
    a, b = leaves()
    with ag.record() as whole:
        ((a * b) * (a * b) + a).backward()
    expected = [each.kind for each in whole.events if each.kind != "op"]
    grads = [a.grad.item(), b.grad.item()]
    a, b = leaves()
    run = begun((a * b) * (a * b) + a)
    for count in range(2, len(expected) + 1):
        assert run.advance()
        assert expected[:count] == kinds(run)
    assert not run.advance()
    assert "finished" == run.state
    assert grads == [a.grad.item(), b.grad.item()]


def test_the_trace_can_be_saved_and_read_at_any_moment() -> None:
    a, b = leaves()
    run = begun((a * b).exp())
    while run.advance():
        assert len(run.trace.events) == len(Trace.from_json(run.trace.to_json()).events)


def test_a_turn_ends_when_the_node_has_sent_its_gradients() -> None:
    a, b = leaves()
    run = begun((a * b).exp())
    ends = []
    while run.turn():
        ends.append(kinds(run)[-1])
    assert ["seed", "send", "send", "release", "release", "end"] == ends


def test_grad_mode_and_the_running_node_are_the_callers_between_steps() -> None:
    a, b = leaves()
    run = begun((a * b).exp())
    while run.advance():
        assert ag.is_grad_enabled()
        assert (None, None) == (local.running, local.task)
    loss = a * b
    with ag.no_grad():
        other = begun(loss, create=True)
        while other.advance():
            assert not ag.is_grad_enabled()


def test_a_node_made_while_paused_is_nobodys_child_in_anomaly_mode() -> None:
    a, b = leaves()
    run = begun((a * b).exp())
    to_the_first(run, "run")
    with detect_anomaly():
        made = a * 2
    assert "parent_" not in made.grad_fn.metadata


def test_a_saved_tensor_changed_while_paused_raises_at_its_unpack_event() -> None:
    a, b = leaves()
    c = a * b
    run = begun(c * c + a)
    to_the_first(run, "send")
    with ag.no_grad():
        c.add_(1)
    assert "op" == kinds(run)[-1]
    with pytest.raises(RuntimeError, match="version 1; expected version 0") as caught:
        run.finish()
    assert ["unpack", "error"] == kinds(run)[-2:]
    assert ("failed", caught.value) == (run.state, run.error)
    assert "modified_in_place" == run.trace.events[-1].error.code


def test_what_does_not_bear_on_the_run_is_left_out() -> None:
    a, b = leaves()
    run = begun(a * b)
    other = ag.tensor([1.0, 2.0], requires_grad=True)
    (other * other).sum().backward()
    other.grad = None
    other.detach().add_(1)
    a * b
    with pytest.raises(RuntimeError):
        other + ag.zeros(3)
    assert ["begin"] == kinds(run)


def test_a_grad_that_is_cleared_while_paused_is_seen() -> None:
    a, b = leaves()
    a.grad = ag.tensor(5.0)
    run = begun(a * b)
    a.grad.zero_()
    b.grad = ag.tensor(1.0)
    run.finish()
    assert ["zero_", "assign"] == [each.how for each in run.trace.events if each.kind == "grad_change"]
    assert [3.0, 3.0] == [a.grad.item(), b.grad.item()]


def test_a_second_backward_through_the_paused_graph_frees_what_the_run_needs() -> None:
    a, b = leaves()
    loss = (a * b).exp()
    run = begun(loss)
    run.turn()
    loss.backward()
    assert [3.0, 2.0] == pytest.approx([a.grad.item() / loss.item(), b.grad.item() / loss.item()])
    assert 2 == kinds(run).count("begin")
    with pytest.raises(RuntimeError, match="a second time"):
        run.finish()
    assert "backward_twice" == run.trace.events[-1].error.code


def test_a_second_backward_that_retains_the_graph_lets_the_run_go_on() -> None:
    a, b = leaves()
    loss = a * b
    run = begun(loss)
    run.turn()
    loss.backward(retain_graph=True)
    run.finish()
    assert [6.0, 4.0] == [a.grad.item(), b.grad.item()]
    assert "finished" == run.state


def test_hooks_run_for_real_and_their_operations_are_recorded() -> None:
    a, b = leaves()
    c = a * b
    seen = []
    c.register_hook(lambda grad: seen.append(grad.item()) or grad * 10)
    run = begun(c.exp())
    to_the_first(run, "hook")
    assert [pytest.approx(403.4288)] == seen
    assert ["mul"] == [each.name for each in run.trace.ops]
    run.finish()
    assert 10 * 3 * seen[0] == pytest.approx(a.grad.item(), rel=1e-6)


def test_a_hook_that_raises_fails_the_run() -> None:
    a, b = leaves()
    c = a * b
    c.register_hook(lambda grad: 1 / 0)
    run = begun(c.exp())
    with pytest.raises(ZeroDivisionError):
        run.finish()
    assert ("failed", "ZeroDivisionError") == (run.state, run.trace.events[-1].error.type)
    assert "ExpBackward0" in run.report


def test_a_hook_cannot_step_its_own_run() -> None:
    a, b = leaves()
    c = a * b
    c.register_hook(lambda grad: run.advance())
    run = begun(c.exp())
    with pytest.raises(RuntimeError, match="a hook cannot step"):
        run.finish()


def test_create_graph_grows_a_layer() -> None:
    a, _ = leaves()
    run = begun(a**3, create=True)
    run.finish()
    assert {1} == {each.layer for each in run.trace.ops}
    (second,) = ag.autograd.grad(a.grad, a)
    assert 12.0 == second.item()


def test_abandoning_says_what_was_consumed() -> None:
    a, b = leaves()
    c = a * b
    run = LiveRun(backward_task(c * c + a, None, None, False, None))
    while a.grad is None:
        run.advance()
    assert (
        "Abandoned after event 26. Freed: the saved tensors of MulBackward0 ×2. Written: a.grad. "
        "Neither is undone: to try again, set the .grad to None and compute the loss anew."
    ) == run.abandon()
    assert "abandoned" == run.state
    assert not run.advance()
    assert None is b.grad
    assert () == listeners.active()


def test_abandoning_at_once_has_consumed_nothing() -> None:
    a, b = leaves()
    loss = a * b
    run = begun(loss)
    assert run.abandon().endswith("No saved tensor was freed. No .grad was written.")
    loss.backward()
    assert 3.0 == a.grad.item()


def test_a_run_that_is_over_cannot_be_abandoned() -> None:
    a, b = leaves()
    run = begun(a * b)
    run.finish()
    assert ("", "finished") == (run.abandon(), run.state)


def test_a_new_run_abandons_the_one_before() -> None:
    a, b = leaves()
    first = begun(a * b)
    told = []
    first.watcher = lambda: told.append(first.state)
    second = begun(a + b)
    assert ["abandoned"] == told
    assert (1, "paused") == (len(listeners.active()), second.state)


def test_the_buffers_go_with_the_run() -> None:
    a, b = leaves()
    c = (a * b).exp()
    run = begun(c)
    to_the_first(run, "vjp")
    node = weakref.ref(c.grad_fn)
    del c
    run.abandon()
    gc.collect()
    assert None is node()


def test_a_run_nobody_holds_stops_listening() -> None:
    a, b = leaves()
    run = begun(a * b)
    run.advance()
    del run
    gc.collect()
    assert () == listeners.active()


def test_another_thread_may_step_while_this_one_goes_on() -> None:
    a, b = leaves()
    c = a * b
    seen = []
    c.register_hook(lambda grad: seen.append(threading.get_ident()) or grad * 2)
    run = begun(c.exp())
    thread = threading.Thread(target=run.finish)
    thread.start()
    for _ in range(200):
        with ag.no_grad():
            c.detach().exp()
    thread.join()
    assert [thread.ident] == seen
    assert "finished" == run.state
    assert ["mul"] == [each.name for each in run.trace.ops]


def test_a_run_that_another_thread_finished_leaves_nobody_listening() -> None:
    a, b = leaves()
    run = begun(a * b)
    thread = threading.Thread(target=run.finish)
    thread.start()
    thread.join()
    assert 6.0 == (a * b).item()
    assert () == listeners.active()


@pytest.mark.parametrize("raised", [ValueError("mine"), KeyboardInterrupt(), SystemExit(3)])
def test_whatever_a_hook_raises_ends_the_run_with_it(raised: BaseException) -> None:
    a, b = leaves()
    c = a * b

    def hook(grad: ag.Tensor) -> None:
        raise raised

    c.register_hook(hook)
    run = begun(c.exp())
    with pytest.raises(type(raised)) as caught:
        run.finish()
    assert caught.value is raised is run.error
    assert ("failed", ()) == (run.state, listeners.active())
    assert not run.advance()
    (a * b).backward()
    assert 3.0 == a.grad.item()


def test_many_threads_stepping_at_once_take_every_event_once() -> None:
    a, b = leaves()
    c = a
    for _ in range(30):
        c = c * b
    run = begun(c)
    threads = [threading.Thread(target=run.finish) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert 1 == kinds(run).count("end")
    assert 3.0**30 == pytest.approx(a.grad.item())
