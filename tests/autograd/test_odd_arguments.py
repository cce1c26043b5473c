"""Odd arguments are taken or refused as by PyTorch, with an exception of the same type."""

import warnings
from pathlib import Path

import pytest

import autograd_viz as ag
from tests.autograd.side_by_side import assert_same_notes, plain, public_type
from tests.oracle import get_torch, is_tensor

CALLS = (Path(__file__).parent / "odd_calls.txt").read_text(encoding="utf-8").splitlines()


def leaf(T):
    """Return a leaf that requires grad."""
    return T.tensor([1.0, 2.0], requires_grad=True)


def outcome(T, call):
    """Return what a call gives as plain data, or the type of its exception."""
    with warnings.catch_warnings(), T.inference_mode(False), T.enable_grad():
        warnings.simplefilter("ignore")
        try:
            value = eval(call, {"T": T, "leaf": leaf})
        except Exception as error:
            return public_type(error)
        finally:
            T.autograd.set_detect_anomaly(False)
    known = value is None or is_tensor(value) or isinstance(value, (bool, int, float, str, list, tuple))
    return plain(value) if known else type(value).__name__


@pytest.mark.torch
@pytest.mark.parametrize("call", CALLS)
def test_odd_arguments_do_what_they_do_in_pytorch(call):
    assert_same_notes(outcome(ag, call), outcome(get_torch(), call))
