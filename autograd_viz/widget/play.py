"""`play`: show a trace, or record a backward pass and show it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, overload

from autograd_viz.autograd import backward_task
from autograd_viz.render.grouped import chosen
from autograd_viz.render.grouping import Grouping
from autograd_viz.render.picture import picture
from autograd_viz.tensor import Tensor
from autograd_viz.trace import Trace, record
from autograd_viz.trace.event import ErrorEvent, RefusedEvent
from autograd_viz.trace.quiz import Question, questions
from autograd_viz.trace.recording import LiveRun
from autograd_viz.trace.recording.snapshot import snapshot
from autograd_viz.trace.uncollected import uncollected
from autograd_viz.widget import options
from autograd_viz.widget.words import Words, excuse

if TYPE_CHECKING:
    from autograd_viz.widget.live import LivePlayer
    from autograd_viz.widget.player import Player


@overload
def play(
    subject: Tensor,
    gradient: Tensor | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
    *,
    live: Literal[True],
    **state: Any,
) -> LivePlayer | Words: ...


@overload
def play(
    subject: Trace | Tensor,
    gradient: Tensor | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
    live: Literal[False] = False,
    **state: Any,
) -> Player | Words: ...


def play(
    subject: Trace | Tensor,
    gradient: Tensor | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
    live: bool = False,
    **state: Any,
) -> Player | LivePlayer | Words:
    """Show a trace in the player, or record `loss.backward()` and show that.

    Parameters
    ----------
    subject : Trace or Tensor
        A recorded trace, or a tensor to call `backward` on; of one with several elements `gradient`, a tensor of the
        same shape, says by what each is weighted.
    gradient, retain_graph, create_graph, inputs
        Passed to `backward`; only with a tensor.
    live : bool
        Do not run `backward` at once: the player steps the engine itself, which waits for you in between, and
        takes no `step`, `start`, `stop` or `quiz`. It is a `LivePlayer`: `advance`, `finish` and `abandon` drive
        it from Python.
    **state
        How the player opens: `theme` ("auto", "light", "dark"), `grain` ("event",
        "node"), `size` ("small", "medium", "large" or `(width, height)` in pixels), `start` and `stop` (first and
        last step), `step` (how many events have happened: 0 is before the first, `len(trace.events)` after the last),
        `title`, `speed` (events a second), `selected`, `playing`, `expanded` (which groups are open), `layers`,
        `quiz` (True, or a list that names questions to answer on the way); see `Player`. None stands for the default.

    Returns
    -------
    Player
        The player, which a notebook displays when it is the value of a cell. Should the viewer fail, a
        warning says why and the trace in words is returned, as `Words`: a cell never fails over a picture.

    Raises
    ------
    TypeError, ValueError
        If an option does not exist or cannot be, `expanded` names a group that is not there, or is a function that
        raises; nothing was run then. What `create_graph` adds is known afterwards: a rule that fails then gives a
        warning.
    ValueError
        If a question asks for what a trace does not have. A tensor's backward has run by then: a warning says so,
        and the player is shown without questions.
    RuntimeError
        What `backward` raises, after the player, stopped there, was displayed.

    Examples
    --------
    >>> import autograd_viz as ag
    >>> w = ag.tensor(3.0, requires_grad=True)
    >>> player = ag.play(w * w)
    >>> w.grad
    tensor(6.)
    """
    state = options.checked(state, "play()")
    backward_options = {"retain_graph": retain_graph, "create_graph": create_graph, "inputs": inputs}
    if options.flag(live, "play(): live"):
        return play_live(subject, gradient, backward_options, state)
    if isinstance(subject, Tensor):
        if not create_graph:  # whose second graph has groups that nobody knows yet
            check_groups(lambda: snapshot(subject), state.get("expanded"))
        trace, _ = run_recorded(lambda: subject.backward(gradient, **backward_options), **state)
        return show(trace, **state)
    if not isinstance(subject, Trace):
        raise TypeError(
            f"play() shows a Trace or a Tensor, got {type(subject).__name__}. "
            "Record one with `with record() as trace:`, or load one with `Trace.load(path)`."
        )
    if gradient is not None or any(backward_options.values()):
        raise TypeError(
            "play() passes gradient, retain_graph, create_graph and inputs to a tensor's backward; "
            "got a Trace, whose backward has already run"
        )
    state["expanded"] = check_groups(lambda: subject, state.get("expanded"))
    if state.get("quiz"):  # what cannot be asked is the caller's mistake, not the viewer's failure
        state["quiz"] = questions(subject, state["quiz"])
    return player(subject, lambda: state)


def run_recorded(run: Callable[[], Any], **state: Any) -> tuple[Trace, Any]:
    """Run something recorded; return its trace and value, or display the player stopped at what it raised."""
    trace = None
    try:
        with record() as trace:
            value = run()
    except Exception:
        if trace is not None and has_a_story(trace):
            display(show(trace, **state))
        raise
    return trace, value


def check_groups(find: Callable[[], Trace], expanded: Any) -> Any:
    """Refuse a rule that fails on the groups there are, before anything is run; return what it opens.

    Parameters
    ----------
    find : callable
        Returns a trace with the groups; whatever is wrong with that is not the rule's fault.
    expanded : Any
        The rule.

    Raises
    ------
    ValueError
        If it names a group that is not there, with those that are, or raises.
    """
    if expanded is None or isinstance(expanded, int):
        return expanded
    try:
        with uncollected():
            grouping = Grouping(picture(find()))
    except Exception:  # no picture can be made, which is told where it is shown
        return expanded
    return list(chosen(grouping, expanded))


def has_a_story(trace: Trace) -> bool:
    """Whether there is more to a recording that failed than an error that has nothing to do with autograd."""
    last = trace.events[-1] if trace.events else None
    known = isinstance(last, ErrorEvent) and last.error.code is not None
    return bool(trace.ops or trace.nodes) or known or isinstance(last, RefusedEvent)


def play_live(
    subject: Any, gradient: Tensor | None, backward_options: dict[str, Any], state: dict[str, Any]
) -> LivePlayer | Words:
    """Begin a backward and return the player that steps it; without a player, run it to its end."""
    if not isinstance(subject, Tensor):
        raise TypeError(f"play(live=True) runs a tensor's backward, got {type(subject).__name__}")
    refused = sorted({"step", "start", "stop", "quiz"} & set(state))
    if refused:
        raise TypeError(f"play(live=True) got {', '.join(refused)}, but a live player is where its engine is")
    check_groups(lambda: snapshot(subject), state.get("expanded"))  # a run opens as its graph stands
    _, task = run_recorded(lambda: backward_task(subject, gradient, **backward_options), **state)
    run = LiveRun(task, state.get("title", ""))
    try:
        from autograd_viz.widget.live import LivePlayer

        return LivePlayer(run, **state)
    except Exception as error:
        excuse(error)
        run.finish()
        return Words(run.trace)


def show(trace: Trace, **state: Any) -> Player | Words:
    """Return a player on the trace that opens as far as it can as was asked for."""
    return player(
        trace,
        lambda: {
            **state,
            "quiz": askable(trace, state.get("quiz")),
            "expanded": openable(trace, state.get("expanded")),
        },
    )


def player(trace: Trace, state: Callable[[], dict[str, Any]]) -> Player | Words:
    """Return a player on the trace, or, with a warning, the trace in words if there can be none."""
    try:
        from autograd_viz.widget.player import Player

        with uncollected():
            return Player(trace, **state())
    except Exception as error:  # whatever is wrong with a picture, the user's cell goes on
        excuse(error)
        return Words(trace)


def askable(trace: Trace, quiz: Any) -> tuple[Question, ...]:
    """Return the questions to ask; none, with a warning, if the trace does not have what they are about."""
    try:
        return questions(trace, quiz)
    except ValueError as error:
        excuse(error, "no questions")
        return ()


def openable(trace: Trace, expanded: Any) -> Any:
    """Return which groups to open; those of the default, with a warning, if the trace does not have what is named."""
    if expanded is None or isinstance(expanded, int):
        return expanded
    try:
        return list(chosen(Grouping(picture(trace)), expanded))
    except ValueError as error:
        excuse(error, "the groups are open as by default")
        return None


def display(item: Any) -> None:
    """Display something in the running notebook; do nothing in a plain script, and only warn if that fails."""
    ipython = sys.modules.get("IPython")
    try:
        if ipython is not None and ipython.get_ipython() is not None:
            ipython.display.display(item)
    except Exception as error:
        excuse(error, "the player could not be displayed")
