"""What a whole turn did, a node's from its start to its last send: the sentences of its telling events, joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from autograd_viz.trace.event import Event, HookEvent
from autograd_viz.trace.explanation import Explanation, explained
from autograd_viz.trace.replay import Frame, Replay
from autograd_viz.trace.story import Story
from autograd_viz.trace.timeline import ends_turn
from autograd_viz.trace.trace import Trace

TELLING = ("begin", "seed", "vjp", "sum_to", "accumulate", "capture")
MOST = 4
"""More sentences than these nobody reads; the rest are counted."""
RESULT = " and gets "


def telling_steps(trace: Trace, k: int) -> list[int]:
    """Return the steps that tell what happened since the last turn ended: `k` itself where no other does."""
    kinds, start = [event.kind for event in trace.events], k - 1
    while start > 0 and not ends_turn(kinds[start - 1], kinds[start]):
        start -= 1
    return [each for each in range(max(start, 0) + 1, k + 1) if _tells(trace.events[each - 1])] or [k]


def told_turn(story: Story, replay: Replay, k: int) -> tuple[Frame, Explanation]:
    """Return the state at step `k`, which still shows what the turn added to a `.grad`, and explain that turn."""
    states = [replay.to(each).frame() for each in telling_steps(story.trace, k)]
    told = [explained(story, state) for state in states]
    rules = "\n".join(each.rule for each in told if each.rule)
    numbers = "\n".join(each.numbers for each in told if each.numbers)
    changed = {number: leaf for state in states for number, leaf in state.leaves.items() if leaf.change}
    now = replay.to(k).frame()
    told_as_one = Explanation(joined([each.sentence for each in told]), rules or None, numbers or None)
    return replace(now, leaves=now.leaves | changed), told_as_one


def joined(sentences: Sequence[str]) -> str:
    """Join sentences; those that differ in their results only become one, and a subject is named once."""
    made: list[str] = []
    for each in sentences:
        doing, gets, result = each.partition(RESULT)
        if gets and made and made[-1].partition(RESULT)[0] == doing:
            made[-1] = f"{made[-1].removesuffix('.')}, and {result}"
        else:
            made.append(each)
    if len(made) > MOST:
        made = [*made[: MOST - 1], f"The other {len(made) - MOST + 1} gradients are worked out alike."]
    for place in range(len(made) - 1, 0, -1):
        subject = made[place - 1].split(" ")[0]
        if RESULT in made[place] and made[place].startswith(f"{subject} "):
            made[place] = f"It{made[place].removeprefix(subject)}"
    return " ".join(made)


def _tells(event: Event) -> bool:
    """Return whether an event is what its turn is about."""
    if isinstance(event, HookEvent):
        return event.where == "retain_grad" or event.before != event.after
    return event.kind in TELLING
