"""The lessons teach nothing false: each cell ends under real PyTorch as its trace says."""

import warnings
from typing import Any

import numpy as np
import pytest

from autograd_viz.trace import Trace, frame
from autograd_viz.trace.remedy import code_of
from tests.trace.lessons import CELLS, run

pytestmark = pytest.mark.torch


def under_torch(code: str) -> tuple[dict[str, Any], BaseException | None]:
    """Run a cell with PyTorch in our place; return its variables and the error it ended with."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    space: dict[str, Any] = {"ag": torch, "print": lambda *_: None}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(code, "cell", "exec"), space)
    except Exception as error:
        return space, error
    return space, None


def last_error(trace: Trace) -> Any:
    return getattr(trace.events[-1], "error", None)


def gradients(trace: Trace) -> dict[str, Any]:
    """Return the final `.grad` of every named leaf."""
    found = {}
    for number, leaf in frame(trace, len(trace.events)).leaves.items():
        value = None if leaf.grad is None else trace.values[leaf.grad]
        data = None if value is None else [float(str(each).replace("Infinity", "inf")) for each in value.data or ()]
        found[trace.tensors[number].name or ""] = None if data is None else np.array(data)
    return found


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_ends_with_the_error_that_pytorch_raises(name: str) -> None:
    _, error = under_torch(CELLS[name])
    told = last_error(run(name))
    assert (error is None) == (told is None)
    if error is not None:
        assert code_of(str(error)) == told.code
        assert type(error).__name__ == told.type


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_leaves_the_gradients_that_pytorch_leaves(name: str) -> None:
    space, _ = under_torch(CELLS[name])
    for variable, ours in gradients(run(name)).items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = space[variable].grad
        assert (ours is None) == (theirs is None)
        if ours is not None:
            np.testing.assert_allclose(ours, theirs.detach().numpy().ravel(), rtol=1e-5, atol=1e-6)
