"""Views in place: `t_`, `transpose_`, `squeeze_`, `unsqueeze_`, `as_strided_` turn a tensor into a view of itself.

No element changes, but the tensor has another shape afterwards, its version goes up and its history goes on from the
view's node. Views of it still show the same elements.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..autograd.node import Node
from ..autograd.views import _continue_from, _living, _outdate
from .op import Op

__all__ = ["turn"]

Shown = Callable[[Any], Any]  # an array -> a view of it
CLASSES: dict[type[Node], type[Node]] = {}


def turn(made: Op, values: list[Any], array: Any, node: Node | None) -> None:
    """Let the first operand show `array`, a view of what it shows now, and continue its history from `node`."""
    target = values[0]
    meta = target._meta
    base = target if meta is None or meta.base is None else meta.base

    def again(shown: Any) -> Any:
        return made.forward(shown, *values[1:])

    if base is target:
        for view in _living(target):
            view._meta.replay = _one_after_the_other(_undoing(made, target._array.shape, again), view._meta.replay)
    else:
        meta.replay = _one_after_the_other(meta.replay, again)
    target._array = array
    target.bump_version()
    if node is not None:
        node.__class__ = _class_of(made)
        _continue_from(target, node, 0)
    if base is not target:
        meta.version = target._version
    if base._requires_grad:
        for view in _living(base):
            if view is not target:
                _outdate(view)


def _one_after_the_other(first: Shown, second: Shown) -> Shown:
    return lambda array: second(first(array))


def _undoing(made: Op, shape: tuple[int, ...], again: Shown) -> Shown:
    """Return the function that shows an array of the new shape as one of the old."""
    if made.name in ("transpose", "t"):
        return again
    if made.name in ("squeeze", "unsqueeze"):
        return lambda array: array.reshape(shape)
    raise NotImplementedError(f"{made.name}_() of a tensor that has views is not provided; use {made.name}()")


def _class_of(made: Op) -> type[Node]:
    """Return the node class with the number PyTorch gives the in-place variant: TBackward1 for `t_`."""
    known = made.node_class
    if known not in CLASSES:
        number = made.variant + (3 if made.name == "squeeze" else 1)
        CLASSES[known] = type(f"{known.__name__.rstrip('0123456789')}{number}", (known,), {"__slots__": ()})
    return CLASSES[known]
