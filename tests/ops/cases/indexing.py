"""Square brackets, read and written."""

from __future__ import annotations

import numpy as np

from tests.ops.cases import Case, Fixed, normal

X = normal(3, 4, 5)
V = normal(5)


def changed(write):
    """Return a call that lets `write(T, copy, *others)` change a copy of its first tensor."""

    def call(T, x, *others):
        copy = x.clone()
        write(T, copy, *others)
        return copy

    return call


def added(T, x, where, value):
    """Add to what a key chooses, as `x[where] += value` does."""
    x[where] += value


def scaled(T, x, where, value):
    """Multiply what a key chooses."""
    x[where] *= value


def put(T, x, where, value):
    """Assign to what a key chooses."""
    x[where] = value


READ = {
    "int": lambda T: 0,
    "negative int": lambda T: -1,
    "numpy int": lambda T: np.int64(1),
    "0-dim tensor": lambda T: T.tensor(1),
    "slice": lambda T: slice(1, 2),
    "whole slice": lambda T: slice(None),
    "empty slice": lambda T: slice(2, 1),
    "slice with step": lambda T: slice(None, None, 2),
    "slice beyond the end": lambda T: slice(-100, 100),
    "slice from the end": lambda T: slice(1, -1),
    "ellipsis": lambda T: Ellipsis,
    "nothing": lambda T: (),
    "None": lambda T: None,
    "True": lambda T: True,
    "False": lambda T: False,
    "0-dim mask": lambda T: T.tensor(True),
    "ints": lambda T: (0, 1, 2),
    "int behind a slice": lambda T: (slice(None), 0),
    "int behind an ellipsis": lambda T: (..., 1),
    "slice behind slices": lambda T: (slice(None), slice(None), slice(1, 3)),
    "None between": lambda T: (0, None, slice(1, 3)),
    "list": lambda T: [0, 2],
    "list of bools": lambda T: [True, False, True],
    "empty list": lambda T: [],
    "range": lambda T: range(2),
    "nested list": lambda T: [[0, 1], [1, 2]],
    "list of keys": lambda T: [slice(0, 1), 0],
    "array": lambda T: np.array([0, 1]),
    "array mask": lambda T: np.array([True, False, True]),
    "indices": lambda T: T.tensor([0, 2]),
    "indices of int32": lambda T: T.tensor([0, 2], dtype=T.int32),
    "indices from the end": lambda T: T.tensor([-1, -3]),
    "indices named twice": lambda T: T.tensor([0, 0, 1]),
    "no indices": lambda T: T.zeros(0, 3, dtype=T.long),
    "matrix of indices": lambda T: T.tensor([[0, 1], [1, 2]]),
    "two indices": lambda T: (T.tensor([0, 2]), T.tensor([1, 3])),
    "two indices broadcast": lambda T: (T.tensor([[0], [2]]), T.tensor([1, 3])),
    "two indices together": lambda T: (slice(None), T.tensor([0, 2]), T.tensor([1, 3])),
    "two indices apart": lambda T: (T.tensor([0, 2]), slice(None), T.tensor([1, 3])),
    "matrix of indices apart": lambda T: (T.tensor([[0], [2]]), slice(None), T.tensor([1, 3])),
    "int apart from indices": lambda T: (0, slice(None), T.tensor([0, 2])),
    "None between indices": lambda T: (T.tensor([0, 2]), None, T.tensor([1, 3])),
    "None before indices": lambda T: (None, T.tensor([0, 2])),
    "indices behind an ellipsis": lambda T: (..., T.tensor([0, 2])),
    "indices and a slice": lambda T: (T.tensor([0, 2]), slice(1, 3)),
    "indices and True": lambda T: (T.tensor([0, 2]), True),
    "True and indices": lambda T: (True, T.tensor([0, 2])),
    "mask": lambda T: T.tensor([True, False, True]),
    "mask of bytes": lambda T: T.tensor([1, 0, 1], dtype=T.uint8),
    "mask of two dims": lambda T: T.arange(12).reshape(3, 4) % 3 == 0,
    "whole mask": lambda T: T.arange(60).reshape(3, 4, 5) % 7 == 0,
    "mask behind a slice": lambda T: (slice(1, None), T.arange(20).reshape(4, 5) > 9),
    "mask behind an int": lambda T: (0, T.arange(20).reshape(4, 5) > 9),
    "mask behind an ellipsis": lambda T: (..., T.arange(5) > 1),
    "mask and an int": lambda T: (T.arange(12).reshape(3, 4) > 5, 0),
    "mask and indices": lambda T: (T.tensor([True, False, True]), T.tensor([0, 2])),
    "mask of nothing": lambda T: T.zeros(3, dtype=T.bool),
}

