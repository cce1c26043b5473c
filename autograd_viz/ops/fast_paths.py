"""The functions users call: for each shape of table entry one whose usual case costs no more than PyTorch's.

A fast path is taken while `fast.special` is 0 (see Note [One flag for the fast path] in autograd/state.py) and the
operands are of the usual kinds; everything else goes to `dispatch.call`, which does the same with every question
asked. What a fast path repeats of it is written out here, since a call costs what a small operation's work does.

Note [Nodes get their class last]
CPython makes `node.saved = …` fast for the class it met there last, and slow for any other. The code here makes nodes
of many classes, so it fills a plain `Node`, always the same, and sets its class at the end: 0.2 µs instead of 0.3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..absent import refused_complex
from ..autograd.node import ZERO_INDICES, Node, next_sequence_nr
from ..autograd.state import fast
from ..foreign import kind_of, refuse_torch
from ..tensor import Tensor, _new, resolve
from .dispatch import Scalar, _checked_input, _output_alias, call
from .fast_several import leading, listing, picking, several, two
from .fast_views import viewing, viewing_each
from .op import REQUIRED, Op

__all__ = ["public_function"]

ndarray = np.ndarray
NOT_SO_FAST = (
    ValueError, TypeError, IndexError, RuntimeError, RuntimeWarning, FloatingPointError, AttributeError, MemoryError,
)  # fmt: skip


def public_function(made: Op) -> Callable[..., Any]:
    """Return the function users call: a fast path where the table allows one, the general path otherwise."""
    one_result = made.returns == ("result",) and not (made.variadic or made.view or made.first_version)
    if made.ufunc is not None and made.backward is None:
        function = _unary(made) if made.ufunc.nin == 1 else _binary(made, _with_scalar)
        if made.ufunc.nin == 2:
            function.operator = _binary(made, _operator_with_scalar)  # type: ignore[attr-defined]
    elif one_result and made.diff_params == ("self",) and made.params[0] == "self" and not made.tensor_params:
        alone = made.params == ("self",) and len(made.saved) < 2 and not made.constants
        function = (_unary if alone else _single)(made)
    elif made.choose == made.chosen and _views(made):
        function = (viewing_each if made.variadic else viewing)(made, _constants(made))
    elif made.choose == made.chosen and made.promote is None and _several_tensors(made, one_result):
        pair = one_result and made.params == made.diff_params and len(made.params) == 2 and "result" not in made.saved
        function = (two if pair else several)(made)
    elif _leads(made):
        function = leading(made)
    elif one_result and made.diff_params == ("tensors",) and made.params[0] == "tensors" and not made.saved:
        function = listing(made)
    else:
        count = len(made.params) if made.choose == made.chosen else -1

        def function(*args: Any, **kwargs: Any) -> Any:
            if len(args) == count and not kwargs:
                return call(made, list(args))
            return call(*made.choose(*args, **kwargs))

    function.__name__ = function.__qualname__ = made.name
    function.__doc__ = _doc(made)
    function.op = made  # type: ignore[attr-defined]
    function.choose = made.choose  # type: ignore[attr-defined]
    made.function = function
    return function


def _several_tensors(made: Op, one_result: bool) -> bool:
    several = len(made.diff_params) > 1 or bool(made.diff_params and made.tensor_params)
    return several and (one_result or _keeps(made))


def _keeps(made: Op) -> bool:
    """Return whether an operation's results but the first are only saved, as layer_norm's are."""
    plain = made.visible == made.differentiable == 1 and not (made.variadic or made.view or made.first_version)
    return plain and len(made.returns) > 1 < len(made.diff_params)


def _leads(made: Op) -> bool:
    """Return whether an operation has two results, the first with a gradient to its first operand alone: max(dim)."""
    alone = made.params[:1] == ("self",) == made.diff_params and made.backward is None
    plain = made.promote is None and made.choose == made.chosen and not (made.view or made.variadic)
    return alone and plain and len(made.returns) == 2 and made.differentiable == 1


def _views(made: Op) -> bool:
    """Return whether an operation's results are views of its first operand, and nothing is saved for it."""
    return made.view and made.diff_params == ("self",) == made.params[:1] and not made.saved


