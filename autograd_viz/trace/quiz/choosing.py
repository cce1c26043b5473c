"""Choosing what to ask: the telling moments of a trace, or those that a teacher names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from autograd_viz.trace.event import AccumulateEvent, HookEvent
from autograd_viz.trace.quiz.errors import error_question, trials
from autograd_viz.trace.quiz.grads import grad_question, gradient_question, none_question
from autograd_viz.trace.quiz.order import order_question
from autograd_viz.trace.quiz.question import Question
from autograd_viz.trace.quiz.turns import Pass, Turn, passes
from autograd_viz.trace.story import Story
from autograd_viz.trace.trace import Trace
from autograd_viz.trace.whole import is_whole

MOST = 6
"""Questions that a player chooses by itself."""
FEWEST = 2
"""Below this, plain questions are asked too."""
PLAIN = 25
WORTH_TWO = 75
UNNAMED = 70
"""Weights: of a question with nothing special about it; from which on two of a topic may be asked; off for no name."""
FORMS = (
    '"next", "raises", "w.grad", ("next", step), ("raises", step), ("grad", name), ("grad", name, pass), '
    '("gradient", name), or an `ag.Question`'
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that could be asked: its kind, what is special about it, how telling it is, and how to make it."""

    kind: str
    topic: str
    weight: int
    place: int
    subject: str
    pass_: int
    make: Callable[[], Question | None]


def questions(trace: Trace, wanted: object = True) -> tuple[Question, ...]:
    """Return the questions to ask about a trace, in the order of their steps.

    Parameters
    ----------
    trace : Trace
        What is asked about.
    wanted : bool or list
        True for a few telling ones: errors, `.grad` that is added to, broadcasting, fan-in, hooks, surprises in the
        order of nodes. Or a list that names them, each entry one of

        - "next", or ("next", step): which node runs next, at the most surprising place or from that step on
        - "w.grad", ("grad", "w"), ("grad", "w", pass): what w's `.grad` will be
        - ("gradient", "y"): which gradient y's node will run with, where y is used more than once or broadcast
        - "raises", or ("raises", step): does the line raise that ends in an error, or the next call from that step on
        - a `Question` of your own.

        An entry that stands there twice asks about two moments.

    Returns
    -------
    tuple of Question

    Raises
    ------
    TypeError, ValueError
        If an entry is none of these, or the trace has no such moment, or no further one.

    Examples
    --------
    >>> import autograd_viz as ag
    >>> w = ag.tensor(3.0, requires_grad=True)
    >>> with ag.record() as trace:
    ...     (w * w).backward()
    >>> [question.kind for question in ag.questions(trace, ["w.grad"])]
    ['grad']
    """
    check_wanted(wanted)
    if not wanted:
        return ()
    chosen: Iterable[object] = wanted if isinstance(wanted, list | tuple) else ()
    story = Story(trace)
    is_own = all(isinstance(each, Question) for each in chosen) and wanted is not True
    known = [] if is_own else list(candidates(story))
    found = _telling(known) if wanted is True else _all_named(story, known, chosen)
    return tuple(sorted(found, key=lambda each: each.step))


def check_wanted(wanted: object) -> None:
    """Refuse what cannot name questions, before a trace is there to look them up in.

    Raises
    ------
    TypeError, ValueError
        Saying what was got and what is possible.
    """
    if wanted is None or isinstance(wanted, bool):
        return
    if isinstance(wanted, str) or not isinstance(wanted, list | tuple):
        raise TypeError(f"quiz is True, False or a list of questions, got {wanted!r}; a question is {FORMS}")
    for each in wanted:
        _entry(each)


