"""Errors in two sentences: finds the cause in the trace and fills in the texts of `remedy.py`."""

from __future__ import annotations

from autograd_viz.trace.data import ErrorInfo, OpRecord, TensorRecord
from autograd_viz.trace.event import BeginEvent, ErrorEvent, OpEvent, RefusedEvent, ReleaseEvent
from autograd_viz.trace.figures import fill, shape_text
from autograd_viz.trace.names import LONGEST, receiver
from autograd_viz.trace.remedy import ERRORS, REFUSALS, UNKNOWN_AT_NODE
from autograd_viz.trace.replay import Frame
from autograd_viz.trace.story import Story
from autograd_viz.trace.trace import Trace


def refusal_sentences(story: Story, event: RefusedEvent) -> str:
    """Say why a forward operation was refused, and what to write instead."""
    if event.error.code not in REFUSALS:
        return f"`{event.op_name}` was refused, so nothing was recorded for it. {_plain(event.error)}"
    guilty = refused_tensor(story.trace, event)
    name = "the tensor" if guilty is None else story.names.tensor(guilty)
    shapes = " and ".join(shape_text(story.trace.tensors[each].shape) for each in event.inputs)
    words = {"op": event.op_name, "name": name, "called": receiver(name), "shapes": shapes}
    return _told(REFUSALS[event.error.code], words)


def refused_tensor(trace: Trace, event: RefusedEvent) -> int | None:
    """Return the operand because of which an operation was refused: the first, or the one from inference mode."""
    inferred = [each for each in event.inputs if not trace.tensors[each].requires_grad]
    return next(iter(inferred if inferred and event.error.code == "inference_saved" else event.inputs), None)


def error_sentences(story: Story, event: ErrorEvent, frame: Frame) -> str:
    """Say what an error means and what to write instead."""
    words = {
        "name": "the tensor" if event.tensor is None else story.names.tensor(event.tensor),
        "node": "a node" if event.node is None else story.node(event.node),
        "shape": "" if event.tensor is None else shape_text(story.trace.tensors[event.tensor].shape),
    }
    words["called"] = receiver(words["name"])
    code = event.error.code or ""
    if code == "backward_twice":
        code = _twice(story, event, frame, words)
    elif code == "modified_in_place":
        code = _modified(story, event, frame, words)
    elif code == "no_grad_fn" and event.tensor is not None:
        code = _lost(story, event.tensor, words)
    if code in ERRORS:
        return _told(ERRORS[code], words)
    return _plain(event.error) if event.node is None else _told(UNKNOWN_AT_NODE, words | {"error": _plain(event.error)})


def _told(pair: tuple[str, str], words: dict[str, str]) -> str:
    """Fill in the words of a pair of sentences; a capital begins it unless a user's name does."""
    text = fill(" ".join(pair), words)
    return f"{text[0].upper()}{text[1:]}" if text.startswith(("the tensor", "a node")) else text


def _plain(error: ErrorInfo) -> str:
    """Give an unknown error's first line."""
    first = error.message.strip().split("\n")[0].rstrip(".")
    return f"{error.type}: {first}." if first else f"The code raised {error.type}."


def _twice(story: Story, event: ErrorEvent, frame: Frame, words: dict[str, str]) -> str:
    """Find the pass that freed what is needed, and whether it began at the same roots."""
    freed = None if event.node is None else _freed_by(story, event.node, frame.k)
    words["earlier"] = "an earlier backward" if freed is None else f"backward pass {freed.pass_}"
    now = story.begins.get(frame.pass_ or 0)
    if freed is None or now is None or _roots(freed) == _roots(now):
        return "backward_twice"
    return "backward_into_freed"


def _roots(begin: BeginEvent) -> list[int]:
    return [root.node for root in begin.roots]


def _freed_by(story: Story, node: int, k: int) -> BeginEvent | None:
    """Return the beginning of the pass in which a node's saved tensors were dropped."""
    begin = None
    for event in story.trace.events[:k]:
        if isinstance(event, BeginEvent):
            begin = event
        elif isinstance(event, ReleaseEvent) and event.freed and event.node == node:
            return begin
    return None


def _modified(story: Story, event: ErrorEvent, frame: Frame, words: dict[str, str]) -> str:
    """Name the saved tensor that was changed, with its versions then and now."""
    if event.node is None or event.saved is None:
        return ""
    saved = story.names.nodes[event.node].saved[event.saved]
    words |= {"saved": f"its {saved.name}", "version": str(saved.version), "now": ""}
    if saved.tensor is None:
        return "modified_in_place"
    words["saved"] = story.names.tensor(saved.tensor)
    state = frame.tensors.get(saved.tensor)
    if state is not None and state.version != saved.version:
        words["now"] = f", and it is at version {state.version} now{_change(story, saved.tensor, frame.k)}"
    return "leaf_modified" if story.trace.tensors[saved.tensor].role == "leaf" else "modified_in_place"


def _change(story: Story, tensor: int, k: int) -> str:
    """Name the operation that changed a tensor last, as its line is written."""
    op = changer(story.trace, tensor, k)
    if op is None:
        return ""
    said = story.names.expression(op) if op.mutates is None else story.names.change(op)
    if op.line is None:
        return f", changed by `{said}`"
    lines = story.trace.sources[op.line.source].text.split("\n")[op.line.line - 1 : op.line.end_line or op.line.line]
    code = lines[0].strip() if len(lines) == 1 else ""
    return f", changed by `{code if 0 < len(code) <= LONGEST else said}`, line {op.line.line}"


def changer(trace: Trace, tensor: int, k: int) -> OpRecord | None:
    """Return the operation that last changed a tensor before step `k`."""
    for each in reversed(trace.events[:k]):
        if isinstance(each, OpEvent) and any(write.tensor == tensor for write in each.writes):
            return trace.ops[each.op]
    return None


def _lost(story: Story, tensor: int, words: dict[str, str]) -> str:
    """Find the operation at which a tensor's history was lost, and why."""
    op = lost_at(story.trace, story.trace.tensors[tensor])
    if op is None:
        return "no_grad_fn"
    words["lost"] = story.names.expression(op)
    return f"lost_{op.reason or 'no_input_requires_grad'}"


def lost_at(trace: Trace, tensor: TensorRecord) -> OpRecord | None:
    """Go back while inputs were untracked too; the first operation with another reason is the cause."""
    first = None
    seen: set[int] = set()
    queue = [tensor]
    while queue:
        record = queue.pop(0)
        if record.op is None or record.node is not None or record.id in seen:
            continue
        seen.add(record.id)
        op = trace.ops[record.op]
        first = first or op
        if op.reason != "no_input_requires_grad":
            return op
        queue += [trace.tensors[each.tensor] for each in op.inputs]
    return first
