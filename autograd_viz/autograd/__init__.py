"""Automatic differentiation: `backward` and `grad`. Mirrors `torch.autograd`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..tensor import Tensor, make, resolve
from . import listeners
from .engine import GraphTask, run
from .grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled
from .node import Node
from .state import fast

__all__ = ["backward", "enable_grad", "grad", "inference_mode", "no_grad", "set_grad_enabled"]

Tensors = Tensor | Sequence[Tensor]


def backward(
    tensors: Tensors,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Compute the gradients of `tensors` and add them into the leaves' `.grad`.

    Mirrors `torch.autograd.backward`.

    Parameters
    ----------
    tensors : Tensor or sequence of Tensor
        Where backward starts.
    grad_tensors : Tensor or sequence of Tensor or None
        The vector of the vector-Jacobian product, one a tensor and of its shape; may be left out for 0-dim tensors
        and tensors of one element, where it is 1.
    retain_graph : bool, optional
        Keep the saved tensors for another backward. By default as `create_graph`.
    create_graph : bool
        Record the backward itself, so that its results can be differentiated.
    inputs : sequence of Tensor, optional
        The leaves to accumulate into; by default all.

    Raises
    ------
    RuntimeError
        When a tensor does not require grad, a gradient is missing or of the wrong shape, the graph was freed, or a
        saved tensor was changed in place.
    """
    roots = _as_tuple(tensors)
    try:
        if inputs is not None and len(_as_tuple(inputs)) == 0:
            raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
        wanted = None if inputs is None else _as_tuple(inputs)
        task = _task(roots, grad_tensors, retain_graph, create_graph, wanted, accumulate_grad=True)
    except Exception as error:
        _refuse(roots, error)
        raise
    run(task)


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
    backward(self, gradient, retain_graph, create_graph, inputs)


_tensor_backward.__name__, _tensor_backward.__qualname__ = "backward", "Tensor.backward"
Tensor.backward = _tensor_backward  # type: ignore[attr-defined]


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """Return the gradients of `outputs` with respect to `inputs`; no `.grad` is changed.

    Mirrors `torch.autograd.grad`.

    Parameters
    ----------
    outputs, inputs : Tensor or sequence of Tensor
        What is differentiated, and with respect to what.
    grad_outputs, retain_graph, create_graph
        As `grad_tensors` and the others of `backward`.
    is_grads_batched : bool
        Not provided: True raises NotImplementedError.
    allow_unused : bool, optional
        Give None for an input that the outputs do not depend on, instead of an error.
    materialize_grads : bool
        Give zeros for such an input.

    Returns
    -------
    tuple of Tensor or None
        One gradient an input, of its shape.

    Raises
    ------
    RuntimeError
        As `backward`; also when an input was not used and `allow_unused` is not given.
    """
    if is_grads_batched:
        raise NotImplementedError("is_grads_batched is not provided: autograd_viz has no vmap")
    if materialize_grads and allow_unused is False:
        raise ValueError("Expected allow_unused to be True or not passed when materialize_grads=True, but got: False.")
    roots, wanted = _as_tuple(outputs), _as_tuple(inputs)
    try:
        task = _task(roots, grad_outputs, retain_graph, create_graph, wanted, accumulate_grad=False)
    except Exception as error:
        _refuse(roots, error)
        raise
    run(task)
    assert task.inputs is not None
    found = [task.captured.get(edge) for edge in task.inputs]
    return tuple(
        _result(value, each, create_graph, bool(allow_unused), materialize_grads)
        for value, each in zip(found, wanted, strict=True)
    )


def _result(value: Any, wanted: Any, create_graph: bool, allow_unused: bool, materialize: bool) -> Tensor | None:
    if value is None:
        if materialize and isinstance(wanted, Tensor):
            return make(np.zeros_like(wanted._array))
        if not allow_unused and not materialize:
            raise RuntimeError(
                "One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True "
                "if this is the desired behavior."
            )
        return None
    if create_graph:
        return value
    return make(np.array(value))


