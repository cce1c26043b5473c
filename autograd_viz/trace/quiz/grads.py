"""Questions about gradients: what will this `.grad` be, with which gradient will this node run.

Each is asked just before the event that would show what it is about: the sum with an old `.grad`, the last of
several contributions, the sum that undoes broadcasting, a hook, or the rule itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from autograd_viz.trace.arrays import array
from autograd_viz.trace.data import NodeRecord
from autograd_viz.trace.event import AccumulateEvent, HookEvent, SendEvent, SumToEvent, VjpEvent
from autograd_viz.trace.figures import shape_text
from autograd_viz.trace.formula import formula_of, in_names, in_numbers, signed
from autograd_viz.trace.names import gradient_of
from autograd_viz.trace.quiz.choices import Slip, array_question, said, told
from autograd_viz.trace.quiz.question import Question
from autograd_viz.trace.quiz.turns import Arrival, Pass, Turn
from autograd_viz.trace.replay import frame
from autograd_viz.trace.sentence import listed
from autograd_viz.trace.story import Story
from autograd_viz.trace.vjp_sentence import MULTIPLIED

Array = np.ndarray


@dataclass(slots=True)
class Telling:
    """A question in the making: where it is asked, the truth, the slips, what is known and what is explained."""

    name: str
    steps: list[int] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


def grad_question(story: Story, turn: Turn) -> Question | None:
    """Ask what `.grad` will be once this turn has written it; None if it cannot be asked."""
    event = None if turn.written is None else story.trace.events[turn.written]
    if isinstance(event, HookEvent):
        return _retained(story, turn, event)
    if not isinstance(event, AccumulateEvent):
        return None
    new, incoming = _array(story, event.new), _array(story, event.incoming)
    parts = [_sent(story, each) for each in turn.arrivals]
    if new is None or incoming is None or any(each is None for each in parts):
        return None
    name = story.names.tensor(event.tensor)
    old = None if event.old is None else _array(story, event.old)
    telling = Telling(name, [turn.run] if event.old is not None or turn.hooks else [])
    telling.facts.append(f"`{name}.grad` is {told(old)} so far.")
    arrived = [each for each in parts if each is not None]
    if len(arrived) > 1:
        _fan_in(story, telling, turn, arrived, old)
    _broadcast(story, telling, turn, old, alone=len(arrived) == 1)
    if turn.hooks:
        _hooked(story, telling, turn, old)
    if old is not None:
        _added(telling, old, incoming, new)
    if not telling.steps:
        _plain(story, telling, turn)
    return _ask(telling, new, "grad", f"What will `{name}.grad` be after {_pass_name(story, turn)}?")


def gradient_question(story: Story, turn: Turn) -> Question | None:
    """Ask with which gradient a node will run that several gradients reach, or one summed over copies."""
    node = story.names.nodes[turn.node]
    if not turn.arrivals or len(node.outputs) != 1 or turn.hooks:
        return None
    last = story.trace.events[turn.arrivals[-1].sent]
    whole = _array(story, last.buffer) if isinstance(last, SendEvent) and last.buffer is not None else None
    parts = [_sent(story, each) for each in turn.arrivals]
    if whole is None or any(each is None for each in parts):
        return None
    name = story.names.output(turn.node, 0)
    telling = Telling(name)
    arrived = [each for each in parts if each is not None]
    if len(arrived) > 1:
        _fan_in(story, telling, turn, arrived, None)
    _broadcast(story, telling, turn, None, alone=len(arrived) == 1)
    prompt = f"Which gradient `{gradient_of(name)}` will {story.node(turn.node)} run with?"
    return _ask(telling, whole, "gradient", prompt)


def none_question(story: Story, tensor: int, pass_: Pass, turn: Turn | None) -> Question | None:
    """Ask what `.grad` of a tensor is that no backward pass writes to: a non-leaf, or one that nothing reaches."""
    if pass_.stop is None or story.trace.events[pass_.stop].kind != "end":
        return None
    name = story.names.tensor(tensor)
    telling = Telling(name, [pass_.stop])
    telling.facts.append(f"{name} {'was computed from other tensors' if turn is not None else 'is a leaf'}.")
    if turn is None:
        telling.reasons.append(f"Nothing was written to `{name}.grad`: no gradient reaches {name} in this graph.")
    else:
        telling.reasons.append(
            f"The gradient passes through {name}, but only leaves keep theirs: `{name}.grad` stays None."
        )
        index = story.trace.tensors[tensor].output_nr
        _passed(story, telling, frame(story.trace, pass_.stop).nodes[turn.node].buffer[index])
    zero = np.zeros(story.trace.tensors[tensor].shape)
    why = "Where nothing was written, `.grad` is None. Zero would be a gradient."
    telling.slips.append(Slip(zero, "zero_for_none", why))
    return _ask(telling, None, "grad", f"The pass is nearly over. What will `{name}.grad` be?")


def _ask(telling: Telling, truth: Array | None, kind: str, prompt: str) -> Question | None:
    """Make the question of what was gathered; None if nothing tells."""
    if not telling.steps:
        return None
    return array_question(
        truth,
        telling.slips,
        " ".join(telling.reasons),
        step=min(telling.steps),
        prompt=prompt,
        kind=kind,
        about=telling.name,
        facts=tuple(telling.facts),
    )


def _passed(story: Story, telling: Telling, held: int | None) -> None:
    """A gradient that went through a result and was not kept."""
    passed = None if held is None else _array(story, held)
    if passed is None:
        return
    name = telling.name
    why = (
        f"That is {gradient_of(name)}, and it did pass through here. But {name} is no leaf, and only leaves keep their "
        f"gradient, unless `{name}.retain_grad()` asks for it."
    )
    telling.slips.append(Slip(passed, "non_leaf_kept", why))


def _retained(story: Story, turn: Turn, event: HookEvent) -> Question | None:
    """Ask what `retain_grad` keeps: what the hooks left."""
    after = None if event.after is None else _array(story, event.after)
    if after is None or event.before is not None:
        return None
    name = story.names.output(turn.node, event.index or 0)
    telling = Telling(name, [turn.hooks[0] if turn.hooks else turn.written or 0])
    telling.facts.append(f"`{name}.retain_grad()` asked to keep {name}'s gradient.")
    telling.reasons.append(f"{name} is no leaf, but `retain_grad` keeps its gradient, after all other hooks.")
    if turn.hooks:
        _hooked(story, telling, turn, None)
    why = f"Without `{name}.retain_grad()` it would be None. It was called."
    telling.slips.append(Slip(None, "retain_ignored", why))
    return _ask(telling, after, "grad", f"What will `{name}.grad` be?")


def _fan_in(story: Story, telling: Telling, turn: Turn, parts: list[Array], old: Array | None) -> None:
    """Several uses, several gradients, one sum."""
    name, count = telling.name, len(parts)
    telling.steps.append(turn.arrivals[-1].sent)
    known = listed([told(each) for each in parts[:-1]])
    verb = "has" if count == 2 else "have"
    source = f", from {_sender(story, turn.arrivals[0])}" if count == 2 else ""
    telling.facts.append(f"{known} {verb} arrived for {name}{source}.")
    if turn.arrivals[-1].summed is None:  # else the sum itself is part of the question
        telling.facts.append(f"{told(parts[-1])} is about to arrive, from {_sender(story, turn.arrivals[-1])}.")
    sum_text = " + ".join([told(parts[0]), *(signed(told(each)) for each in parts[1:])])
    whole = sum(parts[1:], parts[0])
    telling.reasons.append(f"{name} is used {count} times; each use sends a gradient, and they are added: ")
    telling.reasons[-1] += f"{sum_text} = {told(whole)}." if len(sum_text) < 60 else "their sum is the gradient."
    rest = "that contribution is" if count == 2 else f"{count - 1} more are"
    telling.slips += [
        Slip(
            _with(old, parts[0]),
            "first_only",
            f"{told(parts[0])} is only the first of {count} contributions. {name} is used again, and {rest} "
            "added to it.",
        ),
        Slip(
            _with(old, parts[-1]),
            "last_only",
            f"{told(parts[-1])} is only the last of {count} contributions. It does not replace what arrived before: "
            "it is added to that.",
        ),
        Slip(
            _with(old, whole / count),
            "averaged",
            "That is the mean of the contributions. They are added: each use of a tensor changes the loss by its own "
            "share.",
        ),
    ]


def _broadcast(story: Story, telling: Telling, turn: Turn, old: Array | None, alone: bool) -> None:
    """One gradient for each copy, summed to the tensor's own shape."""
    place = turn.arrivals[-1].summed if turn.arrivals else None
    event = None if place is None else story.trace.events[place]
    if place is None or not isinstance(event, SumToEvent) or _is_replaced(story, turn.arrivals[-1], event.after):
        return
    before, after = _array(story, event.before), _array(story, event.after)
    if before is None or after is None:
        return
    name, copies = telling.name, before.size // max(1, after.size)
    telling.steps.append(place)
    own = f"whose shape is {shape_text(after.shape)}" if after.shape else "which is a single number"
    uses = "it" if after.size == 1 else "each of its numbers"
    telling.facts.append(f"{story.node(event.node)} has worked out {said(before)} for {name}, {own}.")
    telling.reasons.append(
        f"{name} was broadcast to {shape_text(before.shape)}: {uses} was used {copies} times, so its gradient is the "
        f"sum over the copies, {told(after)}."
    )
    if not alone:
        return
    telling.slips += [
        Slip(
            before if old is None else old + before,
            "unsummed",
            f"That is one gradient for each copy of {name}. {name} itself was used in all of them, so its gradient is "
            f"their sum, and has {name}'s own shape.",
        ),
        Slip(
            _with(old, after / max(1, copies)),
            "averaged",
            "That is the mean over the copies. Each copy counts in full: their gradients are summed.",
        ),
    ]


