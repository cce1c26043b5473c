"""Questions about order: which node runs next."""

from __future__ import annotations

from autograd_viz.trace.event import BeginEvent, RunEvent
from autograd_viz.trace.quiz.question import Choice, Question
from autograd_viz.trace.quiz.turns import Turn
from autograd_viz.trace.replay import Frame, frame
from autograd_viz.trace.story import Story

MOST_CHOICES = 5
RULE = "Of the nodes that are ready, an AccumulateGrad goes first, then the node that was made last."
ONLY = "It is the only node for which everything it waits for has arrived."
OTHERWISE = "That one is not ready. A node runs when every gradient it waits for has arrived. " + RULE


def order_question(story: Story, turn: Turn) -> Question | None:
    """Ask which node runs next; None where there is nothing to choose from."""
    state = frame(story.trace, turn.run)
    begin = story.trace.events[turn.begin]
    if not isinstance(begin, BeginEvent):
        return None
    over = {each.node for each in story.trace.events[turn.begin : turn.run + 1] if isinstance(each, RunEvent)}
    open_ = [each for each in begin.expected if each not in over and each != turn.node]
    others = sorted(open_, key=lambda each: _distance(state, each))[: MOST_CHOICES - 1]
    if not others:
        return None
    nodes = sorted([turn.node, *others], reverse=True)
    texts = _texts(story, nodes)
    is_only = all(state.nodes[each].state != "ready" for each in others)
    why = _why(story, turn.node, is_only)
    return Question(
        step=turn.run,
        prompt="Which node runs next?",
        choices=tuple(_choice(story, state, turn.node, each, texts[each], why) for each in nodes),
        form="node",
        kind="next",
        about=story.node(turn.node),
        explanation=why,
        otherwise=OTHERWISE,
    )


def _distance(state: Frame, node: int) -> tuple[int, int]:
    """Sort the likeliest mistakes first: ready nodes, then waiting ones, then those made last."""
    return ({"ready": 0, "waiting": 1}.get(state.nodes[node].state, 2), -node)


def _why(story: Story, node: int, is_only: bool) -> str:
    if is_only:
        return ONLY
    if story.names.nodes[node].leaf is not None:
        return "It is ready, and an AccumulateGrad goes before every other node that is ready."
    return "It is ready, and of the nodes that are ready the one made last in the forward runs first."


def _choice(story: Story, state: Frame, truth: int, node: int, text: str, why: str) -> Choice:
    if node == truth:
        return Choice(text, True, why, node=node)
    held = state.nodes[node]
    if held.state == "ready":
        if story.names.nodes[truth].leaf is not None:
            slip = f"It is ready, but an AccumulateGrad never waits. {RULE}"
            return Choice(text, False, slip, "leaf_late", node=node)
        return Choice(text, False, f"It is ready too, but it was made earlier. {RULE}", "oldest_first", node=node)
    if held.state == "waiting":
        count = f"{held.arrived} of {held.expected} contributions {'has' if held.arrived == 1 else 'have'}"
        slip = f"Only {count} arrived there: it waits for the rest, and runs once, with their sum."
        return Choice(text, False, slip, "runs_too_early", node=node)
    return Choice(text, False, "No gradient has reached it yet.", "not_reached", node=node)


def _texts(story: Story, nodes: list[int]) -> dict[int, str]:
    """Name nodes so that no two are called the same."""
    texts: dict[int, str] = {}
    for node in nodes:
        made = "" if story.names.nodes[node].leaf is not None else f", the node of {story.names.output(node, 0)}"
        text = f"{story.node(node)}{made}"
        texts[node] = f"{text} (number {node})" if text in texts.values() else text
    return texts
