"""Numbers, small arrays and shapes as text: the one place that says how they look in sentences.

A number, exactly: NaN is `nan`, the infinities `inf` and `-inf`, both zeros `0`. A whole number below ten
million stands in full. Any other is rounded to four significant digits, halves away from zero; with e the
decimal exponent after rounding, -5 < e < 7 gives plain notation with max(0, 3 - e) decimals (so that digits
before the point are never rounded away), anything else `1.234e-7`. Trailing zeros after the point are dropped.
JavaScript's toExponential and toFixed round in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import prod

from autograd_viz.trace.data import Value

MOST_SHOWN = 9
"""Arrays with more elements than this are described by their shape."""
FEW = 4
"""A vector of so many numbers is written out wherever it stands; a larger array is drawn as cells."""
_WORDS = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}


def number(found: float | str, most: int = 4) -> str:
    """Write one number, in fewer digits than four if asked to."""
    if isinstance(found, str):
        return _WORDS[found]
    if found == int(found) and abs(found) < 1e7:
        return str(int(found))
    exponent = Decimal(_rounded(found, most - 1 - Decimal(found).adjusted())).adjusted()
    if -5 < exponent < 7:
        return _trimmed(_rounded(found, max(0, most - 1 - exponent)))
    digits = _rounded(found, most - 1 - exponent).scaleb(-exponent)
    return f"{_trimmed(digits)}e{exponent}"


def _rounded(found: float, decimals: int) -> Decimal:
    """Round the exact binary value, halves away from zero."""
    return Decimal(found).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _trimmed(digits: Decimal) -> str:
    text = f"{digits:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def value_text(value: Value) -> str | None:
    """Write an array of up to nine elements, `[[1, 2], [3, 4]]`; None for larger ones."""
    if value.data is None or len(value.data) > MOST_SHOWN:
        return None
    return _nested([_element(value, each) for each in value.data], value.shape)


def short_texts(values: Sequence[Value], longest: float) -> list[str] | None:
    """Write scalars and short vectors, all in as many digits as let them be no longer than this together.

    None where there is a larger array among them or two digits are too long.
    """
    if any(len(each.shape) > 1 or each.data is None or len(each.data) > FEW for each in values):
        return None
    for most in (4, 3, 2):
        texts = [_nested([_element(value, each, most) for each in value.data or ()], value.shape) for value in values]
        if sum(map(len, texts)) <= longest:
            return texts
    return None


def _element(value: Value, found: float | str, most: int = 4) -> str:
    """Write one element; the truth of a bool in a letter where there is little room."""
    return number(found, most) if value.dtype != "bool" else str(bool(found))[: None if most == 4 else 1]


def _nested(texts: list[str], shape: tuple[int, ...]) -> str:
    if not shape:
        return texts[0]
    size = prod(shape[1:])
    rows = [_nested(texts[i * size : (i + 1) * size], shape[1:]) if size else "[]" for i in range(shape[0])]
    return f"[{', '.join(rows)}]"


def shape_text(shape: tuple[int, ...]) -> str:
    """Write a shape, `[4, 3]`."""
    return f"[{', '.join(map(str, shape))}]"


def fill(text: str, words: Mapping[str, str]) -> str:
    """Put words in for those that stand in braces."""
    return re.sub(r"\{(\w+)\}", lambda match: words.get(match[1], match[0]), text)


def plain_text(found: object) -> str:
    """Write an option of an operation."""
    if isinstance(found, bool) or found is None:
        return str(found)
    if isinstance(found, int | float):
        return number(found)
    if isinstance(found, tuple | list):
        return f"[{', '.join(map(plain_text, found))}]"
    return _WORDS.get(str(found), str(found))
