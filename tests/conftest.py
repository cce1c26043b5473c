"""What every test stands on: in CI, a test that skips for want of torch or Chromium fails instead."""

import gc
import os
import re
from collections.abc import Generator, Iterator
from typing import Any

import pytest

REQUIRED_IN_CI = ("torch", "chromium")
leaked: list[str] = []  # NumPy's warnings that reached the user of a test


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that writes golden files anew."""
    parser.addoption("--regen-golden", action="store_true", help="write tests/golden anew instead of comparing")


def must_not_skip(report: Any) -> bool:
    """Whether a report is of a skip that CI does not accept."""
    if not (os.environ.get("CI") or os.environ.get("AUTOGRAD_VIZ_REQUIRE")):
        return False
    if not report.skipped or hasattr(report, "wasxfail"):
        return False
    return any(name in str(report.longrepr).lower() for name in REQUIRED_IN_CI)


def refuse_skip(report: Any) -> Any:
    """Turn a skip that CI does not accept into a failure."""
    if must_not_skip(report):
        report.outcome = "failed"
        report.longrepr = f"skipped, which fails in CI: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """Refuse skips of tests."""
    return refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    """Refuse skips of whole files."""
    return refuse_skip((yield))


def pytest_warning_recorded(warning_message: Any, nodeid: str) -> None:
    """Note a warning of NumPy's. (As an error it would be caught, where fast paths fall back on the general one.)"""
    from autograd_viz.autograd.silence import NUMPYS  # not sooner: tests/bench sets NumPy's threads first

    if issubclass(warning_message.category, RuntimeWarning) and re.match(NUMPYS, str(warning_message.message)):
        leaked.append(f"{nodeid}: {warning_message.filename}:{warning_message.lineno}: {warning_message.message}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run whose tests passed with such warnings: PyTorch gives none, and neither do we."""
    if leaked and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say which they were."""
    for line in leaked:
        terminalreporter.write_line(f"FAILED with a RuntimeWarning {line}", red=True)


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Keep the cyclic garbage collector off."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
