"""Calls at the edges of what operations take, run on both: the same values and gradients, or the same error."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from tests.oracle import assert_same, assert_same_error, get_torch, to_ours, to_torch

pytestmark = pytest.mark.torch

MATRIX = np.arange(12.0).reshape(3, 4)
INF, NAN = math.inf, math.nan

REFUSED: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "sum, two dims one by one": (lambda T, x: x.sum(1, 0), "argument 'keepdim' (position 2) must be bool, not int"),
    "sum, keepdim=1": (lambda T, x: x.sum(0, keepdim=1), "argument 'keepdim' must be bool, not int"),
    "sum, keepdim=None": (lambda T, x: x.sum(0, keepdim=None), "argument 'keepdim' must be bool, not NoneType"),
    "mean": (lambda T, x: x.mean(0, 1), "argument 'keepdim' (position 2) must be bool, not int"),
    "max": (lambda T, x: x.max(0, 1), "argument 'keepdim' (position 2) must be bool, not int"),
    "median": (lambda T, x: x.median(0, 1), "argument 'keepdim' (position 2) must be bool, not int"),
    "kthvalue": (lambda T, x: x.kthvalue(1, 0, 1), "argument 'keepdim' (position 3) must be bool, not int"),
    "topk, largest=1": (lambda T, x: x.topk(2, 0, 1), "argument 'largest' (position 3) must be bool, not int"),
    "aminmax": (lambda T, x: x.aminmax(dim=0, keepdim=1), "argument 'keepdim' must be bool, not int"),
    "cumsum of True": (lambda T, x: x.cumsum(True), "must be int, not bool"),
    "slice of a number": (lambda T, x: x.sum()[::2], "slice() cannot be applied to a 0-dim tensor."),
    "zeros": (lambda T, x: T.zeros(10**13), "can't allocate memory: you tried to allocate 40000000000000 bytes"),
    "ones_like": (lambda T, x: T.ones_like(x.expand(10**13, 3, 4)), "can't allocate memory: you tried to allocate"),
    "arange": (lambda T, x: T.arange(10**13), "can't allocate memory: you tried to allocate"),
    "arange beyond": (lambda T, x: T.arange(1e30), "invalid size, possible overflow?"),
    "eye": (lambda T, x: T.eye(10**7), "can't allocate memory: you tried to allocate"),
    "randn": (lambda T, x: T.randn(10**13), "can't allocate memory: you tried to allocate"),
    "full": (lambda T, x: T.full((10**13,), 1.0), "can't allocate memory: you tried to allocate"),
    "expand, times 2": (lambda T, x: x.expand(10**13, 3, 4) * 2, "can't allocate memory: you tried to allocate"),
    "expand, contiguous": (lambda T, x: x.expand(10**13, 3, 4).contiguous(), "can't allocate memory"),
    "repeat": (lambda T, x: x.repeat(10**13, 1), "can't allocate memory: you tried to allocate"),
    "zeros, overflow": (lambda T, x: T.zeros(10**10, 10**10), "Storage size calculation overflowed with sizes="),
    "zeros, 2 ** 63": (lambda T, x: T.zeros(2**63), "Overflow when unpacking long long"),
    "isin of bools": (lambda T, x: T.isin(x, x > 1), "Unsupported input type encountered for isin(): Bool"),
    "kl_div of integers": (lambda T, x: T.nn.functional.kl_div(x, x.long()), "kl_div: Integral inputs not supported."),
    "dist of integers": (lambda T, x: T.dist(x.long(), x.long()), "input dtype should be either floating point or"),
    "dist of bools": (lambda T, x: T.dist(x, x > 1), "Subtraction, the `-` operator, with a bool tensor is not"),
    "logits of integers": (
        lambda T, x: T.nn.functional.binary_cross_entropy_with_logits(x.long(), x), '"log_sigmoid_cpu" not implemented'
    ),
    "cosine_similarity of integers": (
        lambda T, x: T.nn.functional.cosine_similarity(x.long(), x.long()), "expected common dtype to be floating point"
    ),
    "broadcast_tensors of a number": (lambda T, x: T.broadcast_tensors(x, 1), "expected Tensor as element 1"),
    "cartesian_prod of a number": (lambda T, x: T.cartesian_prod(x[0], 1), "expected Tensor as element 1"),
    "kthvalue of nothing": (lambda T, x: x[:0].kthvalue(1, 0), "Expected reduction dim 0 to have non-zero size."),
    "an index into nothing": (lambda T, x: x[:0][T.tensor([0])], "out of bounds"),
    "adjoint of a vector": (lambda T, x: T.adjoint(x[0]), "tensor.adjoint() is only supported on matrices"),
    "index_add, source changed": (
        lambda T, x: _changed(T, x, "index_add"), "modified by an inplace operation"
    ),
    "index_copy, source changed": (
        lambda T, x: _changed(T, x, "index_copy"), "modified by an inplace operation"
    ),
}  # fmt: skip


def _changed(T: Any, x: Any, name: str) -> None:
    """Change the source of what was written, then differentiate: its values do not matter, but it was saved."""
    source = x.requires_grad_() * 1
    written = getattr(T.zeros(3, 4, dtype=x.dtype), name)(0, T.tensor([0, 1, 2]), source)
    source.add_(1)
    written.sum().backward()


@pytest.mark.parametrize("name", REFUSED)
def test_what_torch_refuses_is_refused_in_its_words(name: str) -> None:
    """Compare the exception's type and key phrase."""
    call, phrase = REFUSED[name]
    assert_same_error(call, [to_ours(MATRIX)], [to_torch(MATRIX)], phrase)