def _entry(wanted: object) -> tuple[str, Any, int | None]:
    """Read an entry of the list: kind, what it is about, and the pass."""
    if isinstance(wanted, Question):
        return "own", wanted, None
    parts = wanted if isinstance(wanted, tuple | list) else (wanted,)
    kind = parts[0] if parts else None
    if isinstance(wanted, str) and wanted.endswith(".grad"):
        return "grad", wanted.removesuffix(".grad"), None
    rest = tuple(parts[1:])
    fits = {
        "next": len(rest) <= 1 and all(map(_is_step, rest)),
        "raises": len(rest) <= 1 and all(map(_is_step, rest)),
        "grad": 1 <= len(rest) <= 2 and isinstance(rest[0], str) and all(map(_is_step, rest[1:])),
        "gradient": len(rest) == 1 and isinstance(rest[0], str),
    }
    if not isinstance(kind, str) or not fits.get(kind, False):
        raise ValueError(f"{wanted!r} names no question; one is {FORMS}")
    return kind, rest[0] if rest else None, rest[1] if len(rest) > 1 else None


def _is_step(found: object) -> bool:
    return is_whole(found) and found >= 0


def candidates(story: Story) -> Iterator[Candidate]:
    """Yield all that could be asked; nothing is worked out yet."""
    runs = passes(story.trace)
    for trial in trials(story, runs):
        make = partial(error_question, story, trial)
        yield Candidate("raises", trial.topic, trial.weight, trial.start, "", 0, make)
    for number, each in enumerate(runs, 1):
        for turn in each.turns:
            yield from _of_turn(story, turn, number)
        yield from _unwritten(story, each, number)


def _of_turn(story: Story, turn: Turn, number: int) -> Iterator[Candidate]:
    event = None if turn.written is None else story.trace.events[turn.written]
    if turn.surprise is not None:
        weight = {"newest_first": 60, "leaf_first": 55, "waits": 58}[turn.surprise]
        yield Candidate("next", turn.surprise, weight, turn.run, "", number, partial(order_question, story, turn))
    else:
        yield Candidate("next", "plain", 5, turn.run, "", number, partial(order_question, story, turn))
    if isinstance(event, AccumulateEvent | HookEvent) and event.tensor is not None:
        topic, weight = _grad_topic(story, turn, event)
        name, weight = story.names.tensor(event.tensor), weight - _penalty(story, event.tensor)
        yield Candidate("grad", topic, weight, turn.written or 0, name, number, partial(grad_question, story, turn))
    elif story.names.nodes[turn.node].leaf is None and (summed := _is_summed(turn)) + len(turn.arrivals) > 1:
        name, topic = story.names.output(turn.node, 0), "broadcasting" if summed else "fan_in"
        weight = 80 - _penalty(story, story.names.output_tensor(turn.node, 0))
        yield Candidate("gradient", topic, weight, turn.run, name, number, partial(gradient_question, story, turn))


def _penalty(story: Story, tensor: int | None) -> int:
    """Return what a question about something without a name of the user's is worth less."""
    return 0 if tensor is not None and story.trace.tensors[tensor].name is not None else UNNAMED


def _grad_topic(story: Story, turn: Turn, event: AccumulateEvent | HookEvent) -> tuple[str, int]:
    """Say what is most telling about a `.grad`, and how much."""
    if isinstance(event, AccumulateEvent) and event.old is not None:
        return "accumulation", 90
    if _is_summed(turn):
        return "broadcasting", 85
    if len(turn.arrivals) > 1:
        return "fan_in", 80
    if turn.hooks:
        return "hook", 75
    return ("retain_grad", 50) if isinstance(event, HookEvent) else ("plain", PLAIN)


def _is_summed(turn: Turn) -> bool:
    """Whether the last gradient that reached a node was summed to undo broadcasting."""
    return bool(turn.arrivals) and turn.arrivals[-1].summed is not None


