"""The largest and the smallest elements."""

from __future__ import annotations

from tests.ops.cases import Case, ints, normal, values

NAN = float("nan")
TIES = values([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])

CASES = [
    Case("max/all", lambda T, a: (a.max(), T.min(a)), (normal(2, 3),)),
    Case("max/all, ties", lambda T, a: (a.max(), a.min()), (TIES,), numeric=False),
    Case("max/all, nan", lambda T, a: a.max(), (values([1.0, NAN, 2.0, NAN]),), numeric=False, formula=False),
    Case("max/dim", lambda T, a: a.max(0), (normal(4, 3),)),
    Case("max/dim, keepdim", lambda T, a: T.max(a, -1, keepdim=True), (normal(2, 3, 2),)),
    Case("max/dim, values only", lambda T, a: a.max(dim=1).values * 2, (normal(4, 3),)),
    Case("max/dim, ties", lambda T, a: (*a.max(1), *a.min(0)), (TIES,), numeric=False),
    Case("max/dim, nan", lambda T, a: a.max(0), (values([1.0, NAN, 2.0, NAN]),), numeric=False),
    Case("max/0-dim", lambda T, a: (a.max(), *a.max(0), *a.max(-1, True)), (normal(),)),
    Case("max/zero-size beside", lambda T, a: a.max(1), (normal(0, 3),)),
    Case("max/two tensors", lambda T, a, b: (a.max(b), T.min(a, other=b)), (normal(4, 3), normal(3))),
    Case(
        "max/ints, bools",
        lambda T, a, b: (a.max(), *a.max(0), b.max(), *b.min(0)),
        (
            ints(0, 9, 4),
            values([True, False]),
        ),
    ),
    Case("min/dim", lambda T, a: T.min(a, 1), (normal(4, 3),)),
    Case("max/nothing", lambda T, a: a.max(), (normal(0),), error="max(): Expected reduction dim to be specified for"),
    Case("max/nothing along dim", lambda T, a: a.max(0), (normal(0, 3),), error="dim 0 to have non-zero size"),
    Case("max/no such dim", lambda T, a: a.max(2), (normal(2, 3),), error="Dimension out of range"),
    Case("max/dims", lambda T, a: a.max((0, 1)), (normal(2, 3),), error="max() received an invalid combination of"),
    Case("amax/all", lambda T, a: (a.amax(), T.amin(a)), (normal(2, 3),)),
    Case("amax/dims", lambda T, a: a.amax((0, 2), keepdim=True), (normal(2, 3, 2),)),
    Case("amax/dim", lambda T, a: (a.amax(1), a.amin(dim=-1)), (normal(2, 3),)),
    Case("amax/ties", lambda T, a: (a.amax(1), a.amin(0), a.amax()), (TIES,), numeric=False),
    Case("amax/ints", lambda T, a: (a.amax(0), a.amin()), (ints(0, 9, 2, 3),)),
    Case("amax/0-dim", lambda T, a: (a.amax(), a.amin(0)), (normal(),)),
    Case(
        "amax/nothing", lambda T, a: a.amax(), (normal(0, 3),), error="amax(): Expected reduction dim to be specified"
    ),
    Case("amax/nothing along dim", lambda T, a: a.amax(0), (normal(0, 3),), error="dim 0 to have non-zero size"),
    Case("argmax/all", lambda T, a: (a.argmax(), T.argmin(a), a.argmax(keepdim=True)), (normal(2, 3),)),
    Case("argmax/dim", lambda T, a: (a.argmax(1), a.argmin(-1, keepdim=True)), (normal(2, 3),)),
    Case("argmax/ties, nan", lambda T, a: (a.argmax(0), a.argmin(0)), (values([[1.0, NAN], [1.0, 3.0]]),)),
    Case("argmax/0-dim", lambda T, a: (a.argmax(), a.argmax(0)), (normal(),)),
    Case("argmax/nothing", lambda T, a: a.argmax(), (normal(0),), error="argmax(): Expected reduction dim to be"),
    Case(
        "argmax/bools", lambda T, a: a.argmax(), (values([True, False]),), error="argmax(): does not support bool input"
    ),
    Case("aminmax/all", lambda T, a: a.aminmax(), (normal(2, 3),)),
    Case("aminmax/dim", lambda T, a: T.aminmax(a, dim=1, keepdim=True), (normal(2, 3),)),
    Case("aminmax/ties", lambda T, a: a.aminmax(dim=1), (TIES,), numeric=False),
    Case("aminmax/one used", lambda T, a: a.aminmax(dim=1).max, (normal(2, 3),), formula=False),
]
