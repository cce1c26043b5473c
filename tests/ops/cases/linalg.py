"""Linear algebra. What depends on the signs of eigenvectors and singular vectors is made independent of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.ops.cases import Case, Input, ints, normal, values
from tests.ops.cases.shape import refusal

SINGULAR = values([[1.0, 2.0], [2.0, 4.0]])


def regular(*shape: int) -> Input:
    """Draw matrices whose singular values are well apart and away from 0."""
    rows, columns = shape[-2:]
    return lambda generator: generator.uniform(-0.7, 0.7, shape) + np.eye(rows, columns) * np.arange(2, 2 + columns)


def case(name: str, call: Callable[..., Any], *inputs: Input | tuple[int, ...], **flags: Any) -> Case:
    """Return a case of normal tensors, or of other inputs."""
    sources = tuple(normal(*each) if isinstance(each, tuple) else each for each in inputs)
    return Case(name, call, sources, **{"rtol": 2e-4, "atol": 1e-4, "dtypes": ("float64",), **flags})


def definite(a: Any) -> Any:
    """Return a positive-definite matrix made of any."""
    return a @ a.mT + 0.5 * a.new_ones(a.shape[-1]).diag_embed()


def symmetric(a: Any) -> Any:
    """Return a symmetric matrix made of any."""
    return a + a.mT


def products_of_qr(T: Any, a: Any, mode: str = "reduced") -> Any:
    """Return what Q and R are without the signs of R's rows."""
    Q, R = T.linalg.qr(a, mode)
    signs = R.diagonal(0, -2, -1).sign()
    return Q * signs.unsqueeze(-2), R[..., : signs.shape[-1], :] * signs.unsqueeze(-1)


def products_of_svd(T: Any, a: Any) -> Any:
    """Return what U, S and Vh are without their signs."""
    U, S, Vh = T.linalg.svd(a, full_matrices=False)
    return (U * S.unsqueeze(-2) ** 2) @ U.mT, S, Vh.abs(), U.abs() * S.unsqueeze(-2)


