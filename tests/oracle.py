"""Compare with PyTorch: what tests use to run the same program on both and to hold the results side by side.

Nothing here imports torch before a test asks for it; without torch such tests are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from autograd_viz.tensor import Tensor

TOLERANCES = {"float16": (2e-3, 1e-3), "float32": (2e-5, 2e-6), "float64": (1e-9, 1e-11)}


def get_torch() -> Any:
    """Return torch, or skip the test where it is not installed."""
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    return torch


def to_torch(value: Any, *, requires_grad: bool = False) -> Any:
    """Return an array, or one of our tensors, as a torch tensor of its own memory."""
    torch = get_torch()
    array = value._array if isinstance(value, Tensor) else value
    tensor = torch.from_numpy(np.array(array))
    return tensor.requires_grad_() if requires_grad else tensor


def to_ours(value: Any, *, requires_grad: bool = False) -> Tensor:
    """Return an array, or a torch tensor, as one of our tensors with memory of its own."""
    array = np.array(value.detach().numpy() if hasattr(value, "detach") else value)
    tensor = ag.from_numpy(array)
    return tensor.requires_grad_() if requires_grad else tensor


def to_array(value: Any) -> Any:
    """Return the values of a tensor of either library as an array."""
    return value._array if isinstance(value, Tensor) else value.numpy(force=True)


def is_tensor(value: Any) -> bool:
    """Return whether this is a tensor of either library."""
    return hasattr(value, "requires_grad") and hasattr(value, "grad_fn")


def flat(result: Any) -> list[Any]:
    """Return what an operation gave as a flat list: tensors, numbers, None."""
    if isinstance(result, (list, tuple)) and type(result).__name__ != "Size":
        return [each for part in result for each in flat(part)]
    return [result]


def dtype_name(tensor: Any) -> str:
    """Return the dtype's name without "torch."."""
    return str(tensor.dtype).removeprefix("torch.")


def assert_same(ours: Any, theirs: Any, *, rtol: float | None = None, atol: float | None = None) -> None:
    """Assert that two results are equal: the same structure, shapes, dtypes and values, NaN where NaN is."""
    assert type(ours).__name__ == type(theirs).__name__
    mine, expected = flat(ours), flat(theirs)
    assert len(mine) == len(expected)
    for one, other in zip(mine, expected, strict=True):
        if is_tensor(other):
            assert_same_tensor(one, other, rtol=rtol, atol=atol)
        else:
            assert one == other or (one != one and other != other)


def assert_same_tensor(ours: Any, theirs: Any, *, rtol: float | None = None, atol: float | None = None) -> None:
    """Assert that two tensors have the same shape, dtype, `requires_grad` and values."""
    assert is_tensor(ours), f"expected a tensor, got {ours!r}"
    assert list(ours.shape) == list(theirs.shape)
    assert dtype_name(ours) == dtype_name(theirs)
    assert ours.requires_grad == theirs.requires_grad
    assert_close(to_array(ours), to_array(theirs), rtol=rtol, atol=atol)


def assert_close(ours: Any, theirs: Any, *, rtol: float | None = None, atol: float | None = None) -> None:
    """Assert that two arrays hold the same numbers, within what their dtype can tell apart."""
    usual = TOLERANCES.get(str(theirs.dtype), (0.0, 0.0))
    np.testing.assert_allclose(
        ours,
        theirs,
        rtol=usual[0] if rtol is None else max(rtol, usual[0]),
        atol=usual[1] if atol is None else max(atol, usual[1]),
    )


def assert_same_error(run: Callable[[Any, Any], Any], ours: Sequence[Any], theirs: Sequence[Any], phrase: str) -> None:
    """Assert that `run(T, *tensors)` raises on both, the same type, each with the phrase in its message."""
    torch = get_torch()
    with pytest.raises(Exception, match=re.escape(phrase)) as expected:
        run(torch, *theirs)
    with pytest.raises(Exception, match=re.escape(phrase)) as actual:
        run(ag, *ours)
    assert _public_error(expected.value) == _public_error(actual.value)


def _public_error(error: BaseException) -> str:
    """Return the first of the error's types that Python itself has."""
    return next(cls.__name__ for cls in type(error).__mro__ if cls.__module__ == "builtins")


# graphs


def name_of(node: Any) -> str:
    """Return a node's name; AccumulateGrad's without its namespace."""
    return str(node.name()).rsplit("::", 1)[-1]


def walk(*tensors: Any) -> Iterator[Any]:
    """Yield every node reachable from the tensors once, in the order of next_functions, depth first."""
    stack = [tensor.grad_fn for tensor in reversed(tensors) if is_tensor(tensor) and tensor.grad_fn is not None]
    seen: list[Any] = []
    known: set[Any] = set()
    while stack:
        node = stack.pop()
        if node in known:
            continue
        known.add(node)
        seen.append(node)
        yield node
        stack.extend(next_node for next_node, _ in reversed(node.next_functions) if next_node is not None)


def graph_of(*tensors: Any) -> list[tuple[str, list[tuple[int | None, int]]]]:
    """Describe a graph so that two are equal when they have the same nodes joined the same way.

    Returns
    -------
    list of (str, list of (int or None, int))
        A node's name, and for each of its edges the place in this list of the node it leads to, and the output.
    """
    nodes = list(walk(*tensors))
    place = {node: number for number, node in enumerate(nodes)}
    return [
        (name_of(node), [(None if n is None else place[n], i) for n, i in node.next_functions]) for node in nodes
    ]


def node_names(*tensors: Any) -> list[str]:
    """Return the names of all nodes reachable from the tensors, in the order of `walk`."""
    return [name_of(node) for node in walk(*tensors)]


def run_order(*tensors: Any) -> list[str]:
    """Return a list that fills with the nodes' names, as they run, at the next backward."""
    order: list[str] = []
    for node in walk(*tensors):
        node.register_prehook(_noting(order, name_of(node)))
    return order


def _noting(order: list[str], name: str) -> Callable[[Any], None]:
    return lambda grads: order.append(name)
