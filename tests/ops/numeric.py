"""Gradients by finite differences, in float64, without torch and without the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Function = Callable[[Sequence[Any]], Any]  # arrays -> a number

STEP = 1e-3


def gradients(function: Function, arrays: Sequence[Any], wanted: Sequence[bool]) -> list[Any]:
    """Return the derivative of a number with respect to every element of the wanted arrays.

    The central difference of fourth order: its error is the step to the fourth power.
    """
    return [
        _gradient(function, list(arrays), number) if want else None for number, want in enumerate(wanted)
    ]


def _gradient(function: Function, arrays: list[Any], number: int) -> Any:
    found = np.zeros_like(arrays[number])
    for place in np.ndindex(found.shape):
        differences = [_moved(function, arrays, number, place, k * STEP) for k in (-2, -1, 1, 2)]
        found[place] = (differences[0] - 8 * differences[1] + 8 * differences[2] - differences[3]) / (12 * STEP)
    return found


def _moved(function: Function, arrays: list[Any], number: int, place: tuple[int, ...], step: float) -> Any:
    moved = arrays[number].copy()
    moved[place] += step
    return function([*arrays[:number], moved, *arrays[number + 1 :]])
