"""Checkpointing: keep a region's inputs instead of what its operations save, and run it again in backward.

Mirrors `torch.utils.checkpoint`.

Note [Recomputation]
Without re-entering the engine, saved-tensor hooks put an empty `_Holder` in the place of every tensor that the region
saves, in order. When backward unpacks the first of them, the region runs again under hooks that fill the holders, one
by one in the same order; with early stop it is left as soon as the last is filled. Checkpoints nest: the arguments a
region keeps are themselves saved through the hooks of the region around it.
"""

from __future__ import annotations

import contextlib
import functools
import warnings
import weakref
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import compress
from typing import Any

from ..absent import absent
from ..autograd import backward as run_backward
from ..autograd import listeners
from ..autograd.function import Function
from ..autograd.grad_mode import enable_grad, no_grad
from ..autograd.graph import saved_tensors_hooks
from ..autograd.listeners import Listener, OpCall
from ..autograd.node import modified_message
from ..autograd.saved_hooks import Packed, pack_one
from ..autograd.state import local
from ..autograd.views import alias
from ..ops.random import get_rng_state, set_rng_state
from ..tensor import Tensor

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

_TIP = (
    "\nTip: To see a more detailed error message, either pass `debug=True` to `torch.utils.checkpoint.checkpoint(...)` "
    "or wrap the code block with `with torch.utils.checkpoint.set_checkpoint_debug_enabled(True):`."
)


class CheckpointError(RuntimeError):
    """Raised where a recomputation does not do what the forward run did."""


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
        logs = _Logs()
        context_fn = logs.contexts
    first, again = context_fn()
    state = get_rng_state() if preserve else None

    def recompute(*saved: Any) -> None:
        with _random_state(state), again:
            function(*saved, **kwargs)

    if not local.grad_enabled:
        with first:
            return function(*args, **kwargs)
    region = _Region(recompute, args, early_stop if _early_stop is None else _early_stop, determinism_check, logs)
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


@contextlib.contextmanager
def _random_state(state: Any) -> Iterator[None]:
    """Draw in the block the random numbers that follow a state, without moving those outside; None: do nothing."""
    if state is None:
        yield
        return
    outside = get_rng_state()
    set_rng_state(state)
    try:
        yield
    finally:
        set_rng_state(outside)


# through saved-tensor hooks: see Note [Recomputation]


class _Holder:
    """The place of one saved tensor; filled for each backward run that recomputes it."""

    __slots__ = ("__weakref__", "found", "taken")

    def __init__(self) -> None:
        self.found: dict[int, Tensor] = {}
        self.taken: set[int] = set()


class _Stop(BaseException):
    """Raised to leave a recomputation early; no Exception, so that nobody takes it for a failure."""


