/**
 * Autograd's known errors, two sentences each: what happened, what to write instead.
 * Twin of `autograd_viz/trace/remedy.py`.
 */
import type { Frame } from "./frame";
import { own } from "./names";
import type { Story } from "./story";
import type { BeginEvent, ErrorEvent, ErrorInfo, OpRecord, RefusedEvent, TensorRecord } from "./trace";

/** Say what an error in or before a backward pass means, and what to write instead. */
export function errorSentences(story: Story, event: ErrorEvent, frame: Frame): string {
  const code = event.error.code ?? "";
  const told = own(ERRORS, code);
  if (told) return told(story, event, frame);
  const fixed = own(FIXED, code);
  if (fixed === undefined) return plain(event.error);
  const name = event.tensor === null ? "the tensor" : story.names.tensor(event.tensor);
  const node = event.node === null ? "a node" : story.node(event.node);
  return fill(fixed, { name, node });
}

/** Say why a forward operation was refused, and what to write instead. */
export function refusalSentences(story: Story, event: RefusedEvent): string {
  const [first] = event.inputs;
  const name = first === undefined ? "the tensor" : story.names.tensor(first);
  const said = own(REFUSALS, event.error.code ?? "");
  if (said === undefined) return `\`${event.op_name}\` was refused. ${plain(event.error)}`;
  return fill(said, { op: event.op_name, name, shapes: shapesOf(story, event) });
}

function fill(text: string, words: { readonly [word: string]: string }): string {
  return text.replace(/\{(\w+)\}/g, (whole, word: string) => own(words, word) ?? whole);
}

const REFUSALS: { readonly [code: string]: string } = {
  leaf_in_place:
    "`{op}` may not change {name} in place: {name} is a leaf that requires grad, and a recorded change would make " +
    "it a result. Change it under `with no_grad():`, or make a new tensor.",
  leaf_view_in_place:
    "`{op}` may not change {name} in place: {name} shows the memory of a leaf that requires grad. " +
    "Change it under `with no_grad():`, or work on `{name}.clone()`.",
  view_in_place:
    "`{op}` may not change {name} in place: {name} is one of several views made at once, and the others would change " +
    "too. Work on `{name}.clone()`.",
  inference_saved:
    "`{op}` would have to save a tensor made in inference mode, and those may not be kept for a backward pass. " +
    "Make it under `no_grad()` instead, or use its `.clone()`.",
  inference_in_place:
    "`{op}` may not change {name} here: {name} was made in inference mode. " +
    "Change it inside `with inference_mode():`, or work on `{name}.clone()`.",
  shapes:
    "`{op}` cannot combine the shapes {shapes}. " +
    "Make them fit with `reshape`, `unsqueeze` or a transpose: dimensions must be equal, or one of them 1.",
};

function shapesOf(story: Story, event: RefusedEvent): string {
  return event.inputs.map((id) => `[${(story.trace.tensors[id]?.shape ?? []).join(", ")}]`).join(" and ");
}

/** An unknown error's first line. */
function plain(error: ErrorInfo): string {
  const first = error.message.trim().split(/\r\n|[\n\r]/)[0] ?? "";
  return first ? `${error.type}: ${first}` : `The code raised ${error.type}.`;
}

function backwardTwice(story: Story, event: ErrorEvent, frame: Frame): string {
  if (event.node === null) {
    return "The graph's saved tensors were freed by an earlier backward. Give the first one `retain_graph=True`.";
  }
  const node = story.node(event.node);
  const earlier = freedBy(story, event.node, frame.k);
  const now = story.begins.get(frame.pass ?? 0);
  if (earlier && now && rootsOf(earlier) !== rootsOf(now)) {
    return (
      `${node} needs its saved tensors, but backward pass ${earlier.pass}, which began elsewhere, has freed them: ` +
      "this graph reaches back into the earlier one. Cut it where the two meet, for example with `h = h.detach()` " +
      "before the next step."
    );
  }
  const by = earlier ? `backward pass ${earlier.pass}` : "an earlier backward";
  return (
    `${node} needs its saved tensors, but ${by} has freed them. ` +
    "Call the first `backward(retain_graph=True)`, or compute the forward again."
  );
}

function rootsOf(begin: BeginEvent): string {
  return [...new Set(begin.roots.map((root) => root.node))].sort((a, b) => a - b).join();
}

/** The beginning of the pass in which a node's saved tensors were dropped. */
function freedBy(story: Story, node: number, k: number): BeginEvent | null {
  let begin: BeginEvent | null = null;
  for (const event of story.trace.events.slice(0, k)) {
    if (event.kind === "begin") begin = event;
    else if (event.kind === "release" && event.freed && event.node === node) return begin;
  }
  return null;
}

