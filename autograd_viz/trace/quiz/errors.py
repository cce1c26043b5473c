"""Questions about errors: does this line raise, and if so, what?"""

from __future__ import annotations

from dataclasses import dataclass

from autograd_viz.trace.data import ErrorInfo, Line
from autograd_viz.trace.event import BeginEvent, ErrorEvent, OpEvent, RefusedEvent
from autograd_viz.trace.explanation import explained
from autograd_viz.trace.quiz.question import Choice, Question
from autograd_viz.trace.quiz.turns import Pass
from autograd_viz.trace.replay import frame
from autograd_viz.trace.sentence import listed
from autograd_viz.trace.story import Story

RUNS = "No, it runs."
LONGEST = 60
RAISED = {
    "backward_twice": (
        "Yes: Trying to backward through the graph a second time",
        "That is raised when a node needs saved tensors that an earlier backward has freed.",
    ),
    "modified_in_place": (
        "Yes: a variable needed for gradient computation has been modified by an inplace operation",
        "That is raised when a tensor that a node saved was changed in place before its backward.",
    ),
    "no_grad_fn": (
        "Yes: the tensor does not require grad and does not have a grad_fn",
        "That is raised when nothing that led to the tensor was recorded.",
    ),
    "not_scalar": (
        "Yes: grad can be implicitly created only for scalar outputs",
        "That is raised when `backward()` is called without a gradient on a tensor of several elements.",
    ),
    "leaf_in_place": (
        "Yes: a leaf Variable that requires grad is being used in an in-place operation",
        "That is raised when a leaf that requires grad is changed in place while operations are recorded.",
    ),
    "inference_saved": (
        "Yes: Inference tensors cannot be saved for backward",
        "That is raised when a recorded operation would have to keep a tensor made in inference mode.",
    ),
}
"""Errors to choose from, as PyTorch words them: what the choice says, and when each is raised."""
OF_BACKWARD = ("backward_twice", "modified_in_place", "no_grad_fn", "not_scalar")
OF_OPERATIONS = ("leaf_in_place", "modified_in_place", "inference_saved")


@dataclass(frozen=True, slots=True)
class Trial:
    """A line that may raise: the event it begins with, the error it raises (or None), and how telling that is.

    `why` says why it runs, where it does; one question is enough about lines of one `topic`.
    """

    start: int
    failure: int | None
    weight: int
    topic: str
    why: str = ""


def trials(story: Story, passes: list[Pass]) -> list[Trial]:
    """Return the lines that can be asked about: those that raise, and those that look as if they would."""
    found = [*_backwards(story, passes)]
    inside = {place for each in passes for place in range(each.begin, (each.stop or each.begin) + 1)}
    for place, event in enumerate(story.trace.events):
        if place in inside:
            continue
        if isinstance(event, RefusedEvent | ErrorEvent) and event.error.code is not None:
            if not (isinstance(event, ErrorEvent) and place and _is_same(story.trace.events[place - 1], event)):
                found.append(Trial(place, place, 100, "error"))
        elif isinstance(event, OpEvent) and story.trace.ops[event.op].mutates is not None:
            found += _in_place(story, place, event)
    return sorted(found, key=lambda each: each.start)


def error_question(story: Story, trial: Trial) -> Question:
    """Ask whether a line raises, and what."""
    event = story.trace.events[trial.start]
    is_backward = isinstance(event, BeginEvent | ErrorEvent)
    known = list(OF_BACKWARD if is_backward else OF_OPERATIONS)
    error = _error(story, trial)
    why = trial.why
    if error is not None and trial.failure is not None:
        why = explained(story, frame(story.trace, trial.failure + 1)).sentence
        if error.code not in known:
            known.append(error.code or error.type)
    missed = None if error is None else f"misses_{error.code}"
    choices = [Choice(RUNS, error is None, why, missed)]
    for code in known:
        text, when = RAISED.get(code, (f"Yes: {error.message.split(chr(10))[0]}" if error else code, ""))
        is_right = error is not None and code == error.code
        slip = None if is_right else f"expects_{code}"
        choices.append(Choice(_clipped(text, 110), is_right, why if is_right else when, slip))
    return Question(
        step=trial.start,
        prompt=_prompt(story, trial),
        choices=tuple(choices),
        kind="raises",
        about=_about(story, trial),
        explanation=why,
    )


def _backwards(story: Story, passes: list[Pass]) -> list[Trial]:
    found = []
    for number, each in enumerate(passes):
        stop = None if each.stop is None else story.trace.events[each.stop]
        if isinstance(stop, ErrorEvent):
            if stop.error.code is not None and each.stop is not None:
                found.append(Trial(each.begin, each.stop, 100, "error"))
            continue
        again = _runs_again(story, passes[:number], each)
        if again:
            found.append(Trial(each.begin, None, 70, again, again))
        elif changed := _harmless_change(story, each):
            found.append(Trial(each.begin, None, 65, changed, changed))
        else:
            found.append(Trial(each.begin, None, 5, "plain", "Everything that its nodes saved is there, unchanged."))
    return found


