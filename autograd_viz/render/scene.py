"""What a still picture shows at one step: the frame, and lookups in the trace. Knows neither places nor shapes."""

from __future__ import annotations

from dataclasses import dataclass

from autograd_viz.render.culprit import culprits, mark_of_op
from autograd_viz.render.palette import Palette
from autograd_viz.render.picture import Mark
from autograd_viz.trace.data import TensorRecord, Value
from autograd_viz.trace.event import BeginEvent, ErrorEvent, Event, SeedEvent, SendEvent, SumToEvent, VjpEvent
from autograd_viz.trace.replay import Frame, NodeState
from autograd_viz.trace.trace import Trace


@dataclass(frozen=True, slots=True)
class Scene:
    """A trace at a frame, in the colours it is drawn in.

    `first_use` maps a tensor to the first operation that reads it, `leaf_of` an AccumulateGrad to its leaf.
    """

    trace: Trace
    frame: Frame
    palette: Palette
    first_use: dict[int, int]
    leaf_of: dict[int, int]
    culprits: frozenset[str]

    @property
    def event(self) -> Event | None:
        """The event that led here; None at the start."""
        return self.trace.events[self.frame.k - 1] if self.frame.k else None

    def value(self, number: int | None) -> Value | None:
        """Return an entry of the values."""
        return None if number is None else self.trace.values[number]

    def value_now(self, tensor: TensorRecord | None) -> Value | None:
        """Return a tensor's value as in-place operations have left it."""
        if tensor is None:
            return None
        state = self.frame.tensors.get(tensor.id)
        return self.trace.values[state.value if state else tensor.value]

    def version_now(self, tensor: int) -> int:
        """Return a tensor's version as in-place operations have left it."""
        state = self.frame.tensors.get(tensor)
        return state.version if state else self.trace.tensors[tensor].version

    def node_state(self, mark: Mark) -> NodeState | None:
        """Return the state of the mark's node; a root shows none of its own."""
        return None if mark.node is None or mark.kind == "root" else self.frame.nodes[mark.node.id]

    def is_future(self, mark: Mark) -> bool:
        """Whether the mark stands for something not yet computed."""
        if mark.refused is not None:
            return self.frame.k <= int(mark.id[1:])
        return self.frame.ops_done < self.since(mark)

    def since(self, mark: Mark) -> int:
        """Return how many operations must have run before the mark exists."""
        if mark.op is not None:
            return mark.op.id + 1
        if mark.kind == "root" and mark.node is not None:
            return 0 if mark.node.op is None else mark.node.op + 1
        user = self.first_use.get(mark.tensors[0].id) if mark.id[0] == "t" else None
        is_late = user is not None and (self.trace.ops[user].layer > 0 or mark.tensors[0].role == "gradient")
        return user + 1 if is_late and user is not None else 0

    def layer(self, mark: Mark) -> int:
        """Return the backward pass during which an operation's mark came up; 0 for the user's own forward."""
        if mark.node is not None:
            return mark.node.layer
        return 0 if mark.op is None else mark.op.layer

    def part(self, mark: Mark) -> str | None:
        """Return the part a mark plays in the last event: it "acts", it "receives", or the "fault" lies there."""
        now, id_ = self.frame.current, mark.id
        if id_ in self.culprits:
            return "fault"
        if now.op is not None:
            return "acts" if self.of_op(now.op) == id_ else None
        if now.to is not None and self.of_node(now.to) == id_:
            return "receives"
        if now.node is not None and self.of_node(now.node) == id_:
            return "receives" if isinstance(self.event, SeedEvent) else "acts"
        return "acts" if now.leaf is not None and id_ == f"t{now.leaf}" else None

    def is_cause(self, id_: str) -> bool:
        """Whether a mark shows what made another one fail."""
        return isinstance(self.event, ErrorEvent) and self.event.node is not None and id_ in self.culprits

    def seed(self, mark: Mark) -> Value | None:
        """Return the seed that this pass put into a root, if it has."""
        place = (mark.node.id if mark.node else None, int(mark.id.split(":")[1]))
        for event in reversed(self.trace.events[: self.frame.k]):
            if isinstance(event, BeginEvent):
                return None
            if isinstance(event, SeedEvent) and (event.node, event.index) == place:
                return self.trace.values[event.value]
        return None

    def carried(self) -> Value | None:
        """Return the gradient that the last event puts on an edge."""
        event = self.event
        if isinstance(event, VjpEvent | SendEvent | SeedEvent):
            return self.value(event.value)
        return self.value(event.after) if isinstance(event, SumToEvent) else None

    def of_node(self, number: int) -> str:
        """Return the id of a node's mark: an AccumulateGrad is in its leaf's."""
        return f"t{self.leaf_of[number]}" if number in self.leaf_of else f"n{number}"

    def of_op(self, number: int) -> str:
        """Return the id of an operation's mark."""
        return mark_of_op(self.trace, number)


def scene(trace: Trace, frame: Frame, palette: Palette) -> Scene:
    """Make a scene with the lookups it needs."""
    first_use: dict[int, int] = {}
    for op in trace.ops:
        for each in op.inputs:
            first_use.setdefault(each.tensor, op.id)
    leaf_of = {node.id: node.leaf for node in trace.nodes if node.leaf is not None}
    return Scene(trace, frame, palette, first_use, leaf_of, culprits(trace, frame.k))
