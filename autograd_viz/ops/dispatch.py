"""How an operation is carried out: the general path, which asks every question. The fast paths need not.

See Note [One flag for the fast path] in autograd/state.py. This module owns calling; the tables own what is called.

Note [Floating-point warnings]
PyTorch is silent about division by zero, overflow and invalid values; NumPy warns. Entering `np.errstate` costs as
much as three small operations, so the fast paths rely on a warnings filter for this package's modules (see
autograd/silence.py); where a user turns warnings into errors, the operation is done again on the general path, under
`np.errstate`. A warning belongs to the module whose code calls the ufunc: forward functions call ufuncs and their
`reduce` themselves, not `array.sum()` or `np.mean`, which are Python code of NumPy's.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection
from typing import Any

import numpy as np

from ..autograd import listeners
from ..autograd.listeners import OpCall
from ..autograd.node import Node, next_sequence_nr
from ..autograd.silence import keep_quiet
from ..autograd.state import fast, local
from ..tensor import Tensor, _new, make, resolve
from .allocation import allocation_error
from .op import Op, array_of, promoted, wrong_operand

__all__ = [
    "announce",
    "call",
    "computed",
    "make_node",
    "plain_values",
    "report_failure",
    "shape_error",
    "silent",
    "tell",
    "tracking",
]

silent = {"all": "ignore"}
Scalar = (bool, int, float, np.number, np.bool_)


def call(made: Op, values: list[Any]) -> Any:
    """Carry out an operation on the general path; `values` are aligned with its params."""
    if local.target is not None and values[0] is local.target:  # see Note [In-place methods] in operators.py
        from .inplace import call_inplace

        local.target = None
        return call_inplace(made, values)
    try:
        return _record(made, values)
    except Exception as error:
        _forget_first_try(error)
        report_failure(made.name, made, values, error)
        raise


def _forget_first_try(error: Exception) -> None:
    """Take out of what was being handled what a fast path failed of, which then tried again here."""
    first = error.__context__
    traceback = None if first is None else first.__traceback__
    if first is not None and traceback is not None and traceback.tb_frame.f_globals.get("__package__") == __package__:
        error.__context__ = first.__context__


def report_failure(name: str, made: Op, values: list[Any], error: Exception) -> None:
    if fast.special and not local.hidden:
        inputs = named_tensors(made, values)
        for listener in listeners.active():
            listener.operation_failed(name, inputs, error)


def announce(target: Tensor) -> None:
    """Tell the listeners of this thread, if any, that a tensor is about to be changed in place."""
    if fast.special and not local.hidden:
        for listener in listeners.active():
            listener.tensor_changes(target)


def _record(made: Op, values: list[Any]) -> Any:
    """Compute, wrap the results and leave a node behind where one is wanted."""
    keep_quiet()
    edges, tracked = tracking(made, values)
    results = computed(made, plain_values(made, values))
    outputs = [None if result is None else make(result) for result in results]
    if made.first_version:
        outputs[0]._counter = [made.first_version]  # type: ignore[union-attr]
    if local.inference:
        for output in outputs:
            if output is not None:
                output.meta().inference = True
    node = make_node(made, values, edges, outputs) if tracked and _any_float(made, outputs) else None
    visible = outputs if made.variadic else outputs[: made.visible]
    if made.view:
        from ..autograd.views import mark_view

        for number, output in enumerate(visible):
            mark_view(output, values[0], made, values, number if made.variadic else None)  # type: ignore[arg-type]
    tell(made, values, tuple(output for output in visible if output is not None), node, None)
    return visible[0] if len(visible) == 1 and not made.variadic else tuple(visible)


def tracking(made: Op, values: list[Any]) -> tuple[list[Any], bool]:
    """Return the operands gradients may go to, and whether a node is wanted for them."""
    edges = _differentiable(made, values)
    recording = local.grad_enabled and not local.inference
    return edges, recording and any(isinstance(t, Tensor) and t._requires_grad for t in edges)


def plain_values(made: Op, values: list[Any]) -> list[Any]:
    """Return the operands as arrays, of the dtype they combine to, and the other values as they are."""
    plain = [value._array if value.__class__ is Tensor else array_of(value) for value in values]
    return plain if made.promote is None else promoted(made, plain)


def computed(made: Op, plain: list[Any]) -> list[Any]:
    """Run the forward function silently and return its results as arrays; word shape errors as PyTorch does."""
    try:
        with np.errstate(**silent):  # type: ignore[arg-type]
            result = made.forward(*plain)
    except ValueError as error:
        raise shape_error(made, plain, error) from None
    except MemoryError as error:
        raise allocation_error(error) from None
    except TypeError as error:
        raise _bool_arithmetic(error) or error from None
    except AttributeError as error:
        raise _no_tensor_error(made, plain) or error from None
    if len(made.returns) == 1 and not made.variadic:
        return [np.asarray(result)]
    return [None if each is None else np.asarray(each) for each in result]


def _bool_arithmetic(error: TypeError) -> RuntimeError | None:
    """Return PyTorch's error for NumPy's about `-` of bools."""
    text = str(error).lower()
    if "boolean subtract" in text:
        return RuntimeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` "
            "operator instead."
        )
    if "boolean negative" in text:
        return RuntimeError(
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use "
            "the `~` or `logical_not()` operator instead."
        )
    return None


def _no_tensor_error(made: Op, plain: list[Any]) -> TypeError | None:
    """Return the error for an operand that should be a tensor and is not, if there is one."""
    for position, (param, value) in enumerate(zip(made.params, plain, strict=True)):
        if param in (*made.diff_params, *made.tensor_params) and not hasattr(value, "dtype"):
            return wrong_operand(made, position, plain)
    return None


def shape_error(made: Op, plain: list[Any], error: ValueError) -> Exception:
    shapes = [value.shape for value in plain if isinstance(value, np.ndarray)]
    if "broadcast" in str(error) or "shape mismatch" in str(error):
        for one, two in itertools.combinations(shapes, 2):
            if not _broadcasts(one, two):
                return broadcast_error(one, two)
    return RuntimeError(f"{made.name}(): {error} (shapes {', '.join(str(list(shape)) for shape in shapes)})")


def _broadcasts(one: tuple[int, ...], two: tuple[int, ...]) -> bool:
    return all(a == b or 1 in (a, b) for a, b in zip(reversed(one), reversed(two), strict=False))


def broadcast_error(one: tuple[int, ...], two: tuple[int, ...]) -> RuntimeError:
    """Return PyTorch's error for two shapes that do not broadcast."""
    longest = max(len(one), len(two))
    for back in range(1, longest + 1):
        a = one[-back] if back <= len(one) else 1
        b = two[-back] if back <= len(two) else 1
        if a != b and 1 not in (a, b):
            return RuntimeError(
                f"The size of tensor a ({a}) must match the size of tensor b ({b}) at non-singleton dimension "
                f"{longest - back}: the shapes are {list(one)} and {list(two)}"
            )
    return RuntimeError(f"The shapes {list(one)} and {list(two)} do not fit together")


