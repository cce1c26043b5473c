"""A function with the inputs it is differentiated at, as `functional.py` needs it: calls, checks and strict mode."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..tensor import Tensor, make
from . import grad
from .grad_mode import enable_grad

__all__ = ["Call", "as_tuple", "gradients_of", "require", "zeros"]

Tensors = Any  # a Tensor or a tuple of Tensors


class Call:
    """A function, the inputs it is differentiated at, and what it returned there."""

    def __init__(
        self, name: str, func: Callable[..., Tensors], inputs: Tensors, create_graph: bool, strict: bool
    ) -> None:
        self.name, self.func = name, func
        self.create_graph, self.strict = create_graph, strict
        self.inputs_tuple, given = as_tuple(inputs, "inputs", name)
        with enable_grad():
            self.inputs = _fresh(given, create_graph, True)
        self.outputs: tuple[Tensor, ...] = ()
        self.outputs_tuple = False

    def run(self) -> None:
        """Call the function."""
        returned = self.func(*self.inputs)
        self.outputs_tuple, self.outputs = as_tuple(returned, "outputs of the user-provided function", self.name)
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
        given = _fresh(as_tuple(v, "v", self.name)[1], self.create_graph, False)
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
        require(tensors, kind, self.strict)

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
        return tuple(zeros(each) if one is None else one for one, each in zip(found, like, strict=True))

    def given(self, tensors: Sequence[Tensor], is_tuple: bool) -> Tensors:
        """Return results as the user gets them: without history unless asked for, and not in a tuple of one."""
        if not self.create_graph:
            tensors = [each.detach() for each in tensors]
        return tuple(tensors) if is_tuple else tensors[0]


def as_tuple(given: Tensors, argument: str, name: str) -> tuple[bool, tuple[Tensor, ...]]:
    """Return whether a tuple was given, and the tensors as one; refuse anything else."""
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


def zeros(like: Tensor, requires_grad: bool = False) -> Tensor:
    """Return zeros of a tensor's shape."""
    return make(np.zeros_like(like._array)).requires_grad_(requires_grad)


def gradients_of(
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


def require(tensors: Sequence[Tensor | None], kind: str, strict: bool) -> None:
    """In strict mode, refuse tensors that are missing or do not require grad."""
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
