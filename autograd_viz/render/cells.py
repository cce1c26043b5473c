"""Arrays as coloured cells, on a scale that diverges from a neutral zero, as the player shows them."""

from __future__ import annotations

from math import inf, isfinite, isnan, prod

import numpy as np

from autograd_viz.render.palette import Palette, mix
from autograd_viz.render.shapes import Sheet, lines, rounded
from autograd_viz.trace.arrays import numbers
from autograd_viz.trace.data import Value
from autograd_viz.trace.figures import number

STEPS = 12
LARGEST_CELL = 11.0


def figure(x: float) -> str:
    """Write one number as the player does."""
    if isnan(x):
        return "nan"
    return number(x) if isfinite(x) else ("inf" if x > 0 else "-inf")


def magnitude(value: Value) -> float:
    """Return the largest finite magnitude among a value's elements, 0 if there is none."""
    found = numbers(value)
    finite = np.abs(found[np.isfinite(found)]) if found is not None else np.zeros(0)
    return float(finite.max(initial=0.0))


def reduced(grid: np.ndarray, most_rows: int, most_columns: int) -> np.ndarray:
    """Return fewer cells for a small space: each stands for a block and shows its entry of largest magnitude."""
    rows, columns = min(grid.shape[0], most_rows), min(grid.shape[1], most_columns)
    if (rows, columns) == grid.shape:
        return grid
    made = np.zeros((rows, columns))
    for (i, j), x in np.ndenumerate(grid):
        at = i * rows // grid.shape[0], j * columns // grid.shape[1]
        if isnan(x) or abs(x) > abs(made[at]):
            made[at] = x
    return made


def draw_cells(sheet: Sheet, palette: Palette, value: Value, w: float, h: float, largest: float | None = None) -> float:
    """Draw an array's cells into a box at the sheet's origin; return the width they take."""
    found = numbers(value)
    columns = value.shape[-1] if value.shape else 1
    if found is None or not prod(value.shape):
        return 0.0
    grid = reduced(found.reshape(-1, columns), max(1, int(h / 2)), max(1, int(w / 2)))
    rows, columns = grid.shape
    fit = min(w / columns, h / rows, LARGEST_CELL)
    cell = float(int(fit)) if fit >= 3 else fit
    gap = 1.0 if cell >= 5 else 0.0
    wide, high = columns * cell - gap, rows * cell - gap
    placed = sheet.at(0, (h - high) / 2)
    placed.path(rounded(-1, -1, wide + 2, high + 2, 1.0), stroke=palette.line)
    top = largest or magnitude(value) or 1.0
    for (i, j), x in np.ndenumerate(grid):
        _cell(placed.at(j * cell, i * cell), palette, float(x), top, cell - gap)
    return wide


def paint(palette: Palette, x: float, largest: float) -> str:
    """Return the colour of a number."""
    if isnan(x):
        return palette.nan
    level = max(-STEPS, min(STEPS, round(x / largest * STEPS))) if isfinite(x) else (STEPS if x == inf else -STEPS)
    if level == 0 and x != 0:
        level = 1 if x > 0 else -1
    return mix(palette.negative if level < 0 else palette.positive, palette.zero, abs(level) / STEPS)


def _cell(sheet: Sheet, palette: Palette, x: float, largest: float, side: float) -> None:
    sheet.path(lines((0, 0), (side, 0), (side, side), (0, side), (0, 0)), fill=paint(palette, x, largest))
    if not isfinite(x):  # so that colour alone does not tell them
        sheet.path(lines((0, side), (side, 0)), stroke=palette.card)
    if isnan(x):
        sheet.path(lines((0, 0), (side, side)), stroke=palette.card)
