"""Functions of one number, applied to each element. One table entry a family line.

Conventions at kinks are PyTorch's: |x| has gradient 0 at 0, and what rounds has gradient 0 everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..tensor import Tensor
from .dims import whole_number
from .half import HALF, widened
from .inplace import call_inplace
from .op import FUNCTIONS, METHODS, Op, arrays, op, register
from .type_words import floats_only, refuse_bools
from .wrapping import check_tensor, choosing

LOG_2, LOG_10 = math.log(2), math.log(10)
ZERO = ("0", lambda xp, grad: xp.zeros_like(grad))


# exponentials and logarithms

exp = op("Exp", np.exp, promote="float", self=("grad · result", lambda grad, result: grad * result))
exp2 = op(
    "Exp2",
    np.exp2,
    name="exp2",
    promote="float",
    self=("grad · result · log(2)", lambda xp, grad, result: xp.by_number(grad * result, LOG_2)),
)
expm1 = op(
    "Expm1", np.expm1, name="expm1", promote="float",
    self=("grad · (result + 1)", lambda xp, grad, result: grad * xp.raised(result, 1)),
)  # fmt: skip
log = op("Log", np.log, promote="float", self=("grad / self", lambda grad, self: grad / self))
log2 = op(
    "Log2", np.log2, name="log2", promote="float",
    self=("grad / (self · log(2))", lambda xp, grad, self: grad / xp.by_number(self, LOG_2)),
)  # fmt: skip
log10 = op(
    "Log10", np.log10, name="log10", promote="float",
    self=("grad / (self · log(10))", lambda xp, grad, self: grad / xp.by_number(self, LOG_10)),
)  # fmt: skip
log1p = op(
    "Log1P", np.log1p, name="log1p", promote="float",
    self=("grad / (self + 1)", lambda xp, grad, self: grad / xp.raised(self, 1)),
)  # fmt: skip


def _sigmoid(self: Any) -> Any:
    if self.dtype is HALF:  # not `wide=True`, which would cost every other call 0.2 µs
        return _sigmoid(widened(self)).astype(HALF)
    out = np.asarray(np.negative(self))
    np.exp(out, out=out)
    out += 1
    return np.reciprocal(out, out=out)


def _sigmoid_slope(grad_output: Any, output: Any) -> Any:
    if output.dtype is HALF:  # PyTorch rounds after each of these
        return grad_output * (1 - output) * output
    return grad_output * ((1 - output) * output)


def _tanh_slope(grad_output: Any, output: Any) -> Any:
    if output.dtype is HALF:
        return _tanh_slope(grad_output.astype(np.float32), output.astype(np.float32)).astype(HALF)
    return grad_output * (1 - output * output)


sigmoid = op(
    "Sigmoid",
    _sigmoid,
    promote="float",
    self=("grad · result · (1 - result)", lambda xp, grad, result: xp.sigmoid_backward(grad, result)),
)
_sigmoid_backward = op(
    "SigmoidBackward",
    _sigmoid_slope,
    name="sigmoid_backward",
    grad_output=("grad · output · (1 - output)", lambda xp, grad, output: xp.sigmoid_backward(grad, output)),
    output=(
        "grad · grad_output · (1 - 2 · output)",
        lambda grad, grad_output, output: grad * grad_output * (-2 * output + 1),
    ),
)


def _logit(self: Any, eps: float | None = None) -> Any:
    if eps is not None:
        self = np.clip(self, self.dtype.type(eps), self.dtype.type(1 - eps))
    return np.log(self / (self.dtype.type(1) - self))


def _logit_self(xp: Any, grad: Any, self: Any, eps: Any) -> Any:
    """Return the gradient; outside [0, 1] there is none, and it is NaN."""
    slope = grad / (self * xp.rest(1, self))
    if xp is arrays:
        slope = np.where((self == 0) | (self == 1), grad * math.inf, slope)  # whatever the sign of the zero
    return xp.where((self >= 0) & (self <= 1), slope, math.nan)


def _logit_clamped_self(xp: Any, grad: Any, self: Any, eps: float) -> Any:
    return xp.keep(grad / (self * xp.rest(1, self)), (self >= eps) & (self <= 1 - eps))


_LOGIT = op("Logit", _logit, promote="float", operands=("self",), self=("grad / (self · (1 - self))", _logit_self))
_LOGIT_CLAMPED = op(
    "Logit",
    _logit,
    promote="float",
    operands=("self",),
    self=("where((self >= eps) & (self <= 1 - eps), grad / (self · (1 - self)), 0)", _logit_clamped_self),
)


def choose_logit(input: Any, eps: float | None = None) -> tuple[Op, list[Any]]:
    """Return log(x / (1 - x)), x first kept within [eps, 1 - eps] if that is given. Mirrors `torch.logit`."""
    check_tensor("logit", input)
    if eps is not None and not isinstance(eps, (int, float)):
        raise TypeError(f"logit(): argument 'eps' (position 2) must be float, not {type(eps).__name__}")
    if eps is not None and eps < 0:
        eps = None
    return (_LOGIT if eps is None else _LOGIT_CLAMPED).op, [input, eps]  # type: ignore[attr-defined]


# roots

sqrt = op(
    "Sqrt", np.sqrt, promote="float",
    self=("grad / (2 · result)", lambda xp, grad, result: grad / xp.scaled(result, 2)),
)  # fmt: skip


def _rsqrt(self: Any) -> Any:
    if self.dtype is HALF:
        return _rsqrt(widened(self)).astype(HALF)
    return np.reciprocal(np.sqrt(self))


rsqrt = op(
    "Rsqrt",
    _rsqrt,
    promote="float",
    self=("-grad · result³ / 2", lambda xp, grad, result: xp.scaled(grad, -0.5) * xp.pow(result, 3)),
)

# circular functions

sin = op("Sin", np.sin, promote="float", self=("grad · cos(self)", lambda xp, grad, self: grad * xp.cos(self)))
cos = op("Cos", np.cos, promote="float", self=("-grad · sin(self)", lambda xp, grad, self: grad * -xp.sin(self)))
tan = op(
    "Tan", np.tan, promote="float",
    self=("grad · (1 + result²)", lambda xp, grad, result: grad * xp.raised(xp.pow(result, 2), 1)),
)  # fmt: skip
asin = op(
    "Asin",
    np.arcsin,
    promote="float",
    self=("grad / sqrt(1 - self²)", lambda xp, grad, self: grad * xp.rsqrt(xp.raised(-self * self, 1))),
)
acos = op(
    "Acos",
    np.arccos,
    promote="float",
    self=("-grad / sqrt(1 - self²)", lambda xp, grad, self: grad * -xp.rsqrt(xp.raised(-self * self, 1))),
)
atan = op(
    "Atan", np.arctan, promote="float",
    self=("grad / (self² + 1)", lambda xp, grad, self: grad / xp.raised(self * self, 1)),
)  # fmt: skip

# hyperbolic functions

sinh = op("Sinh", np.sinh, promote="float", self=("grad · cosh(self)", lambda xp, grad, self: grad * xp.cosh(self)))
cosh = op("Cosh", np.cosh, promote="float", self=("grad · sinh(self)", lambda xp, grad, self: grad * xp.sinh(self)))
tanh = op(
    "Tanh",
    np.tanh,
    promote="float",
    self=("grad · (1 - result²)", lambda xp, grad, result: xp.tanh_backward(grad, result)),
)
_tanh_backward = op(
    "TanhBackward",
    _tanh_slope,
    name="tanh_backward",
    grad_output=("grad · (1 - output²)", lambda xp, grad, output: xp.tanh_backward(grad, output)),
    output=("-2 · grad · grad_output · output", lambda grad, grad_output, output: grad * (-2 * output * grad_output)),
)
asinh = op(
    "Asinh",
    np.arcsinh,
    promote="float",
    self=("grad / sqrt(self² + 1)", lambda xp, grad, self: grad * xp.rsqrt(xp.raised(xp.pow(self, 2), 1))),
)
acosh = op(
    "Acosh",
    np.arccosh,
    promote="float",
    self=("grad / sqrt(self² - 1)", lambda xp, grad, self: grad * xp.rsqrt(xp.lowered(self * self, 1))),
)
atanh = op(
    "Atanh", np.arctanh, promote="float",
    self=("grad / (1 - self²)", lambda xp, grad, self: grad / xp.rest(1, xp.pow(self, 2))),
)  # fmt: skip


def _without_derivative(name: str, ufunc: Any) -> None:
    """Bind an in-place form whose derivative PyTorch lacks: its node refuses."""

    def refuse(grad: Any) -> Any:
        raise NotImplementedError(f"the derivative for 'inplace version of {name}' is not implemented.")

    made = op(name.capitalize(), ufunc, variant=1, promote="float", self=("nan · grad", refuse))

    def method(self: Tensor) -> Tensor:
        return call_inplace(made.op, [self])  # type: ignore[attr-defined]

    method.__name__ = method.__qualname__ = f"{name}_"
    method.__doc__ = f"Put the result of `{name}` into this tensor, and return it. Mirrors `torch.Tensor.{name}_`."
    METHODS[f"{name}_"] = METHODS[f"arc{name[1:]}_"] = method


for _name, _ufunc in (("asinh", np.arcsinh), ("acosh", np.arccosh), ("atanh", np.arctanh)):
    _without_derivative(_name, _ufunc)

# size and sign


def _absolute(self: Any) -> Any:
    refuse_bools("abs_cpu", self)
    return np.absolute(self)


abs_ = op(
    "Abs",
    _absolute,
    ufunc=np.absolute,
    promote="arithmetic",
    self=("grad · sign(self)", lambda xp, grad, self: grad * xp.sgn(self)),
)


def _sign(self: Any) -> Any:
    """Return the sign; that of NaN is 0."""
    if self.dtype.kind == "b":
        return self.copy()
    return np.subtract(self > 0, self < 0, dtype=self.dtype)


sign = op("Sign", _sign, self=ZERO)
sgn = op("Sgn", _sign, self=ZERO)


def _positive(input: Tensor) -> Tensor:
    """Return the tensor itself. Mirrors `torch.positive`."""
    if input._array.dtype.kind == "b":
        raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
    return input


# rounding


def _rounding(name: str, ufunc: Any) -> Callable[..., Any]:
    """Return a forward function that leaves integers as they are."""

    def forward(self: Any) -> Any:
        refuse_bools(f"{name}_vml_cpu", self)
        return self.copy() if self.dtype.kind in "iu" else ufunc(self)

    return forward


floor = op("Floor", _rounding("floor", np.floor), ufunc=np.floor, self=ZERO)
ceil = op("Ceil", _rounding("ceil", np.ceil), ufunc=np.ceil, self=ZERO)
trunc = op("Trunc", _rounding("trunc", np.trunc), ufunc=np.trunc, self=ZERO)


def _fraction(self: Any) -> Any:
    floats_only("frac_cpu", self)
    return self - np.trunc(self)


frac = op("Frac", _fraction, self=("grad", lambda grad: grad))
def _rounded_to(self: Any, decimals: int) -> Any:
    floats_only("round_cpu" if decimals else "round_vml_cpu", self)
    return np.round(self, decimals)


_ROUND = op("Round", _rounding("round", np.rint), ufunc=np.rint, self=ZERO)
_ROUND_DECIMALS = op(
    "Round", _rounded_to, variant=1,
    self=("0", lambda xp, grad: xp.zeros_like(grad)),
)  # fmt: skip


def choose_round(input: Any, *, decimals: int | None = None) -> tuple[Any, list[Any]]:
    """Return the table entry of a rounding and its values."""
    if decimals is None:
        return _ROUND.op, [input]  # type: ignore[attr-defined]
    decimals = whole_number("round", decimals, "decimals", 2)
    return _ROUND_DECIMALS.op, [input, decimals]  # type: ignore[attr-defined]


def round_(input: Any, *, decimals: int | None = None) -> Any:
    """Round to the nearest number of `decimals` decimals, halves to even. Mirrors `torch.round`."""
    if decimals is None:
        return _ROUND(input)
    made, values = choose_round(input, decimals=decimals)
    return made.function(*values)


round_.__name__ = round_.__qualname__ = choose_round.__qualname__ = "round"
round_.choose = choose_round  # type: ignore[attr-defined]


def _nan_to_num(self: Any, nan: Any = None, posinf: Any = None, neginf: Any = None) -> Any:
    if self.dtype.kind != "f":
        return self.copy()
    return np.nan_to_num(self, nan=0.0 if nan is None else nan, posinf=posinf, neginf=neginf)


nan_to_num = op(
    "NanToNum",
    _nan_to_num,
    self=("where(isfinite(self), grad, 0)", lambda xp, grad, self: grad * xp.isfinite(self)),
)

# units


def _times(factor: float) -> Callable[..., Any]:
    """Return a forward function that multiplies by a number, which float16 does not hold exactly."""

    def forward(self: Any) -> Any:
        return arrays.by_number(self, factor) if self.dtype is HALF else self * self.dtype.type(factor)

    return forward


rad2deg = op(
    "Rad2Deg", _times(180 / math.pi), name="rad2deg", promote="float",
    self=("grad · 180 / π", lambda xp, grad: xp.by_number(grad, 180 / math.pi)),
)  # fmt: skip
deg2rad = op(
    "Deg2Rad", _times(math.pi / 180), name="deg2rad", promote="float",
    self=("grad · π / 180", lambda xp, grad: xp.by_number(grad, math.pi / 180)),
)  # fmt: skip

for _function in (
    exp, exp2, expm1, log, log2, log10, log1p, sigmoid, sqrt, rsqrt, sin, cos, tan, asin, acos, atan, sinh, cosh,
    tanh, asinh, acosh, atanh, abs_, sign, sgn, floor, ceil, trunc, frac, nan_to_num, rad2deg, deg2rad,
):  # fmt: skip
    register(_function.op.name, _function)  # type: ignore[attr-defined]
for _function in (_sigmoid_backward, _tanh_backward):
    register(_function.op.name, _function, method=False, public=False)  # type: ignore[attr-defined]
choosing("logit", choose_logit, forward=_logit)
FUNCTIONS["positive"] = METHODS["positive"] = _positive
register("round", round_, forward=lambda self, decimals=0: np.round(self, decimals))
for _alias, _name in {
    "absolute": "abs",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "fix": "trunc",
}.items():
    FUNCTIONS[_alias] = METHODS[_alias] = FUNCTIONS[_name]