def _doc(made: Op) -> str:
    """Return what `help()` says of a function from the tables: whose it is, and its formulas."""
    formulas = "".join(f"\n    {param}: {formula}" for param, formula in made.formulas.items())
    gradients = f"\n\nGradients, `grad` being that of the result:{formulas}" if formulas else ""
    return f"Mirrors `torch.{made.name}`; takes ({', '.join(made.params)}).{gradients}"


def _unary(made: Op) -> Callable[..., Any]:
    """Make the function of one operand. Floats only: other dtypes take the general path."""
    forward, node_class = made.ufunc or made.forward, made.node_class
    saves_self = made.saved == ("self",)
    saves_result = made.saved == ("result",)
    simple = (saves_self or saves_result or not made.saved) and not made.constants

    def function(input: Tensor, **kwargs: Any) -> Tensor:
        try:
            array = input._array
        except AttributeError:
            raise _not_a_tensor(made, 0, input) from None
        if fast.special or kwargs or not simple or array.dtype.kind != "f":
            return call(*made.choose(input, **kwargs))
        try:
            out = forward(array)
        except NOT_SO_FAST:
            return call(made, [input])
        if out.ndim == 0:
            out = np.asarray(out)
        result = _new(Tensor)
        result._array = out
        result._output_nr = 0
        result._grad = result._counter = result._meta = None
        if input._requires_grad:
            result._requires_grad = True
            result._grad_fn = node = _new(Node)
            node.sequence_nr = next_sequence_nr()
            node.next_nodes = (input._grad_fn or resolve(input),)
            node.next_indices = ZERO_ONE if input._output_nr == 0 else (input._output_nr,)
            node.shape, node.dtype, node.constants, node.extra, node.versions = out.shape, out.dtype, (), None, None
            if saves_self:
                node.saved = (input if input._meta is None else _checked_input(input),)
                if input._counter is not None and input._counter[0]:
                    node.versions = (input._counter[0],)
            elif saves_result:
                node.saved = (_output_alias(result),)
            else:
                node.saved = ()
            node.__class__ = node_class
        else:
            result._grad_fn, result._requires_grad = None, False
        return result

    return function


ZERO_ONE = ZERO_INDICES[1]
ZERO_TWO = ZERO_INDICES[2]


def _binary(made: Op, otherwise: Callable[..., Any]) -> Callable[..., Any]:
    """Make the function of a two-operand ufunc. Tensors of one dtype, or a float tensor and a number, are fast.

    Operators get one of their own, with another answer to operands that are not tensors: a function around this one
    would cost `a * b` another 8%.
    """
    forward, node_class, float_only = made.ufunc, made.node_class, made.promote == "float"
    self_for_other = "self" in made.rule_needs["other"]
    other_for_self = "other" in made.rule_needs["self"]
    self_for_self = "self" in made.rule_needs["self"]
    other_for_other = "other" in made.rule_needs["other"]
    saves_both = made.saved in (("other", "self"), ("self", "other"))
    self_first = made.saved == ("self", "other")
    simple = (saves_both or not made.saved) and not made.constants
    with_scalar = _binary_with_scalar(made, otherwise)

    def function(self: Any, other: Any, **kwargs: Any) -> Any:
        if other.__class__ is float or other.__class__ is int:  # 0.1 µs, where catching the error below takes 0.9
            return with_scalar(self, other, kwargs)
        try:
            a, b = self._array, other._array
        except AttributeError:
            return with_scalar(self, other, kwargs)
        dtype = a.dtype
        if fast.special or kwargs or not simple or dtype is not b.dtype or (float_only and dtype.kind != "f"):
            return call(*made.choose(self, other, **kwargs))
        try:
            out = forward(a, b)
        except (ValueError, TypeError, RuntimeWarning, FloatingPointError, MemoryError):
            return call(made, [self, other])
        if out.ndim == 0:
            out = np.asarray(out)
        result = _new(Tensor)
        result._array = out
        result._output_nr = 0
        result._grad = result._counter = result._meta = None
        self_grad, other_grad = self._requires_grad, other._requires_grad
        if not (self_grad or other_grad):
            result._grad_fn, result._requires_grad = None, False
            return result
        result._requires_grad = True
        result._grad_fn = node = _new(Node)
        node.sequence_nr = next_sequence_nr()
        node.next_nodes = (self._grad_fn or resolve(self), other._grad_fn or resolve(other))
        one, two = self._output_nr, other._output_nr
        node.next_indices = ZERO_TWO if one == two == 0 else (one, two)
        node.shape, node.dtype, node.constants, node.extra, node.versions = out.shape, dtype, (), None, None
        if not saves_both:
            node.saved = ()
            node.__class__ = node_class
            return result
        kept_self = self if (other_grad and self_for_other) or (self_grad and self_for_self) else None
        kept_other = other if (self_grad and other_for_self) or (other_grad and other_for_other) else None
        saved = (kept_self, kept_other) if self_first else (kept_other, kept_self)
        if (kept_self is not None and self._meta is not None and self._meta.inference) or (
            kept_other is not None and other._meta is not None and other._meta.inference
        ):
            _checked_input(self), _checked_input(other)
        node.saved = saved
        one, two = self._counter, other._counter
        if (one is not None and one[0]) or (two is not None and two[0]):
            node.versions = tuple([0 if t is None or t._counter is None else t._counter[0] for t in saved])
        node.__class__ = node_class
        return result

    return function


