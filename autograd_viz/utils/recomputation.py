"""One call of a checkpointed function: what stands in the place of what it saves, and how that comes back.

Note [Recomputation]
Without re-entering the engine, saved-tensor hooks put an empty `_Holder` in the place of every tensor that the region
saves, in order. When backward unpacks the first of them, the region runs again under hooks that fill the holders, one
by one in the same order; with early stop it is left as soon as the last is filled. Checkpoints nest: the arguments a
region keeps are themselves saved through the hooks of the region around it.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..autograd.grad_mode import enable_grad
from ..autograd.graph import saved_tensors_hooks
from ..autograd.node import modified_message
from ..autograd.saved_hooks import Packed, pack_one
from ..autograd.state import local
from ..autograd.views import alias
from ..tensor import Tensor

if TYPE_CHECKING:
    from .run_logs import Logs

__all__ = ["CheckpointError", "Region"]

_TIP = (
    "\nTip: To see a more detailed error message, either pass `debug=True` to `torch.utils.checkpoint.checkpoint(...)` "
    "or wrap the code block with `with torch.utils.checkpoint.set_checkpoint_debug_enabled(True):`."
)


class CheckpointError(RuntimeError):
    """Raised where a recomputation does not do what the forward run did."""


class _Holder:
    """The place of one saved tensor; filled for each backward run that recomputes it."""

    __slots__ = ("__weakref__", "found", "taken")

    def __init__(self) -> None:
        self.found: dict[int, Tensor] = {}
        self.taken: set[int] = set()


class _Stop(BaseException):
    """Raised to leave a recomputation early; no Exception, so that nobody takes it for a failure."""


class Region:
    """One call of a checkpointed function."""

    def __init__(
        self, recompute: Callable[..., None], args: Sequence[Any], early_stop: bool, check: str, logs: Logs | None
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

    def __init__(self, region: Region, number: int) -> None:
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
