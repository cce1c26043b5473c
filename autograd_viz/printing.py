"""How tensors print: exactly as PyTorch's do.

Note [How PyTorch prints]
One format serves a whole tensor: integers as they are; floats that are all whole as `1.`; others with `precision`
digits, in scientific notation when the largest is over 1,000 times the smallest, over 1e8, or the smallest is under
1e-4. Tensors of more than `threshold` elements show `edgeitems` at each end of each dimension, and only these decide
the format. Mirrors `torch/_tensor_str.py`.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from . import dtypes

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["get_printoptions", "printoptions", "set_printoptions", "tensor_text"]


@dataclass
class _Options:
    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None


_options = _Options()
_PROFILES: dict[str, dict[str, Any]] = {
    "default": {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80},
    "short": {"precision": 2, "threshold": 1000, "edgeitems": 2, "linewidth": 80},
    "full": {"precision": 4, "threshold": math.inf, "edgeitems": 3, "linewidth": 80},
}


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Set how tensors print. Mirrors `torch.set_printoptions`.

    Parameters
    ----------
    precision : int, optional
        Digits after the point.
    threshold : float, optional
        Number of elements above which a tensor is summarised.
    edgeitems : int, optional
        Elements shown at each end of each dimension of a summary.
    linewidth : int, optional
        Characters a line.
    profile : {"default", "short", "full"}, optional
        A set of the above.
    sci_mode : bool, optional
        Scientific notation always or never; by default as the numbers demand.
    """
    chosen = dict(_PROFILES.get(profile, {})) if profile is not None else {}
    given = {"precision": precision, "threshold": threshold, "edgeitems": edgeitems, "linewidth": linewidth}
    chosen.update({key: value for key, value in given.items() if value is not None})
    for key, value in chosen.items():
        setattr(_options, key, value)
    _options.sci_mode = sci_mode


def get_printoptions() -> dict[str, Any]:
    """Return the options now in force, as `set_printoptions` takes them."""
    return asdict(_options)


@contextlib.contextmanager
def printoptions(**options: Any) -> Iterator[None]:
    """Set print options until the end of a `with` block. Mirrors `torch._tensor_str.printoptions`."""
    before = get_printoptions()
    set_printoptions(**options)
    try:
        yield
    finally:
        set_printoptions(**before)


def tensor_text(tensor: Tensor) -> str:
    """Return the text that PyTorch prints for such a tensor.

    Examples
    --------
    >>> import autograd_viz as ag
    >>> x = ag.tensor([1.0, 2.5], requires_grad=True)
    >>> x * 2
    tensor([2., 5.], grad_fn=<MulBackward0>)
    """
    prefix, array = "tensor(", tensor._array
    body = array_text(array, len(prefix))
    return _with_suffixes(prefix + body, [*_described(array), *_tracked(tensor)], len(prefix))


def array_text(array: Any, indent: int) -> str:
    """Return the brackets and numbers of an array whose first line begins at column `indent`."""
    if array.size == 0:
        return "[]"
    summarize = array.size > _options.threshold
    return _nested(array, indent, summarize, _Format(_edges(array) if summarize else array))


def _described(array: Any) -> list[str]:
    """Return the suffixes for shape and dtype, where they cannot be seen from the numbers."""
    suffixes = []
    default = dtypes.default_float()
    if array.size == 0:
        if array.ndim != 1:
            suffixes.append(f"size={array.shape}")
        usual = array.dtype == default
    else:
        if not _options.edgeitems:
            suffixes.append(f"size={array.shape}")
        usual = array.dtype in (default, np.int64, np.bool_)
    if not usual:
        suffixes.append(f"dtype={dtypes.BY_NUMPY[array.dtype]}")
    return suffixes


def _tracked(tensor: Tensor) -> list[str]:
    try:
        node = tensor.grad_fn
    except RuntimeError:  # a view that was changed in place where that is forbidden
        return ["grad_fn=<Invalid>"]
    if node is not None:
        return [f"grad_fn=<{node.name().rsplit('::', 1)[-1]}>"]
    return ["requires_grad=True"] if tensor._requires_grad else []


def _with_suffixes(text: str, suffixes: list[str], indent: int) -> str:
    """Append suffixes and the closing bracket, each on a new line where it would not fit."""
    parts = [text]
    column = len(text) - text.rfind("\n") + 1
    for suffix in suffixes:
        if column + len(suffix) + 2 > _options.linewidth:
            parts.append(",\n" + " " * indent + suffix)
            column = indent + len(suffix)
        else:
            parts.append(", " + suffix)
            column += len(suffix) + 2
    return "".join([*parts, ")"])


class _Format:
    """The one format of all numbers of a tensor. See Note [How PyTorch prints]."""

    def __init__(self, array: Any) -> None:
        self.floating = array.dtype.kind == "f"
        self.whole, self.scientific, self.width = True, False, 1
        flat = array.reshape(-1)
        if not self.floating:
            self.width = max([1, *(len(str(value)) for value in flat.tolist())])
            return
        shown = flat[np.isfinite(flat) & (flat != 0)]
        if shown.size == 0:
            return
        sizes = np.abs(shown).astype(np.float64)
        with np.errstate(over="ignore"):
            spread = sizes.max() / sizes.min() > 1000.0 or sizes.max() > 1.0e8 or sizes.min() < 1.0e-4
        self.scientific = bool(spread) if _options.sci_mode is None else _options.sci_mode
        self.whole = bool((shown == np.ceil(shown)).all())
        self.width = max(len(self.number(value)) for value in shown.tolist())

    def number(self, value: Any) -> str:
        """Return one number, not padded."""
        if not self.floating:
            return str(value)
        if self.scientific:
            return f"{value:.{_options.precision}e}"
        if self.whole:
            return f"{value:.0f}." if math.isfinite(value) else f"{value:.0f}"
        return f"{value:.{_options.precision}f}"

    def __call__(self, value: Any) -> str:
        return self.number(value).rjust(self.width)


def _nested(array: Any, indent: int, summarize: bool, form: _Format) -> str:
    if array.ndim == 0:
        return form(array.item())
    if array.ndim == 1:
        return _vector(array, indent, summarize, form)
    edge = _options.edgeitems
    if summarize and len(array) > 2 * edge:
        shown = [*range(edge), None, *range(len(array) - edge, len(array))]
    else:
        shown = [*range(len(array))]
    rows = ["..." if i is None else _nested(array[i], indent + 1, summarize, form) for i in shown]
    return "[" + ("," + "\n" * (array.ndim - 1) + " " * (indent + 1)).join(rows) + "]"


def _vector(array: Any, indent: int, summarize: bool, form: _Format) -> str:
    edge = _options.edgeitems
    if summarize and not edge:
        words = ["..."]
    elif summarize and len(array) > 2 * edge:
        words = [*map(form, array[:edge].tolist()), " ...", *map(form, array[-edge:].tolist())]
    else:
        words = [form(value) for value in array.tolist()]
    per_line = max(1, (_options.linewidth - indent) // (form.width + 2))
    lines = [", ".join(words[i : i + per_line]) for i in range(0, len(words), per_line)]
    return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"


def _edges(array: Any) -> Any:
    """Return only the elements that a summary shows."""
    edge = _options.edgeitems
    if array.ndim > 1 and not edge:
        return array.reshape(-1)[:0]
    for dim, length in enumerate(array.shape):
        if length > 2 * edge:
            ends = [*range(edge), *range(length - edge, length)] if edge else range(length)
            array = np.take(array, ends, axis=dim)
    return array
