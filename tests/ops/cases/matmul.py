"""Products of vectors, matrices and batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.ops.cases import Case, Fixed, ints, normal
from tests.ops.cases.shape import refusal

SHAPES = [
    ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4)), ((1, 1), (1, 1)), ((3, 1), (1, 2)),
    ((0, 3), (3, 4)), ((2, 0), (0, 3)), ((4, 2, 3), (3,)), ((4, 2, 3), (3, 5)), ((4, 2, 3), (4, 3, 5)),
    ((4, 2, 3), (1, 3, 5)), ((1, 2, 3), (4, 3, 5)), ((3,), (4, 3, 5)), ((2, 3), (4, 3, 5)),
    ((2, 4, 2, 3), (4, 3, 2)), ((2, 1, 2, 3), (4, 3, 2)), ((2, 2, 2, 3), (2, 2, 3, 1)), ((2, 2, 2, 3), (3,)),
    ((3,), (2, 2, 3, 2)), ((4, 0, 3), (4, 3, 5)),
]  # fmt: skip


def product(name: str, call: Callable[..., Any], *shapes: tuple[int, ...]) -> Case:
    """Return a case of a product of normal tensors."""
    return Case(name, call, tuple(normal(*shape) for shape in shapes), rtol=1e-5, atol=1e-5)


def matmul(one: tuple[int, ...], two: tuple[int, ...]) -> list[Case]:
    """Return cases of a matrix product where both, the left, the right, or no factor wants a gradient."""
    name = f"matmul/{one} @ {two}".replace(", ", ",")
    left, right = normal(*one), normal(*two)
    wanted = {"": (left, right), ", left": (left, Fixed(right)), ", right": (Fixed(left), right),
              ", neither": (Fixed(left), Fixed(right))}  # fmt: skip
    return [
        Case(name + what, lambda T, a, b: a @ b, inputs, rtol=1e-5, atol=1e-5, numeric=not what and len(one + two) < 5)
        for what, inputs in wanted.items()
    ]


def einsum(equation: str, *shapes: tuple[int, ...]) -> Case:
    """Return a case of an equation; its parts are tested by themselves against finite differences."""
    name = f"einsum/{equation} of {shapes}".replace(", ", ",")
    inputs = tuple(normal(*shape) for shape in shapes)
    return Case(name, lambda T, *tensors: T.einsum(equation, *tensors), inputs, numeric=False, rtol=1e-5, atol=1e-5)


CASES = [
    *[case for one, two in SHAPES for case in matmul(one, two)],
    product("matmul/of transposed tensors", lambda T, a, b: (a.t() @ b, b @ b.mT, a.mT @ a), (3, 2), (3, 3)),
    product("matmul/of a linear layer's weight", lambda T, a, b: a @ b.t(), (4, 3), (2, 3)),
    product("matmul/of an expanded vector", lambda T, a, b: a.expand(2, 3) @ b, (3,), (3, 2)),
    product("matmul/of an expanded number", lambda T, a, b: (a.expand(2, 3) @ b, b @ a.expand(2, 4)), (), (3, 2)),
    product("matmul/method", lambda T, a, b: (a.matmul(b), T.matmul(input=a, other=b), a.mm(b)), (2, 3), (3, 2)),
    Case("matmul/ints", lambda T, a, b: (a @ b, b @ a[0]), (ints(0, 9, 2, 3), ints(0, 9, 3, 3))),
    Case("matmul/int32", lambda T, a: a @ a, (ints(0, 9, 3, 3, dtype="int32"),)),
    product("mm", lambda T, a, b: T.mm(a, b), (2, 3), (3, 2)),
    product("bmm", lambda T, a, b: (T.bmm(a, b), b.bmm(a)), (2, 2, 3), (2, 3, 2)),
    product("mv", lambda T, a, b: (T.mv(a, b), a.mv(b)), (2, 3), (3,)),
    product("dot", lambda T, a, b: (T.dot(a, b), a.vdot(b), a.dot(a)), (3,), (3,)),
    product("outer", lambda T, a, b: (T.outer(a, b), a.ger(b)), (3,), (2,)),
    product("inner", lambda T, a, b: T.inner(a, b), (2, 3), (4, 3)),
    product("inner/vectors", lambda T, a, b: T.inner(a, b), (3,), (3,)),
    product("inner/0-dim", lambda T, a, b: a.inner(b), (), (4, 3)),
    product("inner/3-dim", lambda T, a, b: a.inner(b), (2, 2, 3), (3,)),
    product("addmm", lambda T, a, b, c: T.addmm(a, b, c), (2, 2), (2, 3), (3, 2)),
    product("addmm/bias", lambda T, a, b, c: T.addmm(a, b, c.t()), (2,), (4, 3), (2, 3)),
    product("addmm/factors", lambda T, a, b, c: a.addmm(b, c, beta=2, alpha=-0.5), (), (2, 3), (3, 2)),
    product("addmm/beta 0", lambda T, a, b, c: a.addmm(b, c, beta=0), (2, 1), (2, 3), (3, 2)),
    product("addmv", lambda T, a, b, c: (T.addmv(a, b, c), a.addmv(b, c, beta=2, alpha=3)), (2,), (2, 3), (3,)),
    product("addr", lambda T, a, b, c: (T.addr(a, b, c), a.addr(b, c, beta=2, alpha=3)), (3,), (2,), (3,)),
    product(
        "baddbmm", lambda T, a, b, c: (T.baddbmm(a, b, c), a.baddbmm(b, c, beta=2, alpha=3)), (2,), (2, 1, 3), (2, 3, 2)
    ),
    product(
        "addbmm", lambda T, a, b, c: (T.addbmm(a, b, c), a.addbmm(b, c, beta=2, alpha=3)), (2,), (2, 1, 3), (2, 3, 2)
    ),
    product("addmm_", lambda T, a, b, c: (a * 1).addmm_(b, c, alpha=2), (2, 2), (2, 3), (3, 2)),
    product("tensordot/number", lambda T, a, b: T.tensordot(a, b, dims=2), (2, 3, 2), (3, 2, 1)),
    product("tensordot/dims", lambda T, a, b: T.tensordot(a, b, dims=([1, 2], [1, 0])), (1, 3, 2), (2, 3, 2)),
    product("tensordot/none", lambda T, a, b: T.tensordot(a, b, dims=0), (2,), (3,)),
    product("tensordot/all", lambda T, a, b: T.tensordot(a, b), (2, 3), (2, 3)),
    product("tensordot/all, crosswise", lambda T, a, b: T.tensordot(a, b, ([0, 1], [1, 0])), (2, 3), (3, 2)),
    product("tensordot/both of length 1", lambda T, a, b: T.tensordot(a, b, dims=1), (2, 1), (1, 4)),
    product("tensordot/length 1", lambda T, a, b: T.tensordot(a, b, dims=1), (2, 1), (3, 4)),
    product("kron", lambda T, a, b: T.kron(a, b), (2, 2), (2, 3)),
    product("kron/dims", lambda T, a, b: (a.kron(b), b.kron(a)), (2,), (2, 3)),
    product("chain_matmul", lambda T, *tensors: T.chain_matmul(*tensors), (2, 3), (3, 2), (2, 1)),
    product("multi_dot/two", lambda T, *tensors: T.linalg.multi_dot(tensors), (2, 3), (3, 4)),
    product("multi_dot/vectors", lambda T, *tensors: T.linalg.multi_dot(tensors), (3,), (3, 4), (4,)),
    product("multi_dot/five", lambda T, *t: T.linalg.multi_dot(t), (2, 3), (3, 1), (1, 4), (4, 2), (2, 5)),
    product("vecdot", lambda T, a, b: (T.linalg.vecdot(a, b), T.linalg.vecdot(a, b, dim=0)), (2, 3), (2, 3)),
    einsum("ij,jk->ik", (2, 3), (3, 4)),
    einsum("bij,bjk->bik", (2, 2, 3), (2, 3, 4)),
    einsum("ii->i", (3, 3)),
    einsum("ii", (3, 3)),
    einsum("ij->ji", (2, 3)),
    einsum("ji", (2, 3)),
    einsum("ij->", (2, 3)),
    einsum("ij->i", (2, 3)),
    einsum("i,j->ij", (3,), (2,)),
    einsum("i,i->", (3,), (3,)),
    einsum("ij,ij->i", (3, 2), (3, 2)),
    einsum("bn,anm,bm->ba", (2, 3), (4, 3, 2), (2, 2)),
    einsum("...ij,...jk->...ik", (2, 2, 3), (3, 4)),
    einsum("...ij->...ji", (2, 2, 3)),
    einsum("i...->...", (2, 3)),
    einsum("...,...->...", (2, 3), (3,)),
    einsum("bhid,bhjd->bhij", (2, 2, 3, 4), (2, 2, 2, 4)),
    einsum("jk,ij->ki", (3, 4), (2, 3)),
    einsum("iij,jk->ik", (2, 2, 3), (3, 2)),
    einsum("i,ij,j->", (2,), (2, 3), (3,)),
    einsum("ij,kl->ijkl", (2, 1), (2, 3)),
    einsum("ij,jk->ik", (2, 1), (3, 4)),
    einsum("ab,cd->ac", (2, 3), (4, 5)),
    product("einsum/lists", lambda T, a, b: T.einsum(a, [0, 1], b, [1, 2], [0, 2]), (2, 3), (3, 2)),
    product("einsum/ellipsis in lists", lambda T, a: T.einsum(a, [..., 1, 0]), (2, 3, 2)),
    refusal("matmul/shapes", lambda T, a: a @ a, "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)"),
    refusal("matmul/vector first", lambda T, a: a[0] @ a, "mat1 and mat2 shapes cannot be multiplied (1x3 and 2x3)"),
    refusal("matmul/vector last", lambda T, a: a @ a.t()[0], "size mismatch, got input (2), mat (2x3), vec (2)"),
    refusal(
        "matmul/0-dim",
        lambda T, a, b: b @ a,
        "both arguments to matmul need to be at least 1D, but they are",
        normal(2, 3),
        normal(),
    ),
    refusal(
        "matmul/batches",
        lambda T, a: a @ T.zeros(3, 3, 2, dtype=T.float64),
        "must match the size of tensor b (3)",
        normal(2, 2, 3),
    ),
    refusal(
        "matmul/batches' shapes",
        lambda T, a: a @ a,
        "Expected size for first two dimensions of batch2",
        normal(5, 2, 3),
    ),
    refusal(
        "matmul/folded",
        lambda T, a: a @ a[0],
        "mat1 and mat2 shapes cannot be multiplied (10x3 and 2x3)",
        normal(5, 2, 3),
    ),
    refusal("matmul/dtypes", lambda T, a: a @ a.t().float(), "expected m1 and m2 to have the same dtype, but got: dou"),
    refusal("matmul/number", lambda T, a: a @ 3, "unsupported operand type(s) for @"),
    refusal("matmul/bools", lambda T, a: a @ a, "not implemented for 'Bool'", ints(0, 2, 2, 2, dtype="bool")),
    refusal("mm/number", lambda T, a: T.bmm(a, 3), "bmm(): argument 'mat2' (position 2) must be Tensor, not int"),
    refusal("mm/vector", lambda T, a: T.mm(a, a[0]), "mat2 must be a matrix"),
    refusal("bmm/matrix", lambda T, a: T.bmm(a, a), "batch1 must be a 3D tensor"),
    refusal("bmm/dtypes", lambda T, a: T.bmm(a, a.float()), "expected scalar type Double but found F", normal(2, 2, 2)),
    refusal("mv/dtypes", lambda T, a: T.mv(a, a[0].float()), "addmv input tensors must have the same dtype, but got"),
    refusal("dot/matrix", lambda T, a: T.dot(a, a[0]), "1D tensors expected, but got 2D and 1D tensors"),
    refusal("dot/lengths", lambda T, a: T.dot(a[0], a.t()[0]), "inconsistent tensor size, expected tensor [3] and src"),
    refusal("dot/dtypes", lambda T, a: T.dot(a, a.float()), "dot : expected both vectors to have same dtyp", normal(2)),
    refusal("outer/matrix", lambda T, a: T.outer(a, a), "outer: Expected 1-D argument self, but got 2-D"),
    refusal("inner/lengths", lambda T, a: T.inner(a, a.t()), "inner() the last dimension must match on both input"),
    refusal("addmm/size", lambda T, a: T.addmm(a[0], a, a.t()), "The expanded size of the tensor (2) must match the"),
    refusal("addmm/shapes", lambda T, a: T.addmm(a, a, a), "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)"),
    refusal("addmm/dtypes", lambda T, a: T.addmm(a.float(), a, a.t()), "self and mat2 must have the same dtype, but g"),
    refusal("baddbmm/shapes", lambda T, a: T.baddbmm(a, a, a), "Expected size for first two dimensio", normal(2, 2, 3)),
    refusal("tensordot/lengths", lambda T, a: T.tensordot(a, a, 1), "contracted dimensions need to match, but first h"),
    refusal("tensordot/too many", lambda T, a: T.tensordot(a, a, 3), "tensordot expects dims < ndim_a or ndim_b, but"),
    refusal("multi_dot/one", lambda T, a: T.linalg.multi_dot([a]), "multi_dot(): expected at least 2 tensors but got"),
    refusal("multi_dot/shapes", lambda T, a: T.linalg.multi_dot([a, a]), "multi_dot(): tensors 0 and 1 with shapes"),
    refusal("einsum/fewer", lambda T, a: T.einsum("ij,jk->ik", a), "fewer operands were provided than specified in th"),
    refusal("einsum/output", lambda T, a: T.einsum("ij->ik", a), "output subscript k does not appear in the equation"),
    refusal("einsum/twice", lambda T, a: T.einsum("ij->ii", a), "output subscript i appears more than once in the out"),
    refusal("einsum/dims", lambda T, a: T.einsum("ijk->i", a), "the number of subscripts in the equation (3) does not"),
    refusal("einsum/sizes", lambda T, a: T.einsum("ij,jk->ik", a, a), "subscript j has size 2 for operand 1 which doe"),
    refusal("einsum/diagonal", lambda T, a: T.einsum("ii", a), "subscript i is repeated for operand 0 but the sizes d"),
    refusal("einsum/letters", lambda T, a: T.einsum("i1->i", a), "invalid subscript given at index 1 in the equation"),
    refusal("einsum/dots", lambda T, a: T.einsum("i..j->i", a), "found '.' for operand 0 that is not part of any elli"),
    refusal("einsum/nothing", lambda T, a: T.einsum("ij"), "must specify the equation string and at least one operand"),
]