def _as_tuple(tensors: Any) -> tuple[Any, ...]:
    return tuple(tensors) if isinstance(tensors, (list, tuple)) else (tensors,)


def _refuse(roots: Sequence[Any], error: Exception) -> None:
    if fast.special:
        for listener in listeners.active():
            listener.backward_refused([root for root in roots if isinstance(root, Tensor)], error)


def _task(
    roots: tuple[Any, ...],
    grad_tensors: Any,
    retain_graph: bool | None,
    create_graph: bool,
    inputs: tuple[Any, ...] | None,
    *,
    accumulate_grad: bool,
) -> GraphTask:
    grads = (None,) * len(roots) if grad_tensors is None else _as_tuple(grad_tensors)
    if len(grads) != len(roots):
        raise RuntimeError(f"got {len(roots)} tensors and {len(grads)} gradients")
    seeds = [_seed(number, root, grad) for number, (root, grad) in enumerate(zip(roots, grads, strict=True))]
    edges = [_root_edge(number, root) for number, root in enumerate(roots)]
    return GraphTask(
        edges,
        seeds,
        keep_graph=create_graph if retain_graph is None else bool(retain_graph),
        create_graph=create_graph,
        inputs=None if inputs is None else [_input_edge(each, accumulate_grad) for each in inputs],
        accumulate_grad=accumulate_grad,
        root_tensors=roots,
        input_tensors=inputs or (),
    )


def _root_edge(number: int, root: Any) -> tuple[Node, int]:
    if not isinstance(root, Tensor):
        return root.node, root.output_nr  # a GradientEdge
    if not root._requires_grad:
        raise RuntimeError(f"element {number} of tensors does not require grad and does not have a grad_fn")
    return root._grad_fn or resolve(root), root._output_nr  # type: ignore[return-value]


def _input_edge(each: Any, accumulate_grad: bool) -> tuple[Node, int]:
    if not isinstance(each, Tensor):
        return each.node, each.output_nr
    if not each._requires_grad:
        raise RuntimeError("One of the differentiated Tensors does not require grad")
    if accumulate_grad and each.grad_fn is not None:
        raise RuntimeError(
            "One of the differentiated Tensors given as 'inputs' to backward is not a leaf Tensor: give leaves, or "
            "use autograd.grad"
        )
    return each._grad_fn or resolve(each), each._output_nr  # type: ignore[return-value]


def _seed(number: int, root: Any, grad: Any) -> Tensor:
    """Return the gradient a root starts with, checked."""
    if grad is None:
        return _implicit_seed(number, root)
    if not isinstance(grad, Tensor):
        raise TypeError(f"gradients can be either Tensors or None, but got {type(grad).__name__}")
    shape = tuple(root.shape) if isinstance(root, Tensor) else root.node._input_metadata[root.output_nr][0]
    if grad._array.shape != shape:
        raise RuntimeError(
            f"Mismatch in shape: grad_output[{number}] has a shape of {grad.shape} and output[{number}] has a shape "
            f"of torch.Size({list(shape)})."
        )
    if isinstance(root, Tensor) and grad._array.dtype != root._array.dtype:
        return grad.to(root.dtype)  # type: ignore[attr-defined]
    return grad


def _implicit_seed(number: int, root: Any) -> Tensor:
    if not isinstance(root, Tensor):
        shape, dtype = root.node._input_metadata[root.output_nr]
        return make(np.ones(shape, dtype))
    if not root._requires_grad:
        raise RuntimeError(f"element {number} of tensors does not require grad and does not have a grad_fn")
    if root._array.size != 1:
        raise RuntimeError(
            f"grad can be implicitly created only for scalar outputs: the output has shape {list(root.shape)}; give "
            "the gradient argument, a tensor of that shape, or reduce the output, for example by .sum()"
        )
    return make(np.ones_like(root._array))
