"""The options of `play` and of the player: refused before anything runs, or kept."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from autograd_viz.autograd import listeners
from autograd_viz.trace import Trace
from autograd_viz.widget.options import OPTIONS
from autograd_viz.widget.player import Player

GOLDEN = Path(__file__).parents[1] / "golden" / "handmade.autograd.json"


@pytest.fixture
def trace() -> Trace:
    return Trace.load(GOLDEN)


def test_all_options_are_kept(trace: Trace) -> None:
    told = {"theme": "dark", "grain": "node", "start": 2, "stop": 9, "title": "Mine", "step": 5, "size": (640, None)}
    shown = ag.play(trace, **told)
    assert told == {name: getattr(shown, name) for name in told}


@pytest.mark.parametrize(
    ("told", "error", "says"),
    [
        ({"stepp": 3}, TypeError, "stepp; a player's options are step, .*title"),
        ({"theme": "pink"}, ValueError, "theme is 'auto' or 'light' or 'dark', got 'pink'"),
        ({"grain": "year"}, ValueError, "grain is 'event' or 'node', got 'year'"),
        ({"step": 1.5}, TypeError, "step is a whole number"),
        ({"start": 5, "stop": 2}, ValueError, "start=5, stop=2"),
        ({"start": -1}, ValueError, "0 <= start"),
        ({"speed": 0}, ValueError, "events a second, got 0"),
        ({"speed": "fast"}, TypeError, "number of events a second, got 'fast'"),
        ({"size": "huge"}, ValueError, r"size is 'auto', .* or \(width, height\) in pixels.*got 'huge'"),
        ({"size": (640,)}, TypeError, r"got \(640,\)"),
        ({"size": 640}, TypeError, "or None; got 640"),
        ({"size": (640, 20)}, ValueError, r"each 240 to 10000 or None; got \(640, 20\)"),
        ({"title": 3}, TypeError, "title is text, got 3"),
        ({"expanded": 1.5}, TypeError, "expanded is a list of scopes .*got 1.5"),
        ({"expanded": "encoder"}, TypeError, "expanded is a list of scopes .*got 'encoder'"),
        ({"expanded": [3]}, TypeError, "expanded is a list of scopes"),
        ({"expanded": -1}, TypeError, "expanded is a list of scopes .*got -1"),
        ({"expanded": ["nope"]}, ValueError, "no group 'nope' to expand; this picture has no groups"),
        ({"playing": "yes"}, TypeError, "playing is True or False, got 'yes'"),
        ({"speed": float("nan")}, ValueError, "0.1 to 20000 events a second, got nan"),
        ({"start": True}, TypeError, "start is a whole number or None, got True"),
        ({"grain": np.array(["event", "node"])}, ValueError, "grain is 'event' or 'node', got array"),
        ({"layers": 1}, TypeError, r"layers is a list of numbers of backward passes, from 1, or None; got 1"),
        ({"layers": [0]}, TypeError, "got .0."),
        ({"answers": []}, TypeError, "answers; a player's options are"),
    ],
)
@pytest.mark.parametrize("live", [False, True])
def test_options_that_cannot_be_are_refused_before_anything_runs(told: Any, error: Any, says: str, live: bool) -> None:
    w = ag.tensor(3.0, requires_grad=True)
    with pytest.raises(error, match=says):
        ag.play(w * w, live=live, **told)
    assert w.grad is None
    assert () == listeners.active()


@pytest.mark.parametrize("name", OPTIONS)
def test_none_stands_for_the_default(trace: Trace, name: str) -> None:
    if name == "quiz":
        return
    assert getattr(Player(trace), name) == getattr(ag.play(trace, **{name: None}), name)


def test_a_player_itself_checks_its_options(trace: Trace) -> None:
    with pytest.raises(TypeError, match=r"Player\(\) got bogus; a player's options are"):
        Player(trace, bogus=1)
    with pytest.raises(TypeError, match=r"Player\(\): start is a whole number"):
        Player(trace, start="1")


def test_live_is_true_or_false() -> None:
    w = ag.tensor(3.0, requires_grad=True)
    with pytest.raises(TypeError, match=r"play\(\): live is True or False, got 'yes'"):
        ag.play(w * w, live="yes")
    assert w.grad is None


@pytest.mark.parametrize("k", [1.5, "1", None, True])
def test_a_frame_is_that_of_a_whole_number_of_events(trace: Trace, k: Any) -> None:
    for ask in (ag.frame, ag.explain):
        with pytest.raises(TypeError, match=r"got k = .*, expected a whole number: how many events have happened"):
            ask(trace, k)
    assert 1 == ag.frame(trace, np.int64(1)).k


@pytest.mark.parametrize("ask", [ag.frame, ag.explain, ag.questions])
def test_what_is_no_trace_is_said_to_be_none(ask: Any) -> None:
    with pytest.raises(TypeError, match="expected a Trace, got str"):
        ask("trace.json", *() if ask is ag.questions else (1,))


@pytest.mark.parametrize(
    ("told", "error", "says"),
    [
        ({"seconds": "1"}, TypeError, "how long a GIF shows each step is a number of seconds, got '1'"),
        ({"seconds": float("inf")}, ValueError, "is 0.02 to 60 seconds, got inf"),
        ({"start": "1"}, TypeError, "start is a whole number or None, got '1'"),
        ({"theme": ["dark"]}, ValueError, "theme is 'auto' or 'light' or 'dark'"),
    ],
)
def test_what_a_file_is_told_is_checked(trace: Trace, tmp_path: Path, told: Any, error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        Player(trace).save(tmp_path / "x.gif", **told)
    assert Player(trace).save(tmp_path / "x.svg", step=np.int64(3)).exists()


@pytest.mark.filterwarnings("ignore:a player's")
def test_a_player_shows_the_steps_from_start_to_stop(trace: Trace) -> None:
    player = Player(trace, start=3, stop=9)
    assert 3 == player.step
    player.step = 20
    assert 9 == player.step
    player.step = 0
    assert 3 == player.step


def test_a_range_that_moves_takes_the_step_along(trace: Trace) -> None:
    player = Player(trace, step=20)
    player.stop = 9
    assert 9 == player.step
    player.stop, player.start = None, 15
    assert (15, len(trace.events)) == (player.step, player.last)


@pytest.mark.filterwarnings("ignore:a player's")
def test_a_range_ends_with_the_trace(trace: Trace) -> None:
    player = Player(trace, start=5, stop=10_000)
    assert len(trace.events) == player.stop == player.last


def test_a_size_is_checked_when_it_is_set(trace: Trace) -> None:
    player = Player(trace)
    player.size = [800, 600]
    assert (800, 600) == player.size
    with pytest.raises(ValueError, match="size is 'auto'"):
        player.size = "tiny"
    assert (800, 600) == player.size


def test_a_page_is_saved_with_size_and_range(trace: Trace, tmp_path: Path) -> None:
    page = ag.play(trace, size=(800, 600), start=2, stop=9).save(tmp_path / "page.html").read_text(encoding="utf-8")
    assert '"size":[800,600],"start":2,"stop":9' in page


def scoped() -> Trace:
    """Record one scope within another."""
    w = ag.tensor(2.0, requires_grad=True)
    with ag.record() as trace:
        with ag.scope("encoder"):
            x = w.exp() * w
            with ag.scope("attention"):
                y = (x * x).sin()
        (y * y).backward()
    return trace


@pytest.mark.parametrize(
    ("rule", "opened"),
    [
        (None, ["encoder", "encoder/attention"]),
        (0, []),
        (1, ["encoder"]),
        (["encoder/attention"], ["encoder", "encoder/attention"]),
        (lambda path: path == "encoder", ["encoder"]),
    ],
)
def test_expanded_takes_a_rule_and_holds_what_it_opens(rule: Any, opened: list[str]) -> None:
    player = Player(scoped(), expanded=rule)
    assert opened == player.expanded == player._trace.layout["expanded"]


def test_a_saved_page_has_the_layout_of_what_is_open_now(tmp_path: Path) -> None:
    player = Player(scoped(), expanded=0)
    player.expanded = ["encoder/attention"]
    text = player.save(tmp_path / "page.html").read_text(encoding="utf-8")
    assert '"expanded":["encoder","encoder/attention"],"hidden":[]' in text


def test_a_group_that_is_not_there_is_refused_and_the_others_stay(tmp_path: Path) -> None:
    player = Player(scoped(), expanded=1)
    with pytest.raises(ValueError, match="no group 'decoder' to expand; there are 'encoder'"):
        player.expanded = ["decoder"]
    assert ["encoder"] == player.expanded


def long_loss(w: ag.Tensor) -> ag.Tensor:
    """Return a loss whose graph is so large that its repeats are groups."""
    for _ in range(40):
        w = (w * 1.01).sin()
    return w


@pytest.mark.parametrize(
    ("rule", "says"),
    [(["nope"], "no group 'nope'.*'part'"), (lambda path: 1 / 0, "such as 'part', .*it raised ZeroDivisionError")],
)
@pytest.mark.parametrize("live", [False, True])
def test_a_rule_that_fails_is_refused_before_anything_runs(rule: Any, says: str, live: bool) -> None:
    w = ag.tensor(2.0, requires_grad=True)
    with pytest.raises(ValueError, match=says):
        ag.play(long_loss(w), expanded=rule, live=live)
    assert w.grad is None
    with pytest.raises(ValueError, match=says):
        ag.draw(long_loss(w), expanded=rule)
    assert ["part"] == ag.play(long_loss(w), expanded=["part"], live=live).expanded


def test_a_rule_that_fails_later_leaves_the_player_and_the_default() -> None:
    w = ag.tensor(2.0, requires_grad=True)
    with pytest.warns(RuntimeWarning, match="the groups are open as by default .*no group 'nope'"):
        player = ag.play(long_loss(w), create_graph=True, expanded=["nope"])
    assert isinstance(player, Player)
    assert [] == player.expanded
    assert w.grad is not None
    assert ["part #2"] == ag.play(long_loss(w), create_graph=True, expanded=["part #2"]).expanded


def test_expanded_can_be_set_to_a_rule() -> None:
    player = Player(scoped())
    for rule, opened in ((0, []), (lambda path: path == "encoder", ["encoder"]), ([], []), (np.int64(1), ["encoder"])):
        player.expanded = rule
        assert opened == player.expanded
    with pytest.raises(TypeError, match="expanded is a list of scopes"):
        player.expanded = 1.5
    assert ["encoder"] == player.expanded


@pytest.mark.parametrize("rule", [1.5, "encoder", True])
def test_what_is_no_rule_is_refused_by_draw_too(rule: Any) -> None:
    with pytest.raises(TypeError, match="expanded is a list of scopes"):
        ag.draw(scoped(), expanded=rule)


def test_a_group_that_is_not_there_is_refused_with_those_that_are() -> None:
    w = ag.ones(2, requires_grad=True)
    with ag.record() as grown:
        with ag.scope("encoder"):
            h = (w * 2).exp()
        h.sum().backward()
    with pytest.raises(ValueError, match=r"no group 'nope'.*'encoder'"):
        ag.play(grown, expanded=["nope"])
    assert isinstance(ag.play(grown, expanded=["encoder"]), Player)


def test_the_live_player_can_be_asked_for() -> None:
    from autograd_viz.widget.live import LivePlayer

    assert LivePlayer is ag.LivePlayer


@pytest.mark.parametrize("name", ["x.html", "x.svg", "x.PNG", "x.pdf", "x.gif"])
def test_a_trace_is_not_saved_as_what_a_player_saves(trace: Trace, tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"ag\.play\(trace\)\.save\("):
        trace.save(tmp_path / name)
    assert [] == list(tmp_path.iterdir())