class _Region:
    """One call of a checkpointed function."""

    def __init__(
        self, recompute: Callable[..., None], args: Sequence[Any], early_stop: bool, check: str, logs: _Logs | None
    ) -> None:
        self.recompute, self.early_stop, self.check, self.logs = recompute, early_stop, check, logs
        self.args = [_kept(each) if isinstance(each, Tensor) else each for each in args]
        self.versions = [_version(each) for each in self.args]
        self.holders: list[weakref.ref[_Holder]] = []
        self.forms: list[dict[str, Any]] = []
        self.runs: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()  # recomputed for which runs
        self.complete = False
        self.count = 0

    def pack(self, tensor: Tensor) -> _Holder:
        """Keep a holder in the place of a saved tensor."""
        holder = _Holder()
        self.holders.append(weakref.ref(holder))
        self.forms.append(_form(tensor))
        return holder

    def unpack(self, holder: _Holder) -> Tensor:
        """Return what was saved, after running the region again if this backward run has not done so yet."""
        try:
            return self._found(holder)
        except CheckpointError as error:
            if self.logs is None:
                raise
            raise CheckpointError(self.logs.report()) from error

    def _found(self, holder: _Holder) -> Tensor:
        task = local.task if local.task is not None else _Alone()
        if task not in self.runs:
            self.count += 1
            number = self.count
            self._run(number)
            self.runs[task] = number
            self._compare(number)
        number = self.runs[task]
        if number in holder.taken:
            raise CheckpointError(
                "torch.utils.checkpoint: Unpack is being triggered for a tensor that was already unpacked once. If you "
                "are calling ctx.saved_tensors in backward, make sure to do so only once. Otherwise please open an "
                "issue with details on your use case."
            )
        holder.taken.add(number)
        return holder.found.pop(number)

    def _run(self, number: int) -> None:
        self._check_arguments()
        refill = _Refill(self, number)
        args = [each.unpacked() if isinstance(each, Packed) else each for each in self.args]
        hidden, local.hidden = local.hidden, 0
        try:
            with saved_tensors_hooks(refill.pack, _identity), enable_grad():
                self.recompute(*args)
        except _Stop as stop:
            if stop.args[0] is not refill:
                raise
        finally:
            local.hidden = hidden
        self.recomputed = refill.position
        self.unfinished = refill.surplus

    def _check_arguments(self) -> None:
        """Raise where a tensor that the function was given was changed in place since."""
        for place, (each, version) in enumerate(zip(self.args, self.versions, strict=True)):
            if _version(each) != version:
                whose = f"argument {place} of a checkpointed function, which runs again in backward"
                raise RuntimeError(modified_message(each, each.grad_fn, version, whose))

    def _compare(self, number: int) -> None:
        """Compare what was recomputed with what the forward run saved."""
        if self.unfinished:
            return
        if self.recomputed != len(self.holders):
            raise CheckpointError(
                "torch.utils.checkpoint: A different number of tensors was saved during the original forward and "
                f"recomputation.\nNumber of tensors saved during forward: {len(self.holders)}\nNumber of tensors saved "
                f"during recomputation: {self.recomputed}.\n{_TIP}"
            )
        if self.check == "none":
            return
        different = ""
        for place, (reference, form) in enumerate(zip(self.holders, self.forms, strict=True)):
            holder = reference()
            if holder is None:
                continue
            now = _form(holder.found[number])
            if now != form:
                different += f"tensor at position {place}:\nsaved metadata: {form}\nrecomputed metadata: {now}\n"
        if different:
            raise CheckpointError(
                "torch.utils.checkpoint: Recomputed values for the following tensors have different metadata than "
                f"during the forward pass.\n{different}.\n{_TIP}"
            )


class _Alone:
    """Stand for a backward run where saved tensors are asked for outside of one."""


class _Refill:
    """The hooks of one recomputation: they fill the region's holders in order."""

    def __init__(self, region: _Region, number: int) -> None:
        self.region, self.number = region, number
        self.position = 0
        self.surplus = False  # whether more was saved than the forward run had saved so far

    def pack(self, tensor: Tensor) -> Tensor:
        """Put a tensor that the recomputation saves into its holder."""
        region, place = self.region, self.position
        self.position += 1
        if place >= len(region.holders):
            if not region.complete:  # backward inside the region's own forward run
                self.surplus = True
                return tensor
            raise CheckpointError(
                "torch.utils.checkpoint: trying to save more tensors during recomputation than during the original "
                f"forward pass.\n{_TIP}"
            )
        holder = region.holders[place]()
        if holder is not None:
            holder.found[self.number] = alias(tensor)
        if region.early_stop and self.position == len(region.holders):
            raise _Stop(self)
        return tensor


def _identity(tensor: Tensor) -> Tensor:
    return tensor


def _kept(tensor: Tensor) -> Any:
    """Keep an argument: itself, or as the hooks of the region around make it."""
    return pack_one(tensor, None, *local.saved_hooks[-1]) if local.saved_hooks else tensor


