"""Derivatives of functions: jacobian, hessian and products with them. Mirrors `torch.autograd.functional`.

Products of the Jacobian with a vector from the right (`jvp`, `hvp`) differentiate twice: the gradient is linear in the
vector it starts with, and the derivative with respect to that vector is what is wanted.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..absent import absent
from ..ops.joining import stack
from ..tensor import Tensor, make
from .differentiated_call import Call, as_tuple, gradients_of, require, zeros
from .grad_mode import enable_grad, set_grad_enabled
from .state import local

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]

Tensors = Any  # a Tensor or a tuple of Tensors


def vjp(
    func: Callable[..., Tensors], inputs: Tensors, v: Tensors = None, create_graph: bool = False, strict: bool = False
) -> tuple[Tensors, Tensors]:
    """Return the function's outputs, and the product of a vector with its Jacobian.

    Mirrors `torch.autograd.functional.vjp`.

    Parameters
    ----------
    func : callable
        Tensors -> a Tensor or a tuple of Tensors.
    inputs : Tensor or tuple of Tensor
        Where it is differentiated.
    v : Tensor or tuple of Tensor, optional
        The vector, of the outputs' shapes; may be left out for one output of one element.
    create_graph : bool
        Whether the results can be differentiated themselves.
    strict : bool
        Whether an input on which the outputs do not depend is an error; otherwise its part is zero.

    Returns
    -------
    outputs, product : Tensor or tuple of Tensor
        The product has the inputs' shapes.
    """
    call = Call("vjp", func, inputs, create_graph, strict)
    with enable_grad():
        call.run()
        vector = call.vector(v, call.outputs, call.outputs_tuple, "user-provided function returns")
    with set_grad_enabled(create_graph or local.grad_enabled):
        found = gradients_of(call.outputs, call.inputs, vector, create_graph=create_graph)
        product = call.filled(found, call.inputs, "back")
    return call.given(call.outputs, call.outputs_tuple), call.given(product, call.inputs_tuple)


def jvp(
    func: Callable[..., Tensors], inputs: Tensors, v: Tensors = None, create_graph: bool = False, strict: bool = False
) -> tuple[Tensors, Tensors]:
    """Return the function's outputs, and the product of its Jacobian with a vector of the inputs' shapes.

    Mirrors `torch.autograd.functional.jvp`; parameters as `vjp`.

    Returns
    -------
    outputs, product : Tensor or tuple of Tensor
        The product has the outputs' shapes.
    """
    call = Call("jvp", func, inputs, create_graph, strict)
    with enable_grad():
        vector = call.vector(v, call.inputs, call.inputs_tuple, "input to the user-provided function is")
        call.run()
        dummies = tuple(zeros(output, requires_grad=True) for output in call.outputs)
        gradients = gradients_of(call.outputs, call.inputs, dummies, create_graph=True)
        call.require(gradients, "grad_inputs")
    with set_grad_enabled(create_graph or local.grad_enabled):
        found = gradients_of(gradients, dummies, vector, create_graph=create_graph)
        product = call.filled(found, call.outputs, "back_trick")
    return call.given(call.outputs, call.outputs_tuple), call.given(product, call.outputs_tuple)


def vhp(
    func: Callable[..., Tensor], inputs: Tensors, v: Tensors = None, create_graph: bool = False, strict: bool = False
) -> tuple[Tensor, Tensors]:
    """Return the output of a scalar function, and the product of a vector with its Hessian.

    Mirrors `torch.autograd.functional.vhp`; parameters as `vjp`, `v` of the inputs' shapes.
    """
    call = Call("vhp", func, inputs, create_graph, strict)
    with enable_grad():
        vector = call.vector(v, call.inputs, call.inputs_tuple, "input to the user-provided function is")
        call.run_scalar()
        gradients = gradients_of(call.outputs, call.inputs, None, create_graph=True)
        call.require(gradients, "jacobian")
    with set_grad_enabled(create_graph or local.grad_enabled):
        found = gradients_of(gradients, call.inputs, vector, create_graph=create_graph)
        product = call.filled(found, call.inputs, "double_back")
    return call.given(call.outputs, False), call.given(product, call.inputs_tuple)


def hvp(
    func: Callable[..., Tensor], inputs: Tensors, v: Tensors = None, create_graph: bool = False, strict: bool = False
) -> tuple[Tensor, Tensors]:
    """Return the output of a scalar function, and the product of its Hessian with a vector.

    Mirrors `torch.autograd.functional.hvp`; parameters as `vjp`, `v` of the inputs' shapes. `vhp` is faster, and the
    same where the Hessian is symmetric.
    """
    call = Call("hvp", func, inputs, create_graph, strict)
    with enable_grad():
        vector = call.vector(v, call.inputs, call.inputs_tuple, "input to the user-provided function is")
        call.run_scalar()
        gradients = gradients_of(call.outputs, call.inputs, None, create_graph=True)
        call.require(gradients, "jacobian")
        dummies = tuple(zeros(each, requires_grad=True) for each in call.inputs)
        twice = gradients_of(gradients, call.inputs, dummies, create_graph=True)
        call.require(gradients, "hessian")
    with set_grad_enabled(create_graph or local.grad_enabled):
        found = gradients_of(twice, dummies, vector, create_graph=create_graph)
        product = call.filled(found, call.inputs, "double_back_trick")
    return call.given(call.outputs, False), call.given(product, call.inputs_tuple)


def jacobian(
    func: Callable[..., Tensors],
    inputs: Tensors,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Tensors:
    """Return the Jacobian of a function.

    Mirrors `torch.autograd.functional.jacobian`.

    Parameters
    ----------
    func, inputs, create_graph, strict
        As for `vjp`.
    vectorize : bool
        Without effect here: one row is computed after the other.
    strategy : {"reverse-mode"}
        Forward mode is not provided.

    Returns
    -------
    Tensor or nested tuple of Tensor
        For one output and one input a tensor of shape `(*output.shape, *input.shape)`; a tuple of outputs gives a
        tuple, of inputs a tuple in each.
    """
    _check_strategy(strategy)
    if vectorize and strict:
        raise RuntimeError(
            "torch.autograd.functional.jacobian: `strict=True` and `vectorized=True` are not supported together. "
            "Please either set `strict=False` or `vectorize=False`."
        )
    call = Call("jacobian", func, inputs, create_graph, strict)
    with enable_grad():
        call.run()
        found = tuple(_rows(call, number, output) for number, output in enumerate(call.outputs))
    parts = tuple(call.given(each, call.inputs_tuple) for each in found)
    return parts if call.outputs_tuple else parts[0]


def hessian(
    func: Callable[..., Tensor],
    inputs: Tensors,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Tensors:
    """Return the Hessian of a scalar function: the Jacobian of its gradient.

    Mirrors `torch.autograd.functional.hessian`; parameters as `jacobian`.

    Returns
    -------
    Tensor or nested tuple of Tensor
        For one input a tensor of shape `(*input.shape, *input.shape)`; for a tuple, a tuple of tuples.
    """
    _check_strategy(outer_jacobian_strategy)
    is_tuple, given = as_tuple(inputs, "inputs", "hessian")

    def scalar(*points: Tensor) -> Tensor:
        inner = Call("hessian", func, points, True, strict)
        inner.inputs = points
        inner.run_scalar()
        return inner.outputs[0].squeeze()

    def gradient(*points: Tensor) -> Tensors:
        found = jacobian(scalar, points, create_graph=True)
        require(found, "jacobian", strict)
        return found

    result = jacobian(gradient, given, create_graph=create_graph, strict=strict, vectorize=vectorize)
    return result if is_tuple else result[0][0]


def _check_strategy(strategy: str) -> None:
    if strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError('Expected strategy to be either "forward-mode" or "reverse-mode".')
    if strategy == "forward-mode":
        raise NotImplementedError(
            'strategy="forward-mode" is not provided: autograd_viz has no forward-mode automatic differentiation; use '
            '"reverse-mode"'
        )


def _rows(call: Call, number: int, output: Tensor) -> tuple[Tensor, ...]:
    """Return the Jacobian of one output with respect to each input, computed element by element."""
    rows: list[list[Tensor]] = [[] for _ in call.inputs]
    for element in range(output.numel()):
        one = output.reshape(-1)[element]
        found = gradients_of((one,), call.inputs, None, create_graph=call.create_graph, retain_graph=True)
        for place, value in enumerate(found):
            if value is None and call.strict:
                raise RuntimeError(
                    f"Output {number} of the user-provided function is independent of input {place}. This is not "
                    "allowed in strict mode."
                )
            if value is not None and call.strict and call.create_graph and not value._requires_grad:
                raise RuntimeError(
                    f"The jacobian of the user-provided function is independent of input {number}. This is not allowed "
                    "in strict mode when create_graph=True."
                )
            rows[place].append(zeros(call.inputs[place]) if value is None else value)
    return tuple(_stacked(each, output, point) for each, point in zip(rows, call.inputs, strict=True))


def _stacked(rows: list[Tensor], output: Tensor, point: Tensor) -> Tensor:
    shape = (*output._array.shape, *point._array.shape)
    if not rows:
        return make(np.zeros(shape, point._array.dtype))
    return stack(rows, 0).view(shape)


__getattr__ = functools.partial(absent, __name__)
