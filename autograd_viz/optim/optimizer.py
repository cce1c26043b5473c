"""`Optimizer`: what all optimizers share. Mirrors `torch.optim.Optimizer`.

A subclass updates one parameter at a time, on arrays and in place, in `_update`.
"""

from __future__ import annotations

import copy
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

import numpy as np

from .. import dtypes
from ..autograd import listeners
from ..autograd.grad_mode import enable_grad, set_grad_enabled
from ..autograd.listeners import OpCall
from ..autograd.scopes import heard_scope, scope
from ..foreign import kind_of
from ..tensor import Tensor, make
from .hooks import LOAD_POST, LOAD_PRE, SAVE_POST, SAVE_PRE, Hooked, hooked

__all__ = ["Optimizer", "check", "required"]

required = object()  # the default of an option that every parameter group must give


def check(allowed: bool, message: str) -> None:
    """Raise ValueError with `message` unless `allowed`.

    Raises
    ------
    ValueError
        When an option is out of range.
    """
    if not allowed:
        raise ValueError(message)


class Optimizer(Hooked):
    """Change parameters by their gradients. Mirrors `torch.optim.Optimizer`.

    Parameters
    ----------
    params : iterable of Tensor, of (str, Tensor), or of dict
        What is optimized; dicts are parameter groups, with options of their own beside "params".
    defaults : dict
        The options of groups that do not give them.

    Raises
    ------
    TypeError, ValueError
        When there are no parameters, or something else than leaf tensors among them.
    """

    def __init__(self, params: Any, defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, but got "
                f"{params.type()}"
            )
        super().__init__()
        self.defaults = defaults
        self.state: defaultdict[Any, Any] = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a parameter group: a dict with "params" and options.

        Raises
        ------
        TypeError, ValueError
            When something else than leaf tensors is among its parameters, or one is in another group already.
        """
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        params = param_group["params"]
        if isinstance(params, set):
            raise TypeError(
                "optimizer parameters need to be organized in ordered collections, but the ordering of tensors in "
                "sets will change between runs. Please use a list instead."
            )
        params = [params] if isinstance(params, Tensor) else list(params)
        names = [param[0] for param in params if isinstance(param, tuple)]
        if names:
            check(len(names) == len(params), "all optimizer params should be with/without names. Some param names are "
                  "missing")  # fmt: skip
            param_group["param_names"] = names
        param_group["params"] = [param[1] if isinstance(param, tuple) else param for param in params]
        self._check_params(param_group)
        for name, default in self.defaults.items():
            if default is required and name not in param_group:
                raise ValueError(f"parameter group didn't specify a value of required optimization parameter {name}")
            param_group.setdefault(name, default)
        self.param_groups.append(param_group)

    def _check_params(self, group: dict[str, Any]) -> None:
        params = group["params"]
        for param in params:
            if not isinstance(param, Tensor):
                raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {kind_of(param)}")
            if not (self.defaults.get("differentiable") or param.is_leaf or param.retains_grad):
                raise ValueError("can't optimize a non-leaf Tensor")
        ids = {id(param) for param in params}
        if len(ids) != len(params):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; "
                "see github.com/pytorch/pytorch/issues/40967 for more information",
                UserWarning,
                stacklevel=4,
            )
        for other in self.param_groups:
            if ("param_names" in group) != ("param_names" in other):
                word = "with names" if "param_names" in group else "without names"
                raise ValueError(
                    "all optimizer param groups should be with/without names. cannot add param group "
                    f"{word} to the optimizer"
                )
            if not ids.isdisjoint(id(param) for param in other["params"]):
                raise ValueError("some parameters appear in more than one parameter group")

    # a step

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the parameters' gradients, or set them to 0."""
        for param in chain.from_iterable(group["params"] for group in self.param_groups):
            grad = param.grad
            if grad is None:
                continue
            if set_to_none:
                param.grad = None
            else:
                grad.detach_() if grad.grad_fn is not None else grad.requires_grad_(False)
                grad.zero_()

    @hooked
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change each parameter that has a gradient.

        Parameters
        ----------
        closure : callable, optional
            Computes the loss anew, with gradients; called first.

        Returns
        -------
        Any
            What the closure returned, or None.
        """
        if type(self)._update is Optimizer._update:
            raise NotImplementedError
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        recorded = bool(self.defaults.get("differentiable"))
        name = f"{type(self).__name__}.step"
        with set_grad_enabled(recorded), scope(name) if recorded else heard_scope(name):
            for group in self.param_groups:
                for param in group["params"]:
                    if param._grad is not None:
                        (self._record_one if recorded else self._step_one)(param, group)
        return loss

    def _record_one(self, param: Any, group: dict[str, Any]) -> None:
        grad = -param._grad if group.get("maximize") else param._grad
        self._recorded_update(param, grad, group, self._remembered(param, group))

    def _recorded_update(self, param: Any, grad: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
        """Change the tensor `param` in place by operations that are recorded."""
        raise NotImplementedError

    def _step_one(self, param: Any, group: dict[str, Any]) -> None:
        grad = param._grad._array
        if group.get("maximize"):
            grad = -grad
        self._update(param._array, grad, group, self._remembered(param, group))
        param.bump_version()
        heard = listeners.active()
        if heard:
            inputs = [("self", param), ("grad", param._grad)]
            spoken = OpCall(f"{type(self).__name__.lower()}_step_", inputs, _numbers(group), (param,), None, param)
            for listener in heard:
                listener.operation(spoken)

    def _remembered(self, param: Any, group: dict[str, Any]) -> dict[str, Any]:
        """Return what is remembered of a parameter between steps, to be changed."""
        return self.state[param]

    def _update(self, param: Any, grad: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
        """Change the array `param` in place; `grad` must stay as it is."""
        raise NotImplementedError

    # state

    def state_dict(self) -> dict[str, Any]:
        """Return the options and what the optimizer remembers, parameters by number."""
        for hook in list(self._hooks[SAVE_PRE].values()):
            hook(self)
        numbers: dict[int, int] = {}
        for param in chain.from_iterable(group["params"] for group in self.param_groups):
            numbers.setdefault(id(param), len(numbers))
        groups = [
            {**{key: value for key, value in group.items() if key != "params"},
             "params": [numbers[id(param)] for param in group["params"]]}
            for group in self.param_groups
        ]  # fmt: skip
        state = {numbers[id(key)] if isinstance(key, Tensor) else key: value for key, value in self.state.items()}
        return self._through(SAVE_POST, {"state": state, "param_groups": groups})

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take in what `state_dict` gave, copied and in the parameters' dtypes.

        Raises
        ------
        ValueError
            When the groups are not of the same number and lengths.
        """
        state_dict = self._through(LOAD_PRE, state_dict.copy())
        saved = copy.deepcopy(state_dict["param_groups"])
        check(len(saved) == len(self.param_groups), "loaded state dict has a different number of parameter groups")
        check(
            all(len(one["params"]) == len(two["params"]) for one, two in zip(saved, self.param_groups, strict=True)),
            "loaded state dict contains a parameter group that doesn't match the size of optimizer's group",
        )
        params = dict(
            zip(
                chain.from_iterable(group["params"] for group in saved),
                chain.from_iterable(group["params"] for group in self.param_groups),
                strict=True,
            )
        )
        state: defaultdict[Any, Any] = defaultdict(dict)
        for key, values in state_dict["state"].items():
            if key in params:
                state[params[key]] = {name: _cast(params[key], name, value) for name, value in values.items()}
            else:
                state[key] = values
        for group, new in zip(self.param_groups, saved, strict=True):
            new["params"] = group["params"]
        self.state, self.param_groups = state, saved
        for hook in list(self._hooks[LOAD_POST].values()):
            hook(self)

    def __getstate__(self) -> dict[str, Any]:
        return {"defaults": self.defaults, "state": self.state, "param_groups": self.param_groups}

    def __setstate__(self, state: dict[str, Any]) -> None:
        Hooked.__init__(self)
        self.__dict__.update(state)

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for number, group in enumerate(self.param_groups):
            lines.append(("\n" if number else "") + f"Parameter Group {number}")
            lines.extend(f"    {key}: {group[key]}" for key in sorted(group) if key != "params")
        return "\n".join([*lines, ")"])