function modifiedInPlace(story: Story, event: ErrorEvent, frame: Frame): string {
  const saved = event.saved === null ? undefined : story.record(event.node)?.saved[event.saved];
  if (event.node === null || !saved) {
    return "A saved tensor was changed in place after it was saved. Change a `.clone()` of it instead.";
  }
  const tensor = saved.tensor === null ? undefined : story.trace.tensors[saved.tensor];
  const name = saved.tensor === null ? `its ${saved.name}` : story.names.tensor(saved.tensor);
  const state = saved.tensor === null ? undefined : frame.tensors.get(saved.tensor);
  const now = !state || state.version === saved.version ? "" : `, and it is at version ${state.version} now`;
  const said =
    `${story.node(event.node)} saved ${name} at version ${saved.version}${now}: ` +
    "its old value is gone, so the rule cannot be evaluated.";
  if (tensor?.role === "leaf") {
    return `${said} Run the backward before ${name} is changed (an optimizer's step does that), or compute the forward again.`;
  }
  return `${said} Write the change so that it makes a new tensor (\`${name} = …\`), or change \`${name}.clone()\`.`;
}

function noGradFn(story: Story, event: ErrorEvent): string {
  const tensor = event.tensor === null ? undefined : story.trace.tensors[event.tensor];
  if (!tensor) {
    return (
      "There is nothing to differentiate: the tensor was not computed from one that requires grad. " +
      "Set `requires_grad=True` on the tensors you want gradients for."
    );
  }
  const name = story.names.tensor(tensor.id);
  const lost = lostAt(story, tensor);
  if (!lost) {
    return (
      `${name} has no grad_fn: nothing it was computed from requires grad. ` +
      "Make the tensors you want gradients for with `requires_grad=True`."
    );
  }
  const said = own(LOST, lost.reason ?? "no_input_requires_grad") ?? "";
  return `${name} has no grad_fn: ${fill(said, { op: story.names.expression(lost) })}`;
}

const LOST: { readonly [reason: string]: string } = {
  no_grad: "`{op}` ran under `no_grad`, where nothing is recorded. Compute it outside that block.",
  inference_mode: "`{op}` ran in inference mode, where nothing is recorded. Compute it outside that block.",
  detach: "`{op}` cut the graph. Leave the `detach()` out on the way to the loss.",
  no_input_requires_grad:
    "no input of `{op}` requires grad. Make the tensors you want gradients for with `requires_grad=True`.",
  not_differentiable: "`{op}` has no derivative. Use a differentiable function in its place.",
};

/** The operation at which a tensor's history was lost, going back while inputs were untracked too. */
function lostAt(story: Story, tensor: TensorRecord): OpRecord | null {
  let found: OpRecord | null = null;
  const seen = new Set<number>();
  const queue: TensorRecord[] = [tensor];
  for (let record = queue.shift(); record; record = queue.shift()) {
    if (record.op === null || record.node !== null || seen.has(record.id)) continue;
    seen.add(record.id);
    const op = story.trace.ops[record.op];
    if (!op) continue;
    found ??= op;
    if (op.reason !== "no_input_requires_grad") return op;
    queue.push(...op.inputs.flatMap((each) => story.trace.tensors[each.tensor] ?? []));
  }
  return found;
}

function notScalar(story: Story, event: ErrorEvent): string {
  if (event.tensor === null) {
    return (
      "backward was called on a tensor of several elements without a gradient. " +
      "Reduce it, for example with `.sum()`, or pass a `gradient` of its shape."
    );
  }
  const name = story.names.tensor(event.tensor);
  const shape = `[${(story.trace.tensors[event.tensor]?.shape ?? []).join(", ")}]`;
  return (
    `${name} has shape ${shape}, so there is no single number whose gradient could be meant. ` +
    `Reduce it, for example \`${name}.sum().backward()\`, or pass a gradient of that shape: \`${name}.backward(ones_like(${name}))\`.`
  );
}

const ERRORS: { readonly [code: string]: (story: Story, event: ErrorEvent, frame: Frame) => string } = {
  backward_twice: backwardTwice,
  modified_in_place: modifiedInPlace,
  no_grad_fn: noGradFn,
  not_scalar: notScalar,
};

/** Errors told with fixed sentences. */
const FIXED: { readonly [code: string]: string } = {
  seed_shape:
    "The gradient passed for {name} does not have {name}'s shape. Pass one of exactly that shape, for example `ones_like({name})`.",
  unused_input:
    "{name} was asked for, but no path leads to it from the output. Pass `allow_unused=True` to get None for it, or use it in the forward.",
  input_without_grad:
    "{name} was asked for, but it does not require grad. Set `requires_grad=True` on it before the forward.",
  requires_grad_of_result:
    "{name} was computed by a recorded operation, and only leaves can be told not to require grad. Use `{name}.detach()`.",
  integer_requires_grad:
    "Whole numbers have no gradient. Make {name} a floating point tensor, for example `tensor([1.0, 2.0])`.",
  numpy_of_tracked:
    "NumPy cannot record a graph, so a tensor that requires grad is not handed over. Use `.detach().numpy()`.",
  retain_without_grad:
    "{name} does not require grad, so there will be no gradient to keep. Compute it from a tensor with `requires_grad=True`.",
  hook_without_grad:
    "{name} does not require grad, so its hook would never run. Compute it from a tensor with `requires_grad=True`.",
  nan_in_backward:
    "{node} gave NaN: at this point its derivative is not finite, or zero was multiplied by infinity. " +
    "Keep the inputs away from that point before the operation, not after it.",
  hook_changed_shape:
    "A hook at {node} returned a gradient of another shape. Return one of the shape it was given, or None.",
};
