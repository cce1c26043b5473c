r"""Odd programs of Functions, gradcheck, anomalies, checkpoints and `functional` end as on PyTorch, in the same words.

A line of `odd_programs.txt` is the body of a function of `T`; `\n` in it starts a new line.
"""

import contextlib
import io
import re
import textwrap
import warnings
from pathlib import Path

import pytest

import autograd_viz as ag
from tests.autograd.side_by_side import assert_same_notes, plain, public_type, words
from tests.oracle import get_torch

PROGRAMS = (Path(__file__).parent / "odd_programs.txt").read_text(encoding="utf-8").splitlines()


def leaf(T, values):
    """Return a leaf of float64 that requires grad."""
    return T.tensor(values, dtype=T.float64, requires_grad=True)


def function(T, forward, backward, setup=None):
    """Return a Function of these static methods."""
    methods = {"forward": staticmethod(forward), "backward": staticmethod(backward)}
    if setup is not None:
        methods["setup_context"] = staticmethod(setup)
    return type("My", (T.autograd.Function,), methods)


def outcome(T, program):
    """Return what a program returns or raises, and the kinds of its warnings."""
    found = {"leaf": leaf, "D": leaf, "Fn": function}
    exec("def run(T):\n" + textwrap.indent(program.replace("\\n", "\n"), "    "), found)
    with warnings.catch_warnings(record=True) as warned, contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("always")
        try:
            result = shown(found["run"](T))
        except Exception as error:
            result = [public_type(error), re.split(r"[.:]", words(str(error)))[0][:40]]
        finally:
            T.autograd.set_detect_anomaly(False)
    return [result, sorted({each.category.__name__ for each in warned})]


def shown(value):
    """Return a value as plain data, of other things the type."""
    if isinstance(value, (tuple, list)):
        return [shown(each) for each in value]
    data = plain(value)
    return type(value).__name__ if isinstance(data, str) and not isinstance(value, str) else data


@pytest.mark.torch
@pytest.mark.parametrize("program", PROGRAMS)
def test_odd_programs_end_as_on_pytorch(program):
    assert_same_notes(outcome(ag, program), outcome(get_torch(), program))
