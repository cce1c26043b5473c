"""Evaluate the formula texts of the op tables: a small expression language, read as Python.

`·` is multiplication, `²` and `³` are powers, `ᵀ` behind a name or a bracket swaps the last two dims; everything else
is Python, with the saved tensors, the constants, the functions that rules call under their own names, and those of
`tests.ops.vocabulary`, which only formulas name. What the viewer leaves out (a weight that is None) is left out first.
"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from autograd_viz.ops.op import arrays
from autograd_viz.trace.formula import pruned
from tests.ops import vocabulary

SYMBOLS = {"·": "*", "²": "**2", "³": "**3", "⁴": "**4", "π": "pi", "∞": "inf"}
TRANSPOSE = ".swapaxes(-1, -2)"


class Names(dict):  # type: ignore[type-arg]
    """Look a name up among the values given, the functions that only formulas name, and those of rules."""

    def __missing__(self, name: str) -> Any:
        if name in vocabulary.__all__:
            return getattr(vocabulary, name)
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
    said = {name: "1" if isinstance(value, (int, float)) and value == 1 else str(value)
            for name, value in values.items() if value is None or np.isscalar(value)}  # fmt: skip
    builtins = {"len": len, "range": range, "sum": sum}
    return eval(to_python(pruned(text, said)), {"__builtins__": builtins}, names)
