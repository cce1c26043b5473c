"""Settings of PyTorch's that programs make at their start: what they ask for holds here anyway, or is refused.

Operations are deterministic, on the CPU and of full precision. The threads of matrix products are those of NumPy's
BLAS, which reads OMP_NUM_THREADS when it is loaded; a number set here is only remembered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .device import CPU, device

__all__ = [
    "are_deterministic_algorithms_enabled",
    "get_default_device",
    "get_deterministic_debug_mode",
    "get_float32_matmul_precision",
    "get_num_interop_threads",
    "get_num_threads",
    "is_deterministic_algorithms_warn_only_enabled",
    "set_default_device",
    "set_deterministic_debug_mode",
    "set_float32_matmul_precision",
    "set_flush_denormal",
    "set_num_interop_threads",
    "set_num_threads",
    "use_deterministic_algorithms",
]

MODES = ("default", "warn", "error")
PRECISIONS = ("highest", "high", "medium")


@dataclass
class _Settings:
    deterministic: bool = False
    warn_only: bool = False
    precision: str = "highest"
    threads: int = 1
    interop_threads: int = 1


_now = _Settings()


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Note whether only deterministic operations are wanted: all are."""
    _now.deterministic, _now.warn_only = bool(mode), bool(warn_only)


def are_deterministic_algorithms_enabled() -> bool:
    """Return what `use_deterministic_algorithms` was told."""
    return _now.deterministic


def is_deterministic_algorithms_warn_only_enabled() -> bool:
    """Return the `warn_only` that `use_deterministic_algorithms` was told."""
    return _now.warn_only


def set_deterministic_debug_mode(debug_mode: int | str) -> None:
    """Set the same by number or word: 0 or "default", 1 or "warn", 2 or "error"."""
    if not isinstance(debug_mode, (int, str)):
        raise TypeError(f"debug_mode must be str or int, but got {type(debug_mode)}")
    if isinstance(debug_mode, str) and debug_mode not in MODES:
        raise RuntimeError(
            f"invalid value of debug_mode, expected one of `default`, `warn`, `error`, but got {debug_mode}"
        )
    number = MODES.index(debug_mode) if isinstance(debug_mode, str) else debug_mode
    if number not in (0, 1, 2):
        raise RuntimeError(f"invalid value of debug_mode, expected 0, 1, or 2, but got {debug_mode}")
    use_deterministic_algorithms(number > 0, warn_only=number == 1)


def get_deterministic_debug_mode() -> int:
    """Return the mode's number: 0, 1 or 2."""
    return 0 if not _now.deterministic else 1 if _now.warn_only else 2


def set_float32_matmul_precision(precision: str) -> None:
    """Note the precision that float32 products may have: they always have the highest."""
    if precision not in PRECISIONS:
        raise RuntimeError(f"{precision} is not one of 'highest', 'high' or 'medium'")
    _now.precision = precision


def get_float32_matmul_precision() -> str:
    """Return what `set_float32_matmul_precision` was told."""
    return _now.precision


def set_default_device(device: Any) -> None:
    """Accept the CPU, or None; refuse every other device."""
    if device is not None:
        _device(device)


_device = device


def get_default_device() -> device:
    """Return the CPU."""
    return CPU


def set_num_threads(num: int) -> None:
    """Remember a number of threads; NumPy's BLAS keeps its own."""
    _now.threads = _positive("set_num_threads", num)


def get_num_threads() -> int:
    """Return the number of threads of everything but BLAS, or what `set_num_threads` was told."""
    return _now.threads


def set_num_interop_threads(num: int) -> None:
    """Remember a number of threads: operations run one after the other."""
    _now.interop_threads = _positive("set_num_interop_threads", num)


def get_num_interop_threads() -> int:
    """Return 1, or what `set_num_interop_threads` was told."""
    return _now.interop_threads


def _positive(name: str, number: int) -> int:
    if number < 1:
        raise RuntimeError(f"{name} expects a positive integer, got {number}")
    return number


def set_flush_denormal(mode: bool) -> bool:
    """Return whether denormal numbers are now treated as wanted: they are never flushed to 0."""
    return not mode
