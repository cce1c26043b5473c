"""A player's trace as it travels: as JSON while it is short, packed where it is long."""

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

import autograd_viz as ag
from autograd_viz.trace import Trace
from autograd_viz.widget.document import LONG, PACKED
from autograd_viz.widget.player import TRACE_MIME_TYPE, Player
from tests.trace.spread import spread


def chain(length: int) -> Trace:
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    with ag.record() as trace:
        y = x
        for _ in range(length):
            y = y * 1.01
        y.sum().backward()
    return trace


@pytest.fixture(scope="module")
def long() -> Trace:
    return chain(200)


def unpacked(text: str) -> Any:
    return spread(json.loads(gzip.decompress(base64.b64decode(text))))


def test_a_short_trace_travels_as_json() -> None:
    player = Player(chain(3))
    sent = player.get_state()["_trace"]
    assert player.trace.to_json() | {"layout": player._trace.layout} == json.loads(sent)
    assert json.loads(sent) == player._repr_mimebundle_()[0][TRACE_MIME_TYPE]


def test_a_long_trace_travels_packed_and_whole(long: Trace) -> None:
    player = Player(long)
    sent = player.get_state()["_trace"]
    whole = json.dumps(long.to_json())
    assert len(whole) > LONG
    assert len(sent) < len(whole) / 5
    assert sent.startswith(PACKED)
    assert json.loads(whole) | {"layout": player._trace.layout} == unpacked(sent)
    assert sent == player._repr_mimebundle_()[0][TRACE_MIME_TYPE]


def test_the_same_trace_is_packed_to_the_same_text(long: Trace) -> None:
    assert Player(long).get_state()["_trace"] == Player(long).get_state()["_trace"]


def test_a_page_of_a_long_trace_holds_it_packed_with_the_present_title_and_layout(long: Trace, tmp_path: Path) -> None:
    player = Player(long)
    player.save(tmp_path / "one.html")
    held = re.compile(r'id="trace">([^<]*)<')
    assert [player.get_state()["_trace"]] == held.findall((tmp_path / "one.html").read_text())
    player.title, player.expanded = "Half \ud800", []
    player.save(tmp_path / "two.html")
    [found] = held.findall((tmp_path / "two.html").read_text())
    assert ("Half \ufffd", []) == (unpacked(found)["title"], unpacked(found)["layout"]["expanded"])
    assert long.to_json()["events"] == unpacked(found)["events"]


def test_what_comes_back_from_a_viewer_leaves_the_trace_alone(long: Trace) -> None:
    player = Player(long)
    before = player._trace
    player.set_state({"_trace": "{}", "step": 3})
    assert (before, 3) == (player._trace, player.step)
