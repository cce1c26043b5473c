/**
 * One sentence for every kind of event, in words a beginner understands, with the user's names and numbers.
 * Twin of `autograd_viz/trace/sentence.py`.
 */
import { shapeText } from "./figures";
import { formulaOf, signed, substitute, summedDims } from "./formula";
import type { Frame } from "./frame";
import { gradientOf, grouped, own } from "./names";
import { errorSentences, refusalSentences } from "./remedy";
import type { Story } from "./story";
import type { BeginEvent, Event, HookEvent, NodeRecord, OpEvent, OpRecord, TensorRecord, UnpackEvent, VjpEvent } from "./trace";

export const BEFORE = "Nothing has happened yet: step forward to begin.";

type Of<K extends Event["kind"]> = Extract<Event, { kind: K }>;

/** Say what an event did. */
export function sentence(story: Story, event: Event, frame: Frame): string {
  switch (event.kind) {
    case "op":
      return ofOp(story, event);
    case "refused":
      return refusalSentences(story, event);
    case "grad_change":
      return ofGradChange(story, event);
    case "begin":
      return ofBegin(story, event);
    case "seed":
      return ofSeed(story, event);
    case "run":
      return ofRun(story, event, frame);
    case "hook":
      return ofHook(story, event);
    case "unpack":
      return ofUnpack(story, event);
    case "vjp":
      return ofVjp(story, event, frame);
    case "sum_to":
      return ofSumTo(story, event);
    case "release":
      return ofRelease(story, event, frame);
    case "send":
      return ofSend(story, event);
    case "accumulate":
      return ofAccumulate(story, event);
    case "capture": {
      const name = story.names.gradient(event.node, event.index);
      const owner = story.names.output(event.node, event.index);
      return `${name} ${story.shown(event.value)} is kept to be returned by \`grad\`; ${owner}.grad is left alone.`;
    }
    case "end":
      return `Backward pass ${event.pass} is over.`;
    case "error":
      return errorSentences(story, event, frame);
  }
}

function ofOp(story: Story, event: OpEvent): string {
  const op = story.trace.ops[event.op];
  if (!op) return "";
  if (op.mutates !== null) return inPlace(story, op, op.mutates, event);
  const made = op.outputs.flatMap((id) => story.trace.tensors[id] ?? []);
  const expression = story.names.expression(op);
  const names = made.flatMap((each) => each.name || []).join(", ");
  const left = names && names !== expression ? `${names} = ${expression}` : expression;
  if (op.reason === "detach") {
    const source = story.names.tensor(op.inputs[0]?.tensor ?? -1);
    return `${left} shares ${source}'s memory but cuts the graph: no gradient flows back through it.`;
  }
  const [only] = made;
  const result = made.length === 1 && only ? story.text(only.value) : null;
  const computed = result ? `${left} gives ${result}.` : `${left} gives shape ${shapesOf(made)}.`;
  return `${computed} ${recorded(story, op)}`;
}

function shapesOf(made: readonly TensorRecord[]): string {
  return made.map((each) => shapeText(each.shape)).join(", ");
}

const REASONS: { readonly [reason: string]: string } = {
  no_grad: "Nothing is recorded: grad mode is off (`no_grad`).",
  inference_mode: "Nothing is recorded: inference mode is on.",
  no_input_requires_grad: "Nothing is recorded: no input requires grad.",
  not_differentiable: "Nothing is recorded: the operation has no derivative.",
};

/** Say which node was left behind and what it keeps, or why none was. */
function recorded(story: Story, op: OpRecord): string {
  const node = story.record(op.node);
  if (!node) return own(REASONS, op.reason ?? "") ?? "Nothing is recorded.";
  const saved = [...new Set(node.saved.map((_, i) => savedName(story, node, i)))];
  return `${node.name} is recorded for the backward pass and saves ${saved.length ? listed(saved) : "nothing"}.`;
}

function savedName(story: Story, node: NodeRecord, position: number): string {
  const saved = node.saved[position];
  if (!saved) return "";
  return saved.tensor === null ? saved.name : story.names.tensor(saved.tensor);
}

