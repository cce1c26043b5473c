"""The formula behind an event, in the user's names and in numbers.

A formula is the text that stands beside a rule in the op tables, `grad · other`; its words are replaced by what
they stand for here. Nothing is evaluated: results are the recorded ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from autograd_viz.trace.data import NodeRecord
from autograd_viz.trace.event import AccumulateEvent, Event, SeedEvent, SumToEvent, VjpEvent
from autograd_viz.trace.figures import number, plain_text, shape_text, value_text
from autograd_viz.trace.names import FACTORS, gradient_of, grouped
from autograd_viz.trace.replay import Frame
from autograd_viz.trace.story import Story

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLACE = re.compile(r"\bi\b")
_TWICE = re.compile(r"\b(?:t\(([\w.]+)\)|permute\(([\w.]+), dims=\[1, 0\]\))ᵀ")  # `grad @ t(w)ᵀ` is `grad @ w`


def in_names(story: Story, event: Event, frame: Frame) -> str | None:
    """Write an event's formula with names, `dL/dw = dL/dz · x`; None where there is none."""
    if isinstance(event, VjpEvent):
        return _equation(story, event, frame, _named(story, event))
    if isinstance(event, SumToEvent):
        inner = _named(story, event)
        return _equation(story, event, frame, inner and _summed(story, event, inner))
    if isinstance(event, AccumulateEvent):
        name = story.names.tensor(event.tensor)
        old = f"{name}.grad + " if event.old is not None else ""
        return f"{name}.grad = {old}{gradient_of(name)}"
    if isinstance(event, SeedEvent):
        value = story.text(event.value)
        return value and f"{story.names.gradient(event.node, event.index)} = {value}"
    return None


def in_numbers(story: Story, event: Event, frame: Frame) -> str | None:
    """Write an event's formula with numbers, `dL/dw = 3 · 2 = 6`; None where a value is not small."""
    if isinstance(event, VjpEvent):
        found = _with_values(story, event, frame)
        result = story.text(event.value)
        return _equation(story, event, frame, found and result and _equal(found, result))
    if isinstance(event, SumToEvent):
        before, after = story.text(event.before), story.text(event.after)
        return _equation(story, event, frame, before and after and f"{_summed(story, event, before)} = {after}")
    if isinstance(event, AccumulateEvent):
        name, new = story.names.tensor(event.tensor), story.text(event.new)
        old = None if event.old is None else story.text(event.old)
        incoming = story.text(event.incoming)
        if new is None or incoming is None or (event.old is not None and old is None):
            return None
        return f"{name}.grad = {new}" if old is None else f"{name}.grad = {old} + {signed(incoming)} = {new}"
    return None


def substitute(formula: str, words: Mapping[str, str]) -> str:
    """Replace a formula's words by what they stand for, in brackets where they need them."""
    formula = pruned(formula, words)
    if formula in words:
        return words[formula]

    def replaced(match: re.Match[str]) -> str:
        text = words.get(match.group())
        if text is None:
            return match.group()
        before, after = formula[: match.start()].rstrip(" "), formula[match.end() :]
        whole_argument = before.endswith(("(", ",")) and after.startswith((")", ","))
        return text if whole_argument else signed(grouped(text))

    return _TWICE.sub(r"\1\2", _WORD.sub(replaced, formula))


def pruned(formula: str, words: Mapping[str, str]) -> str:
    """Leave out factors and last arguments that are 1 unless the user gives them (`alpha`), or are None."""
    for word in _WORD.findall(formula):
        text = words.get(word)
        if text == "None" or (text == "1" and word in FACTORS):
            formula = re.sub(rf" · (\w+\({word}\)|{word}\b)|\b{word} · |, {word}(?=\))", "", formula)
    return formula


def signed(text: str) -> str:
    """Put brackets around a negative number that follows an operator."""
    return f"({text})" if text.startswith("-") else text


def formula_of(node: NodeRecord, position: int) -> str | None:
    """Return the text of the rule for one entry of `next`; elements of a list share one, where `i` is the place."""
    param = node.inputs[position]
    name, _, place = param.partition("[")
    shared = node.formulas.get(name)
    return node.formulas.get(param, shared and _PLACE.sub(place.rstrip("]") or "i", shared))


def summed_dims(before: tuple[int, ...], after: tuple[int, ...]) -> list[int]:
    """Return the dimensions over which a gradient is summed to undo broadcasting."""
    lead = len(before) - len(after)
    return [dim for dim, length in enumerate(before) if dim < lead or (after[dim - lead] == 1 and length != 1)]


def _named(story: Story, event: VjpEvent | SumToEvent) -> str | None:
    node = story.names.nodes[event.node]
    formula = formula_of(node, event.input)
    return formula and substitute(formula, story.names.params(node))


def _summed(story: Story, event: SumToEvent, inner: str) -> str:
    values = story.trace.values
    dims = summed_dims(values[event.before].shape, values[event.after].shape)
    said = number(dims[0]) if len(dims) == 1 else shape_text(tuple(dims))
    return f"sum({inner}, dim={said})"


def _equation(story: Story, event: VjpEvent | SumToEvent, frame: Frame, right: str | None) -> str | None:
    if right is None:
        return None
    sign = "+=" if story.parts(event.node, event.input, frame) > 1 else "="
    return f"{gradient_of(story.names.input(event.node, event.input))} {sign} {right}"


def _with_values(story: Story, event: VjpEvent, frame: Frame) -> str | None:
    """Put numbers in for every word of the formula that has some; None if one is too large to show."""
    node = story.names.nodes[event.node]
    formula = formula_of(node, event.input)
    if formula is None:
        return None
    words = _numbers(story, node, frame)
    used = {word for word in _WORD.findall(formula) if word in words}
    if "grad" not in used or any(words[word] is None for word in used):
        return None
    return substitute(formula, {word: words[word] or "" for word in used})


def _numbers(story: Story, node: NodeRecord, frame: Frame) -> dict[str, str | None]:
    """Return what the words of a node's formulas stand for, as numbers; None for large arrays."""
    values = story.trace.values
    found: dict[str, str | None] = {}
    if node.op is not None:
        op = story.trace.ops[node.op]
        found.update((each, plain_text(value)) for each, value in op.options.items())
        for each in op.inputs:
            found[each.param] = value_text(values[story.trace.tensors[each.tensor].value])
    found.update((each, plain_text(value)) for each, value in node.constants.items())
    for position, saved in enumerate(node.saved):
        found[saved.name] = story.text(story.saved_value(node.id, position, frame))
    arriving = frame.nodes[node.id].buffer[0]
    found["grad"] = None if arriving is None else value_text(values[arriving])
    return found


def _equal(left: str, right: str) -> str:
    """Write `left = right`, once if they are the same."""
    return left if left == right else f"{left} = {right}"
