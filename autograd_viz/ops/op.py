"""The op tables' machinery: `op(...)` turns one table entry into a public function and its Node class.

An entry names the forward function on ndarrays and, beside each differentiable parameter, the formula's text and the
rule (VJP). What a rule needs is read once from its own parameter names:

    grad            the gradient of the result (`grads`, a list, where there are several outputs)
    self, other, …  a parameter of the forward function: a tensor is saved, anything else kept as it is
    result, …       a value the forward function returned, by the names in `returns`
    self_shape      the shape of a tensor parameter (or `self_dtype`): nothing is saved
    xp              the functions to compute with, under their public names: the forward functions when the gradient
                    is an ndarray, the public functions when it is a Tensor (under `create_graph`)
    needs           which inputs' gradients are wanted (joint rules only)

A rule must therefore use operators and `xp` only, and runs on both. Undoing broadcasting is the engine's work.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..absent import refused_out
from ..autograd.node import Node
from ..autograd.saved_attributes import saved_attributes
from ..foreign import kind_of
from ..tensor import Tensor
from .half import wide_forward
from .tables import FUNCTIONS, METHODS, arrays, named, tensors

__all__ = ["FUNCTIONS", "METHODS", "Op", "arrays", "op", "register", "tensors"]

REQUIRED: Any = type("REQUIRED", (), {})
PYTHON_NAMES = {"self": "input"}  # what users call a parameter that the tables call otherwise
OPERANDS = (np.ndarray, np.generic, bool, int, float, complex)
ALIASES = {"input": "self", "axis": "dim", "keepdims": "keepdim"}
Rule = Callable[..., Any]
Compiled = Callable[..., Any]


class Op:
    """One table entry: an operation, its rules and the Node class they make."""

    function: Callable[..., Any]  # what users call for this very entry

    def __init__(self, node: str, forward: Callable[..., Any], settings: dict[str, Any], rules: dict[str, Any]) -> None:
        self.forward = forward
        self.variant: int | str = settings.pop("variant", 0)
        self.name: str = settings.pop("name", None) or _snake(node)
        self.promote: str | None = settings.pop("promote", None)
        self.view: bool = settings.pop("view", False)
        self.returns: tuple[str, ...] = settings.pop("returns", ("result",))
        self.visible: int = settings.pop("visible", 1)
        self.differentiable: int = settings.pop("differentiable", 1)
        self.variadic: bool = settings.pop("variadic", False)  # forward returns a list of outputs of any length
        self.first_version: int = settings.pop("first_version", 0)  # of the result
        self.tensor_params: tuple[str, ...] = settings.pop("tensors", ())  # saved, but without a gradient
        self.ufunc: Any = settings.pop("ufunc", forward if isinstance(forward, np.ufunc) else None)
        self.into: Callable[..., None] | None = settings.pop("into", None)
        self.choose: Callable[..., tuple[Op, list[Any]]] = named(self.name, settings.pop("choose", self.chosen))
        backward = settings.pop("backward", None)
        operands = settings.pop("operands", None)
        self.params, self.defaults = _signature(forward)
        if settings.pop("wide", False):
            self.forward = wide_forward(forward)
        self.index = {name: position for position, name in enumerate(self.params)}
        self.formulas = {param: entry[0] for param, entry in rules.items()}
        self.rules: dict[str, Rule] = {param: entry[1] for param, entry in rules.items()}
        self.backward: Rule | None = backward[-1] if backward else None
        self.diff_params = tuple(rules) if backward is None else tuple(backward[0])
        if backward is not None:
            self.formulas = dict(backward[0])
        self.operands: tuple[str, ...] = self.diff_params if operands is None else operands
        self._check(node)
        self.diff_places = [self.index[param] for param in self.diff_params]
        self.node_class = self._node_class(node)

    def _check(self, node: str) -> None:
        for param in self.diff_params:
            if param not in self.index:
                raise TypeError(f"op {node}: a rule for {param!r}, which is none of {self.params}")

    def _node_class(self, node: str) -> type[Node]:
        needed = dict.fromkeys(
            need for rule in self._all_rules() for need in _needs(rule) if need not in ("grad", "grads", "xp", "needs")
        )
        saved = tuple(need for need in needed if self._is_tensor(need))
        constants = tuple(need for need in needed if not self._is_tensor(need))
        for need in constants:
            if need not in self.index and need.rsplit("_", 1)[0] not in self.index:
                raise TypeError(f"op {node}: a rule needs {need!r}, which is none of {self.params} or {self.returns}")
        carrying = self.returns[: self.differentiable]
        places = {name: (0, i) for i, name in enumerate(saved)} | {name: (1, i) for i, name in enumerate(constants)}
        attributes: dict[str, Any] = {
            "__slots__": (),
            "namespace": "torch::autograd::" if isinstance(self.variant, str) else "",
            "op": self,
            "saved_names": saved,
            "constant_names": constants,
            "output_positions": frozenset(i for i, name in enumerate(saved) if name in self.returns),
            "carrying_positions": frozenset(i for i, name in enumerate(saved) if name in carrying),
            "param_names": self.diff_params,
            "rules": tuple(_compile(self.rules[param], places) for param in self.rules),
            **saved_attributes(saved, constants),
        }
        if self.backward is not None:
            attributes["joint"] = staticmethod(_compile(self.backward, places))
        self.saved, self.constants = saved, constants
        self.constant_places = [self._place_of(need) for need in constants]
        self.rule_needs = {param: set(_needs(rule)) & set(saved) for param, rule in self.rules.items()}
        return type(f"{node}Backward{self.variant}", (Node,), attributes)

    def _place_of(self, need: str) -> tuple[int, str]:
        """Return where a constant comes from: the place of a parameter, and which attribute of it, "" for itself."""
        if need in self.index:
            return self.index[need], ""
        param, what = need.rsplit("_", 1)
        return self.index[param], what

    def _all_rules(self) -> Iterator[Rule]:
        yield from self.rules.values()
        if self.backward is not None:
            yield self.backward

    def _is_tensor(self, need: str) -> bool:
        """A need is a saved tensor if it is a result, a differentiable parameter, or declared in `tensors`."""
        return need in self.returns or need in self.diff_params or need in self.tensor_params

    def chosen(self, *args: Any, **kwargs: Any) -> tuple[Op, list[Any]]:
        """Return the table entry that these arguments mean, and its values: this one, unless `choose` says more."""
        return self, self.bind(args, kwargs)

    def bind(self, args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
        """Return the arguments in the order of `params`, defaults filled in.

        Raises
        ------
        TypeError
            When an argument is missing, surplus or unknown.
        """
        if len(args) > len(self.params):
            count = len(self.params)
            raise TypeError(f"{self.name}() takes {count} positional arguments but {len(args)} were given")
        values = [*args, *self.defaults[len(args) :]]
        for key, value in kwargs.items():
            position = self.index.get(key, self.index.get(ALIASES.get(key, "")))
            if position is None and key == "out":
                if value is not None:
                    raise refused_out(self.name)
                continue
            if position is None:
                raise TypeError(f"{self.name}() got an unexpected keyword argument '{key}'; it takes {self.params}")
            if position < len(args):
                raise TypeError(f"{self.name}() got multiple values for argument '{key}'")
            values[position] = value
        for param, value in zip(self.params, values, strict=True):
            if value is REQUIRED:
                spoken = PYTHON_NAMES.get(param, param)
                raise TypeError(f'{self.name}() missing 1 required positional arguments: "{spoken}"')
        return values

    def __repr__(self) -> str:
        return f"<op {self.name}: {self.node_class.__name__}>"


def op(node: str, forward: Callable[..., Any], **entry: Any) -> Callable[..., Any]:
    """Make a public function from a table entry.

    Parameters
    ----------
    node : str
        The Node's name without "Backward0", as in PyTorch's `derivatives.yaml`: "Mul".
    forward : callable
        The computation on ndarrays; its parameters are the operation's. `numpy` ufuncs have `self` (and `other`).
    name : str, optional
        The public name; by default `node` in snake case.
    variant : int or str, optional
        The digit after "Backward": 0. What PyTorch writes by hand has a letter there.
    promote : {"arithmetic", "float", None}, optional
        How the dtypes of the differentiable parameters combine; "float" also turns integers into the default dtype.
    view : bool, optional
        Whether the result shares memory with the first parameter.
    operands : tuple of str, optional
        Which parameters `promote` combines: by default the differentiable ones.
    tensors : tuple of str, optional
        Parameters without a gradient that are tensors all the same, and saved as such: indices, masks.
    variadic : bool, optional
        Whether `forward` returns a list of any length, every one an output.
    first_version : int, optional
        The result's version, where PyTorch makes it by a change in place: 1 after the `squeeze_` in `vector @ matrix`.
    ufunc : numpy.ufunc, optional
        What computes the same as `forward` for floats, fast; `forward` itself if it is one.
    into : callable, optional
        `into(array, ...)` with the parameters of `forward` changes the first one in place to what `forward` returns.
    choose : callable, optional
        `choose(*args, **kwargs)` returns the table entry that unusual arguments mean, and its values.
    wide : bool, optional
        Whether float16 is computed with in float32 and rounded at the end.
    returns, visible, differentiable : optional
        Names of what `forward` returns, how many of them the caller gets, how many of these carry gradients.
    backward : (dict, callable), optional
        Instead of one rule a parameter: formulas by parameter, and one rule that returns all their gradients.
    **entry
        For each differentiable parameter a pair (formula, rule).

    Returns
    -------
    callable
        `f(*args, **kwargs)`, which takes Tensors and returns Tensors; `f.op` is the `Op`.
    """
    names = ("name", "variant", "promote", "view", "returns", "visible", "differentiable", "backward", "variadic",
             "first_version", "operands", "tensors", "ufunc", "into", "choose", "wide")
    settings = {key: entry.pop(key) for key in names if key in entry}
    made = Op(node, forward, settings, entry)
    from .fast_paths import public_function

    return public_function(made)


def register(
    name: str,
    function: Callable[..., Any],
    *,
    forward: Callable[..., Any] | None = None,
    method: bool = True,
    public: bool = True,
) -> None:
    """Make a function known: publicly as `name`, as a Tensor method, and to rules as `xp.name`.

    Parameters
    ----------
    name : str
        The public name.
    function : callable
        The function on Tensors.
    forward : callable, optional
        The same on ndarrays, with the same parameters, for rules; by default the table entry's forward function.
    method, public : bool
        Whether it is also a Tensor method, and in the public namespace.
    """
    if public:
        FUNCTIONS[name] = function
    setattr(tensors, name, function)
    if forward is None and hasattr(function, "op"):
        forward = function.op.forward
    if forward is not None:
        setattr(arrays, name, forward)
    if method:
        METHODS[name] = function


def _snake(node: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", node).lower()


def _signature(forward: Callable[..., Any]) -> tuple[tuple[str, ...], list[Any]]:
    """Return a forward function's parameters and their defaults."""
    if isinstance(forward, np.ufunc):
        names = ("self", "other")[: forward.nin]
        return names, [REQUIRED] * forward.nin
    names = tuple(_needs(forward))
    given = forward.__defaults__ or ()
    return names, [*(REQUIRED,) * (len(names) - len(given)), *given]


