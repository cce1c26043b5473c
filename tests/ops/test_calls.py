"""Calls at the edges of what operations take, a line of Python each in `calls.txt`: the same result as in torch.

`T` is torch or autograd_viz; the other names are those of `tests.ops.test_errors.tensors`.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

import autograd_viz as ag
from tests.ops.test_errors import tensors
from tests.oracle import assert_same, get_torch

CALLS = (Path(__file__).parent / "calls.txt").read_text(encoding="utf-8").strip().split("\n")


def result(T: Any, call: str) -> Any:
    """Return what a call gives."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return eval(call, tensors(T))


@pytest.mark.torch
@pytest.mark.parametrize("call", CALLS)
def test_a_call_gives_what_it_gives_in_torch(call: str) -> None:
    """Compare values, dtypes and shapes, and the names of the nodes."""
    ours, theirs = result(ag, call), result(get_torch(), call)
    assert_same(ours, theirs)
    assert node_names(theirs) == node_names(ours)


def node_names(found: Any) -> list[str | None]:
    """Return the name of each result's node, None where it has none."""
    each = found if isinstance(found, (tuple, list)) else [found]
    nodes = [getattr(one, "grad_fn", None) for one in each]
    return [None if node is None else node.name() for node in nodes]