function inPlace(story: Story, op: OpRecord, changed: number, event: OpEvent): string {
  const name = story.names.tensor(changed);
  const written = event.writes.find((each) => each.tensor === changed);
  const text = written ? story.text(written.value) : null;
  const to = text === null ? "" : ` to ${text}`;
  const version = written?.version ? `: it is now at version ${written.version}` : "";
  return `${op.name} changes ${name} in place${to}${version}. ${recorded(story, op)}`;
}

function ofGradChange(story: Story, event: Of<"grad_change">): string {
  const name = story.names.tensor(event.tensor);
  const before = event.old === null ? "None" : story.bare(event.old);
  if (event.how === "none" || event.new === null) return `You set ${name}.grad to None; it was ${before}.`;
  if (event.how === "zero_") return `\`${name}.grad.zero_()\` sets ${name}.grad to zero; it was ${before}.`;
  if (event.how === "assign") return `You set ${name}.grad to ${story.bare(event.new)}; it was ${before}.`;
  const now = story.bare(event.new);
  return `\`${name}.grad.${event.how}(…)\` changes ${name}.grad in place: it was ${before} and is now ${now}.`;
}

function ofBegin(story: Story, event: BeginEvent): string {
  const roots = event.roots.map((root) => story.names.output(root.node, root.index));
  return `Backward pass ${event.pass} begins: \`${call(story, event, roots)}\`. ${targets(story, event, roots)}`;
}

/** Write the call that began a pass, as the user may have. */
function call(story: Story, event: BeginEvent, roots: readonly string[]): string {
  const flags = event.create_graph ? ["create_graph=True"] : event.retain_graph ? ["retain_graph=True"] : [];
  const [first = ""] = roots;
  if (event.call === "backward" && roots.length === 1) return `${grouped(first)}.backward(${flags.join(", ")})`;
  const source = tuple(roots);
  if (event.call === "backward") return `backward(${[source, ...flags].join(", ")})`;
  const wanted = (event.inputs ?? []).map((id) => story.names.tensor(id));
  return `grad(${[source, tuple(wanted), ...flags].join(", ")})`;
}

function tuple(names: readonly string[]): string {
  return names.length === 1 ? (names[0] ?? "") : `(${names.join(", ")})`;
}

function targets(story: Story, event: BeginEvent, roots: readonly string[]): string {
  const leaves = (): readonly string[] =>
    Object.keys(event.expected).flatMap((id) => {
      const leaf = story.record(Number(id))?.leaf ?? null;
      return leaf === null ? [] : [story.names.tensor(leaf)];
    });
  const found = event.inputs !== null ? event.inputs.map((id) => story.names.tensor(id)) : leaves();
  if (!found.length) return `Gradients flow back from ${listed(roots)}.`;
  return `Gradients flow from ${listed(roots)} back to ${listed(found)}.`;
}

/** Write `a`, `a and b`, `a, b and c`; beyond four, `a, b, c and 7 more`. */
export function listed(names: readonly string[]): string {
  if (names.length > 4) return `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
  if (names.length === 1) return names[0] ?? "";
  return `${names.slice(0, -1).join(", ")} and ${names[names.length - 1] ?? ""}`;
}

function ofSeed(story: Story, event: Of<"seed">): string {
  const name = story.names.gradient(event.node, event.index);
  const isArray = story.value(event.value).shape.length > 0;
  const seed = isArray ? "The seed, the gradient given to backward," : "The seed";
  return `${seed} ${name} ${story.shown(event.value)} goes to ${story.node(event.node)}.`;
}

function ofRun(story: Story, event: Of<"run">, frame: Frame): string {
  const node = story.record(event.node);
  if (!node) return "";
  if (node.leaf !== null) {
    const name = story.names.tensor(node.leaf);
    return `${story.node(node.id)} runs: it will add ${story.arriving(node.id, 0, frame)} to ${name}.grad.`;
  }
  const held = node.outputs.length === 1 ? story.arriving(node.id, 0, frame) : "every gradient it waits for";
  const parts = frame.nodes.get(node.id)?.arrived ?? 0;
  return `${node.name} runs: ${held} is complete${parts > 1 ? `, the sum of ${parts} parts` : ""}.`;
}

function ofHook(story: Story, event: HookEvent): string {
  const owner = story.names.output(event.node, event.index ?? 0);
  const node = story.node(event.node);
  const name = story.names.gradient(event.node, event.index ?? 0);
  switch (event.where) {
    case "tensor_pre":
      return `Your hook \`${event.name}\` on ${owner} ${change(story, event, name)}`;
    case "pre":
      return `Your pre-hook \`${event.name}\` on ${node} ${change(story, event, name)}`;
    case "retain_grad": {
      const kept = event.after === null ? "" : `: ${owner}.grad ${story.shown(event.after)}`;
      return `${owner} is no leaf, but \`${owner}.retain_grad()\` asked to keep its gradient${kept}.`;
    }
    case "post":
      return `Your hook \`${event.name}\` on ${node} runs after it and ${change(story, event, "the outgoing gradient")}`;
    case "post_accumulate": {
      const leaf = story.names.output(event.node, 0);
      return `Your hook \`${event.name}\` on ${leaf} runs, now that ${leaf}.grad is up to date.`;
    }
    default:
      return `The hook \`${event.name}\` runs at ${node}.`;
  }
}

