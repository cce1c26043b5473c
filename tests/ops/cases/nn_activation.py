"""Activations: away from their kinks, at them, in place, and in the gradients of gradients."""

from __future__ import annotations

from typing import Any

from tests.ops.cases import Case, Fixed, normal, uniform, values

SMOOTH = [
    "elu", "selu", "celu", "silu", "mish", "gelu", "softplus", "logsigmoid", "softsign", "tanhshrink",
    "sigmoid", "tanh",
]  # fmt: skip
KINKED = ["relu", "relu6", "leaky_relu", "hardtanh", "hardsigmoid", "hardswish", "hardshrink", "softshrink"]
INPLACE = ["relu", "relu6", "leaky_relu", "elu", "selu", "celu", "silu", "mish", "hardtanh", "hardsigmoid", "hardswish"]
EDGES = [-3.0, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 3.0, 6.0]
ROUGH = {"hardsigmoid": 1e-7}  # PyTorch takes 1/6 as a float32, also in float64
EXTREMES = [float("nan"), float("inf"), float("-inf"), 1e4, -1e4, 100.0, -100.0]


def functional(name: str, **options: Any) -> Any:
    """Return a call of one of torch.nn.functional's functions."""
    return lambda T, *tensors: getattr(T.nn.functional, name)(*tensors, **options)


def inplace(name: str) -> Any:
    """Return a call that changes a copy of its input in place."""
    return lambda T, x: getattr(T.nn.functional, name)(x * 1, inplace=True)


CASES = [
    *(Case(f"{name}/2d", functional(name), (normal(3, 4),)) for name in SMOOTH),
    *(Case(f"{name}/0-dim", functional(name), (normal(),)) for name in SMOOTH),
    *(Case(f"{name}/2d", functional(name), (uniform(0.6, 0.9, 3, 4),), second=name != "hardsigmoid",
           rtol=ROUGH.get(name)) for name in KINKED),
    *(Case(f"{name}/negative", functional(name), (uniform(-0.9, -0.6, 3),), second=name != "hardsigmoid",
           rtol=ROUGH.get(name)) for name in KINKED),
    *(Case(f"{name}/beyond", functional(name), (uniform(6.5, 7, 3),), second=name != "hardsigmoid",
           rtol=ROUGH.get(name)) for name in KINKED),
    *(Case(f"{name}/kinks", functional(name), (values(EDGES),), numeric=False, second=False, formula=False,
           rtol=ROUGH.get(name))
      for name in [*SMOOTH, *KINKED]),
    *(Case(f"{name}/kinks twice", functional(name), (values(EDGES),), numeric=False, second_numeric=False,
           formula=False) for name in [*SMOOTH, *KINKED] if name != "hardsigmoid"),
    *(Case(f"{name}/extremes", functional(name), (values(EXTREMES),), numeric=False, second=False, formula=False,
           dtypes=("float64",))
      for name in [*SMOOTH, *KINKED] if name not in ("tanhshrink", "softsign")),
    *(Case(f"{name}/empty", functional(name), (normal(0, 3),), second=name != "hardsigmoid")
      for name in [*SMOOTH, *KINKED]),
    *(Case(f"{name}/in place", inplace(name), (normal(3, 4),), second=name != "hardsigmoid", formula=False,
           rtol=ROUGH.get(name)) for name in INPLACE),
    Case("gelu/tanh", functional("gelu", approximate="tanh"), (normal(3, 4),)),
    Case("gelu/approximate unknown", functional("gelu", approximate="x"), (normal(3),),
         error="approximate argument must be either none or tanh"),
    Case("elu/alpha", functional("elu", alpha=1.7), (normal(3, 4),)),
    Case("celu/alpha", functional("celu", alpha=0.7), (normal(3, 4),), rtol=1e-6),
    Case("softplus/beta", functional("softplus", beta=2.0, threshold=1.0), (normal(3, 4),), numeric=False,
         second_numeric=False),
    Case("leaky_relu/slope", functional("leaky_relu", negative_slope=0.3), (normal(3, 4),)),
    Case("leaky_relu/negative slope", functional("leaky_relu", negative_slope=-0.3), (normal(3, 4),)),
    Case("threshold/plain", functional("threshold", threshold=0.1, value=20.0), (normal(3, 4),)),
    Case("hardtanh/bounds", functional("hardtanh", min_val=-0.3, max_val=0.4), (normal(3, 4),)),
    Case("hardtanh/bounds swapped", functional("hardtanh", min_val=1, max_val=0), (normal(3),),
         error="min_val cannot be greater than max_val"),
    Case("rrelu/evaluation", functional("rrelu"), (normal(3, 4),)),
    Case("softshrink/lambda negative", functional("softshrink", lambd=-1.0), (normal(3),),
         error="lambda must be in range [0, 1.79769e+308] for input dtype Double, but found -1"),
    Case("prelu/one weight", functional("prelu"), (normal(3, 4), uniform(0.1, 0.5, 1))),
    Case("prelu/a weight a channel", functional("prelu"), (normal(2, 3, 2), uniform(0.1, 0.5, 3))),
    Case("prelu/0-dim weight", functional("prelu"), (normal(2, 3), uniform(0.1, 0.5))),
    Case("prelu/only the input", functional("prelu"), (normal(2, 3), Fixed(uniform(0.1, 0.5, 3)))),
    Case("prelu/only the weight", functional("prelu"), (Fixed(normal(2, 3)), uniform(0.1, 0.5, 3))),
    Case("prelu/zeros", functional("prelu"), (values([[0.0, -0.0, 1.0]]), uniform(0.1, 0.5, 1)), numeric=False,
         second_numeric=False, formula=False),
    Case("prelu/weights do not fit", functional("prelu"), (normal(2, 3), normal(4)),
         error="Mismatch of parameter numbers and input channel size"),
    Case("glu/last dim", functional("glu"), (normal(3, 4),)),
    Case("glu/dim 0", functional("glu", dim=0), (normal(4, 3),)),
    Case("glu/odd", functional("glu"), (normal(3, 3),), error="Halving dimension must be even, but dimension 1 is"),
    Case("glu/0-dim", functional("glu"), (normal(),),
         error="glu does not support scalars because halving size must be even"),
    Case("relu/negative ints", functional("relu"), (values([-1, 0, 2]),), grad=False),
    Case("relu/bools", functional("relu"), (values([True]),), error="Boolean inputs not supported for relu"),
    Case("gelu/ints", functional("gelu"), (values([1]),), error='"GeluKernelImpl" not implemented for \'Long\''),
    Case("relu/torch", lambda T, x: T.relu(x) + x.relu(), (normal(3),)),
    Case("relu_/method", lambda T, x: (x * 1).relu_(), (normal(3),)),
]  # fmt: skip