def _numbers(group: dict[str, Any]) -> dict[str, Any]:
    """Return those options of a group that a reader of the step wants to see."""
    hidden = ("params", "foreach", "fused", "capturable", "differentiable", "param_names", "initial_lr")
    return {key: value for key, value in group.items() if key not in hidden and isinstance(value, (int, float, tuple))}


def _cast(param: Any, name: str, value: Any) -> Any:
    if not isinstance(value, Tensor):
        return copy.deepcopy(value)
    if name == "step" or not param.is_floating_point():
        return value.clone()
    return make(value._array.astype(param._array.dtype))


# what the updates of several optimizers share


def counted(state: dict[str, Any]) -> float:
    """Count the steps of a parameter in `state["step"]`, a tensor as in PyTorch, and return their number."""
    step = state.get("step")
    if step is None:
        step = state["step"] = make(np.zeros((), dtypes.default_float()))
    step._array += 1
    return float(step._array)


def kept(state: dict[str, Any], name: str, param: Any, value: float = 0.0) -> Any:
    """Return the array of a parameter's shape that is remembered under `name`, filled with `value` at first."""
    tensor = state.get(name)
    if tensor is None:
        tensor = state[name] = make(np.full_like(param, value))
    return tensor._array


def decayed(param: Any, grad: Any, weight_decay: Any) -> Any:
    """Return the gradient with that of weight_decay / 2 · |param|² added."""
    return grad if weight_decay == 0 else grad + param * param.dtype.type(weight_decay)


def number(value: Any) -> float:
    """Return an option that may be a tensor of one element as a number."""
    return float(value.item()) if isinstance(value, Tensor) else float(value)


def check_fused(fused: bool | None, foreach: bool | None, differentiable: bool) -> None:
    """Refuse to be asked for two ways at once; the first two are without effect here.

    Raises
    ------
    RuntimeError
        When `fused` is asked for together with another.
    """
    if fused and differentiable:
        raise RuntimeError("`fused` does not support `differentiable`")
    if fused and foreach:
        raise RuntimeError("`fused` and `foreach` cannot be `True` together.")


def check_one_element(name: str, value: Any) -> None:
    """Refuse tensors of several elements as an option.

    Raises
    ------
    ValueError
        When the tensor has not exactly one element.
    """
    check(not isinstance(value, Tensor) or value.numel() == 1, f"Tensor {name} must be 1-element")


Params = Iterable[Any]
