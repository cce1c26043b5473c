/**
 * One sentence for every kind of event, in words a beginner understands, with the user's names and numbers.
 * Twin of `autograd_viz/trace/sentence.py`.
 */
import { errorSentences, refusalSentences } from "./diagnosis";
import { shapeText } from "./figures";
import { signed, summedDims } from "./formula";
import type { Frame } from "./frame";
import { gradientOf, own, receiver } from "./names";
import { keeping, type Story } from "./story";
import type { BeginEvent, Event, HookEvent, NodeRecord, OpEvent, OpRecord, TensorRecord, UnpackEvent } from "./trace";
import { vjpSentence } from "./vjp";

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
      return ofUnpack(story, event, frame);
    case "vjp":
      return vjpSentence(story, event, frame);
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
  return `${left} gives ${given(story, made)}. ${recorded(story, op)}`;
}

/** Write results in full where they are small, else their shapes. */
function given(story: Story, made: readonly TensorRecord[]): string {
  const texts = made.flatMap((each) => story.text(each.value) ?? []);
  if (texts.length === made.length) return listed(texts);
  return `shape${made.length > 1 ? "s" : ""} ${listed(made.map((each) => shapeText(each.shape)))}`;
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
  return `${node.name} is recorded for the backward pass and saves ${listed(saved)}.`;
}

/** Name a saved tensor; a saved number by itself. */
function savedName(story: Story, node: NodeRecord, position: number): string {
  const saved = node.saved[position];
  if (!saved) return "";
  if (saved.tensor !== null) return story.names.tensor(saved.tensor);
  return story.text(saved.value) ?? story.names.params(node).get(saved.name) ?? saved.name;
}

function inPlace(story: Story, op: OpRecord, changed: number, event: OpEvent): string {
  const written = event.writes.find((each) => each.tensor === changed);
  const text = written ? story.text(written.value) : null;
  const to = text === null ? "" : ` to ${text}`;
  const version = written?.version ? `: it is now at version ${written.version}` : "";
  const said = `\`${story.names.change(op)}\` changes ${story.names.tensor(changed)} in place${to}${version}.`;
  return `${said}${sharing(story, changed, event, written)} ${recorded(story, op)}`;
}

