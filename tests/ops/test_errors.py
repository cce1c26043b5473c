"""Bad input: each call raises on both, with one type of exception and a phrase in common.

A call is a line of Python, here or in `bad_calls.txt`, in which `T` is torch or autograd_viz; the tensors are those of
`tensors`.
"""

from __future__ import annotations

import difflib
import warnings
from pathlib import Path
from typing import Any

import pytest

import autograd_viz as ag
from tests.oracle import get_torch

BINARY = (
    "add", "sub", "mul", "div", "pow", "maximum", "minimum", "floor_divide", "remainder", "fmod", "atan2",
    "logaddexp", "eq", "ne", "lt", "le", "gt", "ge", "isclose", "logical_and", "logical_or", "logical_xor", "xlogy",
    "hypot", "copysign", "heaviside", "fmax", "fmin", "true_divide",
)  # fmt: skip
BINARY_CALLS = (
    "T.{}(f, g)", "f.{}(g)", "T.{}(f, 'a')", "T.{}(f)", "T.{}(f, None)", "T.{}(f, f, f, f)", "T.{}(f, [1, 2])",
    "T.{}('a', f)",
)  # fmt: skip
IN_PLACE = (
    "add_", "sub_", "mul_", "div_", "pow_", "remainder_", "fmod_", "atan2_", "copysign_", "eq_", "clamp_",
)  # fmt: skip
UNARY = (
    "abs", "exp", "log", "sqrt", "square", "sin", "cos", "tanh", "sigmoid", "reciprocal", "expm1", "log2", "log10",
    "log1p", "rsqrt", "tan", "asin", "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh", "logit", "erf",
    "erfc", "sign", "floor", "ceil", "round", "trunc", "nan_to_num", "neg", "isnan", "isinf", "isfinite", "frac",
    "sinc", "deg2rad", "relu", "exp2", "erfinv", "signbit",
)  # fmt: skip
UNARY_CALLS = ("T.{}(3.0)", "T.{}()", "T.{}(f, wrong=1)", "T.{}(b)", "T.{}([1.0])", "T.{}(None)")
REDUCTIONS = (
    "sum", "mean", "prod", "max", "min", "amax", "amin", "argmax", "argmin", "aminmax", "var", "std", "var_mean",
    "std_mean", "logsumexp", "cumsum", "cumprod", "cummax", "cummin", "any", "all", "norm", "count_nonzero",
    "median", "nanmedian", "sort", "argsort", "mode", "nansum", "nanmean", "logcumsumexp", "softmax", "log_softmax",
)  # fmt: skip
REDUCTION_CALLS = (
    "T.{}(f, dim=2)", "T.{}(f, dim=-3)", "T.{}(f, dim='x')", "T.{}(f, dim=1.5)", "T.{}(3.0)", "T.{}(f, wrong=1)",
    "T.{}(f, dim=(0, 0))", "T.{}(b, dim=0)", "T.{}(i, dim=0)", "T.{}(z, dim=0)", "T.{}(z)", "T.{}(i)",
    "T.{}(f, 0, dtype='x')", "f.{}(dim=7)", "T.{}(f, dim=(0, 5))",
)  # fmt: skip
SINGLE = (Path(__file__).parent / "bad_calls.txt").read_text(encoding="utf-8").strip().split("\n")
CALLS = [
    *(call.format(name) for name in BINARY for call in BINARY_CALLS),
    *(call.format(name) for name in IN_PLACE for call in ("v.{}(f)", "i.clone().{}(f)")),
    *(call.format(name) for name in UNARY for call in UNARY_CALLS),
    *(call.format(name) for name in REDUCTIONS for call in REDUCTION_CALLS),
    *SINGLE,
]
CALLS.remove("T.norm(3.0)")  # an AttributeError of PyTorch's own


def tensors(T: Any) -> dict[str, Any]:
    """Return what the calls name."""
    T.manual_seed(0)
    b = T.tensor([[True, False, True], [True, True, True]])
    return {
        "T": T, "f": T.rand(2, 3), "g": T.rand(4, 5), "v": T.rand(3), "w": T.rand(4), "i": T.ones(2, 3, dtype=T.int64),
        "b": b, "s": T.tensor(1.0), "m": T.eye(3) + 0.1, "L": T.tensor([0, 1, 2]), "z": T.zeros(0, 3),
        "fg": T.rand(2, 3).requires_grad_(), "if_": lambda x: 1 if x else 0,
    }  # fmt: skip


def outcome(T: Any, call: str) -> tuple[str, str]:
    """Return the type of exception that Python has itself, and its text; nothing where there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            eval(call, tensors(T))
        except Exception as error:
            return next(cls.__name__ for cls in type(error).__mro__ if cls.__module__ == "builtins"), str(error)
    return "", ""


def in_common(one: str, other: str) -> int:
    """Return the length of the longest phrase that two texts have in common."""
    one, other = one.lower(), other.lower()
    return difflib.SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size


@pytest.mark.torch
@pytest.mark.parametrize("call", CALLS)
def test_bad_input_raises_what_it_raises_in_torch(call: str) -> None:
    """Compare the types; and the texts, except where torch lists a function's signatures instead of a reason.

    Nothing of the inside (an array, a private function) stands in a text.
    """
    theirs, ours = outcome(get_torch(), call), outcome(ag, call)
    assert ours[0] == theirs[0], ours[1]
    if theirs[0] and theirs[0] != "TypeError":
        assert in_common(ours[1], theirs[1]) >= min(22, int(len(theirs[1]) * 0.8)), (ours[1], theirs[1])
    assert not any(inside in ours[1] for inside in ("<locals>", "_array", "np.str_", "ndarray' object", "choose_"))


@pytest.mark.parametrize("call", ["f @ f", "f + g", "v[5]", "f.sum(7)", "f.view(5)", "g.add_(f)"])
def test_an_error_is_said_once_after_what_the_user_was_handling(call: str) -> None:
    """A fast path that fails tries again on the general one: its own failure is nothing that happened to the user."""
    mine = LookupError("the user's")

    def run() -> None:
        try:
            raise mine
        except LookupError:
            eval(call, tensors(ag))

    with pytest.raises((RuntimeError, IndexError)) as caught:
        run()
    assert mine is caught.value.__context__ or caught.value.__suppress_context__
