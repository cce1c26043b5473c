"""Measure the speed table. A row that misses its target fails, and stands in the table as missed."""

from collections.abc import Callable

import pytest

from tests.bench.row import Row
from tests.bench.rows import ROWS, SINGLE_ROWS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name} against {row.against}")
def test_row(row: Row, measure: Callable[[Row], None]) -> None:
    measure(row)


@pytest.mark.parametrize("row", SINGLE_ROWS, ids=lambda row: row.name)
def test_single_operation(row: Row, measure: Callable[[Row], None]) -> None:
    measure(row)