CASES = [
    case("inv", lambda T, a: T.linalg.inv(a), regular(3, 3)),
    case("inv/batch", lambda T, a: (T.inverse(a), a.inverse()), regular(2, 2, 2)),
    case("inv/float32", lambda T, a: T.linalg.inv(a), values([[2.0, 1.0], [1.0, 3.0]]), dtypes=("float32",)),
    case("inv/zero-size", lambda T, a: T.linalg.inv(a), (0, 0)),
    case("det", lambda T, a: T.linalg.det(a), regular(3, 3)),
    case("det/batch", lambda T, a: (T.det(a), a.det()), regular(2, 2, 2), formula=False),
    case("det/1 by 1", lambda T, a: T.linalg.det(a), regular(1, 1)),
    case("det/zero-size", lambda T, a: T.linalg.det(a), (0, 0), second=False, formula=False),
    case("slogdet", lambda T, a: T.linalg.slogdet(a)[1], regular(3, 3), formula=False),
    case(
        "slogdet/names",
        lambda T, a: (T.linalg.slogdet(a), T.slogdet(a), a.slogdet()[1]),
        regular(2, 2, 2),
        formula=False,
    ),
    case("logdet", lambda T, a: T.logdet(definite(a)), (3, 3), formula=False),
    case("logdet/negative", lambda T, a: a.logdet(), values([[0.0, 1.0], [1.0, 0.0]]), grad=False),
    case("solve", lambda T, a, b: T.linalg.solve(a, b), regular(3, 3), regular(3, 2)),
    case("solve/vector", lambda T, a, b: T.linalg.solve(a, b), regular(3, 3), (3,)),
    case("solve/left=False", lambda T, a, b: T.linalg.solve(a, b, left=False), regular(3, 3), regular(2, 3)),
    case("solve/batch", lambda T, a, b: T.linalg.solve(a, b), regular(2, 2, 2), regular(2, 2, 1)),
    case("solve/vectors", lambda T, a, b: T.linalg.solve(a, b), regular(4, 2, 2), regular(4, 2), formula=False),
    case(
        "solve/broadcast",
        lambda T, a, b: (T.linalg.solve(a, b), T.linalg.solve(a[0], b)),
        regular(2, 2, 2),
        regular(1, 2, 2),
        numeric=False,
    ),
    case(
        "solve/batch of systems, one right side",
        lambda T, a, b: T.linalg.solve(a, b),
        regular(3, 2, 2),
        regular(2, 2),
        numeric=False,
        formula=False,
    ),
    case(
        "solve_triangular",
        lambda T, a, b: (T.linalg.solve_triangular(a, b, upper=True), T.linalg.solve_triangular(a, b, upper=False)),
        regular(3, 3),
        regular(3, 2),
    ),
    case(
        "solve_triangular/unitriangular",
        lambda T, a, b: T.linalg.solve_triangular(a, b, upper=True, unitriangular=True),
        regular(3, 3),
        regular(3, 2),
    ),
    case(
        "solve_triangular/left=False",
        lambda T, a, b: T.linalg.solve_triangular(a, b, upper=False, left=False),
        regular(3, 3),
        regular(2, 3),
        formula=False,
    ),
    case(
        "solve_triangular/batch",
        lambda T, a, b: T.linalg.solve_triangular(a, b, upper=True),
        regular(2, 2, 2),
        regular(2, 1),
    ),
    case(
        "solve_triangular/zeros",
        lambda T, a: T.linalg.solve_triangular(a, a + 1, upper=True),
        values([[0.0, 0.0], [0.0, 0.0]]),
        grad=False,
    ),
    case("cholesky", lambda T, a: T.linalg.cholesky(definite(a)), (3, 3)),
    case("cholesky/upper", lambda T, a: T.linalg.cholesky(definite(a), upper=True), (2, 2)),
    case("cholesky/batch", lambda T, a: T.linalg.cholesky(definite(a)), (2, 2, 2)),
    case("qr/tall", products_of_qr, regular(3, 2), formula=False),
    case("qr/square", products_of_qr, regular(2, 2)),
    case("qr/wide", products_of_qr, regular(2, 3)),
    case("qr/wide, R only", lambda T, a: T.linalg.qr(a)[1].abs(), regular(2, 3), formula=False),
    case("qr/wide, Q only", lambda T, a: T.linalg.qr(a).Q.abs(), regular(2, 3), formula=False),
    case("qr/complete", lambda T, a: products_of_qr(T, a, "complete"), regular(2, 3), numeric=False),
    case(
        "qr/complete, tall", lambda T, a: [each.abs() for each in T.linalg.qr(a, "complete")], regular(3, 2), grad=False
    ),
    case("qr/r", lambda T, a: T.linalg.qr(a, mode="r").R.abs(), regular(3, 2), grad=False),
    case("qr/batch", products_of_qr, regular(2, 3, 2), numeric=False, formula=False),
    case("eigh/values", lambda T, a: T.linalg.eigh(symmetric(a))[0], (3, 3), formula=False),
    case("eigh/vectors", lambda T, a: T.linalg.eigh(symmetric(a)).eigenvectors.abs(), (3, 3), formula=False),
    case("eigh/both", lambda T, a: [each.abs() for each in T.linalg.eigh(symmetric(a))], (2, 2)),
    case("eigh/UPLO", lambda T, a: T.linalg.eigh(a, UPLO="U")[0], (3, 3), grad=False),
    case("eigh/batch", lambda T, a: [each.abs() for each in T.linalg.eigh(symmetric(a))], (2, 2, 2), numeric=False),
    case("eigvalsh", lambda T, a: T.linalg.eigvalsh(symmetric(a)), (3, 3), formula=False),
    case("svd/tall", products_of_svd, regular(3, 2), formula=False),
    case("svd/wide", products_of_svd, regular(2, 3), formula=False),
    case("svd/square", lambda T, a: [each.abs() for each in T.linalg.svd(a)], regular(2, 2)),
    case("svd/batch", products_of_svd, regular(2, 2, 3), numeric=False, formula=False),
    case("svd/U only", lambda T, a: T.linalg.svd(a, full_matrices=False).U.abs(), regular(3, 2), formula=False),
    case("svd/Vh only", lambda T, a: T.linalg.svd(a, full_matrices=False).Vh.abs(), regular(2, 3), formula=False),
    case("svd/full", lambda T, a: [each.abs() for each in T.linalg.svd(a)], regular(3, 2), grad=False),
    case(
        "svd/full, gradients",
        lambda T, a: (T.linalg.svd(a)[0][:, :2].abs(), T.linalg.svd(a)[1]),
        regular(3, 2),
        formula=False,
    ),
    case("svd/torch.svd", lambda T, a: [each.abs() for each in T.svd(a)], regular(3, 2), formula=False),
    case("svdvals", lambda T, a: T.linalg.svdvals(a), regular(2, 3), formula=False),
    case("pinv/tall", lambda T, a: T.linalg.pinv(a), regular(3, 2)),
    case("pinv/wide", lambda T, a: a.pinverse(), regular(2, 3)),
    case("pinv/batch", lambda T, a: T.linalg.pinv(a), regular(2, 2, 3), numeric=False),
    case("pinv/hermitian", lambda T, a: T.linalg.pinv(definite(a), hermitian=True), regular(2, 2)),
    case("pinv/of low rank", lambda T, a: T.linalg.pinv(a, rtol=1e-6), SINGULAR, grad=False),
    case("pinv/zero-size", lambda T, a: T.linalg.pinv(a), (0, 3), grad=False),
    case(
        "matrix_rank", lambda T, a: (T.linalg.matrix_rank(a), T.linalg.matrix_rank(a, atol=9.0)), SINGULAR, grad=False
    ),
    *[
        case(f"matrix_power/{n}", lambda T, a, n=n: T.linalg.matrix_power(a, n), (2, 2), second=n != 0)
        for n in (-3, -1, 0, 1, 2, 3, 4, 5)
    ],
    case("matrix_power/batch", lambda T, a: (T.matrix_power(a, 2), a.matrix_power(3)), (2, 2, 2)),
    case("cross", lambda T, a, b: T.linalg.cross(a, b), (2, 3), (2, 3)),
    case("cross/dim", lambda T, a, b: T.cross(a, b, dim=0), (3, 2), (3, 2)),
    case("cross/first dim of three", lambda T, a, b: a.cross(b), (2, 3, 3), (2, 3, 3), numeric=False),
    case("cross/broadcast", lambda T, a, b: T.linalg.cross(a, b), (2, 3), (1, 3)),
    case("cross/ints", lambda T, a: T.linalg.cross(a, a + 1), ints(0, 9, 3)),
    *[
        case(f"vector_norm/{p}", lambda T, a, p=p: T.linalg.vector_norm(a, p), (2, 3), second=p != 0)
        for p in (0, 0.5, 1, 1.5, 2, 3, math.inf, -math.inf, -1)
    ],
    case(
        "vector_norm/dims",
        lambda T, a: (T.linalg.vector_norm(a, dim=1), T.linalg.vector_norm(a, 3, dim=(0, -1), keepdim=True)),
        (2, 3, 2),
    ),
    case("vector_norm/0-dim", lambda T, a: T.linalg.vector_norm(a), ()),
    case(
        "vector_norm/of zeros",
        lambda T, a: [T.linalg.vector_norm(a, p) for p in (0.5, 1, 1.5, 2, 3)],
        values([0.0, 0.0]),
        numeric=False,
        second=False,
        formula=False,
    ),
    case(
        "vector_norm/ties",
        lambda T, a: T.linalg.vector_norm(a, math.inf),
        values([1.0, -3.0, 3.0]),
        numeric=False,
        second=False,
    ),
    case(
        "vector_norm/dtype",
        lambda T, a: T.linalg.vector_norm(a, dtype=T.float64),
        (3,),
        dtypes=("float32",),
        grad=False,
    ),
    case("vector_norm/zero-size", lambda T, a: T.linalg.vector_norm(a), (0, 3), numeric=False, second=False),
    *[
        case(
            f"matrix_norm/{p}",
            lambda T, a, p=p: T.linalg.matrix_norm(a, p),
            (3, 2),
            formula=False,
            numeric=abs(p) != math.inf if not isinstance(p, str) else True,
        )
        for p in ("fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf)
    ],
    case(
        "matrix_norm/dims",
        lambda T, a: [T.linalg.matrix_norm(a, p, (2, 0)) for p in ("fro", "nuc", 1, 2, math.inf)],
        (2, 2, 3),
        numeric=False,
        formula=False,
    ),
    case(
        "matrix_norm/keepdim",
        lambda T, a: [T.linalg.matrix_norm(a, p, (0, 2), keepdim=True) for p in ("fro", "nuc", 1, 2, math.inf)],
        (2, 2, 3),
        numeric=False,
        formula=False,
    ),
    case(
        "norm/linalg",
        lambda T, a, b: (
            T.linalg.norm(a),
            T.linalg.norm(a, 1),
            T.linalg.norm(b, 3),
            T.linalg.norm(a, dim=1),
            T.linalg.norm(a, "nuc"),
        ),
        (2, 3),
        (3,),
        formula=False,
    ),
    case(
        "norm/torch",
        lambda T, a: (
            T.norm(a),
            a.norm(1),
            T.norm(a, dim=1, keepdim=True),
            a.norm("fro", 0),
            T.norm(a, 3, (0, 1)),
            T.norm(a, "nuc"),
        ),
        (2, 3),
        formula=False,
    ),
    case("cond", lambda T, a: (T.linalg.cond(a), T.linalg.cond(a, -2)), regular(2, 2), formula=False),
    case(
        "tensorinv, tensorsolve",
        lambda T, a: (T.linalg.tensorinv(a, ind=1), T.linalg.tensorsolve(a, T.ones(4, dtype=a.dtype))),
        (4, 2, 2),
        numeric=False,
    ),
    case("linalg.diagonal", lambda T, a: T.linalg.diagonal(a, offset=1) ** 2, (2, 2, 3)),
    refusal(
        "inv/singular",
        lambda T, a: T.linalg.inv(a),
        "linalg.inv: The diagonal element 2 is zero, the inversion",
        SINGULAR,
    ),
    refusal(
        "inv/batch, singular",
        lambda T, a: T.linalg.inv(a * 0),
        "linalg.inv: (Batch element 0): The diagonal",
        normal(3, 2, 2),
    ),
    refusal("inv/shape", lambda T, a: T.linalg.inv(a), "linalg.inv: A must be batches of square matrices, but they ar"),
    refusal("inv/vector", lambda T, a: T.linalg.inv(a[0]), "linalg.inv: The input tensor A must have at least 2"),
    refusal(
        "inv/ints",
        lambda T, a: T.linalg.inv(a),
        "Expected a floating point or complex tensor as input. Got Long",
        ints(0, 9, 2, 2),
    ),
    refusal("det/shape", lambda T, a: T.linalg.det(a), "linalg.det: A must be batches of square matrices"),
    refusal(
        "solve/singular",
        lambda T, a: T.linalg.solve(a, a),
        "torch.linalg.solve: The solver failed because the",
        SINGULAR,
    ),
    refusal(
        "solve/shapes",
        lambda T, a, b: T.linalg.solve(a, b),
        "Incompatible shapes of A and B for the equation AX = B (2x2 and 3x1)",
        normal(2, 2),
        normal(3),
    ),
    refusal(
        "solve/dtypes",
        lambda T, a: T.linalg.solve(a, a.float()),
        "Expected A and B to have the same dtype, but",
        normal(2, 2),
    ),
    refusal("solve_triangular/shape", lambda T, a: T.linalg.solve_triangular(a, a, upper=True), "square matrices"),
    refusal("cholesky/indefinite", lambda T, a: T.linalg.cholesky(-a @ a.mT), "(the leading minor of order 1 is not"),
    refusal(
        "cholesky/second minor",
        lambda T, a: T.linalg.cholesky(a),
        "leading minor of order 2 is not positive-def",
        values([[1.0, 2.0], [2.0, 1.0]]),
    ),
    refusal("qr/mode", lambda T, a: T.linalg.qr(a, mode="all"), "qr received unrecognized mode 'all' but expected one"),
    refusal(
        "qr/r has no gradient",
        lambda T, a: T.linalg.qr(a, mode="r")[1].sum().backward(),
        "The derivative of linalg.qr depends on Q, which is not computed when mode='r'",
    ),
    refusal(
        "qr/complete has no gradient",
        lambda T, a: T.linalg.qr(a, mode="complete")[1].sum().backward(),
        "The QR decomposition is not differentiable when mode='complete' and nrows > ncols.",
        normal(3, 2),
    ),
    refusal("eigh/shape", lambda T, a: T.linalg.eigh(a), "linalg.eigh: A must be batches of square matrices"),
    refusal("eigh/no such triangle", lambda T, a: T.linalg.eigh(a @ a.mT, "x"), "Expected UPLO argument to be 'L' or"),
    refusal("svd/vector", lambda T, a: T.linalg.svd(a[0]), "linalg.svd: The input tensor A must have at least 2"),
    refusal("svd/nan", lambda T, a: T.linalg.svd(a * math.nan), "failed to converge because the input matrix containe"),
    refusal("pinv/vector", lambda T, a: T.linalg.pinv(a[0]), "expected a tensor with 2 or more dimensions of float"),
    refusal("matrix_power/shape", lambda T, a: T.linalg.matrix_power(a, 2), "linalg.matrix_power: A must be batches o"),
    refusal("matrix_power/float", lambda T, a: T.linalg.matrix_power(a, 0.5), "argument 'n' (position 2) must be int"),
    refusal("cross/length", lambda T, a: T.linalg.cross(a.t(), a.t()), "linalg.cross: inputs dimension -1 must have"),
    refusal("cross/no dim of three", lambda T, a: T.cross(a, a), "no dimension of size 3 in input", normal(2, 2)),
    refusal(
        "vector_norm/ints",
        lambda T, a: T.linalg.vector_norm(a),
        "linalg.vector_norm: Expected a floating point",
        ints(0, 9, 3),
    ),
    refusal(
        "vector_norm/of nothing",
        lambda T, a: T.linalg.vector_norm(a, math.inf),
        "cannot compute the inf norm on an",
        normal(0),
    ),
    refusal("vector_norm/string", lambda T, a: T.linalg.vector_norm(a, "fro"), "(position 2) must be Number, not str"),
    refusal("matrix_norm/order", lambda T, a: T.linalg.matrix_norm(a, 3), "linalg.matrix_norm: Order 3 not supported."),
    refusal("matrix_norm/vector", lambda T, a: T.linalg.matrix_norm(a[0]), "linalg.matrix_norm: The input tensor A mu"),
    refusal("norm/dims", lambda T, a: T.linalg.norm(a, 2, (0, 1, 1)), "it must be of length 1 or 2. Got [0, 1, 1]"),
    refusal("norm/3-dim", lambda T, a: T.linalg.norm(a, 2), "the input must be 1D or 2D. Got 3D.", normal(2, 2, 2)),
]
