"""What a node does to the gradient that arrives, in words: "multiplies … by the saved x = 2 and gets dL/dw = 6"."""

from __future__ import annotations

import re

from autograd_viz.trace.arrays import has_nan
from autograd_viz.trace.data import NodeRecord
from autograd_viz.trace.event import VjpEvent
from autograd_viz.trace.figures import fill, shape_text
from autograd_viz.trace.formula import formula_of, pruned, substitute
from autograd_viz.trace.names import gradient_of
from autograd_viz.trace.replay import Frame
from autograd_viz.trace.story import Story

NAN = " Here NaN comes up: the derivative is not finite at that place, and zero times infinity is NaN."
MULTIPLIED = re.compile(r"grad · (\w+)\Z")
DIVIDED = re.compile(r"grad / (\w+)\Z")
WORDS = {
    "Sum": "hands the arriving {grad} to every element of {input}",
    "Mean": "hands each element of {input} an equal share of the arriving {grad}",
    "Relu": "lets the arriving {grad} through where {input} > 0 and stops it elsewhere,",
    "T": "transposes the arriving {grad} back",
    "Transpose": "transposes the arriving {grad} back",
    "Permute": "permutes the arriving {grad} back",
    "View": "puts the arriving {grad} back into shape {shape}",
    "UnsafeView": "puts the arriving {grad} back into shape {shape}",
    "Reshape": "puts the arriving {grad} back into shape {shape}",
    "ReshapeAlias": "puts the arriving {grad} back into shape {shape}",
    "Squeeze": "puts the arriving {grad} back into shape {shape}",
    "Unsqueeze": "puts the arriving {grad} back into shape {shape}",
    "Expand": "adds up the arriving {grad} over the copies of {input}",
    "Select": "puts the arriving {grad} back where it was taken from, with zeros elsewhere,",
    "Slice": "puts the arriving {grad} back where it was taken from, with zeros elsewhere,",
    "Index": "puts the arriving {grad} back where it was taken from, with zeros elsewhere,",
    "Where": "lets the arriving {grad} through where the condition chose {input}, with zero elsewhere,",
    "Max": "hands the arriving {grad} to the place that was chosen, with zero elsewhere,",
    "Min": "hands the arriving {grad} to the place that was chosen, with zero elsewhere,",
    "MaxBackward1": "shares the arriving {grad} equally among all places that hold the result, with zero elsewhere,",
    "MinBackward1": "shares the arriving {grad} equally among all places that hold the result, with zero elsewhere,",
}
"""What a node does, by its name or its name without Backward0, where that says more than the formula."""


def vjp_sentence(story: Story, event: VjpEvent, frame: Frame) -> str:
    """Say how a node worked out the gradient for one of its inputs, and what it got."""
    node = story.names.nodes[event.node]
    input = story.names.input(event.node, event.input)
    if event.value is None:
        return f"{node.name} has no gradient for {input}: it counts as zero."
    doing = _doing(story, node, event.input, story.value(event.value).shape, frame)
    return (
        f"{node.name} {doing} and gets {_result(story, event, input, frame)}.{_odd(story, event, event.value, frame)}"
    )


def _doing(story: Story, node: NodeRecord, position: int, shape: tuple[int, ...], frame: Frame) -> str:
    """Say what a rule does with the arriving gradient; `shape` is that of what it gives."""
    grad = story.arriving(node.id, 0, frame) if len(node.outputs) == 1 else "gradients"
    params, formula = story.names.params(node), formula_of(node, position)
    if formula is not None:
        formula = pruned(formula, params)
    words = WORDS.get(node.name) or WORDS.get(re.sub(r"Backward\d*\Z", "", node.name))
    if words is not None:
        return fill(words, {"grad": grad, "input": story.names.input(node.id, position), "shape": shape_text(shape)})
    if formula == "grad":
        return f"passes the arriving {grad} on unchanged"
    if formula == "-grad":
        return f"turns the sign of the arriving {grad}"
    for pattern, verb in ((MULTIPLIED, "multiplies"), (DIVIDED, "divides")):
        match = pattern.match(formula or "")
        if match:
            return f"{verb} the arriving {grad} by {_operand(story, node, match[1], frame)}"
    if formula is None:
        return f"applies its rule to the arriving {grad}"
    return f"works out {substitute(formula, params)} with the arriving {grad}"


def _odd(story: Story, event: VjpEvent, value: int, frame: Frame) -> str:
    """Say where NaN comes from, if it was in nothing that arrived."""
    arrived = [each for each in frame.nodes[event.node].buffer if each is not None]
    if not has_nan(story.value(value)) or any(has_nan(story.value(each)) for each in arrived):
        return ""
    return NAN


def _operand(story: Story, node: NodeRecord, param: str, frame: Frame) -> str:
    """Name what a formula's word stands for, with its value: `the saved x = 2`, or just `3`."""
    name = story.names.params(node).get(param, param)
    for position, saved in enumerate(node.saved):
        value = story.saved_value(node.id, position, frame)
        if saved.name == param and value is not None:
            word = "its result" if param == "result" else "the saved"
            return name if story.text(value) == name else f"{word} {name} {story.shown(value)}"
    return name


def _result(story: Story, event: VjpEvent, input: str, frame: Frame) -> str:
    """Name what a rule gave: the whole gradient of its input, one part of it, or one still to be summed."""
    name = gradient_of(input)
    value = event.value if event.value is not None else 0
    edge = story.names.nodes[event.node].next[event.input]
    parts = story.parts(event.node, event.input, frame)
    if edge.node is not None and story.value(value).shape != story.names.nodes[edge.node].outputs[edge.index].shape:
        return f"{story.bare(value)}, which is still to be summed to {input}'s shape"
    if parts > 1:
        return f"{story.bare(value)}, one of {parts} parts of {name}"
    return f"{name} {story.shown(value)}"