def _hooked(story: Story, telling: Telling, turn: Turn, old: Array | None) -> None:
    """A hook puts another gradient in place of the one that arrived."""
    first, last = story.trace.events[turn.hooks[0]], story.trace.events[turn.hooks[-1]]
    if not isinstance(first, HookEvent) or not isinstance(last, HookEvent):
        return
    before = None if first.before is None else _array(story, first.before)
    after = None if last.after is None else _array(story, last.after)
    if before is None or after is None:
        return
    gradient = gradient_of(telling.name)
    telling.facts.append(f"{gradient} = {told(before)} has arrived. Your hook `{first.name}` has yet to run.")
    telling.reasons.append(f"Your hook `{first.name}` replaces {gradient} = {told(before)} by {told(after)}.")
    telling.slips.append(
        Slip(
            _with(old, before),
            "hook_ignored",
            f"{told(before)} is what arrives. A hook that returns something replaces it, before `.grad` is written.",
        )
    )


def _added(telling: Telling, old: Array, incoming: Array, new: Array) -> None:
    """A backward pass adds to what is there."""
    name = telling.name
    if not any("arrived" in fact or "worked out" in fact for fact in telling.facts):
        telling.facts.append(f"{gradient_of(name)} = {told(incoming)} has arrived.")
    telling.reasons.append(
        f"A backward pass adds to `.grad`, it never replaces it: {told(old)} + {signed(told(incoming))} = {told(new)}."
    )
    telling.slips.insert(
        0,
        Slip(
            incoming,
            "overwritten",
            f"{told(incoming)} is what this pass brings. It does not replace `{name}.grad`: it is added to the "
            f"{told(old)} that is there, until you zero it.",
        ),
    )


