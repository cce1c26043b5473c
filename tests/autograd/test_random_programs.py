"""Random programs of thirty instructions give the same values, gradients and node order as on PyTorch."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import autograd_viz as ag
from autograd_viz.autograd import listeners
from tests.autograd.random_programs import run
from tests.autograd.side_by_side import assert_same_notes, notes_of
from tests.oracle import get_torch

number = st.integers(0, 200)
programs = st.lists(st.tuples(number, number, number, number), min_size=1, max_size=30)
usual = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


@pytest.mark.torch
@settings(usual, max_examples=100)
@given(programs)
@example([(35, 5, 0, 0)] * 3)
def test_programs_do_the_same_as_on_pytorch(code):
    assert_same_notes(notes_of(run, ag, code), notes_of(run, get_torch(), code))


@settings(usual, max_examples=25)
@given(programs)
def test_programs_do_the_same_whether_somebody_watches_or_not(code):
    quietly = notes_of(run, ag, code)
    listener = listeners.Listener()
    listeners.add(listener)
    try:
        watched = notes_of(run, ag, code)
    finally:
        listeners.remove(listener)
    assert_same_notes(watched, quietly)