def _binary_with_scalar(made: Op, otherwise: Callable[..., Any]) -> Callable[..., Any]:
    """Make the function of a float tensor and a Python number; anything else takes the general path."""
    forward, node_class = made.ufunc, made.node_class
    saves_both = made.saved in (("other", "self"), ("self", "other"))
    self_first = made.saved == ("self", "other")
    keeps_self, keeps_other = "self" in made.rule_needs["self"], "other" in made.rule_needs["self"]
    simple = (saves_both or not made.saved) and not made.constants

    def function(self: Any, other: Any, kwargs: dict[str, Any]) -> Any:
        kind = other.__class__
        if fast.special or kwargs or not simple or (kind is not float and kind is not int):
            return otherwise(made, self, other, kwargs)
        try:
            array = self._array
        except AttributeError:
            raise _not_a_tensor(made, 0, self) from None
        dtype = array.dtype
        if dtype.kind != "f" or dtype.itemsize == 2:
            return otherwise(made, self, other, kwargs)
        try:
            out = forward(array, other)
        except NOT_SO_FAST:
            return call(made, [self, other])
        if out.ndim == 0:
            out = np.asarray(out)
        if out.dtype is not dtype:  # NumPy 1 lets a number widen a 0-dim array
            return call(made, [self, other])
        result = _new(Tensor)
        result._array = out
        result._output_nr = 0
        result._grad = result._counter = result._meta = None
        if not self._requires_grad:
            result._grad_fn, result._requires_grad = None, False
            return result
        result._requires_grad = True
        result._grad_fn = node = _new(Node)
        node.sequence_nr = next_sequence_nr()
        node.next_nodes = (self._grad_fn or resolve(self), None)
        node.next_indices = ZERO_TWO if self._output_nr == 0 else (self._output_nr, 0)
        node.shape, node.dtype, node.constants, node.extra, node.versions = out.shape, dtype, (), None, None
        if not saves_both:
            node.saved = ()
            node.__class__ = node_class
            return result
        kept_self = (self if self._meta is None else _checked_input(self)) if keeps_self else None
        kept_other = other if keeps_other else None
        node.saved = (kept_self, kept_other) if self_first else (kept_other, kept_self)
        if kept_self is not None and self._counter is not None and self._counter[0]:
            node.versions = (self._counter[0], 0) if self_first else (0, self._counter[0])
        node.__class__ = node_class
        return result

    return function


