"""`Function`: operations that users write, forward and backward. Mirrors `torch.autograd.function`.

Note [Context and node]
In PyTorch `ctx` is the node itself. Here they are two objects, so that `ctx.shape` or `ctx.saved` may be anything the
user likes: the node owns its context, the context knows its node weakly, and each hands on what it is asked for and
does not have, so that `y.grad_fn.saved_tensors` and `ctx.next_functions` work as in PyTorch.
"""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable
from typing import Any

from ..absent import absent
from ..tensor import Tensor
from .function_call import apply, has_setup, report_failure
from .function_node import FunctionNode, refusing
from .grad_mode import no_grad
from .state import local

__all__ = ["Function", "FunctionCtx", "once_differentiable"]


class FunctionCtx:
    """What `forward` leaves for `backward`. Mirrors `torch.autograd.function.FunctionCtx`.

    Attributes may be set freely. Tensors among the inputs and outputs belong into `save_for_backward`, which checks
    that they were not changed in between and makes no reference cycle.
    """

    to_save: tuple[Any, ...] = ()
    dirty_tensors: tuple[Any, ...] = ()
    non_differentiable: tuple[Any, ...] = ()
    materialize_grads = True
    needs_input_grad: tuple[bool, ...] = ()
    _node: Any = None  # weak reference, once there is a node

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep tensors for `backward`, which finds them in `saved_tensors`; None is kept as it is."""
        self.to_save = tensors

    def save_for_forward(self, *tensors: Tensor | None) -> None:
        """Keep tensors for `jvp`: accepted and not used, since forward mode is not provided."""

    def mark_dirty(self, *args: Tensor) -> None:
        """Say which inputs `forward` changed in place; each must be returned too."""
        self.dirty_tensors = args

    def mark_non_differentiable(self, *args: Tensor) -> None:
        """Say which outputs carry no gradient."""
        self.non_differentiable = args

    def set_materialize_grads(self, value: bool) -> None:
        """Say whether `backward` gets zeros (True, as by default) or None for outputs that received no gradient."""
        self.materialize_grads = value

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """The tensors given to `save_for_backward`.

        Raises
        ------
        RuntimeError
            When they have been freed, or one was changed in place since.
        """
        node = None if self._node is None else self._node()
        return () if node is None else tuple(node.unpack_tensors())

    def __getattr__(self, name: str) -> Any:
        node = None if self._node is None else self._node()
        if node is not None and not name.startswith("_") and hasattr(type(node), name):
            return getattr(node, name)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")


class Function:
    """An operation with its own backward. Mirrors `torch.autograd.Function`.

    Subclass it with static methods `forward(ctx, *args)` and `backward(ctx, *grads)`, or with `forward(*args)`,
    `setup_context(ctx, inputs, output)` and `backward`; call it by `apply`.

    Examples
    --------
    >>> import autograd_viz as ag
    >>> class Square(ag.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x * x
    ...     @staticmethod
    ...     def backward(ctx, grad):
    ...         (x,) = ctx.saved_tensors
    ...         return 2 * x * grad
    >>> x = ag.tensor(3.0, requires_grad=True)
    >>> Square.apply(x).backward()
    >>> x.grad
    tensor(6.)
    """

    _node_class: type[FunctionNode]
    _ctx_class: type[FunctionCtx]
    _parameter_names: dict[int, list[str]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        name = f"{cls.__name__}Backward"
        cls._node_class = type(name, (FunctionNode,), {"__slots__": (), "function": cls})
        cls._ctx_class = type(name, (FunctionCtx,), {})
        cls._parameter_names = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        warnings.warn(
            f"{type(self)} should not be instantiated. Methods on autograd functions are all static, so you should "
            "invoke them on the class itself. Instantiating an autograd function will raise an error in a future "
            "version of PyTorch.",
            DeprecationWarning,
            stacklevel=2,
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: functions are called by `apply`."""
        raise RuntimeError(
            "Legacy autograd function with non-static forward method is deprecated. Please use new-style autograd "
            "function with static forward method. (Example: "
            "https://pytorch.org/docs/stable/autograd.html#torch.autograd.Function)"
        )

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """Compute the outputs; to be overridden."""
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        """Save what `backward` needs, where `forward` takes no `ctx`."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """Compute the inputs' gradients from the outputs'; to be overridden."""
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom autograd.Function to use it with "
            "backward mode AD."
        )

    vjp = backward

    @staticmethod
    def jvp(ctx: Any, *grad_inputs: Any) -> Any:
        """Refuse: forward mode is not provided."""
        raise NotImplementedError("forward-mode automatic differentiation (jvp) is not provided by autograd_viz")

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Run `forward` without recording its operations, and leave one node of this function behind."""
        if cls is Function:
            cls.forward()  # raises
        if has_setup(cls):
            bound = inspect.signature(cls.forward).bind(*args, **kwargs)
            bound.apply_defaults()
            args = bound.args
        elif kwargs:
            args = _placed(cls.forward, args, kwargs)
        try:
            return apply(cls, args)
        except Exception as error:
            report_failure(cls, args, error)
            raise


def _placed(forward: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    """Return positional and keyword arguments of a `forward(ctx, ...)` in its order, which fills no gap by a default.

    Raises
    ------
    TypeError
        In PyTorch's words, where they do not fit.
    """
    code = forward.__code__
    names = code.co_varnames[1 : code.co_argcount]  # without ctx
    given = dict(zip(names, args, strict=False))
    for name, value in kwargs.items():
        if name not in names:
            raise TypeError(f"forward() got an unexpected keyword argument '{name}'")
        if name in given:
            raise TypeError(f"forward() got multiple values for argument '{name}'")
        given[name] = value
    for position, name in enumerate(names[: len(given)]):
        if name not in given:
            raise TypeError(f"forward() missing required argument: '{name}' (position {position})")
    return tuple(given[name] for name in names[: len(given)]) + args[len(names) :]


def once_differentiable(function: Callable[..., Any]) -> Callable[..., Any]:
    """Declare a `backward` that cannot itself be differentiated: doing so raises, instead of being silently wrong.

    Mirrors `torch.autograd.function.once_differentiable`.
    """

    @functools.wraps(function)
    def backward(ctx: Any, *grads: Any) -> Any:
        with no_grad():
            outputs = function(ctx, *grads)
        recorded = any(isinstance(grad, Tensor) and grad._requires_grad for grad in grads)
        if not (local.grad_enabled and recorded):
            return outputs
        found = outputs if isinstance(outputs, tuple) else (outputs,)
        refused = tuple(refusing(each) if isinstance(each, Tensor) else each for each in found)
        return refused if isinstance(outputs, tuple) else refused[0]

    return backward


__getattr__ = functools.partial(absent, __name__)
