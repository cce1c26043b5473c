"""Comparisons, logic and bits."""

from __future__ import annotations

from tests.ops.cases import Case, Fixed, ints, normal, values

A, B = ints(-3, 4, 2, 5), ints(-3, 4, 5)
MASK, OTHER = values([True, True, False, False]), values([True, False, True, False])
ODD = Fixed(values([0.0, -0.0, 1.0, float("nan"), float("inf"), -float("inf")]))
COMPARED = {"eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal"}
LOGIC = ("logical_and", "logical_or", "logical_xor")
BITS = ("bitwise_and", "bitwise_or", "bitwise_xor")
TESTS = ("isnan", "isinf", "isfinite", "isposinf", "isneginf", "signbit", "isreal")


def both(name):
    """Return a call of the function and of the method."""
    return lambda T, a, *rest: [getattr(T, name)(a, *rest), getattr(a, name)(*rest)]


def all_operators(T, a, b):
    """Compare by every operator, from both sides."""
    return [a == b, a != b, a < b, a <= b, a > b, a >= b, a == 1, a != 1, 1 < a, 1 <= a, 1 > a, 1.5 >= a]


CASES = [
    *(Case(f"{name}/ints", both(name), (A, B)) for name in COMPARED),
    *(Case(f"{name}/floats", both(name), (normal(2, 3), normal(3))) for name in COMPARED),
    *(Case(f"{name}/odd numbers", both(name), (ODD, ODD)) for name in COMPARED),
    *(Case(f"{name}/number", lambda T, a, n=name: getattr(T, n)(a, 1.5), (A,)) for name in COMPARED),
    *(Case(f"{name}/dtypes differ", both(name), (A, normal(5))) for name in COMPARED),
    *(Case(f"{name}/bools", both(name), (MASK, OTHER)) for name in COMPARED),
    *(Case(f"{name}/alias", both(name), (A, B)) for name in COMPARED.values() if name != "equal"),
    *(
        Case(f"{name}/in place", lambda T, a, b, n=name: getattr(a.clone(), f"{n}_")(b), (normal(2, 3), normal(3)))
        for name in COMPARED
    ),
    *(
        Case(f"{name}/number in place", lambda T, a, n=name: getattr(a.clone(), f"{n}_")(0), (normal(2, 3),))
        for name in COMPARED
    ),
    Case("comparison/operators", all_operators, (A, B)),
    Case("comparison/operators on floats", all_operators, (Fixed(normal(2, 3)), Fixed(normal(3)))),
    Case("comparison/with None", lambda T, a: (a == None, a != None), (A,)),  # noqa: E711
    Case("comparison/bytes with a large number", lambda T: T.tensor([44], dtype=T.uint8) == 300),
    Case("comparison/large ints with floats", lambda T: T.tensor([16777217]) == T.tensor([16777216.0])),
    Case("comparison/0-dim", lambda T, a: (a > 0, a == a), (normal(),)),
    Case("comparison/nothing", lambda T: T.zeros(0) < T.zeros(0)),
    Case("eq/string", lambda T, a: T.eq(a, "a"), (A,), error="eq() received an invalid combination of arguments"),
    Case("lt/operator with a string", lambda T, a: a < "a", (A,), error="'<' not supported between instances"),
    Case("eq/shapes that do not fit", lambda T, a: a == T.ones(3), (A,), error="The size of tensor a (5) must match"),
    *(Case(f"{name}/ints", both(name), (A, B)) for name in LOGIC),
    *(Case(f"{name}/bools", both(name), (MASK, OTHER)) for name in LOGIC),
    *(Case(f"{name}/in place", lambda T, a, b, n=name: getattr(a.clone(), f"{n}_")(b), (A, B)) for name in LOGIC),
    Case("logical_not/plain", both("logical_not"), (A,)),
    Case("logical_not/leaves the history", lambda T, x: (x * 2).logical_not_(), (normal(3),), numeric=False),
    Case("logical_and/number", lambda T, a: T.logical_and(a, True), (A,), error="must be Tensor, not bool"),
    *(Case(f"{name}/ints", both(name), (A, B)) for name in BITS),
    *(Case(f"{name}/bools", both(name), (MASK, OTHER)) for name in BITS),
    *(Case(f"{name}/number", lambda T, a, n=name: getattr(T, n)(a, 3), (A,)) for name in BITS),
    *(Case(f"{name}/in place", lambda T, a, b, n=name: getattr(a.clone(), f"{n}_")(b), (A, B)) for name in BITS),
    *(
        Case(f"{name}/floats", both(name), (normal(2), normal(2)), error=f"\"{name}_cpu\" not implemented for 'Double'")
        for name in BITS
    ),
    Case("bitwise/operators", lambda T, a, b: [a & b, a | b, a ^ b, ~a, 1 & a, 1 | a, 1 ^ a], (A, B)),
    Case("bitwise/operators on bools", lambda T, a, b: [a & b, a | b, a ^ b, ~a, a & True, a | 1], (MASK, OTHER)),
    Case(
        "bitwise_not/operator on floats", lambda T, x: ~x, (normal(2),), error="only implemented on integer and Boolean"
    ),
    Case(
        "bitwise/shifts",
        lambda T, a: [a << 2, a >> 1, 1 << a.abs(), 64 >> a.abs(), a << T.tensor([1, 2, 3, 4, 5])],
        (A,),
    ),
    Case("bitwise/shifts too far", lambda T, a: [a << 64, a >> 64, a >> T.tensor(-1)], (A,)),
    Case("bitwise/shifts of bytes", lambda T: [T.tensor([1], dtype=T.uint8) << 7, T.tensor([200], dtype=T.uint8) >> 9]),
    Case("bitwise/shifts of bools", lambda T, m: m << m, (MASK,), error="\"lshift_cpu\" not implemented for 'Bool'"),
    *(Case(f"{name}/floats", both(name), (ODD,)) for name in TESTS),
    *(Case(f"{name}/ints", both(name), (A,)) for name in TESTS),
    Case("isclose/plain", lambda T, x: T.isclose(x, x * (1 + 1e-6)), (Fixed(normal(4)),)),
    Case("isclose/odd numbers", lambda T, x: (T.isclose(x, x), T.isclose(x, x, equal_nan=True)), (ODD,)),
    Case("isclose/ints", lambda T, a: (T.isclose(a, a + 1, atol=1), T.isclose(a, a + 1, rtol=0.5)), (A,)),
    Case(
        "isclose/dtypes differ", lambda T, x: T.isclose(x, x.float()), (normal(2),), error="Double did not match Float"
    ),
    Case(
        "isclose/negative",
        lambda T, x: T.isclose(x, x, rtol=-1),
        (normal(2),),
        error="rtol must be greater than or equal",
    ),
    Case(
        "allclose/plain",
        lambda T, x: [T.allclose(x, x), x.allclose(x + 1), T.allclose(x, x + 1, atol=2)],
        (Fixed(normal(2)),),
    ),
    Case("allclose/number", lambda T, x: T.allclose(x, 1.0), (normal(2),), error="must be Tensor, not float"),
    Case(
        "equal/plain",
        lambda T, x: [T.equal(x, x), x.equal(x + 1), T.equal(x, x[:1]), T.equal(x, x.float().to(x.dtype))],
        (values([1.0, 2.0]),),
    ),
    Case("isin/plain", lambda T, a: T.isin(a, T.tensor([1, 2])), (A,)),
    Case("isin/inverted", lambda T, a: T.isin(a, T.tensor([1, 2]), invert=True), (A,)),
    Case("is_nonzero/plain", lambda T: [T.is_nonzero(T.tensor(2.0)), T.is_nonzero(T.tensor([0]))]),
    Case("is_nonzero/several", lambda T, a: T.is_nonzero(a), (A,), error="Boolean value of Tensor with"),
    Case("contains/plain", lambda T, a: [1 in a, 9 in a, T.tensor(1) in a], (A,)),
    Case("contains/string", lambda T, a: "a" in a, (A,), error="Tensor.__contains__ only supports Tensor or scalar"),
]