def _any_float(made: Op, outputs: list[Any]) -> bool:
    count = len(outputs) if made.variadic else made.differentiable
    return any(output is not None and output._array.dtype.kind == "f" for output in outputs[:count])


def _differentiable(made: Op, values: list[Any]) -> list[Any]:
    """Return the operands gradients may go to, lists of tensors flattened, scalars included."""
    found: list[Any] = []
    for place in made.diff_places:
        value = values[place]
        if isinstance(value, (list, tuple)):
            found.extend(value)
        else:
            found.append(value)
    return found


def make_node(made: Op, values: list[Any], edges: list[Any], outputs: list[Any]) -> Node:
    """Leave behind the node of an operation and set it on the outputs that carry gradients."""
    node = _new(made.node_class)
    node.sequence_nr = next_sequence_nr()
    node.next_nodes = tuple([(t._grad_fn or resolve(t)) if isinstance(t, Tensor) else None for t in edges])
    node.next_indices = tuple([t._output_nr if isinstance(t, Tensor) else 0 for t in edges])
    node.extra = None
    node.versions = None
    carrying = outputs if made.variadic else outputs[: made.differentiable]
    carrying = [output for output in carrying if output is None or output._array.dtype.kind == "f"]
    described = [((), None) if output is None else (output._array.shape, output._array.dtype) for output in carrying]
    node.shape, node.dtype = described[0]
    if len(carrying) > 1 or made.variadic:
        node.extras().more = described
    for number, output in enumerate(carrying):
        if output is not None:
            output._grad_fn, output._output_nr, output._requires_grad = node, number, True
    _save(made, node, values, outputs)
    if local.anomaly:
        from ..autograd.anomaly_mode import remember_forward

        remember_forward(node)
    return node