WRONG = {
    "int too large": (lambda T: 5, "index 5 is out of bounds for dimension 0 with size 3"),
    "int too small": (lambda T: -4, "index -4 is out of bounds for dimension 0 with size 3"),
    "second int too large": (lambda T: (0, 7), "index 7 is out of bounds for dimension 1 with size 4"),
    "too many ints": (lambda T: (0, 0, 0, 0), "too many indices for tensor of dimension 3"),
    "float": (lambda T: 1.5, "only integers, slices (`:`), ellipsis (`...`), None"),
    "string": (lambda T: "a", "invalid data type 'str'"),
    "negative step": (lambda T: slice(None, None, -1), "step must be greater than zero"),
    "no step": (lambda T: slice(None, None, 0), "slice step cannot be zero"),
    "slice of floats": (lambda T: slice(0.0, 1), "slice indices must be integers"),
    "indices too large": (lambda T: T.tensor([0, 5]), "index 5 is out of bounds for dimension 0 with size 3"),
    "indices too small": (lambda T: T.tensor([0, -5]), "index -5 is out of bounds for dimension 0 with size 3"),
    "float indices": (lambda T: T.tensor([0.0]), "tensors used as indices must be long, int, byte or bool tensors"),
    "short indices": (lambda T: T.tensor([0], dtype=T.int16), "tensors used as indices must be long, int, byte"),
    "indices that do not broadcast": (
        lambda T: (T.tensor([0, 1]), T.tensor([0, 1, 2])),
        "shape mismatch: indexing tensors could not be broadcast together with shapes [2], [3]",
    ),
    "mask of another shape": (
        lambda T: (slice(None), T.zeros(3, dtype=T.bool)),
        "The shape of the mask [3] at index 0 does not match the shape of the indexed tensor [3, 4, 5] at index 1",
    ),
}

WRITTEN = {
    "int": lambda T: 0,
    "ints": lambda T: (0, 1, 2),
    "slice": lambda T: slice(1, 2),
    "whole slice": lambda T: slice(None),
    "ellipsis": lambda T: Ellipsis,
    "None": lambda T: None,
    "True": lambda T: True,
    "int behind a slice": lambda T: (slice(None), 1),
    "indices": lambda T: T.tensor([0, 2]),
    "indices and a slice": lambda T: (T.tensor([0, 2]), slice(1, 3)),
    "int and indices": lambda T: (0, T.tensor([0, 2])),
    "two indices apart": lambda T: (T.tensor([0, 2]), slice(None), T.tensor([1, 3])),
    "mask": lambda T: T.tensor([True, False, True]),
    "mask of two dims": lambda T: T.arange(12).reshape(3, 4) % 3 == 0,
    "mask of nothing": lambda T: T.zeros(3, dtype=T.bool),
}

LINEAR = {"second_numeric": False}  # the gradient does not depend on the input: nothing to measure

