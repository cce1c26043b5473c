"""Python's operators, from both sides and with every kind of operand."""

from __future__ import annotations

import math

import numpy as np

from tests.ops.cases import Case, ints, normal, uniform, values

X, Y, A, M = uniform(0.5, 2, 3), uniform(0.5, 2, 3), ints(1, 9, 3), values([True, False, True])
EXPRESSIONS = {
    "x + y": lambda T, x, y: x + y,
    "2 + x": lambda T, x, y: 2 + x,
    "x - y": lambda T, x, y: x - y,
    "2 - x": lambda T, x, y: 2 - x,
    "2 * x": lambda T, x, y: 2 * x,
    "x / y": lambda T, x, y: x / y,
    "2 / x": lambda T, x, y: 2 / x,
    "x ** y": lambda T, x, y: x**y,
    "x ** 2": lambda T, x, y: x**2,
    "2 ** x": lambda T, x, y: 2**x,
    "pow": lambda T, x, y: [pow(x, 2), pow(2.5, x)],
    "x % y": lambda T, x, y: x % y,
    "x % 0.7": lambda T, x, y: x % 0.7,
    "-x": lambda T, x, y: -x,
    "+x": lambda T, x, y: +x * 2,
    "abs": lambda T, x, y: abs(x - 1),
    "x @ y": lambda T, x, y: x @ y,
    "reversed": lambda T, x, y: reversed(x),
    "NumPy numbers": lambda T, x, y: [np.float64(2) * x, x * np.float64(2), x + np.int64(1), x - np.float32(1)],
    "bools": lambda T, x, y: [x + True, x * False],
    "math": lambda T, x, y: [math.ceil(x[0]), math.floor(x[0]), math.sqrt(x[0]), int(x[0]), float(x[0])],
}
PLAIN = {
    "ints": lambda T, a, m: [a + 1, 1 - a, a * a, a / 2, 2 / a, a**2, 2**a, a // 2, 9 // a, a % 3, 9 % a, -a, abs(-a)],
    "ints with floats": lambda T, a, m: [a + 1.5, 1.5 - a, a * 0.5, a**0.5, a // 1.5, a % 1.5],
    "bools": lambda T, a, m: [m + m, m * m, m + 1, m * 1.5, m / m, m**2, m & m, m | m, m ^ m, ~m],
    "mixed": lambda T, a, m: [
        a + m,
        m * a,
        a / m.int(),
        a.byte() + a.char(),
        a.byte() * 300,
        a.byte() - 30,
        a.half() + a,
    ],
    "0-dim": lambda T, a, m: [
        a + T.tensor(1.5),
        a.float() + T.tensor(1, dtype=T.float64),
        T.tensor(2) + 0.5,
        m + T.tensor(1),
    ],
    "integer powers of 0": lambda T, a, m: [(a * 0) ** 0, (a * 0) ** 2],
}

CASES = [
    *(Case(f"operators/{name}", call, (X, Y)) for name, call in EXPRESSIONS.items()),
    *(Case(f"operators/{name} of numbers without gradients", call, (A, M)) for name, call in PLAIN.items()),
    Case("operators/x // y", lambda T, x, y: [x // y, x // 2, 2 // x], (X, Y), grad=False),
    Case("operators/2 % x", lambda T, x: 2 % x, (X,), grad=False),
    Case("operators/dtypes differ", lambda T, x: [x + x.float(), x.half() * x], (X,), numeric=False),
    Case("operators/0-dim of another dtype", lambda T, x, y: x.float() + y, (normal(3), normal()), numeric=False),
    Case("operators/string", lambda T, x: x + "a", (X,), error="unsupported operand type(s) for +: 'Tensor' and 'str'"),
    Case("operators/None", lambda T, x: x * None, (X,), error="unsupported operand type(s) for *"),
    Case("operators/divmod", lambda T, x: divmod(x, 2), (X,), error="unsupported operand type(s) for divmod()"),
    Case("operators/round", lambda T, x: round(x), (X,), error="doesn't define __round__"),
    Case("operators/negative integer power", lambda T, a: a**-1, (A,), error="Integers to negative integer powers"),
    Case("operators/division of ints by 0", lambda T, a: a // 0, (A,), error="ZeroDivisionError"),
    Case("operators/remainder of ints by 0", lambda T, a: a % 0, (A,), error="ZeroDivisionError"),
    Case("operators/bools subtracted", lambda T, m: m - m, (M,), error="Subtraction, the `-` operator, with two bool"),
    Case("operators/bool subtracted", lambda T, a: a - True, (A,), error="Subtraction, the `-` operator, with a bool"),
    Case("operators/bools negated", lambda T, m: -m, (M,), error="Negation, the `-` operator, on a bool tensor"),
    Case(
        "operators/shapes that do not fit",
        lambda T, x: x + T.ones(2),
        (X,),
        error="The size of tensor a (3) must match",
    ),
    Case(
        "operators/truth of several",
        lambda T, x: bool(x),
        (X,),
        error="Boolean value of Tensor with more than one value",
    ),
    Case(
        "operators/truth of none", lambda T: bool(T.zeros(0)), error="Boolean value of Tensor with no values is ambig"
    ),
    Case(
        "operators/float of several", lambda T, x: float(x), (X,), error="only one element tensors can be converted to"
    ),
    Case(
        "operators/index of a float", lambda T, x: [1, 2][x[0]], (X,), error="only integer tensors of a single element"
    ),
    Case("operators/array without gradient", lambda T, x: x.detach() + np.ones(3), (X,)),
    Case("operators/array", lambda T, x: x + np.ones(3), (X,), error="Can't call numpy() on Tensor that requires grad"),
    Case(
        "operators/array first", lambda T, x: np.ones(3) * x.detach(), (X,), error="unsupported operand type(s) for *"
    ),
    Case("operators/NumPy functions", lambda T, x: [np.sin(x.detach()), np.add(x.detach(), 1)], (X,)),
]

YES = values([True, True])
BOOLS = {
    "floor_divide": "div_floor_cpu", "remainder": "remainder_cpu", "fmod": "fmod_cpu", "pow": "pow",
}  # fmt: skip

CASES += [
    *(Case(f"{name}/bools", lambda T, x, y, name=name: getattr(T, name)(x, y), (YES, YES),
           error=f"\"{kernel}\" not implemented for 'Bool'") for name, kernel in BOOLS.items()),
    *(Case(f"div/bools {mode}", lambda T, x, y, mode=mode: T.div(x, y, rounding_mode=mode), (YES, YES),
           error=f"\"div_{mode}_cpu\" not implemented for 'Bool'") for mode in ("floor", "trunc")),
    Case("pow/bool to True", lambda T, x: x**True, (values([True, False]),), grad=False),
    Case("pow/bool to False", lambda T, x: x**False, (values([True, False]),), grad=False),
    *(Case(f"{name}/bool and int", lambda T, x, y, name=name: getattr(T, name)(x, y), (YES, values([1, 2])), grad=False)
      for name in BOOLS),
]  # fmt: skip
