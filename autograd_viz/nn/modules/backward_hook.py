"""Hooks on the gradients that go through a whole module. Mirrors `torch.utils.hooks.BackwardHook`.

The module's inputs and outputs pass through an identity, whose nodes enclose the module in the graph: at the outputs'
node the gradients with respect to the outputs are caught, at the inputs' node those with respect to the inputs.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from ...autograd.function import Function
from ...autograd.grad_mode import is_grad_enabled
from ...tensor import Tensor

__all__ = ["BackwardHook"]


class BackwardHookFunction(Function):
    """The identity, as a node of its own."""

    @staticmethod
    def forward(ctx: Any, *args: Any) -> Any:
        """Return the tensors: the call makes of each a view of itself."""
        ctx.mark_non_differentiable(*[arg for arg in args if not arg.requires_grad])
        return args

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """Hand the gradients on."""
        return grad_outputs


class BackwardHook:
    """Call a module's backward hooks for one call of the module.

    Parameters
    ----------
    module : Module
        Whose hooks these are.
    hooks, pre_hooks : sequence of callable
        Called with (module, grad_input, grad_output), and with (module, grad_output).
    """

    def __init__(
        self, module: Any, hooks: Sequence[Callable[..., Any]], pre_hooks: Sequence[Callable[..., Any]]
    ) -> None:
        self.module, self.hooks, self.pre_hooks = module, hooks, pre_hooks
        self.grad_outputs: tuple[Any, ...] | None = None
        self.inputs = self.outputs = 0
        self.input_places: list[int] | None = None
        self.output_places: list[int] | None = None

    def enter(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the module's inputs, passed through a node that calls the hooks."""
        args, self.input_places = self._through_identity(args, self._at_inputs)
        self.inputs = len(args)
        return args

    def leave(self, result: Any) -> Any:
        """Return the module's result, passed through a node that catches its gradients."""
        single = not isinstance(result, tuple)
        results, self.output_places = self._through_identity((result,) if single else result, self._at_outputs)
        self.outputs = len(results)
        return results[0] if single else results

    def _through_identity(self, args: tuple[Any, ...], hook: Callable[..., Any]) -> tuple[tuple[Any, ...], Any]:
        places = [place for place, arg in enumerate(args) if isinstance(arg, Tensor)]
        if not (is_grad_enabled() and any(args[place].requires_grad for place in places)):
            return args, None
        passed = BackwardHookFunction.apply(*[args[place] for place in places])
        passed = passed if isinstance(passed, tuple) else (passed,)
        node = next(tensor.grad_fn for tensor in passed if tensor.grad_fn is not None)
        node.register_hook(hook)
        replaced = list(args)
        for place, tensor in zip(places, passed, strict=True):
            replaced[place] = tensor
        return tuple(replaced), places

    def _at_inputs(self, grad_inputs: Any, _: Any) -> Any:
        if self.grad_outputs is None:  # the gradient did not come through the module's outputs
            return None
        assert self.input_places is not None
        found = _spread(self.input_places, grad_inputs, self.inputs)
        for hook in self.hooks:
            replaced = hook(self.module, found, self.grad_outputs)
            if replaced is None:
                continue
            replaced = replaced if isinstance(replaced, tuple) else (replaced,)
            if len(replaced) != len(found):
                raise RuntimeError(
                    f"Backward hook returned an invalid number of grad_input, got {len(replaced)}, but expected "
                    f"{len(found)}"
                )
            found = replaced
        self.grad_outputs = None
        return tuple(found[place] for place in self.input_places)

    def _at_outputs(self, _: Any, grad_outputs: Any) -> Any:
        assert self.output_places is not None
        self.grad_outputs = found = self._after_pre_hooks(_spread(self.output_places, grad_outputs, self.outputs))
        if self.input_places is None:
            warnings.warn(
                "Full backward hook is firing when gradients are computed with respect to module outputs since no "
                "inputs require gradients. See torch.nn.Module.register_full_backward_hook for more details.",
                UserWarning,
                stacklevel=2,
            )
            for hook in self.hooks:
                replaced = hook(self.module, (None,) * self.inputs, found)
                if replaced is not None and not (isinstance(replaced, tuple) and all(r is None for r in replaced)):
                    raise RuntimeError(
                        "Backward hook for Modules where no input requires gradient should always return None or None "
                        "for all gradients."
                    )
            self.grad_outputs = None
        return tuple(found[place] for place in self.output_places)

    def _after_pre_hooks(self, grad_outputs: tuple[Any, ...]) -> tuple[Any, ...]:
        for hook in self.pre_hooks:
            replaced = hook(self.module, grad_outputs)
            if replaced is None:
                continue
            replaced = replaced if isinstance(replaced, tuple) else (replaced,)
            if len(replaced) != len(grad_outputs):
                raise RuntimeError(
                    f"Backward pre hook returned an invalid number of grad_output, got {len(replaced)}, but expected "
                    f"{len(grad_outputs)}"
                )
            grad_outputs = replaced
        return grad_outputs


def _spread(places: Sequence[int], values: Sequence[Any], size: int) -> tuple[Any, ...]:
    spread: list[Any] = [None] * size
    for place, value in zip(places, values, strict=True):
        spread[place] = value
    return tuple(spread)