for _name in ("softmax", "log_softmax", "softmin"):
    CASES += [
        Case(f"{_name}/last dim", functional(_name, dim=-1), (normal(3, 4),)),
        Case(f"{_name}/first dim", functional(_name, dim=0), (normal(3, 2, 2),)),
        Case(f"{_name}/0-dim", functional(_name, dim=0), (normal(),)),
        Case(f"{_name}/empty", functional(_name, dim=1), (normal(2, 0),)),
        Case(f"{_name}/large", functional(_name, dim=0), (values([1000.0, 999.0, -1000.0]),), numeric=False,
             second=False),
        Case(f"{_name}/infinite", functional(_name, dim=0), (values([float("-inf"), 1.0, 2.0]),), numeric=False,
             second=False, formula=False),
        Case(f"{_name}/all infinite", functional(_name, dim=1), (values([[float("-inf")] * 2, [1.0, 2.0]]),),
             numeric=False, second=False, formula=False),
        Case(f"{_name}/dim out of range", functional(_name, dim=2), (normal(3, 4),),
             error="Dimension out of range (expected to be in range of [-2, 1], but got 2)"),
        Case(f"{_name}/ints", functional(_name, dim=0), (values([1, 2]),), error="not implemented for 'Long'"),
        Case(f"{_name}/dim implied", functional(_name), (normal(3, 4),)),
        Case(f"{_name}/dtype", lambda T, x, _name=_name: getattr(T.nn.functional, _name)(x, dim=1, dtype=T.float32),
             (normal(3, 4),), numeric=False, second_numeric=False, formula=False, rtol=1e-5, atol=1e-6),
    ]  # fmt: skip
CASES += [
    Case("softmax/method", lambda T, x: x.softmax(0) + x.log_softmax(dim=0), (normal(3),)),
    Case("softmax/ints with dtype", lambda T, x: T.softmax(x, 0, dtype=T.float64), (values([1, 2]),), grad=False),
]
