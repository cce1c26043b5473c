"""Anomaly detection: find the forward operation whose backward fails or gives NaN.

Mirrors `torch.autograd.anomaly_mode`. While it is on, every node keeps in its `metadata` the traceback of the call
that made it ("traceback_") and the node during whose backward it was made ("parent_").
"""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np

from .node import Node
from .state import local, note_special

__all__ = [
    "check_nan",
    "detect_anomaly",
    "explain",
    "is_anomaly_check_nan_enabled",
    "is_anomaly_enabled",
    "remember_forward",
    "set_detect_anomaly",
]

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class set_detect_anomaly:
    """Set anomaly detection on or off, at once, and until the block's end where used as a context manager.

    Mirrors `torch.autograd.set_detect_anomaly`.

    Parameters
    ----------
    mode : bool
        Whether it is on.
    check_nan : bool
        Whether a backward that gives NaN is an error.
    """

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        for word, value in (("enabled", mode), ("check_nan", check_nan)):
            if not isinstance(value, bool):
                raise TypeError(f"set_detect_anomaly(): argument '{word}' must be bool, not {type(value).__name__}")
        self._previous = local.anomaly, local.anomaly_check_nan
        _set(mode, check_nan)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exc_info: object) -> None:
        _set(*self._previous)


class detect_anomaly:
    """Detect anomalies in the block: a failing backward names the forward line that made it, and NaN is an error.

    Mirrors `torch.autograd.detect_anomaly`.

    Parameters
    ----------
    check_nan : bool
        Whether a backward that gives NaN is an error.
    """

    def __init__(self, check_nan: bool = True) -> None:
        self._check_nan = check_nan
        self._previous = local.anomaly, local.anomaly_check_nan
        warnings.warn(
            "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for "
            "debugging.",
            UserWarning,
            stacklevel=2,
        )

    def __enter__(self) -> None:
        self._previous = local.anomaly, local.anomaly_check_nan
        _set(True, self._check_nan)

    def __exit__(self, *exc_info: object) -> None:
        _set(*self._previous)


def is_anomaly_enabled() -> bool:
    """Return whether anomaly detection is on in this thread."""
    return local.anomaly


def is_anomaly_check_nan_enabled() -> bool:
    """Return whether anomaly detection, when on, looks for NaN."""
    return local.anomaly_check_nan


def _set(mode: bool, check_nan: bool) -> None:
    if bool(mode) != local.anomaly:
        note_special(1 if mode else -1)
        local.anomaly = bool(mode)
    local.anomaly_check_nan = bool(check_nan)


def remember_forward(node: Node) -> None:
    """Keep with a new node the traceback of the call that makes it, without this package's own frames."""
    import traceback  # needed here alone, and slow to import

    frames = traceback.extract_stack()
    own = [frame for frame in frames if not frame.filename.startswith(_PACKAGE)]
    node.metadata["traceback_"] = traceback.format_list(own or frames)
    if local.running is not None:
        node.metadata["parent_"] = local.running


def check_nan(node: Node, position: int, value: Any) -> None:
    """Refuse a gradient that has NaN.

    Raises
    ------
    RuntimeError
        Which names the node and which of its gradients it is.
    """
    array = getattr(value, "_array", value)
    if array.dtype.kind == "f" and np.isnan(array).any():
        raise RuntimeError(f"Function '{node.name()}' returned nan values in its {position}th output.")


def explain(node: Node) -> None:
    """Warn, on an error in a node's backward, with the traceback of the forward call that made the node.

    Where the node was made during another backward, a warning for each node that induced it follows.
    """
    found = _traceback_of(node)
    if found is None:
        _warn(f"Error detected in {node.name()}. {_NO_FORWARD}")
        return
    _warn(f"Error detected in {node.name()}. Traceback of forward call that caused the error:\n{found}")
    parent = node.metadata.get("parent_")
    while parent is not None:
        induced = _traceback_of(parent)
        start = f"\n\nPrevious calculation was induced by {parent.name()}."
        if induced is None:
            _warn(f"{start} {_NO_FORWARD}")
            return
        _warn(f"{start} Traceback of forward call that induced the previous calculation:\n{induced}")
        parent = parent.metadata.get("parent_")


_NO_FORWARD = (
    "No forward pass information available. Enable detect anomaly during forward pass for more information."
)


def _warn(text: str) -> None:
    warnings.warn(text, UserWarning, stacklevel=3)


def _traceback_of(node: Node) -> str | None:
    lines = None if node.extra is None or node.extra.metadata is None else node.extra.metadata.get("traceback_")
    return None if lines is None else "".join(lines)
