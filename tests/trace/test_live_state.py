"""What a frame says is what the engine held at that step: every lesson is watched while it is recorded."""

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from autograd_viz.autograd import listeners
from autograd_viz.trace import Frame, Trace, frames, record
from autograd_viz.trace.data import Value
from autograd_viz.trace.recording.recorder import Recorder
from tests.trace.lessons import CELLS


class Watcher(listeners.Listener):
    """Copies the engine's state after each event that the recorder, which hears first, has recorded."""

    def __init__(self, trace: Trace, recorder: Recorder) -> None:
        self.trace = trace
        self.recorder = recorder
        self.states: dict[int, dict[str, Any]] = {}

    def operation(self, call: Any) -> None:
        self.look(None)

    def backward_event(self, task: Any, event: Any) -> None:
        self.look(running(sys._getframe()))

    def look(self, engine: dict[str, Any] | None) -> None:
        tensors, nodes = self.recorder.tensors, self.recorder.nodes
        held = list(enumerate(tensors.held))
        self.states[len(self.trace.events)] = {
            "grads": {number: copied(tensor._grad) for number, tensor in held},
            "values": {number: copied(tensor) for number, tensor in held},
            "versions": {number: 0 if tensor._counter is None else tensor._counter[0] for number, tensor in held},
            "freed": {number: node.saved is None for node, number in nodes._ids.items()},
            "buffers": {} if engine is None else buffers(engine, nodes._ids),
        }


def running(frame: Any) -> dict[str, Any]:
    """Return the local variables of the engine's generator."""
    while "steps" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["steps"].gi_frame.f_locals  # type: ignore[no-any-return]


def buffers(engine: dict[str, Any], ids: Any) -> dict[int, list[Any]]:
    found = {}
    for node, held in engine["buffers"].items():
        rows = held if isinstance(held, list) else [held]
        found[ids[node]] = [copied(getattr(each, "value", each)) for each in rows]
    return found


def copied(found: Any) -> Any:
    return None if found is None else np.array(getattr(found, "_array", found))


def watched(code: str) -> tuple[Trace, dict[int, dict[str, Any]]]:
    ag.manual_seed(0)
    recording = record()
    with pytest.MonkeyPatch.context() as patch:
        trace = recording.__enter__()
        recorder = recording._recorder
        assert recorder is not None
        watcher = Watcher(trace, recorder)
        listeners.add(watcher)
        patch.setattr("builtins.print", lambda *_: None)
        try:
            exec(compile(code, "cell", "exec"), {"ag": ag})
        except Exception as error:
            assert CELLS  # the trace ends with it
            recording.__exit__(type(error), error, error.__traceback__)
        else:
            recording.__exit__(None, None, None)
        finally:
            listeners.remove(watcher)
    assert not recorder.stopped
    return trace, watcher.states


def array(trace: Trace, number: int | None) -> Any:
    """Return an entry of a trace's values as an array."""
    if number is None:
        return None
    value: Value = trace.values[number]
    assert value.data is not None
    numbers = [float(each) if each != "Infinity" else np.inf for each in value.data]
    return np.array(numbers).reshape(value.shape)


def assert_same(one: Any, two: Any) -> None:
    assert (one is None) == (two is None)
    if one is not None:
        np.testing.assert_array_equal(one, np.asarray(two, dtype=float).astype(one.dtype))


def compared(frame: Frame, state: dict[str, Any]) -> Iterator[tuple[Any, int | None]]:
    """Yield what the engine held beside the value that the frame says."""
    for number, leaf in frame.leaves.items():
        if number in state["grads"]:
            yield state["grads"][number], leaf.grad
    for number, rows in state["buffers"].items():
        assert frame.nodes[number].state in ("waiting", "ready", "idle"), frame.k
        yield from zip(rows, frame.nodes[number].buffer, strict=True)


@pytest.mark.parametrize("name", CELLS)
def test_a_frame_is_the_live_state_at_that_step(name: str) -> None:
    trace, states = watched(CELLS[name])
    compared_steps = 0
    followed = {each.id for each in trace.tensors if each.name} | {
        saved.tensor for node in trace.nodes for saved in node.saved
    }
    for frame in frames(trace):
        state = states.get(frame.k)
        if state is None:
            continue
        compared_steps += 1
        for live, said in compared(frame, state):
            assert_same(live, array(trace, said))
        for number, version in state["versions"].items():
            now, record_ = frame.tensors.get(number), trace.tensors[number]
            if record_.role == "gradient" or number not in followed:
                continue  # a .grad is followed among the leaves, a tensor that nobody can see not at all
            assert version == (now.version if now else record_.version), (frame.k, number)
            assert_same(state["values"][number], array(trace, now.value if now else record_.value))
        for number, freed in state["freed"].items():
            node = next(each for each in trace.nodes if each.id == number)
            assert frame.nodes[number].saved_freed == (freed and bool(node.saved)), (frame.k, number)
    assert compared_steps or trace.events[0].kind in ("error", "refused")
