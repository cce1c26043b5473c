"""The product behind `bilinear`: linear in two inputs and in the weight."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import op, register

__all__ = ["trilinear"]

# Each gradient of the product "ni,oij,nj->no" is a product of the same kind, with other letters summed over.
RESULT = "ni,oij,nj->no"


def _trilinear(i1: Any, i2: Any, i3: Any, equation: str = RESULT) -> Any:
    return np.einsum(equation, i1, i2, i3, optimize=True)


def _turned(equation: str, place: int) -> str:
    """Return the equation that gives the gradient of one operand when the result's gradient stands in its place."""
    operands, result = equation.split("->")
    letters = operands.split(",")
    wanted = letters[place]
    letters[place] = result
    return f"{','.join(letters)}->{wanted}"


trilinear = op(
    "Trilinear",
    _trilinear,
    i1=(
        "trilinear(grad, i2, i3, turned(equation, 0))",
        lambda xp, grad, i2, i3, equation: xp.trilinear(grad, i2, i3, _turned(equation, 0)),
    ),
    i2=(
        "trilinear(i1, grad, i3, turned(equation, 1))",
        lambda xp, grad, i1, i3, equation: xp.trilinear(i1, grad, i3, _turned(equation, 1)),
    ),
    i3=(
        "trilinear(i1, i2, grad, turned(equation, 2))",
        lambda xp, grad, i1, i2, equation: xp.trilinear(i1, i2, grad, _turned(equation, 2)),
    ),
)
register("trilinear", trilinear, method=False, public=False)
register("turned", _turned, forward=_turned, method=False, public=False)
