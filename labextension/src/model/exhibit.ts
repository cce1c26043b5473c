/** Which arrays an event is about, in the order in which they are shown side by side. */
import type { Frame } from "./frame";
import type { Lookup } from "./lookup";
import { gradientOf } from "./names";
import { GRAD, RESULT, type Place } from "./subscripts";
import type { Event, NodeRecord, OpRecord } from "./trace";

/** One array beside the sentence, or the sign that joins two. */
export type Exhibit =
  | { readonly kind: "array"; readonly role: Part; readonly label: string; readonly value: number; readonly place: Place }
  | { readonly kind: "sign"; readonly text: string };

export type Part = "input" | "result" | "incoming" | "saved" | "now" | "outgoing" | "unsummed" | "before" | "after" | "buffer" | "grad";

/** Names that exhibits need; the explanations own them. */
export interface Naming {
  tensor(id: number): string;
  /** `dL/dz` for an output of a node. */
  gradient(node: number, index: number): string;
  /** `dL/dw` for an entry of a node's `next`. */
  inputGradient(node: number, position: number): string;
}

/** What a turn is about: what its node worked with and all that it gave, else what its last telling event shows. */
export function turnExhibits(told: readonly Frame[], lookup: Lookup, naming: Naming): readonly Exhibit[] {
  const events = told.map((frame) => lookup.trace.events[frame.k - 1] ?? null);
  const given = new Map<number, Exhibit>();
  for (const event of events) {
    const value = event?.kind === "vjp" ? event.value : event?.kind === "sum_to" ? event.after : null;
    if ((event?.kind !== "vjp" && event?.kind !== "sum_to") || value === null) continue;
    given.set(event.input, array("outgoing", naming.inputGradient(event.node, event.input), value, paramOf(event, lookup)));
  }
  const [frame, event] = [told[told.length - 1], events[events.length - 1] ?? null];
  if (!frame) return [];
  if (given.size < 2 || (event?.kind !== "vjp" && event?.kind !== "sum_to")) return exhibits(event, frame, lookup, naming);
  return [...ofNode(event.node, frame, lookup, naming), sign("→"), ...given.values()];
}

function exhibits(event: Event | null, frame: Frame, lookup: Lookup, naming: Naming): readonly Exhibit[] {
  switch (event?.kind) {
    case "op":
      return ofOp(event.op, event.writes, lookup, naming);
    case "seed":
      return [array("incoming", naming.gradient(event.node, event.index), event.value)];
    case "run":
    case "unpack":
    case "release":
      return ofNode(event.node, frame, lookup, naming);
    case "vjp": {
      const made = event.value === null ? [] : [sign("→"), array("outgoing", naming.inputGradient(event.node, event.input), event.value, paramOf(event, lookup))];
      return [...ofNode(event.node, frame, lookup, naming), ...made];
    }
    case "sum_to": {
      const label = naming.inputGradient(event.node, event.input);
      return [array("unsummed", label, event.before), sign("→"), array("outgoing", label, event.after)];
    }
    case "send":
      return ofSend(event, naming);
    case "accumulate":
      return ofGrad(naming.tensor(event.tensor), event.old, event.incoming, event.new);
    case "grad_change":
      return ofChange(`${naming.tensor(event.tensor)}.grad`, event.old, event.new);
    case "hook": {
      const kept = event.tensor === null ? "gradient" : `${naming.tensor(event.tensor)}.grad`;
      const label = event.index === null || event.tensor !== null ? kept : naming.gradient(event.node, event.index);
      return ofChange(label, event.before, event.after);
    }
    case "capture":
      return [array("grad", naming.gradient(event.node, event.index), event.value)];
    case "error":
      return event.node === null ? [] : ofNode(event.node, frame, lookup, naming);
    default:
      return [];
  }
}

/** `place` is what the array is to its operation. */
function array(role: Part, label: string, value: number, place: Place = RESULT): Exhibit {
  return { kind: "array", role, label, value, place };
}

function sign(text: string): Exhibit {
  return { kind: "sign", text };
}

