"""Two or three operands in one formula: `addcmul`, `lerp`, `atan2`, `logaddexp` and the like."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..tensor import Tensor
from .arithmetic import PASSED
from .op import FUNCTIONS, METHODS, Op, op, register
from .type_words import floats_only, number_as, refuse_bools
from .wrapping import check_number, choosing, of_tensors

__all__: list[str] = []

# a product or quotient added



def _addcmul(self: Any, tensor1: Any, tensor2: Any, value: Any = 1) -> Any:
    refuse_bools("addcmul_cpu_out", self)
    return self + tensor1 * tensor2 * number_as(value, tensor1.dtype)


addcmul = op(
    "Addcmul",
    _addcmul,
    wide=True,
    promote="arithmetic",
    self=PASSED,
    tensor1=("grad · tensor2 · value", lambda xp, grad, tensor2, value: grad * xp.scaled(tensor2, value)),
    tensor2=("grad · tensor1 · value", lambda xp, grad, tensor1, value: grad * xp.scaled(tensor1, value)),
)


def _addcdiv(self: Any, tensor1: Any, tensor2: Any, value: Any = 1) -> Any:
    if tensor1.dtype.kind != "f":
        raise RuntimeError(
            "Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a "
            "true division of tensor1 and tensor2. Convert the tensors to a floating-point dtype first."
        )
    return self + tensor1 / tensor2 * number_as(value, tensor1.dtype)


addcdiv = op(
    "Addcdiv",
    _addcdiv,
    wide=True,
    promote="arithmetic",
    self=PASSED,
    tensor1=("grad · value / tensor2", lambda xp, grad, tensor2, value: grad * xp.number_over(value, tensor2)),
    tensor2=(
        "-grad · value · tensor1 / tensor2²",
        lambda xp, grad, tensor1, tensor2, value: -grad * (xp.scaled(tensor1, value) / (tensor2 * tensor2)),
    ),
)

# between two ends


def _lerp(self: Any, end: Any, weight: Any) -> Any:
    """Return self + weight · (end - self), computed from the nearer end as PyTorch does."""
    if not isinstance(weight, np.ndarray):
        check_number("lerp", weight, "weight", 3)
    floats_only("lerp_kernel_tensor" if isinstance(weight, np.ndarray) else "lerp_kernel_scalar", self)
    weight = np.asarray(weight, self.dtype)
    near = np.abs(weight) < 0.5
    return np.where(near, self + weight * (end - self), end - (end - self) * (1 - weight))


_LERP_NUMBER: Op = op(
    "Lerp",
    _lerp,
    wide=True,
    self=("grad · (1 - weight)", lambda xp, grad, weight: xp.by_number(grad, 1 - weight)),
    end=("grad · weight", lambda xp, grad, weight: xp.by_number(grad, weight)),
).op  # type: ignore[attr-defined]
_LERP_TENSOR: Op = op(
    "Lerp",
    _lerp,
    wide=True,
    variant=1,
    self=("grad · (1 - weight)", lambda xp, grad, weight: grad * xp.rest(1, weight)),
    end=("grad · weight", lambda grad, weight: grad * weight),
    weight=("grad · (end - self)", lambda grad, self, end: grad * (end - self)),
).op  # type: ignore[attr-defined]


def choose_lerp(input: Any, end: Any, weight: Any) -> tuple[Op, list[Any]]:
    """Return input + weight · (end - input). Mirrors `torch.lerp`."""
    for name, other in (("end", end), ("weight", weight)):
        if isinstance(other, Tensor) and other._array.dtype != input._array.dtype:
            raise RuntimeError(f"expected dtype {input.dtype} for `{name}` but got dtype {other.dtype}")
    return (_LERP_TENSOR if isinstance(weight, Tensor) else _LERP_NUMBER), [input, end, weight]


# angles and lengths


def _atan2_back(xp: Any, grad: Any, self: Any, other: Any, needs: tuple[bool, ...]) -> tuple[Any, Any]:
    """Return both gradients, which are 0 at the origin."""
    square = self * self + other * other
    slope = xp.blank(xp.reciprocal(square), square == 0)
    return grad * other * slope if needs[0] else None, grad * -self * slope if needs[1] else None


atan2 = op(
    "Atan2",
    np.arctan2,
    name="atan2",
    promote="float",
    backward=(
        {"self": "grad · other / (self² + other²)", "other": "-grad · self / (self² + other²)"},
        _atan2_back,
    ),
)


def _of_floats(name: str, ufunc: Any) -> Callable[[Any, Any], Any]:
    """Return a forward function that, like PyTorch's, takes no integers."""

    def forward(self: Any, other: Any) -> Any:
        floats_only(f"{name}_cpu", self)
        return ufunc(self, other)

    return forward


hypot = op(
    "Hypot",
    _of_floats("hypot", np.hypot),
    promote="arithmetic",
    self=("grad · self / result", lambda grad, self, result: grad * self / result),
    other=("grad · other / result", lambda grad, other, result: grad * other / result),
)
copysign = op(
    "Copysign",
    lambda self, other: np.copysign(self, other),
    promote="float",
    self=(
        "grad · sign(result) · sign(self)",
        lambda xp, grad, self, result: grad * xp.blank(result / self, self == 0),
    ),
    other=("0", lambda xp, grad: xp.zeros_like(grad)),
)

# sums of exponentials, products with logarithms

logaddexp = op(
    "Logaddexp",
    _of_floats("logaddexp", np.logaddexp),
    promote="arithmetic",
    self=("grad / (1 + exp(other - self))", lambda xp, grad, self, other: grad / xp.raised(xp.exp(other - self), 1)),
    other=("grad / (1 + exp(self - other))", lambda xp, grad, self, other: grad / xp.raised(xp.exp(self - other), 1)),
)
logaddexp2 = op(
    "Logaddexp2",
    _of_floats("logaddexp2", np.logaddexp2),
    name="logaddexp2",
    promote="arithmetic",
    self=(
        "grad / (1 + 2 ** (other - self))",
        lambda xp, grad, self, other: grad / xp.raised(xp.pow(2, other - self), 1),
    ),
    other=(
        "grad / (1 + 2 ** (self - other))",
        lambda xp, grad, self, other: grad / xp.raised(xp.pow(2, self - other), 1),
    ),
)


def _sinc(self: Any) -> Any:
    angle = self * self.dtype.type(math.pi)
    return np.where(self == 0, self.dtype.type(1), np.sin(angle) / angle)


def _sinc_self(xp: Any, grad: Any, self: Any) -> Any:
    angle = xp.scaled(self, math.pi)
    slope = (angle * xp.cos(angle) - xp.sin(angle)) / xp.scaled(self * self, math.pi)
    return xp.drop(0, grad * slope, self == 0)


sinc = op(
    "Sinc",
    _sinc,
    wide=True,
    promote="float",
    self=("grad · (π · self · cos(π · self) - sin(π · self)) / (π · self²)", _sinc_self),
)

for _function in (addcmul, addcdiv, copysign, sinc):
    register(_function.op.name, _function)  # type: ignore[attr-defined]
for _function in (hypot, logaddexp, logaddexp2):
    of_tensors(_function)
atan2 = of_tensors(atan2)
choosing("lerp", choose_lerp)
FUNCTIONS["arctan2"] = METHODS["arctan2"] = FUNCTIONS["atan2"]
