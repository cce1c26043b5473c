"""Keys drawn at random: what square brackets choose, and the gradient, are PyTorch's."""

from __future__ import annotations

import random
import warnings
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from tests.oracle import get_torch, graph_of, to_array, to_ours, to_torch

SHAPE = (3, 4, 2, 3)


def drawn_key(source: random.Random) -> list[Any]:
    """Draw a key: ints, slices, None, Ellipsis, bools, arrays of indices and masks."""
    key: list[Any] = [Ellipsis] if source.random() < 0.2 else []
    dim = source.randrange(3) if key else 0
    while dim < len(SHAPE) and source.random() < 0.85:
        each = drawn_part(source, dim)
        key.append(each)
        is_mask = isinstance(each, np.ndarray) and each.dtype.kind == "b"
        dim += each.ndim if is_mask else 0 if each is None or each is True else 1
    return key


def drawn_part(source: random.Random, dim: int) -> Any:
    """Draw one part of a key, for the dimension it comes to."""
    length = SHAPE[dim]
    kind = source.choice(("int", "slice", "whole", "None", "bool", "indices", "pair", "mask", "mask of two"))
    if kind == "int":
        return source.randrange(-length, length)
    if kind == "slice":
        return slice(source.choice((None, 0, 1, -2)), source.choice((None, 2, -1, 9)), source.choice((None, 1, 2)))
    if kind == "indices":
        return np.array([source.randrange(-length, length) for _ in range(2)])
    if kind == "pair":
        return np.array([[source.randrange(length)], [source.randrange(length)]])
    if kind.startswith("mask"):
        mask = np.zeros(SHAPE[dim : dim + (2 if kind == "mask of two" else 1)], bool)
        mask.reshape(-1)[:2] = True
        return mask
    return {"None": None, "bool": True, "whole": slice(None)}[kind]


def outcome(T: Any, to_tensor: Any, key: list[Any], write: bool) -> Any:
    """Return the values, the graph and the gradient of reading or writing at a key, or the error's type."""
    x = to_tensor(np.arange(72.0).reshape(SHAPE), requires_grad=True)
    value = to_tensor(np.array(0.5), requires_grad=True)
    spoken = tuple(to_tensor(each) if isinstance(each, np.ndarray) else each for each in key)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if write:
                result = x.clone()
                result[spoken] = value
            else:
                result = x[spoken]
            grads = T.autograd.grad((result * result).sum(), [x, value], allow_unused=True)
    except (IndexError, RuntimeError, TypeError) as error:
        return type(error)
    return graph_of(result), to_array(result).tolist(), [None if g is None else to_array(g).tolist() for g in grads]


@pytest.mark.torch
@pytest.mark.parametrize("write", [False, True], ids=["read", "written"])
def test_any_key_chooses_what_it_chooses_in_torch(write: bool) -> None:
    """Read and write at 300 keys."""
    torch = get_torch()
    source = random.Random(5)
    for _ in range(300):
        key = drawn_key(source)
        assert outcome(ag, to_ours, key, write) == outcome(torch, to_torch, key, write), key
