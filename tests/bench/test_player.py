"""How fast large graphs open and step in the player, in Chromium: a saved page, and a cell in JupyterLab.

OMP_NUM_THREADS=1 pytest tests/bench/test_player.py
"""

from __future__ import annotations

import inspect
import linecache
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import autograd_viz as ag
from tests.browser.jupyter import Lab
from tests.browser.test_notebook import write_notebook

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.bench.row import Note

PAINTED = """new MutationObserver(() => {
  if (window.painted === undefined && document.querySelector('.av-card')) {
    window.painted = null;
    requestAnimationFrame(() => setTimeout(() => { window.painted = performance.now(); }));
  }
}).observe(document, { childList: true, subtree: true });"""
STEP = """async () => {
  const forward = document.querySelector('button[aria-label="Step forward"]');
  const times = [];
  for (let i = 0; i < 41; i++) {
    const start = performance.now();
    forward.click();
    times.push(performance.now() - start);
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  }
  return times.sort((a, b) => a - b)[20];
}"""
SINCE = """() => new Promise(done => requestAnimationFrame(
  () => setTimeout(() => done(performance.now() - window.began))))"""
ACTS = ("a * 1.01", "a + a", "ag.tanh(a)", "ag.sin(a)", "a - 0.1", "ag.exp(a * 0.1)")
STACK = """import autograd_viz as ag
model = ag.nn.TransformerEncoder(
    ag.nn.TransformerEncoderLayer(16, 2, 32, dropout=0.0, batch_first=True), 18, enable_nested_tensor=False)
with ag.record() as trace:
    model(ag.randn(2, 4, 16)).exp().mean().backward()"""


def transformer(layers: int) -> ag.Trace:
    """Record the forward and backward pass of a stack of transformer blocks: 56 nodes a block."""
    block = ag.nn.TransformerEncoderLayer(64, 4, 128, dropout=0.0, batch_first=True)
    model = ag.nn.TransformerEncoder(block, layers, enable_nested_tensor=False)
    with ag.record() as trace:
        model(ag.randn(4, 8, 64)).exp().mean().backward()
    return trace


def straight(count: int) -> ag.Trace:
    """Record a function of so many lines, each another operation: no scope, no loop, no repeat."""
    chance = random.Random(0)
    text = "def run(a):\n" + "".join(f"    a = {chance.choice(ACTS)}\n" for _ in range(count)) + "    return a\n"
    linecache.cache["straight.py"] = (len(text), None, text.splitlines(keepends=True), "straight.py")
    space: dict[str, Any] = {"ag": ag}
    exec(compile(text, "straight.py", "exec"), space)
    with ag.record() as trace:
        space["run"](ag.ones(2, requires_grad=True)).sum().backward()
    return trace


LINES = "\n".join((
    "import linecache, random",
    "from typing import Any",
    "import autograd_viz as ag",
    f"ACTS = {ACTS!r}",
    inspect.getsource(straight),
    "trace = straight(20_000)",
))
NOTEBOOKS = {
    "1,000": (STACK, "ag.play(trace, expanded=[])", "ag.play(trace, expanded=0)", 1.5),
    "20,000": (LINES, "ag.play(straight(5))", "ag.play(trace)", 3.0),
}
"""What is recorded, played first so that all is loaded, and then played; within how many seconds."""


def opening(page: Page, path: Path) -> float:
    """Return the seconds from a page's start until its first card is painted."""
    page.add_init_script(PAINTED)
    page.goto(path.as_uri())
    page.wait_for_function("() => typeof window.painted === 'number'")
    return float(page.evaluate("() => window.painted")) / 1000


@pytest.mark.parametrize(("count", "most"), [(1_000, 1.5), (20_000, 3.0)])
def test_a_graph_without_scopes_opens_collapsed_and_steps(
    page: Page,
    tmp_path: Path,
    note: Note,
    count: int,
    most: float,
) -> None:
    trace = straight(count)
    assert len(trace.nodes) >= count
    ag.play(straight(5))  # warm: the widget packages and Graphviz are imported
    start = time.perf_counter()
    player = ag.play(trace)
    laid_out = time.perf_counter() - start
    path = player.save(tmp_path / "page.html")
    painted = opening(page, path)
    assert page.locator(".av-card").count() < 100
    step = float(page.evaluate(STEP))
    note(f"a step of {count:,} nodes", f"{step:.1f} ms", "16 ms", step / 16, 1)
    note(
        f"open {count:,} nodes",
        f"play {laid_out:.2f} s + page {painted:.2f} s",
        f"{most} s",
        (laid_out + painted) / most,
        1,
    )


def test_a_trace_of_a_transformer_is_small(tmp_path: Path, note: Note) -> None:
    trace = transformer(13)
    assert len(trace.nodes) > 700
    trace.save(tmp_path / "transformer.autograd.json")
    size = (tmp_path / "transformer.autograd.json").stat().st_size / 1e6
    note(f"a trace of {len(trace.nodes)} nodes", f"{size:.2f} MB", "3 MB", size / 3, 1)


@pytest.mark.parametrize("count", NOTEBOOKS)
def test_a_cell_shows_a_large_graph_in_jupyterlab(page: Page, lab: tuple[str, Path], note: Note, count: str) -> None:
    address, root = lab
    *cells, most = NOTEBOOKS[count]
    write_notebook(root / "large.ipynb", *cells)
    jupyter = Lab(page, address)
    jupyter.open_notebook("large.ipynb")
    jupyter.run_cell(0)
    jupyter.run_cell(1)  # the kernel is warm then, and the viewer loaded
    page.wait_for_selector("[data-autograd-viz-live] .av-card")
    page.evaluate("() => { window.began = performance.now(); }")
    jupyter.run_cell(2)
    page.wait_for_function("() => document.querySelectorAll('[data-autograd-viz-live] .av-stage').length === 2")
    took = float(page.evaluate(SINCE))
    note(f"a cell that plays {count} nodes in JupyterLab", f"{took / 1000:.2f} s", f"{most} s", took / most / 1000, 1)
