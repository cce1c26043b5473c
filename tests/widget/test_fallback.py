"""What stands for a player where nothing runs."""

import base64
import re
from pathlib import Path
from typing import Any

import pytest

import autograd_viz as ag
from autograd_viz.trace import Trace
from autograd_viz.widget import fallback, player

GOLDEN = Path(__file__).parents[1] / "golden" / "handmade.autograd.json"


@pytest.fixture
def trace() -> Trace:
    return Trace.load(GOLDEN)


def html(shown: Any) -> str:
    data, _ = shown._repr_mimebundle_()
    return str(data.get("text/html", ""))


def image(shown: Any) -> str:
    found = re.search('<img [^>]*src="data:image/svg.xml;base64,([^"]+)"', html(shown))
    assert found is not None
    return base64.b64decode(found[1]).decode()


def test_the_picture_is_of_the_present_step_and_of_the_end_at_the_beginning(trace: Trace) -> None:
    assert "step 12 of 28" in image(ag.play(trace, step=12))
    assert "step 28 of 28" in image(ag.play(trace))


def test_it_needs_no_script_and_says_the_trace_in_words(trace: Trace) -> None:
    shown = html(ag.play(trace))
    assert not re.search("<script|onload|javascript:", shown + image(ag.play(trace)))
    assert "<summary>In words</summary><pre>Player" not in shown
    assert "w.grad" in shown.partition("<pre>")[2]


def test_names_cannot_end_the_image_or_the_words(trace: Trace) -> None:
    title = '"><script>alert(1)</script>'
    assert "<script" not in html(ag.play(trace, title=title))
    assert "<script" not in image(ag.play(trace, title=title))


def test_a_quiz_is_not_answered_by_a_picture(trace: Trace) -> None:
    assert "" == html(ag.play(trace, quiz=True))


def test_a_large_trace_has_words_alone(trace: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fallback, "MOST_NODES", 3)
    assert "" == html(ag.play(trace))
    monkeypatch.setattr(fallback, "MOST_NODES", 300)
    monkeypatch.setattr(fallback, "MOST_LETTERS", 300)
    assert "" == html(ag.play(trace))


def test_a_fault_in_the_picture_leaves_the_player(trace: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(player, "fallback", lambda *_: 1 / 0)
    data, _ = ag.play(trace)._repr_mimebundle_()
    assert "w.grad" in data["text/plain"]
    assert "text/html" not in data
