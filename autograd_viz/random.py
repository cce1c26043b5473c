"""The state of random numbers: `fork_rng`, seeds, the default generator. Mirrors `torch.random`."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

from .absent import absent
from .ops.generator import default_generator
from .ops.random import get_rng_state, initial_seed, manual_seed, seed, set_rng_state

__all__ = ["default_generator", "fork_rng", "get_rng_state", "initial_seed", "manual_seed", "seed", "set_rng_state"]


@contextlib.contextmanager
def fork_rng(devices: Any = None, enabled: bool = True) -> Iterator[None]:
    """Put the default generator back into its present state at the end of a `with` block.

    Mirrors `torch.random.fork_rng`.

    Parameters
    ----------
    devices : None
        Taken for PyTorch programs' sake: there is only the CPU.
    enabled : bool
        Whether anything is put back.
    """
    state = get_rng_state() if enabled else None
    try:
        yield
    finally:
        if state is not None:
            set_rng_state(state)


__getattr__ = functools.partial(absent, __name__)
