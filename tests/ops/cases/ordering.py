"""Sorting and choosing by order, distinct elements, differences."""

from __future__ import annotations

from tests.ops.cases import Case, Fixed, ints, normal, values

NAN = float("nan")
TIES = values([[2.0, 1.0, 2.0, 1.0], [3.0, 3.0, NAN, 3.0]])

CASES = [
    Case("sort/plain", lambda T, a: a.sort(), (normal(3, 4),)),
    Case("sort/descending", lambda T, a: T.sort(a, 0, descending=True), (normal(3, 4),)),
    Case("sort/stable", lambda T, a: T.sort(a, dim=-1, stable=True), (normal(3, 4),)),
    Case(
        "sort/ties, nan",
        lambda T, a: (*a.sort(stable=True), *a.sort(descending=True, stable=True)),
        (TIES,),
        numeric=False,
        second=False,
    ),
    Case("sort/0-dim, zero-size", lambda T, a, b: (*a.sort(), *b.sort(0), *b.sort(1)), (normal(), normal(0, 3))),
    Case(
        "sort/ints, bools",
        lambda T, a, b: (*a.sort(), *b.sort(descending=True)),
        (
            values([3, 1, 2]),
            values([True, False]),
        ),
    ),
    Case("sort/msort", lambda T, a: T.msort(a), (normal(3, 4),)),
    Case("argsort/plain", lambda T, a: (a.argsort(), T.argsort(a, 0, descending=True)), (normal(3, 4),)),
    Case("argsort/stable", lambda T, a: T.argsort(a, stable=True), (TIES,)),
    Case("topk/plain", lambda T, a: a.topk(2), (normal(3, 4),)),
    Case("topk/smallest", lambda T, a: T.topk(a, 1, dim=0, largest=False), (normal(3, 4),)),
    Case("topk/0-dim, ints", lambda T, a, b: (*a.topk(1), *b.topk(2)), (normal(), values([5, 7, 1, 3]))),
    Case("topk/none, nan", lambda T, a: (*a.topk(0), *a.topk(1)), (values([1.0, NAN, 2.0]),), numeric=False),
    Case("topk/too many", lambda T, a: a.topk(5), (normal(3, 4),), error="selected index k out of range"),
    Case("kthvalue/plain", lambda T, a: a.kthvalue(2), (normal(3, 4),)),
    Case("kthvalue/dim, keepdim", lambda T, a: T.kthvalue(a, 3, 0, keepdim=True), (normal(3, 4),)),
    Case("kthvalue/0-dim", lambda T, a: a.kthvalue(1), (normal(),)),
    Case("kthvalue/too many", lambda T, a: a.kthvalue(5), (normal(3, 4),), error="selected number k out of range"),
    Case("median/all", lambda T, a: (a.median(), T.nanmedian(a)), (normal(3, 4),)),
    Case("median/all, ties", lambda T, a: a.median(), (values([1.0, 2.0, 2.0, 2.0, 5.0]),), numeric=False),
    Case("median/dim", lambda T, a: a.median(1), (normal(3, 5),)),
    Case("median/dim 0, keepdim", lambda T, a: T.median(a, 0, keepdim=True), (normal(4, 3),)),
    Case(
        "median/nan",
        lambda T, a: (a.median(), a.nanmedian(), *a.median(0), *a.nanmedian(0)),
        (values([1.0, NAN, 3.0, 2.0]),),
        numeric=False,
        formula=False,
    ),
    Case("median/ints, 0-dim", lambda T, a, b: (a.median(), *a.median(0), *b.median(0)), (ints(0, 99, 7), normal())),
    Case("median/nothing", lambda T, a: a.median(), (normal(0),), numeric=False),
    Case("median/nothing along dim", lambda T, a: a.median(0), (normal(0, 3),), error="dim 0 to have non-zero size"),
    Case("median/bools", lambda T, a: a.median(), (values([True]),), error="\"median_cpu\" not implemented for 'Bool'"),
    Case(
        "mode/plain",
        lambda T, a: a.mode(),
        (values([[3.0, 1.0, 1.0, 2.0, 2.0, 1.0], [5.0, 4.0, 5.0, 4.0, 3.0, 3.0]]),),
        numeric=False,
    ),
    Case("mode/dim", lambda T, a: T.mode(a, 0, keepdim=True), (ints(0, 3, 6, 3),)),
    Case("unique/plain", lambda T, a: T.unique(a, return_inverse=True, return_counts=True), (ints(0, 4, 3, 4),)),
    Case("unique/elements only", lambda T, a: a.unique(), (Fixed(values([2.0, 1.0, NAN, 2.0, NAN])),)),
    Case("unique/dim", lambda T, a: T.unique(a, dim=0, return_inverse=True, return_counts=True), (ints(0, 2, 6, 2),)),
    Case("unique/graph", lambda T, a: a.unique().sum().backward(), (normal(3),), error="the derivative for '_unique2'"),
    Case(
        "unique/consecutive",
        lambda T, a: a.unique_consecutive(return_inverse=True, return_counts=True),
        (values([1, 1, 2, 2, 2, 1, 3]),),
    ),
    Case(
        "unique/consecutive, dim",
        lambda T, a: T.unique_consecutive(a, dim=1, return_counts=True),
        (values([[1, 1, 2, 2], [3, 3, 3, 3]]),),
    ),
    Case("diff/plain", lambda T, a: (a.diff(), T.diff(a, dim=0)), (normal(3, 4),)),
    Case("diff/second", lambda T, a: T.diff(a, 2), (normal(3, 4),)),
    Case("diff/ends", lambda T, a, b: T.diff(a, prepend=b, append=b), (normal(2, 3), normal(2, 1))),
    Case("diff/bools", lambda T, a: a.diff(), (values([True, False, False]),)),
    Case("diff/0-dim", lambda T, a: a.diff(), (normal(),), error="diff expects input to be at least one-dimensional"),
]
