"""Sums of products with factors: addmm, addmv, addr, addbmm, baddbmm. `beta · self + alpha · product`."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from .expansion import check_expand
from .half import HALF, widened
from .matmul import check_batches, check_shapes, mat1_grad, mat2_grad, times
from .op import arrays, op, register
from .type_words import cpp_word, refuse_bools, type_word

__all__: list[str] = []


def scaled(xp: Any, value: Any, factor: Any) -> Any:
    """Return a value times a factor, itself where the factor is 1."""
    return value if factor == 1 else xp.scaled(value, factor)


def _summed(self: Any, product: Any, beta: Any, alpha: Any) -> Any:
    """Return beta · self + alpha · product; with beta 0 nothing of `self` counts, not even a NaN.

    The product of float16 comes in float32.
    """
    if self.shape != product.shape:
        check_expand(product.shape, self)
    whole = np.asarray(product)
    if alpha != 1:
        np.multiply(whole, alpha, out=whole, casting="unsafe")
    if beta != 0:
        np.add(whole, scaled(arrays, self, beta), out=whole, casting="unsafe")
    return whole.astype(HALF) if self.dtype is HALF else whole


_self_rule = ("grad · beta", lambda xp, grad, beta: scaled(xp, grad, beta))


# addmm


def _addmm(self: Any, mat1: Any, mat2: Any, beta: Any = 1, alpha: Any = 1) -> Any:
    for name, each in (("mat1", mat1), ("mat2", mat2)):
        if each.ndim != 2:
            raise RuntimeError(f"{name} must be a matrix, got {each.ndim}-D tensor")
    check_shapes(mat1, mat2)
    if not self.dtype is mat1.dtype is mat2.dtype:
        name, other = ("self", self) if mat1.dtype is mat2.dtype else ("mat1", mat1)
        one, two = type_word(other), type_word(mat2)
        raise RuntimeError(f"{name} and mat2 must have the same dtype, but got {one} and {two}")
    refuse_bools("addmm_impl_cpu_", mat1)
    return _summed(self, times(widened(mat1), mat2), beta, alpha)


addmm = op(
    "Addmm",
    _addmm,
    self=_self_rule,
    mat1=(
        "grad @ mat2ᵀ · alpha",
        lambda xp, grad, mat2, mat1_shape, mat1_strides, alpha: scaled(
            xp, mat1_grad(xp, grad, mat2, mat1_shape, mat1_strides), alpha
        ),
    ),
    mat2=(
        "mat1ᵀ @ grad · alpha",
        lambda xp, grad, mat1, mat2_shape, mat2_strides, alpha: scaled(
            xp, mat2_grad(xp, grad, mat1, mat2_shape, mat2_strides), alpha
        ),
    ),
)


# addmv and addr


def _addmv(self: Any, mat: Any, vec: Any, beta: Any = 1, alpha: Any = 1) -> Any:
    if mat.ndim != 2 or vec.ndim != 1 or self.ndim > 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got {self.ndim}, {mat.ndim}, {vec.ndim}")
    if mat.shape[1] != vec.shape[0] or (self.ndim and self.shape[0] not in (1, mat.shape[0])):
        length = self.shape[0] if self.ndim else mat.shape[0]
        raise RuntimeError(
            f"size mismatch, got input ({length}), mat ({mat.shape[0]}x{mat.shape[1]}), vec ({vec.shape[0]})"
        )
    if not self.dtype is mat.dtype is vec.dtype:
        names = [type_word(each) for each in (self, mat, vec)]
        raise RuntimeError(
            f"addmv input tensors must have the same dtype, but got {names[0]}, {names[1]}, and {names[2]}"
        )
    refuse_bools("addmv_impl_cpu", mat)
    return _summed(self, widened(mat) @ vec, beta, alpha)


addmv = op(
    "Addmv",
    _addmv,
    self=_self_rule,
    mat=("outer(grad, vec) · alpha", lambda xp, grad, vec, alpha: scaled(xp, xp.outer(grad, vec), alpha)),
    vec=("matᵀ @ grad · alpha", lambda xp, grad, mat, alpha: scaled(xp, xp.mv(xp.t(mat), grad), alpha)),
)


def _addr(self: Any, vec1: Any, vec2: Any, beta: Any = 1, alpha: Any = 1) -> Any:
    for name, each in (("vec1", vec1), ("vec2", vec2)):
        if each.ndim != 1:
            raise RuntimeError(f"addr: Expected 1-D argument {name}, but got {each.ndim}-D")
    dtype = dtypes.result_type(self, vec1, vec2)
    return _summed(self.astype(dtype), np.multiply.outer(vec1.astype(dtype), vec2.astype(dtype)), beta, alpha)


addr = op(
    "Addr",
    _addr,
    self=_self_rule,
    vec1=("grad @ vec2 · alpha", lambda xp, grad, vec2, alpha: scaled(xp, xp.mv(grad, vec2), alpha)),
    vec2=("gradᵀ @ vec1 · alpha", lambda xp, grad, vec1, alpha: scaled(xp, xp.mv(xp.t(grad), vec1), alpha)),
)


# batches


def _baddbmm(self: Any, batch1: Any, batch2: Any, beta: Any = 1, alpha: Any = 1) -> Any:
    check_batches(batch1, batch2)
    if not self.dtype is batch1.dtype is batch2.dtype:
        names = [cpp_word(each) for each in (self, batch1, batch2)]
        raise RuntimeError(
            f"Input dtypes must be the same, got: input {names[0]}, batch1: {names[1]}, batch2: {names[2]}"
        )
    refuse_bools("baddbmm_cpu", batch1)
    return _summed(self, widened(batch1) @ batch2, beta, alpha)


baddbmm = op(
    "Baddbmm",
    _baddbmm,
    self=_self_rule,
    batch1=(
        "grad @ batch2ᵀ · alpha",
        lambda xp, grad, batch2, alpha: scaled(xp, xp.bmm(grad, xp.transpose(batch2, 1, 2)), alpha),
    ),
    batch2=(
        "batch1ᵀ @ grad · alpha",
        lambda xp, grad, batch1, alpha: scaled(xp, xp.bmm(xp.transpose(batch1, 1, 2), grad), alpha),
    ),
)


def _addbmm(self: Any, batch1: Any, batch2: Any, beta: Any = 1, alpha: Any = 1) -> Any:
    for name, each in (("batch1", batch1), ("batch2", batch2)):
        if each.ndim != 3:
            raise RuntimeError(f"{name} must be a 3D tensor, got shape {list(each.shape)}")
    if batch1.shape[0] != batch2.shape[0]:
        raise RuntimeError(
            f"batch1 and batch2 must have same number of batches, got {batch1.shape[0]} and {batch2.shape[0]}"
        )
    if batch1.shape[2] != batch2.shape[1]:
        one, two = (f"{each.shape[1]}x{each.shape[2]}" for each in (batch1, batch2))
        raise RuntimeError(f"Incompatible matrix sizes for bmm ({one} and {two})")
    rows = batch1.swapaxes(0, 1).reshape(batch1.shape[1], -1)
    return _summed(self, widened(rows) @ batch2.reshape(-1, batch2.shape[2]), beta, alpha)


def _each_batch(xp: Any, grad: Any, count: int) -> Any:
    return xp.expand(xp.unsqueeze(grad, 0), (count, *grad.shape))


addbmm = op(
    "Addbmm",
    _addbmm,
    self=_self_rule,
    batch1=(
        "grad @ batch2ᵀ · alpha",
        lambda xp, grad, batch2, alpha: scaled(
            xp, xp.bmm(_each_batch(xp, grad, batch2.shape[0]), xp.transpose(batch2, 1, 2)), alpha
        ),
    ),
    batch2=(
        "batch1ᵀ @ grad · alpha",
        lambda xp, grad, batch1, alpha: scaled(
            xp, xp.bmm(xp.transpose(batch1, 1, 2), _each_batch(xp, grad, batch1.shape[0])), alpha
        ),
    ),
)

for _function in (addmm, addmv, addr, addbmm, baddbmm):
    register(_function.op.name, _function)  # type: ignore[attr-defined]
