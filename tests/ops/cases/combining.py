"""Two or three operands in one formula, and remainders."""

from __future__ import annotations

from tests.ops.cases import Case, Fixed, ints, normal, uniform, values

INF, NAN = float("inf"), float("nan")
A, B = values([5.5, -5.5, 5.5, -5.5, 0.3]), values([2.0, 2.0, -2.0, -2.0, 0.7])

CASES = [
    Case("addcmul/plain", lambda T, a, b, c: T.addcmul(a, b, c), (normal(2, 3), normal(3), normal(2, 1))),
    Case("addcmul/value", lambda T, a, b, c: a.addcmul(b, c, value=-0.5), (normal(3), normal(3), normal(3))),
    Case("addcmul/ints", lambda T, a: T.addcmul(a, a, a, value=2), (ints(0, 5, 3),)),
    Case(
        "addcdiv/plain", lambda T, a, b, c: T.addcdiv(a, b, c, value=2), (normal(2, 3), normal(3), uniform(1, 2, 2, 1))
    ),
    Case(
        "addcdiv/ints", lambda T, a: T.addcdiv(a, a, a), (ints(1, 5, 3),), error="Integer division with addcdiv is no"
    ),
    Case("lerp/number", lambda T, a, b: (T.lerp(a, b, 0.3), a.lerp(b, 0.75)), (normal(2, 3), normal(3))),
    Case("lerp/tensor", lambda T, a, b, c: T.lerp(a, b, c), (normal(2, 3), normal(3), uniform(0, 1, 2, 1))),
    Case("lerp/dtypes", lambda T, a, b: T.lerp(a, b, 0.5), (normal(2), ints(0, 2, 2)), error="expected dtype"),
    Case("lerp/ints", lambda T, a: T.lerp(a, a, 0.5), (ints(0, 5, 3),), error="not implemented for 'Long'"),
    Case("atan2/plain", lambda T, a, b: T.atan2(a, b), (normal(2, 3), normal(3))),
    Case(
        "atan2/origin",
        lambda T, a, b: T.arctan2(a, b),
        (values([0.0, 1.0]), values([0.0, 0.0])),
        numeric=False,
        second=False,
        formula=False,
    ),
    Case("hypot/plain", lambda T, a, b: T.hypot(a, b), (normal(2, 3), normal(3))),
    Case("copysign/plain", lambda T, a, b: T.copysign(a, b), (uniform(0.5, 1, 4), uniform(-2, -1, 4))),
    Case(
        "copysign/0",
        lambda T, a, b: T.copysign(a, b),
        (values([0.0, -0.0, 2.0]), values([-1.0, 1.0, -0.0])),
        numeric=False,
        formula=False,
    ),
    Case("logaddexp/plain", lambda T, a, b: T.logaddexp(a, b), (normal(2, 3), normal(3))),
    Case(
        "logaddexp/infinite",
        lambda T, a, b: T.logaddexp(a, b),
        (values([INF, -INF, INF, 1.0]), values([INF, -INF, -INF, 900.0])),
        numeric=False,
        second=False,
    ),
    Case("logaddexp/ints", lambda T, a: T.logaddexp(a, a), (ints(0, 3, 2),), error='"logaddexp_cpu" not implemented'),
    Case("hypot/ints", lambda T, a: T.hypot(a, a), (ints(0, 3, 2),), error="\"hypot_cpu\" not implemented for 'Long'"),
    Case("logaddexp2/plain", lambda T, a, b: T.logaddexp2(a, b), (normal(2, 3), normal(3))),
    Case("xlogy/plain", lambda T, a, b: T.xlogy(a, b), (normal(2, 3), uniform(0.5, 2, 3))),
    Case(
        "xlogy/0",
        lambda T, a, b: T.xlogy(a, b),
        (values([0.0, 0.0, 1.0, 0.0]), values([0.0, NAN, 0.0, -1.0])),
        numeric=False,
        second=False,
        formula=False,
    ),
    Case("floor_divide/signs", lambda T, a, b: T.floor_divide(a, b), (Fixed(A), Fixed(B))),
    Case("floor_divide/operator", lambda T, a, b: (a // b, a // 2, 7 // a), (Fixed(A), Fixed(B))),
    Case("floor_divide/ints", lambda T, a, b: (a // b, a // 2.0), (values([7, -7, 7, -7]), values([2, 2, -2, -2]))),
    Case("floor_divide/by 0", lambda T, a: (a // 0.0, -a // 0), (Fixed(A),)),
    Case("floor_divide/ints by 0", lambda T, a: a // 0, (ints(1, 5, 3),), error="ZeroDivisionError"),
    Case(
        "floor_divide/no derivative",
        lambda T, a: (a // 2).sum().backward(),
        (normal(3),),
        error="derivative for aten::floor_divide is not implemented",
    ),
    Case("remainder/tensors", lambda T, a, b: a % b, (A, B), numeric=False),
    Case("remainder/number", lambda T, a: (a % 2, T.remainder(a, -2.5)), (A,)),
    Case("remainder/of a number", lambda T, a: 7 % a, (Fixed(A),)),
    Case(
        "remainder/ints", lambda T, a, b: (a % b, T.remainder(a, 2.5)), (values([7, -7, 7, -7]), values([2, 2, -2, -2]))
    ),
    Case("remainder/by 0", lambda T, a: a % 0, (A,), numeric=False),
    Case("remainder/ints by 0", lambda T, a: a % 0, (ints(1, 5, 3),), error="ZeroDivisionError"),
    Case("fmod/tensors", lambda T, a, b: T.fmod(a, b), (A, B), numeric=False),
    Case("fmod/number", lambda T, a: a.fmod(2), (A,)),
    Case("fmod/ints", lambda T, a, b: T.fmod(a, b), (values([7, -7, 7, -7]), values([2, 2, -2, -2]))),
    Case(
        "fmod/of a number", lambda T, a: T.fmod(5, a), (A,), error="fmod() received an invalid combination of arguments"
    ),
]
