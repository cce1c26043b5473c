"""`play(loss, live=True)`: the player drives the engine, from Python and as its buttons do."""

import base64
import gc
import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest

import autograd_viz as ag
from autograd_viz.autograd import listeners
from autograd_viz.trace import Trace
from autograd_viz.widget.document import PACKED
from autograd_viz.widget.live import LivePlayer
from autograd_viz.widget.player import Player
from tests.trace.spread import spread


@pytest.fixture(autouse=True)
def _nobody_is_left_listening() -> Iterator[None]:
    yield
    for each in listeners.active():
        listeners.remove(each)


def received(text: str) -> Any:
    """Return the trace that a viewer reads in what it is sent."""
    return spread(json.loads(gzip.decompress(base64.b64decode(text)) if text.startswith(PACKED) else text))


class Viewer:
    """Follows a live player as the front end does: from the state it opened with, by messages alone."""

    def __init__(self, player: LivePlayer) -> None:
        self.trace = received(player.get_state()["_trace"])
        self.heard: list[dict[str, Any]] = []
        player.send = self.hear  # type: ignore[method-assign]
        self.player = player

    def hear(self, message: Any, buffers: Any = None) -> None:
        message = json.loads(json.dumps(message))
        self.heard.append(message)
        if message["kind"] == "whole":
            self.trace = received(message["trace"])
            return
        assert message["at"] == {table: len(self.trace.get(table, [])) for table in message["at"]}
        for table, records in message["changed"].items():
            for place, record in records:
                self.trace[table][place] = record
        for table, records in message["new"].items():
            self.trace.setdefault(table, []).extend(records)
        self.trace["layout"] = message.get("layout", self.trace["layout"])

    def ask(self, kind: str) -> None:
        self.player._handle_custom_msg({"kind": kind}, [])


def leaves() -> tuple[ag.Tensor, ag.Tensor]:
    return ag.tensor(2.0, requires_grad=True), ag.tensor(3.0, requires_grad=True)


def test_a_live_player_opens_where_backward_begins_and_runs_nothing() -> None:
    a, b = leaves()
    player = ag.play(a * b, live=True)
    assert (1, "paused", "") == (player.step, player.live, player.report)
    assert "Backward pass 1 begins" in ag.explain(player.trace, 1)
    assert None is a.grad


@pytest.mark.filterwarnings("ignore:the run is")
def test_python_steps_the_engine_and_the_player_follows() -> None:
    a, b = leaves()
    player = ag.play(a * b, live=True)
    assert player.advance()
    assert (2, "seed") == (player.step, player.trace.events[-1].kind)
    player.finish()
    assert (len(player.trace.events), "finished") == (player.step, player.live)
    assert [3.0, 2.0] == [a.grad.item(), b.grad.item()]
    assert not player.advance()


def test_the_players_grain_says_how_far_a_step_goes() -> None:
    a, b = leaves()
    player = ag.play((a * b).exp(), live=True, grain="node")
    player.advance()
    player.advance()
    assert "send" == player.trace.events[-1].kind
    player.advance(by="event")
    assert "run" == player.trace.events[-1].kind
    with pytest.raises(ValueError, match="'event' or 'node', got 'hour'"):
        player.advance(by="hour")


def test_a_viewer_that_hears_the_messages_has_the_whole_trace() -> None:
    a, b = leaves()
    c = a * b
    c.register_hook(lambda grad: grad * 2)
    c.retain_grad()
    player = ag.play(c.exp(), live=True, create_graph=True)
    viewer = Viewer(player)
    while player.advance():
        assert viewer.trace == received(player.get_state()["_trace"])
    assert viewer.trace["events"] == json.loads(json.dumps(player.trace.to_json()["events"]))
    Trace.from_json(viewer.trace)


def test_a_module_that_a_hook_calls_reaches_a_viewer_that_knew_of_none() -> None:
    x, layer = ag.ones(1, 2, requires_grad=True), ag.nn.Linear(2, 2)
    y = x * 2
    y.register_hook(layer)
    player = ag.play(y.sum(), live=True, create_graph=True)
    viewer = Viewer(player)
    assert "modules" not in viewer.trace
    player.finish()
    assert [["Linear", "Linear"]] == [[each["scope"], each["name"]] for each in viewer.trace["modules"]]
    assert viewer.trace["parameters"] == player.trace.parameters != []


def test_a_step_sends_what_is_new_and_no_more() -> None:
    x = ag.randn(30, 30, requires_grad=True)
    y = x
    for _ in range(20):
        y = (y @ x).tanh()
    player = ag.play(y.sum(), live=True)
    viewer = Viewer(player)
    player.advance()
    whole = len(json.dumps(received(player.get_state()["_trace"])))
    assert len(json.dumps(viewer.heard[-1])) < whole / 20


def test_marks_that_come_late_are_placed_and_none_moves() -> None:
    a, _ = leaves()
    player = ag.play(a**3, live=True, create_graph=True)
    before = {each["id"]: each for each in player._trace.layout["items"]}
    player.finish()
    after = {each["id"]: each for each in player._trace.layout["items"]}
    assert before == {name: after[name] for name in before}
    assert {f"n{each.id}" for each in player.trace.nodes if each.kind == "op"} <= set(after)
    boxes = list(after.values())
    for i, one in enumerate(boxes):
        for other in boxes[:i]:
            apart = abs(one["x"] - other["x"]) >= (one["w"] + other["w"]) / 2
            assert apart or abs(one["y"] - other["y"]) >= (one["h"] + other["h"]) / 2


def test_stepping_back_changes_nothing_in_the_engine() -> None:
    a, b = leaves()
    player = ag.play(a * b, live=True)
    player.advance()
    player.step = 0
    assert 2 == len(player.trace.events)
    player.advance()
    assert 3 == player.step


