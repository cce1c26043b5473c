"""A keyword that an operation does not know is refused in the operation's own name, and so is `out=`."""

import inspect
import re

import pytest

import autograd_viz as ag
from autograd_viz.ops.op import REQUIRED
from autograd_viz.ops.tables import METHOD_NAMES, PUBLIC_NAMES
from tests.oracle import get_torch

PLACES = {
    "": (ag, PUBLIC_NAMES), "linalg": (ag.linalg, ag.linalg.__all__), "special": (ag.special, ag.special.__all__),
    "nn.functional": (ag.nn.functional, ag.nn.functional.__all__),
    "Tensor": (ag.Tensor, [name for name in METHOD_NAMES if not name.startswith("__")]),
}  # fmt: skip
FUNCTIONS = [
    (f"{place}.{name}".lstrip("."), getattr(owner, name))
    for place, (owner, names) in PLACES.items()
    for name in names
    if inspect.isfunction(getattr(owner, name))
]
PRIVATE = re.compile(r"^_|\b_\w*\(\)|<\w+>|choose")


def arguments(function):
    """Return a tensor for each argument that has to be given."""
    if hasattr(function, "op"):
        return [ag.ones(2, 2)] * max(1, sum(value is REQUIRED for value in function.op.defaults))
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    given = [each for each in inspect.signature(function).parameters.values() if each.kind in positional]
    return [ag.ones(2, 2) for each in given if each.default is each.empty]


@pytest.mark.parametrize(("name", "function"), FUNCTIONS, ids=[name for name, _ in FUNCTIONS])
def test_a_keyword_that_nobody_knows_is_refused_under_a_public_name(name, function):
    with pytest.raises((TypeError, NotImplementedError, AssertionError)) as caught:
        function(*arguments(function), nothing_of_this_name=3)
    said = str(caught.value)
    assert "nothing_of_this_name" in said or "autograd_viz has no" in said
    assert PRIVATE.search(said.replace("nothing_of_this_name", "")) is None


@pytest.mark.torch
@pytest.mark.parametrize("place", ["", "linalg", "special"])
def test_out_is_refused_in_words_wherever_pytorch_has_it(place):
    owner, names = PLACES[place]
    theirs = getattr(get_torch(), place) if place else get_torch()
    with_out = [name for name in names if ", out=None" in (getattr(getattr(theirs, name), "__doc__", "") or "")]
    assert len(with_out) > 5
    for name in with_out:
        with pytest.raises(NotImplementedError, match=r"out= is not provided: use the returned tensor"):
            getattr(owner, name)(*arguments(getattr(owner, name)), out=ag.ones(2))


def test_out_of_none_is_nothing():
    assert ag.add(ag.ones(2), 1, out=None).tolist() == [2, 2]
    assert ag.exp(ag.zeros(2), out=None).tolist() == [1, 1]
    assert ag.mean(ag.ones(2), out=None).item() == 1
    assert ag.pow(ag.ones(2), 2, out=None).tolist() == [1, 1]
    assert ag.linalg.det(ag.eye(2), out=None).item() == 1
