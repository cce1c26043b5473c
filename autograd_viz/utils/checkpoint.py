"""Checkpointing: keep a region's inputs instead of what its operations save, and run it again in backward.

Mirrors `torch.utils.checkpoint`.
"""

from __future__ import annotations

import contextlib
import functools
import warnings
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from ..absent import absent
from ..autograd.graph import saved_tensors_hooks
from ..autograd.state import local
from ..ops.random import get_rng_state
from .recomputation import CheckpointError, Region
from .reentrant import CheckpointFunction, random_state
from .run_logs import Logs

__all__ = [
    "CheckpointError",
    "checkpoint",
    "checkpoint_sequential",
    "noop_context_fn",
    "set_checkpoint_debug_enabled",
    "set_checkpoint_early_stop",
]

Contexts = tuple[AbstractContextManager[Any], AbstractContextManager[Any]]

_early_stop: bool | None = None
_debug: bool | None = None


def noop_context_fn() -> Contexts:
    """Return two contexts that do nothing."""
    return contextlib.nullcontext(), contextlib.nullcontext()


@contextlib.contextmanager
def set_checkpoint_early_stop(enable: bool) -> Generator[None, None, None]:
    """Set in the block whether recomputations stop as soon as everything needed is there, for all checkpoints."""
    global _early_stop
    previous, _early_stop = _early_stop, enable
    try:
        yield
    finally:
        _early_stop = previous


@contextlib.contextmanager
def set_checkpoint_debug_enabled(enabled: bool | None) -> Generator[None, None, None]:
    """Set `debug` in the block for all checkpoints, whatever they say; None leaves it to them."""
    global _debug
    previous, _debug = _debug, enabled
    try:
        yield
    finally:
        _debug = previous


def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool | None = None,
    context_fn: Callable[[], Contexts] = noop_context_fn,
    determinism_check: str = "default",
    debug: bool = False,
    early_stop: bool = True,
    **kwargs: Any,
) -> Any:
    """Call a function so that what it saves for backward is not kept but computed again when needed.

    Mirrors `torch.utils.checkpoint.checkpoint`.

    Parameters
    ----------
    function : callable
        What is called; it must do the same when called again.
    *args, **kwargs
        What it is called with. `preserve_rng_state` (True) is not handed on: whether random numbers are the same again.
    use_reentrant : bool
        False: through saved-tensor hooks. True: the older way, by a backward within backward.
    context_fn : callable
        Returns two contexts, for the first run and for the recomputation.
    determinism_check : {"default", "none"}
        Whether shapes and dtypes of what is recomputed are compared with the first run's.
    debug : bool
        List in the error for a difference what was done in the two runs.
    early_stop : bool
        Leave the recomputation as soon as everything needed is there.

    Raises
    ------
    CheckpointError
        In backward, where the recomputation differs from the first run.
    ValueError
        For options that do not go together.
    """
    if use_reentrant is None:
        warnings.warn(
            "torch.utils.checkpoint: the use_reentrant parameter should be passed explicitly. Starting in PyTorch 2.9, "
            "calling checkpoint without use_reentrant will raise an exception. use_reentrant=False is recommended, but "
            "if you need to preserve the current default behavior, you can pass use_reentrant=True. Refer to docs for "
            "more details on the differences between the two variants.",
            UserWarning,
            stacklevel=2,
        )
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    if use_reentrant:
        if kwargs:
            raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
        if context_fn is not noop_context_fn or debug:
            raise ValueError("Passing `context_fn` or `debug` is only supported when use_reentrant=False.")
        return CheckpointFunction.apply(function, preserve, *args)
    if determinism_check not in ("default", "none"):
        raise ValueError(f"determinism_check should be one of ['default', 'none'], but got {determinism_check}")
    logs = None
    if debug if _debug is None else _debug:
        if context_fn is not noop_context_fn:
            raise ValueError("debug=True is incompatible with non-default context_fn")
        logs = Logs()
        context_fn = logs.contexts
    first, again = context_fn()
    state = get_rng_state() if preserve else None

    def recompute(*saved: Any) -> None:
        with random_state(state), again:
            function(*saved, **kwargs)

    if not local.grad_enabled:
        with first:
            return function(*args, **kwargs)
    region = Region(recompute, args, early_stop if _early_stop is None else _early_stop, determinism_check, logs)
    with saved_tensors_hooks(region.pack, region.unpack), first:
        result = function(*args, **kwargs)
    region.complete = True
    return result


def checkpoint_sequential(
    functions: Any, segments: int, input: Any, use_reentrant: bool | None = None, **kwargs: Any
) -> Any:
    """Call functions one after the other, all segments but the last checkpointed.

    Mirrors `torch.utils.checkpoint.checkpoint_sequential`.

    Parameters
    ----------
    functions : nn.Sequential or sequence of callable
        Each takes what the one before returned.
    segments : int
        Into how many parts they are divided.
    input : Tensor
        What the first takes.
    use_reentrant, **kwargs
        As `checkpoint`.
    """
    layers = list(functions.children()) if hasattr(functions, "children") else list(functions)
    preserve = kwargs.pop("preserve_rng_state", True)
    if kwargs:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
    size = len(layers) // segments
    for start in range(0, size * (segments - 1), size):
        part = _chain(layers[start : start + size])
        input = checkpoint(part, input, use_reentrant=use_reentrant, preserve_rng_state=preserve)
    return _chain(layers[size * (segments - 1) :])(input)


def _chain(layers: Sequence[Callable[..., Any]]) -> Callable[[Any], Any]:
    def run(value: Any) -> Any:
        for layer in layers:
            value = layer(value)
        return value

    return run


__getattr__ = functools.partial(absent, __name__)