def test_the_buttons_drive_the_engine() -> None:
    a, b = leaves()
    player = ag.play((a * b).exp(), live=True)
    viewer = Viewer(player)
    viewer.ask("event")
    assert 2 == player.step
    viewer.ask("node")
    assert "send" == player.trace.events[-1].kind
    viewer.ask("end")
    assert "finished" == player.live
    viewer.ask("event")
    assert {} == viewer.heard[-1]["new"]


def test_an_error_behind_a_button_is_kept_and_raises_nowhere() -> None:
    a, b = leaves()
    c = a * b
    player = ag.play(c * c, live=True)
    with ag.no_grad():
        c.add_(1)
    assert "op" == player.trace.events[player.step - 1].kind
    Viewer(player).ask("end")
    assert "failed" == player.live
    assert "modified by an inplace operation" in str(player.error)
    assert "error" == player.trace.events[-1].kind
    assert "Failed after event" in player.report


def test_an_error_met_from_python_is_raised_and_kept() -> None:
    a, b = leaves()
    c = a * b
    c.register_hook(lambda grad: 1 / 0)
    player = ag.play(c.exp(), live=True)
    with pytest.raises(ZeroDivisionError) as caught:
        player.finish()
    assert caught.value is player.error
    assert len(player.trace.events) == player.step


@pytest.mark.parametrize("message", ["abandon", {"kind": "rm -rf"}, {"kind": ["event"]}, None, {}, 3])
def test_messages_that_no_viewer_sends_do_nothing(message: Any) -> None:
    a, b = leaves()
    player = ag.play(a * b, live=True)
    player._handle_custom_msg(message, [])
    assert (1, "paused") == (player.step, player.live)


def test_a_viewer_that_missed_something_can_ask_for_the_whole() -> None:
    a, b = leaves()
    player = ag.play(a * b, live=True)
    player.finish()
    viewer = Viewer(player)
    viewer.trace = {}
    viewer.ask("whole")
    assert viewer.trace == received(player.get_state()["_trace"])


@pytest.mark.filterwarnings("ignore:the run is")
def test_abandoning_says_what_was_consumed_and_the_past_stays() -> None:
    a, b = leaves()
    player = ag.play((a * b).exp(), live=True)
    while a.grad is None:
        player.advance()
    report = player.abandon()
    assert report.startswith("Abandoned after event")
    assert "Freed: the saved tensors of ExpBackward0 and MulBackward0. Written: a.grad." in report
    assert ("abandoned", report) == (player.live, player.report)
    assert not player.advance()
    player.step = 3
    assert 3 == player.step


def test_closing_abandons_and_says_so() -> None:
    a, b = leaves()
    player = ag.play((a * b).exp(), live=True)
    player.advance()
    assert "No saved tensor was freed" in player.close()
    assert () == listeners.active()
    assert player.close() == player.report


def test_playing_again_abandons_the_run_before() -> None:
    a, b = leaves()
    first = ag.play(a * b, live=True)
    second = ag.play(a * b, live=True)
    assert ("abandoned", "paused") == (first.live, second.live)
    assert "Abandoned after event 1" in first.report


def test_a_player_that_is_closed_and_dropped_takes_the_run_with_it() -> None:
    a, b = leaves()
    player = ag.play(a * b, live=True)
    super(LivePlayer, player).close()  # as a front end that goes away does
    del player
    gc.collect()
    assert () == listeners.active()


def test_backwards_options_are_passed_on() -> None:
    a, b = leaves()
    y = ag.stack([a * b, a])
    player = ag.play(y, ag.tensor([1.0, 10.0]), retain_graph=True, inputs=[a], live=True)
    player.finish()
    assert (13.0, None) == (a.grad.item(), b.grad)
    y.sum().backward()


def test_a_call_that_backward_refuses_raises_as_backward_does() -> None:
    with pytest.raises(RuntimeError, match="does not require grad"):
        ag.play(ag.tensor(1.0), live=True)
    assert () == listeners.active()


@pytest.mark.parametrize(
    ("subject", "options", "says"),
    [("trace", {}, "runs a tensor's backward, got Trace"), ("loss", {"step": 3}, "step, but a live player is where")],
)
def test_what_cannot_be_live_is_refused_before_anything_begins(subject: str, options: Any, says: str) -> None:
    a, b = leaves()
    with pytest.raises(TypeError, match=says):
        ag.play(Trace() if subject == "trace" else a * b, live=True, **options)
    assert () == listeners.active()


def test_a_fault_in_following_never_reaches_the_users_operation(monkeypatch: Any) -> None:
    a, b = leaves()
    c = a * b
    player = ag.play(c.exp(), live=True)

    def broken() -> None:
        raise OSError("no wire")

    monkeypatch.setattr(player._feed, "more", broken)
    with ag.no_grad(), pytest.warns(RuntimeWarning, match="no wire"):
        c.add_(1)
    assert 7.0 == c.item()


def test_a_saved_page_and_an_output_hold_the_trace_so_far_and_the_state(tmp_path: Any) -> None:
    a, b = leaves()
    player = ag.play((a * b).exp(), live=True)
    player.advance()
    text = player.save(tmp_path / "page.html").read_text()
    assert '"live":"paused"' in text
    data, metadata = player._repr_mimebundle_()
    [state] = metadata.values()
    assert (2, "paused") == (state["step"], state["live"])
    assert 2 == len(next(each for name, each in data.items() if "autograd-viz" in name)["events"])


def test_a_player_that_replays_is_not_live() -> None:
    a, b = leaves()
    assert not isinstance(ag.play(a * b), LivePlayer)
    assert not hasattr(Player, "live")
