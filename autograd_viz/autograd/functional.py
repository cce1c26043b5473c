"""Derivatives of functions: jacobian, hessian and products with them. Mirrors `torch.autograd.functional`.

Products of the Jacobian with a vector from the right (`jvp`, `hvp`) differentiate twice: the gradient is linear in the
vector it starts with, and the derivative with respect to that vector is what is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..ops.joining import stack
from ..tensor import Tensor, make
from . import grad
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
    call = _Call("vjp", func, inputs, create_graph, strict)
    with enable_grad():
        call.run()
        vector = call.vector(v, call.outputs, call.outputs_tuple, "user-provided function returns")
    with set_grad_enabled(create_graph or local.grad_enabled):
        found = _gradients(call.outputs, call.inputs, vector, create_graph=create_graph)
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
    call = _Call("jvp", func, inputs, create_graph, strict)
    with enable_grad():
        vector = call.vector(v, call.inputs, call.inputs_tuple, "input to the user-provided function is")
        call.run()
        dummies = tuple(_zeros(output, requires_grad=True) for output in call.outputs)
        gradients = _gradients(call.outputs, call.inputs, dummies, create_graph=True)
        call.require(gradients, "grad_inputs")
    with set_grad_enabled(create_graph or local.grad_enabled):
        found = _gradients(gradients, dummies, vector, create_graph=create_graph)
        product = call.filled(found, call.outputs, "back_trick")
    return call.given(call.outputs, call.outputs_tuple), call.given(product, call.outputs_tuple)


def vhp(
    func: Callable[..., Tensor], inputs: Tensors, v: Tensors = None, create_graph: bool = False, strict: bool = False
) -> tuple[Tensor, Tensors]:
    """Return the output of a scalar function, and the product of a vector with its Hessian.

    Mirrors `torch.autograd.functional.vhp`; parameters as `vjp`, `v` of the inputs' shapes.
    """
    call = _Call("vhp", func, inputs, create_graph, strict)
    with enable_grad():
        vector = call.vector(v, call.inputs, call.inputs_tuple, "input to the user-provided function is")
        call.run_scalar()
        gradients = _gradients(call.outputs, call.inputs, None, create_graph=True)
        call.require(gradients, "jacobian")
    with set_grad_enabled(create_graph or local.grad_enabled):
        found = _gradients(gradients, call.inputs, vector, create_graph=create_graph)
        product = call.filled(found, call.inputs, "double_back")
    return call.given(call.outputs, False), call.given(product, call.inputs_tuple)


def hvp(
    func: Callable[..., Tensor], inputs: Tensors, v: Tensors = None, create_graph: bool = False, strict: bool = False
) -> tuple[Tensor, Tensors]:
    """Return the output of a scalar function, and the product of its Hessian with a vector.

    Mirrors `torch.autograd.functional.hvp`; parameters as `vjp`, `v` of the inputs' shapes. `vhp` is faster, and the
    same where the Hessian is symmetric.
    """
    call = _Call("hvp", func, inputs, create_graph, strict)
    with enable_grad():
        vector = call.vector(v, call.inputs, call.inputs_tuple, "input to the user-provided function is")
        call.run_scalar()
        gradients = _gradients(call.outputs, call.inputs, None, create_graph=True)
        call.require(gradients, "jacobian")
        dummies = tuple(_zeros(each, requires_grad=True) for each in call.inputs)
        twice = _gradients(gradients, call.inputs, dummies, create_graph=True)
        call.require(gradients, "hessian")
    with set_grad_enabled(create_graph or local.grad_enabled):
        found = _gradients(twice, dummies, vector, create_graph=create_graph)
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
    call = _Call("jacobian", func, inputs, create_graph, strict)
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
    is_tuple, given = _as_tuple(inputs, "inputs", "hessian")

    def scalar(*points: Tensor) -> Tensor:
        inner = _Call("hessian", func, points, True, strict)
        inner.inputs = points
        inner.run_scalar()
        return inner.outputs[0].squeeze()

    def gradient(*points: Tensor) -> Tensors:
        found = jacobian(scalar, points, create_graph=True)
        _require(found, "jacobian", strict)
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


def _rows(call: _Call, number: int, output: Tensor) -> tuple[Tensor, ...]:
    """Return the Jacobian of one output with respect to each input, computed element by element."""
    rows: list[list[Tensor]] = [[] for _ in call.inputs]
    for element in range(output.numel()):
        one = output.reshape(-1)[element]
        found = _gradients((one,), call.inputs, None, create_graph=call.create_graph, retain_graph=True)
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
            rows[place].append(_zeros(call.inputs[place]) if value is None else value)
    return tuple(_stacked(each, output, point) for each, point in zip(rows, call.inputs, strict=True))


def _stacked(rows: list[Tensor], output: Tensor, point: Tensor) -> Tensor:
    shape = (*output._array.shape, *point._array.shape)
    if not rows:
        return make(np.zeros(shape, point._array.dtype))
    return stack(rows, 0).view(shape)


class _Call:
    """A function, the inputs it is differentiated at, and what it returned there."""

    def __init__(
        self, name: str, func: Callable[..., Tensors], inputs: Tensors, create_graph: bool, strict: bool
    ) -> None:
        self.name, self.func = name, func
        self.create_graph, self.strict = create_graph, strict
        self.inputs_tuple, given = _as_tuple(inputs, "inputs", name)
        with enable_grad():
            self.inputs = _fresh(given, create_graph, True)
        self.outputs: tuple[Tensor, ...] = ()
        self.outputs_tuple = False

    def run(self) -> None:
        """Call the function."""
        returned = self.func(*self.inputs)
        self.outputs_tuple, self.outputs = _as_tuple(returned, "outputs of the user-provided function", self.name)
        self.require(self.outputs, "outputs")

    def run_scalar(self) -> None:
        """Call the function, which must return one element."""
        self.run()
        if self.outputs_tuple:
            raise RuntimeError(f"The function given to {self.name} should return a single Tensor")
        if self.outputs[0].numel() != 1:
            raise RuntimeError(
                f"The Tensor returned by the function given to {self.name} should contain a single element"
            )

    def vector(self, v: Tensors, like: tuple[Tensor, ...], is_tuple: bool, what: str) -> tuple[Tensor, ...] | None:
        """Return the vector of a product, checked against what it is multiplied with; None stands for 1."""
        if v is None:
            if len(like) != 1 or like[0].numel() != 1:
                raise RuntimeError(
                    f"The vector v can only be None if the {what} a single Tensor with a single element."
                )
            return None
        given = _fresh(_as_tuple(v, "v", self.name)[1], self.create_graph, False)
        if len(given) != len(like):
            raise RuntimeError(
                f"v is a tuple of invalid length: should be {len(like)} but got {len(given)}."
                if is_tuple
                else "The given v should contain a single Tensor."
            )
        for place, (one, other) in enumerate(zip(given, like, strict=True)):
            if one._array.shape != other._array.shape:
                start = f"Entry {place} in " if is_tuple else ""
                raise RuntimeError(f"{start}v has invalid size: should be {other.shape!r} but got {one.shape!r}.")
        return given

    def require(self, tensors: Sequence[Tensor | None], kind: str) -> None:
        """In strict mode, refuse tensors that do not depend on the inputs."""
        _require(tensors, kind, self.strict)

    def filled(self, found: Sequence[Tensor | None], like: Sequence[Tensor], stage: str) -> tuple[Tensor, ...]:
        """Return the gradients with zeros for those that are missing, or refuse these in strict mode."""
        for place, value in enumerate(found):
            if value is None and self.strict:
                raise RuntimeError(_MISSING[stage].format(place))
            if value is not None and self.strict and self.create_graph and not value._requires_grad:
                what = "hessian" if "double" in stage else "jacobian"
                raise RuntimeError(
                    f"The {what} of the user-provided function is independent of input {place}. This is not allowed in "
                    "strict mode when create_graph=True."
                )
        return tuple(_zeros(each) if one is None else one for one, each in zip(found, like, strict=True))

    def given(self, tensors: Sequence[Tensor], is_tuple: bool) -> Tensors:
        """Return results as the user gets them: without history unless asked for, and not in a tuple of one."""
        if not self.create_graph:
            tensors = [each.detach() for each in tensors]
        return tuple(tensors) if is_tuple else tensors[0]


def _as_tuple(given: Tensors, argument: str, name: str) -> tuple[bool, tuple[Tensor, ...]]:
    is_tuple = isinstance(given, tuple)
    for place, each in enumerate(given if is_tuple else (given,)):
        if not isinstance(each, Tensor):
            where = f"the value at index {place}" if is_tuple else f"the given {argument}"
            raise TypeError(
                f"The {argument} given to {name} must be either a Tensor or a tuple of Tensors but {where} has type "
                f"{type(each)}."
            )
    return is_tuple, given if is_tuple else (given,)


def _fresh(tensors: Sequence[Tensor], create_graph: bool, need_graph: bool) -> tuple[Tensor, ...]:
    """Return new tensors on the same memory, so that the function's own use of the same tensors is not confused."""
    return tuple(
        each.view_as(each)
        if create_graph and each._requires_grad
        else each.detach().requires_grad_(need_graph)
        for each in tensors
    )