/** Say which tensors change along, and which of them autograd does not notice. */
function sharing(story: Story, changed: number, event: OpEvent, written: OpEvent["writes"][number] | undefined): string {
  const others = event.writes.filter((each) => each.tensor !== changed);
  if (!others.length || !written) return "";
  const names = listed([...new Set(others.map((each) => story.names.tensor(each.tensor)))]);
  const isOne = others.length === 1;
  const share = isOne ? "shares" : "share";
  const behind = others.find((each) => each.version !== written.version);
  if (!behind) return ` ${names} ${share} its memory and version.`;
  const stay = `${isOne ? "stays" : "stay"} at version ${behind.version}: autograd does not notice`;
  return ` ${names} ${share} its memory and ${isOne ? "changes" : "change"} too, but ${stay}.`;
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
  const isGiven = event.roots.some((root) => story.record(root.node)?.outputs[root.index]?.shape.length);
  const flag = keeping(event);
  const said = [...(isGiven ? ["gradient"] : []), ...(flag === null ? [] : [`${flag}=True`])];
  const [first = ""] = roots;
  if (event.call === "backward" && roots.length === 1) return `${receiver(first)}.backward(${said.join(", ")})`;
  const source = tuple(roots);
  if (event.call === "backward") return `backward(${[source, ...said].join(", ")})`;
  const wanted = (event.inputs ?? []).map((id) => story.names.tensor(id));
  return `grad(${[source, tuple(wanted), ...said].join(", ")})`;
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

/** Write `nothing`, `a`, `a and b`, `a, b and c`; beyond four, `a, b, c and 7 more`. */
export function listed(names: readonly string[]): string {
  if (!names.length) return "nothing";
  if (names.length > 4) return `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
  if (names.length === 1) return names[0] ?? "";
  return `${names.slice(0, -1).join(", ")} and ${names[names.length - 1] ?? ""}`;
}

function ofSeed(story: Story, event: Of<"seed">): string {
  const name = story.names.gradient(event.node, event.index);
  const isArray = story.value(event.value).shape.length > 0;
  const seed = isArray ? "The gradient you gave is the seed:" : "The seed";
  return `${seed} ${name} ${story.shown(event.value)} goes to ${story.node(event.node)}.`;
}

function ofRun(story: Story, event: Of<"run">, frame: Frame): string {
  const node = story.record(event.node);
  if (!node) return "";
  if (node.leaf !== null) {
    const arrived = story.arriving(node.id, 0, frame);
    if (story.returns(frame)) return `${story.node(node.id)} is reached: ${arrived} is complete.`;
    return `${story.node(node.id)} runs: it will add ${arrived} to ${story.names.tensor(node.leaf)}.grad.`;
  }
  if (node.outputs.length > 1) return `${node.name} runs: every gradient it waits for has arrived.`;
  const parts = frame.nodes.get(node.id)?.arrived ?? 0;
  const whole = parts > 1 ? `, the sum of ${parts} parts` : "";
  return `${node.name} runs: ${story.arriving(node.id, 0, frame)} is complete${whole}.`;
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

function ofUnpack(story: Story, event: UnpackEvent, frame: Frame): string {
  const node = story.record(event.node);
  const saved = node?.saved[event.saved];
  if (!node || !saved) return "A saved tensor is taken out that the node does not have.";
  const name = savedName(story, node, event.saved);
  const isTwice = saved.tensor !== null && node.saved.filter((each) => each.tensor === saved.tensor).length > 1;
  const said = `${node.name} takes out its saved ${name}${isTwice ? ` (as \`${saved.name}\`)` : ""}`;
  if (event.version !== saved.version) {
    return `${said}: it was saved at version ${saved.version}, but is now at version ${event.version}.`;
  }
  const value = story.savedValue(node, event.saved, frame);
  const shown = value === null || story.text(value) === name ? "" : ` ${story.shown(value)}`;
  if (saved.value !== null && value !== saved.value) {
    return `${said}${shown}: its memory was changed since it was saved, without its version.`;
  }
  return `${said}${shown}: unchanged since it was saved${event.version ? ` at version ${event.version}` : ""}.`;
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
  const flag = story.keeping(frame);
  if (node.saved.length && flag !== null) {
    return `\`${flag}=True\` keeps ${node.name}'s saved tensors for another backward.`;
  }
  return node.saved.length ? `${node.name} is done.` : `${node.name} is done; it had saved nothing.`;
}

function ofSend(story: Story, event: Of<"send">): string {
  const name = story.names.gradient(event.to, event.index);
  const to = story.node(event.to);
  const count = `${event.arrived} of ${event.expected}`;
  if ((story.record(event.to)?.outputs.length ?? 0) > 1 && event.value !== null) {
    return `${name} ${story.shown(event.value)} goes to ${to}, where ${count} contributions have arrived.`;
  }
  if (event.expected <= 1) {
    const value = event.value === null ? "" : ` ${story.shown(event.value)}`;
    return `${name}${value} goes to ${to}, which is now ready.`;
  }
  const value = event.value === null ? "An undefined gradient" : story.bare(event.value);
  if (event.arrived < event.expected) {
    return `${value} goes to ${to} as part ${count} of ${name}; the node waits for the rest.`;
  }
  const whole = event.buffer === null ? "" : ` ${story.shown(event.buffer)}`;
  return `${value} goes to ${to} and is added to what waits there: with ${count} parts, ${name}${whole} is complete.`;
}

function ofAccumulate(story: Story, event: Of<"accumulate">): string {
  const name = story.names.tensor(event.tensor);
  const incoming = story.bare(event.incoming);
  if (event.old === null) return `${name}.grad was None; ${incoming} arrives and becomes ${name}.grad.`;
  const [old, now] = [story.text(event.old), story.text(event.new)];
  if (old === null || now === null) return `${name}.grad already held a gradient; ${incoming} arrives and is added to it.`;
  return `${name}.grad was ${old}; ${incoming} arrives and is added: ${old} + ${signed(incoming)} = ${now}.`;
}