function change(story: Story, event: HookEvent, name: string): string {
  if (event.before === null || event.after === null || event.after === event.before) {
    const seen = event.before === null ? "" : ` ${story.shown(event.before)}`;
    return `sees ${name}${seen} and leaves it as it is.`;
  }
  return `replaces ${name} ${story.shown(event.before)} by ${story.bare(event.after)}.`;
}

function ofUnpack(story: Story, event: UnpackEvent): string {
  const node = story.record(event.node);
  const saved = node?.saved[event.saved];
  if (!node || !saved) return "";
  const said = `${node.name} takes out its saved ${savedName(story, node, event.saved)}`;
  if (event.version !== saved.version) {
    return `${said}: it was saved at version ${saved.version}, but is now at version ${event.version}.`;
  }
  if (event.version) return `${said}: saved at version ${saved.version} and still at it.`;
  return `${said}${saved.value === null ? "" : ` ${story.shown(saved.value)}`}: unchanged since it was saved.`;
}

const MULTIPLIED = /^grad · (\w+)$/;
const DIVIDED = /^grad \/ (\w+)$/;

/** What a node does, by its name without Backward0, where that says more than the formula. */
const WORDS: { readonly [node: string]: (grad: string, input: string) => string } = {
  Sum: (grad, input) => `hands the arriving ${grad} to every element of ${input}`,
  Mean: (grad, input) => `hands each element of ${input} an equal share of the arriving ${grad}`,
  Relu: (grad, input) => `lets the arriving ${grad} through where ${input} > 0 and stops it elsewhere`,
  T: transposed,
  Transpose: transposed,
  Permute: (grad) => `permutes the arriving ${grad} back`,
  View: reshaped,
  UnsafeView: reshaped,
  Reshape: reshaped,
  ReshapeAlias: reshaped,
  Squeeze: reshaped,
  Unsqueeze: reshaped,
  Expand: (grad, input) => `adds up the arriving ${grad} over the copies of ${input}`,
  Select: placed,
  Slice: placed,
  Index: placed,
  Where: (grad, input) =>
    `lets the arriving ${grad} through where the condition chose ${input}, and zero elsewhere`,
};

function transposed(grad: string): string {
  return `transposes the arriving ${grad} back`;
}

function reshaped(grad: string, input: string): string {
  return `puts the arriving ${grad} back into ${input}'s shape`;
}

function placed(grad: string): string {
  return `puts the arriving ${grad} back where it was taken from, with zeros elsewhere`;
}

function ofVjp(story: Story, event: VjpEvent, frame: Frame): string {
  const node = story.record(event.node);
  if (!node) return "";
  const input = story.names.input(event.node, event.input);
  if (event.value === null) return `${node.name} has no gradient for ${input}: it counts as zero.`;
  const doing = doingOf(story, node, event.input, frame);
  return `${node.name} ${doing} and gets ${result(story, event, event.value, input, frame)}.`;
}

