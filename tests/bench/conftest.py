"""Measure a row with pytest-benchmark, and print the table of targets when all is done.

The other contenders' rounds are run between ours, as the set-up of each, so that all meet the same machine. What the
rows before left behind is taken out of the garbage collector's sight while a row is measured, for all its contenders
alike: the collector is on, but goes through what the row itself makes, whichever rows ran before.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import conftest as hosts

if TYPE_CHECKING:
    from tests.bench.row import Note, Row

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    if "numpy" in sys.modules and os.environ.get(_variable) != "1":
        raise RuntimeError(f"NumPy was imported before its threads could be limited: set {_variable}=1")
    os.environ[_variable] = "1"

chromium, lab, page = hosts.chromium, hosts.lab, hosts.page  # here, so that all modules have one browser between them
LINES = pytest.StashKey[list[str]]()
HEAD = ("| work | ours | other | ratio | target | met |", "|---|---|---|---|---|---|")


def pytest_configure(config: pytest.Config) -> None:
    """Begin the table."""
    config.stash[LINES] = []


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Note:
    """Return `note(name, ours, other, ratio, target)`: put a line into the table, and fail if the target is missed."""

    def noted(name: str, ours: str, other: str, ratio: float, target: float) -> None:
        met = "yes" if ratio <= target else "MISSED"
        request.config.stash[LINES].append(f"| {name} | {ours} | {other} | {ratio:.2f} | {target:g} | {met} |")
        assert ratio <= target

    return noted


@pytest.fixture
def measure(request: pytest.FixtureRequest, note: Note) -> Callable[[Row], None]:
    """Return what measures a row."""

    def measured(row: Row) -> None:
        if row.against == "torch":
            pytest.importorskip("torch")
        contenders = row.make()
        ours, other = contenders["ours"], contenders[row.against]
        benchmark = request.getfixturevalue("benchmark")
        benchmark._timer = row.timer
        times: list[float] = []

        def time_other() -> None:
            began = row.timer()
            other()
            times.append(row.timer() - began)

        gc.collect()
        gc.freeze()
        try:
            benchmark.pedantic(ours, setup=time_other, rounds=row.rounds, warmup_rounds=2)
        finally:
            gc.unfreeze()
        one, two = benchmark.stats.stats.median / row.per, median(times[2:]) / row.per
        facts: dict[str, Any] = {"against": row.against, "ratio": one / two, "target": row.target}
        benchmark.extra_info.update(facts, met=one <= row.target * two)
        note(row.name, amount(one), f"{amount(two)} ({row.against})", one / two, row.target)

    return measured


def amount(seconds: float) -> str:
    """Return a time with its unit."""
    return f"{seconds * 1e6:.2f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.2f} ms"


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the table."""
    if config.stash[LINES]:
        terminalreporter.section("targets")
        for line in (*HEAD, *config.stash[LINES]):
            terminalreporter.write_line(line)
