"""Questions on their way to the viewer: what `quiz=` takes, and how they travel with a player."""

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

import autograd_viz as ag
from autograd_viz.trace import Trace
from autograd_viz.widget.player import TRACE_MIME_TYPE, Player
from tests.widget.test_page import Blocks

GOLDEN = Path(__file__).parents[1] / "golden"
ANSWER = {"question": "grad w @19", "given": "3", "correct": False, "misconception": "overwritten"}


@pytest.fixture
def trace() -> Trace:
    return Trace.load(GOLDEN / "lesson_03_zero_grad_forgotten.autograd.json")


def test_a_player_asks_what_it_is_told_to(trace: Trace) -> None:
    player = ag.play(trace, quiz=["w.grad", "raises"])
    assert ["raises", "grad"] == [each.kind for each in player.questions]
    assert ["raises line 4 @12", "grad w @19"] == [each["id"] for each in player._quiz]
    assert [] == player.answers


def test_a_player_asks_nothing_unless_told_to(trace: Trace) -> None:
    assert () == ag.play(trace).questions == ag.play(trace, quiz=False).questions == ag.play(trace, quiz=[]).questions


def test_a_quiz_about_a_failure_opens_at_its_beginning() -> None:
    failing = Trace.load(GOLDEN / "lesson_01_backward_twice.autograd.json")
    assert (len(failing.events), 0) == (ag.play(failing).step, ag.play(failing, quiz=True).step)


def test_answers_are_plain_data_that_can_be_watched_and_taken_away(trace: Trace) -> None:
    player = ag.play(trace, quiz=True)
    seen: list[Any] = []
    player.observe(lambda change: seen.append(change["new"]), "answers")
    player.set_state({"answers": [ANSWER]})  # as the viewer does
    player.answers = []
    assert [[ANSWER], []] == seen


def test_questions_and_answers_travel_in_a_page_and_in_an_output(trace: Trace, tmp_path: Path) -> None:
    player = ag.play(trace, quiz=True)
    player.answers = [ANSWER]
    page = Blocks(player.save(tmp_path / "page.html").read_text(encoding="utf-8"))
    state = json.loads(next(text for attributes, text in page.blocks if attributes.get("id") == "state"))
    _, metadata = player._repr_mimebundle_() or ({}, {})
    for told in (state, metadata[TRACE_MIME_TYPE]):
        assert (player._quiz, [ANSWER]) == (told["_quiz"], told["answers"])


def test_a_page_without_questions_says_nothing_of_them(trace: Trace, tmp_path: Path) -> None:
    assert '"_quiz"' not in ag.play(trace).save(tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_hostile_question_stays_data_in_a_page(trace: Trace, tmp_path: Path) -> None:
    evil = "</script><script>window.hacked = 1</script>"
    question = ag.Question(1, evil, (ag.Choice(evil, correct=True), ag.Choice("b")))
    page = Blocks(ag.play(trace, quiz=[question]).save(tmp_path / "page.html").read_text(encoding="utf-8"))
    assert 3 == len(page.blocks)


@pytest.mark.parametrize(
    ("quiz", "error", "says"),
    [("next", TypeError, "quiz is True, False or a list"), ([("grad",)], ValueError, "names no question")],
)
def test_a_quiz_that_cannot_be_is_refused_before_anything_runs(quiz: Any, error: Any, says: str) -> None:
    w = ag.tensor(3.0, requires_grad=True)
    with pytest.raises(error, match=says):
        ag.play(w * w, quiz=quiz)
    assert w.grad is None


def test_asking_a_trace_for_what_it_does_not_have_is_an_error(trace: Trace) -> None:
    with pytest.raises(ValueError, match=r"nothing to ask for 'v.grad'.* are w"):
        ag.play(trace, quiz=["v.grad"])


def test_asking_a_backward_for_what_it_does_not_have_warns_and_plays_it() -> None:
    w = ag.tensor(3.0, requires_grad=True)
    with pytest.warns(RuntimeWarning, match="no questions .*nothing to ask for 'v.grad'"):
        player = ag.play(w * w, quiz=["v.grad"])
    assert isinstance(player, Player)
    assert (6.0, ()) == (w.grad.item(), player.questions)


def test_a_backward_is_recorded_and_asked_about_in_one_line() -> None:
    w = ag.tensor(3.0, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)  # what `play` says; ipywidgets 7 uses what is deprecated
        player = ag.play(w * w, quiz=True)
    assert ["6"] == [each.answer.text for each in player.questions if each.about.endswith("w")]


def test_only_questions_between_start_and_stop_are_asked(trace: Trace) -> None:
    player = ag.play(trace, quiz=["w.grad", "raises"], stop=15)
    assert ["raises line 4 @12"] == [each["id"] for each in player._quiz]
    player.start, player.stop = 14, None
    assert ["grad w @19"] == [each["id"] for each in player._quiz]


def test_a_live_player_has_no_questions() -> None:
    w = ag.tensor(3.0, requires_grad=True)
    with pytest.raises(TypeError, match="got quiz"):
        ag.play(w * w, live=True, quiz=True)
