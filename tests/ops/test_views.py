"""Each view operation under changes in place, of the view, of its base and of a sibling, held against torch."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from tests.oracle import assert_close, get_torch, graph_of, node_names, to_array, to_ours, to_torch

View = Callable[[Any], Any]

VIEWS: dict[str, View] = {
    "view": lambda b: b.view(6, 4),
    "reshape": lambda b: b.reshape(6, 4),
    "reshape of a view": lambda b: b.transpose(0, 1).reshape(3, 2, 2, 2),
    "flatten": lambda b: b.flatten(1),
    "unflatten": lambda b: b.unflatten(2, (2, 2)),
    "squeeze": lambda b: b.unsqueeze(0).squeeze(0),
    "transpose": lambda b: b.transpose(0, 2),
    "permute": lambda b: b.permute(2, 0, 1),
    "mT": lambda b: b.mT,
    "movedim": lambda b: b.movedim(0, -1),
    "select": lambda b: b.select(1, 1),
    "narrow": lambda b: b.narrow(2, 1, 2),
    "square brackets": lambda b: b[:, 1:, ::2],
    "several views": lambda b: b[1].t().unsqueeze(0)[:, 1:3],
    "diagonal": lambda b: b.diagonal(0, 1, 2),
    "unfold": lambda b: b.unfold(2, 2, 2),
    "as_strided": lambda b: b.as_strided((2, 2), (3, 1), 2),
    "tensor_split": lambda b: b.tensor_split(2, 2)[1],
}

CHANGES: dict[str, Callable[[Any, Any, Any], Any]] = {
    "the view": lambda base, sibling, view: view.mul_(view.detach().clone()).sin_(),
    "its base": lambda base, sibling, view: base.mul_(3).sin_(),
    "a sibling": lambda base, sibling, view: sibling.mul_(2),
}


def run(T: Any, convert: Any, view: View, change: str, create_graph: bool) -> tuple[list[str], list[Any]]:
    """Return the graph's node names, and the first and second gradients."""
    generator = np.random.default_rng(0)
    x = convert(generator.standard_normal((2, 3, 4)), requires_grad=True)
    weight = convert(generator.standard_normal((4, 3, 2)))
    base = x * x
    sibling = base.view(24)
    shown = view(base)
    CHANGES[change](base, sibling, shown)
    result = (base.permute(2, 1, 0) * weight).sum() + (shown * shown).sum() + (sibling * sibling * sibling).sum()
    (first,) = T.autograd.grad(result, x, create_graph=create_graph, retain_graph=True)
    second = T.autograd.grad((first * first).sum(), x) if create_graph else ()
    return node_names(result), [to_array(each) for each in (first, *second)]


@pytest.mark.torch
@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", VIEWS)
def test_changes_in_place_flow_through_views_as_in_torch(name: str, change: str, create_graph: bool) -> None:
    """Compare the graph and its gradients."""
    names, gradients = run(ag, to_ours, VIEWS[name], change, create_graph)
    expected_names, expected = run(get_torch(), to_torch, VIEWS[name], change, create_graph)
    assert names == expected_names
    for one, other in zip(gradients, expected, strict=True):
        assert_close(one, other)


RESHAPED: dict[str, Callable[[Any], Any]] = {
    "t_": lambda b: b.t_(),
    "transpose_": lambda b: b.transpose_(0, 1),
    "swapaxes_": lambda b: b.swapaxes_(0, -1),
    "unsqueeze_": lambda b: b.unsqueeze_(-1),
    "squeeze_": lambda b: b.unsqueeze_(0).unsqueeze_(2).squeeze_(),
    "squeeze_ of a dim": lambda b: b.unsqueeze_(0).squeeze_(0),
    "squeeze_ of dims": lambda b: b.unsqueeze_(0).squeeze_((0, 1)),
}


def reshaped(convert: Any, change: Callable[[Any], Any], of_a_view: bool) -> list[Any]:
    """Change the shape of a base, or of a view, in place; return everything that can be seen of it."""
    x = convert(np.arange(6.0).reshape(2, 3), requires_grad=True)
    base = x * 1
    view = base.view(6)
    target = base.view(3, 2) if of_a_view else base
    assert change(target) is target
    seen = [(tuple(t.shape), t._version, t._is_view(), to_array(t).tolist(), graph_of(t)) for t in (target, view)]
    weight = convert(np.arange(1.0, target.numel() + 1).reshape(tuple(target.shape)))
    ((target * target * weight).sum() + (view * convert(np.arange(6.0))).sum()).backward()
    return [*seen, to_array(x.grad).tolist()]


