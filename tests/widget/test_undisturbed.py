"""Programs do the same with a recording as without, whatever they are made of; the trace is whole and can be shown.

A program of `undisturbed.txt` begins at a line `#### title`. What it leaves in `out` is compared too.
"""

import contextlib
import io
import json
import linecache
import signal
import warnings
from pathlib import Path
from typing import Any

import pytest

import autograd_viz as ag
from autograd_viz.autograd import listeners
from autograd_viz.trace import Trace
from autograd_viz.trace.message import message_of
from autograd_viz.trace.recording.values import ValueTable
from autograd_viz.widget.player import Player

TEXT = (Path(__file__).parent / "undisturbed.txt").read_text(encoding="utf-8")
PROGRAMS = dict(part.split("\n", 1) for part in TEXT.split("#### ")[1:])


def errors(error: BaseException | None) -> list[tuple[str, str]]:
    """Return an error and what was being handled when it was raised, as class names and messages."""
    found = []
    while error is not None:
        found.append((type(error).__name__, message_of(error)))
        error = error.__context__
    return found


def outcome(program: str, context: Any) -> tuple[dict[str, Any], Trace]:
    """Run a program in a context; return all that can be seen of it from outside, and what the context gave."""
    name = f"<program {hash(program)}>"
    linecache.cache[name] = (len(program), None, program.splitlines(True), name)
    code, space = compile(program, name, "exec"), {"ag": ag, "__name__": "__main__"}
    said, raised, trace = io.StringIO(), None, None
    ag.manual_seed(0)
    with warnings.catch_warnings(record=True) as warned, contextlib.redirect_stdout(said):
        warnings.simplefilter("always")
        try:
            with context as trace:
                exec(code, space)
        except BaseException as error:
            raised = error.with_traceback(None)
    leaves = {name: each for name, each in space.items() if type(each) is ag.Tensor and each.is_leaf}
    found = {
        "out": repr(space.get("out")),
        "stdout": said.getvalue(),
        "errors": errors(raised),
        "grads": {name: None if each.grad is None else repr(each.grad.tolist()) for name, each in leaves.items()},
        "warnings": [(each.category, str(each.message)) for each in warned],
        "listeners": listeners.active(),
    }
    return found, trace


@pytest.mark.parametrize("title", PROGRAMS)
def test_a_program_does_the_same_with_a_recording(title: str, tmp_path: Path) -> None:
    alone, _ = outcome(PROGRAMS[title], contextlib.nullcontext())
    recorded, trace = outcome(PROGRAMS[title], ag.record())
    assert alone == recorded
    if alone["errors"]:
        assert alone["errors"][0][0].replace("\ud800", "\ufffd") == trace.to_json()["events"][-1]["error"]["type"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("default", DeprecationWarning)  # ipywidgets 7 gives them
        read = Trace.from_json(json.loads(json.dumps(trace.to_json(), allow_nan=False)))
        assert len(trace.events) == len(read.events)
        player = ag.play(trace)
        assert isinstance(player, Player)
        assert player.save(tmp_path / "all.html").stat().st_size > 50_000
        assert player.save(tmp_path / "end.svg", step=len(trace.events)).exists()


LOOP = """
model = ag.nn.Sequential(ag.nn.Linear(2, 2), ag.nn.Tanh(), ag.nn.Linear(2, 1))
for _ in range(2):
    model(ag.ones(3, 2)).sum().backward()
"""


@pytest.mark.parametrize("when", range(1, 60, 4))
def test_an_interrupt_while_the_recorder_works_is_the_users_and_ends_the_trace(when: int, monkeypatch: Any) -> None:
    add, calls = ValueTable.add, [0]

    def interrupted(self: ValueTable, array: Any) -> int:
        calls[0] += 1
        if calls[0] == when:
            raise KeyboardInterrupt
        return add(self, array)

    monkeypatch.setattr(ValueTable, "add", interrupted)
    found, trace = outcome(LOOP, ag.record())
    assert when <= calls[0]
    assert [("KeyboardInterrupt", "")] == found["errors"]
    assert () == found["listeners"]
    assert "KeyboardInterrupt" == trace.events[-1].error.type
    assert len(trace.events) == len(Trace.from_json(trace.to_json()).events)
    assert isinstance(ag.play(trace), Player)


@pytest.mark.parametrize("when", range(1, 60, 9))
def test_what_a_signal_handler_raises_while_the_recorder_works_is_the_users(when: int, monkeypatch: Any) -> None:
    add, calls = ValueTable.add, [0]

    def out_of_time(number: int, frame: Any) -> None:
        raise TimeoutError("too long")

    def signalled(self: ValueTable, array: Any) -> int:
        calls[0] += 1
        if calls[0] == when:
            signal.raise_signal(signal.SIGINT)
        return add(self, array)

    monkeypatch.setattr(ValueTable, "add", signalled)
    before = signal.signal(signal.SIGINT, out_of_time)
    try:
        found, trace = outcome(LOOP, ag.record())
    finally:
        signal.signal(signal.SIGINT, before)
    assert [("TimeoutError", "too long")] == found["errors"]
    assert ([], ()) == (found["warnings"], found["listeners"])
    assert "TimeoutError" == trace.events[-1].error.type
