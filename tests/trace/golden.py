"""Golden traces: a trace, its timeline, for every k frame, sentence, rule and numbers, and what a quiz asks.

They are read by vitest as well. `pytest --regen-golden` writes them anew; review the diff.
"""

import json
import math
from pathlib import Path
from typing import Any

from autograd_viz.trace import Replay, Trace, explanations, timeline
from autograd_viz.trace.document import plain
from autograd_viz.trace.quiz import questions, to_json
from autograd_viz.trace.story import Story
from autograd_viz.trace.timeline import stops
from autograd_viz.trace.trace import PRODUCER
from autograd_viz.trace.turn import told_turn

FOLDER = Path(__file__).parents[1] / "golden"


def dump(document: dict[str, Any]) -> str:
    """Write a document as JSON text, one record a line, as `trace.writing` writes a trace."""
    parts = []
    for key, found in document.items():
        if isinstance(found, list) and found:
            rows = ",\n".join(line(each) for each in found)
            parts.append(f'"{key}": [\n{rows}\n]')
        else:
            parts.append(f'"{key}": {line(found)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def line(item: Any) -> str:
    """Write something as JSON on one line."""
    return json.dumps(item, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def told(trace: Trace) -> str:
    """Write what replaying a trace shows: one step a line."""
    steps = [
        {"frame": plain(frame), "sentence": each.sentence, "rule": each.rule, "numbers": each.numbers}
        for frame, each in explanations(trace)
    ]
    spans = [[span.kind, span.label, span.start, span.stop] for span in timeline(trace)]
    story, replay = Story(trace), Replay(trace)
    turns = [[k, told_turn(story, replay, k)[1].sentence] for k in stops(trace, "node")]
    return dump({"timeline": spans, "turns": turns, "steps": steps})


def check_golden(trace: Trace, name: str, regenerate: bool) -> None:
    """Compare a trace and its replay with the golden files, or write them."""
    trace.producer = PRODUCER
    asked = dump({"questions": to_json(questions(trace))})
    written = {"autograd": dump(trace.to_json()), "frames": told(trace), "questions": asked}
    for part, text in written.items():
        path = FOLDER / f"{name}.{part}.json"
        if regenerate:
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"{path.name} is missing: run pytest --regen-golden"
        assert_alike(json.loads(path.read_text(encoding="utf-8")), json.loads(text), path.name)


def assert_alike(one: Any, two: Any, where: str) -> None:
    """Compare JSON; numbers may differ in the last digit of a float32, in which machines do."""
    if isinstance(one, float) and isinstance(two, float):
        assert math.isclose(one, two, rel_tol=1e-6, abs_tol=1e-9), where
    elif isinstance(one, dict) and isinstance(two, dict):
        assert list(one) == list(two), where
        for key in one:
            assert_alike(one[key], two[key], f"{where}.{key}")
    elif isinstance(one, list) and isinstance(two, list):
        assert len(one) == len(two), where
        for place, (first, second) in enumerate(zip(one, two, strict=True)):
            assert_alike(first, second, f"{where}[{place}]")
    else:
        assert one == two, where