TAKEN: dict[str, tuple[Callable[[Any, Any], Any], Any]] = {
    "logit at zeros of both signs": (lambda T, x: T.logit(x), [0.0, -0.0, 1.0, 0.5, -1.0, 2.0]),
    "logit, eps below 0": (lambda T, x: T.logit(x, -1.0), [0.0, 1.0, 0.5, -1.0, 2.0]),
    "multi_margin_loss of NaN": (
        lambda T, x: T.nn.functional.multi_margin_loss(x, T.tensor([0, 1])), [[1.0, NAN, 2.0], [3.0, 4.0, 5.0]]
    ),
    "std_mean of infinities": (lambda T, x: T.std_mean(x), [INF, 1.0, 2.0]),
    "var_mean of infinities, along": (lambda T, x: T.var_mean(x, 1), [[INF, 1.0], [2.0, 3.0]]),
    "var_mean of one infinity": (lambda T, x: T.var_mean(x, 1), [[INF], [2.0]]),
    "det of NaN": (lambda T, x: T.det(x.detach()), [[NAN, 1.0], [1.0, 1.0]]),
    "slogdet of NaN": (lambda T, x: T.linalg.slogdet(x.detach()), [[NAN, 1.0], [2.0, NAN]]),
    "slogdet of zeros": (lambda T, x: T.linalg.slogdet(x.detach()), [[0.0, 0.0], [0.0, 0.0]]),
    "prod of a number": (lambda T, x: x.prod(0), -INF),
    "logcumsumexp of a number": (lambda T, x: x.logcumsumexp(0), -INF),
    "logaddexp2 of numbers": (lambda T, x: T.logaddexp2(x, x), 0.0),
    "trapezoid of integers": (lambda T, x: T.trapezoid(x.long()), [1.0, 2.0, 4.0]),
    "trapezoid of nothing": (lambda T, x: T.trapezoid(x), np.zeros((2, 0))),
    "cumulative_trapezoid of nothing": (lambda T, x: T.cumulative_trapezoid(x.detach()), np.zeros((2, 0))),
    "unique_consecutive of nothing": (lambda T, x: T.unique_consecutive(x.long()), np.zeros((0, 2))),
    "unique_consecutive of a number": (lambda T, x: T.unique_consecutive(x.long()), 3.0),
    "adjoint of a number": (lambda T, x: T.adjoint(x), 3.0),
    "a view as integers": (lambda T, x: (x.view(T.int64).requires_grad, x.view(T.float32)), [1.0, 2.0]),
    "an index that takes nothing": (lambda T, x: x[5:, T.tensor([7])], [[1.0, 2.0]]),
    "an index that takes nothing, of two": (lambda T, x: x[T.tensor([0, 9]), T.tensor([0, 9])], np.zeros((2, 1, 0))),
    "mT of a number": (lambda T, x: x.mT, 3.0),
    "adaptive pooling of infinities": (
        lambda T, x: T.nn.functional.adaptive_avg_pool1d(x, 3), [[[1.0, 2.0, INF, 4.0, 5.0, NAN]]]
    ),
    "isin, wrapped": (lambda T, x: T.isin(x.to(T.uint8), -1), [255.0, 1.0]),
    "cosine_similarity with integers": (
        lambda T, x: T.nn.functional.cosine_similarity(x, T.ones_like(x).long()), [[1.0, 2.0], [3.0, 4.0]]
    ),
    "polygamma of large negatives": (lambda T, x: T.polygamma(2, x), [-1e300, -7.5, -1000.25, 3e38]),
    "lgamma beyond": (lambda T, x: T.lgamma(x.detach()), [1e308, 1e306]),
    "gradient of adaptive pooling": (
        lambda T, x: T.nn.functional.adaptive_avg_pool1d(x, 2), [[[1.0, 2.0, 3.0, 4.0, 5.0]]]
    ),
}  # fmt: skip


def _run(T: Any, to_tensor: Any, call: Callable[[Any, Any], Any], data: Any) -> Any:
    x = to_tensor(np.array(data, np.float64), requires_grad=True)
    result = call(T, x)
    first = result[0] if isinstance(result, tuple) else result
    if not getattr(first, "requires_grad", False):
        return result
    return result, T.autograd.grad(first.sum(), x)[0]


@pytest.mark.parametrize("name", TAKEN)
def test_values_and_gradients_at_the_edges_are_those_of_torch(name: str) -> None:
    """Compare results and first gradients."""
    call, data = TAKEN[name]
    assert_same(_run(ag, to_ours, call, data), _run(get_torch(), to_torch, call, data), rtol=1e-7)


def test_solve_ex_reports_each_matrix_of_a_batch() -> None:
    """Where one is singular the others are solved all the same; what stands in its place means nothing."""
    matrices = np.stack([np.eye(2), np.array([[1.0, 2.0], [2.0, 4.0]]), 2 * np.eye(2)])
    theirs = get_torch().linalg.solve_ex(to_torch(matrices), to_torch(np.ones((3, 2, 1))))
    ours = ag.linalg.solve_ex(to_ours(matrices), to_ours(np.ones((3, 2, 1))))
    assert_same(ours.info, theirs.info)
    assert_same(ours.result[::2], theirs.result[::2])
