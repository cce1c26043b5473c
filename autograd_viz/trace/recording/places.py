"""Where in the user's code something happens: frames, lines, sources, scopes.

Finds the first frame outside this package, and copies the text of the cell or file that its line is in.
"""

from __future__ import annotations

import linecache
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from inspect import CO_OPTIMIZED
from operator import itemgetter
from pathlib import Path
from types import CodeType, FrameType, TracebackType

from autograd_viz.autograd.scopes import modules as scope_modules
from autograd_viz.autograd.scopes import path as scope_path
from autograd_viz.trace.data import Line, ModuleRecord, Source
from autograd_viz.trace.document import whole_text

PACKAGE = str(Path(__file__).parents[2]) + os.sep
MODULES = os.path.join(PACKAGE, "nn", "modules") + os.sep
LONGEST_SOURCE = 60_000
NEIGHBOURHOOD = 20
LINES = itemgetter(0, 1)


def is_ours(frame: FrameType) -> bool:
    """Return whether a frame runs code of this package, which may also have been made by `eval`."""
    filename = frame.f_code.co_filename
    if filename == "<string>":
        return str(dict.get(frame.f_globals, "__name__", "")).startswith("autograd_viz.")
    return filename.startswith(PACKAGE)


def user_frame(frame: FrameType | None = None) -> FrameType | None:
    """Return the innermost frame outside this package, from `frame` outward."""
    found = frame if frame is not None else sys._getframe(1)
    while found is not None and is_ours(found):
        found = found.f_back  # type: ignore[assignment]
    return found


def is_making_a_module() -> bool:
    """Return whether what runs is the constructor of one of this package's modules, which draws its parameters."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and is_ours(frame):
        if frame.f_code.co_name == "__init__" and frame.f_code.co_filename.startswith(MODULES):
            return True
        frame = frame.f_back
    return False


def user_frames(frame: FrameType | None, last: FrameType | None) -> Iterator[FrameType]:
    """Yield frames outside this package from `frame` outward, up to `last`, or to the cell or script that runs."""
    while frame is not None:
        if not is_ours(frame):
            yield frame
            if frame is last or not frame.f_code.co_flags & CO_OPTIMIZED:  # functions' code is optimized
                return
        frame = frame.f_back


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when an operation ran: during which backward pass, on which line, in which scope."""

    layer: int
    line: Line | None
    scope: str


NOWHERE = Place(0, None, "")


class Places:
    """Lines and scopes for a trace that is being recorded.

    Parameters
    ----------
    sources : list of Source
        The trace's table, appended to.
    modules : list of ModuleRecord
        The trace's table, appended to.
    home : FrameType or None
        The frame the recording began in: functions called from it are scopes, it is not.
    """

    def __init__(self, sources: list[Source], modules: list[ModuleRecord], home: FrameType | None) -> None:
        self.sources = sources
        self.modules = modules
        self.home = home
        self._numbers: dict[str, int | None] = {}
        self._texts: dict[int, list[str]] = {}
        self._classes: dict[str, str] = {}
        self._spoken: dict[int, set[int]] = {}
        self._spans: dict[int, tuple[list[tuple[int | None, int | None]], CodeType]] = {}  # by id: a hash reads it all

    def line(self, frame: FrameType | None) -> Line | None:
        """Return the line a frame is at."""
        return None if frame is None else self._at(frame, frame.f_lasti, None)

    def line_of(self, traceback: TracebackType | None) -> Line | None:
        """Return the innermost line of the user's that a traceback went through."""
        found = None
        while traceback is not None:
            if not is_ours(traceback.tb_frame):
                found = traceback
            traceback = traceback.tb_next
        return None if found is None else self._at(found.tb_frame, found.tb_lasti, found.tb_lineno)

    def scope(self, frame: FrameType | None) -> str:
        """Return the scope of what runs: the user's scopes, or else the function it is in."""
        said = whole_text(scope_path())
        if said or frame is None or frame is self.home or frame.f_code.co_name.startswith("<"):
            return said
        return frame.f_code.co_name

    def note_modules(self, op: int) -> None:
        """Record the classes of the modules that an operation runs in, where they are not those known."""
        for path, name in scope_modules():
            if self._classes.get(path) != name:
                self._classes[path] = name
                self.modules.append(ModuleRecord(whole_text(path), whole_text(name), op))

    def shorten(self) -> None:
        """Leave of long sources only the neighbourhood of the lines referred to; the rest become empty."""
        for number, spoken in self._spoken.items():
            source = self.sources[number]
            if len(source.text) > LONGEST_SOURCE:
                near = {line + step for line in spoken for step in range(-NEIGHBOURHOOD, NEIGHBOURHOOD + 1)}
                lines = [text if i + 1 in near else "\n" for i, text in enumerate(self._texts[number])]
                self.sources[number] = Source(source.name, "".join(lines))

    def _at(self, frame: FrameType, instruction: int, lineno: int | None) -> Line | None:
        """Return the line of an instruction; `lineno` None for the frame's own, which takes long to work out."""
        source = self._source(frame)
        start, end = self._span(frame.f_code, instruction) or (frame.f_lineno if lineno is None else lineno, None)
        if source is None or start is None or not 0 < start <= len(self._texts[source]):
            return None
        end = end if end is not None and start <= end else start
        self._spoken.setdefault(source, set()).update((start, end))
        return Line(source, start, end)

    def _span(self, code: CodeType, instruction: int) -> tuple[int | None, int | None] | None:
        """Return the first and last line of the running expression, where they are known: not by Python 3.10."""
        if not hasattr(code, "co_positions"):
            return None
        found = self._spans.get(id(code))
        if found is None:
            found = self._spans[id(code)] = list(map(LINES, code.co_positions())), code
        spans, _ = found
        place = instruction // 2
        return spans[place] if 0 <= place < len(spans) and spans[place][0] is not None else None

    def _source(self, frame: FrameType) -> int | None:
        filename = frame.f_code.co_filename
        if filename not in self._numbers:
            try:
                lines = linecache.getlines(filename, frame.f_globals)
            except Exception:  # a name that no file can have, or what a loader of the user's raises
                lines = []
            self._numbers[filename] = len(self.sources) if lines else None
            if lines:
                text = "".join(lines)
                self._texts[len(self.sources)] = lines
                self.sources.append(Source(_name(filename, text, frame), text))
        return self._numbers[filename]


def _name(filename: str, text: str, frame: FrameType) -> str:
    """Name a source without naming the machine: a script's base name, a cell's number in its notebook."""
    history = dict.get(frame.f_globals, "In")
    if type(history) is list:
        for number in range(len(history) - 1, 0, -1):
            if type(history[number]) is str and history[number].strip() == text.strip():
                return f"In [{number}]"
    cell = re.match(r"<ipython-input-(\d+)-", filename)
    if cell:
        return f"In [{cell[1]}]"
    if "ipykernel_" in filename:
        return "cell"
    return re.split(r"[/\\]", filename)[-1]
