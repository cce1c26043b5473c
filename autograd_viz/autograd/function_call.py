"""What `Function.apply` does: run `forward` unrecorded, leave one node behind, give the outputs their history."""

from __future__ import annotations

import inspect
import warnings
import weakref
from collections.abc import Sequence
from typing import Any

from ..tensor import Tensor, _new, has_no_history
from . import listeners, views
from .function_node import Edge, FunctionNode, edges_to, set_up
from .grad_mode import no_grad
from .listeners import OpCall
from .state import fast, local

__all__ = ["apply", "has_setup", "report_failure"]


def apply(cls: Any, args: tuple[Any, ...]) -> Any:
    """Carry out a Function on its arguments."""
    inputs = [each for each in args if isinstance(each, Tensor)]
    tracked = local.grad_enabled and not local.inference and any(each._requires_grad for each in inputs)
    edges = edges_to(inputs) if tracked else []  # before forward: it may change the inputs, or be refused to
    ctx = cls._ctx_class()
    ctx.needs_input_grad = tuple(isinstance(each, Tensor) and each._requires_grad for each in args)
    raw = _forward(cls, ctx, args)
    outputs = raw if isinstance(raw, tuple) else (raw,)
    dirty = _dirty(ctx, inputs, outputs)
    node = _node_for(cls, ctx, args, edges, outputs) if tracked else None
    made = tuple(_wrapped(each, number, node, ctx, inputs, dirty) for number, each in enumerate(outputs))
    if node is not None:
        _finish(node, ctx, made, outputs, dict(_named(cls, args)))
    _tell(cls, args, made, node, dirty)
    return made if isinstance(raw, tuple) else made[0]


def has_setup(cls: Any) -> bool:
    """Return whether a Function has a `setup_context`, and so a `forward` without `ctx`."""
    from .function import Function

    return cls.setup_context is not Function.setup_context


def _forward(cls: Any, ctx: Any, args: tuple[Any, ...]) -> Any:
    local.hidden += 1
    try:
        with no_grad():
            if not has_setup(cls):
                return cls.forward(ctx, *args)
            output = cls.forward(*args)
            cls.setup_context(ctx, args, output)
            return output
    finally:
        local.hidden -= 1


def _dirty(ctx: Any, inputs: Sequence[Tensor], outputs: Sequence[Any]) -> list[Tensor]:
    """Return the inputs that were changed in place, after PyTorch's checks."""
    for number, each in enumerate(ctx.dirty_tensors):
        if not isinstance(each, Tensor):
            raise RuntimeError(
                f"mark_dirty can only accept variables, but argument {number} is of type {type(each).__name__}"
            )
        each.bump_version()
        if not _among(each, inputs):
            warnings.warn(
                "ctx.mark_dirty() received a tensor that was not an input. Only input Tensors that have been mutated "
                "should be passed to ctx.mark_dirty().",
                UserWarning,
                stacklevel=5,
            )
        if not _among(each, outputs):
            raise RuntimeError(
                "Some elements marked as dirty during the forward method were not returned as output. The inputs that "
                "are modified inplace must all be outputs of the Function."
            )
    for each in ctx.non_differentiable:
        if not isinstance(each, Tensor):
            raise RuntimeError(
                f"mark_non_differentiable only accepts variable arguments, but got {type(each).__name__}"
            )
    return [each for each in ctx.dirty_tensors if _among(each, inputs)]


def _among(tensor: Any, others: Sequence[Any]) -> bool:
    return any(tensor is other for other in others)


def _node_for(
    cls: Any, ctx: Any, args: tuple[Any, ...], edges: Sequence[Edge], outputs: Sequence[Any]
) -> FunctionNode:
    """Make the node before the outputs are wrapped; its edges lead to what the inputs were before."""
    node = _new(cls._node_class)
    node.ctx = ctx
    node.infos = tuple(
        (each._array.shape, each._array.dtype) if isinstance(each, Tensor) else None for each in outputs
    )
    set_up(node, edges, node.infos)
    node.places = tuple(isinstance(each, Tensor) for each in args)
    node.saved_names, node.output_positions = (), frozenset()
    node.param_names = tuple(name for name, _ in _named(cls, args))
    ctx._node = weakref.ref(node)
    return node


def _wrapped(
    output: Any, number: int, node: FunctionNode | None, ctx: Any, inputs: Sequence[Tensor], dirty: Sequence[Tensor]
) -> Any:
    """Return one output with its history set; an input that was returned as it is becomes a view of itself."""
    if not isinstance(output, Tensor):
        return output
    is_input, changed = _among(output, inputs), _among(output, dirty)
    if node is None or output._array.dtype.kind != "f" or _among(output, ctx.non_differentiable):
        if not is_input or changed:
            return output
        return views.alias(output) if output._requires_grad else views.alias_view(output, views.NO_GRAD)
    if changed:
        return _changed(output, number, node)
    result = views.alias_view(output, views.IN_FUNCTION) if is_input else output
    result._grad_fn, result._output_nr, result._requires_grad = node, number, True
    meta = result._meta
    if meta is not None and meta.base is not None:
        meta.creation, meta.inherits = views.IN_FUNCTION, False
    return result


