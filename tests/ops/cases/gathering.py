"""Reading and writing at indices along a dimension, masks, search."""

from __future__ import annotations

from tests.ops.cases import Case, Fixed, ints, normal, uniform, values

X = normal(3, 4, 5)
V = normal(6)
I3 = ints(0, 3, 2, 3, 4)  # fits X along dim 0
PICK = values([0, 2])
TWICE = values([0, 0, 1])


def changed(write):
    """Return a call that changes a copy of its first tensor in place."""
    return lambda T, x, *others: write(T, x.clone(), *others)


CASES = [
    Case("gather/dim 0", lambda T, x, i: T.gather(x, 0, i), (X, I3)),
    Case("gather/last dim", lambda T, x, i: x.gather(-1, i), (X, I3)),
    Case("gather/longer than the tensor", lambda T, x, i: T.gather(x, 0, i), (X, ints(0, 3, 7, 2, 3))),
    Case("gather/int32", lambda T, x, i: T.gather(x, 0, i), (X, ints(0, 3, 2, 2, 2, dtype="int32"))),
    Case("gather/0-dim index", lambda T, x: T.gather(x, 0, T.tensor(2)), (V,)),
    Case("gather/0-dim both", lambda T, x: T.gather(x, 0, T.tensor(0)), (normal(),)),
    Case("gather/nothing", lambda T, x: T.gather(x, 0, T.zeros(0, dtype=T.long)), (V,)),
    Case(
        "gather/too wide",
        lambda T, x, i: T.gather(x, 0, i),
        (X, ints(0, 3, 1, 2, 9)),
        error="Size does not match at dim",
    ),
    Case(
        "gather/dims differ",
        lambda T, x, i: T.gather(x, 0, i),
        (X, ints(0, 3, 2, 3)),
        error="same number of dimensions",
    ),
    Case(
        "gather/float index",
        lambda T, x: T.gather(x, 0, x),
        (X,),
        error="gather(): Expected dtype int32/int64 for index",
    ),
    Case(
        "gather/too large",
        lambda T, x, i: T.gather(x, 0, i),
        (X, ints(5, 6, 1, 2, 3)),
        error="index 5 is out of bounds for dimension 0 with size 3",
    ),
    Case(
        "gather/negative",
        lambda T, x, i: T.gather(x, 0, i),
        (X, ints(-1, 0, 1, 2, 3)),
        error="index -1 is out of bounds for dimension 0 with size 3",
    ),
    Case("scatter/tensor", lambda T, x, i, s: T.scatter(x, 0, i, s), (X, values([[[0, 1], [2, 0]]]), normal(1, 2, 2))),
    Case("scatter/number", lambda T, x, i: x.scatter(1, i, 2.5), (X, I3)),
    Case("scatter/number named value", lambda T, x, i: x.scatter(1, i, value=2.5), (X, I3)),
    Case("scatter/in place", changed(lambda T, x, i: x.scatter_(0, i, 2.5)), (X, I3)),
    Case(
        "scatter/source too small",
        lambda T, x, i, s: T.scatter(x, 0, i, s),
        (X, I3, normal(1, 1, 1)),
        error="to be no larger than self [3, 4, 5] apart from dimension 0",
    ),
    Case(
        "scatter/dtypes differ",
        lambda T, x, i: T.scatter(x, 0, i, T.ones(3, 4, 5, dtype=T.float16)),
        (X, I3),
        error="scatter(): Expected self.dtype to be equal to src.dtype",
    ),
    Case("scatter_add/duplicates", lambda T, x, i, s: T.scatter_add(x, 0, i, s), (X, I3, normal(2, 3, 4))),
    Case("scatter_add/in place", changed(lambda T, x, i, s: x.scatter_add_(0, i, s)), (X, I3, normal(2, 3, 4))),
    Case("scatter_add/0-dim", lambda T, x, s: T.scatter_add(x, 0, T.tensor(0), s), (normal(), normal())),
    *(
        Case(
            f"scatter_reduce/{how}, {'with' if whole else 'without'} self",
            lambda T, x, i, s, how=how, whole=whole: x.scatter_reduce(0, i, s, how, include_self=whole),
            (uniform(0.5, 2, 3, 2), values([[0, 1], [0, 1], [2, 0], [1, 0]]), uniform(0.5, 2, 4, 2)),
        )
        for how in ("sum", "prod", "mean", "amax", "amin")
        for whole in (True, False)
    ),
    *(
        Case(
            f"scatter_reduce/{how} of ties and zeros",
            lambda T, x, i, s, how=how: x.scatter_reduce(0, i, s, how),
            (values([1.0, 2.0, 0.0, 1.0]), values([0, 0, 2, 1, 3, 3]), values([2.0, 2.0, 5.0, 0.0, 0.0, 0.0])),
            numeric=how in ("sum", "mean"),
            second=how != "prod",
            formula=False,
        )
        for how in ("sum", "prod", "mean", "amax", "amin")
    ),
    Case(
        "scatter_reduce/ints", lambda T, x, i: x.scatter_reduce(0, i, x, "mean"), (values([7, 2, 4]), values([0, 0, 1]))
    ),
    Case(
        "scatter_reduce/in place",
        changed(lambda T, x, i, s: x.scatter_reduce_(0, i, s, "sum")),
        (X, I3, normal(2, 3, 4)),
    ),
    Case(
        "scatter_reduce/unknown",
        lambda T, x, i: x.scatter_reduce(0, i, x, "median"),
        (X, I3),
        error="reduce argument must be either sum, prod, mean, amax or amin, got median",
    ),
    Case("index_select/dim 1", lambda T, x, i: T.index_select(x, 1, i), (X, PICK)),
    Case("index_select/named twice", lambda T, x, i: x.index_select(0, i), (X, TWICE)),
    Case("index_select/0-dim index", lambda T, x: x.index_select(0, T.tensor(1)), (V,)),
    Case("index_select/0-dim", lambda T, x: x.index_select(0, T.tensor([0])), (normal(),)),
    Case(
        "index_select/too large",
        lambda T, x: x.index_select(0, T.tensor([5])),
        (X,),
        error="index out of range in self",
    ),
    Case("index_select/matrix", lambda T, x: x.index_select(0, T.tensor([[0]])), (X,), error="supposed to be a vector"),
    Case(
        "index_select/float",
        lambda T, x: x.index_select(0, T.tensor([0.0])),
        (X,),
        error="Expected dtype int32 or int64",
    ),
    Case("index_add/plain", lambda T, x, i, s: T.index_add(x, 0, i, s), (X, PICK, normal(2, 4, 5))),
    Case("index_add/duplicates", lambda T, x, i, s: x.index_add(1, i, s, alpha=2), (X, TWICE, normal(3, 3, 5))),
    Case("index_add/in place", changed(lambda T, x, i, s: x.index_add_(0, i, s)), (X, PICK, normal(2, 4, 5))),
    Case(
        "index_add/too many",
        lambda T, x, i, s: T.index_add(x, 0, i, s),
        (X, PICK, normal(3, 4, 5)),
        error="index_add_(): Number of indices (2) should be equal to source.size(dim): (3)",
    ),
    Case(
        "index_add/shapes differ",
        lambda T, x, i, s: T.index_add(x, 0, i, s),
        (X, PICK, normal(2, 4, 4)),
        error="source tensor shape must match self tensor shape, excluding the specified dimension",
    ),
    Case("index_copy/plain", lambda T, x, i, s: T.index_copy(x, 0, i, s), (X, PICK, normal(2, 4, 5))),
    Case("index_copy/in place", changed(lambda T, x, i, s: x.index_copy_(2, i, s)), (X, PICK, normal(3, 4, 2))),
    Case(
        "index_copy/shapes differ",
        lambda T, x, i, s: T.index_copy(x, 0, i, s),
        (X, PICK, normal(2, 4, 4)),
        error="Source/destination tensor must have same slice shapes",
    ),
    Case("index_fill/number", lambda T, x, i: T.index_fill(x, 1, i, 2.5), (X, PICK)),
    Case("index_fill/tensor", lambda T, x, i, v: x.index_fill(1, i, v[0]), (X, PICK, V)),
    Case("index_fill/in place", changed(lambda T, x, i: x.index_fill_(0, i, 2.5)), (X, PICK)),
    Case(
        "index_fill/vector",
        lambda T, x, i, v: x.index_fill(0, i, v),
        (X, PICK, V),
        error="only supports a 0-dimensional",
    ),
    Case("take/plain", lambda T, x, i: T.take(x, i), (X, values([[0, 59], [-1, 0]]))),
    Case(
        "take/too large", lambda T, x: T.take(x, T.tensor([60])), (X,), error="out of range: tried to access index 60"
    ),
    Case("put/plain", lambda T, v, i, s: v.put(i, s), (V, PICK, normal(2))),
    Case("put/accumulates", lambda T, v, i, s: v.put(i, s, accumulate=True), (V, TWICE, normal(3))),
    Case("take_along_dim/plain", lambda T, x, i: T.take_along_dim(x, i, 0), (X, ints(0, 3, 1, 4, 5))),
    Case("take_along_dim/broadcast", lambda T, x, i: T.take_along_dim(x, i, 1), (X, ints(0, 4, 1, 2, 5))),
    Case("take_along_dim/flat", lambda T, x, i: T.take_along_dim(x, i), (X, PICK)),
    Case(
        "take_along_dim/dims differ", lambda T, x, i: T.take_along_dim(x, i, 0), (X, PICK), error="same number of dimen"
    ),
    # masks
    Case("where/tensors", lambda T, c, x, y: T.where(c > 0, x, y), (Fixed(X), X, normal(4, 5))),
    Case("where/number", lambda T, c, x: T.where(c > 0, x, 0.5), (Fixed(X), X)),
    Case("where/number first", lambda T, c, x: T.where(c > 0, 0, x), (Fixed(X), X)),
    Case("where/method", lambda T, c, x, y: x.where(c > 0, y), (Fixed(X), X, normal(4, 5))),
    Case("where/numbers", lambda T, x: (T.where(x > 0, 1, 0), T.where(x > 0, 1, 0.5)), (X,)),
    Case(
        "where/dtypes promote",
        lambda T, x: T.where(x > 0, x.half(), T.ones(5)),
        (normal(5),),
        numeric=False,
    ),
    Case("where/indices", lambda T, x: T.where(x > 0), (X,)),
    Case("where/0-dim", lambda T, c, x, y: T.where(c > 0, x, y), (Fixed(normal()), normal(), normal())),
    Case(
        "where/shapes that do not fit", lambda T, x: T.where(x > 0, x, T.ones(3)), (V,), error="must match the size of"
    ),
    Case(
        "where/float condition", lambda T, x: T.where(x, x, 0), (X,), error="expected condition to be a boolean tensor"
    ),
    Case("masked_fill/number", lambda T, c, x: x.masked_fill(c > 0, 2.5), (Fixed(X), X)),
    Case("masked_fill/zero", lambda T, c, x: T.masked_fill(x, c > 0, 0), (Fixed(X), X)),
    Case("masked_fill/tensor", lambda T, c, x, v: x.masked_fill(c > 0, v[0]), (Fixed(X), X, V)),
    Case("masked_fill/broadcast mask", lambda T, x: x.masked_fill(T.tensor([True, False, True, False, True]), 1), (X,)),
    Case("masked_fill/broadcast tensor", lambda T, v, x: v.masked_fill(x > 0, 1), (normal(5), Fixed(X))),
    Case("masked_fill/in place", changed(lambda T, x, c: x.masked_fill_(c > 0, 0.0)), (X, Fixed(X))),
    Case("masked_fill/ints", lambda T, v: v.masked_fill(v > 2, 1.5), (ints(0, 5, 6),)),
    Case(
        "masked_fill/vector",
        lambda T, x, v: x.masked_fill(x > 0, v),
        (X, V),
        error="only supports a 0-dimensional value",
    ),
    Case("masked_fill/no mask", lambda T, x: x.masked_fill(x, 0), (X,), error="only supports boolean masks"),
    Case("masked_select/plain", lambda T, c, x: T.masked_select(x, c > 0), (Fixed(X), X)),
    Case("masked_select/broadcast tensor", lambda T, v: v.masked_select(T.ones(2, 6) > 0), (V,), formula=False),
    Case("masked_select/no mask", lambda T, x: x.masked_select(x), (X,), error="expected BoolTensor for mask"),
    Case("masked_scatter/plain", lambda T, c, x, s: x.masked_scatter(c > 0, s), (Fixed(X), X, normal(8, 9))),
    Case(
        "masked_scatter/in place", changed(lambda T, x, c, s: x.masked_scatter_(c > 0, s)), (X, Fixed(X), normal(8, 9))
    ),
    Case(
        "masked_scatter/too few",
        lambda T, x, s: x.masked_scatter(x > -9, s),
        (X, V),
        error="Number of elements of source < number of ones in mask",
    ),
    # search and repeat
    Case(
        "nonzero/plain",
        lambda T, v: (T.nonzero(v), v.nonzero(as_tuple=True), T.argwhere(v)),
        (values([[0, 1], [2, 0]]),),
    ),
    Case("nonzero/0-dim", lambda T, v: (T.nonzero(v), T.nonzero(v, as_tuple=True), T.argwhere(v)), (values(3.0),)),
    Case("bincount/plain", lambda T, v: (T.bincount(v), T.bincount(v, minlength=9)), (TWICE,)),
    Case("bincount/weights", lambda T, v, w: T.bincount(v, w), (TWICE, Fixed(normal(3)))),
    Case(
        "searchsorted/both sides",
        lambda T, v: [T.searchsorted(T.tensor([1.0, 2, 2, 3], dtype=v.dtype), v, right=r) for r in (False, True)],
        (values([[0.0, 2.0], [2.5, 9.0]]),),
        grad=False,
    ),
    Case(
        "searchsorted/rows",
        lambda T, s, v: T.searchsorted(s, v, out_int32=True),
        (values([[1, 3], [0, 9]]), values([[2], [2]])),
    ),
    Case("searchsorted/number", lambda T, s: T.searchsorted(s, 2), (values([1, 3]),)),
    Case("searchsorted/sorter", lambda T, s: T.searchsorted(s, s, sorter=T.tensor([1, 2, 0])), (values([3, 1, 2]),)),
    Case(
        "searchsorted/rows differ",
        lambda T, s: T.searchsorted(s, s[0]),
        (values([[1, 3]]),),
        error="should be 1 dimension",
    ),
    Case("bucketize/plain", lambda T, v: T.bucketize(v, T.tensor([1, 3, 5])), (values([[0, 3], [4, 9]]),)),
    Case(
        "bucketize/matrix",
        lambda T, v: T.bucketize(v, v),
        (values([[0, 3]]),),
        error="boundaries tensor must be 1 dimension",
    ),
    Case("repeat_interleave/vector", lambda T, v: T.repeat_interleave(v, 2), (V,)),
    Case("repeat_interleave/flattened", lambda T, x: x.repeat_interleave(2), (X,)),
    Case("repeat_interleave/dim", lambda T, x: x.repeat_interleave(2, dim=1), (X,)),
    Case("repeat_interleave/each", lambda T, x: x.repeat_interleave(T.tensor([1, 2, 0]), dim=0), (X,)),
    Case("repeat_interleave/tensor of one", lambda T, x: x.repeat_interleave(T.tensor([2]), dim=0), (X,)),
    Case("repeat_interleave/places", lambda T, r: T.repeat_interleave(r), (values([1, 2, 0]),)),
    Case(
        "repeat_interleave/negative", lambda T, x: x.repeat_interleave(-1, dim=0), (X,), error="Repeats must be non-neg"
    ),
    Case(
        "repeat_interleave/too few",
        lambda T, x: x.repeat_interleave(T.tensor([1, 2]), dim=0),
        (X,),
        error="repeats must have the same size as input along dim",
    ),
]
