"""Comparisons, logic and bits: `eq`, `isclose`, `logical_and`, `bitwise_or`, `isnan` and the like.

Their results are bool or integer, so no gradient passes. Written in place (`x.eq_(y)`), into a float tensor, a
comparison leaves a node all the same, which sends zeros back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import dtypes
from ..autograd.state import fast
from ..foreign import kind_of
from ..tensor import Tensor, make
from .dispatch import Scalar, call
from .op import Op, array_of, op, register
from .wrapping import check_number, check_tensor

__all__: list[str] = []

Function = Callable[..., Any]
OPERANDS = (Tensor, *Scalar)


def _zeros(xp: Any, grad: Any) -> Any:
    return xp.zeros_like(grad)


ZERO = ("0 · grad", _zeros)


# comparisons


def _comparison(name: str, ufunc: Any, sign: str) -> Function:
    """Make a comparison from its ufunc. Tensors of one dtype, or a float tensor and a number, are fast."""

    def forward(self: Any, other: Any) -> Any:
        return ufunc(self, other)

    options = {"promote": "arithmetic", "operands": ("self", "other"), "self": ZERO}
    of_tensors = op(name.capitalize(), forward, variant=1, **options, other=ZERO).op  # type: ignore[attr-defined]
    with_number = op(name.capitalize(), forward, **options).op  # type: ignore[attr-defined]

    def choose(input: Any, other: Any) -> tuple[Op, list[Any]]:
        _check_operands(name, input, other)
        return (of_tensors if isinstance(other, Tensor) else with_number), [input, other]

    def function(input: Any, other: Any) -> Tensor:
        if not fast.special and input.__class__ is Tensor:
            array = input._array
            try:
                if other.__class__ is Tensor:
                    if array.dtype is other._array.dtype:
                        return make(np.asarray(ufunc(array, other._array)))
                elif array.dtype.kind == "f" and other.__class__ in (int, float):
                    return make(np.asarray(ufunc(array, array.dtype.type(other))))
            except (ValueError, OverflowError):
                pass  # shapes that do not broadcast and huge numbers: left to the general path
        return call(*choose(input, other))

    function.__name__ = function.__qualname__ = choose.__qualname__ = name
    function.__doc__ = f"Return where `input {sign} other` as a bool tensor. Mirrors `torch.{name}`."
    function.op, function.choose = of_tensors, choose  # type: ignore[attr-defined]
    register(name, function, forward=forward)
    return function


def _check_operands(name: str, input: Any, other: Any) -> None:
    check_tensor(name, input)
    if not isinstance(other, OPERANDS):
        raise TypeError(
            f"{name}() received an invalid combination of arguments - got (Tensor, {type(other).__name__}), but "
            "expected (Tensor input, Tensor other) or (Tensor input, Number other)"
        )


COMPARISONS: tuple[tuple[str, Any, str, str | None], ...] = (
    ("eq", np.equal, "==", None),
    ("ne", np.not_equal, "!=", "not_equal"),
    ("lt", np.less, "<", "less"),
    ("le", np.less_equal, "<=", "less_equal"),
    ("gt", np.greater, ">", "greater"),
    ("ge", np.greater_equal, ">=", "greater_equal"),
)
for _name, _ufunc, _sign, _alias in COMPARISONS:
    _function = _comparison(_name, _ufunc, _sign)
    if _alias is not None:
        register(_alias, _function)


# logic and bits: operations without rules


def _plain(
    name: str,
    forward: Function,
    summary: str,
    *,
    operands: tuple[str, ...] = ("self", "other"),
    promote: str | None = "arithmetic",
) -> Function:
    """Make a public function that leaves no node behind."""
    function = op(name, forward, name=name, promote=promote, operands=operands)
    function.__doc__ = f"Return {summary}. Mirrors `torch.{name}`."
    register(name, function)
    return function


def _truths(name: str, ufunc: Any) -> Function:
    def forward(self: Any, other: Any) -> Any:
        _check_array(name, self, "input", 1)
        _check_array(name, other, "other", 2)
        return ufunc(self != 0, other != 0)

    return forward


def _check_array(name: str, value: Any, param: str, position: int) -> None:
    if not isinstance(value, (np.ndarray, np.generic)):
        kind = kind_of(value)
        raise TypeError(f"{name}(): argument '{param}' (position {position}) must be Tensor, not {kind}")


def _logical_not(self: Any) -> Any:
    _check_array("logical_not", self, "input", 1)
    return self == 0


for _name, _ufunc in (("and", np.logical_and), ("or", np.logical_or), ("xor", np.logical_xor)):
    _plain(
        f"logical_{_name}",
        _truths(f"logical_{_name}", _ufunc),
        f"`input {_name} other`, elementwise, non-zero being true",
        promote=None,
    )
_plain("logical_not", _logical_not, "where the elements are zero", operands=("self",), promote=None)


def _bits(name: str, ufunc: Any, bools: bool = True) -> Function:
    def forward(self: Any, other: Any) -> Any:
        _check_bits(name, self, bools)
        return ufunc(self, other)

    return forward


def _check_bits(name: str, array: Any, bools: bool = True) -> None:
    if array.dtype.kind not in ("bui" if bools else "ui"):
        word = dtypes.word(array.dtype)
        raise NotImplementedError(f"\"{name}_cpu\" not implemented for '{word}': it takes integers")


def _inverted(self: Any) -> Any:
    _check_bits("bitwise_not", self)
    return np.invert(self)


def _shifted(name: str, ufunc: Any) -> Function:
    """Make a shift: by the width of the type or more nothing of the number is left but its sign."""

    def forward(self: Any, other: Any) -> Any:
        _check_bits(name, self, bools=False)
        width = 8 * self.dtype.itemsize
        lost = (other < 0) | (other >= width)
        shifted = ufunc(self, np.where(lost, 0, other).astype(self.dtype))
        rest = np.where(self < 0, -1, 0) if ufunc is np.right_shift else 0
        return np.where(lost, rest, shifted).astype(self.dtype)

    return forward


_plain("bitwise_and", _bits("bitwise_and", np.bitwise_and), "the bits set in both operands")
_plain("bitwise_or", _bits("bitwise_or", np.bitwise_or), "the bits set in either operand")
_plain("bitwise_xor", _bits("bitwise_xor", np.bitwise_xor), "the bits set in one operand only")
_plain("bitwise_not", _inverted, "the bits inverted", operands=("self",))
_plain("bitwise_left_shift", _shifted("lshift", np.left_shift), "`input` shifted left by `other` bits")
_plain("bitwise_right_shift", _shifted("rshift", np.right_shift), "`input` shifted right by `other` bits")


# tests of single elements


def _test(name: str, ufunc: Any) -> Function:
    def forward(self: Any) -> Any:
        _check_array(name, self, "input", 1)
        return ufunc(self)

    return forward


for _name, _ufunc, _summary in (
    ("isnan", np.isnan, "where the elements are NaN"),
    ("isinf", np.isinf, "where the elements are infinite"),
    ("isfinite", np.isfinite, "where the elements are finite"),
    ("isposinf", np.isposinf, "where the elements are +infinity"),
    ("isneginf", np.isneginf, "where the elements are -infinity"),
    ("signbit", np.signbit, "where the elements have their sign bit set"),
    ("isreal", np.isreal, "where the elements are real: everywhere"),
):
    _plain(_name, _test(_name, _ufunc), _summary, operands=("self",), promote=None)


# whole tensors


def isclose(input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Tensor:
    """Return where |input - other| <= atol + rtol · |other|. Mirrors `torch.isclose`."""
    check_tensor("isclose", input)
    check_tensor("isclose", other, "other", 2)
    if input._array.dtype != other._array.dtype:
        raise RuntimeError(f"{dtypes.word(input._array.dtype)} did not match {dtypes.word(other._array.dtype)}")
    for position, (name, value) in enumerate((("rtol", rtol), ("atol", atol))):
        check_number("isclose", value, name, position + 3)
        if value < 0:
            raise RuntimeError(f"{name} must be greater than or equal to zero, but got {value}")
    return _isclose(input, other, rtol, atol, equal_nan)


def _close(self: Any, other: Any, rtol: float, atol: float, equal_nan: bool) -> Any:
    close = self == other
    if equal_nan and self.dtype.kind == "f":
        close = close | (np.isnan(self) & np.isnan(other))
    if rtol == 0 and atol == 0:
        return close
    if self.dtype.kind != "f":
        self, other = self.astype(np.float64), other.astype(np.float64)
    error = np.abs(self - other)
    return close | (np.isfinite(error) & (error <= atol + np.abs(rtol * other)))


_isclose = op("isclose", _close, name="isclose")


def allclose(input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> bool:
    """Return whether all elements are close, see `isclose`. Mirrors `torch.allclose`."""
    check_tensor("allclose", other, "other", 2)
    return bool(isclose(input, other, rtol, atol, equal_nan)._array.all())


def equal(input: Tensor, other: Tensor) -> bool:
    """Return whether two tensors have the same shape and elements. Mirrors `torch.equal`."""
    check_tensor("equal", input)
    check_tensor("equal", other, "other", 2)
    one, two = input._array, other._array
    return one.shape == two.shape and bool((one == two).all())


def isin(elements: Any, test_elements: Any, *, assume_unique: bool = False, invert: bool = False) -> Tensor:
    """Return which elements are among `test_elements`. Mirrors `torch.isin`."""
    for position, value in enumerate((elements, test_elements)):
        if not isinstance(value, OPERANDS):
            raise TypeError(
                "isin() received an invalid combination of arguments: argument "
                f"'{('elements', 'test_elements')[position]}' (position {position + 1}) must be Tensor or Number, not "
                f"{type(value).__name__}"
            )
    one, two = np.asarray(array_of(elements)), np.asarray(array_of(test_elements))
    if "b" in (one.dtype.kind, two.dtype.kind):
        raise RuntimeError("Unsupported input type encountered for isin(): Bool")
    if one.dtype.kind in "iu" and not isinstance(test_elements, Tensor) and two.dtype.kind == "i":
        two = two.astype(one.dtype)  # -1 is 255 among uint8
    return make(np.isin(one, two, invert=invert))


def is_nonzero(input: Tensor) -> bool:
    """Return whether the only element is not zero. Mirrors `torch.is_nonzero`."""
    if input._array.size != 1:
        raise RuntimeError(f"Boolean value of Tensor with {input._array.size} values is ambiguous")
    return bool(input._array)


for _function in (isclose, allclose, equal, isin, is_nonzero):
    register(_function.__name__, _function)
