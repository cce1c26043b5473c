"""Steps that are not there: the nearest is taken and the user is told; and what is said of other wrong steps."""

import warnings

import pytest

import autograd_viz as ag
from autograd_viz.trace import Trace

LAST = 15


@pytest.fixture
def trace() -> Trace:
    w = ag.tensor(3.0, requires_grad=True)
    with ag.record() as made:
        (w * w).backward()
    assert LAST == len(made.events)
    return made


@pytest.mark.parametrize(("wanted", "taken"), [(99, LAST), (-1, 0)])
def test_a_step_that_is_not_there_is_the_nearest_with_a_warning_at_the_users_line(
    trace: Trace, wanted: int, taken: int
) -> None:
    player = ag.play(trace, step=3)
    said = rf"a player's step is 0 \(the first step\) to 15 \(the last\), got {wanted}: {taken} is taken"
    with pytest.warns(UserWarning, match=said) as told:
        player.step = wanted
    assert (taken, [__file__]) == (player.step, [each.filename for each in told])


def test_options_of_play_are_told_the_same_way(trace: Trace) -> None:
    with pytest.warns(UserWarning, match="a player's step is 0 .* to 15 .*, got 500") as told:
        assert LAST == ag.play(trace, step=500).step
    assert [__file__] == [each.filename for each in told if each.category is UserWarning]
    with pytest.warns(UserWarning, match="a player's stop is 2 .* to 15 .*, got 500"):
        assert LAST == ag.play(trace, start=2, stop=500).stop


def test_a_range_that_leaves_the_step_behind_takes_it_along_without_a_word(trace: Trace) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        player = ag.play(trace, step=3)
        player.start = 5
        assert 5 == player.step
        assert 4 == ag.play(trace, start=4).step


def test_what_a_viewer_or_a_linked_slider_sends_is_clamped_without_a_word(trace: Trace) -> None:
    player = ag.play(trace)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        player.set_state({"step": 99})
    assert LAST == player.step


def test_where_warnings_are_errors_the_player_is_there_all_the_same(trace: Trace) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        assert LAST == ag.play(trace, step=500).step


@pytest.mark.parametrize("k", [16, -1])
def test_a_count_of_events_that_is_not_there_is_an_index_error_that_names_the_range(trace: Trace, k: int) -> None:
    for asked in (ag.frame, ag.explain):
        with pytest.raises(IndexError, match=f"got k = {k}, expected how many events .* from 0, .* to 15, after the"):
            asked(trace, k)


def test_a_trace_that_is_saved_as_a_picture_says_which_step_to_ask_for(trace: Trace) -> None:
    with pytest.raises(ValueError, match=r"`ag.play\(trace\).save\('x.png', step=15\)`"):
        trace.save("x.png")
    with pytest.raises(ValueError, match=r"`ag.play\(trace\).save\('x.html'\)`"):
        trace.save("x.html")


def test_a_run_that_is_over_says_so_when_it_is_asked_for_more() -> None:
    w = ag.tensor(3.0, requires_grad=True)
    player = ag.play(w * w, live=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        while player.advance():
            pass
    for _ in range(2):
        with pytest.warns(UserWarning, match="the run is finished: it has no next step") as told:
            assert player.advance() is False
        assert [__file__] == [each.filename for each in told]
    other = ag.play(w * w, live=True)
    other.abandon()
    with pytest.warns(UserWarning, match="the run is abandoned: it has no next step"):
        other.advance()