def _save(made: Op, node: Node, values: list[Any], outputs: list[Any]) -> None:
    """Fill the node's saved tensors and constants: what the rules of the wanted gradients name."""
    wanted = _wanted(made, node)
    saved: list[Any] = []
    for name in made.saved:
        if name not in wanted:
            saved.append(None)
        elif name in made.returns:
            saved.append(_output_alias(outputs[made.returns.index(name)]))
        else:
            saved.append(_checked_input(values[made.index[name]]))
    for tensor in saved:
        if isinstance(tensor, Tensor) and tensor._counter is not None and tensor._counter[0]:
            node.versions = tuple([_version(each) for each in saved])
            break
    if local.saved_hooks or local.saved_hooks_disabled is not None:
        from ..autograd.saved_hooks import pack_all

        saved = pack_all(node, saved)
    node.saved = tuple(saved)
    node.constants = tuple([_constant(values[place], what) for place, what in made.constant_places])


def _version(saved: Any) -> int:
    counter = saved._counter if isinstance(saved, Tensor) else None
    return 0 if counter is None else counter[0]


def _wanted(made: Op, node: Node) -> Collection[str]:
    """Return the names of the tensors that the rules of the inputs that need a gradient use."""
    if made.backward is not None or None not in node.next_nodes or len(node.next_nodes) != len(made.diff_params):
        return made.saved
    wanted: set[str] = set()
    for param, next_node in zip(made.diff_params, node.next_nodes, strict=True):
        if next_node is not None:
            wanted |= made.rule_needs[param]
    return wanted


def _output_alias(output: Tensor) -> Tensor:
    """Return an alias of a result that shares its version. See Note [Saved tensors] in autograd/node.py."""
    counter = output._counter
    if counter is None:
        counter = output._counter = [0]
    alias = make(output._array)
    alias._counter = counter
    alias._output_nr = output._output_nr
    return alias


def _checked_input(value: Any) -> Any:
    if isinstance(value, Tensor) and value._meta is not None and value._meta.inference and not local.inference:
        raise RuntimeError(
            "Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in "
            "computation tracked by autograd. To work around this, you can make a clone to get a normal tensor and "
            "use it in autograd, or use `torch.no_grad()` instead of `torch.inference_mode()`."
        )
    return value


def _constant(value: Any, what: str) -> Any:
    """Return a plain value as a rule names it, or an attribute of a tensor, of each tensor of a list."""
    value = value._array if value.__class__ is Tensor else array_of(value)
    if not what:
        return value
    if isinstance(value, list):
        return [getattr(each, what) for each in value]
    return getattr(value, what) if isinstance(value, np.ndarray) else ()


def tell(made: Op, values: list[Any], outputs: tuple[Tensor, ...], node: Node | None, mutated: Tensor | None) -> None:
    """Tell the listeners of this thread, if any, what was done."""
    heard = listeners.active()
    if not heard or local.hidden:
        return
    inputs = named_tensors(made, values)
    names = {name for name, _ in inputs}
    options = {p: v for p, v in zip(made.params, values, strict=True) if p not in names and not isinstance(v, list)}
    name = made.name if mutated is None else made.name + "_"
    spoken = OpCall(name, inputs, options, outputs, node, mutated)
    for listener in heard:
        listener.operation(spoken)


def named_tensors(made: Op, values: list[Any]) -> list[tuple[str, Tensor]]:
    """Return the tensors among an operation's arguments with their parameter names, lists flattened."""
    found: list[tuple[str, Tensor]] = []
    for param, value in zip(made.params, values, strict=True):
        if isinstance(value, Tensor):
            found.append((param, value))
        elif isinstance(value, (list, tuple)):
            found.extend((f"{param}[{i}]", each) for i, each in enumerate(value) if isinstance(each, Tensor))
    return found
