"""The player's traits and how it shows itself, on a trace made by hand."""

import hashlib
import json
import re
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import traitlets

import autograd_viz as ag
from autograd_viz.trace import Trace
from autograd_viz.widget import assets
from autograd_viz.widget.player import TRACE_MIME_TYPE, Player

GOLDEN = Path(__file__).parents[1] / "golden" / "handmade.autograd.json"
VIEW_MIME_TYPE = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def trace() -> Trace:
    return Trace.load(GOLDEN)


def failing_trace() -> Trace:
    """Record a backward pass through a graph that was already freed."""
    w = ag.tensor(3.0, requires_grad=True)
    loss = w * w
    loss.backward()
    with pytest.raises(RuntimeError, match="second time"), ag.record() as trace:
        loss.backward()
    return trace


def test_a_player_opens_paused_at_the_beginning(trace: Trace) -> None:
    player = Player(trace)
    assert (0, False, "", "event", "auto") == (
        player.step, player.playing, player.selected, player.grain, player.theme,
    )  # fmt: skip


def test_a_player_of_a_failing_cell_opens_at_the_error() -> None:
    trace = failing_trace()
    assert len(trace.events) == Player(trace).step


@pytest.mark.filterwarnings("ignore:a player's")
def test_a_step_stays_within_the_events(trace: Trace) -> None:
    player = Player(trace, step=10_000)
    assert len(trace.events) == player.step
    player.step = -3
    assert 0 == player.step


def test_steps_can_be_observed_from_python(trace: Trace) -> None:
    player, seen = Player(trace), []
    player.observe(lambda change: seen.append(change.new), "step")
    player.step = 3
    player.step = 3
    assert [3] == seen


def test_what_is_sent_holds_the_whole_trace_and_its_layout(trace: Trace) -> None:
    sent = json.loads(Player(trace).get_state()["_trace"])
    assert trace.to_json()["events"] == sent["events"]
    assert {"version", "width", "height", "items", "edges"} <= set(sent["layout"])


def test_a_layout_that_the_trace_brings_is_kept(trace: Trace) -> None:
    trace.layout = {"version": 1, "width": 1.0, "height": 1.0, "items": [], "edges": []}
    assert trace.layout == json.loads(Player(trace).get_state()["_trace"])["layout"]


def test_an_output_holds_the_widget_the_trace_and_words(trace: Trace) -> None:
    data, metadata = Player(trace, step=4)._repr_mimebundle_()
    assert {"text/plain", "text/html", VIEW_MIME_TYPE, TRACE_MIME_TYPE} == set(data)
    assert "autograd-viz/trace" == data[TRACE_MIME_TYPE]["format"]
    assert 4 == metadata[TRACE_MIME_TYPE]["step"]
    assert "w.grad" in data["text/plain"]


def test_players_of_one_trace_are_independent(trace: Trace) -> None:
    one, other = Player(trace), Player(trace)
    one.step = 5
    assert 0 == other.step


def test_messages_from_the_viewer_on_another_thread_reach_the_traits(trace: Trace) -> None:
    player = Player(trace)
    threads = [threading.Thread(target=player.set_state, args=({"step": k % 7},)) for k in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 0 <= player.step < 7


def test_a_missing_front_end_is_named_with_what_to_do(trace: Trace, monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    with pytest.raises(FileNotFoundError, match=re.escape("`pip install -e .`")):
        Player(trace).save(tmp_path / "page.html")


@pytest.mark.parametrize("name", ["player.js", "standalone.js"])
def test_the_viewer_sent_to_each_widget_and_page_is_under_100_kb(name: str) -> None:
    assert len(assets.read(name).encode()) < 100_000


@pytest.mark.parametrize(("name", "starts"), [("player.js", "export"), ("standalone.js", 'getElementById("player")')])
def test_a_built_file_carries_the_whole_viewer_packed(name: str, starts: str) -> None:
    viewer = assets.unpacked(assets.read(name))
    assert starts in viewer
    assert "Step forward" in viewer
    assert ".av-player{" in viewer
    assert hashlib.sha256(viewer.encode()).hexdigest()[:16] in assets.read(name)


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("speed", np.float32(4), 4.0),
        ("speed", np.int64(4), 4.0),
        ("playing", np.True_, True),
        ("stop", np.int16(5), 5),
        ("size", (np.int64(640), None), (640, None)),
        ("layers", (np.int64(2), 1), [1, 2]),
    ],
)
def test_numpys_numbers_become_pythons(trace: Trace, name: str, given: Any, kept: Any) -> None:
    player = Player(trace)
    setattr(player, name, given)
    opened = getattr(ag.play(trace, **{name: given}), name)
    assert (kept, kept, type(kept)) == (getattr(player, name), opened, type(opened))
    assert json.dumps(player.get_state()[name])


@pytest.mark.parametrize("name", ["trace", "questions"])
def test_what_a_player_shows_is_for_good(trace: Trace, name: str) -> None:
    player = Player(trace)
    before = getattr(player, name)
    with pytest.raises(AttributeError, match=f"a player keeps its {name}, got None; make another player with"):
        setattr(player, name, None)
    assert before is getattr(player, name)


def test_what_is_no_trace_is_refused() -> None:
    with pytest.raises(TypeError, match=r"expected a Trace, got int. Record one with `with ag.record\(\)"):
        Player(3)
    with pytest.raises(TypeError, match=r"LivePlayer\(\) shows a LiveRun, got int; `ag.play\(loss, live=True\)`"):
        ag.LivePlayer(3)


def test_a_step_may_be_numpys_number_but_no_half(trace: Trace) -> None:
    player = Player(trace)
    player.step = np.int64(3)
    assert (3, int) == (player.step, type(player.step))
    with pytest.raises(traitlets.TraitError, match=r"'step' trait .* expected an int, not the float 1.5"):
        player.step = 1.5


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("speed", 0, "'speed' trait .* should not be less than 0.1"),
        ("grain", "year", r"'grain' trait .* any of .'event', 'node'"),
        ("theme", "pink", r"'theme' trait .* any of .'auto', 'light', 'dark'"),
        ("playing", "yes", "'playing' trait .* expected a boolean"),
        ("selected", 3, "'selected' trait .* expected a unicode string"),
        ("speed", float("nan"), "'speed' trait .* is finite, got nan"),
        ("answers", [{"given": object()}], "'answers' trait .* holds plain data, which can be saved as JSON"),
    ],
)
def test_a_trait_says_what_it_can_be(trace: Trace, name: str, value: Any, says: str) -> None:
    player = Player(trace)
    before = getattr(player, name)
    with pytest.raises(traitlets.TraitError, match=says):
        setattr(player, name, value)
    assert before == getattr(player, name)
