"""The fast paths of operations on several tensors, given one by one or as a list. See fast_paths.py.

Measured on 4 x 4 matrices, per operation, general path and this one: `mm` 29 and 9 µs, `addmm` 74 and 21, `cat` 31 and
14 (PyTorch on the same busy machine: 5, 9 and 4).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..autograd.node import ZERO_INDICES, Node, next_sequence_nr
from ..autograd.state import fast
from ..foreign import kind_of
from ..tensor import Tensor, _new, make, resolve
from .dispatch import _checked_input, _output_alias, call
from .op import REQUIRED, Op

__all__ = ["leading", "listing", "picking", "several", "two"]

ndarray = np.ndarray
ZERO_TWO = ZERO_INDICES[2]
NOT_SO_FAST = (
    ValueError, TypeError, IndexError, RuntimeError, RuntimeWarning, FloatingPointError, AttributeError, MemoryError,
)  # fmt: skip


def several(made: Op) -> Callable[..., Any]:
    """Make the function of several tensors and plain values, with one result; others are at most saved."""
    forward, node_class, count, alone = made.forward, made.node_class, len(made.params), len(made.returns) == 1
    places = [made.index[name] for name in made.diff_params]
    defaults = tuple(made.defaults)
    arrays_of, saving, constants = _arrays_of(made), _saving(made), _constants(made)
    zeros = (0,) * len(places)

    def function(*values: Any, **kwargs: Any) -> Any:
        given = len(values)
        if fast.special or kwargs or given > count:
            return call(*made.choose(*values, **kwargs))
        if given != count:
            values += defaults[given:]
        try:
            arrays, tracked = arrays_of(values)
            outs = forward(*arrays)
        except NOT_SO_FAST:
            return call(*made.choose(*values[:given]))
        out = outs if alone else outs[0]
        if out.__class__ is not ndarray:
            out = np.asarray(out)
        result = _new(Tensor)
        result._array = out
        result._output_nr = 0
        result._grad = result._counter = result._meta = None
        if not tracked or out.dtype.kind != "f":
            result._grad_fn, result._requires_grad = None, False
            return result
        result._requires_grad = True
        result._grad_fn = node = _new(Node)
        node.sequence_nr = next_sequence_nr()
        edges = [values[place] for place in places]
        node.next_nodes = nodes = tuple([None if t is None else t._grad_fn or resolve(t) for t in edges])
        indices = tuple([0 if t is None else t._output_nr for t in edges])
        node.next_indices = zeros if indices == zeros else indices
        node.shape, node.dtype, node.extra, node.versions = out.shape, out.dtype, None, None
        node.constants = constants(values, arrays)
        node.saved = saved = saving(values, nodes, result, outs)
        for tensor in saved:
            if tensor is not None and tensor._counter is not None and tensor._counter[0]:
                node.versions = tuple([0 if t is None or t._counter is None else t._counter[0] for t in saved])
                break
        node.__class__ = node_class  # see Note [Nodes get their class last] in fast_paths.py
        return result

    return function


def _arrays_of(made: Op) -> Callable[[Any], tuple[list[Any], bool]]:
    """Return what takes the arrays out of the arguments, and tells whether one of them requires grad."""
    tensors = [(made.index[name], name in made.diff_params) for name in (*made.diff_params, *made.tensor_params)]
    plain = [place for place in range(len(made.params)) if place not in dict(tensors)]
    all_given = _all_given(", ".join(
        f"values[{place}]" + "._array" * (place in dict(tensors)) for place in range(len(made.params))
    ), " or ".join(f"values[{place}]._requires_grad" for place, differentiable in tensors if differentiable))

    def arrays_of(values: Any) -> tuple[list[Any], bool]:
        if plain_values.issuperset([values[place].__class__ for place in plain]):
            try:
                return all_given(values)
            except AttributeError:  # an operand was left out
                pass
        arrays, tracked = list(values), False
        for place, differentiable in tensors:
            value = values[place]
            if value is not None:
                arrays[place] = value._array
                if differentiable and value._requires_grad:
                    tracked = True
        for place in plain:
            value = values[place]
            if value is REQUIRED or isinstance(value, (Tensor, list)) or (
                value.__class__ is tuple and value and isinstance(value[0], Tensor)
            ):
                raise TypeError("not so fast")
        return arrays, tracked

    return arrays_of


plain_values = frozenset((int, float, bool, str, type(None)))


@functools.cache
def _all_given(arrays: str, tracked: str) -> Any:
    """Return the function values -> (arrays, whether one requires grad), written out: 0.5 µs, and the loop 1.3."""
    return eval(f"lambda values: ([{arrays}], {tracked})")


def two(made: Op) -> Callable[..., Any]:
    """Make the function of exactly two tensors, with one result: matrix products."""
    forward, node_class = made.forward, made.node_class
    kept = [_kept(made, for_one, for_two) for for_two in (False, True) for for_one in (False, True)]
    constants = _constants(made) if made.constants else None

    def function(*values: Any, **kwargs: Any) -> Any:
        try:
            one, two = values
            a, b = one._array, two._array
        except (ValueError, AttributeError):
            return call(made, _tensors(made, made.bind(values, kwargs)))
        if fast.special or kwargs:
            return call(*made.choose(*values, **kwargs))
        try:
            out = forward(a, b)
        except NOT_SO_FAST:
            return call(made, [one, two])
        if out.__class__ is not ndarray:
            out = np.asarray(out)
        result = _new(Tensor)
        result._array = out
        result._output_nr = 0
        result._grad = result._counter = result._meta = None
        for_one, for_two = one._requires_grad, two._requires_grad
        if not (for_one or for_two) or out.dtype.kind != "f":
            result._grad_fn, result._requires_grad = None, False
            return result
        result._requires_grad = True
        result._grad_fn = node = _new(Node)
        node.sequence_nr = next_sequence_nr()
        node.next_nodes = (one._grad_fn or resolve(one), two._grad_fn or resolve(two))
        first, second = one._output_nr, two._output_nr
        node.next_indices = ZERO_TWO if first == second == 0 else (first, second)
        node.shape, node.dtype, node.extra, node.versions = out.shape, out.dtype, None, None
        node.constants = () if constants is None else constants(values, (a, b))
        node.saved = kept[for_one + 2 * for_two](values, None)
        first, second = one._counter, two._counter
        if (first is not None and first[0]) or (second is not None and second[0]):
            node.versions = tuple([0 if t is None or t._counter is None else t._counter[0] for t in node.saved])
        first, second = one._meta, two._meta
        if (first is not None and first.inference) or (second is not None and second.inference):
            for tensor in node.saved:
                _checked_input(tensor)
        node.__class__ = node_class  # see Note [Nodes get their class last] in fast_paths.py
        return result

    return function


def _kept(made: Op, for_one: bool, for_two: bool) -> Callable[[Any, Any], tuple[Any, ...]]:
    """Return what picks the tensors to save, where those of the operands need a gradient."""
    needed = [param for param, needs in zip(made.diff_params, (for_one, for_two), strict=True) if needs]
    users = [made.backward is not None or any(name in made.rule_needs[each] for each in needed) for name in made.saved]
    pairs = zip(made.saved, users, strict=True)
    return picking("".join(f"values[{made.index[name]}]," if used else "None," for name, used in pairs))


def _tensors(made: Op, values: list[Any]) -> list[Any]:
    """Return the operands, which must be tensors."""
    for position, (param, value) in enumerate(zip(made.params, values, strict=True)):
        if not isinstance(value, Tensor):
            name = "input" if param == "self" else param
            raise TypeError(
                f"{made.name}(): argument '{name}' (position {position + 1}) must be Tensor, not {kind_of(value)}"
            )
    return values


def _saving(made: Op) -> Callable[[Any, Any, Any, Any], tuple[Any, ...]]:
    """Return what picks the tensors to save: those that the rules of inputs that need a gradient name."""
    wanted_by = [
        [
            number
            for number, param in enumerate(made.diff_params)
            if made.backward is not None or name in made.rule_needs[param]
        ]
        for name in made.saved
    ]
    places = [-1 - made.returns.index(name) if name in made.returns else made.index[name] for name in made.saved]
    pairs = list(zip(places, wanted_by, strict=True))

    def saving(values: Any, nodes: Any, result: Tensor, outs: Any) -> tuple[Any, ...]:
        saved: list[Any] = []
        for place, numbers in pairs:
            for number in numbers:
                if nodes[number] is not None:
                    if place == -1:
                        value = _output_alias(result)
                    elif place < 0:
                        value = make(np.asarray(outs[-1 - place]))
                    else:
                        value = values[place]
                        if value is not None and value._meta is not None:
                            value = _checked_input(value)
                    saved.append(value)
                    break
            else:
                saved.append(None)
        return tuple(saved)

    return saving


def _constants(made: Op) -> Callable[[Any, Any], tuple[Any, ...]]:
    """Return what picks a node's constants from the arguments and their arrays."""
    if not made.constants:
        return lambda values, arrays: ()
    return picking("".join(_picked(place, what) for place, what in made.constant_places))


