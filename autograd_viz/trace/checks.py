"""Small checks out of which the trace's schema is built.

A check takes what JSON gave and where it stood (`events[3].node`), and returns it in the form the records
hold, or raises a `TraceError` saying what was got and what was expected. Knows nothing of traces.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields as dataclass_fields
from operator import itemgetter
from typing import Any

from autograd_viz.trace.data import TraceError

Check = Callable[[object, str], Any]
_RIGHT: dict[Check, str] = {}
"""For checks that return what they accept, an expression that says of `{0}` that it is right.

Records are checked by these, written out one after another: half the time of calling each check.
"""
NON_FINITE = ("NaN", "Infinity", "-Infinity")
SAFE_INTEGER = 2**53 - 1
"""The largest integer that JavaScript's numbers hold exactly."""


def fail(where: str, got: object, expected: str) -> TraceError:
    """Word a mismatch; the caller raises it."""
    shown = repr(got)
    if len(shown) > 60:
        shown = f"{shown[:57]}..."
    return TraceError(f"{where or 'trace'}: got {shown} ({type(got).__name__}), expected {expected}.")


def text(got: object, where: str) -> str:
    """A string."""
    if not isinstance(got, str):
        raise fail(where, got, "a string")
    return got


_RIGHT[text] = "type({0}) is str"


def flag(got: object, where: str) -> bool:
    """True or false."""
    if not isinstance(got, bool):
        raise fail(where, got, "true or false")
    return got


_RIGHT[flag] = "type({0}) is bool"


def integer(low: int = -SAFE_INTEGER, high: int = SAFE_INTEGER) -> Check:
    """A whole number within bounds."""

    def check(got: object, where: str) -> int:
        if type(got) is int and low <= got <= high:
            return got
        if isinstance(got, bool) or not isinstance(got, int) or not low <= got <= high:
            raise fail(where, got, f"a whole number from {low} to {high}")
        return got

    _RIGHT[check] = f"type({{0}}) is int and {low} <= {{0}} <= {high}"
    return check


def number(got: object, where: str) -> float | str:
    """A number, or one of the strings that stand for NaN and the infinities."""
    if got in NON_FINITE and isinstance(got, str):
        return got
    if isinstance(got, bool) or not isinstance(got, int | float) or got != got or abs(got) == float("inf"):
        raise fail(where, got, f"a finite number or one of {', '.join(NON_FINITE)} as a string")
    return got


_RIGHT[number] = "type({0}) is int or (type({0}) is float and {0} - {0} == 0)"


def one_of(*words: str) -> Check:
    """One of a few strings."""

    def check(got: object, where: str) -> str:
        if got not in words or not isinstance(got, str):
            raise fail(where, got, f"one of {', '.join(words)}")
        return got

    _RIGHT[check] = f"type({{0}}) is str and {{0}} in {words!r}"
    return check


def optional(inner: Check) -> Check:
    """Null, or what `inner` accepts."""

    def check(got: object, where: str) -> Any:
        return None if got is None else inner(got, where)

    if inner in _RIGHT:
        _RIGHT[check] = f"{{0}} is None or {_RIGHT[inner]}"
    return check


def array(inner: Check, at_most: int) -> Check:
    """A list of what `inner` accepts, as a tuple."""
    are_right = eval(f"lambda got: all([{_RIGHT[inner].format('each')} for each in got])") if inner in _RIGHT else None

    def check(got: object, where: str) -> tuple[Any, ...]:
        if not isinstance(got, list):
            raise fail(where, got, "a list")
        if len(got) > at_most:
            raise TraceError(f"{where}: got {len(got)} entries, expected at most {at_most}.")
        if are_right is not None and are_right(got):
            return tuple(got)
        try:
            return tuple([inner(each, where) for each in got])
        except TraceError:
            pass  # checked again, to say where: naming every place would take most of the time
        return tuple(inner(each, f"{where}[{i}]") for i, each in enumerate(got))

    return check