def _needs(rule: Rule) -> list[str]:
    """Return a function's parameters. (`inspect.signature` takes 60 µs, which 1,700 functions would pay at import.)"""
    code = rule.__code__
    return list(code.co_varnames[: code.co_argcount])


def _compile(rule: Rule, places: dict[str, tuple[int, int]]) -> Compiled:
    """Return `run(grad, saved, constants, xp, needs)`, which hands the rule what its parameters name.

    This is called once a node and input, in the engine's inner loop: the call is written out for each pattern.
    """
    return _handing(", ".join(_source(need, places) for need in _needs(rule)))(rule)


def _source(need: str, places: dict[str, tuple[int, int]]) -> str:
    """Return where a rule's argument comes from, as an expression."""
    if need not in places:
        return "grad" if need == "grads" else need
    kind, position = places[need]
    return f"constants[{position}]" if kind else f"saved[{position}]"


@functools.cache
def _handing(pattern: str) -> Any:
    """Return the function rule -> run for one pattern of arguments; there are about a hundred."""
    return eval(f"lambda rule: lambda grad, saved, constants, xp, needs: rule({pattern})")


def promoted(made: Op, values: list[Any]) -> list[Any]:
    """Cast the operands (arrays and scalars) of an operation to the dtype they combine to."""
    positions = [made.index[param] for param in made.operands]
    operands = [values[position] for position in positions if values[position] is not None]
    for position in positions:
        if not isinstance(values[position], OPERANDS) and values[position] is not made.defaults[position]:
            raise wrong_operand(made, position, values)
    chosen = dtypes.result_type(*operands)
    if made.promote == "float" and chosen.kind != "f":
        chosen = dtypes.default_float()
    out = list(values)
    for position in positions:
        if out[position] is not None:
            out[position] = _of_dtype(np.asarray(out[position]), chosen)
    return out