def _picked(place: int, what: str) -> str:
    """Return a constant as an expression, with the comma after it; an operand left out has no shape."""
    return f"getattr(origin[{place}], {what!r}, ())," if what else f"origin[{place}],"


@functools.cache
def picking(source: str) -> Callable[[Any, Any], tuple[Any, ...]]:
    """Return the function (values, origin) -> a tuple, as written; `origin` is an operation's array, or its arrays.

    0.4 µs for the four constants of `mm`, where a loop over them takes 0.7.
    """
    made: Callable[[Any, Any], tuple[Any, ...]] = eval(f"lambda values, origin: ({source})")
    return made


def leading(made: Op) -> Callable[..., Any]:
    """Make the function with two results, the first with a gradient, that only goes to its first tensor.

    max(dim), sort; also nll_loss, whose second result, the weight of all targets, is only saved.
    """
    forward, node_class, count, both = made.forward, made.node_class, len(made.params), made.visible == 2
    others = frozenset(made.index[name] for name in made.tensor_params)
    places = [(made.returns.index(name), True) if name in made.returns else (made.index[name], False)
              for name in made.saved]  # fmt: skip
    constants = _constants(made)

    def function(*values: Any, **kwargs: Any) -> Any:
        self: Any = values[0] if values else None
        if fast.special or kwargs or len(values) != count or self.__class__ is not Tensor:
            return call(*made.choose(*values, **kwargs))
        array = self._array
        arrays = list(values)
        for place, value in enumerate(values):
            if isinstance(value, Tensor) and (place == 0 or place in others):
                arrays[place] = value._array
            elif isinstance(value, (Tensor, list)):
                return call(made, list(values))
        if array.dtype.kind != "f":
            return call(made, list(values))
        try:
            first, second = forward(*arrays)
        except NOT_SO_FAST:
            return call(made, list(values))
        result, other = make(np.asarray(first)), make(np.asarray(second))
        if not self._requires_grad:
            return (result, other) if both else result
        result._requires_grad = True
        result._grad_fn = node = _new(Node)
        node.sequence_nr = next_sequence_nr()
        node.next_nodes, node.next_indices = (self._grad_fn or resolve(self),), (self._output_nr,)
        node.shape, node.dtype, node.extra, node.versions = first.shape, first.dtype, None, None
        node.constants = constants(values, arrays)
        outputs = (result, other)
        node.saved = saved = tuple([
            _output_alias(outputs[place]) if made_here else _checked_input(values[place])
            for place, made_here in places
        ])
        for tensor in saved:
            if tensor is not None and tensor._counter is not None and tensor._counter[0]:
                node.versions = tuple([0 if t is None or t._counter is None else t._counter[0] for t in saved])
                break
        node.__class__ = node_class
        return outputs if both else result

    return function


