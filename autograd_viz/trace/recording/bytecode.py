"""The variable that a running expression is about to be assigned to, read from its bytecode.

Knows CPython's instructions from 3.10 to 3.14 and nothing of tensors. Whatever it does not recognise has no
target: it never guesses. It reads the few instructions that follow the running one: `dis` would look at all of a
function, which for one of 20,000 lines takes a fifth of the time of recording it.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Iterator
from types import CodeType, FrameType

STORES = ("STORE_NAME", "STORE_FAST", "STORE_GLOBAL", "STORE_DEREF")
LOADS = ("LOAD_NAME", "LOAD_FAST", "LOAD_FAST_BORROW", "LOAD_GLOBAL", "LOAD_DEREF")
PREFIXES = ("EXTENDED_ARG", "PRECALL")
PASSED_OVER = ("CACHE", "NOP", "NOT_TAKEN", "COPY", "DUP_TOP")
PAIRS = ("STORE_FAST_STORE_FAST", "STORE_FAST_LOAD_FAST")
CACHE = 0

Step = tuple[str, object]  # an instruction's name and argument


class Bytecode:
    """Instructions of code objects, whose bytes are asked for once."""

    def __init__(self) -> None:
        self._bytes: dict[int, tuple[bytes, CodeType]] = {}  # by id: a hash reads it all

    def targets(self, frame: FrameType) -> tuple[str, ...] | None:
        """Return the names that the value of the frame's running instruction is stored in.

        Returns
        -------
        tuple of str or None
            One name for a plain assignment, several for a tuple that is unpacked, () where the value is returned
            to the caller, None where it is used in another way.
        """
        known = self._bytes.get(id(frame.f_code))
        if known is None:
            known = self._bytes[id(frame.f_code)] = frame.f_code.co_code, frame.f_code
        steps = following(*known, frame.f_lasti)
        kind, argument = next(steps, ("", None))
        if kind == "RETURN_VALUE":
            return ()
        if kind == "UNPACK_SEQUENCE" and isinstance(argument, int):
            return _unpacked(steps, argument)
        names = _stored(kind, argument)
        return names[:1] if names else _attribute((kind, argument), steps)


def following(letters: bytes, code: CodeType, at: int) -> Iterator[Step]:
    """Yield the instructions that matter after the one that runs at a place in the bytes of a code object."""
    if not 0 <= at < len(letters):
        return
    while at and letters[at] == CACHE:  # what runs may stand in its own cache
        at -= 2
    is_after, extended = False, 0
    for place in range(at, len(letters), 2):
        name, argument = dis.opname[letters[place]], extended | letters[place + 1]
        extended = argument << 8 if name == "EXTENDED_ARG" else 0
        if name in PREFIXES or (name in PASSED_OVER and place > at):
            continue
        if is_after:
            yield name, _meant(code, name, argument)
        is_after = True


def _meant(code: CodeType, name: str, argument: int) -> object:
    """Return what an instruction's number stands for: names, for those that are recognised."""
    if name in ("STORE_NAME", "STORE_GLOBAL", "STORE_ATTR", "LOAD_NAME"):
        return code.co_names[argument]
    if name == "LOAD_GLOBAL":
        return code.co_names[argument >> 1 if sys.version_info >= (3, 11) else argument]
    if name in PAIRS:
        return _local(code, argument >> 4), _local(code, argument & 15)
    if name in STORES or name in LOADS:
        return _local(code, argument, is_cell=name.endswith("DEREF"))
    return argument


def _local(code: CodeType, number: int, is_cell: bool = False) -> str:
    """Return the name of a local variable, or of one shared with an inner function."""
    if is_cell and sys.version_info < (3, 11):
        return (code.co_cellvars + code.co_freevars)[number]
    own = code.co_varnames
    if number < len(own):
        return own[number]
    cells = tuple([each for each in code.co_cellvars if each not in own])  # a parameter has one place for both
    return (own + cells + code.co_freevars)[number]


def _stored(kind: str, argument: object) -> tuple[str, ...]:
    """Return the names an instruction stores into, in order; () if it stores none."""
    if kind in STORES:
        return (str(argument),)
    if kind in PAIRS and isinstance(argument, tuple):
        return argument if kind == "STORE_FAST_STORE_FAST" else argument[:1]
    return ()


def _unpacked(steps: Iterator[Step], count: int) -> tuple[str, ...] | None:
    names: list[str] = []
    while len(names) < count:
        found = _stored(*next(steps, ("", None)))
        if not found:
            return None
        names.extend(found)
    return tuple(names[:count])


def _attribute(loaded: Step, steps: Iterator[Step]) -> tuple[str, ...] | None:
    """Recognise `thing.name = value`: the value is already there, then the thing is loaded."""
    load, thing = loaded
    store, name = next(steps, ("", None)) if load in LOADS else ("", None)
    return (f"{thing}.{name}",) if store == "STORE_ATTR" else None
