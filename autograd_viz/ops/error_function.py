"""The error function, its complement and its inverse, without SciPy.

Note [Rational approximations]
erf and erfc follow FreeBSD's `s_erf.c` (Sun Microsystems, 1993): the range is cut where one rational function after
another fits to about one unit in the last place of float64. erf of float32 needs only one, fitted to it within 6
units (as in XLA): 270 µs for 32,768 numbers instead of 1,540. erfinv starts as PyTorch's `calc_erfinv` and takes two
Newton steps, with erfc in the tails, where erf has no digits left.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .op import op, register

__all__ = ["erf_array", "erfc_array", "erfinv_array"]

ERX = 8.45062911510467529297e-01  # erf(1), rounded to float32
# the coefficients of numerator and denominator by powers of x², |x| - 1, 1 / x² and 1 / x²
CENTRE = (
    (1.28379167095512558561e-01, -3.25042107247001499370e-01, -2.84817495755985104766e-02, -5.77027029648944159157e-03,
     -2.37630166566501626084e-05),
    (1.0, 3.97917223959155352819e-01, 6.50222499887672944485e-02, 5.08130628187576562776e-03,
     1.32494738004321644526e-04, -3.96022827877536812320e-06),
)  # fmt: skip
SHOULDER = (
    (-2.36211856075265944077e-03, 4.14856118683748331666e-01, -3.72207876035701323847e-01, 3.18346619901161753674e-01,
     -1.10894694282396677476e-01, 3.54783043256182359371e-02, -2.16637559486879084300e-03),
    (1.0, 1.06420880400844228286e-01, 5.40397917702171048937e-01, 7.18286544141962662868e-02,
     1.26171219808761642112e-01, 1.36370839120290507362e-02, 1.19844998467991074170e-02),
)  # fmt: skip
NEAR_TAIL = (
    (-9.86494403484714822705e-03, -6.93858572707181764372e-01, -1.05586262253232909814e01, -6.23753324503260060396e01,
     -1.62396669462573470355e02, -1.84605092906711035994e02, -8.12874355063065934246e01, -9.81432934416914548592e00),
    (1.0, 1.96512716674392571292e01, 1.37657754143519042600e02, 4.34565877475229228821e02, 6.45387271733267880336e02,
     4.29008140027567833386e02, 1.08635005541779435134e02, 6.57024977031928170135e00, -6.04244152148580987438e-02),
)  # fmt: skip
FAR_TAIL = (
    (-9.86494292470009928597e-03, -7.99283237680523006574e-01, -1.77579549177547519889e01, -1.60636384855821916062e02,
     -6.37566443368389627722e02, -1.02509513161107724954e03, -4.83519191608651397019e02),
    (1.0, 3.03380607434824582924e01, 3.25792512996573918826e02, 1.53672958608443695994e03, 3.19985821950859553908e03,
     2.55305040643316442583e03, 4.74528541206955367215e02, -2.24409524465858183362e01),
)  # fmt: skip
START = (
    (0.886226899, -1.645349621, 0.914624893, -0.140543331),
    (1.0, -2.118377725, 1.442710462, -0.329097515, 0.012229801),
)
START_TAIL = ((-1.970840454, -1.624906493, 3.429567803, 1.641345311), (1.0, 3.543889200, 1.637067800))
SINGLE = (
    (1.128379143519084, 0.18520832239976145, 0.050955695062380861, 0.0034082910107109506, 0.00022905065861350646),
    (1.0, 0.49746925110067538, 0.11098505178285362, 0.014070470171167667, 0.0010179625278914885,
     0.000023547966471313185, -1.1791602954361697e-7),
)  # fmt: skip
SINGLE_END = 3.7439211627767994565  # from here on erf is 1 in float32


def _polynomial(coefficients: Sequence[float], x: Any) -> Any:
    kind = x.dtype.type
    value = x * kind(coefficients[-1])
    for coefficient in coefficients[-2:0:-1]:
        value += kind(coefficient)
        value *= x
    value += kind(coefficients[0])
    return value


def _ratio(coefficients: tuple[Sequence[float], Sequence[float]], x: Any) -> Any:
    return _polynomial(coefficients[0], x) / _polynomial(coefficients[1], x)


def _tail(size: Any) -> Any:
    """Return erfc of numbers >= 1.25, the exponent split so that it is exact."""
    inverse = 1 / (size * size)
    ratio = np.where(size < 1 / 0.35, _ratio(NEAR_TAIL, inverse), _ratio(FAR_TAIL, inverse))
    high = (size.view(np.int64) & ~np.int64(0xFFFFFFFF)).view(np.float64)
    return np.exp(-high * high - 0.5625) * np.exp((high - size) * (high + size) + ratio) / size


def _pieces(self: Any) -> tuple[Any, Any, Any]:
    """Return the numbers as a flat float64 array, their sizes, and which of three ranges each is in."""
    flat = np.array(self, dtype=np.float64).reshape(-1)
    size = np.abs(flat)
    return flat, size, (size >= 0.84375).astype(np.int8) + (size >= 1.25)


def _erf_single(self: Any) -> Any:
    end = np.float32(SINGLE_END)
    x = np.minimum(np.maximum(self, -end), end, dtype=np.float32)
    ratio = _ratio(SINGLE, np.atleast_1d(x * x)).reshape(x.shape)
    return np.where(np.abs(x) == end, np.sign(x), x * ratio).astype(self.dtype, copy=False)


def erf_array(self: Any) -> Any:
    """Return erf of an array. See Note [Rational approximations]."""
    if self.dtype.itemsize < 8:
        return _erf_single(self)
    flat, size, piece = _pieces(self)
    out = np.sign(flat)  # where the size is so large, or NaN
    inner, middle = np.flatnonzero(piece == 0), np.flatnonzero(piece == 1)
    outer = np.flatnonzero((piece == 2) & (size < 6))
    x = flat[inner]
    out[inner] = x + x * _ratio(CENTRE, x * x)
    out[middle] *= ERX + _ratio(SHOULDER, size[middle] - 1)
    out[outer] *= 1 - _tail(size[outer])
    return _shaped(out, flat, self)


def erfc_array(self: Any) -> Any:
    """Return 1 - erf of an array, exact also where that is small. See Note [Rational approximations]."""
    flat, size, piece = _pieces(self)
    out = np.where(flat > 0, 0.0, 2.0)
    inner, middle = np.flatnonzero(piece == 0), np.flatnonzero(piece == 1)
    outer = np.flatnonzero((piece == 2) & (size < 28) & (flat > -6))
    x = flat[inner]
    rest = x * _ratio(CENTRE, x * x)
    out[inner] = np.where(x < 0.25, 1 - (x + rest), 0.5 - (x - 0.5 + rest))
    ratio = _ratio(SHOULDER, size[middle] - 1)
    out[middle] = np.where(flat[middle] > 0, 1 - ERX - ratio, 1 + (ERX + ratio))
    tail = _tail(size[outer])
    out[outer] = np.where(flat[outer] > 0, tail, 2 - tail)
    return _shaped(out, flat, self)


def erfinv_array(self: Any) -> Any:
    """Return the inverse of erf of an array. See Note [Rational approximations]."""
    y = np.array(self, dtype=np.float64).reshape(-1)
    with np.errstate(all="ignore"):
        size = np.abs(y)
        far = np.sqrt(-np.log((1 - size) / 2))
        x = np.where(size <= 0.7, size * _ratio(START, size * size), _ratio(START_TAIL, far))
        for _ in range(2):
            too_far = np.where(size <= 0.7, erf_array(x) - size, (1 - size) - erfc_array(x))
            x = x - too_far / (2 / math.sqrt(math.pi) * np.exp(-x * x))
        x = np.where(size == 1, np.inf, x)
    return _shaped(np.where(size > 1, np.nan, np.copysign(x, y)), y, self)


def _shaped(out: Any, flat: Any, self: Any) -> Any:
    out[np.isnan(flat)] = np.nan
    return out.astype(self.dtype).reshape(self.shape)


erf = op(
    "Erf",
    erf_array,
    promote="float",
    self=(
        "grad · 2 / sqrt(π) · exp(-self²)",
        lambda xp, grad, self: xp.by_number(xp.exp(-xp.pow(self, 2)), 2 / math.sqrt(math.pi)) * grad,
    ),
)
erfc = op(
    "Erfc",
    erfc_array,
    promote="float",
    self=(
        "-grad · 2 / sqrt(π) · exp(-self²)",
        lambda xp, grad, self: xp.by_number(xp.exp(-xp.pow(self, 2)), -2 / math.sqrt(math.pi)) * grad,
    ),
)
erfinv = op(
    "Erfinv",
    erfinv_array,
    promote="float",
    self=(
        "grad · sqrt(π) / 2 · exp(erfinv(self)²)",
        lambda xp, grad, self: xp.by_number(xp.exp(xp.pow(xp.erfinv(self), 2)), math.sqrt(math.pi) / 2) * grad,
    ),
)

for _function in (erf, erfc, erfinv):
    register(_function.op.name, _function)  # type: ignore[attr-defined]
