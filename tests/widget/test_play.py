"""`play`: what it records, what it passes on, and that a picture never fails the user's cell."""

import warnings
from typing import Any

import pytest

import autograd_viz as ag
from autograd_viz.widget.player import Player
from autograd_viz.widget.words import MOST_LINES, words


def cube() -> tuple[ag.Tensor, ag.Tensor]:
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    return w, w * w * w


def test_playing_a_loss_runs_its_backward() -> None:
    w, y = cube()
    shown = ag.play(y.sum())
    assert isinstance(shown, Player)
    assert [3.0, 12.0] == w.grad.tolist()
    assert "end" == shown.trace.events[-1].kind


def test_playing_passes_gradient_and_retain_graph_to_backward() -> None:
    w, y = cube()
    ag.play(y, ag.tensor([1.0, 10.0]), retain_graph=True)
    ag.play(y, gradient=ag.tensor([1.0, 10.0]))
    assert [6.0, 240.0] == w.grad.tolist()


def test_playing_a_loss_twice_raises_what_backward_raises() -> None:
    _, y = cube()
    loss = y.sum()
    ag.play(loss)
    with pytest.raises(RuntimeError, match="Trying to backward through the graph a second time"):
        ag.play(loss)


def test_playing_a_trace_takes_the_state_to_open_in() -> None:
    _, y = cube()
    with ag.record() as trace:
        y.sum().backward()
    shown = ag.play(trace, step=3, theme="dark")
    assert (3, "dark") == (shown.step, shown.theme)


@pytest.mark.parametrize(
    ("arguments", "options", "says"),
    [((3.0,), {}, "got float"), (("t.json",), {}, "Trace.load"), ((ag.Tensor,), {}, "got type")],
)
def test_playing_anything_else_says_what_can_be_played(arguments: Any, options: Any, says: str) -> None:
    with pytest.raises(TypeError, match=says):
        ag.play(*arguments, **options)


def test_unknown_state_is_refused_by_name() -> None:
    with ag.record() as trace:
        cube()
    with pytest.raises(TypeError, match="stepp"):
        ag.play(trace, stepp=3)


def test_a_trace_cannot_be_run_again() -> None:
    with ag.record() as trace:
        cube()
    with pytest.raises(TypeError, match="retain_graph"):
        ag.play(trace, retain_graph=True)


def test_a_working_player_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        ag.play(cube()[1].sum())


def test_the_words_are_few_however_long_the_trace() -> None:
    with ag.record() as trace:
        for _ in range(200):
            cube()[1].sum().backward()
    assert len(words(trace).splitlines()) <= MOST_LINES + 1