def listing(made: Op) -> Callable[..., Any]:
    """Make the function of a list of tensors and plain values, with one result and nothing saved: cat, stack."""
    forward, node_class, count = made.forward, made.node_class, len(made.params)
    constants = _constants_of_lists(made)

    def function(*values: Any, **kwargs: Any) -> Any:
        if fast.special or kwargs or len(values) != count:
            return call(*made.choose(*values, **kwargs))
        tensors, rest = values[0], values[1:]
        try:
            arrays = [each._array for each in tensors]
            out = forward(arrays, *rest)
        except NOT_SO_FAST:
            return call(*made.choose(*values))
        result = _new(Tensor)
        result._array = out
        result._output_nr = 0
        result._grad = result._counter = result._meta = None
        if out.dtype.kind != "f" or True not in [each._requires_grad for each in tensors]:
            result._grad_fn, result._requires_grad = None, False
            return result
        result._requires_grad = True
        result._grad_fn = node = _new(Node)
        node.sequence_nr = next_sequence_nr()
        node.next_nodes = tuple([each._grad_fn or resolve(each) for each in tensors])
        node.next_indices = tuple([each._output_nr for each in tensors])
        node.shape, node.dtype, node.extra, node.versions = out.shape, out.dtype, None, None
        node.saved, node.constants = (), constants(values, arrays)
        node.__class__ = node_class
        return result

    return function


def _constants_of_lists(made: Op) -> Callable[[Any, Any], tuple[Any, ...]]:
    """Return what picks a node's constants: arguments, and an attribute of each array of the list."""
    whats = [name.removeprefix(f"{made.params[0]}_") for name in made.constants]
    return picking("".join(
        f"values[{made.index[name]}]," if name in made.index else f"[each.{what} for each in origin],"
        for name, what in zip(made.constants, whats, strict=True)
    ))
