"""Checkpointing by a backward within backward, the older way."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator
from itertools import compress
from typing import Any

from ..autograd import backward as run_backward
from ..autograd.function import Function
from ..autograd.grad_mode import enable_grad, no_grad
from ..autograd.state import local
from ..ops.random import get_rng_state, set_rng_state
from ..tensor import Tensor

__all__ = ["CheckpointFunction", "random_state"]


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
            with random_state(ctx.random), enable_grad():
                outputs = ctx.function(*inputs)
            outputs = outputs if isinstance(outputs, tuple) else (outputs,)
            recorded = [isinstance(each, Tensor) and each._requires_grad for each in outputs]
            if not any(recorded):
                raise RuntimeError("none of output has requires_grad=True, this checkpoint() is not necessary")
            run_backward(list(compress(outputs, recorded)), list(compress(grads, recorded)))
        finally:
            local.hidden = hidden
        return (None, None, *(each._grad if isinstance(each, Tensor) else None for each in inputs))


@contextlib.contextmanager
def random_state(state: Any) -> Iterator[None]:
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
