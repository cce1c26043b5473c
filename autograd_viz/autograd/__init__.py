"""Automatic differentiation: `backward` and `grad`. Mirrors `torch.autograd`."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..absent import absent
from ..tensor import Tensor, make
from . import forward_ad, graph
from .anomaly_mode import detect_anomaly, set_detect_anomaly
from .engine import GraphTask
from .function import Function
from .grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled
from .running import run
from .task import as_tuple, flag, inputs_of, make_task, refuse
from .variable import Variable

__all__ = [
    "Function",
    "Variable",
    "backward",
    "detect_anomaly",
    "enable_grad",
    "forward_ad",
    "functional",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "graph",
    "inference_mode",
    "no_grad",
    "set_detect_anomaly",
    "set_grad_enabled",
]

Tensors = Tensor | Sequence[Tensor]
LAZY = {"functional": "functional", "gradcheck": "gradcheck", "gradgradcheck": "gradcheck"}  # they need the operations


def __getattr__(name: str) -> Any:
    if name not in LAZY:
        return absent(__name__, name)
    module = importlib.import_module(f".{LAZY[name]}", __name__)
    found = module if name == "functional" else getattr(module, name)
    globals()[name] = found  # importing `gradcheck` put the module where the function belongs
    return found


def backward(
    tensors: Tensors,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    grad_variables: Any = None,
    inputs: Any = None,
) -> None:
    """Compute the gradients of `tensors` and add them into the leaves' `.grad`.

    Mirrors `torch.autograd.backward`.

    Parameters
    ----------
    tensors : Tensor, GradientEdge or sequence of them
        Where backward starts.
    grad_tensors : Tensor or sequence of Tensor or None
        The vector of the vector-Jacobian product, one a tensor and of its shape; may be left out for 0-dim tensors
        and tensors of one element, where it is 1.
    retain_graph : bool, optional
        Keep the saved tensors for another backward. By default as `create_graph`.
    create_graph : bool
        Record the backward itself, so that its results can be differentiated.
    grad_variables : deprecated
        The former name of `grad_tensors`.
    inputs : Tensor, sequence or dict of Tensor, optional
        The tensors into whose `.grad` gradients are accumulated; by default all leaves.

    Raises
    ------
    RuntimeError
        When a tensor does not require grad, a gradient is missing or of the wrong shape, the graph was freed, or a
        saved tensor was changed in place.
    """
    if grad_variables is not None:
        grad_tensors = _former_name(grad_tensors, grad_variables)
    _backward(tensors, grad_tensors, retain_graph, create_graph, inputs)


def _backward(
    tensors: Tensors, grad_tensors: Any, retain_graph: bool | None, create_graph: bool, inputs: Any
) -> None:
    task = backward_task(tensors, grad_tensors, retain_graph, create_graph, inputs)
    if create_graph:
        warnings.warn(_CREATES_CYCLE, UserWarning, stacklevel=3)
    run(task)


def backward_task(
    tensors: Tensors, grad_tensors: Any, retain_graph: bool | None, create_graph: bool, inputs: Any
) -> GraphTask:
    """Return the task of a `backward` call, checked but not run: see `engine.paced`."""
    try:
        wanted = None if inputs is None else inputs_of(inputs, "backward")
        return make_task(as_tuple(tensors), grad_tensors, retain_graph, create_graph, wanted, accumulate_grad=True)
    except Exception as error:
        refuse(tensors, error)
        raise


def _former_name(grad_tensors: Any, grad_variables: Any) -> Any:
    warnings.warn("`grad_variables` is deprecated. Use `grad_tensors` instead.", FutureWarning, stacklevel=3)
    if grad_tensors is not None:
        raise RuntimeError(
            "`grad_tensors` and `grad_variables` (deprecated) arguments both passed to `backward()`. Please only use "
            "`grad_tensors`."
        )
    return grad_variables


_CREATES_CYCLE = (
    "Using backward() with create_graph=True will create a reference cycle between the parameter and its gradient "
    "which can cause a memory leak. We recommend using autograd.grad when creating the graph to avoid this. If you "
    "have to use this function, make sure to reset the .grad fields of your parameters to None after use to break the "
    "cycle and avoid the leak."
)


def _tensor_backward(
    self: Tensor,
    gradient: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Compute the gradients of this tensor and add them into the leaves' `.grad`.

    Mirrors `torch.Tensor.backward`; see `autograd.backward`. `gradient` may be left out for a tensor of one element.
    """
    _backward(self, gradient, retain_graph, create_graph, inputs)


_tensor_backward.__name__, _tensor_backward.__qualname__ = "backward", "Tensor.backward"
Tensor.backward = _tensor_backward  # type: ignore[attr-defined]


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> Any:
    """Return the gradients of `outputs` with respect to `inputs`; no `.grad` is changed.

    Mirrors `torch.autograd.grad`.

    Parameters
    ----------
    outputs, inputs : Tensor, GradientEdge or sequence of them
        What is differentiated, and with respect to what; `inputs` may also be a dict.
    grad_outputs, retain_graph, create_graph
        As `grad_tensors` and the others of `backward`.
    only_inputs : deprecated
        Without effect.
    allow_unused : bool, optional
        Give None for an input that the outputs do not depend on, instead of an error.
    is_grads_batched : bool
        Not provided: True raises NotImplementedError.
    materialize_grads : bool
        Give zeros for such an input.

    Returns
    -------
    tuple of Tensor or None, or dict
        One gradient an input, of its shape; a dict where `inputs` is one.

    Raises
    ------
    RuntimeError
        As `backward`; also when an input was not used and `allow_unused` is not given.
    """
    if is_grads_batched:
        raise NotImplementedError("is_grads_batched is not provided: autograd_viz has no vmap")
    materialize_grads = flag(materialize_grads)
    if materialize_grads and allow_unused is False:
        raise ValueError(
            "Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False."
        )
    if not only_inputs:
        warnings.warn("only_inputs argument is deprecated and is ignored now", FutureWarning, stacklevel=2)
    allowed = materialize_grads if allow_unused is None else flag(allow_unused)
    try:
        wanted = inputs_of(inputs, "grad")
        task = make_task(as_tuple(outputs), grad_outputs, retain_graph, create_graph, wanted, accumulate_grad=False)
    except Exception as error:
        refuse(outputs, error)
        raise
    run(task)
    found = [_captured(task, place, edge, allowed) for place, edge in enumerate(task.inputs or ())]
    if materialize_grads:
        found = [_zeros(each, create_graph) if one is None else one for one, each in zip(found, wanted, strict=True)]
    return dict(zip(inputs, found, strict=True)) if type(inputs) is dict else tuple(found)


def _captured(task: GraphTask, place: int, edge: tuple[Any, int], allowed: bool) -> Tensor | None:
    value = task.captured.get(edge)
    if value is None:
        if allowed:
            return None
        raise RuntimeError(
            f"The differentiated Tensor at index {place} appears to not have been used in the graph. Set "
            "allow_unused=True if this is the desired behavior."
        )
    return value if task.create_graph else make(np.array(value))


def _zeros(wanted: Any, create_graph: bool) -> Tensor:
    if not isinstance(wanted, Tensor):
        raise RuntimeError("materialize_grads cannot be used when the given input is a GradientEdge")
    made = make(np.zeros_like(wanted._array))
    return made.requires_grad_() if create_graph else made
