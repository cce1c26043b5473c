/** Time as the learner sees it: stretches of a trace with a name, the steps to stop at, changes of `.grad`. */
import type { Event, Trace } from "./trace";

/** Events `from` up to but not including `to`. */
export interface Segment {
  readonly kind: "forward" | "backward" | "edit" | "error";
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

/** Split a trace into forward stretches, backward passes, changes of `.grad` by the user, and errors. */
export function segments(trace: Trace): readonly Segment[] {
  const found: Segment[] = [];
  let depth = 0;
  trace.events.forEach((event, i) => {
    const last = found[found.length - 1];
    if (depth > 0 && event.kind !== "error") {
      if (last) found[found.length - 1] = { ...last, to: i + 1 };
    } else {
      const next = { ...kindOf(event), from: i, to: i + 1 };
      const joins = last && last.kind === next.kind && last.label === next.label && next.kind !== "backward";
      if (joins) found[found.length - 1] = { ...last, to: i + 1 };
      else found.push(next);
    }
    depth = depthAfter(depth, event);
  });
  return found;
}

function depthAfter(depth: number, event: Event): number {
  if (event.kind === "begin") return depth + 1;
  if (event.kind === "end" || event.kind === "error") return Math.max(0, depth - 1);
  return depth;
}

function kindOf(event: Event): Pick<Segment, "kind" | "label"> {
  switch (event.kind) {
    case "begin":
      return { kind: "backward", label: `${event.call} ${event.pass}` };
    case "error":
    case "refused":
      return { kind: "error", label: "error" };
    case "grad_change":
      return { kind: "edit", label: event.how.endsWith("_") ? `${event.how}()` : ".grad =" };
    default:
      return { kind: "forward", label: "forward" };
  }
}

export type Grain = "event" | "node";

/** The steps at which the player stops: every one, or one for each node, operation and turn of events. */
export function stops(trace: Trace, grain: Grain): readonly number[] {
  const all = Array.from({ length: trace.events.length + 1 }, (_, k) => k);
  if (grain === "event") return all;
  return all.filter((k) => k === 0 || k === trace.events.length || endsNode(trace.events[k - 1], trace.events[k]));
}

/** Whether a turn is complete between two events. */
function endsNode(last: Event | undefined, next: Event | undefined): boolean {
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
      found.push({ ...at, tensor, how: "retain_grad", old: before, incoming: null, now: after });
    }
  });
  return found;
}
