"""Arithmetic on the layout's edges: cubic Bezier splines as lists of control points."""

from __future__ import annotations

from collections.abc import Sequence
from math import atan2

from autograd_viz.render.shapes import Point


def point_at(points: Sequence[Sequence[float]], t: float) -> Point:
    """Return the point at `t` of the way, 0 at the start, 1 at the end."""
    segments = max(1, (len(points) - 1) // 3)
    along = min(max(t, 0.0), 1.0) * segments
    which = min(int(along), segments - 1)
    if len(points) < which * 3 + 4:
        return float(points[0][0]), float(points[0][1])
    u = along - which
    weights = ((1 - u) ** 3, 3 * (1 - u) ** 2 * u, 3 * (1 - u) * u**2, u**3)
    four = points[which * 3 : which * 3 + 4]
    x, y = (sum(weight * each[axis] for weight, each in zip(weights, four, strict=True)) for axis in (0, 1))
    return x, y


def angle_at(points: Sequence[Sequence[float]], t: float) -> float:
    """Return the direction, in radians, in which the spline runs at `t`."""
    (x0, y0), (x1, y1) = point_at(points, max(0.0, t - 0.02)), point_at(points, min(1.0, t + 0.02))
    return atan2(y1 - y0, x1 - x0)
