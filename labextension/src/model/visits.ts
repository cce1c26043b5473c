/** The steps at which something of the picture takes part in what happens. */
import { marksIn, type Grouping } from "./grouping";
import type { Lookup } from "./lookup";
import type { Event, Trace } from "./trace";

const known = new WeakMap<Trace, Map<string, number[]>>();

/** Every step whose event touches an item, or anything in a group, in order; none for what is not there. */
export function visits(lookup: Lookup, grouping: Grouping, item: string): readonly number[] {
  let table = known.get(lookup.trace);
  if (!table) known.set(lookup.trace, (table = tableOf(lookup)));
  const group = table.has(item) ? undefined : grouping.groups.get(item.slice(1));
  if (group) table.set(item, [...new Set(marksIn(group).flatMap((id) => table.get(id) ?? []))].sort((a, b) => a - b));
  return table.get(item) ?? [];
}

function tableOf(lookup: Lookup): Map<string, number[]> {
  const table = new Map<string, number[]>();
  lookup.trace.events.forEach((event, i) => {
    for (const item of new Set(touched(event, i, lookup))) {
      const steps = table.get(item);
      if (steps) steps.push(i + 1);
      else table.set(item, [i + 1]);
    }
  });
  return table;
}

function touched(event: Event, index: number, lookup: Lookup): readonly string[] {
  switch (event.kind) {
    case "op": {
      const op = lookup.op(event.op);
      return [...(op ? [lookup.itemOfOp(op)] : []), ...event.writes.map((write) => lookup.itemOfTensor(write.tensor))];
    }
    case "refused":
      return [`x${index}`, ...event.inputs.map((tensor) => lookup.itemOfTensor(tensor))];
    case "grad_change":
      return [lookup.itemOfTensor(event.tensor)];
    case "seed":
      return [lookup.itemOfNode(event.node), `r${event.node}:${event.index}`];
    case "send":
      return [lookup.itemOfNode(event.node), lookup.itemOfNode(event.to)];
    case "accumulate":
      return [lookup.itemOfTensor(event.tensor)];
    case "hook":
      return [lookup.itemOfNode(event.node), ...(event.tensor === null ? [] : [lookup.itemOfTensor(event.tensor)])];
    case "run":
    case "unpack":
    case "vjp":
    case "sum_to":
    case "release":
    case "capture":
      return [lookup.itemOfNode(event.node)];
    case "error":
      return event.node === null ? [] : [lookup.itemOfNode(event.node)];
    case "begin":
    case "end":
      return [];
  }
}
