"""Forward operations: what they read and made, why they were not tracked, what their results are called."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from types import FrameType
from typing import Any

from autograd_viz.autograd.grad_mode import is_grad_enabled, is_inference_mode_enabled
from autograd_viz.autograd.listeners import OpCall
from autograd_viz.autograd.node import Node
from autograd_viz.autograd.scopes import outermost_module
from autograd_viz.tensor import Tensor
from autograd_viz.trace.data import ErrorInfo, OpInput, OpRecord
from autograd_viz.trace.event import GradChangeEvent, OpEvent, RefusedEvent
from autograd_viz.trace.recording.bytecode import Bytecode
from autograd_viz.trace.recording.nodes import NodeTable
from autograd_viz.trace.recording.places import Place, Places, user_frames
from autograd_viz.trace.recording.tensors import TensorTable
from autograd_viz.trace.recording.values import plain_options
from autograd_viz.trace.trace import Trace

CUTS = ("detach", "detach_")


class Operations:
    """Records forward operations into a trace.

    `layer` is 0, or the number of the backward pass that is running; `within` is the frame that called it.
    """

    def __init__(self, trace: Trace, tensors: TensorTable, nodes: NodeTable, places: Places) -> None:
        self.trace = trace
        self.tensors = tensors
        self.nodes = nodes
        self.places = places
        self.layer = 0
        self.within: FrameType | None = None
        self._bytecode = Bytecode()
        self._last: FrameType | None = None  # of the function that the last operation was a step of

    def done(self, call: OpCall, frame: FrameType | None) -> None:
        """Record an operation that ran."""
        if call.mutated is not None and call.node is None and self._changed_grad(call, frame):
            return
        inputs = tuple(OpInput(param, self.tensors.meet(each)) for param, each in call.inputs)
        self.nodes.settle()
        unheard = [write for each in dict.fromkeys(inputs) for write in self.tensors.unheard(each.tensor)]
        number, mutates, writes = len(self.trace.ops), None, tuple(unheard)
        place = Place(self.layer, self.places.line(frame), self.places.scope(frame))
        self.places.note_modules(number)
        module = outermost_module()
        if module is not None:
            self.tensors.name_parameters(module)
        if call.mutated is not None:
            mutates = self.tensors.meet(call.mutated)
            writes = self.tensors.writes(call.mutated)
        within = self._in_call(number, frame)
        outputs = self._outputs(number, call, frame) if mutates is None else (mutates,)
        node = _graph_node(call)
        made = None if node is None else self.nodes.made(node, call, number, outputs, place)
        record = OpRecord(
            id=number,
            name=call.name,
            inputs=inputs,
            options=plain_options(call.options),
            outputs=outputs,
            node=made,
            mutates=mutates,
            layer=place.layer,
            reason=_reason(call),
            line=place.line,
            scope=place.scope,
            call=within,
        )
        self.trace.ops.append(record)
        self.trace.events.append(OpEvent(number, writes))

    def refused(
        self, name: str, inputs: Sequence[tuple[str, Tensor]], error: ErrorInfo, frame: FrameType | None
    ) -> None:
        """Record an operation that raised."""
        met = tuple(self.tensors.meet(each) for _, each in inputs)
        self.nodes.settle()
        self.trace.events.append(RefusedEvent(name, met, error, self.places.line(frame)))

    def _outputs(self, op: int, call: OpCall, frame: FrameType | None) -> tuple[int, ...]:
        """Record the operation's results."""
        node = _graph_node(call)
        number = None if node is None else node.sequence_nr
        return tuple(
            [
                self.tensors.made(each, op, number if each._grad_fn is node else None, each._output_nr, name)
                for each, name in zip(call.outputs, self._names(call, frame), strict=True)
            ]
        )

    def _changed_grad(self, call: OpCall, frame: FrameType | None) -> bool:
        """Record an in-place change of some tensor's `.grad` as such; return whether it is one."""
        assert call.mutated is not None
        owner = self.tensors.owner_of_grad(call.mutated)
        if owner is None:
            return False
        grad = self.tensors.held[owner]._grad
        old, new = self.tensors.grad_values.get(owner), self.tensors.values.maybe(grad)
        self.tensors.note_grad(owner, grad, new)
        how = call.name
        self.trace.events.append(GradChangeEvent(owner, how, old, new, self.places.line(frame)))
        return True

    def _names(self, call: OpCall, frame: FrameType | None) -> Sequence[str | None]:
        """Name the results after the variables that they are about to be assigned to."""
        count = len(call.outputs)
        targets = None if frame is None or frame is self.within else self._targets(frame)
        if targets is None or len(targets) != count:
            return [None] * count
        return [None if name.startswith("_") else name for name in targets]

    def _targets(self, frame: FrameType) -> tuple[str, ...] | None:
        """Follow a result that is returned to the frame where it is assigned."""
        for each in user_frames(frame, self.places.home):
            found = self._bytecode.targets(each)
            if found != ():
                return found
        return None

    def forget(self) -> None:
        """Let go of the last call's frame."""
        self._last = None

    def _in_call(self, number: int, frame: FrameType | None) -> int | None:
        """Return which call this operation is a step of: where the last one was, one function that the user called.

        The frame of that function is held until the next operation, so that no other can be mistaken for it. Of a
        result that was named before its step turned out not to be the last, the name is taken back.
        """
        last, self._last = self._last, None if frame is self.within else _called_by(frame)
        if last is None or self._last is not last or not number:
            return None
        before = self.trace.ops[-1]
        if before.call is None:
            before = self.trace.ops[-1] = replace(before, call=before.id)
        if before.mutates is None:
            for each in before.outputs:
                self.tensors.call(each, None)
        return before.call


def _called_by(frame: FrameType | None) -> FrameType | None:
    """Return the frame of the package's function that the user's code in `frame` called."""
    inner: FrameType | None = sys._getframe(1)
    while inner is not None and inner.f_back is not frame:
        inner = inner.f_back
    return inner


def _graph_node(call: OpCall) -> Node | None:
    """Return the node through which gradients reach the operation: for a view changed in place, its base's."""
    if call.node is not None and call.mutated is not None and call.mutated._base is not None:
        found: Any = call.mutated._base._grad_fn
        return found if isinstance(found, Node) else call.node
    return call.node


def _reason(call: OpCall) -> str | None:
    """Say why an operation left no node behind."""
    if call.node is not None:
        return None
    if call.name in CUTS:
        return "detach"
    if is_inference_mode_enabled():
        return "inference_mode"
    if not is_grad_enabled():
        return "no_grad"
    if not any(each._requires_grad for _, each in call.inputs):
        return "no_input_requires_grad"
    return "not_differentiable"
