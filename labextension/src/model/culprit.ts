/** Where in the picture an error lies, besides the node that it stopped at. Twin of `autograd_viz/render/culprit.py`. */
import { changer, lostAt, refusedTensor } from "./diagnosis";
import type { Lookup } from "./lookup";
import type { ErrorEvent, Event, OpRecord, Trace } from "./trace";

const NONE: ReadonlySet<string> = new Set();

/** The items that the error at step `k` is about: what was refused, what changed a saved tensor, where the graph was cut. */
export function culprits(lookup: Lookup, k: number): ReadonlySet<string> {
  const event = lookup.trace.events[k - 1];
  if (event?.kind === "refused") {
    const guilty = refusedTensor(lookup.trace, event);
    return new Set([`x${k - 1}`, ...(guilty === undefined ? [] : [lookup.itemOfTensor(guilty)])]);
  }
  if (event?.kind !== "error") return NONE;
  if (event.node === null) return event.tensor === null ? NONE : ofTensor(lookup, event.tensor, event);
  const cause = causeOf(lookup.trace, event, k);
  return cause ? new Set([lookup.itemOfOp(cause)]) : NONE;
}

function ofTensor(lookup: Lookup, tensor: number, event: ErrorEvent): ReadonlySet<string> {
  const lost = event.error.code === "no_grad_fn" ? lostAt(lookup.trace, lookup.trace.tensors[tensor]) : null;
  return new Set([lookup.itemOfTensor(tensor), ...(lost ? [lookup.itemOfOp(lost)] : [])]);
}

/** The operation that changed the saved tensor at which an error stopped. */
export function causeOf(trace: Trace, event: Event | null, k: number): OpRecord | null {
  if (event?.kind !== "error" || event.saved === null) return null;
  const tensor = trace.nodes.find(({ id }) => id === event.node)?.saved[event.saved]?.tensor ?? null;
  return tensor === null ? null : changer(trace, tensor, k);
}
