"""`Module`: a function with parameters. Mirrors `torch.nn.Module`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ... import dtypes
from ...absent import absent, no_device, refusing
from ...autograd.grad_mode import no_grad
from ...autograd.hooks import Hooks
from ...ops import FUNCTIONS
from ...tensor import Tensor
from ..parameter import Buffer, Parameter
from .calling import Calling
from .global_hooks import (  # noqa: F401  (PyTorch has the registering functions in this module)
    register_module_buffer_registration_hook,
    register_module_forward_hook,
    register_module_forward_pre_hook,
    register_module_full_backward_hook,
    register_module_full_backward_pre_hook,
    register_module_module_registration_hook,
    register_module_parameter_registration_hook,
    registered,
)
from .registry import Registry, typename
from .state import Stateful

__all__ = ["Module"]

HELD = ("_parameters", "_buffers", "_modules")


class Module(Calling, Stateful):
    """The base of layers and networks: subclasses define `forward`, and keep parameters and modules as attributes.

    Mirrors `torch.nn.Module`.

    Examples
    --------
    >>> import autograd_viz as ag
    >>> class Net(ag.nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.hidden = ag.nn.Linear(2, 3)
    ...     def forward(self, x):
    ...         return self.hidden(x).relu()
    >>> Net()
    Net(
      (hidden): Linear(in_features=2, out_features=3, bias=True)
    )
    """

    training: bool
    call_super_init: bool = False
    dump_patches: bool = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        for surplus in () if self.call_super_init else kwargs:
            raise TypeError(f"{type(self).__name__}.__init__() got an unexpected keyword argument '{surplus}'")
        if args and not self.call_super_init:
            raise TypeError(
                f"{type(self).__name__}.__init__() takes 1 positional argument but {len(args) + 1} were given"
            )
        self.__dict__.update(
            training=True,
            _parameters={},
            _buffers={},
            _non_persistent_buffers_set=set(),
            _modules={},
            _forward_hooks=Hooks(),
            _forward_pre_hooks=Hooks(),
            _backward_hooks=Hooks(),
            _backward_pre_hooks=Hooks(),
            _state_dict_hooks=Hooks(),
            _state_dict_pre_hooks=Hooks(),
            _load_state_dict_pre_hooks=Hooks(),
            _load_state_dict_post_hooks=Hooks(),
        )
        if self.call_super_init:
            super().__init__(*args, **kwargs)

    def forward(self, *input: Any) -> Any:
        """Compute the result; every subclass defines it."""
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    # attributes

    def __getattr__(self, name: str) -> Any:
        for held in HELD:
            members = self.__dict__.get(held)
            if members is not None and name in members:
                return members[name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __setattr__(self, name: str, value: Any) -> None:
        for held, kind, needed in (
            ("_parameters", Parameter, "parameters"),
            ("_modules", Registry, "module"),
            ("_buffers", Buffer, "buffer"),
        ):
            members = self.__dict__.get(held)
            if isinstance(value, kind):
                if members is None:
                    raise AttributeError(f"cannot assign {needed} before Module.__init__() call")
                self._forget(name, held)
                if held == "_parameters":
                    self.register_parameter(name, value)  # type: ignore[arg-type]
                elif held == "_buffers":
                    self.register_buffer(name, value, value.persistent)  # type: ignore[arg-type,union-attr]
                else:
                    members[name] = registered("module", self, name, value)
                return
            if members is not None and name in members:
                self._replace(name, value, held)
                return
        object.__setattr__(self, name, value)

    def _replace(self, name: str, value: Any, held: str) -> None:
        """Put a value in the place of a parameter, buffer or module: None, or for buffers a tensor."""
        if value is not None and not (held == "_buffers" and isinstance(value, Tensor)):
            kind, wanted = {
                "_parameters": ("parameter", "torch.nn.Parameter or None expected"),
                "_modules": ("child module", "torch.nn.Module or None expected"),
                "_buffers": ("buffer", "torch.nn.Buffer, torch.Tensor or None expected"),
            }[held]
            raise TypeError(f"cannot assign '{typename(value)}' as {kind} '{name}' ({wanted})")
        if held != "_parameters":
            value = registered(held[1:-1], self, name, value)
        self.__dict__[held][name] = value

    def _forget(self, name: str, but: str = "") -> None:
        self.__dict__.pop(name, None)
        for held in HELD:
            if held != but:
                self.__dict__.get(held, {}).pop(name, None)
        if but != "_buffers":
            self.__dict__.get("_non_persistent_buffers_set", set()).discard(name)

    def __delattr__(self, name: str) -> None:
        for held in HELD:
            if name in self.__dict__.get(held, ()):
                del self.__dict__[held][name]
                self._non_persistent_buffers_set.discard(name)
                return
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        names = {*object.__dir__(self), *(name for held in HELD for name in self.__dict__.get(held, ()))}
        return sorted(name for name in names if not name[0].isdigit())

    # modes

    def train(self, mode: bool = True) -> Module:
        """Set training mode, here and in every submodule: it matters to dropout and batch norm."""
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self) -> Module:
        """Set evaluation mode: `train(False)`."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Module:
        """Set whether the parameters are learned."""
        for param in self.parameters():
            param.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the parameters' gradients, or set them to 0."""
        for param in self.parameters():
            grad = param.grad
            if grad is None:
                continue
            if set_to_none:
                param.grad = None
            else:
                grad.detach_() if grad.grad_fn is not None else grad.requires_grad_(False)
                grad.zero_()

    # conversion

    def apply(self, fn: Callable[[Module], None]) -> Module:
        """Call `fn` on every submodule and on this module."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def _apply(self, fn: Callable[[Any], Any], recurse: bool = True) -> Module:
        """Convert every parameter, its gradient and every buffer; parameters stay the same objects."""
        if recurse:
            for module in self.children():
                module._apply(fn)
        for param in self._parameters.values():
            if param is None:
                continue
            with no_grad():
                converted = fn(param)
                grad = None if param.grad is None else fn(param.grad)
            param.data = converted
            if grad is not None and grad is not param.grad:
                param.grad = grad
        for name, buffer in self._buffers.items():
            if buffer is not None:
                self._buffers[name] = fn(buffer)
        return self

    def to(self, *args: Any, **kwargs: Any) -> Module:
        """Convert the floating-point parameters and buffers to a dtype; a device may be given, and is the CPU.

        Takes `to(dtype)`, `to(device, dtype)` or `to(tensor)`.
        """
        dtype = kwargs.get("dtype")
        for arg in args:
            if isinstance(arg, dtypes.dtype):
                dtype = arg
            elif isinstance(arg, Tensor):
                dtype = arg.dtype
        if dtype is not None and not dtype.is_floating_point:
            raise TypeError(
                f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={dtype}"
            )
        return self._apply(lambda tensor: _converted(tensor, args, kwargs))

    def to_empty(self, *, device: Any, recurse: bool = True) -> Module:
        """Give every parameter and buffer new memory, uninitialised; the device may be the CPU only."""
        return self._apply(lambda tensor: FUNCTIONS["empty_like"](tensor, device=device), recurse=recurse)

    def type(self, dst_type: Any) -> Module:
        """Convert all parameters and buffers to a dtype."""
        return self._apply(lambda tensor: tensor.type(dst_type))

    def float(self) -> Module:
        """Convert floating-point parameters and buffers to float32."""
        return self._apply(lambda tensor: tensor.float() if tensor.is_floating_point() else tensor)

    def double(self) -> Module:
        """Convert floating-point parameters and buffers to float64."""
        return self._apply(lambda tensor: tensor.double() if tensor.is_floating_point() else tensor)

    def half(self) -> Module:
        """Convert floating-point parameters and buffers to float16."""
        return self._apply(lambda tensor: tensor.half() if tensor.is_floating_point() else tensor)

    def cpu(self) -> Module:
        """Return self: every tensor is on the CPU."""
        return self

    def cuda(self, device: Any = None) -> Module:
        """Refuse: there is no GPU."""
        raise no_device("cuda", "cuda")

    def share_memory(self) -> Module:
        """Return self: everything is in one process."""
        return self

    # text

    def _get_name(self) -> str:
        return type(self).__name__

    def extra_repr(self) -> str:
        """Return what stands in the brackets of the module's repr."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr().split("\n") if self.extra_repr() else []
        children = [f"({name}): {_indented(repr(module))}" for name, module in self._modules.items()]
        lines = extra + children
        if not lines:
            return f"{self._get_name()}()"
        if len(extra) == 1 and not children:
            return f"{self._get_name()}({extra[0]})"
        return f"{self._get_name()}(\n  " + "\n  ".join(lines) + "\n)"


for _name in ("bfloat16", "compile", "ipu", "mtia", "register_backward_hook", "xpu"):
    setattr(Module, _name, refusing(_name))


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")


def _converted(tensor: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if tensor.is_floating_point():
        return tensor.to(*args, **kwargs)
    return tensor


__getattr__ = functools.partial(absent, __name__)
