"""What a step costs in the browser: a trace of 1,000 nodes, stepped, played back and scrubbed in Chromium.

The figure held to is the processor time of the page's main thread a step, from a trace of the browser itself: script,
style, layout and paint. The time by the clock from the press to the layout's end stands beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page

import autograd_viz as ag

if TYPE_CHECKING:
    from tests.bench.row import Note

STEPS = 100
OPEN = 1500.0
RUN = """async ([mode, steps]) => {
  const find = name => document.querySelector(`button[aria-label="${name}"]`);
  const [forward, back, slider] = [find('Step forward'), find('Step back'), document.querySelector('.av-slider')];
  const last = Number(slider.max);
  const seek = step => { slider.value = step; slider.dispatchEvent(new Event('input', {bubbles: true})); };
  const acts = {
    forward: () => forward.click(),
    back: () => back.click(),
    drag: i => seek(Math.floor(last * 0.5) + i * 8),
    jump: i => seek((i * 997) % last),
  };
  const frame = () => new Promise(requestAnimationFrame);
  seek(Math.floor(last * 0.6));
  for (let i = 0; i < 20; i++) { await frame(); forward.click(); }
  performance.mark('begin');
  const times = [];
  for (let i = 0; i < steps; i++) {
    await frame();
    const start = performance.now();
    acts[mode](i);
    document.body.getBoundingClientRect();
    times.push(performance.now() - start);
  }
  await frame();
  await frame();
  return times;
}"""
CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "toplevel", "blink.user_timing"]


def layers(blocks: int) -> ag.Trace:
    """Record a backward pass through `blocks` residual layers of six nodes."""
    ag.manual_seed(0)
    weights = [(ag.randn(8, 8).mul(0.2).requires_grad_(), ag.zeros(8).requires_grad_()) for _ in range(blocks)]
    h = ag.randn(8, 8)
    with ag.record() as trace:
        for w, b in weights:
            h = (h @ w + b).relu() + h
        h.sum().backward()
    return trace


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    trace = layers(167)
    assert 1000 == pytest.approx(len(trace.nodes), abs=5)
    return ag.play(trace, expanded=9).save(tmp_path_factory.mktemp("bench") / "page.html")


@pytest.fixture
def animated(chromium: Browser, saved: Path) -> Iterator[Page]:
    made = chromium.new_page(viewport={"width": 1400, "height": 900})
    made.goto(saved.as_uri())
    made.wait_for_selector(".av-card", state="attached")
    yield made
    made.close()


@pytest.mark.parametrize(("mode", "most"), [("forward", 13.0), ("back", 13.0), ("drag", 16.0), ("jump", 48.0)])
def test_a_step_of_a_thousand_nodes_fits_its_frame(
    chromium: Browser, animated: Page, note: Note, tmp_path: Path, mode: str, most: float
) -> None:
    record = tmp_path / "trace.json"
    chromium.start_tracing(page=animated, path=record, categories=CATEGORIES)
    times = sorted(animated.evaluate(RUN, [mode, STEPS]))
    chromium.stop_tracing()
    cost = main_thread(record) / STEPS
    clock = f"{most:.0f} ms; clock: median {median(times):.1f} ms, p95 {times[int(STEPS * 0.95)]:.1f} ms"
    note(f"player, 1,000 nodes, {mode}", f"{cost:.1f} ms", clock, cost / most, 1)


def test_a_thousand_nodes_open_in_time(chromium: Browser, saved: Path, note: Note) -> None:
    first = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
    times = []
    for _ in range(5):
        page = chromium.new_page(viewport={"width": 1400, "height": 900})
        page.goto(saved.as_uri())
        page.wait_for_selector(".av-card", state="attached")
        page.wait_for_function(first)
        times.append(page.evaluate(first))
        page.close()
    note(
        "page, 1,000 nodes, first paint",
        f"{median(times):.0f} ms",
        f"worst {max(times):.0f} ms",
        median(times) / OPEN,
        1,
    )


def main_thread(record: Path) -> float:
    """Return the processor time, in milliseconds, of the thread that set the mark, from there on."""
    events = json.loads(record.read_text(encoding="utf-8"))["traceEvents"]
    mark = next(event for event in events if event["name"] == "begin" and "tid" in event)
    return sum(
        event.get("tdur", 0) / 1000
        for event in events
        if event["name"] == "RunTask" and event["tid"] == mark["tid"] and event["ts"] > mark["ts"]
    )
