"""Functions of one number, applied to each element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.ops.cases import Case, Input, ints, normal, uniform, values

INF, NAN = float("inf"), float("nan")

# where each function is smooth, and what torch makes of the edges
RANGES: dict[str, tuple[float, float]] = {
    "exp": (-2, 2), "exp2": (-2, 2), "expm1": (-2, 2), "log": (0.2, 3), "log2": (0.2, 3), "log10": (0.2, 3),
    "log1p": (-0.5, 3), "sigmoid": (-3, 3), "logit": (0.1, 0.9), "sqrt": (0.2, 3), "rsqrt": (0.2, 3), "sin": (-3, 3),
    "cos": (-3, 3), "tan": (-1, 1), "asin": (-0.9, 0.9), "acos": (-0.9, 0.9), "atan": (-3, 3), "sinh": (-2, 2),
    "cosh": (-2, 2), "tanh": (-2, 2), "asinh": (-3, 3), "acosh": (1.2, 3), "atanh": (-0.8, 0.8), "abs": (0.1, 3),
    "sign": (0.1, 3), "sgn": (-3, -0.1), "floor": (0.1, 0.9), "ceil": (0.1, 0.9), "round": (0.1, 0.4),
    "trunc": (0.1, 0.9), "frac": (0.1, 0.9), "nan_to_num": (-3, 3), "rad2deg": (-3, 3), "deg2rad": (-90, 90),
    "erf": (-3, 3), "erfc": (-3, 3), "erfinv": (-0.9, 0.9), "square": (-3, 3), "reciprocal": (0.5, 3), "neg": (-3, 3),
    "relu": (0.1, 3), "absolute": (-3, -0.1), "arcsin": (-0.9, 0.9), "arctanh": (-0.8, 0.8), "fix": (0.1, 0.9),
    "sinc": (0.1, 3), "positive": (-3, 3),
}  # fmt: skip
EDGES = values([-INF, -2.0, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 1.5, 2.5, INF, NAN])
NO_INTS = ("logit", "frac")


def calling(name: str) -> Callable[..., Any]:
    """Return a call of a function by its name."""
    return lambda T, a: getattr(T, name)(a)


def rows(name: str, low: float, high: float) -> list[Case]:
    """Return the cases every function of one number has."""

    def drawn(*shape: int) -> Input:
        return uniform(low, high, *shape)

    cases = [
        Case(f"{name}/plain", calling(name), (drawn(2, 3),)),
        Case(
            f"{name}/shapes",
            lambda T, a, b, c: tuple(getattr(x, name)() for x in (a, b, c.t())),
            (
                drawn(),
                normal(0, 3),
                drawn(2, 3),
            ),
        ),
        Case(f"{name}/edges", calling(name), (EDGES,), numeric=False, second=False, formula=False),
    ]
    if name == "logit":  # torch gives it inf at -0.0
        del cases[-1]
    if name not in NO_INTS:
        cases.append(Case(f"{name}/ints", calling(name), (ints(1, 2, 3),)))
    return cases


CASES = [case for name, (low, high) in RANGES.items() for case in rows(name, low, high)] + [
    Case("logit/with eps", lambda T, a: T.logit(a, eps=0.2), (uniform(0, 1, 9),)),
    Case(
        "logit/outside",
        lambda T, a: T.logit(a),
        (values([-0.5, 0.0, 0.5, 1.0, 1.5]),),
        numeric=False,
        second=False,
        formula=False,
    ),
    Case("round/halves to even", lambda T, a: a.round(), (values([0.5, 1.5, 2.5, -0.5, -1.5]),), numeric=False),
    Case("round/decimals", lambda T, a: T.round(a, decimals=2), (uniform(-3, 3, 5),), numeric=False),
    Case("round/negative decimals", lambda T, a: a.round(decimals=-1), (uniform(-99, 99, 5),), numeric=False),
    Case("nan_to_num/given", lambda T, a: a.nan_to_num(nan=1.0, posinf=2.0, neginf=-2.0), (EDGES,), numeric=False),
    Case("abs/second derivative at 0", lambda T, a: a.abs() * a, (values([0.0, 1.0, -1.0]),), numeric=False),
    Case("exp/bools", lambda T, a: T.exp(a), (values([True, False]),)),
    Case("abs/bools", lambda T, a: a.abs(), (values([True, False]),), error="\"abs_cpu\" not implemented for 'Bool'"),
    Case("floor/bools", lambda T, a: a.floor(), (values([True]),), error="not implemented for 'Bool'"),
    Case("sign/bools", lambda T, a: a.sign(), (values([True, False]),)),
    Case("exp/no tensor", lambda T: T.exp(3.0), error="exp(): argument 'input' (position 1) must be Tensor, not float"),
    Case("erf/large", lambda T, a: (T.erf(a), T.erfc(a)), (uniform(-30, 30, 40),)),
    Case("erf/small", lambda T, a: (T.erf(a), T.erfc(a)), (uniform(-1e-3, 1e-3, 5),)),
    Case(
        "erfinv/tails",
        lambda T, a: T.erfinv(a),
        (values([0.999, -0.9999999, 1.0, -1.0, 2.0, 1 - 1e-12]),),
        dtypes=("float64",),
        numeric=False,
        second=False,
    ),
    Case("sigmoid/large", lambda T, a: a.sigmoid(), (values([-800.0, -80.0, 80.0, 800.0]),)),
]
