"""Parts and neighbours of numbers: frexp, ldexp, nextafter, gcd, lcm; and renorm, angle and the real part."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..return_types import named
from ..tensor import Tensor
from .dims import wrap_dim
from .op import FUNCTIONS, METHODS, op, register
from .type_words import floats_only, not_implemented
from .wrapping import check_tensor, of_tensors

__all__: list[str] = []

# mantissa and exponent

FREXP = named("frexp", "mantissa", "exponent")


def _frexp(self: Any) -> tuple[Any, Any]:
    floats_only("frexp_cpu", self)
    mantissa, exponent = np.frexp(self)
    return mantissa, np.asarray(exponent, np.int32)


_FREXP = op(
    "Frexp",
    _frexp,
    returns=("mantissa", "exponent"),
    visible=2,
    self=("grad / exp2(exponent)", lambda xp, grad, exponent: grad / xp.exp2(xp.detach(exponent))),
)


def frexp(input: Tensor) -> Any:
    """Return numbers from 0.5 to 1 and the powers of 2 they are to be multiplied by. Mirrors `torch.frexp`."""
    check_tensor("frexp", input)
    return FREXP(*_FREXP(input))


def _ldexp(self: Any, other: Any) -> Any:
    return self * np.exp2(other)


ldexp = op(
    "Ldexp",
    _ldexp,
    promote="float",
    self=("grad · exp2(other)", lambda xp, grad, other: grad * xp.pow(2, other)),
    other=("grad · result · log(2)", lambda xp, grad, result: xp.scaled(grad * result, math.log(2))),
)


def _nextafter(self: Any, other: Any) -> Any:
    floats_only("nextafter_cpu", self)
    return np.nextafter(self, other)


nextafter = op(
    "Nextafter",
    _nextafter,
    promote="arithmetic",
    self=("where(self == other, 0, grad)", lambda xp, grad, self, other: xp.keep(grad, self != other)),
    other=("0 · grad", lambda xp, grad: xp.zeros_like(grad)),
)


# whole numbers


def _of_integers(name: str, ufunc: Any) -> None:
    def forward(self: Any, other: Any) -> Any:
        if self.dtype.kind not in "iu":
            raise not_implemented(f"{name}_cpu", self.dtype)
        return ufunc(self, other)

    of_tensors(op(name.capitalize(), forward, promote="arithmetic", operands=("self", "other")))


_of_integers("gcd", np.gcd)
_of_integers("lcm", np.lcm)


# rows of bounded length


def renorm(input: Tensor, p: float, dim: int, maxnorm: float) -> Any:
    """Return the slices along `dim` scaled down to a p-norm of at most `maxnorm`. Mirrors `torch.renorm`."""
    check_tensor("renorm", input)
    ndim = input._array.ndim
    if ndim < 2:
        raise RuntimeError(f"renorm: input needs at least 2 dimensions, got {ndim} dimensions")
    if p <= 0:
        raise RuntimeError("renorm: non-positive-norm not supported")
    if maxnorm < 0:
        raise RuntimeError(f"renorm: expected maxnorm to be >= 0 but got {maxnorm}")
    kept = wrap_dim(dim, ndim)
    others = tuple(place for place in range(ndim) if place != kept)
    lengths: Any = FUNCTIONS["norm"](input, p, others, True)
    factor = FUNCTIONS["where"](lengths > maxnorm, maxnorm / (lengths + 1e-7), FUNCTIONS["ones_like"](lengths))
    return input * factor


# what complex numbers would have: of real ones


def _angle(self: Any) -> Any:
    if self.dtype.kind != "f":
        return np.where(self < 0, np.float32(math.pi), np.float32(0))
    return np.where(self != self, self, np.where(self < 0, self.dtype.type(math.pi), self.dtype.type(0)))


angle = op("Angle", _angle, self=("0 · grad", lambda xp, grad: xp.zeros_like(grad)))


def _real(input: Tensor) -> Tensor:
    """Return the tensor itself: it is real. Mirrors `torch.real`, `torch.conj` and `torch.resolve_conj`."""
    check_tensor("real", input)
    return input


def _imag(self: Tensor) -> Tensor:
    """Refuse: real tensors have no imaginary part."""
    raise RuntimeError("imag is not implemented for tensors with non-complex dtypes.")


for _name, _function in (("frexp", frexp), ("renorm", renorm)):
    FUNCTIONS[_name] = METHODS[_name] = _function
for _name in ("conj", "resolve_conj", "resolve_neg", "conj_physical"):
    FUNCTIONS[_name] = METHODS[_name] = _real
METHODS["conj_physical_"] = _real
FUNCTIONS["real"], METHODS["real"] = _real, property(_real)
FUNCTIONS["imag"], METHODS["imag"] = _imag, property(_imag)
of_tensors(ldexp)
of_tensors(nextafter)
register("angle", angle)
