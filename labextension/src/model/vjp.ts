/**
 * What a node does to the gradient that arrives, in words: "multiplies … by the saved x = 2 and gets dL/dw = 6".
 * Twin of `autograd_viz/trace/vjp_sentence.py`.
 */
import { fill, shapeText } from "./figures";
import { formulaOf, pruned, substitute } from "./formula";
import type { Frame } from "./frame";
import { gradientOf, own } from "./names";
import type { Story } from "./story";
import type { NodeRecord, VjpEvent } from "./trace";
import { hasNan } from "./value";

const MULTIPLIED = /^grad · (\w+)$/;
const DIVIDED = /^grad \/ (\w+)$/;

const TRANSPOSED = "transposes the arriving {grad} back";
const RESHAPED = "puts the arriving {grad} back into shape {shape}";
const CHOSEN = "hands the arriving {grad} to the place that was chosen, with zero elsewhere,";
const SHARED = "shares the arriving {grad} equally among all places that hold the result, with zero elsewhere,";
const NAN = " Here NaN comes up: the derivative is not finite at that place, and zero times infinity is NaN.";
const PLACED = "puts the arriving {grad} back where it was taken from, with zeros elsewhere,";

/** What a node does, by its name or its name without Backward0, where that says more than the formula. */
const WORDS: { readonly [node: string]: string } = {
  Sum: "hands the arriving {grad} to every element of {input}",
  Mean: "hands each element of {input} an equal share of the arriving {grad}",
  Relu: "lets the arriving {grad} through where {input} > 0 and stops it elsewhere,",
  T: TRANSPOSED,
  Transpose: TRANSPOSED,
  Permute: "permutes the arriving {grad} back",
  View: RESHAPED,
  UnsafeView: RESHAPED,
  Reshape: RESHAPED,
  ReshapeAlias: RESHAPED,
  Squeeze: RESHAPED,
  Unsqueeze: RESHAPED,
  Expand: "adds up the arriving {grad} over the copies of {input}",
  Select: PLACED,
  Slice: PLACED,
  Index: PLACED,
  Max: CHOSEN,
  Min: CHOSEN,
  MaxBackward1: SHARED,
  MinBackward1: SHARED,
  Where: "lets the arriving {grad} through where the condition chose {input}, with zero elsewhere,",
};

/** Say how a node worked out the gradient for one of its inputs, and what it got. */
export function vjpSentence(story: Story, event: VjpEvent, frame: Frame): string {
  const node = story.record(event.node);
  if (!node) return "";
  const input = story.names.input(event.node, event.input);
  if (event.value === null) return `${node.name} has no gradient for ${input}: it counts as zero.`;
  const doing = doingOf(story, node, event.input, story.value(event.value).shape, frame);
  const odd = comesUp(story, event, event.value, frame) ? NAN : "";
  return `${node.name} ${doing} and gets ${result(story, event, event.value, input, frame)}.${odd}`;
}

/** Say what a rule does with the arriving gradient; `shape` is that of what it gives. */
function doingOf(story: Story, node: NodeRecord, position: number, shape: readonly number[], frame: Frame): string {
  const grad = node.outputs.length === 1 ? story.arriving(node.id, 0, frame) : "gradients";
  const params = story.names.params(node);
  const told = formulaOf(node, position);
  const formula = told === null ? null : pruned(told, params);
  const words = own(WORDS, node.name) ?? own(WORDS, node.name.replace(/Backward\d*$/, ""));
  if (words !== undefined) {
    return fill(words, { grad, input: story.names.input(node.id, position), shape: shapeText(shape) });
  }
  if (formula === "grad") return `passes the arriving ${grad} on unchanged`;
  if (formula === "-grad") return `turns the sign of the arriving ${grad}`;
  for (const [pattern, verb] of [[MULTIPLIED, "multiplies"], [DIVIDED, "divides"]] as const) {
    const match = pattern.exec(formula ?? "");
    if (match) return `${verb} the arriving ${grad} by ${operand(story, node, match[1] ?? "", frame)}`;
  }
  if (formula === null) return `applies its rule to the arriving ${grad}`;
  return `works out ${substitute(formula, params)} with the arriving ${grad}`;
}

/** Whether there is NaN that was in nothing that arrived. */
function comesUp(story: Story, event: VjpEvent, value: number, frame: Frame): boolean {
  const arrived = frame.nodes.get(event.node)?.buffer ?? [];
  return hasNan(story.value(value)) && !arrived.some((each) => each !== null && hasNan(story.value(each)));
}

/** Name what a formula's word stands for, with its value: `the saved x = 2`, or just `3`. */
function operand(story: Story, node: NodeRecord, param: string, frame: Frame): string {
  const name = story.names.params(node).get(param) ?? param;
  for (const [position, saved] of node.saved.entries()) {
    const value = story.savedValue(node, position, frame);
    if (saved.name !== param || value === null) continue;
    const word = param === "result" ? "its result" : "the saved";
    return story.text(value) === name ? name : `${word} ${name} ${story.shown(value)}`;
  }
  return name;
}

/** Name what a rule gave: the whole gradient of its input, one part of it, or one still to be summed. */
function result(story: Story, event: VjpEvent, value: number, input: string, frame: Frame): string {
  const name = gradientOf(input);
  const edge = story.record(event.node)?.next[event.input];
  const receiver = edge ? story.record(edge.node)?.outputs[edge.index] : undefined;
  const parts = story.parts(event.node, event.input, frame);
  if (receiver && !isSame(story.value(value).shape, receiver.shape)) {
    return `${story.bare(value)}, which is still to be summed to ${input}'s shape`;
  }
  if (parts > 1) return `${story.bare(value)}, one of ${parts} parts of ${name}`;
  return `${name} ${story.shown(value)}`;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}
