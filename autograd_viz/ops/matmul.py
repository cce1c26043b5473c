"""Products of vectors, matrices and batches of matrices.

`matmul` is composed of the same operations as PyTorch's (`aten/src/ATen/native/LinearAlgebra.cpp`), so that the same
nodes arise. The rules hand transposed views to BLAS: no operand is copied.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..foreign import kind_of, refuse_torch
from ..tensor import Tensor
from .arguments import say
from .expansion import broadcast_shape, expanded
from .op import arrays, op, register
from .shape import contiguous_copy, reshape, reshaped, squeeze, squeezed_result, unsafe_view, unsqueeze
from .transposition import t, transpose
from .type_words import cpp_word, refuse_bools, type_word
from .wrapping import check_tensor

__all__ = ["bmm", "dot", "matmul", "mm", "mv"]


def check_product(kernel: str, one: Any, two: Any) -> None:
    """Refuse products of booleans, as PyTorch does where there is something to multiply.

    Raises
    ------
    NotImplementedError
        For booleans.
    """
    if one.size and two.size:
        refuse_bools(kernel, one)


SMALL = 2048


def product(one: Any, two: Any) -> Any:
    """Return the product of two vectors or matrices of one dtype, whose result is small.

    `dot` reaches BLAS sooner than `@`, but writes zeros first: 0.9 and 1.6 µs for 64 × 8 and 8 × 8 float32, 2.7 and
    4.3 µs for a matrix 128 × 128 and a vector, but 309 and 246 µs for 784 × 64 and 64 × 512.
    """
    return one.dot(two) if one.dtype.char in "fd" else one @ two


def times(one: Any, two: Any) -> Any:
    """Return the product of two matrices of one dtype that fit together.

    BLAS takes a row-major matrix as it is sooner than a transposed one, where the other has few rows: so that
    `grad @ w.T` is computed as `(w @ grad.T).T`, and copied. float32 rows and w, before and now on a processor with
    AVX-512: 16 and 120 × 400: 46 and 29 µs; 32 and 512 × 512: 319 and 208; 64: 400 and 365 (with AVX2 about the same).
    """
    rows, columns = len(one), two.shape[1]
    if 8 <= rows <= 64 and two.size >= 512 * rows and two.dtype.char == "f" and two.strides[0] == 4 and columns > 1:
        return np.ascontiguousarray((two.T @ one.T).T)
    return product(one, two) if rows * columns <= SMALL else one @ two


def _mm(self: Any, mat2: Any) -> Any:
    dtype = self.dtype
    if self.ndim == 2 == mat2.ndim and dtype is mat2.dtype and self.shape[1] == mat2.shape[0]:
        if dtype.kind == "b":
            check_product("addmm_impl_cpu_", self, mat2)
        return times(self, mat2)
    if self.ndim != 2:
        raise RuntimeError(f"self must be a matrix, got shape {list(self.shape)}")
    if mat2.ndim != 2:
        raise RuntimeError(f"mat2 must be a matrix, got shape {list(mat2.shape)}")
    check_shapes(self, mat2)
    raise RuntimeError(f"expected m1 and m2 to have the same dtype, but got: {cpp_word(self)} != {cpp_word(mat2)}")


def check_shapes(mat1: Any, mat2: Any) -> None:
    """Refuse matrices that do not fit together.

    Raises
    ------
    RuntimeError
        When the columns of the first are not as many as the rows of the second.
    """
    if mat1.shape[1] != mat2.shape[0]:
        raise RuntimeError(
            "mat1 and mat2 shapes cannot be multiplied "
            f"({mat1.shape[0]}x{mat1.shape[1]} and {mat2.shape[0]}x{mat2.shape[1]})"
        )


# Note [Column-major operands]
# The gradient of an operand comes in the operand's own layout, as in PyTorch: of `x @ w.t()` the one of `w.t()` is
# computed as `(grad.t() @ x).t()`, which is w's own gradient, row-major, without a copy.


def mat1_grad(xp: Any, grad: Any, mat2: Any, shape: tuple[int, ...], strides: tuple[int, ...]) -> Any:
    """Return the gradient of the first factor of a matrix product. See Note [Column-major operands]."""
    turned = 0 != strides[1] == strides[0] * shape[0]  # not of empty and expanded operands
    if xp is arrays:  # which fit together: 5 µs fewer than by `mm`, and 10 amid large products
        return times(mat2, grad.T).T if turned else times(grad, mat2.T)
    return xp.t(xp.mm(mat2, xp.t(grad))) if turned else xp.mm(grad, xp.t(mat2))


def mat2_grad(xp: Any, grad: Any, mat1: Any, shape: tuple[int, ...], strides: tuple[int, ...]) -> Any:
    """Return the gradient of the second factor of a matrix product. See Note [Column-major operands]."""
    turned = 0 != strides[1] == strides[0] * shape[0]  # not of empty and expanded operands
    if xp is arrays:
        return times(grad.T, mat1).T if turned else times(mat1.T, grad)
    return xp.t(xp.mm(xp.t(grad), mat1)) if turned else xp.mm(xp.t(mat1), grad)


mm = op(
    "Mm",
    _mm,
    self=(
        "grad @ mat2ᵀ",
        lambda xp, grad, mat2, self_shape, self_strides: mat1_grad(xp, grad, mat2, self_shape, self_strides),
    ),
    mat2=(
        "selfᵀ @ grad",
        lambda xp, grad, self, mat2_shape, mat2_strides: mat2_grad(xp, grad, self, mat2_shape, mat2_strides),
    ),
)


def check_batches(batch1: Any, batch2: Any) -> None:
    """Refuse batches of matrices that do not fit together.

    Raises
    ------
    RuntimeError
        When they are not batches, or their shapes do not fit.
    """
    for name, each in (("batch1", batch1), ("batch2", batch2)):
        if each.ndim != 3:
            raise RuntimeError(f"{name} must be a 3D tensor, got shape {list(each.shape)}")
    if batch2.shape[:2] != (batch1.shape[0], batch1.shape[2]):
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{batch1.shape[0]}, {batch1.shape[2]}] "
            f"but got: [{batch2.shape[0]}, {batch2.shape[1]}]."
        )


def _bmm(self: Any, mat2: Any) -> Any:
    check_batches(self, mat2)
    if self.dtype is not mat2.dtype:
        raise RuntimeError(f"expected scalar type {type_word(self)} but found {type_word(mat2)}")
    check_product("bmm", self, mat2)
    return self @ mat2


bmm = op(
    "Bmm",
    _bmm,
    self=("grad @ mat2ᵀ", lambda xp, grad, mat2: xp.bmm(grad, xp.transpose(mat2, 1, 2))),
    mat2=("selfᵀ @ grad", lambda xp, grad, self: xp.bmm(xp.transpose(self, 1, 2), grad)),
)


def _mv(self: Any, vec: Any) -> Any:
    dtype = self.dtype
    if dtype is vec.dtype and dtype.char in "fd" and self.ndim == 2 and vec.shape == self.shape[1:]:
        return self.dot(vec)
    if self.ndim != 2 or vec.ndim != 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got 1, {self.ndim}, {vec.ndim}")
    if self.shape[1] != vec.shape[0]:
        raise RuntimeError(
            f"size mismatch, got input ({self.shape[0]}), mat ({self.shape[0]}x{self.shape[1]}), vec ({vec.shape[0]})"
        )
    if self.dtype is not vec.dtype:
        one, two = type_word(self), type_word(vec)
        raise RuntimeError(f"addmv input tensors must have the same dtype, but got {two}, {one}, and {two}")
    check_product("addmv_impl_cpu", self, vec)
    return self @ vec


mv = op(
    "Mv",
    _mv,
    self=("outer(grad, vec)", lambda xp, grad, vec: xp.outer(grad, vec)),
    vec=("selfᵀ @ grad", lambda xp, grad, self: xp.mv(xp.t(self), grad)),
)


def _dot(self: Any, tensor: Any) -> Any:
    if self.ndim != 1 or tensor.ndim != 1:
        raise RuntimeError(f"1D tensors expected, but got {self.ndim}D and {tensor.ndim}D tensors")
    if self.dtype is not tensor.dtype:
        found = f"{type_word(self)} and {type_word(tensor)}"
        raise RuntimeError(f"dot : expected both vectors to have same dtype, but found {found}")
    if self.shape != tensor.shape:
        one, two = self.shape[0], tensor.shape[0]
        raise RuntimeError(
            f"inconsistent tensor size, expected tensor [{one}] and src [{two}] to have the same number of elements, "
            f"but got {one} and {two} elements respectively"
        )
    refuse_bools("dot", self)
    return product(self, tensor)


_dot_rules = {
    "self": ("grad · tensor", lambda grad, tensor: grad * tensor),
    "tensor": ("grad · self", lambda grad, self: grad * self),
}
dot = op("Dot", _dot, **_dot_rules)


def _vdot(self: Any, other: Any) -> Any:
    return _dot(self, other)


vdot = op(
    "Vdot",
    _vdot,
    self=("grad · other", lambda grad, other: grad * other),
    other=("grad · self", lambda grad, self: grad * self),
)


def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """Return the product of every element of one vector with every element of another. Mirrors `torch.outer`."""
    check_tensor("outer", input)
    check_tensor("outer", vec2, "vec2", 2)
    for name, vector in (("self", input), ("vec2", vec2)):
        if vector._array.ndim != 1:
            raise RuntimeError(f"outer: Expected 1-D argument {name}, but got {vector._array.ndim}-D")
    return reshape(input, (input._array.shape[0], 1)) * vec2


# matmul


def matmul(input: Tensor, other: Tensor) -> Tensor:
    """Multiply vectors, matrices or batches of matrices, batches broadcasting. Mirrors `torch.matmul`.

    Parameters
    ----------
    input, other : Tensor
        At least 1-D. A vector counts as a row on the left and as a column on the right, and its dimension is removed.

    Raises
    ------
    RuntimeError
        When shapes or dtypes do not fit together.
    """
    try:
        left, right = input._array.ndim, other._array.ndim
    except AttributeError:
        raise _not_tensors(input, other) from None
    if left == 2 and right == 2:
        return mm(input, other)
    if not left or not right:
        raise RuntimeError(f"both arguments to matmul need to be at least 1D, but they are {left}D and {right}D")
    if right == 1 and left <= 2:
        return dot(input, other) if left == 1 else mv(input, other)
    if left == 1 and right == 2:
        return squeezed_result(mm(unsqueeze(input, 0), other), 0)
    return _folded(input, other) if _should_fold(input, other) else _batched(input, other)


def _not_tensors(input: Any, other: Any) -> TypeError:
    position, value = (1, input) if not isinstance(input, Tensor) else (2, other)
    name = "input" if position == 1 else "other"
    return TypeError(f"matmul(): argument '{name}' (position {position}) must be Tensor, not {kind_of(value)}")


def _should_fold(input: Tensor, other: Tensor) -> bool:
    """Whether the batch of the larger operand is folded into its rows, so that one matrix product does it all."""
    left, right = input._array.ndim, other._array.ndim
    larger, smaller = (input, other) if left >= right else (other, input)
    if smaller._array.ndim > 2:
        return False
    if smaller._requires_grad:
        return True
    if left == 2:
        return False
    array = larger._array if left >= right else larger._array.swapaxes(-1, -2)
    steps, shape = array.strides, array.shape
    return array.size == 0 or all(steps[i] == steps[i + 1] * shape[i + 1] for i in range(array.ndim - 2))


def _folded(input: Tensor, other: Tensor) -> Tensor:
    swapped = other._array.ndim > input._array.ndim
    large, small = (other, input) if swapped else (input, other)
    if swapped:
        large = transpose(large, -2, -1)
        small = t(small) if small._array.ndim == 2 else small
    shape = large._array.shape
    rows = 1
    for length in shape[:-1]:
        rows *= length
    flat = reshaped(large, (rows, shape[-1]))
    if small._array.ndim == 1:
        return unsafe_view(mv(flat, small), shape[:-1])
    result = unsafe_view(mm(flat, small), (*shape[:-1], small._array.shape[1]))
    if not swapped:
        return result
    turned = transpose(result, -2, -1)
    return turned if turned._array.flags.c_contiguous else contiguous_copy(turned)


def _batched(input: Tensor, other: Tensor) -> Tensor:
    one, two = input._array.shape, other._array.shape
    if len(one) == len(two) == 3 and one[0] != two[0]:
        if one[0] == 1 and input._requires_grad:
            return matmul(squeeze(input, 0), other)
        if two[0] == 1 and other._requires_grad:
            return matmul(input, squeeze(other, 0))
    batch = broadcast_shape(one[:-2], two[:-2])
    count = 1
    for length in batch:
        count *= length
    rows, inner = (one[-2], one[-1]) if len(one) > 1 else (1, one[0])
    left = reshaped(expanded(input, (*batch, rows, inner)), (count, rows, inner))
    if len(two) == 1:
        right = unsqueeze(reshaped(expanded(other, (*batch, two[0])), (count, two[0])), 2)
        return unsafe_view(squeeze(bmm(left, right), -1), (*batch, rows))
    right = reshaped(expanded(other, (*batch, *two[-2:])), (count, *two[-2:]))
    lead = (*batch, rows) if len(one) > 1 else batch
    return unsafe_view(bmm(left, right), (*lead, two[-1]))


def _operator(self: Tensor, other: Any) -> Any:
    if not isinstance(other, Tensor):
        refuse_torch("matmul", other, "other", 2)
        return NotImplemented
    left, right = self._array.ndim, other._array.ndim
    if left == 2 and 0 < right <= 2:
        return mm(self, other) if right == 2 else mv(self, other)
    return matmul(self, other)


matmul.operator = _operator  # type: ignore[attr-defined]

for _function in (mm, bmm, mv, dot, vdot):
    register(_function.op.name, _function)  # type: ignore[attr-defined]
say("outer", outer, forward=lambda input, vec2: np.multiply.outer(input, vec2))
say("ger", outer)
register("matmul", matmul, forward=np.matmul)
