"""Explanations for every step of a trace: a sentence, the rule in names, the rule in numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograd_viz.trace.formula import in_names, in_numbers
from autograd_viz.trace.replay import Frame, frame, frames
from autograd_viz.trace.sentence import BEFORE, sentence
from autograd_viz.trace.story import Story
from autograd_viz.trace.trace import Trace


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the last of `k` events did: in words, as a formula (or None), and as numbers (or None)."""

    sentence: str
    rule: str | None
    numbers: str | None


def explained(story: Story, state: Frame) -> Explanation:
    """Explain the event that led to a frame."""
    if state.k == 0:
        return Explanation(BEFORE, None, None)
    event = story.trace.events[state.k - 1]
    return Explanation(sentence(story, event, state), in_names(story, event, state), in_numbers(story, event, state))


def explain(trace: Trace, k: int) -> str:
    """Say in one plain sentence, two for errors, what the last of the first `k` events did.

    Parameters
    ----------
    trace : Trace
        What was recorded.
    k : int
        How many events have happened, as a player's `step` counts them: 0 before the first, `len(trace.events)` after
        the last. What is explained is `trace.events[k - 1]`.

    Returns
    -------
    str
        The sentence that the player shows at that step.

    Raises
    ------
    IndexError
        If `k` is no such count.
    TypeError
        If `trace` is no trace, or `k` no whole number.

    Examples
    --------
    >>> import autograd_viz as ag
    >>> with ag.record() as trace:
    ...     w = ag.tensor(3.0, requires_grad=True)
    ...     loss = w * w
    ...     loss.backward()
    >>> ag.explain(trace, 1)
    'loss = w * w gives 9. MulBackward0 is recorded for the backward pass and saves w.'
    """
    return explained(Story(trace), frame(trace, k)).sentence


def rule(trace: Trace, k: int) -> str | None:
    """Return event `k - 1`'s formula in the user's names, `dL/dw = dL/dz · x`, or None."""
    return explained(Story(trace), frame(trace, k)).rule


def rule_with_numbers(trace: Trace, k: int) -> str | None:
    """Return event `k - 1`'s formula in numbers, `dL/dw = 3 · 2 = 6`, or None where a value is not small."""
    return explained(Story(trace), frame(trace, k)).numbers


def explanations(trace: Trace) -> Iterator[tuple[Frame, Explanation]]:
    """Yield every frame with its explanation, k = 0 first, in one pass over the trace.

    This is an iterator, which can be gone through once: a list of it holds a whole state for every event.
    """
    story = Story(trace)
    for each in frames(trace):
        yield each, explained(story, each)
