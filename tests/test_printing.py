"""Tensors print as PyTorch's do, character for character."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from autograd_viz.printing import get_printoptions, printoptions, set_printoptions
from tests.oracle import get_torch

NAN, INF = math.nan, math.inf

MADE = {
    "0-dim": lambda T: T.tensor(2.5),
    "0-dim whole": lambda T: T.tensor(2.0),
    "0-dim int": lambda T: T.tensor(-7),
    "0-dim bool": lambda T: T.tensor(True),
    "vector": lambda T: T.tensor([1.0, 2.5, -3.0]),
    "whole floats": lambda T: T.tensor([1.0, -20.0, 300.0]),
    "ints": lambda T: T.tensor([1, -20, 300]),
    "bools": lambda T: T.tensor([True, False]),
    "matrix": lambda T: T.tensor([[1.0, 2.0], [3.0, 4.5]]),
    "three dims": lambda T: T.arange(24.0).reshape(2, 3, 4),
    "four dims": lambda T: T.arange(16).reshape(2, 2, 2, 2),
    "zeros": lambda T: T.zeros(2, 2),
    "negative zero": lambda T: T.tensor([-0.0, 0.0]),
    "nan": lambda T: T.tensor([NAN, 1.0, INF, -INF]),
    "nan and fractions": lambda T: T.tensor([NAN, 1.5, INF, -INF]),
    "only nan": lambda T: T.tensor([NAN, INF]),
    "large": lambda T: T.tensor([1e9, 1.0]),
    "large whole": lambda T: T.tensor([100000.0, 2.0]),
    "small": lambda T: T.tensor([1e-5, 0.5]),
    "wide range": lambda T: T.tensor([0.001, 10.0]),
    "huge": lambda T: T.tensor([1e38, -1e-38]),
    "overflowing ratio": lambda T: T.tensor([1e308, 1e-308], dtype=T.float64),
    "float64": lambda T: T.tensor([0.1, 0.2], dtype=T.float64),
    "float16": lambda T: T.tensor([0.1, 60000.0], dtype=T.float16),
    "int32": lambda T: T.tensor([1, 2], dtype=T.int32),
    "uint8": lambda T: T.tensor([1, 255], dtype=T.uint8),
    "empty": lambda T: T.tensor([]),
    "empty matrix": lambda T: T.zeros(2, 0),
    "empty int": lambda T: T.zeros(0, dtype=T.int64),
    "empty bool matrix": lambda T: T.zeros(0, 3, dtype=T.bool),
    "long vector": lambda T: T.arange(100.0) / 7,
    "long line with suffix": lambda T: T.ones(10, dtype=T.float64, requires_grad=True) * 1.5,
    "summary": lambda T: T.arange(2000),
    "summary of floats": lambda T: T.arange(2000.0) / 3,
    "summary of a matrix": lambda T: T.arange(2000.0).reshape(50, 40),
    "summary of a tall matrix": lambda T: T.arange(2000.0).reshape(1000, 2),
    "summary of three dims": lambda T: T.arange(4000.0).reshape(10, 20, 20),
    "exactly 1000": lambda T: T.arange(1000),
    "summary hides the largest": lambda T: T.where(T.arange(2000) == 1000, 1e9, T.arange(2000.0)),
    "leaf": lambda T: T.ones(2, requires_grad=True),
    "result": lambda T: T.ones(2, requires_grad=True) * 2,
    "result of 0 dims": lambda T: T.ones(2, requires_grad=True).sum(),
    "view": lambda T: T.ones(2, 3, requires_grad=True)[0],
    "changed view": lambda T: changed_view(T),
    "detached": lambda T: (T.ones(2, requires_grad=True) * 2).detach(),
    "transposed": lambda T: T.arange(6.0).reshape(2, 3).t(),
    "shape": lambda T: T.ones(2, 3).shape,
    "dtype": lambda T: [T.float32, T.int64, T.bool, T.half, T.uint8],
    "device": lambda T: T.ones(1).device,
    "in a list": lambda T: [T.ones(1), T.tensor(3)],
    "named tuple": lambda T: T.max(T.tensor([[1.0, 2.0], [4.0, 3.0]]), dim=1),
    "formatted": lambda T: f"{T.tensor(2.5)} {T.tensor(2.5):.3f} {T.tensor(3)} {T.ones(2)}",
}


def changed_view(T: Any) -> Any:
    """Return a view whose base was changed in place."""
    base = T.ones(2, 3, requires_grad=True) * 2
    view = base[0]
    base.mul_(3)
    return view


@pytest.mark.torch
@pytest.mark.parametrize("name", MADE)
def test_a_tensor_prints_as_in_torch(name: str) -> None:
    """Compare `repr` and `str`."""
    ours, theirs = MADE[name](ag), MADE[name](get_torch())
    assert repr(ours) == repr(theirs)
    assert str(ours) == str(theirs)


def arrays(seed: int) -> Iterator[Any]:
    """Draw arrays of many dtypes, sizes and magnitudes."""
    source = random.Random(seed)
    generator = np.random.default_rng(seed)
    for dtype, ndim, scale in itertools.product(("f4", "f8", "f2", "i8", "u1", "?"), range(4), range(12)):
        shape = tuple(source.choice((0, 1, 2, 3, 7, 13, 40)) for _ in range(ndim))
        values = generator.standard_normal(shape) * 10.0 ** (source.choice((-1, 1)) * scale / 2)
        if source.random() < 0.3:
            values = np.round(values)
        if source.random() < 0.2:
            values = np.where(generator.random(shape) < 0.2, source.choice((NAN, INF, -INF, 0.0)), values)
        with np.errstate(all="ignore"):
            yield np.asarray(np.nan_to_num(values) if dtype in ("i8", "u1") else values).astype(dtype)


@pytest.mark.torch
@pytest.mark.parametrize("seed", range(3))
def test_any_tensor_prints_as_in_torch(seed: int) -> None:
    """Compare arrays drawn at random."""
    torch = get_torch()
    for array in arrays(seed):
        assert repr(ag.from_numpy(array)) == repr(torch.from_numpy(array))


OPTIONS = [
    {"precision": 2},
    {"precision": 8},
    {"threshold": 5},
    {"threshold": 5, "edgeitems": 1},
    {"threshold": 5, "edgeitems": 0},
    {"linewidth": 40},
    {"sci_mode": True},
    {"sci_mode": False},
    {"profile": "short"},
    {"profile": "full"},
    {"profile": "short", "precision": 6},
]


@pytest.mark.torch
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_print_options_act_as_in_torch(options: dict[str, Any]) -> None:
    """Set the same options on both."""
    torch = get_torch()
    with torch._tensor_str.printoptions(**options), printoptions(**options):
        for array in (np.arange(40.0).reshape(4, 10) / 7, np.arange(2000), np.array([1e-9, 1.0]), np.float64(0.1)):
            assert repr(ag.tensor(array)) == repr(torch.tensor(array))


def test_print_options_are_put_back() -> None:
    """Leave a block of options, also by an error."""
    before = get_printoptions()
    with pytest.raises(ValueError, match="inside"), printoptions(precision=1):
        raise ValueError("inside")
    assert get_printoptions() == before


def test_the_default_profile_undoes_the_others() -> None:
    """Ask for one profile, then for the default one."""
    before = get_printoptions()
    set_printoptions(profile="full", sci_mode=True)
    set_printoptions(profile="default")
    assert get_printoptions() == before


@pytest.mark.torch
def test_the_default_dtype_is_not_named() -> None:
    """Change the default dtype: float32 is then the one that is named."""
    torch = get_torch()
    ag.set_default_dtype(ag.float64)
    torch.set_default_dtype(torch.float64)
    try:
        for T in (ag, torch):
            assert repr(T.tensor([1.5])) == "tensor([1.5000])"
            assert repr(T.tensor([1.5], dtype=T.float32)) == "tensor([1.5000], dtype=torch.float32)"
    finally:
        ag.set_default_dtype(ag.float32)
        torch.set_default_dtype(torch.float32)


@pytest.mark.torch
def test_a_buffer_prints_as_a_tensor_and_a_parameter_under_its_name() -> None:
    """Compare what modules keep."""
    for kind in ("Buffer", "Parameter"):
        ours, theirs = (getattr(T.nn, kind)(T.ones(2)) for T in (ag, get_torch()))
        assert repr(ours) == repr(theirs)