def _unwritten(story: Story, each: Pass, number: int) -> Iterator[Candidate]:
    """Yield the named tensors whose `.grad` stays None though a learner may expect something there."""
    roots = {root.node for root in getattr(story.trace.events[each.begin], "roots", ())}
    turns = {turn.node: turn for turn in each.turns}
    places = [turn.written for turn in each.turns if turn.written is not None]
    written = {getattr(story.trace.events[place], "tensor", None) for place in places}
    reached = {story.names.nodes[node].leaf for node in turns}
    for tensor in story.trace.tensors:
        if tensor.name is None or tensor.id in written or tensor.grad is not None:
            continue
        turn = turns.get(tensor.node) if tensor.node is not None else None
        is_passed = tensor.role == "result" and turn is not None and tensor.node not in roots
        if is_passed or (tensor.role == "leaf" and tensor.id not in reached and number == 1):
            weight = 40 if is_passed else 15
            yield Candidate(
                "grad",
                "non_leaf" if is_passed else "unreached",
                weight,
                each.stop or 0,
                tensor.name,
                number,
                partial(none_question, story, tensor.id, each, turn),
            )


def _telling(known: list[Candidate]) -> list[Question]:
    """Pick the few most telling: one of each topic, then a second of the best; plain ones if there is little else."""
    ranked = sorted(known, key=lambda each: (-each.weight, each.place))
    found: list[Question] = []
    rounds = [each for each in ranked if each.weight > PLAIN], [each for each in ranked if each.weight >= WORTH_TWO]
    for most, those in enumerate(rounds, 1):
        _add(found, those, most)
    if len(found) < FEWEST:
        _add(found, [each for each in ranked if each.weight == PLAIN], 1)
    return found


def _add(found: list[Question], ranked: list[Candidate], most: int) -> None:
    """Make questions until there are enough, at most so many of a topic and one at a step."""
    asked: Counter[str] = Counter()
    for each in ranked:
        if len(found) == MOST:
            return
        question = each.make() if asked[each.topic] < most else None
        if question is None:
            continue
        asked[each.topic] += 1
        if all(question.step != known.step for known in found):
            found.append(question)


def _all_named(story: Story, known: list[Candidate], wanted: Iterable[object]) -> list[Question]:
    """Make the questions that entries name, none of them twice."""
    found: list[Question] = []
    for each in wanted:
        found.append(_named(story, known, each, found))
    return found


def _named(story: Story, known: list[Candidate], wanted: object, asked: list[Question]) -> Question:
    """Make the question that an entry names; another one than those asked already."""
    kind, about, pass_ = _entry(wanted)
    if kind == "own":
        last = len(story.trace.events)
        if about.step > last:
            raise ValueError(f"the question {about.prompt!r} is asked at step {about.step}; the trace ends at {last}")
        if about in asked:
            raise ValueError(f"the question {about.prompt!r} stands in the list twice; leave one out")
        return about
    fitting = [each for each in known if each.kind == kind]
    if kind in ("grad", "gradient"):
        fitting = [each for each in fitting if each.subject == about and pass_ in (None, each.pass_)]
    elif about is not None:
        fitting = sorted((each for each in fitting if each.place >= about), key=lambda each: each.place)
    if about is None or isinstance(about, str):
        fitting.sort(key=lambda each: -each.weight)
    made = next((new for each in fitting if (new := each.make()) is not None and new not in asked), None)
    if made is None:
        if any(each.kind == kind for each in asked):
            raise ValueError(f"nothing more to ask for {wanted!r}: the list asks about all such moments already")
        raise ValueError(f"nothing to ask for {wanted!r}: {_hint(story, known, kind, about)}")
    return made


def _hint(story: Story, known: Iterable[Candidate], kind: str, about: object) -> str:
    """Say what could be asked instead."""
    if kind in ("grad", "gradient"):
        names = list(dict.fromkeys(each.subject for each in known if each.kind == kind))
        what = "a .grad that changes or stays None" if kind == "grad" else "a gradient that is a sum"
        return f"tensors with {what} are {', '.join(names) or 'none'}"
    if about is not None:
        return f"the trace has {len(story.trace.events)} steps, and no such moment from step {about} on"
    return "no several nodes take part in a backward pass" if kind == "next" else "the trace has no line to ask about"