CASES = [
    *(Case(f"getitem/{name}", lambda T, x, key=key: x[key(T)], (X,), **LINEAR) for name, key in READ.items()),
    *(Case(f"getitem/{name}", lambda T, x, key=key: x[key(T)], (X,), error=e) for name, (key, e) in WRONG.items()),
    Case("getitem/of 0 dims", lambda T, x: (x[...], x[None], x[True], x[()]), (normal(),)),
    Case("getitem/int of 0 dims", lambda T, x: x[0], (normal(),), error="invalid index of a 0-dim tensor"),
    Case("getitem/indices of 0 dims", lambda T, x: x[T.tensor([0])], (normal(),), error="too many indices"),
    Case("getitem/in a row", lambda T, x: x[0][1:][..., 0], (X,)),
    Case("iteration", lambda T, x: list(x), (normal(3, 2),)),
    *(
        Case(f"setitem/number at {name}", changed(lambda T, x, key=key: put(T, x, key(T), 2.0)), (X,), **LINEAR)
        for name, key in WRITTEN.items()
    ),
    *(
        Case(
            f"setitem/0-dim tensor at {name}",
            changed(lambda T, x, v, key=key: put(T, x, key(T), v[0])),
            (X, V),
            **LINEAR,
        )
        for name, key in WRITTEN.items()
    ),
    *(
        Case(f"setitem/vector at {name}", changed(lambda T, x, v, key=key: put(T, x, key(T), v)), (X, V), **LINEAR)
        for name, key in WRITTEN.items()
        if name not in ("ints", "int behind a slice", "two indices apart")
    ),
    Case("setitem/leading ones", changed(lambda T, x, v: put(T, x, 0, v.reshape(1, 1, 1, 5))), (X, V)),
    Case("setitem/leading ones at indices", changed(lambda T, x, v: put(T, x, [0, 2], v.reshape(1, 1, 5))), (X, V)),
    Case("setitem/the same shape", changed(lambda T, x, y: put(T, x, 0, y)), (X, normal(4, 5))),
    Case("setitem/one element", changed(lambda T, x, v: put(T, x, (0, 0, 0), v[:1])), (X, V)),
    Case("setitem/False writes nothing", changed(lambda T, x, v: put(T, x, False, v)), (X, V)),
    Case("setitem/twice", changed(lambda T, x: (put(T, x, (0, 0), 1), put(T, x, 1, 2))), (X,)),
    Case("setitem/from itself", changed(lambda T, x: put(T, x, (slice(None), 1), x[:, 0])), (X,), second_numeric=False),
    Case("setitem/into a constant", lambda T, v: put_into(T, v), (V,)),
    Case("setitem/added to", changed(lambda T, x: added(T, x, 0, 1)), (X,)),
    Case("setitem/multiplied", changed(lambda T, x, v: scaled(T, x, 0, v)), (X, V)),
    Case("setitem/added to at indices", changed(lambda T, x, v: added(T, x, [0, 2], v)), (X, V)),
    Case("setitem/duplicates keep one", lambda T: added_to_zeros(T)),
    Case("setitem/into ints", lambda T: cut(T)),
    Case("setitem/float64 into float32", lambda T: widened(T)),
    Case("setitem/list", changed(lambda T, x: put(T, x, 0, [1.0])), (X,), error="can't assign a list to a torch."),
    Case("setitem/array", changed(lambda T, x: put(T, x, 0, np.ones(5))), (X,), error="can't assign a numpy.ndarray"),
    Case("setitem/None as value", changed(lambda T, x: put(T, x, 0, None)), (X,), error="can't assign a NoneType"),
    Case("setitem/out of bounds", changed(lambda T, x: put(T, x, 7, 1)), (X,), error="index 7 is out of bounds"),
    Case(
        "setitem/into a leaf",
        lambda T, x: put(T, x, 0, 1.0),
        (X,),
        error="a view of a leaf Variable that requires grad",
    ),
    Case(
        "setitem/shapes that do not fit",
        changed(lambda T, x, v: put(T, x, 0, v[:3])),
        (X, V),
        error="The expanded size of the tensor (5) must match the existing size (3) at non-singleton dimension 1",
    ),
    Case(
        "setitem/shapes that do not fit at indices",
        changed(lambda T, x, v: put(T, x, [0, 2], v[:3])),
        (X, V),
        error="shape mismatch: value tensor of shape [3] cannot be broadcast to indexing result of shape [2, 4, 5]",
    ),
    Case(
        "setitem/dtypes that differ at indices",
        changed(lambda T, x: put(T, x, [0], T.ones(1, dtype=T.float16))),
        (X,),
        error="Index put requires the source and destination dtypes match, got Double for the destination and Half",
    ),
    Case("delitem", changed(lambda T, x: x.__delitem__(0)), (X,), error="Tensor does not support deleting items"),
    Case("index_put/one value", lambda T, x, v: x.index_put((T.tensor([0, 2]),), v[0]), (X, V)),
    Case("index_put/accumulates", lambda T, x, v: x.index_put((T.tensor([0, 0, 1]),), v, accumulate=True), (X, V)),
    Case(
        "index_put/mask accumulates", lambda T, c, x, v: x.index_put((c > 0,), v[0], accumulate=True), (Fixed(X), X, V)
    ),
    Case("index_put/in place", changed(lambda T, x, v: x.index_put_((T.tensor([0, 2]),), v)), (X, V)),
    Case(
        "index_put/not a tuple",
        lambda T, x, v: x.index_put(T.tensor([0]), v),
        (X, V),
        error="index_put(): argument 'indices' (position 1) must be tuple of Tensors, not Tensor",
    ),
]


def put_into(T, v):
    """Write a tensor that requires grad into one that does not."""
    made = T.zeros(3, 5, dtype=v.dtype)
    made[0] = v
    made[T.tensor([1, 2])] = v
    return made


def added_to_zeros(T):
    """Add at places named twice: PyTorch reads, adds and writes, so that one addition stays."""
    made = T.zeros(3)
    made[T.tensor([0, 0, 1])] += 1
    return made


def cut(T):
    """Write fractions into integers."""
    made = T.zeros(3, dtype=T.int64)
    made[0] = 2.7
    made[T.tensor([1])] = -2.7
    return made


def widened(T):
    """Write doubles into floats through a view."""
    made = T.zeros(3, 3)
    made[0] = T.ones(3, dtype=T.float64)
    return made
