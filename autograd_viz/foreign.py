"""What errors call an operand of another library: PyTorch's own tensors are no `Tensor` of ours, whatever their name.

PyTorch is never imported here: a type says itself where it comes from.
"""

from __future__ import annotations

from typing import Any

__all__ = ["is_of_torch", "kind_of", "refuse_torch"]


def is_of_torch(value: Any) -> bool:
    """Return whether a value is a tensor of PyTorch's, a parameter of its included."""
    return any(cls.__name__ == "Tensor" and cls.__module__ == "torch" for cls in type(value).__mro__)


def kind_of(value: Any) -> str:
    """Return the name of a value's type as errors say it; behind PyTorch's stands how to convert its tensors."""
    if is_of_torch(value):
        return "torch.Tensor: convert it, as with from_numpy(t.detach().numpy())"
    return type(value).__name__


def refuse_torch(name: str, value: Any, param: str = "input", position: int = 1) -> None:
    """Raise the error of a function that was given a tensor of PyTorch's."""
    if is_of_torch(value):
        raise TypeError(f"{name}(): argument '{param}' (position {position}) must be Tensor, not {kind_of(value)}")
