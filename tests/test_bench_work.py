"""Every row of the speed table does its work: one round of each contender, nothing measured."""

import sys

import pytest

from tests.bench.row import Row
from tests.bench.rows import ROWS, SINGLE_ROWS

DISTINCT = {row.make: row for row in (*ROWS, *SINGLE_ROWS)}.values()


@pytest.mark.parametrize("row", DISTINCT, ids=lambda row: f"{row.name} against {row.against}")
def test_a_round_of_every_contender_runs(row: Row) -> None:
    if row.against == "torch":
        pytest.importorskip("torch")
    contenders = row.make()
    assert {"ours", row.against} <= contenders.keys()
    for run in contenders.values():
        run()


def test_without_pytorch_the_other_contenders_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    for row in DISTINCT:
        if row.against != "torch":
            assert {"ours", row.against} == row.make().keys()
