"""What every test stands on: in CI, a test that skips for want of torch or Chromium fails instead."""

import os
from collections.abc import Generator
from typing import Any

import pytest

REQUIRED_IN_CI = ("torch", "chromium")


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
