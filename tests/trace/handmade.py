"""A small trace written by hand, independent of any engine: z = x * w + b; loss = z.sum(); loss.backward()."""

from autograd_viz.trace.data import (
    Line,
    NextEdge,
    NodeRecord,
    OpInput,
    OpRecord,
    OutputRecord,
    SavedRecord,
    Source,
    TensorRecord,
    Value,
)
from autograd_viz.trace.event import (
    AccumulateEvent,
    BeginEvent,
    EndEvent,
    OpEvent,
    ReleaseEvent,
    Root,
    RunEvent,
    SeedEvent,
    SendEvent,
    SumToEvent,
    UnpackEvent,
    VjpEvent,
)
from autograd_viz.trace.trace import Trace

CODE = """x = ag.tensor([1.0, 2.0])
w = ag.tensor([3.0, 4.0], requires_grad=True)
b = ag.tensor(0.5, requires_grad=True)
z = x * w + b
loss = z.sum()
loss.backward()
"""

VECTOR, SCALAR = (2,), ()
MUL, ADD, SUM, W, B = 0, 1, 2, -1, -2


def _values():
    vectors = [(1.0, 2.0), (3.0, 4.0), (3.0, 8.0), (3.5, 8.5), (1.0, 1.0)]
    scalars = [0.5, 12.0, 1.0, 2.0]
    made = [Value(VECTOR, "float32", data=each) for each in vectors]
    return made + [Value(SCALAR, "float32", data=(each,)) for each in scalars]


X, WEIGHT, PRODUCT, Z, ONES, HALF, TWELVE, ONE, TWO = range(9)


def _tensor(id, name, shape, role, value, op=None, node=None):
    tracked = role in ("leaf", "result")
    return TensorRecord(id, name, shape, "float32", role, tracked, id, None, op, node, 0, value, 0)


def _op(id, name, inputs, options, output, line):
    inputs = tuple(OpInput(*each) for each in inputs)
    return OpRecord(id, name, inputs, options, (output,), id, None, 0, None, Line(0, line, line), "")


def _node(id, name, edges, inputs, tensors, formulas, saved, shape, line, constants=None):
    edges = tuple(NextEdge(*each) for each in edges)
    outputs = (OutputRecord(shape, "float32"),)
    where = Line(0, line, line)
    return NodeRecord(
        id, name, "op", id, edges, inputs, tensors, formulas, constants or {}, saved, outputs, None, 0, where, ""
    )


def _accumulate(id, leaf, shape):
    outputs = (OutputRecord(shape, "float32"),)
    return NodeRecord(id, "AccumulateGrad", "accumulate", None, (), (), (), {}, {}, (), outputs, leaf, 0, None, "")


def trace() -> Trace:
    tensors = [
        _tensor(0, "x", VECTOR, "constant", X),
        _tensor(1, "w", VECTOR, "leaf", WEIGHT),
        _tensor(2, None, VECTOR, "result", PRODUCT, op=0, node=MUL),
        _tensor(3, "b", SCALAR, "leaf", HALF),
        _tensor(4, "z", VECTOR, "result", Z, op=1, node=ADD),
        _tensor(5, "loss", SCALAR, "result", TWELVE, op=2, node=SUM),
    ]
    ops = [
        _op(0, "mul", [("self", 0), ("other", 1)], {}, 2, 4),
        _op(1, "add", [("self", 2), ("other", 3)], {}, 4, 4),
        _op(2, "sum", [("self", 4)], {}, 5, 5),
    ]
    mul = {"self": "grad · other", "other": "grad · self"}
    add = {"self": "grad", "other": "grad"}
    expand = {"self": "expand(grad, self_shape)"}
    saved = (SavedRecord("self", 0, 0, X),)
    pair = ("self", "other")
    nodes = [
        _node(MUL, "MulBackward0", [(None, 0), (W, 0)], pair, (0, 1), mul, saved, VECTOR, 4),
        _accumulate(W, 1, VECTOR),
        _node(ADD, "AddBackward0", [(MUL, 0), (B, 0)], pair, (2, 3), add, (), VECTOR, 4),
        _accumulate(B, 3, SCALAR),
        _node(SUM, "SumBackward0", [(ADD, 0)], ("self",), (4,), expand, (), SCALAR, 5, {"self_shape": VECTOR}),
    ]
    expected = {SUM: 1, ADD: 1, MUL: 1, B: 1, W: 1}
    events = [
        OpEvent(0),
        OpEvent(1),
        OpEvent(2),
        BeginEvent(1, "backward", False, False, (Root(SUM, 0, 5),), None, expected, Line(0, 6, 6)),
        SeedEvent(SUM, 0, ONE, ONE),
        RunEvent(SUM),
        VjpEvent(SUM, 0, ONES),
        ReleaseEvent(SUM, False),
        SendEvent(SUM, 0, ADD, 0, ONES, ONES, 1, 1),
        RunEvent(ADD),
        VjpEvent(ADD, 0, ONES),
        VjpEvent(ADD, 1, ONES),
        SumToEvent(ADD, 1, ONES, TWO),
        ReleaseEvent(ADD, False),
        SendEvent(ADD, 0, MUL, 0, ONES, ONES, 1, 1),
        SendEvent(ADD, 1, B, 0, TWO, TWO, 1, 1),
        RunEvent(B),
        AccumulateEvent(B, 3, None, TWO, TWO),
        ReleaseEvent(B, False),
        RunEvent(MUL),
        UnpackEvent(MUL, 0, 0),
        VjpEvent(MUL, 1, X),
        ReleaseEvent(MUL, True),
        SendEvent(MUL, 1, W, 0, X, X, 1, 1),
        RunEvent(W),
        AccumulateEvent(W, 1, None, X, X),
        ReleaseEvent(W, False),
        EndEvent(1),
    ]
    return Trace(
        title="z = x * w + b",
        sources=[Source("cell", CODE)],
        values=_values(),
        tensors=tensors,
        ops=ops,
        nodes=nodes,
        events=events,
    )