def _plain(story: Story, telling: Telling, turn: Turn) -> None:
    """One gradient from one rule."""
    place = turn.arrivals[-1].rule if turn.arrivals else None
    event = None if place is None else story.trace.events[place]
    if place is None or not isinstance(event, VjpEvent) or _is_replaced(story, turn.arrivals[-1], event.value):
        return
    node = story.names.nodes[event.node]
    state = frame(story.trace, place + 1)
    held = state.nodes[event.node].buffer[0] if len(node.outputs) == 1 else None
    arriving = None if held is None else _array(story, held)
    rule, numbers = in_names(story, event, state), in_numbers(story, event, state)
    if arriving is None or rule is None:
        return
    telling.steps.append(place)
    gradient = story.names.gradient(event.node, 0)
    telling.facts.append(f"{gradient} = {told(arriving)} has arrived at {node.name}.")
    telling.reasons.append(f"The rule is `{rule}`{f', in numbers `{numbers}`' if numbers else ''}.")
    match = MULTIPLIED.match(formula_of(node, event.input) or "")
    factor = None if match is None else _saved(story, event.node, match[1], turn)
    if factor is not None:
        why = f"That is only the local derivative. The chain rule multiplies it by what arrived, {gradient}."
        telling.slips.append(Slip(factor, "chain_forgotten", why))
    if _is_cut_twin(story, node):
        why = (
            f"That counts both uses of {telling.name}. The detached one has no edge: no gradient flows back through it."
        )
        telling.slips.append(Slip(2 * _result(story, event), "detach_ignored", why))
    why = f"That is {gradient}, which arrived. {node.name} does not just hand it on: its rule is `{rule}`."
    telling.slips.append(Slip(arriving, "passed_on", why))


