"""Memory: what shares it may not be written, copies are laid out as PyTorch lays them out, indices are watched."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd_viz as ag
from tests.oracle import get_torch


def outcome(T: Any, program: Any) -> str:
    """Return what a program gives, or its error up to the first full stop."""
    try:
        found = program(T)
    except Exception as error:
        text = str(error).split(". ")[0]
        return f"{type(error).__name__}: {text}"
    return str(found.tolist() if hasattr(found, "tolist") else found)


def repeated(T: Any) -> Any:
    """Return a (2, 3) tensor whose rows are one."""
    return T.zeros(3).expand(2, 3)


def square(T: Any) -> Any:
    return T.arange(9.0).reshape(3, 3)


def written(tensor: Any, key: Any, value: Any) -> Any:
    tensor[key] = value
    return tensor


WRITES = {
    "add_": lambda T: repeated(T).add_(1),
    "exp_": lambda T: repeated(T).exp_(),
    "copy_": lambda T: repeated(T).copy_(T.ones(2, 3)),
    "clamp_": lambda T: repeated(T).clamp_(1, 2),
    "uniform_": lambda T: repeated(T).uniform_().shape,
    "cumsum_": lambda T: repeated(T).cumsum_(0),
    "index_add_": lambda T: repeated(T).index_add_(0, T.tensor([0, 1]), T.ones(2, 3)),
    "scatter_": lambda T: repeated(T).scatter_(0, T.tensor([[0, 1, 0]]), 1.0),
    "relu(inplace)": lambda T: T.nn.functional.relu(repeated(T), inplace=True),
    "zero_": lambda T: repeated(T).zero_(),
    "fill_ with a number": lambda T: repeated(T).fill_(2.0),
    "fill_ with a tensor": lambda T: repeated(T).fill_(T.tensor(2.0)),
    "x[0] = number": lambda T: written(repeated(T), 0, 1.0),
    "x[:, 0] = number": lambda T: written(repeated(T), (slice(None), 0), 1.0),
    "x[tensor] = number": lambda T: written(repeated(T), T.tensor([0, 1]), 1.0),
    "shifted sum": lambda T: square(T)[:2].add_(square(T)[1:]),
    "shifted by itself": lambda T: (lambda x: x[:2].add_(x[1:]))(square(T)),
    "transposed": lambda T: (lambda x: x.add_(x.t()))(square(T)),
    "one row to all": lambda T: (lambda x: x.mul_(x[0]))(square(T)),
    "one element to all": lambda T: (lambda x: x.sub_(x[0, 0]))(square(T)),
    "shifted copy": lambda T: (lambda x: written(x, slice(1, None), x[:-1]))(square(T)),
    "shifted lerp_": lambda T: (lambda x: x[:2].lerp_(x[1:], 0.5))(square(T)),
    "shifted scatter_": lambda T: (lambda x: x[:2].scatter_(0, T.tensor([[0, 0, 1]]), x[1:2]))(square(T)),
    "shifted mask": lambda T: (lambda x: x[:2].masked_fill_(x[1:] > 2, 2.0))(square(T)),
    "itself": lambda T: (lambda x: x.add_(x))(square(T)),
    "itself as two views": lambda T: (lambda x: x[:2].add_(x[:2]))(square(T)),
    "beside it": lambda T: (lambda x: x[0].add_(x[1]))(square(T)),
    "with gaps": lambda T: (lambda x: x[:, 0].add_(x[:, 1]))(square(T)),
}


@pytest.mark.torch
@pytest.mark.parametrize("name", WRITES)
def test_what_shares_memory_is_written_or_refused_as_in_torch(name: str) -> None:
    """Write to expanded tensors, and to tensors that are operands too."""
    assert outcome(ag, WRITES[name]) == outcome(get_torch(), WRITES[name])


LAYOUTS = {
    "expanded": lambda T: T.zeros(3, 4).expand(2, 3, 4),
    "transposed and expanded": lambda T: T.zeros(4, 3).t().expand(2, 3, 4),
    "expanded in the middle": lambda T: T.zeros(3, 1, 4).expand(3, 5, 4),
    "expanded from nothing": lambda T: T.zeros(()).expand(2, 3),
    "transposed": lambda T: T.zeros(3, 4).t(),
    "permuted": lambda T: T.zeros(3, 4, 5).permute(2, 0, 1),
    "permuted with gaps": lambda T: T.zeros(3, 4, 5).permute(2, 0, 1)[:, ::2],
    "every other": lambda T: T.zeros(3, 4)[:, ::2],
    "windows": lambda T: T.zeros(6).unfold(0, 3, 1),
    "length 1": lambda T: T.zeros(4, 1, 3).permute(1, 2, 0),
}
COPIES = {
    "clone": lambda T, x: x.clone(),
    "zeros_like": lambda T, x: T.zeros_like(x),
    "full_like": lambda T, x: T.full_like(x, 2.0),
    "ones_like, contiguous": lambda T, x: T.ones_like(x, memory_format=T.contiguous_format),
    "exp": lambda T, x: x.exp(),
    "softmax": lambda T, x: x.softmax(0),
    "log_softmax": lambda T, x: x.log_softmax(-1),
    "cumsum": lambda T, x: x.cumsum(0),
    "masked_fill": lambda T, x: x.masked_fill(x > 0, 1.0),
    "cast": lambda T, x: x.double(),
    "log of ints": lambda T, x: x.int().log(),
    "product with ints": lambda T, x: x * x.int(),
}


@pytest.mark.torch
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("copy", COPIES)
def test_results_have_the_strides_that_torch_gives_them(copy: str, layout: str) -> None:
    """Compare strides for inputs of many layouts."""
    ours, theirs = (COPIES[copy](T, LAYOUTS[layout](T)) for T in (ag, get_torch()))
    long = [dim for dim, length in enumerate(theirs.shape) if length > 1]
    assert [ours.stride(dim) for dim in long] == [theirs.stride(dim) for dim in long]


@pytest.mark.torch
@pytest.mark.parametrize("rows", [1, 8, 16, 64, 65])
def test_products_with_a_large_transposed_matrix_are_as_in_torch_and_lie_so(rows: int) -> None:
    torch = get_torch()
    random = np.random.default_rng(rows)
    arrays = [random.normal(size=size).astype(np.float32) for size in ((rows, 300), (200, 300), (200,))]

    def run(T: Any) -> list[Any]:
        x, w, b = (T.from_numpy(each.copy()).requires_grad_() for each in arrays)
        plain, shifted = x @ w.t(), T.addmm(b, x, w.t())
        ((plain * shifted).sum() + (x @ w[:100].t()).sum()).backward()
        return [plain, shifted, x.grad, w.grad, b.grad]

    for ours, theirs in zip(run(ag), run(torch), strict=True):
        assert ours.stride() == theirs.stride()
        assert np.allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=1e-4, atol=2e-2)


def after_a_change(use: Any) -> Any:
    """Return a program that changes an index after its use, and then differentiates."""

    def program(T: Any) -> str:
        x, i = T.arange(6.0, requires_grad=True) * 1, T.tensor([0, 1])
        y = use(x, i)
        i.add_(1)
        y.sum().backward()
        return "no error"

    return program


INDEXED = {
    "x[i]": lambda x, i: x[i],
    "x[i, i]": lambda x, i: x.view(2, 3)[i, i],
    "x[:, i]": lambda x, i: x.view(2, 3)[:, i],
    "x[i] = y": lambda x, i: written(x, i, x[:2] * 2),
    "index_put": lambda x, i: x.index_put((i,), x[:2]),
    "gather": lambda x, i: x.gather(0, i),
    "index_select": lambda x, i: x.index_select(0, i),
    "take": lambda x, i: x.take(i),
    "index_add": lambda x, i: x.index_add(0, i, x[:2]),
    "scatter": lambda x, i: x.scatter(0, i, 2.0),
    "take_along_dim": lambda x, i: x.take_along_dim(i, 0),
    "a mask": lambda x, i: x[(i > 0).repeat(3)],
}


@pytest.mark.torch
@pytest.mark.parametrize("name", INDEXED)
def test_an_index_that_is_changed_before_backward_is_noticed_as_in_torch(name: str) -> None:
    """Change an index tensor in place between its use and backward."""
    program = after_a_change(INDEXED[name])
    assert outcome(ag, program) == outcome(get_torch(), program)


def saved_then_changed(make: Any) -> Any:
    def program(T: Any) -> str:
        y = make(T, T.arange(1.0, 5.0, requires_grad=True))
        z = y * y
        y.detach().add_(1)
        z.sum().backward()
        return "no error"

    return program


MAKERS = {
    "exp": lambda T, x: x.exp(),
    "addition": lambda T, x: x + 1,
    "sum of a dim": lambda T, x: x.view(2, 2).sum(0),
    "as a leaf": lambda T, x: x,
    "change of dtype": lambda T, x: x.double(),
}


@pytest.mark.torch
@pytest.mark.parametrize("name", MAKERS)
def test_the_error_of_a_changed_tensor_names_its_maker_as_torch_does(name: str) -> None:
    """Compare the message up to the remedy that is added here."""
    program = saved_then_changed(MAKERS[name])
    assert outcome(ag, program) == outcome(get_torch(), program)
