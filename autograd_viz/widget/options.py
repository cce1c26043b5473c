"""What a player can be told when it opens: the names, and what each may be."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from autograd_viz.trace.quiz import check_wanted
from autograd_viz.widget.size import check_size

STATE = ("step", "playing", "selected", "speed", "grain", "theme", "size", "start", "stop", "expanded")
"""Traits that the viewer shares, and a saved page with it."""
OPTIONS = (*STATE, "title", "quiz")
CHOICES = {"grain": ("event", "node"), "theme": ("auto", "light", "dark")}
SPEEDS = (0.1, 60.0)


def check_options(options: Mapping[str, Any], asked: str) -> None:
    """Refuse options that do not exist or cannot be, before anything is run; `asked` says who was given them.

    Raises
    ------
    TypeError
        If there is no such option, or it is of another type.
    ValueError
        If it is out of range.
    """
    unknown = sorted(set(options) - set(OPTIONS))
    if unknown:
        raise TypeError(f"{asked} got {', '.join(unknown)}; a player's options are {', '.join(OPTIONS)}")
    for name, choices in CHOICES.items():
        if name in options and options[name] not in choices:
            raise ValueError(f"{asked}: {name} is {' or '.join(map(repr, choices))}, got {options[name]!r}")
    for name in ("step", "start", "stop"):
        if options.get(name) is not None and not _is_whole(options[name]):
            raise TypeError(f"{asked}: {name} is a whole number or None, got {options[name]!r}")
    for name in ("selected", "title"):
        if not isinstance(options.get(name, ""), str):
            raise TypeError(f"{asked}: {name} is text, got {options[name]!r}")
    check_size(options.get("size", "auto"), asked)
    _check_ranges(options, asked)
    check_wanted(options.get("quiz"))
    _check_expanded(options.get("expanded"), asked)


def _check_ranges(options: Mapping[str, Any], asked: str) -> None:
    speed = options.get("speed", 1.0)
    if isinstance(speed, bool) or not isinstance(speed, int | float):
        raise TypeError(f"{asked}: speed is a number of events a second, got {speed!r}")
    if not isfinite(speed) or not SPEEDS[0] <= speed <= SPEEDS[1]:
        raise ValueError(f"{asked}: speed is {SPEEDS[0]} to {SPEEDS[1]:g} events a second, got {speed}")
    start, stop = options.get("start") or 0, options.get("stop")
    if start < 0 or (stop is not None and stop < start):
        raise ValueError(f"{asked}: steps run from start to stop, 0 <= start <= stop, got start={start}, stop={stop}")


def _check_expanded(expanded: Any, asked: str) -> None:
    if expanded is None or callable(expanded) or (_is_whole(expanded) and expanded >= 0):
        return
    if isinstance(expanded, list | tuple | set) and all(isinstance(each, str) for each in expanded):
        return
    raise TypeError(
        f"{asked}: expanded is a list of scopes ('encoder/attention'), a number of levels, or a function that "
        f"tells of a path whether it is open; got {expanded!r}"
    )


def _is_whole(found: Any) -> bool:
    return isinstance(found, int) and not isinstance(found, bool)
