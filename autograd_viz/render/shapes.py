"""What a still picture is made of: paths and texts, in pixels, y down. Knows neither traces nor file formats."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import cos, sin
from typing import Any

Point = tuple[float, float]
CORNER = 0.5523  # how far a Bezier's handles reach to come nearest to a quarter of a circle


@dataclass(frozen=True, slots=True)
class Path:
    """Cubic Bezier segments: one start, then three points for each. `dash` is "", or a pattern of `dashes.py`."""

    points: tuple[Point, ...]
    fill: str | None = None
    stroke: str | None = None
    width: float = 1.0
    dash: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text on a baseline; monospaced, or `prose`. `anchor` is "start", "middle" or "end"."""

    x: float
    y: float
    text: str
    colour: str
    size: float = 11.0
    anchor: str = "start"
    bold: bool = False
    prose: bool = False


@dataclass(frozen=True, slots=True)
class Still:
    """A finished picture; later shapes lie on earlier ones."""

    width: float
    height: float
    title: str
    paper: str
    shapes: tuple[Path | Text, ...]


class Sheet:
    """Shapes put down one after another, relative to an origin."""

    def __init__(self, shapes: list[Path | Text] | None = None, origin: Point = (0.0, 0.0)) -> None:
        self.shapes: list[Path | Text] = [] if shapes is None else shapes
        self.origin = origin

    def at(self, x: float, y: float) -> Sheet:
        """Return the same sheet with its origin moved."""
        return Sheet(self.shapes, (self.origin[0] + x, self.origin[1] + y))

    def path(self, points: tuple[Point, ...], **style: Any) -> None:
        """Put down a path; `style` is what `Path` takes."""
        dx, dy = self.origin
        self.shapes.append(Path(tuple((x + dx, y + dy) for x, y in points), **style))

    def text(self, text: Text) -> None:
        """Put down a text, unless it is empty."""
        if text.text:
            self.shapes.append(replace(text, x=text.x + self.origin[0], y=text.y + self.origin[1]))


def lines(*corners: Point) -> tuple[Point, ...]:
    """Join corners by straight segments; the handles of a straight segment are its ends."""
    made = [corners[0]]
    for start, end in pairwise(corners):
        made += [start, end, end]
    return tuple(made)


def rounded(x: float, y: float, w: float, h: float, *radii: float) -> tuple[Point, ...]:
    """Outline a rectangle with corners of one radius, or of four, clockwise from the upper left."""
    a, b, c, d = radii if len(radii) == 4 else radii * 4
    right, bottom, k = x + w, y + h, 1 - CORNER
    sides = [
        ((x + a, y), (right - b, y), (right - b * k, y), (right, y + b * k), (right, y + b)),
        ((right, y + b), (right, bottom - c), (right, bottom - c * k), (right - c * k, bottom), (right - c, bottom)),
        ((right - c, bottom), (x + d, bottom), (x + d * k, bottom), (x, bottom - d * k), (x, bottom - d)),
        ((x, bottom - d), (x, y + a), (x, y + a * k), (x + a * k, y), (x + a, y)),
    ]
    made: list[Point] = [(x + a, y)]
    for start, end, *corner in sides:
        made += [start, end, end, *corner]
    return tuple(made)


def octagon(w: float, h: float, cut: float) -> tuple[Point, ...]:
    """Outline a rectangle with its corners cut off."""
    far, low = w - cut, h - cut
    return lines((cut, 0), (far, 0), (w, cut), (w, low), (far, h), (cut, h), (0, low), (0, cut), (cut, 0))


def turned(points: tuple[Point, ...], at: Point, angle: float) -> tuple[Point, ...]:
    """Turn a path drawn about the origin by `angle` (radians, clockwise) and move it to `at`."""
    c, s = cos(angle), sin(angle)
    return tuple((at[0] + x * c - y * s, at[1] + x * s + y * c) for x, y in points)
