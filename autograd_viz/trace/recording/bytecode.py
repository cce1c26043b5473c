"""The variable that a running expression is about to be assigned to, read from its bytecode.

Knows CPython's instructions from 3.10 to 3.14 and nothing of tensors. Whatever it does not recognise has no
target: it never guesses.
"""

from __future__ import annotations

import dis
from bisect import bisect_right
from types import CodeType, FrameType

STORES = ("STORE_NAME", "STORE_FAST", "STORE_GLOBAL", "STORE_DEREF")
LOADS = ("LOAD_NAME", "LOAD_FAST", "LOAD_FAST_BORROW", "LOAD_GLOBAL", "LOAD_DEREF")
PREFIXES = ("EXTENDED_ARG", "PRECALL")
PASSED_OVER = ("CACHE", "NOP", "NOT_TAKEN", "COPY", "DUP_TOP")

Step = tuple[str, object]  # an instruction's name and argument


class Bytecode:
    """Instructions of code objects, decoded once each."""

    def __init__(self) -> None:
        self._decoded: dict[int, tuple[list[Step], list[int], list[int], CodeType]] = {}  # by id: a hash reads it all

    def targets(self, frame: FrameType) -> tuple[str, ...] | None:
        """Return the names that the value of the frame's running instruction is stored in.

        Returns
        -------
        tuple of str or None
            One name for a plain assignment, several for a tuple that is unpacked, () where the value is returned
            to the caller, None where it is used in another way.
        """
        steps, offsets, places, _ = self._steps(frame.f_code)
        running = bisect_right(offsets, frame.f_lasti) - 1  # f_lasti may stand in an instruction's cache
        place = places[running] if running >= 0 else len(steps)
        if place + 1 >= len(steps):
            return None
        kind, argument = steps[place + 1]
        if kind == "RETURN_VALUE":
            return ()
        if kind == "UNPACK_SEQUENCE" and isinstance(argument, int):
            return _unpacked(steps, place + 2, argument)
        names = _stored(kind, argument)
        return names[:1] if names else _attribute(steps, place + 1)

    def _steps(self, code: CodeType) -> tuple[list[Step], list[int], list[int], CodeType]:
        """Return the instructions that matter, the offsets of all, and which of the former each offset belongs to."""
        found = self._decoded.get(id(code))
        if found is None:
            steps: list[Step] = []
            offsets: list[int] = []
            places: list[int] = []
            for each in dis.get_instructions(code):
                if each.opname not in PREFIXES and each.opname not in PASSED_OVER:
                    steps.append((each.opname, each.argval))
                offsets.append(each.offset)
                places.append(len(steps) - (each.opname not in PREFIXES))
            found = self._decoded[id(code)] = steps, offsets, places, code
        return found


def _stored(kind: str, argument: object) -> tuple[str, ...]:
    """Return the names an instruction stores into, in order; () if it stores none."""
    if kind in STORES:
        return (str(argument),)
    if kind in ("STORE_FAST_STORE_FAST", "STORE_FAST_LOAD_FAST") and isinstance(argument, tuple):
        names = tuple(str(each) for each in argument)
        return names if kind == "STORE_FAST_STORE_FAST" else names[:1]
    return ()


def _unpacked(steps: list[Step], place: int, count: int) -> tuple[str, ...] | None:
    names: list[str] = []
    while len(names) < count and place < len(steps):
        found = _stored(*steps[place])
        if not found:
            return None
        names.extend(found)
        place += 1
    return tuple(names[:count]) if len(names) >= count else None


def _attribute(steps: list[Step], place: int) -> tuple[str, ...] | None:
    """Recognise `thing.name = value`: the value is already there, then the thing is loaded."""
    if place + 1 >= len(steps):
        return None
    (load, thing), (store, name) = steps[place : place + 2]
    return (f"{thing}.{name}",) if load in LOADS and store == "STORE_ATTR" else None
