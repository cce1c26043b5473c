"""Products, running sums and extremes, spread, truth."""

from __future__ import annotations

from typing import Any

from tests.ops.cases import Case, ints, normal, uniform, values

INF, NAN = float("inf"), float("nan")
NO_ZERO = uniform(0.5, 1.5, 2, 3)
ZEROS = values([[0.0, 2.0, 3.0], [1.5, -1.0, 2.0], [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]])


def products(name: str, call: Any) -> list[Case]:
    """Return the cases of a product: without zeros, and with one, two and three."""
    return [
        Case(f"{name}/plain", call, (NO_ZERO,)),
        Case(f"{name}/zeros", call, (ZEROS,), formula=False),
        Case(f"{name}/one zero", call, (values([[2.0, 0.0, 3.0]]),), formula=False),
        Case(f"{name}/zero-size", call, (normal(0, 3),)),
    ]


CASES = [
    *products("prod", lambda T, a: a.prod()),
    *products("prod_along", lambda T, a: T.prod(a, 1)),
    *products("prod_along_keepdim", lambda T, a: a.prod(-1, keepdim=True)),
    *products("cumprod", lambda T, a: a.cumprod(1)),
    *products("cumprod_along_0", lambda T, a: T.cumprod(a, dim=0)),
    Case("prod/0-dim", lambda T, a: (a.prod(), a.prod(0)), (values(0.0),), formula=False),
    Case(
        "prod/ints, bools",
        lambda T, a, b: (a.prod(), b.prod(0), a.prod(dtype=T.float64)),
        (
            ints(1, 5, 4, dtype="int32"),
            values([True, False]),
        ),
    ),
    Case("cumsum/plain", lambda T, a: (a.cumsum(0), T.cumsum(a, -1)), (normal(3, 4),)),
    Case("cumsum/0-dim", lambda T, a: (a.cumsum(0), a.cumprod(0)), (normal(),)),
    Case(
        "cumsum/dtype",
        lambda T, a, b: (a.cumsum(0, dtype=T.float32), b.cumsum(0)),
        (
            ints(1, 5, 4),
            values([True, False, True]),
        ),
    ),
    Case("cumsum/no such dim", lambda T, a: a.cumsum(1), (normal(3),), error="Dimension out of range"),
    Case("cummax/plain", lambda T, a: (*a.cummax(0), *T.cummin(a, 1)), (normal(3, 4),)),
    Case("cummax/type", lambda T, a: a.cummax(0), (normal(3, 4),)),
    Case(
        "cummax/ties",
        lambda T, a: (*a.cummax(0), *a.cummin(0)),
        (values([2.0, 2.0, 1.0, 3.0, 1.0, 3.0]),),
        numeric=False,
    ),
    Case("cummax/nan", lambda T, a: (*a.cummax(0), *a.cummin(0)), (values([2.0, NAN, 1.0, NAN, 3.0]),), numeric=False),
    Case("cummax/0-dim, ints", lambda T, a, b: (*a.cummax(0), *b.cummin(0)), (normal(), ints(0, 5, 6))),
    Case("logcumsumexp/plain", lambda T, a: T.logcumsumexp(a, 1), (normal(2, 4),)),
    Case(
        "logcumsumexp/large",
        lambda T, a: a.logcumsumexp(0),
        (values([-900.0, 900.0, 0.0]),),
        numeric=False,
        second=False,
        formula=False,
    ),
    Case("var/all", lambda T, a: (a.var(), a.std()), (normal(2, 3),)),
    Case("var/dim", lambda T, a: (a.var(1), T.std(a, 0, keepdim=True)), (normal(3, 4),)),
    Case("var/dims", lambda T, a: (a.var((0, 2)), T.std(a, dim=(0, 1))), (normal(3, 2, 2),)),
    Case("var/unbiased", lambda T, a: (a.var(False), a.std(1, False), a.var(0, unbiased=True)), (normal(3, 4),)),
    Case(
        "var/correction",
        lambda T, a: (a.var(correction=2), a.std(1, correction=0.5), a.var(0, correction=0)),
        (normal(3, 4),),
    ),
    Case(
        "var/no freedom",
        lambda T, a: (a.var(0), a.std(0), a.var(1, correction=5)),
        (normal(1, 3),),
        numeric=False,
        second=False,
        formula=False,
    ),
    Case(
        "var/0-dim",
        lambda T, a: (a.var(), a.var(0, correction=0)),
        (normal(),),
        numeric=False,
        second=False,
        formula=False,
    ),
    Case(
        "var/zero-size", lambda T, a: (a.var(), a.var(0)), (normal(0, 3),), numeric=False, second=False, formula=False
    ),
    Case(
        "std/of equals",
        lambda T, a: a.std(1),
        (values([[1.0, 1.0, 1.0], [1.0, 2.0, 4.0]]),),
        numeric=False,
        second=False,
        formula=False,
    ),
    Case("var/ints", lambda T, a: a.var(), (ints(0, 5, 3),), error="std and var only support floating point"),
    Case("var_mean/ints", lambda T, a: T.var_mean(a), (ints(0, 5, 3),), error="var_mean only support floating point"),
    Case("var_mean/all", lambda T, a: (T.var_mean(a), T.std_mean(a)), (normal(2, 3),)),
    Case(
        "var_mean/dim", lambda T, a: (T.var_mean(a, 1, keepdim=True), T.std_mean(a, 0, correction=0)), (normal(3, 4),)
    ),
    Case("var_mean/one used", lambda T, a: (T.var_mean(a, 1)[0], T.std_mean(a, 0)[1]), (normal(3, 4),), formula=False),
    Case("logsumexp/dim", lambda T, a: (T.logsumexp(a, 1), a.logsumexp(0, keepdim=True)), (normal(3, 4),)),
    Case("logsumexp/dims", lambda T, a: a.logsumexp((0, 2)), (normal(2, 3, 2),)),
    Case("logsumexp/large", lambda T, a: a.logsumexp(1), (values([[900.0, 899.0], [-900.0, -901.0]]),)),
    Case(
        "logsumexp/infinite",
        lambda T, a: a.logsumexp(1),
        (values([[INF, 1.0], [-INF, 1.0], [-INF, -INF]]),),
        numeric=False,
        second=False,
        formula=False,
    ),
    Case("logsumexp/ints", lambda T, a: a.logsumexp(0), (ints(0, 5, 3),)),
    Case("logsumexp/zero-size", lambda T, a: (a.logsumexp(0), a.logsumexp(1)), (normal(0, 3),)),
    Case("logsumexp/0-dim", lambda T, a: a.logsumexp(0), (normal(),)),
    Case(
        "any/all",
        lambda T, a, b, c: tuple(
            f for x in (a, b, c) for f in (x.any(), x.all(), x.any(0), T.all(x, 1, keepdim=True), x.any((0, 1)))
        ),
        (values([[1.0, 0.0], [NAN, 2.0]]), values([[True, False], [True, True]]), values([[0, 2], [0, 0]], "uint8")),
    ),
    Case("any/nothing", lambda T, a: (a.any(), a.all(), a.any(1), a.all(0)), (normal(0, 3),)),
    Case(
        "count_nonzero/plain",
        lambda T, a, b: (a.count_nonzero(), T.count_nonzero(a, 0), b.count_nonzero((0, 1))),
        (
            values([[1.0, 0.0], [NAN, 2.0]]),
            ints(0, 2, 3, 4),
        ),
    ),
]
