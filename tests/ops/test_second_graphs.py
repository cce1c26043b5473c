"""The graph that `create_graph=True` makes of a gradient, against torch's, over the table of operations."""

from __future__ import annotations

from typing import Any

import pytest

import autograd_viz as ag
from tests.ops.cases import Case
from tests.ops.differing import DIFFERING
from tests.ops.test_table import SMOOTH, called, differentiable, first_gradients, named, our_inputs, torch_inputs
from tests.oracle import get_torch, graph_of, to_ours, to_torch

CASES = [case for case in SMOOTH if case.second]


def _graph_of_gradients(case: Case, T: Any, inputs: list[Any], to_tensor: Any) -> Any:
    """Return the graph of the gradients that a case's inputs get, whose nodes are those of its rules."""
    wanted = [each for each in inputs if each.requires_grad]
    found = first_gradients(T, to_tensor, differentiable(called(case, T, inputs)), wanted, True)
    return graph_of(*[each for each in found if each is not None])


@pytest.mark.torch
@pytest.mark.parametrize("case", named([case for case in CASES if case.name not in DIFFERING]))
def test_the_graph_of_the_gradient_is_that_of_torch(case: Case) -> None:
    """Compare the names of the nodes that rules make, and how they are joined."""
    theirs = _graph_of_gradients(case, get_torch(), torch_inputs(case), to_torch)
    assert _graph_of_gradients(case, ag, our_inputs(case), to_ours) == theirs


def test_each_difference_listed_is_a_case() -> None:
    """A renamed case would be listed, and compared, under no name."""
    assert sorted(DIFFERING - {case.name for case in CASES}) == []
