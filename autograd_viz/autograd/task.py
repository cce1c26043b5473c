"""From what a user gives `backward` and `grad` to a `GraphTask`: roots, seeds and inputs, checked."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..foreign import is_of_torch, kind_of
from ..tensor import Tensor, make, resolve
from . import listeners
from .engine import GraphTask
from .graph import GradientEdge
from .node import Node
from .state import fast

__all__ = ["as_tuple", "flag", "inputs_of", "make_task", "refuse"]

Edge = tuple[Node, int]


def make_task(
    roots: tuple[Any, ...],
    grad_tensors: Any,
    retain_graph: bool | None,
    create_graph: bool,
    inputs: tuple[Any, ...] | None,
    *,
    accumulate_grad: bool,
) -> GraphTask:
    """Return the task of a `backward` (`accumulate_grad`) or a `grad`.

    Raises
    ------
    RuntimeError, TypeError
        As PyTorch does, where a root does not require grad, or a gradient is missing or does not fit.
    """
    grads = (None,) * len(roots) if grad_tensors is None else as_tuple(grad_tensors)
    if len(roots) == 1 and grads:  # the usual call
        seeds, edges = [_seed(0, roots[0], grads[0])], [_root_edge(0, roots[0])]
    else:
        seeds = [_seed(number, root, grad) for number, (root, grad) in enumerate(zip(roots, grads, strict=False))]
        if len(seeds) != len(roots):  # gradients that are too many are passed over, as in PyTorch
            raise RuntimeError(f"got {len(roots)} tensors and {len(grads)} gradients")
        edges = [_root_edge(number, root) for number, root in enumerate(roots)]
    create_graph = flag(create_graph)
    keep_graph = create_graph if retain_graph is None else flag(retain_graph)
    wanted = None if inputs is None else [_input_edge(each, accumulate_grad) for each in inputs]
    # by position: by keyword Python would make a dict of them, and this is called once a pass
    return GraphTask(edges, seeds, keep_graph, create_graph, wanted, accumulate_grad, roots, inputs or ())


def flag(value: Any) -> bool:
    """Return a number as a bool; raise TypeError for anything else."""
    return value if value.__class__ is bool else bool(operator.index(value))


def as_tuple(tensors: Any) -> tuple[Any, ...]:
    """Return one tensor or edge, or several, as a tuple."""
    one = isinstance(tensors, (Tensor, GradientEdge)) or is_of_torch(tensors)
    return (tensors,) if one else tuple(tensors)


def inputs_of(inputs: Any, name: str) -> tuple[Any, ...]:
    """Return the `inputs` of the function `name` as a tuple.

    Raises
    ------
    RuntimeError, TypeError
        When there are none, or they are a mapping that is no dict.
    """
    if isinstance(inputs, Tensor):
        return (inputs,)
    if type(inputs) is dict:
        inputs = tuple(inputs.values())
    elif isinstance(inputs, Mapping):
        raise TypeError(
            f"`inputs` argument to `{name}()` must be a dict, not {type(inputs).__name__}. Other Mapping types are not "
            "supported."
        )
    found = as_tuple(inputs)
    if not found:
        raise RuntimeError(f"`inputs` argument to `{name}()` cannot be empty.")
    return found


def refuse(roots: Any, error: Exception) -> None:
    """Let listeners hear that a call was refused before a run began."""
    heard = listeners.active() if fast.special else ()
    if heard:
        found: Sequence[Any] = (roots,) if isinstance(roots, Tensor) else roots if isinstance(roots, Sequence) else ()
        for listener in heard:
            listener.backward_refused([each for each in found if isinstance(each, Tensor)], error)


def _root_edge(number: int, root: Any) -> Edge:
    if not isinstance(root, Tensor):  # `_seed` let nothing else through than a GradientEdge
        return root.node, root.output_nr
    node = root._grad_fn or resolve(root)
    if node is None:
        raise RuntimeError(_no_grad_fn(number))
    return node, root._output_nr


def _no_grad_fn(number: int) -> str:
    return f"element {number} of tensors does not require grad and does not have a grad_fn"


def _input_edge(each: Any, accumulate_grad: bool) -> Edge:
    if not isinstance(each, Tensor):
        if isinstance(each, GradientEdge):
            return each.node, each.output_nr
        raise RuntimeError(f"all inputs have to be Tensors or GradientEdges, but got {kind_of(each)}")
    if accumulate_grad:
        each.retain_grad()  # a leaf keeps its gradient anyway; raises for a tensor that requires none
    if not each._requires_grad:
        raise RuntimeError("One of the differentiated Tensors does not require grad")
    return each._grad_fn or resolve(each), each._output_nr  # type: ignore[return-value]


def _seed(number: int, root: Any, grad: Any) -> Tensor:
    """Return the gradient a root starts with, of its shape and dtype."""
    if isinstance(root, Tensor):
        shape, dtype = root._array.shape, root._array.dtype
    elif isinstance(root, GradientEdge):
        shape, dtype = root.node.output_infos()[root.output_nr]
    else:
        raise AssertionError(f"Expected output to be a torch.Tensor: element {number} is {kind_of(root)}")
    if grad is None:
        return _implicit_seed(number, root, shape, dtype)
    if not isinstance(grad, Tensor):
        raise TypeError(f"gradients can be either Tensors or None, but got {kind_of(grad)}")
    if grad._array.shape != shape:
        raise RuntimeError(
            f"Mismatch in shape: grad_output[{number}] has a shape of {grad.shape!r} and output[{number}] has a shape "
            f"of torch.Size({list(shape)})."
        )
    return grad if grad._array.dtype is dtype or grad._array.dtype == dtype else grad.to(dtype)


def _implicit_seed(number: int, root: Any, shape: tuple[int, ...], dtype: Any) -> Tensor:
    if isinstance(root, Tensor) and not root._requires_grad:
        raise RuntimeError(_no_grad_fn(number))
    if shape and math.prod(shape) != 1:
        raise RuntimeError(
            f"grad can be implicitly created only for scalar outputs: the output has shape {list(shape)}; give the "
            "gradient argument, a tensor of that shape, or reduce the output, for example by .sum()"
        )
    return make(np.ones(shape, dtype) if shape else np.array(1, dtype))  # 0.8 and 0.2 µs
