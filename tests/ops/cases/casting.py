"""Copies, casts and refills."""

from __future__ import annotations

from tests.ops.cases import Case, Fixed, ints, normal, values

X = normal(2, 3)
ROUGH = {"numeric": False}  # float32 and float16 are too coarse for finite differences
NAMES = ("float", "double", "half", "int", "long", "short", "char", "byte", "bool")
ODD = values([0.0, -1.7, 2.5, 300.0, 70000.0])


def changed(write):
    """Return a call that changes a copy of its first tensor in place."""

    def call(T, x, *others):
        copy = x.clone()
        write(T, copy, *others)
        return copy

    return call


CASES = [
    Case("clone/plain", lambda T, x: [x.clone(), T.clone(x)], (X,)),
    Case("clone/transposed", lambda T, x: T.tensor(x.t().clone().stride()), (X,)),
    Case("clone/in row-major order", lambda T, x: x.t().clone(memory_format=T.contiguous_format), (X,)),
    Case("contiguous/already", lambda T, x: x.contiguous(), (X,)),
    Case("contiguous/transposed", lambda T, x: x.t().contiguous(), (X,)),
    Case("detach/plain", lambda T, x: [x.detach(), x * x.detach(), T.detach(x * 2)], (X,), numeric=False),
    Case("detach_/plain", lambda T, x: (x * 2).detach_() * x, (X,), numeric=False),
    Case("detach_/view", lambda T, x: x[0].detach_(), (X,), error="Can't detach views in-place"),
    Case("requires_grad_/plain", lambda T, x: x.detach().clone().requires_grad_(), (X,), numeric=False),
    Case(
        "requires_grad_/ints", lambda T, a: a.requires_grad_(), (ints(0, 3, 2),), error="only Tensors of floating point"
    ),
    *(Case(f"{name}/floats", lambda T, x, n=name: getattr(x, n)(), (ODD,), **ROUGH) for name in NAMES),
    *(Case(f"{name}/ints", lambda T, a, n=name: getattr(a, n)(), (ints(-300, 300, 5),)) for name in NAMES),
    *(Case(f"{name}/bools", lambda T, m, n=name: getattr(m, n)(), (values([True, False]),)) for name in NAMES),
    Case("to/there and back", lambda T, x: (x.to(T.float32) * 2).to(T.float64), (X,), **ROUGH),
    Case("to/widened", lambda T, x: x.float().double() * x, (X,), **ROUGH),
    Case("to/same", lambda T, x: [x.to(x.dtype), x.to("cpu"), x.to(T.device("cpu")), x.to(x)], (X,)),
    Case("to/copy", lambda T, x: x.to(x.dtype, copy=True), (X,)),
    Case("to/device and dtype", lambda T, x: x.to("cpu", T.float16), (X,), **ROUGH),
    Case("to/keywords", lambda T, x: x.to(dtype=T.int64, non_blocking=True), (X,)),
    Case("to/Python types", lambda T, x: [x.to(dtype=float), x.to(dtype=int), x.to(dtype=bool)], (X,)),
    Case("to/tensor", lambda T, x: x.to(T.ones(1, dtype=T.float32)), (X,), **ROUGH),
    Case("to/nonsense", lambda T, x: x.to([1]), (X,), error="to() received an invalid combination of arguments"),
    Case("type/name", lambda T, x: [x.double().type(), x.long().type(), x.bool().type(), x.half().type()], (X,)),
    Case("type/dtype", lambda T, x: [x.type(T.float32), x.type("torch.LongTensor"), x.type(x.dtype)], (X,), **ROUGH),
    Case("type/nonsense", lambda T, x: x.type("torch.Nonsense"), (X,), error="invalid type: 'torch.Nonsense'"),
    Case("type_as/plain", lambda T, x: x.type_as(T.ones(1)), (X,), **ROUGH),
    Case("promotion/dtypes differ", lambda T, x: x.float() * x + x.half(), (X,), **ROUGH),
    Case("copy_/same shape", changed(lambda T, x, y: x.copy_(y)), (X, normal(2, 3))),
    Case("copy_/broadcast", changed(lambda T, x, y: x.copy_(y)), (X, normal(3))),
    Case("copy_/cast", changed(lambda T, x, y: x.copy_(y.float())), (X, normal(3)), **ROUGH),
    Case("copy_/into ints", lambda T, x: T.zeros(2, 3, dtype=T.int64).copy_(x), (Fixed(X),)),
    Case("copy_/into a constant", lambda T, x: T.zeros(2, 3, dtype=x.dtype).copy_(x), (X,)),
    Case("copy_/into a view", changed(lambda T, x, y: x[0].copy_(y)), (X, normal(3))),
    Case("copy_/shapes that do not fit", lambda T, x: x.clone().copy_(T.ones(2)), (X,), error="must match the"),
    Case("copy_/number", changed(lambda T, x: x.copy_(2.5)), (X,)),
    Case("copy_/list", lambda T, x: x.clone().copy_([1.0]), (X,), error="must be Tensor, not list"),
    Case(
        "copy_/leaf", lambda T, x: x.copy_(x.detach()), (X,), error="a leaf Variable that requires grad is being used"
    ),
    Case("fill_/number", changed(lambda T, x: x.fill_(2.5)), (X,)),
    Case("fill_/tensor", changed(lambda T, x, y: x.fill_(y[0])), (X, normal(3))),
    Case("fill_/ints", lambda T, a: a.clone().fill_(2.5), (ints(0, 3, 2),)),
    Case(
        "fill_/vector",
        lambda T, x, y: x.clone().fill_(y),
        (X, normal(3)),
        error="fill_ only supports 0-dimension value",
    ),
    Case("zero_/plain", changed(lambda T, x: x.zero_()), (X,)),
    Case("zero_/times", lambda T, x: (x * 2).zero_() + x, (X,)),
]