def _version(argument: Any) -> int:
    """Return a tensor's version; 0 for what is packed, or no tensor, and so is not watched."""
    counter = argument._counter if isinstance(argument, Tensor) else None
    return 0 if counter is None else int(counter[0])


def _form(tensor: Tensor) -> dict[str, Any]:
    return {"shape": tensor.shape, "dtype": tensor.dtype, "device": tensor.device}


class _Log(Listener):
    """The operations of one run, by name and shapes."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def operation(self, call: OpCall) -> None:
        """Note an operation."""
        inputs = ", ".join(f"{name}{list(tensor.shape)}" for name, tensor in call.inputs)
        outputs = ", ".join(str(list(each.shape)) for each in call.outputs)
        self.lines.append(f"{call.name}({inputs}) -> {outputs}")

    def __enter__(self) -> None:
        self.lines.clear()
        listeners.add(self)

    def __exit__(self, *exc_info: object) -> None:
        listeners.remove(self)


class _Logs:
    """What was done in the first run and in the recomputation."""

    def __init__(self) -> None:
        self.first, self.again = _Log(), _Log()

    def contexts(self) -> Contexts:
        """Return the two contexts that note what is done in them."""
        return self.first, self.again

    def report(self) -> str:
        """Word the error that lists both."""
        return (
            "ERROR: Detected non-determinism while running activation checkpointing\n\nThe tensors to be saved during "
            "the original forward differ from those saved during recomputation. This can happen if different operators "
            "were ran in the original forward and in the recomputation.\n\nOperations executed during the original "
            "forward:\n\n" + "\n".join(self.first.lines) + "\n\nOperations executed during recomputation:\n\n"
            + "\n".join(self.again.lines)
        )


# by a backward within backward


class CheckpointFunction(Function):
    """Keep the inputs in forward, run the function again in backward, and differentiate that."""

    @staticmethod
    def forward(ctx: Any, function: Callable[..., Any], preserve_rng_state: bool, *args: Any) -> Any:
        """Call the function without recording."""
        if not any(isinstance(each, Tensor) and each._requires_grad for each in args):
            warnings.warn(
                "None of the inputs have requires_grad=True. Gradients will be None", UserWarning, stacklevel=7
            )
        ctx.function = function
        ctx.random = get_rng_state() if preserve_rng_state else None
        ctx.args = [None if isinstance(each, Tensor) else each for each in args]
        ctx.tensor_places = [place for place, each in enumerate(args) if isinstance(each, Tensor)]
        ctx.save_for_backward(*[args[place] for place in ctx.tensor_places])
        with no_grad():
            return function(*args)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        """Call the function again on detached inputs, recording, and run backward through that."""
        if not local.task.may_checkpoint:
            raise RuntimeError(
                "When use_reentrant=True, torch.utils.checkpoint is incompatible with .grad() or passing an `inputs` "
                "parameter to .backward(). To resolve this error, you can either set use_reentrant=False, or call "
                ".backward() without passing the `inputs` argument."
            )
        inputs = list(ctx.args)
        for place, tensor in zip(ctx.tensor_places, ctx.saved_tensors, strict=True):
            inputs[place] = tensor.detach().requires_grad_(tensor.requires_grad)
        hidden, local.hidden = local.hidden, 0
        try:
            with _random_state(ctx.random), enable_grad():
                outputs = ctx.function(*inputs)
            outputs = outputs if isinstance(outputs, tuple) else (outputs,)
            recorded = [isinstance(each, Tensor) and each._requires_grad for each in outputs]
            if not any(recorded):
                raise RuntimeError("none of output has requires_grad=True, this checkpoint() is not necessary")
            run_backward(list(compress(outputs, recorded)), list(compress(grads, recorded)))
        finally:
            local.hidden = hidden
        return (None, None, *(each._grad if isinstance(each, Tensor) else None for each in inputs))


__getattr__ = functools.partial(absent, __name__)
