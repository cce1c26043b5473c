"""Sums and means without NaN, quantiles, the trapezoidal rule."""

from __future__ import annotations

from typing import Any

from tests.ops.cases import Case, Fixed, ints, normal, uniform, values

NAN = float("nan")
GAPS = values([[1.0, NAN, 3.0], [NAN, NAN, 2.0]])


def quantiles(T: Any, a: Any) -> tuple[Any, ...]:
    """Return quantiles of every kind."""
    several = T.tensor([0.1, 0.5, 1.0], dtype=a.dtype)
    return (
        a.quantile(0.3), T.quantile(a, several), a.quantile(0.5, dim=0), a.quantile(several, dim=1, keepdim=True),
        a.quantile(0.5, keepdim=True), *(a.quantile(0.35, 1, interpolation=each) for each in (
            "lower", "higher", "midpoint", "nearest",
        )),
    )  # fmt: skip


CASES = [
    Case("nansum/plain", lambda T, a: (a.nansum(), T.nansum(a, 0), a.nansum((0, 1), True)), (GAPS,), numeric=False),
    Case("nansum/ints", lambda T, a: a.nansum(), (ints(0, 9, 3),)),
    Case("nanmean/plain", lambda T, a: (a.nanmean(), T.nanmean(a, 0), a.nanmean(1, True)), (GAPS,), numeric=False),
    Case("nanmean/ints", lambda T, a: a.nanmean(), (ints(0, 9, 3),), error="expected input to have floating point"),
    Case("quantile/plain", quantiles, (normal(3, 6),), graph=False),
    Case("quantile/nan", lambda T, a: a.quantile(0.5, 1), (Fixed(GAPS),)),
    Case("quantile/outside", lambda T, a: a.quantile(1.5), (normal(3),), error="q must be in the range [0, 1] but got"),
    Case("quantile/ints", lambda T, a: a.quantile(0.5), (ints(0, 9, 3),), error="must be either float or double dtype"),
    Case("quantile/nothing", lambda T, a: a.quantile(0.5), (normal(0),), error="input tensor must be non-empty"),
    Case("quantile/interpolation", lambda T, a: a.quantile(0.5, interpolation="up"), (normal(3),),
         error="interpolation must be one of linear, lower, higher"),
    Case("trapezoid/plain", lambda T, a: (T.trapezoid(a), T.trapz(a, dx=0.5, dim=0)), (normal(3, 4),)),
    Case("trapezoid/places", lambda T, a, b, c: (T.trapezoid(a, b), T.trapezoid(a, c, dim=0)), (
        normal(3, 4), uniform(0, 1, 4), uniform(0, 1, 3, 4),
    )),
    Case("heaviside/plain", lambda T, a, b: T.heaviside(a, b), (
        Fixed(values([-1.0, 0.0, 2.0, NAN])), Fixed(values([0.5, 0.25, 0.5, 0.5])),
    )),
]
