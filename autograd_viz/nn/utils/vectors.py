"""Parameters as one vector, and back. Mirrors `torch.nn.utils.convert_parameters`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...ops.joining import cat
from ...tensor import Tensor

__all__ = ["parameters_to_vector", "vector_to_parameters"]


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """Return all parameters in one vector. Mirrors `torch.nn.utils.parameters_to_vector`."""
    return cat([parameter.view(-1) for parameter in parameters], 0)


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Give parameters, one after the other, the values in a vector. Mirrors `torch.nn.utils.vector_to_parameters`.

    Raises
    ------
    TypeError
        When `vec` is no tensor.
    """
    if not isinstance(vec, Tensor):
        raise TypeError(f"expected torch.Tensor, but got: {type(vec).__name__}")
    place, values = 0, vec.detach()
    for parameter in parameters:
        part: Any = values[place : place + parameter.numel()]
        parameter.data = part.view_as(parameter)
        place += parameter.numel()
