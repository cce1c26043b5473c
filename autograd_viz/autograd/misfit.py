"""Shapes that no longer fit in a rule, as after `x.data = y` of another shape: NumPy's error in PyTorch's words."""

from __future__ import annotations

import re

__all__ = ["misfit"]

SHAPE = re.compile(r"\(((?:\d+,? ?)*)\)")
RULES = __name__.partition(".")[0] + ".ops."


def misfit(error: ValueError) -> RuntimeError | None:
    """Return the error to raise in place of one that a rule of ours raised for two shapes, None for any other.

    It is made once: whoever asks again gets the same.
    """
    said = str(error)
    if "could not be broadcast" not in said and "not aligned" not in said:
        return None
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or not trace.tb_frame.f_globals.get("__name__", "").startswith(RULES):
        return None
    if not hasattr(error, "worded"):
        error.worded = _worded(said)  # type: ignore[attr-defined]
    return error.worded  # type: ignore[attr-defined]


def _worded(said: str) -> RuntimeError:
    from ..ops.dispatch import broadcast_error

    shapes = [tuple(map(int, re.findall(r"\d+", each))) for each in SHAPE.findall(said)][:2]
    if len(shapes) < 2:
        return RuntimeError(said)
    if "not aligned" in said:
        one, two = ("x".join(map(str, shape)) for shape in shapes)
        return RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({one} and {two})")
    return broadcast_error(*shapes)
