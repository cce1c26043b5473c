"""Files of a player: a page that replays, one step as a picture, a range of steps as a GIF.

Owns the formats by suffix, what may go wrong with a path, and that a file is there whole or not at all.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograd_viz.render.painted import painted
from autograd_viz.render.shapes import Still
from autograd_viz.render.svg import svg
from autograd_viz.widget.options import CHECKS, amount

TAKES = {
    ".html": ("step", "theme"),
    ".svg": ("step", "theme"),
    ".png": ("step", "theme"),
    ".pdf": ("step", "theme"),
    ".gif": ("start", "stop", "seconds", "theme"),
}
"""What each format can be told."""
FORMATS = {
    ".html": "the player in one file",
    ".svg": "this step as a picture",
    ".png": "the same in pixels",
    ".pdf": "the same for print",
    ".gif": "a range of steps",
}
PNG_SCALE = 2.0
MOST_PICTURES = 600
"""In a GIF: about a minute of drawing."""


def suffix_of(path: Path) -> str:
    """Return the format a path asks for.

    Raises
    ------
    ValueError
        If a player cannot be saved in that format.
    """
    found = path.suffix.lower()
    found = ".html" if found == ".htm" else found
    if found not in FORMATS:
        known = ", ".join(f"{suffix} ({what})" for suffix, what in FORMATS.items())
        raise ValueError(
            f"cannot save a player as {path.name!r}: the name must end in one of {known}. "
            "The trace alone is saved by `player.trace.save('name.autograd.json')`."
        )
    return found


def checked(suffix: str, told: dict[str, Any]) -> dict[str, Any]:
    """Return what a format was told; refuse arguments that it has no use for, and those that cannot be.

    Raises
    ------
    TypeError, ValueError
        Naming the argument and what is possible.
    """
    for name in told:
        if name not in TAKES[suffix]:
            raise TypeError(f"a {suffix} file has no {name!r}; it takes {', '.join(TAKES[suffix])}")
    return {name: _seconds(found) if name == "seconds" else CHECKS[name](found, name) for name, found in told.items()}


def check_steps(told: dict[str, Any], first: int, last: int) -> None:
    """Refuse steps that are not there.

    Raises
    ------
    ValueError
        Naming those that are.
    """
    for name in ("step", "start", "stop"):
        if not first <= told.get(name, first) <= last:
            raise ValueError(f"{name} is {first} (the first step) to {last} (the last), got {told[name]}")


def _seconds(found: Any) -> float:
    return amount(found, "how long a GIF shows each step", 0.02, 60, "seconds")


def picture(still: Still, suffix: str) -> bytes:
    """Return a still picture as ".svg", ".png" or ".pdf"."""
    if suffix == ".svg":
        return svg(still).encode()
    return painted(still, suffix[1:], PNG_SCALE if suffix == ".png" else 1.0)


def check_animation(steps: list[int], start: int, stop: int) -> None:
    """Refuse a GIF that nobody could look at: of no steps between these, or of very many.

    Raises
    ------
    ValueError
        If there are no steps or more than a GIF can take.
    """
    if stop < start:
        raise ValueError(f"a GIF needs at least one step: `stop` is before `start`, got start={start}, stop={stop}")
    if not steps:
        raise ValueError(
            f"a GIF needs at least one step: from {start} to {stop} no node ends its turn; "
            "set the player's grain to 'event', or take more steps"
        )
    if len(steps) > MOST_PICTURES:
        raise ValueError(
            f"a GIF of {len(steps)} steps would be too large, {MOST_PICTURES} is the most: "
            "give `start` and `stop`, set the player's grain to 'node', or save it as .html"
        )


def write(target: Path, make: Callable[[], bytes]) -> None:
    """Write a file whole or not at all: what is made goes to a file beside it, which then takes its name.

    Raises
    ------
    OSError
        If the folder is missing or cannot be written to, before anything is made.
    """
    folder = target.parent
    if not folder.is_dir():
        raise FileNotFoundError(f"cannot save {target.name!r}: there is no folder {str(folder)!r}; create it first")
    if target.is_dir():
        raise IsADirectoryError(f"cannot save as {str(target)!r}: that is a folder; give a file's name in it")
    if not os.access(folder, os.W_OK) or (target.exists() and not os.access(target, os.W_OK)):
        raise PermissionError(f"cannot save {target.name!r}: {str(folder)!r} does not let you write there")
    made, real = make(), target.resolve()
    part = real.with_name(f".{real.name}.{os.getpid()}.part")
    try:
        part.write_bytes(made)
        if real.exists():
            shutil.copymode(real, part)
        os.replace(part, real)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
