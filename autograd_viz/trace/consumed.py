"""What a backward that did not come to its end has used up and left behind, in words."""

from __future__ import annotations

from collections import Counter

from autograd_viz.trace.event import AccumulateEvent, HookEvent, ReleaseEvent
from autograd_viz.trace.story import Story
from autograd_viz.trace.trace import Trace

MOST_NAMES = 6


def consumed(trace: Trace, state: str) -> str:
    """Say which nodes' saved tensors are gone and which `.grad` were written, and what follows from it.

    Parameters
    ----------
    trace : Trace
        The recording of the run, up to where it stopped.
    state : str
        How it stopped: "failed" or "abandoned".
    """
    story = Story(trace)
    freed = Counter(story.node(each.node) for each in trace.events if isinstance(each, ReleaseEvent) and each.freed)
    written = dict.fromkeys(story.names.tensor(each) for each in _written(trace))
    names = [name if count == 1 else f"{name} ×{count}" for name, count in freed.items()]
    gone = f"Freed: the saved tensors of {_listed(names)}." if freed else "No saved tensor was freed."
    kept = f"Written: {_listed([f'{name}.grad' for name in written])}." if written else "No .grad was written."
    remedy = _remedy(bool(freed), bool(written))
    return " ".join([f"{state.capitalize()} after event {len(trace.events)}.", gone, kept, *remedy])


def _written(trace: Trace) -> list[int]:
    """Return the tensors whose `.grad` backward has changed, in order."""
    kept = [each.tensor for each in trace.events if isinstance(each, HookEvent) and each.where == "retain_grad"]
    added = [each.tensor for each in trace.events if isinstance(each, AccumulateEvent)]
    return [each for each in (*added, *kept) if each is not None]


def _remedy(is_freed: bool, is_written: bool) -> list[str]:
    if is_freed and is_written:
        return ["Neither is undone: to try again, set the .grad to None and compute the loss anew."]
    if is_freed:
        return ["That is not undone: to try again, compute the loss anew."]
    if is_written:
        return ["That is not undone: set it to None before backward runs again, or the new gradient is added."]
    return []


def _listed(names: list[str]) -> str:
    """Join names as in a sentence, the first few of many."""
    if len(names) > MOST_NAMES:
        return f"{', '.join(names[: MOST_NAMES - 1])} and {len(names) - MOST_NAMES + 1} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