def _runs_again(story: Story, earlier: list[Pass], now: Pass) -> str:
    """Say why a backward through nodes that ran before works; "" if none of them did."""
    nodes = {turn.node for turn in now.turns if story.names.nodes[turn.node].leaf is None}
    before = [each for each in earlier if nodes & {turn.node for turn in each.turns}]
    if not before:
        return ""
    if not any(story.names.nodes[node].saved for node in nodes):
        return "None of the nodes that run again had saved anything, so nothing that they need is gone."
    flag = next((kept for each in before if (kept := _keeping(story, each))), None)
    if flag is None:
        return "What the nodes that run again need is still there."
    return f"`{flag}=True` made the earlier pass keep what its nodes had saved."


def _keeping(story: Story, each: Pass) -> str | None:
    begin = story.trace.events[each.begin]
    if not isinstance(begin, BeginEvent):
        return None
    return "create_graph" if begin.create_graph else "retain_graph" if begin.retain_graph else None


def _harmless_change(story: Story, now: Pass) -> str:
    """Say why a change in place does no harm; "" if no tensor was changed after a node of the pass had used it."""
    used, changed = _used_and_changed(story, now.begin)
    names = []
    for turn in now.turns:
        node = story.names.nodes[turn.node]
        op = None if node.op is None else story.trace.ops[node.op]
        if op is None or op.mutates is not None:
            continue
        near = {*op.outputs, *(each.tensor for each in op.inputs)} - {each.tensor for each in node.saved}
        later = [each for each in sorted(near) if changed.get(each, -1) > used.get(op.id, -1)]
        names += [story.names.tensor(each) for each in later if story.trace.tensors[each].name]
    if not names:
        return ""
    names = list(dict.fromkeys(names))
    were, them = ("was", "it") if len(names) == 1 else ("were", "them")
    return (
        f"{listed(names)} {were} changed in place, but no node saved {them}: each saves only what its rule needs."
    )


def _used_and_changed(story: Story, end: int) -> tuple[dict[int, int], dict[int, int]]:
    """Return where each operation ran before an event, and where each tensor was last changed in place."""
    used: dict[int, int] = {}
    changed: dict[int, int] = {}
    for place, event in enumerate(story.trace.events[:end]):
        if isinstance(event, OpEvent):
            used[event.op] = place
            changed.update((each.tensor, place) for each in event.writes)
    return used, changed


def _in_place(story: Story, place: int, event: OpEvent) -> list[Trial]:
    """A leaf that is changed in place where nothing is recorded."""
    op = story.trace.ops[event.op]
    tensor = story.trace.tensors[op.mutates or 0]
    if op.reason != "no_grad" or tensor.role != "leaf" or not tensor.requires_grad:
        return []
    name = story.names.tensor(tensor.id)
    why = f"Under `no_grad` nothing is recorded, so even a leaf may be changed in place: {name} stays a leaf."
    return [Trial(place, None, 60, "leaf under no_grad", why)] if tensor.name is not None else []


def _is_same(one: object, other: ErrorEvent) -> bool:
    """Whether an error is what a refused operation raised."""
    return isinstance(one, RefusedEvent) and one.error.message == other.error.message


def _error(story: Story, trial: Trial) -> ErrorInfo | None:
    event = None if trial.failure is None else story.trace.events[trial.failure]
    return event.error if isinstance(event, RefusedEvent | ErrorEvent) else None


def _place(story: Story, trial: Trial) -> Line | None:
    event = story.trace.events[trial.start]
    if isinstance(event, OpEvent):
        return story.trace.ops[event.op].line
    return getattr(event, "line", None)


def _prompt(story: Story, trial: Trial) -> str:
    """Ask about the line as the user has it."""
    line = _place(story, trial)
    if line is not None:
        text = story.trace.sources[line.source].text.split("\n")
        if line.line <= len(text) and text[line.line - 1].strip():
            return f"Does line {line.line} raise an error? `{_clipped(text[line.line - 1].strip(), LONGEST)}`"
    event = story.trace.events[trial.start]
    if isinstance(event, BeginEvent):
        call = f"`{event.call}` of {', '.join(story.names.output(each.node, each.index) for each in event.roots)}"
    elif isinstance(event, OpEvent):
        call = f"`{story.names.change(story.trace.ops[event.op])}`"
    else:
        call = f"`{event.op_name}`" if isinstance(event, RefusedEvent) else "what comes next"
    return f"Does {call} raise an error?"


def _about(story: Story, trial: Trial) -> str:
    line = _place(story, trial)
    return "" if line is None else f"line {line.line}"


def _clipped(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
