"""Where in the picture an error lies, besides the node that it stopped at. A twin of the player's culprit.ts."""

from __future__ import annotations

from autograd_viz.trace.diagnosis import changer, lost_at, refused_tensor
from autograd_viz.trace.event import ErrorEvent, RefusedEvent
from autograd_viz.trace.trace import Trace


def culprits(trace: Trace, k: int) -> frozenset[str]:
    """Return the marks that the error at step `k` is about.

    They are what was refused, what changed a saved tensor in place, or where the graph was cut.
    """
    event = trace.events[k - 1] if k else None
    if isinstance(event, RefusedEvent):
        guilty = refused_tensor(trace, event)
        return frozenset([f"x{k - 1}", *([] if guilty is None else [mark_of_tensor(trace, guilty)])])
    if not isinstance(event, ErrorEvent):
        return frozenset()
    if event.node is not None:
        return _changer(trace, event, k)
    if event.tensor is None:
        return frozenset()
    lost = lost_at(trace, trace.tensors[event.tensor]) if event.error.code == "no_grad_fn" else None
    found = [mark_of_tensor(trace, event.tensor)]
    return frozenset(found if lost is None else [*found, mark_of_op(trace, lost.id)])


def mark_of_op(trace: Trace, number: int) -> str:
    """Return the id of an operation's mark."""
    node = trace.ops[number].node
    return f"o{number}" if node is None else f"n{node}"


def mark_of_tensor(trace: Trace, number: int) -> str:
    """Return the id of the mark a tensor stands at: the operation that made it, or its own."""
    tensor = trace.tensors[number]
    if tensor.node is not None:
        return f"n{tensor.node}"
    return f"t{number}" if tensor.op is None else f"o{tensor.op}"


def _changer(trace: Trace, event: ErrorEvent, k: int) -> frozenset[str]:
    """Return the operation in place that last changed the saved tensor at which an error stopped."""
    node = next((each for each in trace.nodes if each.id == event.node), None)
    tensor = None if node is None or event.saved is None else node.saved[event.saved].tensor
    op = None if tensor is None else changer(trace, tensor, k)
    return frozenset() if op is None else frozenset([mark_of_op(trace, op.id)])