def _with_scalar(made: Op, self: Any, other: Any, kwargs: dict[str, Any]) -> Any:
    for position, value in enumerate((self, other)):
        if not isinstance(value, (Tensor, *Scalar)):
            raise _not_a_tensor(made, position, value)
    return call(*made.choose(self, other, **kwargs))


def _operator_with_scalar(made: Op, self: Any, other: Any, kwargs: dict[str, Any]) -> Any:
    if isinstance(other, (Tensor, *Scalar)):
        return call(*made.choose(self, other))
    if isinstance(other, complex):
        raise refused_complex()
    refuse_torch(made.name, other, "other", 2)
    return NotImplemented


def _single(made: Op) -> Callable[..., Any]:
    """Make the function of a tensor and plain values: reductions, powers, bounds. Float tensors are fast."""
    forward, node_class, count = made.forward, made.node_class, len(made.params)
    saves_self, saves_result = "self" in made.saved, "result" in made.saved
    self_first = made.saved == ("self", "result")
    defaults = tuple(made.defaults)
    simple = all(name in made.index or name.startswith("self_") for name in made.constants)
    picked = _constants(made)

    def function(*values: Any, **kwargs: Any) -> Any:
        try:
            self: Any = values[0]
            array = self._array
        except (IndexError, AttributeError):
            if made.choose != made.chosen or (not values and ("self" in kwargs or "input" in kwargs)):
                return call(*made.choose(*values, **kwargs))
            raise _not_a_tensor(made, 0, values[0] if values else None) from None
        if fast.special or kwargs or not simple or array.dtype.kind != "f":
            return call(*made.choose(*values, **kwargs))
        given = len(values)
        if given != count:
            values += defaults[given:]
        rest = values[1:]
        for value in rest:
            if value.__class__ is Tensor or value is REQUIRED:
                return call(*made.choose(*values[:given]))
        try:
            out = forward(array, *rest)
        except NOT_SO_FAST:
            return call(*made.choose(*values[:given]))
        if out.__class__ is not ndarray:
            out = np.asarray(out)
        if out.dtype.kind != "f":
            return call(*made.choose(*values[:given]))
        result = _new(Tensor)
        result._array = out
        result._output_nr = 0
        result._grad = result._counter = result._meta = None
        if not self._requires_grad:
            result._grad_fn, result._requires_grad = None, False
            return result
        result._requires_grad = True
        result._grad_fn = node = _new(Node)
        node.sequence_nr = next_sequence_nr()
        node.next_nodes = (self._grad_fn or resolve(self),)
        node.next_indices = ZERO_ONE if self._output_nr == 0 else (self._output_nr,)
        node.shape, node.dtype, node.extra, node.versions = out.shape, out.dtype, None, None
        node.constants = picked(values, array)
        if not saves_self:
            node.saved = (_output_alias(result),) if saves_result else ()
            node.__class__ = node_class
            return result
        saved: tuple[Any, ...] = (self if self._meta is None else _checked_input(self),)
        if saves_result:
            alias = _output_alias(result)
            saved = (self, alias) if self_first else (alias, self)
        node.saved = saved
        if self._counter is not None and self._counter[0]:
            node.versions = tuple([0 if t._counter is None else t._counter[0] for t in saved])
        node.__class__ = node_class
        return result

    return function


def _constants(made: Op) -> Callable[[tuple[Any, ...], Any], tuple[Any, ...]]:
    """Return what picks a node's constants from the arguments and the first operand's array."""
    places = [made.index.get(name, -1) for name in made.constants]
    of_self = [name.removeprefix("self_") for name in made.constants]
    if not places:
        return lambda values, array: ()
    if made.constants == ("self_shape",):
        return lambda values, array: (array.shape,)
    pairs = zip(places, of_self, strict=True)
    return picking("".join(f"values[{place}]," if place >= 0 else f"origin.{name}," for place, name in pairs))


def _not_a_tensor(made: Op, position: int, value: Any) -> TypeError:
    param = "input" if made.params[position] == "self" else made.params[position]
    return TypeError(
        f"{made.name}(): argument '{param}' (position {position + 1}) must be Tensor, not {kind_of(value)}"
    )