def _is_replaced(story: Story, arrival: Arrival, value: int | None) -> bool:
    """Whether something other than what a rule gave was sent: nothing, or what a hook on the node made of it."""
    given, sent = None if value is None else _array(story, value), _sent(story, arrival)
    if given is None or sent is None or given.shape != sent.shape:
        return True
    return not np.allclose(given, sent, rtol=1e-5, equal_nan=True)  # it may be sent in another dtype


def _is_cut_twin(story: Story, node: NodeRecord) -> bool:
    """Whether a node multiplies a tensor by its own detached self."""
    op = None if node.op is None else story.trace.ops[node.op]
    if op is None or op.name != "mul" or len(op.inputs) != 2:
        return False
    one, other = (story.trace.tensors[each.tensor] for each in op.inputs)
    made = [story.trace.ops[each.op].reason for each in (one, other) if each.op is not None]
    return one.storage == other.storage and "detach" in made


def _result(story: Story, event: VjpEvent) -> Array:
    found = None if event.value is None else _array(story, event.value)
    return np.zeros(()) if found is None else found


def _saved(story: Story, node: int, name: str, turn: Turn) -> Array | None:
    """Return what a node saved under a name."""
    for position, each in enumerate(story.names.nodes[node].saved):
        if each.name == name:
            value = story.saved_value(node, position, frame(story.trace, turn.run))
            return None if value is None else _array(story, value)
    return None


def _array(story: Story, value: int) -> Array | None:
    return array(story.trace.values[value])


def _sent(story: Story, arrival: Arrival) -> Array | None:
    event = story.trace.events[arrival.sent]
    return _array(story, event.value) if isinstance(event, SendEvent) and event.value is not None else None


def _sender(story: Story, arrival: Arrival) -> str:
    event = story.trace.events[arrival.sent]
    return story.node(event.node) if isinstance(event, SendEvent) else "a node"


def _with(old: Array | None, found: Array) -> Array:
    return found if old is None else old + found


def _pass_name(story: Story, turn: Turn) -> str:
    begin = story.trace.events[turn.begin]
    number = getattr(begin, "pass_", 1)
    return f"backward pass {number}" if len(story.begins) > 1 else "the backward pass"
