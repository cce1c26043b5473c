"""How an operation is carried out in place: its result goes into its first operand, whose history goes on from it."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..autograd.node import Node
from ..autograd.overlap import check_partial
from ..autograd.views import check_changed, check_inplace, note_change, rebase
from ..tensor import Tensor, make
from .dispatch import announce, computed, make_node, plain_values, report_failure, shape_error, silent, tell, tracking
from .op import Op, tensors

__all__ = ["call_inplace"]

# PyTorch does not ask whether these read what they write
MAY_READ = ("index_copy", "masked_scatter", "masked_fill", "addmm", "addmv", "addr", "addbmm", "baddbmm")


def call_inplace(made: Op, values: list[Any]) -> Tensor:
    """Carry out an operation and put its result into its first operand, which is returned.

    Raises
    ------
    RuntimeError
        When that tensor may not be changed, is too small, or of a dtype that cannot hold the result.
    """
    try:
        return _change(made, values)
    except Exception as error:
        report_failure(made.name + "_", made, values, error)
        raise


def _change(made: Op, values: list[Any]) -> Tensor:
    target = values[0]
    edges, tracked = tracking(made, values)
    tracked = tracked and target._array.dtype.kind == "f"  # nothing flows into whole numbers
    check_inplace(target, tracked, made.name)
    _check_operands(made.name, values)
    announce(target)
    before = _before_change(target, _is_saved(made, edges)) if tracked else target
    _write(made, plain_values(made, values), target._array)
    check_changed(target)
    node = _node(made, [before, *values[1:]], edges, target) if tracked else None
    target.bump_version()
    if node is not None:
        rebase(target, node)
    else:
        note_change(target)
    tell(made, values, (target,), node, target)
    return target


def _check_operands(name: str, values: list[Any]) -> None:
    """Refuse operands that are part of the memory to be written; tensors that share memory share their version."""
    target = values[0]
    if target._counter is None or name in MAY_READ:
        return
    for value in values[1:]:
        if value.__class__ is Tensor and value._counter is target._counter:
            check_partial(target._array, value._array)


def _is_saved(made: Op, edges: list[Any]) -> bool:
    """Return whether the rules of the wanted gradients need the first operand as it is before the change."""
    first = made.params[0]
    if made.backward is not None or len(edges) != len(made.diff_params):
        return first in made.saved
    return any(
        first in made.rule_needs[param]
        for param, each in zip(made.diff_params, edges, strict=True)
        if isinstance(each, Tensor) and each._requires_grad
    )


def _before_change(target: Tensor, copied: bool) -> Tensor:
    """Return the target as it is before the change, with its old numbers if rules need them."""
    if copied and target._requires_grad:  # as in PyTorch, under `create_graph` rules see a clone made just before
        before = make(target._array.copy())
        make_node(tensors.clone.op, [target], [target], [before])
        return before
    before = make(target._array.copy() if copied else target._array, target._grad_fn or None, target._output_nr)
    before._requires_grad = target._requires_grad
    return before


def _node(made: Op, before: list[Any], edges: list[Any], target: Tensor) -> Node:
    """Return the operation's node; a result it saves is the target, at the version it is about to get."""
    counter = target.shared_counter()
    output = make(target._array)
    output._counter = [counter[0] + 1]
    node = make_node(made, before, edges, [output])
    cloned = before[0]._grad_fn
    if cloned is not None and cloned is not target._grad_fn:  # PyTorch clones when it fills the node in
        node.sequence_nr, cloned.sequence_nr = cloned.sequence_nr, node.sequence_nr
    if node.saved:
        for position in node.output_positions:
            if node.saved[position] is not None:
                node.saved[position]._counter = counter
    return node


# writing


def _write(made: Op, plain: list[Any], array: Any) -> None:
    """Put the result into the array, without a temporary where the table entry knows how."""
    if made.into is not None:
        try:
            with np.errstate(**silent):  # type: ignore[arg-type]
                made.into(array, *plain[1:])
        except ValueError as error:
            raise shape_error(made, plain, error) from None
    elif not _wrote_directly(made, plain, array):
        (result, *_) = computed(made, plain)
        _check_fit(result, array)
        np.copyto(array, result, casting="unsafe")


def _wrote_directly(made: Op, plain: list[Any], array: Any) -> bool:
    """Let a ufunc write its result where it belongs, if dtypes and shapes allow: whether it did."""
    ufunc = made.ufunc
    if ufunc is None or array.dtype.kind != "f" or any(value.dtype is not array.dtype for value in plain):
        return False
    try:
        with np.errstate(**silent):  # type: ignore[arg-type]
            ufunc(*plain, out=array)
    except (ValueError, TypeError):
        return False
    return True


def _check_fit(result: Any, array: Any) -> None:
    if result.shape != array.shape:
        raise RuntimeError(
            f"output with shape {list(array.shape)} doesn't match the broadcast shape {list(result.shape)}"
        )
    if dtypes.KIND_RANK[result.dtype.kind] > dtypes.KIND_RANK[array.dtype.kind]:
        raise RuntimeError(
            f"result type {dtypes.word(result.dtype)} can't be cast to the desired output type "
            f"{dtypes.word(array.dtype)}"
        )
