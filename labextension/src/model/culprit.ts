/** Where in the picture an error lies, besides the node that it stopped at. Twin of `autograd_viz/render/culprit.py`. */
import { lostAt, refusedTensor } from "./diagnosis";
import type { Lookup } from "./lookup";
import type { ErrorEvent } from "./trace";

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
  return changerOf(lookup, event, k);
}

function ofTensor(lookup: Lookup, tensor: number, event: ErrorEvent): ReadonlySet<string> {
  const lost = event.error.code === "no_grad_fn" ? lostAt(lookup.trace, lookup.trace.tensors[tensor]) : null;
  return new Set([lookup.itemOfTensor(tensor), ...(lost ? [lookup.itemOfOp(lost)] : [])]);
}

/** The operation in place that last changed the saved tensor at which an error stopped. */
function changerOf(lookup: Lookup, event: ErrorEvent, k: number): ReadonlySet<string> {
  const saved = event.saved === null ? undefined : lookup.node(event.node)?.saved[event.saved];
  if (!saved || saved.tensor === null) return NONE;
  for (let i = k - 1; i >= 0; i--) {
    const each = lookup.trace.events[i];
    if (each?.kind !== "op" || !each.writes.some((write) => write.tensor === saved.tensor)) continue;
    const op = lookup.op(each.op);
    return op ? new Set([lookup.itemOfOp(op)]) : NONE;
  }
  return NONE;
}