def _zeros(like: Tensor, requires_grad: bool = False) -> Tensor:
    return make(np.zeros_like(like._array)).requires_grad_(requires_grad)


def _gradients(
    outputs: Sequence[Tensor | None],
    inputs: Sequence[Tensor],
    grad_outputs: Sequence[Tensor] | None,
    *,
    create_graph: bool,
    retain_graph: bool | None = None,
) -> tuple[Tensor | None, ...]:
    """Return `autograd.grad` of the outputs that can be differentiated; None for what none of them depends on."""
    vectors = (None,) * len(outputs) if grad_outputs is None else grad_outputs
    pairs = [(one, v) for one, v in zip(outputs, vectors, strict=True) if one is not None and one._requires_grad]
    if not pairs:
        return (None,) * len(inputs)
    roots, seeds = zip(*pairs, strict=True)
    return grad(roots, inputs, seeds, retain_graph, create_graph, allow_unused=True)


def _require(tensors: Sequence[Tensor | None], kind: str, strict: bool) -> None:
    for place, each in enumerate(tensors):
        if strict and each is None:
            raise RuntimeError(_MISSING["back"].format(place))
        if strict and each is not None and not each._requires_grad:
            raise RuntimeError(_INDEPENDENT[kind].format(place))


_MISSING = {
    "back": (
        "The output of the user-provided function is independent of input {}. This is not allowed in strict mode."
    ),
    "back_trick": (
        "The gradient with respect to the input is independent of entry {} in the grad_outputs when using the double "
        "backward trick to compute forward mode gradients. This is not allowed in strict mode."
    ),
    "double_back": (
        "The jacobian of the user-provided function is independent of input {}. This is not allowed in strict mode."
    ),
    "double_back_trick": (
        "The hessian of the user-provided function is independent of entry {} in the grad_jacobian. This is not "
        "allowed in strict mode as it prevents from using the double backward trick to replace forward mode AD."
    ),
}
_INDEPENDENT = {
    "outputs": (
        "Output {} of the user-provided function does not require gradients. The outputs must be computed in a "
        "differentiable manner from the input when running in strict mode."
    ),
    "grad_inputs": (
        "The gradient with respect to input {} is independent of the inputs of the user-provided function. This is not "
        "allowed in strict mode."
    ),
    "jacobian": (
        "While computing the hessian, found that the jacobian of the user-provided function with respect to input {} "
        "is independent of the input. This is not allowed in strict mode. You should ensure that your function is "
        "twice differentiable and that the jacobian depends on the inputs (this would be violated by a linear function "
        "for example)."
    ),
    "hessian": (
        "The hessian of the user-provided function with respect to input {} is independent of the input. This is not "
        "allowed in strict mode. You should ensure that your function is thrice differentiable and that the hessian "
        "depends on the inputs."
    ),
}