def mapping(key: Callable[[str, str], Any], inner: Check) -> Check:
    """An object whose keys are not fixed, as a dict."""

    def check(got: object, where: str) -> dict[Any, Any]:
        if not isinstance(got, dict):
            raise fail(where, got, "an object")
        return {key(name, where): inner(each, f"{where}.{name}") for name, each in got.items()}

    return check


def plain(got: object, where: str) -> Any:
    """Null, true, false, a number, a string, or lists of those, to a small depth."""
    return _plain(got, where, 6)


def _plain(got: object, where: str, depth: int) -> Any:
    if got is None or isinstance(got, bool | str):
        return got
    if isinstance(got, int | float):
        return number(got, where)
    if isinstance(got, list) and depth:
        return tuple(_plain(each, f"{where}[{i}]", depth - 1) for i, each in enumerate(got))
    raise fail(where, got, "plain data")


def record(cls: type, fields: Mapping[str, Check], tag: str | None = None) -> Check:
    """An object with exactly these fields, as an instance of `cls`; absent ones may have a default.

    Of one that also has a `tag`, its kind, that is passed over.
    """
    checks = [(name, python_name(name), inner) for name, inner in fields.items()]
    if [written for _, written, _ in checks] != [each.name for each in dataclass_fields(cls)]:
        raise TypeError(f"the fields of {cls.__name__} and of its schema are not the same")
    whole = len(fields) + (tag is not None)
    made_of, pick = _maker(cls, list(fields.values())), _picker(list(fields))

    def check(got: object, where: str) -> Any:
        if type(got) is dict and len(got) == whole:  # then, if it has every field, it has no other
            try:
                if (right := made_of(where, *pick(got))) is not None:
                    return right
            except (KeyError, TraceError):
                pass  # checked again, to say what is wrong, and where
        if not isinstance(got, dict):
            raise fail(where, got, f"an object ({cls.__name__})")
        if tag is not None:
            got = {name: each for name, each in got.items() if name != tag}
        unknown = got.keys() - fields.keys()
        if unknown:
            raise TraceError(f"{where}: got the unknown field {min(unknown)!r}, expected {', '.join(fields)}.")
        made: dict[str, Any] | None
        try:
            made = {written: inner(got[name], where) for name, written, inner in checks if name in got}
        except TraceError:
            made = None  # checked again, to say where
        if made is None:
            made = {
                written: inner(got[name], f"{where}.{name}" if where else name)
                for name, written, inner in checks
                if name in got
            }
        try:
            return cls(**made)
        except TypeError:
            missing = [name for name in fields if name not in got and not _has_default(cls, name)]
            raise TraceError(f"{where}: the field {missing[0]!r} is missing; expected {', '.join(fields)}.") from None

    return check


def _maker(cls: type, checks: list[Check]) -> Callable[..., Any]:
    """Compile what makes a record of its fields' values, or None if one that must be right as it is is not."""
    plain = [(f"v{i}", _RIGHT.get(each)) for i, each in enumerate(checks)]
    tests = " and ".join(f"({right.format(name)})" for name, right in plain if right) or "True"
    values = ", ".join(name if right else f"checks[{i}]({name}, where)" for i, (name, right) in enumerate(plain))
    code = f"lambda where, {', '.join(name for name, _ in plain)}: cls({values}) if {tests} else None"
    made: Callable[..., Any] = eval(code, {"cls": cls, "checks": checks})
    return made


def _picker(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what takes these fields out of a dict."""
    return itemgetter(*names) if len(names) > 1 else lambda got: (got[names[0]],)


def python_name(name: str) -> str:
    """The attribute that holds a JSON field: `pass` is a keyword of Python's."""
    return "pass_" if name == "pass" else name


def json_name(name: str) -> str:
    """The JSON field that an attribute is written as."""
    return "pass" if name == "pass_" else name


def _has_default(cls: type, name: str) -> bool:
    from dataclasses import MISSING

    found = cls.__dataclass_fields__[python_name(name)]  # type: ignore[attr-defined]
    return found.default is not MISSING
