"""A question about a trace, as plain data: where it is asked, what may be answered, and what is said of each answer."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any

from autograd_viz.trace.arrays import plain_number
from autograd_viz.trace.checks import NON_FINITE
from autograd_viz.trace.document import plain
from autograd_viz.trace.whole import is_whole

FORMS = ("choice", "number", "node")


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer.

    Attributes
    ----------
    text : str
        As the learner reads it.
    correct : bool
        Whether it is right.
    why : str
        What is said to a learner who chose it.
    misconception : str or None
        The name of the misconception behind a wrong answer, for whoever evaluates the answers.
    number : float or str or None
        For a question answered by a number: its value; "NaN", "Infinity" and "-Infinity" are strings.
    node : int or None
        For a question answered by a node: which; it may be clicked in the graph instead.
    """

    text: str
    correct: bool = False
    why: str = ""
    misconception: str | None = None
    number: float | str | None = None
    node: int | None = None

    def __post_init__(self) -> None:
        _check_choice(self)
        if self.number is not None and not isinstance(self.number, str):
            object.__setattr__(self, "number", plain_number(float(self.number)))
        if self.node is not None:
            object.__setattr__(self, "node", int(self.node))


@dataclass(frozen=True, slots=True)
class Question:
    """Something the player asks before it goes on.

    Attributes
    ----------
    step : int
        Where it is asked: the player goes no further until it is answered or skipped.
    prompt : str
        The question; words between back-quotes are shown as code.
    choices : tuple of Choice
        The answers. Exactly one is correct; the others are what learners think instead.
    form : str
        "choice" (one of the texts), "number" (typed in; `choices` then say what is thought of a wrong one) or
        "node" (clicked in the graph, or one of the texts).
    kind : str
        "next", "grad", "gradient", "raises", or "own" for one you wrote.
    about : str
        The tensor or the line it is about.
    facts : tuple of str
        What is known before the answer.
    explanation : str
        Why the right answer is right.
    otherwise : str
        What is said of an answer that is none of the choices.

    Examples
    --------
    >>> import autograd_viz as ag
    >>> ag.Question(4, "What is dy/dx?", (ag.Choice("2x", correct=True), ag.Choice("x"))).form
    'choice'
    """

    step: int
    prompt: str
    choices: tuple[Choice, ...]
    form: str = "choice"
    kind: str = "own"
    about: str = ""
    facts: tuple[str, ...] = ()
    explanation: str = ""
    otherwise: str = ""

    def __post_init__(self) -> None:
        for name in ("choices", "facts"):
            found = getattr(self, name)
            if not isinstance(found, list | tuple):
                raise TypeError(f"the question {self.prompt!r}: {name} is a list, got {found!r}")
            object.__setattr__(self, name, tuple(found))
        _check(self)
        object.__setattr__(self, "step", int(self.step))

    @property
    def answer(self) -> Choice:
        """The correct choice."""
        return next(each for each in self.choices if each.correct)


def _check_choice(choice: Choice) -> None:
    """Refuse a choice that cannot be shown."""
    said = f"the choice {choice.text!r}"
    _check_texts(choice, said, "text", "why", *(() if choice.misconception is None else ("misconception",)))
    if not isinstance(choice.correct, bool):
        raise TypeError(f"{said}: correct is True or False, got {choice.correct!r}")
    is_number = isinstance(choice.number, Real) and not isinstance(choice.number, bool)
    if not is_number and choice.number not in (None, *NON_FINITE):
        raise TypeError(f"{said}: number is a number or one of {', '.join(NON_FINITE)}, got {choice.number!r}")
    if choice.node is not None and not is_whole(choice.node):
        raise TypeError(f"{said}: node is the id of a node, a whole number, got {choice.node!r}")


def _check_texts(item: Choice | Question, said: str, *names: str) -> None:
    for name in names:
        if not isinstance(getattr(item, name), str):
            raise TypeError(f"{said}: {name} is a string, got {getattr(item, name)!r}")


def _check(question: Question) -> None:
    """Refuse a question that cannot be asked."""
    if not is_whole(question.step) or question.step < 0:
        raise ValueError(f"a question is asked at a step, a whole number from 0, got step={question.step!r}")
    said = f"the question {question.prompt!r}"
    if not isinstance(question.prompt, str) or not question.prompt.strip():
        raise ValueError(f"a question needs a prompt, got {question.prompt!r}")
    if question.form not in FORMS:
        raise ValueError(f"{said}: form is {', '.join(map(repr, FORMS))}, got {question.form!r}")
    _check_texts(question, said, "kind", "about", "explanation", "otherwise")
    if not all(isinstance(each, str) for each in question.facts):
        raise TypeError(f"{said}: facts are texts, got {question.facts!r}")
    if not all(isinstance(each, Choice) for each in question.choices):
        raise TypeError(f"{said}: choices are `ag.Choice(text, correct=...)`, got {question.choices!r}")
    right = sum(each.correct for each in question.choices)
    if right != 1:
        raise ValueError(f"{said} needs exactly one correct choice, got {right} of {len(question.choices)}")
    texts = [each.text for each in question.choices]
    if len(set(texts)) < len(texts):
        raise ValueError(f"{said} has two choices with the same text: {texts}")
    if len(texts) < 2 and question.form == "choice":
        raise ValueError(f"{said} needs at least two choices, got {texts}")
    missing = [each.text for each in question.choices if each.number is None]
    if question.form == "number" and missing:
        raise ValueError(f"{said} is answered by a number, but these choices have none: {missing}")
    if question.form == "node" and any(each.node is None for each in question.choices):
        raise ValueError(f"{said} is answered by a node, so each choice needs `node`")


def to_json(questions: tuple[Question, ...]) -> list[dict[str, Any]]:
    """Return questions as plain dicts and lists, each with an id that answers name it by."""
    made: list[dict[str, Any]] = []
    taken: set[str] = set()
    for question in questions:
        base = " ".join(filter(None, [question.kind, question.about, f"@{question.step}"]))
        name, count = base, 1
        while name in taken:
            count += 1
            name = f"{base} {count}"
        taken.add(name)
        made.append({"id": name, **plain(question)})
    return made
