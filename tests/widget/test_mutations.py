"""Golden traces with one or two things changed: refused in words, or replayed, told, asked about, drawn and saved."""

import copy
import json
import random
from typing import Any

import pytest

import autograd_viz as ag
from autograd_viz.render.still import still
from autograd_viz.render.svg import svg
from autograd_viz.trace import Trace, TraceError, explanations, summary, timeline
from autograd_viz.trace.quiz import questions, to_json
from autograd_viz.trace.replay import Replay
from autograd_viz.trace.story import Story
from autograd_viz.trace.timeline import stops
from autograd_viz.trace.turn import told_turn
from autograd_viz.widget.player import Player
from tests.trace.golden import FOLDER
from tests.trace.helpers import places

DOCUMENTS = {path.name.split(".")[0]: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.autograd.json")}
NAMES = sorted(DOCUMENTS)
MUTATED = ("values", "tensors", "ops", "nodes", "events")
JUNK = [None, True, 0, 1, -1, 3, 64, 2**53 - 1, 1e308, 0.5, "NaN", "", "<b>", "\ud800", [], [None], {}, [[]], "leaf"]


EVERYWHERE = {name: list(places({key: DOCUMENTS[name][key] for key in MUTATED})) for name in NAMES}


def at(document: Any, path: tuple[Any, ...]) -> Any:
    """Return what stands at a place."""
    for key in path:
        document = document[key]
    return document


def mutated(name: str, draw: random.Random) -> Any:
    """Return a golden document in which one or two things are others."""
    document = copy.deepcopy(DOCUMENTS[name])
    for _ in range(draw.choice((1, 2))):
        *parents, last = path = draw.choice(EVERYWHERE[name])
        try:
            inner, found = at(document, tuple(parents)), at(document, path)
        except (KeyError, IndexError, TypeError):
            continue  # what the first change took away
        alike = draw.choice([each for each in EVERYWHERE[name] if each[-1] == last])
        others = [at(DOCUMENTS[name], alike), draw.choice(JUNK)]
        if isinstance(found, int):
            others += [found - 2, found - 1, found + 1, found + 2]
        if isinstance(inner, list) and draw.random() < 0.2:
            del inner[last]
        else:
            inner[last] = copy.deepcopy(draw.choice(others))
    return document


@pytest.mark.parametrize("seed", range(8))
def test_a_changed_trace_is_refused_or_replayed_and_asked_about(seed: int) -> None:
    draw, refused = random.Random(seed), 0
    for _ in range(100):
        try:
            trace = Trace.from_json(mutated(draw.choice(NAMES), draw))
        except TraceError:
            refused += 1
            continue
        assert all(each.sentence for _, each in explanations(trace))
        assert summary(trace)
        assert all(span.label for span in timeline(trace))
        story, replay = Story(trace), Replay(trace)
        for k in stops(trace, "node"):
            told_turn(story, replay, k)
        json.dumps([to_json(questions(trace)), trace.to_json()], allow_nan=False)
    assert 40 < refused < 95


@pytest.mark.filterwarnings("ignore:the trace's layout")
@pytest.mark.parametrize("seed", range(100, 104))
def test_a_changed_trace_is_refused_or_shown_drawn_and_saved(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(25):
        try:
            trace = Trace.from_json(mutated(draw.choice(NAMES), draw))
        except TraceError:
            continue
        assert ag.draw(trace).source
        player = Player(trace, quiz=True)
        assert player._page(0, "light").encode()
        assert svg(still(trace, draw.randrange(len(trace.events) + 1), placed=player._placed())).encode()
