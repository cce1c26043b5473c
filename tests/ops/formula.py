"""Evaluate the formula texts of the op tables: a small expression language, read as Python.

`·` is multiplication, `²` and `³` are powers, `ᵀ` behind a name or a bracket swaps the last two dims; everything else
is Python, with the saved tensors, the constants and the functions that rules call under their own names.
"""

from __future__ import annotations

import math
import re
from typing import Any

from autograd_viz.ops.op import arrays

SYMBOLS = {"·": "*", "²": "**2", "³": "**3", "⁴": "**4", "π": "pi", "∞": "inf"}
TRANSPOSE = ".swapaxes(-1, -2)"


class Names(dict):  # type: ignore[type-arg]
    """Look a name up among the values given, then among the functions of rules."""

    def __missing__(self, name: str) -> Any:
        if hasattr(arrays, name):
            return getattr(arrays, name)
        raise KeyError(name)


def to_python(text: str) -> str:
    """Return a formula's text as a Python expression."""
    text = re.sub(r"(?<=[\w)\]])ᵀ", TRANSPOSE, text)
    return "".join(SYMBOLS.get(letter, letter) for letter in text)


def evaluate(text: str, values: dict[str, Any]) -> Any:
    """Return the value of a formula.

    Parameters
    ----------
    text : str
        The formula: "grad · other".
    values : dict
        What its names stand for: `grad`, saved tensors, constants; `i` for the place in a list of tensors.

    Raises
    ------
    NameError
        When the formula names something that is neither given nor a function.
    """
    constants = {"pi": math.pi, "inf": math.inf, "nan": math.nan}
    names = Names({**constants, **values})
    return eval(to_python(text), {"__builtins__": {"len": len, "range": range, "sum": sum}}, names)
