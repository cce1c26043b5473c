/** Time as the learner sees it: stretches of a trace with a name, the steps to stop at, changes of `.grad`. */
import type { Event, OpRecord, Trace } from "./trace";

/** Events `from` up to but not including `to`, all of one kind. */
export interface Segment {
  readonly kind: "forward" | "update" | "backward" | "grad_change" | "error";
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

/** Divide a trace's events into stretches, in order and without gaps. Twin of `autograd_viz/trace/timeline.py`. */
export function segments(trace: Trace): readonly Segment[] {
  const found: (Segment & { to: number })[] = [];
  let depth = 0;
  trace.events.forEach((event, i) => {
    const next = depth === 0 || (event.kind === "error" && depth === 1) ? kindOf(trace, event) : null;
    const last = found[found.length - 1];
    if (last && (!next || continues(last, next))) last.to = i + 1;
    else if (next) found.push({ ...next, from: i, to: i + 1 });
    if (event.kind === "begin") depth += 1;
    else if (event.kind === "end" || event.kind === "error") depth = Math.max(0, depth - 1);
  });
  return found;
}

type Kind = Pick<Segment, "kind" | "label">;

/** The stretch that an event outside all passes, or one that breaks a pass off, would begin. */
function kindOf(trace: Trace, event: Event): Kind {
  switch (event.kind) {
    case "begin":
      return { kind: "backward", label: `${event.call} ${event.pass}` };
    case "error":
    case "refused":
      return { kind: "error", label: "error" };
    case "grad_change":
      return { kind: "grad_change", label: event.how === "none" || event.how === "zero_" ? "zero_grad" : "set grad" };
    case "op":
      return isUpdate(trace, trace.ops[event.op]) ? { kind: "update", label: "update" } : FORWARD;
    default:
      return FORWARD;
  }
}

const FORWARD: Kind = { kind: "forward", label: "forward" };

function continues(last: Kind, next: Kind): boolean {
  return last.kind === next.kind && last.label === next.label && next.kind !== "backward" && next.kind !== "error";
}

/** Whether an operation is part of an optimizer's step: untracked, on a leaf or with a gradient. */
export function isUpdate(trace: Trace, op: OpRecord | undefined): boolean {
  if (op?.reason !== "no_grad") return false;
  const role = (tensor: number | null): string | null => (tensor === null ? null : (trace.tensors[tensor]?.role ?? null));
  return role(op.mutates) === "leaf" || op.inputs.some((input) => role(input.tensor) === "gradient");
}

export type Grain = "event" | "node";

/** The steps at which the player stops: every one, or one for each node, operation and turn of events. */
export function stops(trace: Trace, grain: Grain): readonly number[] {
  const all = Array.from({ length: trace.events.length + 1 }, (_, k) => k);
  if (grain === "event") return all;
  return all.filter((k) => k === 0 || k === trace.events.length || endsNode(trace.events[k - 1], trace.events[k]));
}

/** Whether a turn is complete between two events. */
export function endsNode(last: Event | undefined, next: Event | undefined): boolean {
  switch (last?.kind) {
    case "op":
    case "refused":
    case "grad_change":
    case "end":
    case "error":
      return true;
    case "begin":
      return next?.kind !== "seed";
    default:
      return next?.kind === "run" || next?.kind === "end" || next?.kind === "error" || next?.kind === "begin";
  }
}

/** One change of a `.grad`, at the step that shows it. */
export interface LedgerEntry {
  readonly step: number;
  readonly tensor: number;
  readonly pass: number | null;
  readonly how: string;
  readonly old: number | null;
  readonly incoming: number | null;
  readonly now: number | null;
}

/** List every change of every `.grad`, in order. */
export function ledger(trace: Trace): readonly LedgerEntry[] {
  const found: LedgerEntry[] = [];
  const passes: number[] = [];
  trace.events.forEach((event, i) => {
    const at = { step: i + 1, pass: passes[passes.length - 1] ?? null };
    if (event.kind === "begin") passes.push(event.pass);
    else if (event.kind === "end" || event.kind === "error") passes.pop();
    else if (event.kind === "accumulate") {
      const { tensor, old, incoming } = event;
      found.push({ ...at, tensor, how: "accumulate", old, incoming, now: event.new });
    } else if (event.kind === "grad_change") {
      found.push({ ...at, tensor: event.tensor, how: event.how, old: event.old, incoming: null, now: event.new });
    } else if (event.kind === "hook" && event.where === "retain_grad" && event.tensor !== null) {
      const { tensor, before, after } = event;
      found.push({ ...at, tensor, how: "retain_grad", old: before, incoming: before === null ? after : null, now: after });
    }
  });
  return found;
}
