"""Arithmetic of two operands, and what combines with it."""

from __future__ import annotations

from tests.ops.cases import Case, Fixed, ints, normal, uniform, values

BOOLS = (values([True, False]), values([True, True]))
BYTES = (values([250, 3], "uint8"),)

CASES = [
    Case("add/same shape", lambda T, a, b: a + b, (normal(2, 3), normal(2, 3))),
    Case("add/broadcast", lambda T, a, b: T.add(a, b), (normal(4, 3), normal(3))),
    Case("add/0-dim", lambda T, a, b: (a + b, b + a), (normal(2), normal())),
    Case("add/zero-size", lambda T, a, b: a + b, (normal(0, 3), normal(3))),
    Case("add/one does not require grad", lambda T, a, b: a + b, (normal(3), Fixed(normal(3)))),
    Case("add/number", lambda T, a: (a + 2.5, 1 + a, a + True), (normal(3),)),
    Case("add/alpha", lambda T, a, b: T.add(a, b, alpha=3), (normal(2, 3), normal(3))),
    Case(
        "add/alpha is a float, of ints", lambda T, a: T.add(a, a, alpha=1.5), (ints(0, 9, 2),), error="argument alpha"
    ),
    Case(
        "add/dtypes",
        lambda T, a, b, c: (a + b, a + 1.5, c + 1, c + b, c + 2.5),
        (
            ints(0, 9, 3, dtype="int32"),
            ints(0, 9, 3),
            values([True, False, True]),
        ),
    ),
    Case(
        "add/0-dim does not widen",
        lambda T, a, b: a + b,
        (Fixed(lambda g: normal(3)(g).astype("float32")), normal()),
        numeric=False,
    ),
    Case("add/bytes wrap around", lambda T, a: (a + 10, a * 2, -a), BYTES),
    Case("add/bools", lambda T, a, b: (a + b, a * b), BOOLS),
    Case("add/no tensor", lambda T, a: a.add("a"), (normal(3),), error="must be Tensor, not str"),
    Case("sub/broadcast", lambda T, a, b: a - b, (normal(3, 1), normal(2))),
    Case("sub/number", lambda T, a: (a - 2.5, 1 - a), (normal(3),)),
    Case("sub/alpha", lambda T, a, b: T.sub(a, b, alpha=0.5), (normal(2, 3), normal(3))),
    Case("sub/bools", lambda T, a, b: a - b, BOOLS, error="Subtraction, the `-` operator, with two bool tensors"),
    Case("sub/a bool", lambda T, a, b: 1 - a, BOOLS, error="Subtraction, the `-` operator, with a bool tensor"),
    Case("rsub/number", lambda T, a: T.rsub(a, 2), (normal(3),)),
    Case("rsub/alpha", lambda T, a: T.rsub(a, 2.0, alpha=3), (normal(3),)),
    Case("rsub/tensor", lambda T, a, b: T.rsub(a, b, alpha=2), (normal(3), normal(2, 1))),
    Case("neg/operator", lambda T, a: -a, (normal(3),)),
    Case("neg/bools", lambda T, a, b: -a, BOOLS, error="Negation, the `-` operator, on a bool tensor"),
    Case("mul/same shape", lambda T, a, b: a * b, (normal(2, 3), normal(2, 3))),
    Case("mul/broadcast", lambda T, a, b: a * b, (normal(2, 1, 3), normal(4, 1))),
    Case("mul/itself", lambda T, a: a * a, (normal(3),)),
    Case("mul/number", lambda T, a: 2 * a, (normal(3),)),
    Case("mul/one does not require grad", lambda T, a, b: b * a, (normal(3), Fixed(normal(3)))),
    Case("mul/shapes that do not fit", lambda T, a, b: a * b, (normal(2), normal(3)), error="must match the size of"),
    Case("mul/in place", lambda T, a, b: (a * 1).mul_(b), (normal(2, 3), normal(3))),
    Case("div/broadcast", lambda T, a, b: a / b, (normal(2, 3), uniform(0.5, 2, 3))),
    Case("div/number", lambda T, a: (a / 4, 3 / a), (uniform(0.5, 2, 3),)),
    Case("div/ints", lambda T, a, b: (a / b, a / 2), (ints(1, 9, 3), ints(1, 9, 3))),
    Case("div/by 0", lambda T, a, b: a / b, (values([1.0, 0.0, -1.0]), values([0.0, 0.0, 0.0])), numeric=False),
    Case(
        "div/floor",
        lambda T, a, b: T.div(a, b, rounding_mode="floor"),
        (normal(5), uniform(0.1, 0.3, 5)),
        numeric=False,
    ),
    Case(
        "div/trunc",
        lambda T, a, b: T.div(a, b, rounding_mode="trunc"),
        (normal(5), uniform(0.1, 0.3, 5)),
        numeric=False,
    ),
    Case(
        "div/rounded ints",
        lambda T, a, b: tuple(
            T.div(x, y, rounding_mode=mode)
            for mode in ("floor", "trunc")
            for x, y in ((a, b), (b, a), (a, 3), (a, -2.5))
        ),
        (values([7, -7, 6, -6]), values([2, 2, -4, -5])),
    ),
    Case(
        "div/rounding mode", lambda T, a: T.div(a, 2, rounding_mode="up"), (normal(2),), error="rounding_mode to be one"
    ),
    Case("div/ints by 0", lambda T, a: T.div(a, 0, rounding_mode="floor"), (ints(1, 3, 2),), error="ZeroDivisionError"),
    Case("reciprocal/function", lambda T, a: T.reciprocal(a), (uniform(0.5, 2, 3),)),
    Case("reciprocal/ints as a method", lambda T, a: a.reciprocal(), (ints(1, 9, 3),)),
    Case("pow/square", lambda T, a: a**2, (normal(3),)),
    Case("pow/square root", lambda T, a: a**0.5, (uniform(0.5, 2, 3),)),
    Case("pow/cube, inverse, inverse square", lambda T, a: (a**3, a**-1, a**-2, a**-0.5), (uniform(0.5, 2, 3),)),
    Case("pow/0", lambda T, a: a**0, (values([0.0, 1.5, -2.0]),), formula=False),
    Case("pow/1", lambda T, a: a**1, (values([0.0, 1.5, -2.0]),), formula=False),
    Case("pow/2.5", lambda T, a: T.pow(a, 2.5), (uniform(0.5, 2, 2, 3),)),
    Case("pow/tensors", lambda T, a, b: a**b, (uniform(0.5, 2, 2, 3), normal(3))),
    Case("pow/0-dim exponent", lambda T, a, b: a**b, (uniform(0.5, 2, 2), normal())),
    Case(
        "pow/of 0",
        lambda T, a, b: a**b,
        (values([0.0, 0.0, 0.0]), values([0.0, 1.0, 2.0])),
        numeric=False,
        second=False,
        formula=False,
    ),
    Case("pow/of a number", lambda T, a: (2**a, T.pow(3.0, a)), (normal(3),)),
    Case(
        "pow/of the number 0", lambda T, a: 0**a, (values([0.0, 1.0, 2.0]),), numeric=False, second=False, formula=False
    ),
    Case("pow/ints", lambda T, a, b: (a**2, a**b, a**2.5, 2**b, a**0, T.pow(2.5, b)), (ints(1, 5, 3), ints(0, 4, 3))),
    Case("pow/ints to negative ints", lambda T, a: a**-1, (ints(1, 5, 3),), error="to negative integer powers are not"),
    Case("pow/square()", lambda T, a: T.square(a), (normal(3),)),
    Case("pow/float_power", lambda T, a, b: (T.float_power(a, 2), a.float_power(b)), (uniform(0.5, 2, 3), normal(3))),
    Case("maximum/plain", lambda T, a, b: T.maximum(a, b), (normal(2, 3), normal(3)), second=False),
    Case(
        "maximum/ties",
        lambda T, a, b: T.maximum(a, b),
        (values([1.0, 2.0, 3.0]), values([1.0, 3.0, 2.0])),
        numeric=False,
    ),
    Case(
        "maximum/nan",
        lambda T, a, b: T.maximum(a, b),
        (values([1.0, float("nan")]), values([float("nan"), 1.0])),
        numeric=False,
        formula=False,
    ),
    Case("maximum/dtypes", lambda T, a, b: T.maximum(a, b), (ints(0, 9, 3, dtype="int32"), ints(0, 9, 3))),
    Case(
        "maximum/number",
        lambda T, a: T.maximum(a, 2),
        (normal(3),),
        error="argument 'other' (position 2) must be Tensor",
    ),
    Case("minimum/plain", lambda T, a, b: T.minimum(a, b), (normal(2, 3), normal(3))),
    Case(
        "minimum/ties",
        lambda T, a, b: T.minimum(a, b),
        (values([1.0, 2.0, 3.0]), values([1.0, 3.0, 2.0])),
        numeric=False,
    ),
    Case(
        "fmax/nan",
        lambda T, a, b: (T.fmax(a, b), T.fmin(a, b)),
        (
            values([1.0, float("nan"), 2.0, 1.0, 3.0]),
            values([float("nan"), 1.0, 2.0, 3.0, 1.0]),
        ),
        numeric=False,
        formula=False,
    ),
    Case("clamp/numbers", lambda T, a: a.clamp(-0.5, 0.5), (normal(7),)),
    Case("clamp/min", lambda T, a: T.clamp(a, min=0), (normal(7),)),
    Case("clamp/max", lambda T, a: a.clamp(max=0.25), (normal(7),)),
    Case("clamp/clip", lambda T, a: T.clip(a, 0, 1), (normal(7),)),
    Case(
        "clamp/at its bounds",
        lambda T, a: a.clamp(0, 1),
        (values([-1.0, 0.0, 0.5, 1.0, 2.0, float("nan")]),),
        numeric=False,
    ),
    Case("clamp/by tensors", lambda T, a, b, c: a.clamp(b, c), (normal(5, 4), uniform(-1, 0, 4), uniform(0, 1, 5, 1))),
    Case(
        "clamp/tensors at their bounds",
        lambda T, a, b, c: a.clamp(b, c),
        (
            values([0.0, 1.0, 2.0, 3.0, 1.0, 1.0]),
            values([1.0, 1.0, 1.0, 1.0, 2.0, 1.0]),
            values([2.0, 2.0, 2.0, 2.0, 1.0, 1.0]),
        ),
        numeric=False,
    ),
    Case("clamp/a tensor as min", lambda T, a, b: a.clamp(min=b), (normal(5), normal(5))),
    Case("clamp/a tensor as max", lambda T, a, b: a.clamp(max=b), (normal(5), normal(5))),
    Case("clamp/ints", lambda T, a: (a.clamp(2, 5), a.clamp(min=2.5), a.clamp_min(3)), (ints(0, 9, 5),)),
    Case(
        "clamp/no bounds", lambda T, a: a.clamp(), (normal(3),), error="At least one of 'min' or 'max' must not be None"
    ),
    Case("clamp_min/number", lambda T, a: a.clamp_min(0), (normal(7),)),
    Case("clamp_min/tensor", lambda T, a, b: T.clamp_min(a, b), (normal(5), normal(5))),
    Case("clamp_max/number", lambda T, a: a.clamp_max(0), (normal(7),)),
    Case("clamp_max/tensor", lambda T, a, b: T.clamp_max(a, b), (normal(5), normal(5))),
    Case(
        "clamp_max/at its bound",
        lambda T, a: (a.clamp_max(1), a.clamp_min(1)),
        (values([0.0, 1.0, 2.0]),),
        numeric=False,
    ),
]
