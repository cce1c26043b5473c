"""The gamma function's logarithm and its derivatives: lgamma, digamma, polygamma, mvlgamma.

Computed in float64 as in the Cephes library: by recurrence away from the origin, then by an asymptotic series.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..tensor import Tensor
from .op import FUNCTIONS, METHODS, arrays, op, register
from .wrapping import check_tensor

__all__: list[str] = []

BERNOULLI = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12)  # of the series of digamma
# (2k)! / B2k, the coefficients of Euler and Maclaurin's formula for the zeta function
ZETA = (
    12.0, -720.0, 30240.0, -1209600.0, 47900160.0, -1.8924375803183791606e9, 7.47242496e10, -2.950130727918164224e12,
    1.1646782814350067249e14, -4.5979787224074726105e15, 1.8152105401943546773e17, -7.1661652561756670113e18,
)  # fmt: skip


def _log_gamma(x: float) -> float:
    if math.isinf(x) or (x <= 0 and x == math.floor(x)):
        return math.inf
    return math.inf if x > 2.5e305 else math.lgamma(x)  # which raises where its result overflows


def _lgamma(self: Any) -> Any:
    exact = np.asarray(np.frompyfunc(_log_gamma, 1, 1)(np.asarray(self, np.float64)), np.float64)
    return exact.astype(np.asarray(self).dtype)


def _digamma(self: Any) -> Any:
    """Return the derivative of lgamma: ∓inf at ±0, NaN at the other poles."""
    dtype, x = np.asarray(self).dtype, np.asarray(self, np.float64)
    low = x < 0
    positive = np.where(low, 1 - x, x)
    shift, tail = np.zeros_like(x), positive
    while np.any(tail < 10):
        small = tail < 10
        shift = np.where(small, shift - 1 / np.where(small, tail, 1), shift)
        tail = np.where(small, tail + 1, tail)
    square, series = 1 / (tail * tail), np.zeros_like(x)
    for coefficient in reversed(BERNOULLI):
        series = square * (coefficient + series)
    found = np.log(tail) - 0.5 / tail - series + shift
    reflected = found - np.pi / np.tan(np.pi * np.fmod(x, 1))
    whole = low & ((x == np.floor(x)) | np.isinf(x))
    out = np.where(low, np.where(whole, np.nan, reflected), np.where(x == np.inf, np.inf, found))
    return np.where(x == 0, np.copysign(np.inf, -x), out).astype(dtype)


def _zeta(power: int, q: Any) -> Any:
    """Return the sum of (q + k)^-power for k = 0, 1, …, infinite where a term is.

    The terms on the other side of 0 are such a sum too, without its tail.
    """
    low = q < 0
    part = np.where(low, q - np.floor(q), q)
    found = _positive_zeta(power, part)
    if low.any():
        beyond = _positive_zeta(power, np.where(low, 1 - part, 1)) - _positive_zeta(power, np.where(low, 1 - q, 1))
        found = np.where(low, found + (-1.0) ** power * beyond, found)
    return np.where((q <= 0) & (q == np.floor(q)), np.inf, found)


def _positive_zeta(power: float, q: Any) -> Any:
    total, place, term = q**-float(power), q, q**-float(power)
    count = 0
    while count < 9 or np.any(place <= 9):
        wanted = (place <= 9) | (count < 9)
        place = np.where(wanted, place + 1, place)
        term = np.where(wanted, place ** -float(power), term)
        total = np.where(wanted, total + term, total)
        count += 1
    total = total + term * place / (power - 1) - 0.5 * term
    factor, rise = 1.0, 0.0
    for coefficient in ZETA:
        factor *= power + rise
        term = term / place
        total = total + factor * term / coefficient
        rise += 1
        factor *= power + rise
        term = term / place
        rise += 1
    return total


def _trigamma(x: Any) -> Any:
    """Return the derivative of digamma as PyTorch computes it: large, not infinite, at negative whole numbers."""
    low = x < 0.5
    reflected = np.where(low, -((math.pi / np.sin(math.pi * x)) ** 2), 0.0)
    x = np.where(low, 1 - x, x)
    total = reflected
    for _ in range(6):
        total = total + 1 / (x * x)
        x = x + 1
    square = 1 / (x * x)
    total = total + (1 + 1 / (2 * x) + square * (1 / 6 - square * (1 / 30 - square * (1 / 42)))) / x
    return np.where(low, -total, total)


def _polygamma(self: Any, n: int) -> Any:
    if n == 0:
        return _digamma(self)
    dtype, x = np.asarray(self).dtype, np.asarray(self, np.float64)
    with np.errstate(all="ignore"):
        if n == 1:
            return np.asarray(_trigamma(x)).astype(dtype)
        return np.asarray((-1.0) ** (n + 1) * math.factorial(n) * _zeta(n + 1, x)).astype(dtype)


lgamma = op(
    "Lgamma", _lgamma, promote="float", self=("grad · digamma(self)", lambda xp, grad, self: grad * xp.digamma(self))
)
digamma = op(
    "Digamma",
    _digamma,
    promote="float",
    self=("grad · polygamma(1, self)", lambda xp, grad, self: grad * xp.polygamma(1, self)),
)
_POLYGAMMA = op(
    "Polygamma",
    _polygamma,
    promote="float",
    operands=("self",),
    self=("grad · polygamma(n + 1, self)", lambda xp, grad, n, self: grad * xp.polygamma(n + 1, self)),
)


def polygamma(n: Any, input: Any) -> Any:
    """Return the n-th derivative of the digamma function. Mirrors `torch.polygamma`."""
    if isinstance(n, Tensor):  # as a method
        n, input = input, n
    check_tensor("polygamma", input, "input", 2)
    if n < 0:
        raise RuntimeError("polygamma(n, x) does not support negative n.")
    return _POLYGAMMA(input, n)


def _steps(p: int) -> Any:
    return np.arange(p) * -0.5


def _mvlgamma(self: Any, p: int) -> Any:
    steps = _steps(p).astype(self.dtype)
    return _lgamma(self[..., None] + steps).sum(-1) + self.dtype.type(p * (p - 1) / 4 * math.log(math.pi))


def _mvlgamma_self(xp: Any, grad: Any, self: Any, p: int) -> Any:
    total = xp.digamma(self)
    for step in range(1, p):
        total = total + xp.digamma(self - 0.5 * step)
    return grad * total


_MVLGAMMA = op(
    "Mvlgamma",
    _mvlgamma,
    promote="float",
    operands=("self",),
    self=("mvlgamma_backward(grad, self, p)", _mvlgamma_self),
)


def mvlgamma(input: Tensor, p: int) -> Any:
    """Return the logarithm of the multivariate gamma function of dimension `p`. Mirrors `torch.mvlgamma`."""
    check_tensor("mvlgamma", input)
    if p < 1:
        raise RuntimeError("p has to be greater than or equal to 1")
    return _MVLGAMMA(input, p)


register("lgamma", lgamma)
register("digamma", digamma)
register("polygamma", polygamma, forward=lambda n, self: _polygamma(self, n))
FUNCTIONS["mvlgamma"] = METHODS["mvlgamma"] = mvlgamma
arrays.mvlgamma_backward = lambda grad, self, p: _mvlgamma_self(arrays, grad, self, p)