def _changed(target: Tensor, number: int, node: FunctionNode) -> Tensor:
    if target._requires_grad and has_no_history(target):
        raise RuntimeError("a leaf Variable that requires grad has been used in an in-place operation.")
    views.check_view(target)
    target._grad = None  # as PyTorch forgets it
    views.rebase(target, node, number)
    return target


def _finish(node: FunctionNode, ctx: Any, made: Sequence[Any], raw: Sequence[Any], named: dict[str, Tensor]) -> None:
    """Fill in what the node can know only now: which outputs are among several views, and what was saved."""
    carrying = [each for each in made if isinstance(each, Tensor) and each._grad_fn is node]
    if len(carrying) > 1:
        for each in carrying:
            if each._meta is not None and each._meta.base is not None:
                each._meta.creation = views.MULTI_OUTPUT
    _save(node, ctx, made, raw, named)
    if local.anomaly:
        from .anomaly_mode import remember_forward

        remember_forward(node)


def _save(node: FunctionNode, ctx: Any, made: Sequence[Any], raw: Sequence[Any], named: dict[str, Tensor]) -> None:
    """Keep what the user saved: results as aliases. See Note [Saved tensors] in autograd/node.py."""
    from ..ops.dispatch import _checked_input, _output_alias

    saved: list[Any] = []
    positions: set[int] = set()
    for number, tensor in enumerate(ctx.to_save):
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(
                f"save_for_backward can only save variables, but argument {number} is of type {type(tensor).__name__}"
            )
        if tensor is not None and tensor._grad_fn is node and _among(tensor, made):
            saved.append(_output_alias(tensor))
            positions.add(number)
        else:
            saved.append(_checked_input(tensor))
    node.saved_names = tuple(_saved_name(tensor, place, raw, named) for place, tensor in enumerate(ctx.to_save))
    node.output_positions = frozenset(positions)
    versions = tuple(0 if each is None or each._counter is None else each._counter[0] for each in saved)
    node.versions = versions if any(versions) else None
    if local.saved_hooks:
        from .saved_hooks import pack_all

        saved = pack_all(node, saved)
    node.saved = tuple(saved)
    ctx.to_save = ()


def _saved_name(tensor: Any, number: int, raw: Sequence[Any], named: dict[str, Tensor]) -> str:
    """Name a saved tensor as the parameter or the result it is."""
    for name, each in named.items():
        if each is tensor:
            return name
    for place, output in enumerate(raw):
        if output is tensor and tensor is not None:
            return "result" if len(raw) == 1 else f"result{place}"
    return f"saved{number}"


# what listeners hear


def report_failure(cls: Any, args: tuple[Any, ...], error: BaseException) -> None:
    """Let listeners hear that a Function's forward raised."""
    if fast.special and not local.hidden:
        for listener in listeners.active():
            listener.operation_failed(cls.__name__, _named(cls, args), error)


def _tell(cls: Any, args: tuple[Any, ...], made: tuple[Any, ...], node: Any, dirty: Sequence[Tensor]) -> None:
    heard = listeners.active() if fast.special and not local.hidden else ()
    if not heard:
        return
    names = _parameter_names(cls, len(args))
    options = {name: each for name, each in zip(names, args, strict=True) if not isinstance(each, Tensor)}
    outputs = tuple(each for each in made if isinstance(each, Tensor))
    mutated = dirty[0] if len(outputs) == len(dirty) == 1 and outputs[0] is dirty[0] else None
    spoken = OpCall(cls.__name__, _named(cls, args), options, outputs, node, mutated)
    for listener in heard:
        listener.operation(spoken)


def _named(cls: Any, args: tuple[Any, ...]) -> list[tuple[str, Tensor]]:
    """Return the tensors among the arguments by the names `forward` gives them."""
    names = _parameter_names(cls, len(args))
    return [(name, each) for name, each in zip(names, args, strict=True) if isinstance(each, Tensor)]


def _parameter_names(cls: Any, count: int) -> list[str]:
    known: dict[int, list[str]] = cls._parameter_names
    if count not in known:
        known[count] = _read_parameter_names(cls, count)
    return known[count]


def _read_parameter_names(cls: Any, count: int) -> list[str]:
    parameters = list(inspect.signature(cls.forward).parameters.values())
    if not has_setup(cls):
        parameters = parameters[1:]
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = [each.name for each in parameters if each.kind in plain][:count]
    rest = next((each.name for each in parameters if each.kind is inspect.Parameter.VAR_POSITIONAL), "args")
    return [*names, *(f"{rest}[{number}]" for number in range(count - len(names)))]
