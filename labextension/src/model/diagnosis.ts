/**
 * Errors in two sentences: finds the cause in the trace and fills in the texts of `remedy.ts`.
 * Twin of `autograd_viz/trace/diagnosis.py`.
 */
import { fill, shapeText } from "./figures";
import type { Frame } from "./frame";
import { LONGEST, own, receiver } from "./names";
import { ERRORS, REFUSALS, UNKNOWN_AT_NODE, type Told } from "./remedy";
import type { Story } from "./story";
import type { BeginEvent, ErrorEvent, ErrorInfo, OpRecord, RefusedEvent, TensorRecord, Trace } from "./trace";

type Words = { [word: string]: string };

/** Say why a forward operation was refused, and what to write instead. */
export function refusalSentences(story: Story, event: RefusedEvent): string {
  const pair = own(REFUSALS, event.error.code ?? "");
  if (!pair) return `\`${event.op_name}\` was refused, so nothing was recorded for it. ${plain(event.error)}`;
  const guilty = refusedTensor(story.trace, event);
  const name = guilty === undefined ? "the tensor" : story.names.tensor(guilty);
  const shapes = event.inputs.map((id) => shapeText(story.trace.tensors[id]?.shape ?? [])).join(" and ");
  return told(pair, { op: event.op_name, name, called: receiver(name), shapes });
}

/** The operand because of which an operation was refused: the first, or the one from inference mode. */
export function refusedTensor(trace: Trace, { inputs, error }: RefusedEvent): number | undefined {
  const inferred = error.code === "inference_saved" ? inputs.find((id) => !trace.tensors[id]?.requires_grad) : undefined;
  return inferred ?? inputs[0];
}

/** Say what an error means and what to write instead. */
export function errorSentences(story: Story, event: ErrorEvent, frame: Frame): string {
  const name = event.tensor === null ? "the tensor" : story.names.tensor(event.tensor);
  const words: Words = {
    name,
    called: receiver(name),
    node: event.node === null ? "a node" : story.node(event.node),
    shape: event.tensor === null ? "" : shapeText(story.trace.tensors[event.tensor]?.shape ?? []),
  };
  const pair = own(ERRORS, codeOf(story, event, frame, words));
  if (pair) return told(pair, words);
  return event.node === null ? plain(event.error) : told(UNKNOWN_AT_NODE, { ...words, error: plain(event.error) });
}

/** Which text tells an error; adds to the words what it needs. */
function codeOf(story: Story, event: ErrorEvent, frame: Frame, words: Words): string {
  const code = event.error.code ?? "";
  if (code === "backward_twice") return twice(story, event, frame, words);
  if (code === "modified_in_place") return modified(story, event, frame, words);
  if (code === "no_grad_fn" && event.tensor !== null) return lost(story, event.tensor, words);
  return code;
}

/** Fill in the words of a pair of sentences; a capital begins it unless a user's name does. */
function told(pair: Told, words: Words): string {
  const text = fill(pair.join(" "), words);
  return /^(the tensor|a node)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** An unknown error's first line. */
function plain(error: ErrorInfo): string {
  const first = (error.message.trim().split("\n")[0] ?? "").replace(/\.+$/, "");
  return first ? `${error.type}: ${first}.` : `The code raised ${error.type}.`;
}

/** Find the pass that freed what is needed, and whether it began at the same roots. */
function twice(story: Story, event: ErrorEvent, frame: Frame, words: Words): string {
  const freed = event.node === null ? null : freedBy(story, event.node, frame.k);
  words["earlier"] = freed ? `backward pass ${freed.pass}` : "an earlier backward";
  const now = story.begins.get(frame.pass ?? 0);
  return !freed || !now || rootsOf(freed) === rootsOf(now) ? "backward_twice" : "backward_into_freed";
}

function rootsOf(begin: BeginEvent): string {
  return begin.roots.map((root) => root.node).join();
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

/** Name the saved tensor that was changed, with its versions then and now. */
function modified(story: Story, event: ErrorEvent, frame: Frame, words: Words): string {
  const saved = event.saved === null ? undefined : story.record(event.node)?.saved[event.saved];
  if (!saved) return "";
  const its = `its ${saved.name}`;
  Object.assign(words, { saved: its, version: String(saved.version), now: "" });
  if (saved.tensor === null) return "modified_in_place";
  words["saved"] = story.names.tensor(saved.tensor);
  const state = frame.tensors.get(saved.tensor);
  if (state && state.version !== saved.version) words["now"] = `, and it is at version ${state.version} now${change(story, saved.tensor, frame.k)}`;
  return story.trace.tensors[saved.tensor]?.role === "leaf" ? "leaf_modified" : "modified_in_place";
}

/** Name the operation that changed a tensor last, as its line is written. */
function change(story: Story, tensor: number, k: number): string {
  const op = changer(story.trace, tensor, k);
  if (!op) return "";
  const said = op.mutates === null ? story.names.expression(op) : story.names.change(op);
  if (!op.line) return `, changed by \`${said}\``;
  const { source, line, end_line } = op.line;
  const lines = (story.trace.sources[source]?.text ?? "").split("\n").slice(line - 1, end_line ?? line);
  const code = lines.length === 1 ? (lines[0] ?? "").trim() : "";
  return `, changed by \`${code && code.length <= LONGEST ? code : said}\`, line ${line}`;
}

/** The operation that last changed a tensor before step `k`. */
export function changer({ events, ops }: Trace, tensor: number, k: number): OpRecord | null {
  for (let i = k - 1; i >= 0; i--) {
    const each = events[i];
    if (each?.kind === "op" && each.writes.some((write) => write.tensor === tensor)) return ops[each.op] ?? null;
  }
  return null;
}

/** Find the operation at which a tensor's history was lost, and why. */
function lost(story: Story, tensor: number, words: Words): string {
  const op = lostAt(story.trace, story.trace.tensors[tensor]);
  if (!op) return "no_grad_fn";
  words["lost"] = story.names.expression(op);
  return `lost_${op.reason ?? "no_input_requires_grad"}`;
}

/** Go back while inputs were untracked too; the first operation with another reason is the cause. */
export function lostAt(trace: Trace, tensor: TensorRecord | undefined): OpRecord | null {
  let first: OpRecord | null = null;
  const seen = new Set<number>();
  const queue = tensor ? [tensor] : [];
  for (let record = queue.shift(); record; record = queue.shift()) {
    if (record.op === null || record.node !== null || seen.has(record.id)) continue;
    seen.add(record.id);
    const op = trace.ops[record.op];
    if (!op) continue;
    first ??= op;
    if (op.reason !== "no_input_requires_grad") return op;
    queue.push(...op.inputs.flatMap((each) => trace.tensors[each.tensor] ?? []));
  }
  return first;
}
