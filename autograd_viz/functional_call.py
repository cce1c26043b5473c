"""Calling a module with other parameters and buffers than its own. Mirrors `torch.func.functional_call`."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Generator, Sequence
from typing import Any

from .tensor import Tensor

__all__ = ["functional_call"]


def functional_call(
    module: Any,
    parameter_and_buffer_dicts: dict[str, Tensor] | Sequence[dict[str, Tensor]],
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """Call a module with other parameters and buffers than its own.

    Mirrors `torch.func.functional_call`.

    Parameters
    ----------
    module : nn.Module
        What is called; it is left as it was.
    parameter_and_buffer_dicts : dict or sequence of dict
        The tensors to use, by the names `named_parameters` and `named_buffers` give.
    args, kwargs
        What it is called with: a tuple of arguments, or one argument.
    tie_weights : bool
        Whether one name of a tensor with several stands for all.
    strict : bool
        Whether names that are missing or unknown are an error.

    Raises
    ------
    ValueError, RuntimeError
        When names are ambiguous, or, with `strict`, missing or unknown.
    AttributeError
        When a name leads through a module that is not there.
    """
    tensors = _merged(parameter_and_buffer_dicts)
    own = dict(module.named_parameters(remove_duplicate=False))
    own.update(module.named_buffers(remove_duplicate=False))
    if tie_weights:
        tensors = _tied(own, tensors)
    if strict:
        _check_names(module, own, tensors)
    given = () if args is None else args if isinstance(args, tuple) else (args,)
    with _replaced(module, tensors):
        return module(*given, **(kwargs or {}))


def _merged(dicts: Any) -> dict[str, Tensor]:
    if isinstance(dicts, dict):
        return dicts
    if not isinstance(dicts, Sequence):
        raise ValueError(
            f"Expected parameter_and_buffer_dicts to be a dict, or a list/tuple of dicts, but got {type(dicts)}"
        )
    if not all(isinstance(each, dict) for each in dicts):
        raise ValueError("Expected all elements of parameter_and_buffer_dicts to be dictionaries")
    names = [name for each in dicts for name in each]
    repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if repeated:
        raise ValueError(
            f"{repeated} appeared in multiple dictionaries; behavior of functional call is ambiguous"
        )
    return {name: tensor for each in dicts for name, tensor in each.items()}


def _tied(own: dict[str, Tensor], tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Give every name of a tensor the value given for one of them."""
    by_tensor: dict[int, list[str]] = {}
    for name, tensor in own.items():
        by_tensor.setdefault(id(tensor), []).append(name)
    out = dict(tensors)
    for names in by_tensor.values():
        given = [name for name in names if name in tensors]
        if len({id(tensors[name]) for name in given}) > 1:
            raise ValueError(
                f"functional_call got multiple values for keys {sorted(names)}, which are tied. Consider using "
                "tie_weights=False"
            )
        if given:
            out.update(dict.fromkeys(names, tensors[given[0]]))
    return out


def _check_names(module: Any, own: dict[str, Tensor], tensors: dict[str, Tensor]) -> None:
    unexpected = sorted(name for name in tensors if name not in own)
    missing = sorted(name for name in own if name not in tensors)
    said = [f"Unexpected key(s): {', '.join(map(repr, unexpected))}."] if unexpected else []
    if missing:
        said.append(f"Missing key(s): {', '.join(map(repr, missing))}.")
    if said:
        lines = "\n\t".join(said)
        raise RuntimeError(f"Error(s) in reparametrizing for {type(module).__name__}:\n\t{lines}")


def _part(module: Any, name: str) -> Any:
    if name not in module._modules:
        raise AttributeError(f"{type(module).__name__} has no attribute `{name}`")
    return module._modules[name]


@contextlib.contextmanager
def _replaced(module: Any, tensors: dict[str, Tensor]) -> Generator[None, None, None]:
    """Let the module hold other tensors in the block."""
    before: list[tuple[dict[str, Any], str, Any]] = []
    try:
        for path, tensor in tensors.items():
            *parents, name = path.split(".")
            owner = functools.reduce(_part, parents, module)
            held = owner._parameters if name in owner._parameters else owner._buffers
            if name not in held:  # ignored unless `strict`, which was checked
                continue
            before.append((held, name, held[name]))
            held[name] = tensor
        yield
    finally:
        for held, name, tensor in reversed(before):
            held[name] = tensor
