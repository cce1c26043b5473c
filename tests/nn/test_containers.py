"""Modules that hold others, or parameters: what they say and do beside PyTorch's."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import pytest

import autograd_viz as ag
from tests.oracle import get_torch

pytestmark = pytest.mark.torch


def told(T: Any, run: Callable[[Any], Any]) -> str:
    """Return the text of what a program gives or raises, the same for both libraries."""
    try:
        said = repr(run(T))
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
    return said.replace("autograd_viz", "torch")


def table(T: Any) -> Any:
    return T.nn.ParameterDict({"b": T.ones(2), "a": T.zeros(1), "c": 3})


def changed(held: Any, *changes: Callable[[Any], Any]) -> Any:
    """Return what the changes gave, and the container after them."""
    return [change(held) for change in changes], held


PROGRAMS: dict[str, Callable[[Any], Any]] = {
    "plain mappings are sorted": table,
    "ordered ones are not": lambda T: T.nn.ParameterDict(OrderedDict(b=1, a=2)),
    "copy": lambda T: table(T).copy(),
    "fromkeys": lambda T: table(T).fromkeys(["x", "y"], T.ones(1)),
    "setdefault": lambda T: changed(table(T), lambda d: d.setdefault("z"), lambda d: d.setdefault("b", 5)),
    "popitem": lambda T: changed(table(T), lambda d: d.popitem()),
    "popitem of nothing": lambda T: T.nn.ParameterDict().popitem(),
    "or": lambda T: table(T) | {"d": T.ones(1)},
    "ror": lambda T: {"d": 1} | table(T),
    "ior": lambda T: changed(table(T), lambda d: d.__ior__({"b": None})),
    "reversed": lambda T: list(reversed(table(T))),
    "no such name": lambda T: table(T)["nothing"],
    "a name that is a number": lambda T: table(T)[1],
    "a number as a new name": lambda T: table(T).__setitem__(1, 2),
    "calling a dict": lambda T: table(T)(T.ones(1)),
    "calling a list": lambda T: T.nn.ParameterList([T.ones(1)])(T.ones(1)),
    "dir of a list": lambda T: [name for name in dir(T.nn.ParameterList([1, 2])) if name.isdigit()],
    "update by a number": lambda T: table(T).update(3),
    "update by numbers": lambda T: table(T).update([3]),
    "update by ones": lambda T: table(T).update([["a"]]),
    "update of modules by a number": lambda T: T.nn.ModuleDict().update(3),
    "update of modules by modules": lambda T: T.nn.ModuleDict().update([T.nn.ReLU()]),
    "update of modules by ones": lambda T: T.nn.ModuleDict().update([["a"]]),
    "extending a list by a number": lambda T: T.nn.ModuleList().extend(3),
    "extending a sequence by a number": lambda T: T.nn.Sequential().extend(3),
    "inserting at no number": lambda T: T.nn.ModuleList().insert("0", T.nn.ReLU()),
    "a slope set again": lambda T: changed(T.nn.PReLU(2, 0.5), lambda m: m.weight.data.zero_(),
                                           lambda m: m.reset_parameters(), lambda m: m.weight.tolist()),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_containers_do_and_say_what_torchs_do(name: str) -> None:
    assert told(get_torch(), PROGRAMS[name]) == told(ag, PROGRAMS[name])
