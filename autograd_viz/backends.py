"""What computes: NumPy, on the CPU. Mirrors as much of `torch.backends` as programs ask before they choose a device."""

from __future__ import annotations

import functools
from typing import Any

from .absent import NoDeviceError, absent

ON_CPU = "every tensor is on the CPU"

__all__ = ["accelerator", "cuda", "cudnn", "mkl", "mps", "openmp", "xpu"]


class Backend:
    """A device or library that is not there. Its switches can be set, and mean nothing."""

    enabled = benchmark = deterministic = allow_tf32 = False

    def __init__(self, name: str) -> None:
        self.name = name

    def is_available(self) -> bool:
        """Return False."""
        return False

    is_built = is_available

    def device_count(self) -> int:
        """Return 0."""
        return 0

    def current_accelerator(self, check_available: bool = False) -> None:
        """Return None: there is none."""

    def manual_seed(self, seed: int) -> None:
        """Do nothing: without a device there is no generator on it."""

    def empty_cache(self) -> None:
        """Do nothing: there is no memory on a device to give back."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NoDeviceError(f"{self.name}.{name} is not provided: autograd_viz has no GPUs ({ON_CPU})")

    def __repr__(self) -> str:
        return f"<no {self.name}>"


accelerator, mps, xpu = Backend("accelerator"), Backend("mps"), Backend("xpu")
cuda, cudnn, mkl, openmp = Backend("cuda"), Backend("cudnn"), Backend("mkl"), Backend("openmp")
mkldnn = Backend("mkldnn")

__getattr__ = functools.partial(absent, __name__)
