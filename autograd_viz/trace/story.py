"""What sentences and formulas about a trace look things up in: names, values as text, passes."""

from __future__ import annotations

from autograd_viz.trace.data import Value
from autograd_viz.trace.event import BeginEvent
from autograd_viz.trace.figures import shape_text, value_text
from autograd_viz.trace.names import Names
from autograd_viz.trace.replay import Frame
from autograd_viz.trace.trace import Trace, expect_trace


class Story:
    """A trace with the lookups that telling it needs; made once for a trace."""

    def __init__(self, trace: Trace) -> None:
        expect_trace(trace)
        self.trace = trace
        self.names = Names(trace)
        self.begins = {event.pass_: event for event in trace.events if isinstance(event, BeginEvent)}

    def value(self, number: int) -> Value:
        """Return an entry of the values."""
        return self.trace.values[number]

    def text(self, number: int | None) -> str | None:
        """Write a small value; None for a large one or none at all."""
        return None if number is None else value_text(self.trace.values[number])

    def shown(self, number: int) -> str:
        """Write a value: `= 3` in full where it is small, `(shape [4, 3])` where not."""
        text = self.text(number)
        return f"= {text}" if text is not None else f"(shape {shape_text(self.value(number).shape)})"

    def bare(self, number: int) -> str:
        """Write a value standing by itself: `3`, or `a gradient of shape [4, 3]`."""
        text = self.text(number)
        return text if text is not None else f"a gradient of shape {shape_text(self.value(number).shape)}"

    def node(self, number: int) -> str:
        """Name a node: `MulBackward0`, `w's AccumulateGrad`."""
        record = self.names.nodes[number]
        return record.name if record.leaf is None else f"{self.names.tensor(record.leaf)}'s {record.name}"

    def saved_value(self, number: int, position: int, frame: Frame) -> int | None:
        """Return what a saved tensor holds at a frame: its memory may have changed since it was saved."""
        saved = self.names.nodes[number].saved[position]
        state = None if saved.tensor is None else frame.tensors.get(saved.tensor)
        return saved.value if state is None or saved.value is None else state.value

    def arriving(self, number: int, index: int, frame: Frame) -> str:
        """Name the gradient a node holds for one of its outputs, with its value."""
        buffer = frame.nodes[number].buffer[index]
        name = self.names.gradient(number, index)
        return name if buffer is None else f"{name} {self.shown(buffer)}"

    def parts(self, number: int, position: int, frame: Frame) -> int:
        """Return how many contributions make up the gradient that goes along an edge; 1 if that is not known."""
        edge = self.names.nodes[number].next[position]
        if edge.node is None or len(self.names.nodes[edge.node].outputs) > 1:
            return 1
        return frame.nodes[edge.node].expected

    def keeping(self, frame: Frame) -> str | None:
        """Return the argument for which the running pass keeps saved tensors, if it does."""
        begin = self.begins.get(frame.pass_ or 0)
        return None if begin is None else keeping(begin)

    def returns(self, frame: Frame) -> bool:
        """Return whether the running pass returns its gradients, as `grad` does, and leaves every `.grad` alone."""
        begin = self.begins.get(frame.pass_ or 0)
        return begin is not None and begin.call == "grad"


def keeping(begin: BeginEvent) -> str | None:
    """Return the argument that makes a pass keep saved tensors."""
    return "create_graph" if begin.create_graph else "retain_graph" if begin.retain_graph else None
