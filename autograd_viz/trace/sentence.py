"""One sentence for every kind of event, in words a beginner understands, with the user's names and numbers.

A table from kind to function; each reads the event, the state after it, and the story's lookups.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd_viz.trace import event as events
from autograd_viz.trace.data import NodeRecord, OpRecord, TensorRecord
from autograd_viz.trace.diagnosis import error_sentences, refusal_sentences
from autograd_viz.trace.figures import shape_text
from autograd_viz.trace.formula import signed, summed_dims
from autograd_viz.trace.names import gradient_of, receiver
from autograd_viz.trace.replay import Frame
from autograd_viz.trace.story import Story, keeping
from autograd_viz.trace.vjp_sentence import vjp_sentence

BEFORE = "Nothing has happened yet: step forward to begin."


def sentence(story: Story, event: events.Event, frame: Frame) -> str:
    """Say what an event did."""
    return SENTENCES[event.kind](story, event, frame)


def _op(story: Story, event: events.OpEvent, frame: Frame) -> str:
    op = story.trace.ops[event.op]
    if op.mutates is not None:
        return _in_place(story, op, event)
    made = [story.trace.tensors[each] for each in op.outputs]
    expression = story.names.expression(op)
    names = ", ".join(each.name for each in made if each.name)
    left = f"{names} = {expression}" if names and names != expression else expression
    if op.reason == "detach":
        source = story.names.tensor(op.inputs[0].tensor)
        return f"{left} shares {source}'s memory but cuts the graph: no gradient flows back through it."
    return f"{left} gives {_given(story, made)}. {_recorded(story, op)}"


def _given(story: Story, made: list[TensorRecord]) -> str:
    """Write results in full where they are small, else their shapes."""
    texts = [text for text in (story.text(each.value) for each in made) if text is not None]
    if len(texts) == len(made):
        return listed(texts)
    return f"shape{'s' if len(made) > 1 else ''} {listed([shape_text(each.shape) for each in made])}"


REASONS = {
    "no_grad": "Nothing is recorded: grad mode is off (`no_grad`).",
    "inference_mode": "Nothing is recorded: inference mode is on.",
    "no_input_requires_grad": "Nothing is recorded: no input requires grad.",
    "not_differentiable": "Nothing is recorded: the operation has no derivative.",
}


def _recorded(story: Story, op: OpRecord) -> str:
    """Say which node was left behind and what it keeps, or why none was."""
    if op.node is None:
        return REASONS.get(op.reason or "", "Nothing is recorded.")
    node = story.names.nodes[op.node]
    saved = [_saved_name(story, node, i) for i in range(len(node.saved))]
    return f"{node.name} is recorded for the backward pass and saves {listed(list(dict.fromkeys(saved)))}."


def _saved_name(story: Story, node: NodeRecord, position: int) -> str:
    """Name a saved tensor; a saved number by itself."""
    saved = node.saved[position]
    if saved.tensor is not None:
        return story.names.tensor(saved.tensor)
    return story.text(saved.value) or story.names.params(node).get(saved.name, saved.name)


def _in_place(story: Story, op: OpRecord, event: events.OpEvent) -> str:
    written = next((each for each in event.writes if each.tensor == op.mutates), None)
    said = f"`{story.names.change(op)}` changes {story.names.tensor(op.mutates or 0)} in place"
    if written is not None:
        text = story.text(written.value)
        said += f" to {text}" if text is not None else ""
        said += f": it is now at version {written.version}" if written.version else ""
    return f"{said}.{_sharing(story, op, event, written)} {_recorded(story, op)}"


def _sharing(story: Story, op: OpRecord, event: events.OpEvent, written: events.Write | None) -> str:
    """Say which tensors change along, and which of them autograd does not notice."""
    others = [each for each in event.writes if each.tensor != op.mutates]
    if not others or written is None:
        return ""
    names = listed(list(dict.fromkeys(story.names.tensor(each.tensor) for each in others)))
    one = len(others) == 1
    behind = [each for each in others if each.version != written.version]
    if behind:
        stay = f"{'stays' if one else 'stay'} at version {behind[0].version}: autograd does not notice"
        return (
            f" {names} {'shares' if one else 'share'} its memory and {'changes' if one else 'change'} too, but {stay}."
        )
    return f" {names} {'shares' if one else 'share'} its memory and version."


def _refused(story: Story, event: events.RefusedEvent, frame: Frame) -> str:
    return refusal_sentences(story, event)


def _grad_change(story: Story, event: events.GradChangeEvent, frame: Frame) -> str:
    name = story.names.tensor(event.tensor)
    before = "None" if event.old is None else story.bare(event.old)
    if event.how == "none" or event.new is None:
        return f"You set {name}.grad to None; it was {before}."
    if event.how == "zero_":
        return f"`{name}.grad.zero_()` sets {name}.grad to zero; it was {before}."
    if event.how == "assign":
        return f"You set {name}.grad to {story.bare(event.new)}; it was {before}."
    now = story.bare(event.new)
    return f"`{name}.grad.{event.how}(…)` changes {name}.grad in place: it was {before} and is now {now}."


def _begin(story: Story, event: events.BeginEvent, frame: Frame) -> str:
    roots = [story.names.output(each.node, each.index) for each in event.roots]
    return f"Backward pass {event.pass_} begins: `{_call(story, event, roots)}`. {_targets(story, event, roots)}"


def _call(story: Story, event: events.BeginEvent, roots: list[str]) -> str:
    """Write the call that began a pass, as the user may have."""
    flag = keeping(event)
    given = any(story.names.nodes[each.node].outputs[each.index].shape for each in event.roots)
    said = [*(["gradient"] if given else []), *([f"{flag}=True"] if flag else [])]
    if event.call == "backward" and len(roots) == 1:
        return f"{receiver(roots[0])}.backward({', '.join(said)})"
    source = roots[0] if len(roots) == 1 else f"({', '.join(roots)})"
    if event.call == "backward":
        return f"backward({', '.join([source, *said])})"
    wanted = [story.names.tensor(each) for each in event.inputs or ()]
    said.insert(0, wanted[0] if len(wanted) == 1 else f"({', '.join(wanted)})")
    return f"grad({', '.join([source, *said])})"


def _targets(story: Story, event: events.BeginEvent, roots: list[str]) -> str:
    if event.inputs is not None:
        targets = [story.names.tensor(each) for each in event.inputs]
    else:
        records = [story.names.nodes[each] for each in event.expected]
        targets = [story.names.tensor(each.leaf) for each in records if each.leaf is not None]
    if not targets:
        return f"Gradients flow back from {listed(roots)}."
    return f"Gradients flow from {listed(roots)} back to {listed(targets)}."


def listed(names: list[str]) -> str:
    """Write `nothing`, `a`, `a and b`, `a, b and c`; beyond four, `a, b, c and 7 more`."""
    if not names:
        return "nothing"
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _seed(story: Story, event: events.SeedEvent, frame: Frame) -> str:
    name = story.names.gradient(event.node, event.index)
    seed = "The gradient you gave is the seed:" if story.value(event.value).shape else "The seed"
    return f"{seed} {name} {story.shown(event.value)} goes to {story.node(event.node)}."


def _run(story: Story, event: events.RunEvent, frame: Frame) -> str:
    node = story.names.nodes[event.node]
    if node.leaf is not None:
        name, arrived = story.names.tensor(node.leaf), story.arriving(event.node, 0, frame)
        if story.returns(frame):
            return f"{story.node(event.node)} is reached: {arrived} is complete."
        return f"{story.node(event.node)} runs: it will add {arrived} to {name}.grad."
    if len(node.outputs) > 1:
        return f"{node.name} runs: every gradient it waits for has arrived."
    parts = frame.nodes[event.node].arrived
    whole = f", the sum of {parts} parts" if parts > 1 else ""
    return f"{node.name} runs: {story.arriving(event.node, 0, frame)} is complete{whole}."


def _hook(story: Story, event: events.HookEvent, frame: Frame) -> str:
    return HOOKS.get(event.where, _other_hook)(story, event)


def _tensor_hook(story: Story, event: events.HookEvent) -> str:
    name = story.names.gradient(event.node, event.index or 0)
    owner, node = story.names.output(event.node, event.index or 0), story.node(event.node)
    on = f"hook `{event.name}` on {owner}" if event.where == "tensor_pre" else f"pre-hook `{event.name}` on {node}"
    return f"Your {on} {_change(story, event, name)}"


def _change(story: Story, event: events.HookEvent, name: str) -> str:
    if event.before is None or event.after is None or event.after == event.before:
        seen = "" if event.before is None else f" {story.shown(event.before)}"
        return f"sees {name}{seen} and leaves it as it is."
    return f"replaces {name} {story.shown(event.before)} by {story.bare(event.after)}."


def _retain_hook(story: Story, event: events.HookEvent) -> str:
    name = story.names.output(event.node, event.index or 0)
    kept = "" if event.after is None else f": {name}.grad {story.shown(event.after)}"
    return f"{name} is no leaf, but `{name}.retain_grad()` asked to keep its gradient{kept}."


def _post_hook(story: Story, event: events.HookEvent) -> str:
    change = _change(story, event, "the outgoing gradient")
    return f"Your hook `{event.name}` on {story.node(event.node)} runs after it and {change}"


def _post_accumulate_hook(story: Story, event: events.HookEvent) -> str:
    leaf = story.names.output(event.node, 0)
    return f"Your hook `{event.name}` on {leaf} runs, now that {leaf}.grad is up to date."


def _other_hook(story: Story, event: events.HookEvent) -> str:
    return f"The hook `{event.name}` runs at {story.node(event.node)}."


HOOKS: dict[str, Callable[[Story, events.HookEvent], str]] = {
    "tensor_pre": _tensor_hook,
    "pre": _tensor_hook,
    "retain_grad": _retain_hook,
    "post": _post_hook,
    "post_accumulate": _post_accumulate_hook,
}


def _unpack(story: Story, event: events.UnpackEvent, frame: Frame) -> str:
    node = story.names.nodes[event.node]
    saved = node.saved[event.saved]
    name = _saved_name(story, node, event.saved)
    twice = saved.tensor is not None and sum(each.tensor == saved.tensor for each in node.saved) > 1
    said = f"{node.name} takes out its saved {name}{f' (as `{saved.name}`)' if twice else ''}"
    if event.version != saved.version:
        return f"{said}: it was saved at version {saved.version}, but is now at version {event.version}."
    value = story.saved_value(event.node, event.saved, frame)
    shown = "" if value is None or story.text(value) == name else f" {story.shown(value)}"
    if value != saved.value and saved.value is not None:
        return f"{said}{shown}: its memory was changed since it was saved, without its version."
    return f"{said}{shown}: unchanged since it was saved{f' at version {event.version}' if event.version else ''}."


def _sum_to(story: Story, event: events.SumToEvent, frame: Frame) -> str:
    input = story.names.input(event.node, event.input)
    before, after = story.value(event.before).shape, story.value(event.after).shape
    dims = summed_dims(before, after)
    over = f"dimension {dims[0]}" if len(dims) == 1 else f"dimensions {listed([str(each) for each in dims])}"
    name = gradient_of(input)
    source = shape_text(after) if after else "a scalar"
    return (
        f"{input} was broadcast from {source} to {shape_text(before)}, so its gradient is summed over {over}: "
        f"{name} {story.shown(event.after)}."
    )


def _release(story: Story, event: events.ReleaseEvent, frame: Frame) -> str:
    node = story.names.nodes[event.node]
    if node.leaf is not None:
        return f"{story.node(event.node)} is done."
    if event.freed:
        return f"{node.name} drops its saved tensors: a second backward through it would fail."
    flag = story.keeping(frame)
    if node.saved and flag is not None:
        return f"`{flag}=True` keeps {node.name}'s saved tensors for another backward."
    return f"{node.name} is done." if node.saved else f"{node.name} is done; it had saved nothing."


def _send(story: Story, event: events.SendEvent, frame: Frame) -> str:
    name = story.names.gradient(event.to, event.index)
    to = story.node(event.to)
    count = f"{event.arrived} of {event.expected}"
    if len(story.names.nodes[event.to].outputs) > 1 and event.value is not None:
        return f"{name} {story.shown(event.value)} goes to {to}, where {count} contributions have arrived."
    if event.expected <= 1:
        value = "" if event.value is None else f" {story.shown(event.value)}"
        return f"{name}{value} goes to {to}, which is now ready."
    value = "An undefined gradient" if event.value is None else story.bare(event.value)
    if event.arrived < event.expected:
        return f"{value} goes to {to} as part {count} of {name}; the node waits for the rest."
    whole = "" if event.buffer is None else f" {story.shown(event.buffer)}"
    return f"{value} goes to {to} and is added to what waits there: with {count} parts, {name}{whole} is complete."


def _accumulate(story: Story, event: events.AccumulateEvent, frame: Frame) -> str:
    name = story.names.tensor(event.tensor)
    incoming = story.bare(event.incoming)
    if event.old is None:
        return f"{name}.grad was None; {incoming} arrives and becomes {name}.grad."
    old, new = story.text(event.old), story.text(event.new)
    if old is None or new is None:
        return f"{name}.grad already held a gradient; {incoming} arrives and is added to it."
    return f"{name}.grad was {old}; {incoming} arrives and is added: {old} + {signed(incoming)} = {new}."


def _capture(story: Story, event: events.CaptureEvent, frame: Frame) -> str:
    name = story.names.gradient(event.node, event.index)
    owner = story.names.output(event.node, event.index)
    return f"{name} {story.shown(event.value)} is kept to be returned by `grad`; {owner}.grad is left alone."


def _end(story: Story, event: events.EndEvent, frame: Frame) -> str:
    return f"Backward pass {event.pass_} is over."


def _error(story: Story, event: events.ErrorEvent, frame: Frame) -> str:
    return error_sentences(story, event, frame)


SENTENCES: dict[str, Callable[[Story, Any, Frame], str]] = {
    "op": _op,
    "refused": _refused,
    "grad_change": _grad_change,
    "begin": _begin,
    "seed": _seed,
    "run": _run,
    "hook": _hook,
    "unpack": _unpack,
    "vjp": vjp_sentence,
    "sum_to": _sum_to,
    "release": _release,
    "send": _send,
    "accumulate": _accumulate,
    "capture": _capture,
    "end": _end,
    "error": _error,
}
