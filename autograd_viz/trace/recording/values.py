"""Copies of arrays: written into the trace's table once each, whole or as a summary.

Note [Budget of bytes]
All values of a trace share a budget, so that the recording of a large model stays small. An array may take a
sixteenth of what is left: large ones turn into summaries first, small ones are kept to the end.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from typing import Any

import numpy as np

from autograd_viz.dtypes import dtype as DType
from autograd_viz.trace.data import Summary, Value
from autograd_viz.trace.schema import MOST_ELEMENTS

CAP = 4096
BUDGET = 1_200_000
SHARE = 16
ALWAYS_KEPT = 8
FEW = 8
"""Elements up to which Python writes float32s faster than NumPy."""
SUMMARY_BYTES = 130
LONGEST_INTEGER = 10_000
"""In bits: a number that Python still writes out."""
_WIDENED = {"float16": np.float32}


class ValueTable:
    """The values of a trace that is being recorded.

    Parameters
    ----------
    values : list of Value
        The trace's table, appended to.
    cap : int
        Arrays of more elements become summaries.
    budget : int, optional
        Bytes that all values may take in JSON, roughly; by default 1.2 MB, or as much as `cap` demands.
    """

    def __init__(self, values: list[Value], cap: int = CAP, budget: int | None = None) -> None:
        self.values = values
        self.cap = cap
        self.left = max(BUDGET, SHARE * cap * 12) if budget is None else budget
        self._known: dict[Any, int] = {}

    def add(self, array: Any) -> int:
        """Copy an array, or what a Tensor holds, and return its place in the table."""
        array = np.asarray(getattr(array, "_array", array))
        if not self._fits(array):
            return self._summary(array)
        key = (array.dtype, array.shape, array.tobytes())
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._append(_whole(array), _bytes(array))
        return found

    def maybe(self, array: Any) -> int | None:
        """Add an array, or return None for None."""
        return None if array is None else self.add(array)

    def _fits(self, array: Any) -> bool:
        if array.dtype.kind not in "fiub":
            return False
        return bool(array.size <= ALWAYS_KEPT or (array.size <= self.cap and _bytes(array) * SHARE <= self.left))

    def _summary(self, array: Any) -> int:
        value = Value(array.shape, array.dtype.name, summary=_figures(array))
        found = self._known.get(value)
        if found is None:
            found = self._known[value] = self._append(value, SUMMARY_BYTES)
        return found

    def _append(self, value: Value, size: int) -> int:
        self.values.append(value)
        self.left -= size
        return len(self.values) - 1


@cache
def dtype_name(dtype: Any) -> str:
    """Return the name of a NumPy dtype, which NumPy works out anew each time in 6 µs."""
    return np.dtype(dtype).name


def _bytes(array: Any) -> int:
    """Estimate what an array takes in JSON."""
    return int(array.size * 8 if array.size <= MOST_ELEMENTS else array.nbytes * 4 // 3)


def _whole(array: Any) -> Value:
    if array.size <= MOST_ELEMENTS:
        return Value(array.shape, dtype_name(array.dtype), data=tuple(_numbers(array)))
    stored = array.astype(_WIDENED.get(array.dtype.name, array.dtype), copy=False)
    raw = np.ascontiguousarray(stored.astype(stored.dtype.newbyteorder("<"), copy=False)).tobytes()
    return Value(array.shape, array.dtype.name, base64=b64encode(raw).decode("ascii"))


def _numbers(array: Any) -> list[Any]:
    """Return the elements as JSON numbers, in the fewest digits that give them back."""
    flat = array.ravel()
    if array.dtype.kind == "b":
        return [int(each) for each in flat]
    if array.dtype.kind != "f":
        return list(flat.tolist())
    if array.dtype.itemsize < 8:
        if array.size < FEW:
            return [plain_float(float(str(each))) for each in flat]
        flat = flat.astype("U32").astype(np.float64)
    return [plain_float(each) for each in flat.tolist()]


def plain_float(found: float) -> float | str:
    """Return a float as JSON holds it: a string if it is not finite."""
    if found != found:
        return "NaN"
    return found if abs(found) != float("inf") else "Infinity" if found > 0 else "-Infinity"


def _figures(array: Any) -> Summary:
    """Sum an array up by its finite elements; of elements that are expanded, each is looked at once."""
    if array.dtype.kind not in "fiub":
        return Summary(None, None, None, None, 0, 0)
    finite, nan = array[tuple(slice(None if stride else 1) for stride in array.strides)], 0
    times = array.size // max(finite.size, 1)
    mask = np.isfinite(finite)
    if not mask.all():
        finite, nan = finite[mask], int(np.isnan(finite).sum()) * times
    missing = array.size - finite.size * times - nan
    if not finite.size:
        return Summary(None, None, None, None, nan, missing)
    wide = finite.astype(np.float64).ravel()
    with np.errstate(all="ignore"):
        found = (wide.min(), wide.max(), wide.sum() / wide.size, np.sqrt(wide @ wide * times))
    low, high, mean, norm = (plain_float(float(f"{each:.6g}")) for each in found)
    return Summary(low, high, mean, norm, nan, missing)


def plain_option(found: Any) -> Any:
    """Return an option of an operation as plain data; Ellipsis, which no option is, for what has no such form.

    Asks an option's type, not the option, and computes with what the built-in type makes of it: options of a user's
    Function may be of classes that answer with anything.
    """
    kind = type(found)
    if issubclass(kind, np.generic):
        found = found.item()
        kind = type(found)
    if found is None or kind is bool:
        return found
    if issubclass(kind, str):
        return str.__str__(found)
    if issubclass(kind, int):
        number = int.__pos__(found)
        return number if abs(number) < 2**53 else str(number) if number.bit_length() < LONGEST_INTEGER else ...
    if issubclass(kind, float):
        return plain_float(float.__pos__(found))
    if issubclass(kind, slice | tuple | list | np.ndarray):
        return _plain_container(found)
    if issubclass(kind, np.dtype):
        return found.name
    if kind is DType:
        return str(found).removeprefix("torch.")
    return ...


def _plain_container(found: Any) -> Any:
    if isinstance(found, slice):
        parts = [plain_option(each) for each in (found.start, found.stop, found.step)]
        texts = ["" if each is None else str(each) for each in parts]
        return ... if ... in parts else ":".join(texts if texts[2] else texts[:2])
    if isinstance(found, np.ndarray):
        if found.size > MOST_ELEMENTS:
            return ...
        plain = found.tolist()
        return plain_option(tuple(plain) if isinstance(plain, list) else plain)
    if len(found) > MOST_ELEMENTS:
        return ...
    made = tuple(["..." if each is Ellipsis else plain_option(each) for each in found])
    return ... if ... in made else made


def plain_options(found: dict[str, Any]) -> dict[str, Any]:
    """Return the options that have a plain form."""
    made = {name: plain_option(each) for name, each in found.items()}
    return {name: each for name, each in made.items() if each is not ...}
