"""A module's state as a dict of tensors, and back. The part of `Module` behind `state_dict`."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ...autograd.grad_mode import no_grad
from ...autograd.hooks import Hooks, RemovableHandle
from ...tensor import Tensor
from ..parameter import Parameter
from .registry import Registry

__all__ = ["LoadResult", "Stateful"]

EXTRA_STATE = "_extra_state"


class LoadResult(NamedTuple):
    """Which keys `load_state_dict` missed, and which it did not know."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


class Stateful(Registry):
    """Give out and take in a module's state."""

    _version = 1
    _state_dict_hooks: Hooks
    _state_dict_pre_hooks: Hooks
    _load_state_dict_pre_hooks: Hooks
    _load_state_dict_post_hooks: Hooks

    def get_extra_state(self) -> Any:
        """Return what else belongs into the `state_dict`; override together with `set_extra_state`."""
        raise RuntimeError("Module.get_extra_state() must be overridden")

    def set_extra_state(self, state: Any) -> None:
        """Take in what `get_extra_state` gave; override both."""
        raise RuntimeError("Module.set_extra_state() must be overridden")

    def _has_extra(self, name: str) -> bool:
        return getattr(type(self), name) is not getattr(Stateful, name)

    def _save_to_state_dict(self, destination: Any, prefix: str, keep_vars: bool) -> None:
        persistent = ((n, b) for n, b in self._buffers.items() if n not in self._non_persistent_buffers_set)
        held: Any = itertools.chain(self._parameters.items(), persistent)
        for name, tensor in held:
            if tensor is not None:
                destination[prefix + name] = tensor if keep_vars else tensor.detach()
        if self._has_extra("get_extra_state"):
            destination[prefix + EXTRA_STATE] = self.get_extra_state()

    def state_dict(self, *, destination: Any = None, prefix: str = "", keep_vars: bool = False) -> Any:
        """Return parameters and persistent buffers by dotted name.

        Parameters
        ----------
        destination : dict, optional
            Filled instead of a new OrderedDict.
        prefix : str
            Put before every name.
        keep_vars : bool
            Whether the tensors are the module's own; otherwise they are detached, on the same memory.
        """
        if destination is None:
            destination = OrderedDict()
            destination._metadata = OrderedDict()
        metadata = {"version": self._version}
        if hasattr(destination, "_metadata"):
            destination._metadata[prefix[:-1]] = metadata
        for hook in self._state_dict_pre_hooks.values():
            hook(self, prefix, keep_vars)
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, module in self._modules.items():
            if module is not None:
                module.state_dict(destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
        for hook in self._state_dict_hooks.values():
            if hook(self, destination, prefix, metadata) is not None:
                raise RuntimeError("state_dict post-hook must return None")
        return destination

    def register_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, prefix, keep_vars)` before `state_dict`."""
        return RemovableHandle(self._state_dict_pre_hooks, hook)

    def register_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, state_dict, prefix, local_metadata)` after `state_dict`; it may change the dict."""
        return RemovableHandle(self._state_dict_hooks, hook)

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, state_dict, prefix, metadata, strict, missing, unexpected, errors)` before loading."""
        return RemovableHandle(self._load_state_dict_pre_hooks, hook)

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, incompatible_keys)` after loading."""
        return RemovableHandle(self._load_state_dict_post_hooks, hook)

    def _load_from_state_dict(
        self,
        state_dict: Any,
        prefix: str,
        local_metadata: Any,
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        for hook in self._load_state_dict_pre_hooks.values():
            hook(self, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)
        held: dict[str, Any] = {
            name: tensor
            for name, tensor in (*self._parameters.items(), *self._buffers.items())
            if tensor is not None and name not in self._non_persistent_buffers_set
        }
        for name, tensor in held.items():
            key = prefix + name
            if key in state_dict:
                message = self._load_one(name, tensor, key, state_dict[key], local_metadata)
                if message is not None:
                    error_msgs.append(message)
            elif strict:
                missing_keys.append(key)
        self._load_extra(state_dict, prefix, strict, missing_keys, unexpected_keys)
        if strict:
            for key in state_dict:
                if key.startswith(prefix) and key != prefix + EXTRA_STATE:
                    first, dot, _ = key[len(prefix) :].partition(".")
                    if first not in (self._modules if dot else held):
                        unexpected_keys.append(key)

    def _load_one(self, name: str, tensor: Any, key: str, value: Any, metadata: Any) -> str | None:
        """Copy one tensor, or put it in place of ours; return what is wrong, if so."""
        if not isinstance(value, Tensor):
            return (
                f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object from '
                f"checkpoint but received {type(value)}"
            )
        if tensor.ndim == 0 and tuple(value.shape) == (1,):
            value = value[0]
        if value.shape != tensor.shape:
            return (
                f"size mismatch for {key}: copying a param with shape {value.shape} from checkpoint, the shape in "
                f"current model is {tensor.shape}."
            )
        if metadata.get("assign_to_params_buffers", False):
            if isinstance(tensor, Parameter) and not isinstance(value, Parameter):
                value = Parameter(value, requires_grad=tensor.requires_grad)
            setattr(self, name, value)
        else:
            with no_grad():
                tensor.copy_(value)
        return None

    def _load_extra(
        self, state_dict: Any, prefix: str, strict: bool, missing_keys: list[str], unexpected_keys: list[str]
    ) -> None:
        key = prefix + EXTRA_STATE
        if self._has_extra("set_extra_state"):
            if key in state_dict:
                self.set_extra_state(state_dict[key])
            elif strict:
                missing_keys.append(key)
        elif strict and key in state_dict:
            unexpected_keys.append(key)

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False) -> LoadResult:
        """Copy the tensors of a `state_dict` into this module.

        Parameters
        ----------
        state_dict : dict
            Tensors by dotted name.
        strict : bool
            Whether the names must be exactly this module's.
        assign : bool
            Whether the tensors take the place of the module's own, instead of being copied into them.

        Returns
        -------
        LoadResult
            `missing_keys` and `unexpected_keys`.

        Raises
        ------
        RuntimeError
            When names (with `strict`) or shapes do not fit.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        missing: list[str] = []
        unexpected: list[str] = []
        errors: list[str] = []
        metadata = getattr(state_dict, "_metadata", {})
        self._load_into(OrderedDict(state_dict), "", metadata, strict, assign, missing, unexpected, errors)
        if strict:
            for word, keys in (("Unexpected", unexpected), ("Missing", missing)):
                if keys:
                    names = ", ".join(f'"{key}"' for key in keys)
                    errors.insert(0, f"{word} key(s) in state_dict: {names}. ")
        if errors:
            lines = "\n\t".join(errors)
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}:\n\t{lines}")
        return LoadResult(missing, unexpected)

    def _load_into(
        self, state: Any, prefix: str, metadata: Any, strict: bool, assign: bool, missing: Any, unexpected: Any,
        errors: Any,
    ) -> None:  # fmt: skip
        """Load this module and, after it, its submodules."""
        local = dict(metadata.get(prefix[:-1], {}))
        if assign:
            local["assign_to_params_buffers"] = True
        self._load_from_state_dict(state, prefix, local, True, missing, unexpected, errors)
        for name, child in self._modules.items():
            if child is not None:
                inner = f"{prefix}{name}."
                part = {key: value for key, value in state.items() if key.startswith(inner)}
                child._load_into(part, inner, metadata, strict, assign, missing, unexpected, errors)
        for hook in self._load_state_dict_post_hooks.values():
            if hook(self, LoadResult(missing, unexpected)) is not None:
                raise RuntimeError(
                    "Hooks registered with ``register_load_state_dict_post_hook`` are not expected to return new "
                    "values, if incompatible_keys need to be modified, it should be done inplace."
                )
