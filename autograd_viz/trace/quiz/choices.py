"""Making the choices of a question about an array: the true one among those that misconceptions give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_viz.trace.arrays import array_text, begun_text, plain_number
from autograd_viz.trace.quiz.question import Choice, Question

ALIKE = 0.01
"""Numbers closer than this, relatively, could be taken for each other by who works them out by hand."""
LONGEST_TYPED = 6
"""Characters of a number that can be asked to be typed in."""
MOST_CHOICES = 5
OTHERWISE = "That is not it, and not one of the usual slips either."


@dataclass(frozen=True, slots=True)
class Slip:
    """What a misconception gives in place of the truth: an array, or None where it expects None."""

    given: np.ndarray | None
    misconception: str
    why: str


def array_question(truth: np.ndarray | None, slips: list[Slip], why: str, **asked: Any) -> Question | None:
    """Ask for an array, or None; return None if there is nothing to choose from and nothing short to type."""
    kept = distinct(truth, slips)
    text = said(truth)
    if truth is not None and truth.ndim == 0 and _is_short(float(truth), text):
        given = [Choice(said(each.given), False, each.why, each.misconception, _number(each)) for each in kept]
        right = Choice(text, True, why, None, plain_number(float(truth)))
        numbers = [each for each in given if each.number is not None]
        return Question(choices=(right, *numbers), form="number", explanation=why, otherwise=OTHERWISE, **asked)
    if not kept:
        return None
    options = [(truth, Choice(text, True, why)), *((each.given, _choice(each)) for each in kept)]
    options.sort(key=lambda each: _order(each[0]))
    return Question(choices=tuple(choice for _, choice in options), explanation=why, **asked)


def distinct(truth: np.ndarray | None, slips: list[Slip]) -> list[Slip]:
    """Leave out slips that happen to give the truth, or what an earlier slip gives."""
    kept: list[Slip] = []
    for slip in slips:
        known = [truth, *(each.given for each in kept)]
        if not any(_alike(slip.given, each) or said(slip.given) == said(each) for each in known):
            kept.append(slip)
    return kept[: MOST_CHOICES - 1]


def said(found: np.ndarray | None) -> str:
    """Write an array, or None."""
    return "None" if found is None else array_text(found)


def told(found: np.ndarray | None) -> str:
    """Write an array within a sentence, where its shape goes without saying."""
    return "None" if found is None else begun_text(found)


def _choice(slip: Slip) -> Choice:
    return Choice(said(slip.given), False, slip.why, slip.misconception)


def _number(slip: Slip) -> float | str | None:
    return None if slip.given is None or slip.given.ndim else plain_number(float(slip.given))


def _alike(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=ALIKE, atol=1e-9, equal_nan=True))


def _is_short(x: float, text: str) -> bool:
    """Whether a number can be typed exactly as it is: 6 and -0.25, not 1.0986123."""
    return len(text) <= LONGEST_TYPED and bool(np.isclose(float(text), x, rtol=1e-6, atol=1e-12, equal_nan=True))


def _order(found: np.ndarray | None) -> tuple[Any, ...]:
    """Sort None first, then by shape and size, so that the place tells nothing about which is right."""
    if found is None:
        return (-1, (), ())
    return (found.ndim, found.shape, tuple(np.nan_to_num(found.ravel()[:9]).tolist()))