/** Say what a rule does with the arriving gradient. */
function doingOf(story: Story, node: NodeRecord, position: number, frame: Frame): string {
  const grad = node.outputs.length === 1 ? story.arriving(node.id, 0, frame) : "gradients";
  const formula = formulaOf(node, position);
  const words = own(WORDS, node.name.replace(/Backward\d*$/, ""));
  if (words) return words(grad, story.names.input(node.id, position));
  if (formula === "grad") return `passes the arriving ${grad} on unchanged`;
  if (formula === "-grad") return `turns the sign of the arriving ${grad}`;
  for (const [pattern, verb] of [[MULTIPLIED, "multiplies"], [DIVIDED, "divides"]] as const) {
    const match = pattern.exec(formula ?? "");
    if (match) return `${verb} the arriving ${grad} by ${operand(story, node, match[1] ?? "")}`;
  }
  if (formula === null) return `applies its rule to the arriving ${grad}`;
  return `works out ${substitute(formula, story.names.params(node))} with the arriving ${grad}`;
}

/** Name what a formula's word stands for, with its value: `the saved x = 2`, or just `3`. */
function operand(story: Story, node: NodeRecord, param: string): string {
  const name = story.names.params(node).get(param) ?? param;
  const saved = node.saved.find((each) => each.name === param && each.value !== null);
  if (!saved || saved.value === null) return name;
  const word = param === "result" ? "its result" : "the saved";
  return story.text(saved.value) === name ? `${word} ${name}` : `${word} ${name} ${story.shown(saved.value)}`;
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

function ofSumTo(story: Story, event: Of<"sum_to">): string {
  const input = story.names.input(event.node, event.input);
  const before = story.value(event.before).shape;
  const after = story.value(event.after).shape;
  const dims = summedDims(before, after);
  const over = dims.length === 1 ? `dimension ${dims[0] ?? 0}` : `dimensions ${listed(dims.map(String))}`;
  const source = after.length ? shapeText(after) : "a scalar";
  return (
    `${input} was broadcast from ${source} to ${shapeText(before)}, so its gradient is summed over ${over}: ` +
    `${gradientOf(input)} ${story.shown(event.after)}.`
  );
}

function ofRelease(story: Story, event: Of<"release">, frame: Frame): string {
  const node = story.record(event.node);
  if (!node) return "";
  if (node.leaf !== null) return `${story.node(node.id)} is done.`;
  if (event.freed) return `${node.name} drops its saved tensors: a second backward through it would fail.`;
  if (node.saved.length && story.retained(frame)) {
    return `\`retain_graph=True\` keeps ${node.name}'s saved tensors for another backward.`;
  }
  return node.saved.length ? `${node.name} is done.` : `${node.name} is done; it had saved nothing.`;
}

function ofSend(story: Story, event: Of<"send">): string {
  const name = story.names.gradient(event.to, event.index);
  const to = story.node(event.to);
  if (event.expected <= 1) {
    const value = event.value === null ? "" : ` ${story.shown(event.value)}`;
    return `${name}${value} goes to ${to}, which is now ready.`;
  }
  const value = event.value === null ? "An undefined gradient" : story.bare(event.value);
  if (event.arrived < event.expected) {
    const count = `${event.arrived} of ${event.expected}`;
    return `${value} goes to ${to} as part ${count} of ${name}; the node waits for the rest.`;
  }
  const whole = event.buffer === null ? "" : ` ${story.shown(event.buffer)}`;
  return `${value} goes to ${to} and is added to what waits there: with ${event.arrived} of ${event.expected} parts, ${name}${whole} is complete.`;
}

function ofAccumulate(story: Story, event: Of<"accumulate">): string {
  const name = story.names.tensor(event.tensor);
  const incoming = story.bare(event.incoming);
  if (event.old === null) return `${name}.grad was None; ${incoming} arrives and becomes ${name}.grad.`;
  const [old, now] = [story.text(event.old), story.text(event.new)];
  if (old === null || now === null) return `${name}.grad already held a gradient; ${incoming} arrives and is added to it.`;
  return `${name}.grad was ${old}; ${incoming} arrives and is added: ${old} + ${signed(incoming)} = ${now}.`;
}