def _of_dtype(array: Any, dtype: Any) -> Any:
    """Return an array in another dtype; one that repeats elements stays so, and tells nothing of an order of dims."""
    if array.dtype is dtype:
        return array
    if 0 in array.strides and array.ndim > 1:
        short = array[tuple(slice(0, 1) if step == 0 else slice(None) for step in array.strides)]
        return np.broadcast_to(short.astype(dtype), array.shape)
    return array.astype(dtype, copy=False)


def wrong_operand(made: Op, position: int, values: list[Any]) -> TypeError:
    """Word the error of an operand that is neither a tensor nor a number."""
    kinds = ["Tensor" if isinstance(value, np.ndarray) else type(value).__name__ for value in values]
    param = PYTHON_NAMES.get(made.params[position], made.params[position])
    return TypeError(
        f"{made.name}() received an invalid combination of arguments - got ({', '.join(kinds)}): {made.name}(): "
        f"argument '{param}' (position {position + 1}) must be Tensor, not {kind_of(values[position])}"
    )


def array_of(value: Any) -> Any:
    """Return the array of a Tensor, the arrays of a list of Tensors, and anything else as it is."""
    if isinstance(value, Tensor):
        return value._array
    if isinstance(value, (list, tuple)) and any(isinstance(each, Tensor) for each in value):
        return [each._array if isinstance(each, Tensor) else each for each in value]
    return value
