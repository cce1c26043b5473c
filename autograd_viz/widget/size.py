"""How large a player is: a name, or pixels."""

from __future__ import annotations

from typing import Any

from autograd_viz.trace.whole import is_whole

NAMES = ("auto", "small", "medium", "large")
LEAST, MOST = 240, 10_000


def check_size(found: Any, said: str) -> Any:
    """Return a size as the viewer takes it: a name, or a pair of pixels (or None, as much as there is).

    Raises
    ------
    TypeError, ValueError
        If it is neither, or out of range; `said` is what it is called in the error.
    """
    told = f"{said} is {', '.join(map(repr, NAMES))}, or (width, height) in pixels, each {LEAST} to {MOST} or None"
    if isinstance(found, str):
        if found not in NAMES:
            raise ValueError(f"{told}; got {found!r}")
        return found
    pair = tuple(found) if isinstance(found, tuple | list) else ()
    if len(pair) != 2 or not all(each is None or is_whole(each) for each in pair):
        raise TypeError(f"{told}; got {found!r}")
    if not all(each is None or LEAST <= each <= MOST for each in pair):
        raise ValueError(f"{told}; got {found!r}")
    return tuple(None if each is None else int(each) for each in pair)