function ofOp(id: number, writes: readonly { readonly tensor: number; readonly value: number }[], lookup: Lookup, naming: Naming): readonly Exhibit[] {
  const op = lookup.op(id);
  if (!op) return [];
  const value = (tensor: number): number | undefined =>
    writes.find((write) => write.tensor === tensor)?.value ?? lookup.tensor(tensor)?.value;
  const seen = new Set<number>();
  const inputs = op.inputs.flatMap(({ tensor, param }) => {
    const found = lookup.tensor(tensor)?.value;
    if (found === undefined || seen.has(tensor) || tensor === op.mutates) return [];
    seen.add(tensor);
    return [array("input", naming.tensor(tensor), found, param)];
  });
  const old = op.mutates === null ? null : valueBefore(op, op.mutates, lookup);
  const before = op.mutates === null || old === null ? [] : [array("before", naming.tensor(op.mutates), old)];
  const outputs = op.outputs.flatMap((tensor) => {
    const found = value(tensor);
    return found === undefined ? [] : [array("result", naming.tensor(tensor), found)];
  });
  const from = [...before, ...inputs];
  return [...from, ...(from.length && outputs.length ? [sign("→")] : []), ...outputs];
}

/** The parameter that a gradient belongs to. */
function paramOf(event: { readonly node: number; readonly input: number }, lookup: Lookup): Place {
  return lookup.node(event.node)?.inputs[event.input] ?? "";
}

/** What a tensor held before an operation changed it in place; null where it was first met afterwards. */
function valueBefore(op: OpRecord, tensor: number, lookup: Lookup): number | null {
  const record = lookup.tensor(tensor);
  let before: number | null = null;
  for (const event of lookup.trace.events) {
    const write = event.kind === "op" ? event.writes.find((each) => each.tensor === tensor) : undefined;
    if (!write || event.kind !== "op") continue;
    if (event.op === op.id) return before ?? (record && record.version !== write.version ? record.value : null);
    before = write.value;
  }
  return null;
}

/** What a node works with: the gradients that arrived and its saved tensors. */
function ofNode(id: number, frame: Frame, lookup: Lookup, naming: Naming): readonly Exhibit[] {
  const node = lookup.node(id);
  const state = frame.nodes.get(id);
  if (!node || !state) return [];
  const incoming = state.buffer.flatMap((value, index) =>
    value === null ? [] : [array("incoming", naming.gradient(id, index), value, GRAD)],
  );
  return [...incoming, ...(state.saved_freed ? [] : savedOf(node, frame, lookup, naming))];
}

/** Saved tensors, a single number once; once, too, one whose memory has changed since, beside what it holds now. */
function savedOf(node: NodeRecord, frame: Frame, lookup: Lookup, naming: Naming): readonly Exhibit[] {
  const once = new Set<number>();
  return node.saved.flatMap((saved) => {
    if (saved.value === null || once.has(saved.tensor ?? -1)) return [];
    const now = frame.tensors.get(saved.tensor ?? -1)?.value ?? saved.value;
    if (saved.tensor !== null && (now !== saved.value || lookup.value(saved.value)?.shape.length === 0)) once.add(saved.tensor);
    const name = saved.tensor === null ? saved.name : naming.tensor(saved.tensor);
    if (now === saved.value) return [array("saved", name, now, saved.name)];
    return [array("saved", name, saved.value), array("now", name, now, saved.name)];
  });
}

function ofSend(event: Extract<Event, { kind: "send" }>, naming: Naming): readonly Exhibit[] {
  const name = naming.gradient(event.to, event.index);
  const sent = event.value === null ? [] : [array("incoming", event.expected > 1 ? `part ${event.arrived} of ${event.expected}` : name, event.value)];
  const isSum = event.arrived > 1 && event.buffer !== null;
  return isSum && event.buffer !== null ? [...sent, sign("→"), array("buffer", name, event.buffer)] : sent;
}

function ofGrad(name: string, old: number | null, incoming: number, now: number): readonly Exhibit[] {
  const before = old === null ? [] : [array("before", `${name}.grad`, old), sign("+")];
  return [...before, array("incoming", gradientOf(name), incoming), sign("="), array("grad", `${name}.grad`, now)];
}

function ofChange(label: string, old: number | null, now: number | null): readonly Exhibit[] {
  const before = old === null ? [] : [array("before", label, old)];
  const after = now === null ? [] : [array("after", label, now)];
  return [...before, ...(before.length && after.length ? [sign("→")] : []), ...after];
}
