"""LU and Cholesky factors, least squares, the matrix exponential, and factorizations that report failures."""

from __future__ import annotations

from tests.ops.cases import Case, Fixed, normal, uniform, values

A = normal(3, 3)


def positive(a):
    """Return a positive-definite matrix made of any."""
    return a @ a.mT + 1.5 * a.mT @ a


CASES = [
    *(Case(f"lu_factor/{rows} by {columns}", lambda T, a: T.linalg.lu_factor(a), (normal(rows, columns),))
      for rows, columns in ((3, 3), (2, 4), (4, 2))),
    Case("lu_factor/batch", lambda T, a: T.linalg.lu_factor_ex(a), (normal(2, 3, 3),), formula=False),
    Case("lu_factor/singular", lambda T, a: T.linalg.lu_factor(a), (values([[0.0, 0.0], [0.0, 0.0]]),),
         error="torch.linalg.lu_factor: U[1,1] is zero"),
    Case("lu_factor_ex/singular", lambda T, a: T.linalg.lu_factor_ex(a)[1:],
         (Fixed(values([[0.0, 1.0], [0.0, 2.0]])),)),
    Case("lu_factor/no pivoting", lambda T, a: T.linalg.lu_factor(a, pivot=False), (A,),
         error="LU without pivoting is not implemented on the CPU"),
    Case("lu", lambda T, a: T.linalg.lu(a), (A,)),
    Case("lu/tall", lambda T, a: T.linalg.lu(a), (normal(4, 2),)),
    Case("lu/batch of wide ones", lambda T, a: T.linalg.lu(a), (normal(2, 2, 4),)),
    Case("lu_unpack", lambda T, a: T.lu_unpack(*T.linalg.lu_factor(a)), (A,)),
    Case("lu_solve", lambda T, a, b: T.linalg.lu_solve(a, T.tensor([2, 3, 3], dtype=T.int32), b), (A, normal(3, 2))),
    Case("lu_solve/right", lambda T, a, b: T.linalg.lu_solve(a, T.tensor([2, 3, 3], dtype=T.int32), b, left=False),
         (A, normal(2, 3))),
    Case("lu_solve/adjoint", lambda T, a, b: T.linalg.lu_solve(a, T.tensor([2, 3, 3], dtype=T.int32), b, adjoint=True),
         (uniform(1, 2, 3, 3), normal(3, 2))),
    Case("lu_solve/old order", lambda T, a, b: T.lu_solve(b, *T.linalg.lu_factor(a)), (A, normal(3, 2))),
    Case("lu_solve/pivots", lambda T, a: T.linalg.lu_solve(a, T.tensor([1, 2, 3]), a), (A,),
         error="pivots should be a Tensor of scalar type torch.int32"),
    Case("cholesky_solve", lambda T, b, a: T.cholesky_solve(b, a.tril()), (normal(3, 2), uniform(0.5, 2, 3, 3))),
    Case("cholesky_solve/upper", lambda T, b, a: b.cholesky_solve(a.triu(), True),
         (normal(3, 2), uniform(0.5, 2, 3, 3))),
    Case("cholesky_solve/shape", lambda T, b, a: T.cholesky_solve(b, a), (normal(2, 1), A),
         error="Incompatible matrix sizes for cholesky_solve: each A matrix is 3 by 3"),
    Case("cholesky_inverse", lambda T, a: T.cholesky_inverse(a.tril()), (uniform(0.5, 2, 3, 3),)),
    Case("lu/no columns", lambda T, a: T.linalg.lu(a), (normal(2, 0),), second=False, numeric=False, formula=False),
    Case("lu_solve/other dtype", lambda T, a: T.linalg.lu_solve(a, T.ones(3, dtype=T.int32), T.ones(3, 2)), (A,),
         error="Expected LU and B to have the same dtype"),
    Case("lu_solve/other shape", lambda T, a: T.linalg.lu_solve(a, T.ones(3, dtype=T.int32), a[:2]), (A,),
         error="Incompatible shapes of A and B for the equation AX = B"),
    Case("cholesky_solve/other dtype", lambda T, a: T.cholesky_solve(T.ones(3, 2), a), (A,),
         error="Expected b and A to have the same dtype"),
    Case("torch.cholesky", lambda T, a: (T.cholesky(positive(a)), positive(a).cholesky(True)), (A,),
         formula=False),
    Case("torch.cholesky/indefinite", lambda T, a: T.cholesky(a), (values([[-1.0]]),),
         error="cholesky: The factorization"),
    Case("torch.qr", lambda T, a: T.qr(a), (normal(4, 3),), formula=False),
    Case("inv_ex", lambda T, a: T.linalg.inv_ex(a), (A,)),
    Case("inv_ex/singular", lambda T, a: T.linalg.inv_ex(a).info, (Fixed(values([[[0.0, 0.0], [0.0, 0.0]],
                                                                                 [[1.0, 2.0], [3.0, 4.0]]])),)),
    Case("inv_ex/checked", lambda T, a: T.linalg.inv_ex(a, check_errors=True), (values([[0.0, 0.0], [0.0, 0.0]]),),
         error="linalg.inv_ex: The diagonal element 1 is zero"),
    Case("cholesky_ex", lambda T, a: T.linalg.cholesky_ex(positive(a)), (A,), formula=False),
    Case("cholesky_ex/indefinite", lambda T, a: T.linalg.cholesky_ex(a).info,
         (Fixed(values([[[4.0, 2.0], [2.0, -3.0]], [[1.0, 0.0], [0.0, 1.0]]])),)),
    Case("cholesky_ex/checked", lambda T, a: T.linalg.cholesky_ex(a, check_errors=True), (values([[-1.0]]),),
         error="linalg.cholesky_ex: The factorization could not be completed"),
    Case("solve_ex", lambda T, a, b: T.linalg.solve_ex(a, b), (A, normal(3, 2)), formula=False),
    Case("solve_ex/checked", lambda T, a, b: T.linalg.solve_ex(a, b, check_errors=True),
         (values([[0.0, 0.0], [0.0, 0.0]]), normal(2)), error="torch.linalg.solve_ex: The solver failed"),
    Case("matrix_exp", lambda T, a: T.linalg.matrix_exp(a), (A,)),
    Case("matrix_exp/batch", lambda T, a: a.matrix_exp(), (normal(2, 2, 2),)),
    Case("matrix_exp/large", lambda T, a: T.matrix_exp(a * 5), (A,), second=False, rtol=1e-4),
    Case("matrix_exp/zeros", lambda T, a: T.matrix_exp(a), (values([[0.0, 0.0], [0.0, 0.0]]),)),
    Case("matrix_exp/shape", lambda T, a: T.matrix_exp(a), (normal(2, 3),),
         error="linalg.matrix_exp: A must be batches of square matrices, but they are 2 by 3 matrices"),
    Case("lstsq/tall", lambda T, a, b: T.linalg.lstsq(a, b).solution, (normal(4, 3), normal(4, 2))),
    Case("lstsq/residuals", lambda T, a, b: T.linalg.lstsq(a, b, driver="gels")[:2], (normal(4, 3), normal(4, 2)),
         graph=False, formula=False),
    Case("lstsq/wide", lambda T, a, b: T.linalg.lstsq(a, b).solution, (normal(2, 4), normal(2, 1))),
    *(Case(f"lstsq/{driver}", lambda T, a, b, driver=driver: T.linalg.lstsq(a, b, driver=driver),
           (Fixed(normal(4, 2)), Fixed(normal(4, 3)))) for driver in ("gels", "gelsy", "gelsd", "gelss")),
    Case("lstsq/shape", lambda T, a, b: T.linalg.lstsq(a, b), (normal(4, 2), normal(3, 3)),
         error="torch.linalg.lstsq: input.size(-2) should match other.size(-2)"),
    Case("lstsq/vector", lambda T, a, b: T.linalg.lstsq(a, b), (normal(4), normal(3, 3)),
         error="torch.linalg.lstsq: input must have at least 2 dimensions."),
    Case("linalg.vander", lambda T, x: T.linalg.vander(x), (normal(2, 3),)),
    Case("linalg.vander/N", lambda T, x: T.linalg.vander(x, N=2), (normal(3),)),
]  # fmt: skip
