"""Arithmetic of two operands, and what combines with it."""

from __future__ import annotations

from tests.ops.cases import Case, normal, uniform

CASES = [
    Case("add/same shape", lambda T, a, b: a + b, (normal(2, 3), normal(2, 3))),
    Case("add/broadcast", lambda T, a, b: T.add(a, b), (normal(4, 3), normal(3))),
    Case("add/number", lambda T, a: a + 2.5, (normal(3),)),
    Case("sub/broadcast", lambda T, a, b: a - b, (normal(3, 1), normal(2))),
    Case("mul/same shape", lambda T, a, b: a * b, (normal(2, 3), normal(2, 3))),
    Case("mul/broadcast", lambda T, a, b: a * b, (normal(2, 1, 3), normal(4, 1))),
    Case("mul/itself", lambda T, a: a * a, (normal(3),)),
    Case("mul/number", lambda T, a: 2 * a, (normal(3),)),
    Case("mul/shapes that do not fit", lambda T, a, b: a * b, (normal(2), normal(3)), error="must match the size of"),
    Case("div/broadcast", lambda T, a, b: a / b, (normal(2, 3), uniform(0.5, 2, 3))),
    Case("neg/plain", lambda T, a: -a, (normal(3),)),
]
