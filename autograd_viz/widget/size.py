"""How large a player is: a name, or pixels."""

from __future__ import annotations

from typing import Any

NAMES = ("auto", "small", "medium", "large")
LEAST, MOST = 240, 10_000


def check_size(found: Any, asked: str) -> Any:
    """Return a size as the viewer takes it: a name, or a pair of pixels (or None, as much as there is).

    Raises
    ------
    TypeError, ValueError
        If it is neither, or out of range; `asked` says who was given it.
    """
    told = f"size is {', '.join(map(repr, NAMES))}, or (width, height) in pixels, each {LEAST} to {MOST} or None"
    if isinstance(found, str):
        if found not in NAMES:
            raise ValueError(f"{asked}: {told}; got {found!r}")
        return found
    pair = tuple(found) if isinstance(found, tuple | list) else ()
    if len(pair) != 2 or not all(each is None or _is_whole(each) for each in pair):
        raise TypeError(f"{asked}: {told}; got {found!r}")
    if not all(each is None or LEAST <= each <= MOST for each in pair):
        raise ValueError(f"{asked}: {told}; got {found!r}")
    return pair


def _is_whole(found: Any) -> bool:
    return isinstance(found, int) and not isinstance(found, bool)
