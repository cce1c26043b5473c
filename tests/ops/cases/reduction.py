"""Reductions to fewer elements."""

from __future__ import annotations

from tests.ops.cases import Case, ints, normal, values

CASES = [
    Case("sum/all", lambda T, a: a.sum(), (normal(2, 3),)),
    Case("sum/0-dim", lambda T, a: a.sum(), (normal(),)),
    Case("sum/0-dim along its only dim", lambda T, a: a.sum(-1), (normal(),)),
    Case("sum/dim", lambda T, a: T.sum(a, 1), (normal(2, 3, 2),)),
    Case("sum/dims, keepdim", lambda T, a: a.sum((0, -1), keepdim=True), (normal(2, 3, 2),)),
    Case("sum/all, keepdim", lambda T, a: a.sum(dim=None, keepdim=True), (normal(2, 3),)),
    Case("sum/no dims", lambda T, a: a.sum(()), (normal(2, 3),)),
    Case("sum/axis", lambda T, a: T.sum(a, axis=0, keepdims=True), (normal(2, 3),)),
    Case("sum/zero-size", lambda T, a: (a.sum(), a.sum(1), a.sum(0)), (normal(0, 3),)),
    Case("sum/dtype", lambda T, a: a.sum(dtype=T.float32), (normal(2, 3),), numeric=False),
    Case("sum/squared", lambda T, a: (a * a).sum(0), (normal(2, 3),)),
    Case("sum/ints", lambda T, a, b: (a.sum(), b.sum(0)), (ints(0, 9, 4, dtype="int32"), values([True, True]))),
    Case("sum/no such dim", lambda T, a: a.sum(5), (normal(2, 3),), error="Dimension out of range (expected to be in"),
    Case("sum/dim twice", lambda T, a: a.sum((0, 0)), (normal(2, 3),), error="dim 0 appears multiple times"),
    Case("sum/no tensor", lambda T: T.sum(3.0), error="argument 'input' (position 1) must be Tensor, not float"),
    Case("mean/all", lambda T, a: a.mean(), (normal(2, 3),)),
    Case("mean/dim", lambda T, a: a.mean(-1), (normal(2, 3),)),
    Case("mean/dims, keepdim", lambda T, a: T.mean(a, (0, 2), True), (normal(2, 3, 2),)),
    Case("mean/zero-size", lambda T, a: (a.mean(), a.mean(0)), (normal(0, 3),), numeric=False),
    Case("mean/ints with dtype", lambda T, a: a.mean(dtype=T.float32), (ints(0, 9, 4),)),
    Case("mean/ints", lambda T, a: a.mean(), (ints(0, 9, 4),), error="mean(): could not infer output dtype"),
]