@pytest.mark.torch
@pytest.mark.parametrize("of_a_view", [False, True])
@pytest.mark.parametrize("name", RESHAPED)
def test_a_shape_changed_in_place_is_that_of_torch(name: str, of_a_view: bool) -> None:
    """Compare shapes, versions, values, graphs and gradients."""
    get_torch()
    assert reshaped(to_ours, RESHAPED[name], of_a_view) == reshaped(to_torch, RESHAPED[name], of_a_view)


@pytest.mark.torch
def test_as_strided_in_place_is_that_of_torch() -> None:
    """Compare the graph and the gradient."""
    found = []
    for convert in (to_ours, to_torch):
        x = convert(np.arange(6.0).reshape(2, 3), requires_grad=True)
        base = (x * 1).as_strided_((2, 2), (1, 2), 1)
        (base * base).sum().backward()
        found.append((to_array(base).tolist(), base._version, graph_of(base), to_array(x.grad).tolist()))
    assert found[0] == found[1]


def test_a_leaf_that_requires_grad_keeps_its_shape() -> None:
    """A change of shape is a change in place."""
    x = ag.ones(2, 3, requires_grad=True)
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad is being used in an in-place operation"):
        x.t_()
    with ag.no_grad():
        x.t_()
    assert (x.shape, x._version, x.is_leaf) == ((3, 2), 1, True)


def test_what_was_saved_before_a_change_of_shape_is_refused() -> None:
    """The version counts changes of shape too."""
    b = ag.ones(2, 3, requires_grad=True) * 1
    squares = b * b
    b.t_()
    with pytest.raises(RuntimeError, match=r"modified by an inplace operation.*is at version 1; expected version 0"):
        squares.sum().backward()


@pytest.mark.torch
def test_memory_is_laid_out_as_in_torch() -> None:
    """Compare the strides of results that are not contiguous."""
    calls: list[Callable[[Any, Any], Any]] = [
        lambda T, a: a.transpose(0, 1).flip(1),
        lambda T, a: a.transpose(0, 1).roll(1, 0),
        lambda T, a: T.cat([a.mT, a.mT]),
        lambda T, a: T.stack([a.mT, a.mT]),
        lambda T, a: a[0, :, :1].expand(3, 3),
        lambda T, a: a.unsqueeze(1),
        lambda T, a: T.linalg.inv(a[:, :3, :3]),
        lambda T, a: T.linalg.solve(a[:, :3, :3], a[:, :, 1:]),
        lambda T, a: tuple(T.linalg.svd(a)),
        lambda T, a: tuple(T.linalg.qr(a)),
        lambda T, a: T.linalg.vector_norm(a.mT, dim=0),
        lambda T, a: a[0].rot90(),
    ]
    array = np.random.default_rng(0).standard_normal((2, 3, 4))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for call in calls:
            ours, theirs = call(ag, to_ours(array)), call(get_torch(), to_torch(array))
            for one, other in zip(*(r if isinstance(r, tuple) else (r,) for r in (ours, theirs)), strict=True):
                assert one.stride() == other.stride()


def test_a_view_shares_memory_and_version() -> None:
    """Writing through any view is seen everywhere."""
    base = ag.zeros(2, 3, 4)
    for name, view in VIEWS.items():
        shown = view(base)
        before = base._version
        shown.add_(1)
        assert base._version == before + 1, name
        assert shown._base is base, name
        assert float(base.sum()) == shown.numel(), name
        base.zero_()


def test_trace_is_the_sum_of_the_diagonal_after_a_recording_too() -> None:
    """`autograd_viz.trace` is a package as well."""
    matrix = ag.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert ag.record is not None
    assert float(ag.trace(matrix)) == 5.0


@pytest.mark.torch
def test_a_vector_times_a_matrix_is_at_version_1_as_in_torch() -> None:
    """PyTorch squeezes the product in place."""
    versions = [(T.ones(3) @ T.ones(3, 4))._version for T in (ag, get_torch())]
    assert versions == [1, 1]
