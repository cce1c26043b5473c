"""NumPy warns about division by zero, overflow and invalid values; PyTorch does not, and neither do we."""

from __future__ import annotations

import subprocess
import sys
import warnings

import numpy as np
import pytest

import autograd_viz as ag

NASTY = [0.0, -0.0, -1.0, 0.5, float("inf"), -float("inf"), float("nan"), 3e38]
UNARY = ("log", "sqrt", "rsqrt", "reciprocal", "exp", "sigmoid", "lgamma", "digamma", "acos", "atanh", "logit",
         "sinc", "softmax", "log_softmax", "logsumexp", "logcumsumexp", "cumsum", "cumprod", "sum", "prod", "mean",
         "var", "std", "norm", "erfinv", "square", "tan")  # fmt: skip
ALONG = ("softmax", "log_softmax", "logsumexp", "logcumsumexp", "cumsum", "cumprod")


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("dtype", [ag.float16, ag.float32])
def test_a_warning_of_numpy_reaches_nobody(name: str, dtype: ag.dtype) -> None:
    """Let values overflow and be invalid, forward, backward and again, of many elements, of one and of none."""
    with warnings.catch_warnings(record=True) as heard:
        for data in (NASTY, [], 0.0, -1.0):
            x = ag.tensor(data, dtype=ag.float32).to(dtype).requires_grad_()
            function = getattr(ag, name)
            y = function(x, 0) if name in ALONG else function(x)
            (first,) = ag.autograd.grad(y.sum(), x, create_graph=True)
            if first.requires_grad:
                first.sum().backward()
    assert [str(each.message) for each in heard if issubclass(each.category, RuntimeWarning)] == []


def test_divisions_and_casts_are_silent_where_warnings_are_errors() -> None:
    """A fast path that is interrupted by a warning gives its answer all the same."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x = ag.tensor([0.0, 1.0])
        assert (x / 0).tolist()[1] == float("inf")
        assert ag.tensor([1e300], dtype=ag.float64).float().item() == float("inf")
        assert ag.log(x).tolist() == [-float("inf"), 0.0]
        assert np.isnan(ag.zeros(0).mean().item())


def test_an_import_within_catch_warnings_does_not_lose_the_filter() -> None:
    """The filter is set anew where tensors are made: the one set at import went with its list."""
    code = (
        "import warnings\n"
        "with warnings.catch_warnings():\n"
        "    import autograd_viz as ag\n"
        "ag.log(ag.zeros(1)); ag.zeros(0).mean(); ag.ones(1) / 0; ag.zeros(1).norm().log()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_the_warnings_of_the_users_own_arrays_stay() -> None:
    """Only what this package's code computes is silent."""
    ag.zeros(1)
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        np.log(np.zeros(1))


@pytest.mark.parametrize("action", ["always", "default", "module", "once"])
def test_filters_that_the_user_sets_later_show_no_warning_of_numpy(action: str) -> None:
    code = (
        "import warnings, autograd_viz as ag\n"
        f"warnings.simplefilter('{action}')\n"
        "x = ag.tensor([0.0, -1.0], requires_grad=True)\n"
        "(x.log().sum() + (x / 0).sum() + x.sqrt().sum()).backward()\n"
        f"warnings.filterwarnings('{action}', category=RuntimeWarning)\n"
        "ag.zeros(0).mean(), ag.zeros(1) / 0\n"
        "warnings.resetwarnings()\n"
        "ag.zeros(1).norm().log()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""
