"""What a player can be told when it opens: the names, and what each may be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from math import isfinite
from numbers import Real
from typing import Any

import numpy as np

from autograd_viz.render.grouped import check_rule
from autograd_viz.trace.quiz import check_wanted
from autograd_viz.trace.whole import is_whole
from autograd_viz.widget.size import check_size

STATE = ("step", "playing", "selected", "speed", "grain", "theme", "size", "start", "stop", "expanded", "layers")
"""Traits that the viewer shares, and a saved page with it."""
SPEEDS = (0.1, 20_000.0)


def checked(options: Mapping[str, Any], asked: str, others: Collection[str] = ()) -> dict[str, Any]:
    """Return options as a player takes them: None is left out, and NumPy's numbers are Python's.

    Parameters
    ----------
    options : mapping
        What was given; nothing is run before it is checked.
    asked : str
        Who was given it, for the errors.
    others : collection of str
        Names that are passed on as they are.

    Raises
    ------
    TypeError
        If there is no such option, or it is of another type.
    ValueError
        If it is out of range.
    """
    unknown = sorted(set(options) - set(OPTIONS) - set(others))
    if unknown:
        raise TypeError(f"{asked} got {', '.join(unknown)}; a player's options are {', '.join(OPTIONS)}")
    given = {name: found for name, found in options.items() if found is not None}
    told = {name: CHECKS[name](found, f"{asked}: {name}") if name in CHECKS else found for name, found in given.items()}
    start, stop = told.get("start", 0), told.get("stop")
    if start < 0 or (stop is not None and stop < start):
        raise ValueError(f"{asked}: steps run from start to stop, 0 <= start <= stop, got start={start}, stop={stop}")
    return told


def whole(found: Any, said: str) -> int:
    """Return a whole number as Python's."""
    if not is_whole(found):
        raise TypeError(f"{said} is a whole number or None, got {found!r}")
    return int(found)


def flag(found: Any, said: str) -> bool:
    """Return True or False."""
    if not isinstance(found, bool | np.bool_):
        raise TypeError(f"{said} is True or False, got {found!r}")
    return bool(found)


def text(found: Any, said: str) -> str:
    """Return a text."""
    if not isinstance(found, str):
        raise TypeError(f"{said} is text, got {found!r}")
    return found


def passes(found: Any, said: str) -> list[int]:
    """Return numbers of backward passes, in order."""
    if not isinstance(found, list | tuple | set) or not all(is_whole(each) and each > 0 for each in found):
        raise TypeError(f"{said} is a list of numbers of backward passes, from 1, or None; got {found!r}")
    return sorted({int(each) for each in found})


def one_of(*choices: str) -> Callable[[Any, str], str]:
    """Return a check that something is one of a few words."""

    def check(found: Any, said: str) -> str:
        if not isinstance(found, str) or found not in choices:
            raise ValueError(f"{said} is {' or '.join(map(repr, choices))}, got {found!r}")
        return found

    return check


def amount(found: Any, said: str, low: float, high: float, unit: str) -> float:
    """Return a finite number within bounds as Python's."""
    if isinstance(found, bool) or not isinstance(found, Real):
        raise TypeError(f"{said} is a number of {unit}, got {found!r}")
    number = float(found)
    if not isfinite(number) or not low <= number <= high:
        raise ValueError(f"{said} is {low} to {high:g} {unit}, got {found}")
    return number


def _speed(found: Any, said: str) -> float:
    return amount(found, said, *SPEEDS, "events a second")


def _size(found: Any, said: str) -> Any:
    return check_size(found, said)


def _rule(found: Any, said: str) -> Any:
    check_rule(found, said)
    return found


def _questions(found: Any, said: str) -> Any:
    check_wanted(found)
    return found


CHECKS: dict[str, Callable[[Any, str], Any]] = {
    "step": whole,
    "playing": flag,
    "selected": text,
    "speed": _speed,
    "grain": one_of("event", "node"),
    "theme": one_of("auto", "light", "dark"),
    "size": _size,
    "start": whole,
    "stop": whole,
    "expanded": _rule,
    "layers": passes,
    "title": text,
    "quiz": _questions,
}
OPTIONS = tuple(CHECKS)
